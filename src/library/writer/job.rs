//! A merge: some neighbours among the segments, the log, or both, written as one
//! segment. It runs in the writer's own thread, or beside it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::library::document::StoredDocument;
use crate::library::parts::{Held, Part};
use crate::library::recent::RecentDocument;
use crate::library::segment::{Item, Section, Segment, SegmentBuilder, train};
use crate::library::snapshot::Library;
use crate::library::writer::publish::write;
use crate::progress::Stage;

/// How many times as many documents a segment may have as the one whose
/// dictionary it takes: training one takes as long as compressing thousands.
const SHARED_DICTIONARY: u64 = 2;

/// A merge that was begun: it needs nothing of the writer until it is finished.
pub struct MergeJob {
    /// The library as it was when the merge began.
    pub(super) library: Arc<Library>,
    /// The segments, by their places among its parts.
    pub(super) chosen: Range<usize>,
    /// The documents of the log, those that are gone included, if it is merged.
    pub(super) log: Option<Vec<Arc<RecentDocument>>>,
    /// The number of the new file.
    pub(super) file: u64,
    /// Whether the dictionary is trained anew whatever there is.
    pub(super) trains: bool,
    /// Whether the keys of the documents are kept for the next merge.
    pub(super) keeps_keys: bool,
}

/// What a merge has taken of the writer, to be given back.
#[derive(Clone, Debug)]
pub struct MergeTicket {
    pub(super) segments: Vec<u64>,
    pub(super) file: u64,
}

/// A segment that holds what others held, and that no manifest names yet.
pub struct Merged {
    pub(super) job: MergeJob,
    /// The documents of the new segment, in order: part and document.
    pub(super) places: Vec<(usize, u32)>,
    /// `None` if nothing was left.
    pub(super) part: Option<Part>,
}

impl MergeJob {
    /// Returns what the merge has taken, for
    /// [`LibraryWriter::leave_merge`](crate::library::LibraryWriter::leave_merge).
    pub fn ticket(&self) -> MergeTicket {
        let chosen = self.library.parts[self.chosen.clone()].iter();
        MergeTicket {
            segments: chosen.filter_map(|part| part.id).collect(),
            file: self.file,
        }
    }

    /// Returns the number of documents that are written anew.
    pub fn documents(&self) -> u64 {
        self.parts().map(|(_, part)| part.live()).sum()
    }

    /// Returns the parts that are merged, with their places.
    fn parts(&self) -> impl Iterator<Item = (usize, &Part)> {
        let parts = &self.library.parts;
        let log = self.log.iter().map(|_| parts.log_place());
        self.chosen.clone().chain(log).map(|at| (at, &parts[at]))
    }

    /// Writes the new segment.
    ///
    /// # Errors
    ///
    /// Fails if a segment can't be read or written, or when the run is
    /// cancelled.
    pub fn run(self, ctx: &Context) -> Result<Merged> {
        let places: Vec<(usize, u32)> = self
            .parts()
            .flat_map(|(at, part)| part.docs().map(move |doc| (at, doc)))
            .collect();
        if places.is_empty() {
            return Ok(Merged {
                places,
                part: None,
                job: self,
            });
        }
        ctx.begin(Stage::Writing, places.len() as u64);
        let dictionary = self.dictionary(&places)?;
        // Documents that were packed with it stay as they are.
        let is_packed = |segment: &Segment| segment.section(Section::Dictionary) == dictionary;
        let packed: Vec<bool> = self
            .library
            .parts
            .iter()
            .map(|part| part.segment().is_some_and(is_packed))
            .collect();
        let settings = *self.library.settings();
        let mut builder = SegmentBuilder::new(settings, places.len(), dictionary);
        if self.keeps_keys {
            builder.keep_keys();
        }
        builder.add_each(&places, &self.library.normalizer, ctx, |(at, doc)| {
            self.item(*at, *doc, packed[*at])
        })?;
        let keys = builder.take_keys();
        let part = Part {
            keys: keys.map(Arc::new),
            ..write(&self.library, builder, self.file)?
        };
        Ok(Merged {
            places,
            part: Some(part),
            job: self,
        })
    }

    /// Returns a document, and all that is known of it.
    fn item(&self, at: usize, doc: u32, is_packed: bool) -> Result<Item<'_>> {
        let part = &self.library.parts[at];
        match &part.held {
            Held::Log(_) => {
                let one = self.log.as_ref().and_then(|log| log.get(doc as usize));
                Ok(Item {
                    document: one.map(|one| Cow::Borrowed(&one.document)),
                    keys: one.map(|one| one.keys.clone()),
                    packed: None,
                })
            }
            Held::Segment(segment) => {
                let keys = part.keys.as_ref().map(|keys| keys[doc as usize].clone());
                let packed = match is_packed {
                    true => Some(segment.packed(doc)?),
                    false => None,
                };
                let document = match keys.is_some() && packed.is_some() {
                    true => None,
                    false => Some(Cow::Owned(segment.read(doc)?)),
                };
                Ok(Item {
                    document,
                    keys,
                    packed,
                })
            }
        }
    }

    /// Returns the dictionary of the new segment: that of the largest one of the
    /// library, unless that is small beside it.
    fn dictionary(&self, places: &[(usize, u32)]) -> Result<Vec<u8>> {
        let segments = self.library.parts.iter().filter_map(Part::segment);
        let largest = segments.max_by_key(|segment| segment.docs());
        if let Some(largest) = largest.filter(|_| !self.trains) {
            let dictionary = largest.section(Section::Dictionary);
            let is_enough = places.len() as u64 <= SHARED_DICTIONARY * u64::from(largest.docs());
            if is_enough && !dictionary.is_empty() {
                return Ok(dictionary.to_vec());
            }
        }
        train(places.len(), |nth| self.document(places[nth]))
    }

    fn document(&self, (at, doc): (usize, u32)) -> Result<StoredDocument> {
        self.library.parts[at].held.read(doc)
    }
}
