//! Which documents of a library are like any document of a corpus.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::stub::{title_hash, wording_hash};
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::lists::List;
use crate::library::snapshot::{Library, Place};
use crate::library::windows::Windows;
use crate::near::sketch::Sketcher;
use crate::near::{Measure, Pair, shingle};
use crate::progress::Stage;

/// Documents of the corpus that one task looks up.
const BATCH: usize = 64;

/// Which documents of a library are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LikeOptions {
    /// How similarity is measured.
    pub measure: Measure,
    /// The least similarity; of Jaccard at least the library's floor.
    pub threshold: f64,
    /// Whether all copies of a text are wanted, or the first under each title.
    pub all_copies: bool,
}

impl Library {
    /// Returns the documents that reach a similarity with any document of a
    /// corpus, or have its wording, in the order of the library.
    ///
    /// The corpus must be normalized as the library is. Similarities are
    /// counted exactly; by Jaccard each is found with the recall of the
    /// settings, by containment each that shares a run of
    /// [`SHARED_RUN`](crate::library::SHARED_RUN) characters that is not common
    /// ([`Library::check`]).
    ///
    /// # Errors
    ///
    /// Fails if what is read is damaged, if the threshold lies below the floor,
    /// or when the run is cancelled.
    pub fn like(
        &self,
        corpus: &Corpus,
        options: &LikeOptions,
        ctx: &Context,
    ) -> Result<Vec<StoredDocument>> {
        let floor = self.settings().floor;
        if options.measure == Measure::Jaccard && options.threshold < floor {
            return Err(Error::Option {
                option: "`threshold`".into(),
                what: format!(
                    "expected a similarity from {floor}, the floor of the library, to 1, got {}",
                    options.threshold
                ),
            });
        }
        let mut seen = HashSet::new();
        let docs: Vec<DocId> = corpus
            .docs()
            .filter(|doc| seen.insert(corpus.text_hash(*doc)))
            .collect();
        ctx.begin(Stage::Candidates, docs.len() as u64);
        let found = Mutex::new(BTreeSet::new());
        docs.par_chunks(BATCH).try_for_each(|docs| {
            ctx.check()?;
            let mut search = Search::new(self, options, &found);
            for doc in docs {
                search.look_up(corpus, *doc)?;
                ctx.advance(1);
            }
            Ok(())
        })?;
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.load_like(&found, options)
    }

    /// Returns documents, of copies under one title the first if that is enough.
    fn load_like(
        &self,
        found: &BTreeSet<Place>,
        options: &LikeOptions,
    ) -> Result<Vec<StoredDocument>> {
        let places: Vec<Place> = found.iter().copied().collect();
        let mut documents = Vec::with_capacity(places.len());
        let mut seen = HashSet::new();
        let mut units = Vec::new();
        for of_part in places.chunk_by(|one, other| one.part == other.part) {
            let held = &self.parts[of_part[0].part].held;
            for place in of_part {
                let document = held.read(place.doc)?;
                if options.all_copies || seen.insert(self.wording(&document, &mut units)) {
                    documents.push(document);
                }
            }
        }
        Ok(documents)
    }

    /// Returns hashes of wording and title.
    fn wording(&self, document: &StoredDocument, units: &mut Vec<u16>) -> [u128; 2] {
        units.clear();
        self.normalizer().normalize_into(&document.text, units);
        let title = Some(document.title.as_str()).filter(|title| !title.is_empty());
        let title_hash = title_hash(title).map_or(0, |hash| hash.0);
        [wording_hash(units, &document.text, title).0, title_hash]
    }
}

/// The look-ups of one task.
struct Search<'a> {
    library: &'a Library,
    options: &'a LikeOptions,
    found: &'a Mutex<BTreeSet<Place>>,
    sketcher: Sketcher,
    windows: Windows,
    units: Vec<u16>,
}

impl<'a> Search<'a> {
    fn new(
        library: &'a Library,
        options: &'a LikeOptions,
        found: &'a Mutex<BTreeSet<Place>>,
    ) -> Self {
        Search {
            library,
            options,
            found,
            sketcher: Sketcher::new(library.settings().sketching()),
            windows: Windows::default(),
            units: Vec::new(),
        }
    }

    /// Returns the documents that may be like this one and are not found yet.
    fn candidates(&mut self, corpus: &Corpus, doc: DocId) -> Result<BTreeSet<Place>> {
        let units = corpus.normalized(doc);
        let wording = (corpus.text_hash(doc).0 >> 64) as u64;
        let keys = match self.options.measure {
            Measure::Jaccard => self.sketcher.band_keys(units).unwrap_or_default(),
            Measure::Containment => self.windows.of(units),
        };
        let mut candidates = BTreeSet::new();
        for (part, of_part) in self.library.parts.iter().enumerate() {
            let held = &of_part.held;
            let mut add = |docs: &[u32]| {
                let there = docs.iter().copied();
                let there = there.filter(|doc| of_part.has(*doc));
                candidates.extend(there.map(|doc| Place { part, doc }));
            };
            add(&held.with_wording(wording)?.docs);
            let found = |_, list: &List| add(&list.docs);
            match self.options.measure {
                Measure::Jaccard => held.with_bands(&keys, found)?,
                Measure::Containment => held.with_windows(&keys, found)?,
            }
        }
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        candidates.retain(|place| !found.contains(place));
        Ok(candidates)
    }

    fn look_up(&mut self, corpus: &Corpus, doc: DocId) -> Result<()> {
        let candidates = self.candidates(corpus, doc)?;
        if candidates.is_empty() {
            return Ok(());
        }
        let shingling = self.library.settings().shingling();
        let normalized = corpus.normalized(doc);
        let own = shingle::set(shingling, normalized);
        let candidates: Vec<Place> = candidates.into_iter().collect();
        let mut like = Vec::new();
        for of_part in candidates.chunk_by(|one, other| one.part == other.part) {
            let held = &self.library.parts[of_part[0].part].held;
            for place in of_part {
                let document = held.read(place.doc)?;
                self.units.clear();
                let normalizer = self.library.normalizer();
                normalizer.normalize_into(&document.text, &mut self.units);
                let set = shingle::set(shingling, &self.units);
                let pair = Pair {
                    a: doc,
                    b: doc,
                    shared: shingle::shared(&own, &set) as u32,
                    len_a: own.len() as u32,
                    len_b: set.len() as u32,
                };
                let is_like = pair.shared > 0
                    && pair.similarity(self.options.measure) >= self.options.threshold;
                if is_like || normalized == self.units {
                    like.push(*place);
                }
            }
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.extend(like);
        Ok(())
    }
}
