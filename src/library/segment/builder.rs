//! Builds a segment from documents of one corpus after another.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;
use zstd::bulk::Compressor;
use zstd::dict::EncoderDictionary;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::lists::{self, Cut};
use crate::library::segment::layout::{Head, Section};
use crate::library::settings::Settings;
use crate::text::normalize::Normalizer;

use super::keys::{KeyMaker, Keys};

/// Bytes of the dictionary that texts are compressed with.
const DICTIONARY_BYTES: usize = 112 << 10;

/// Documents below which a dictionary takes more than it saves.
const DICTIONARY_DOCS: usize = 1_000;

/// Documents that a dictionary is trained with.
const SAMPLES: usize = 2_000;

/// Bytes of a sample; the rest of a long text teaches little.
const SAMPLE_BYTES: usize = 4 << 10;

/// Level of the compression. A guess that no bench has settled yet.
const LEVEL: i32 = 9;

/// Documents that are sketched and compressed together.
const BATCH: usize = 4_096;

/// Documents of a segment from which on the list of a window is cut, and those
/// that it keeps.
pub(crate) const WINDOW_CUT: Cut = Cut {
    most: 256,
    kept: 16,
};

/// A document on its way into a segment.
struct Prepared {
    record: Vec<u8>,
    keys: Arc<Keys>,
}

/// A document of another segment, or of the log, for [`SegmentBuilder::add_each`].
pub(crate) struct Item<'a> {
    /// The document; what is known of it already makes it needless.
    pub(crate) document: Option<Cow<'a, StoredDocument>>,
    /// What it is found by, if that is known.
    pub(crate) keys: Option<Arc<Keys>>,
    /// Its bytes in a segment with the dictionary of this one.
    pub(crate) packed: Option<&'a [u8]>,
}

/// Returns the dictionary for documents of which some are given; an empty one
/// if they are few.
pub(crate) fn train(
    docs: usize,
    sample: impl Fn(usize) -> Result<StoredDocument>,
) -> Result<Vec<u8>> {
    if docs < DICTIONARY_DOCS {
        return Ok(Vec::new());
    }
    let count = SAMPLES.min(docs);
    let samples = (0..count).map(|nth| -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        sample(nth * docs / count)?.encode(&mut bytes);
        bytes.truncate(SAMPLE_BYTES);
        Ok(bytes)
    });
    let samples = samples.collect::<Result<Vec<_>>>()?;
    // Samples that have nothing in common teach nothing.
    Ok(zstd::dict::from_samples(&samples, DICTIONARY_BYTES).unwrap_or_default())
}

/// A segment that is being built.
pub(crate) struct SegmentBuilder {
    settings: Settings,
    dictionary: Vec<u8>,
    encoder: Option<EncoderDictionary<'static>>,
    doc_bits: u32,
    docs: u32,
    units: u64,
    documents: Vec<u8>,
    ends: Vec<u8>,
    ids: Vec<u64>,
    wordings: Vec<u64>,
    windows: Vec<u64>,
    bands: Vec<u64>,
    /// The keys of the documents, if they are wanted.
    keys: Option<Vec<Arc<Keys>>>,
}

impl SegmentBuilder {
    /// Returns a builder of a segment of at most `capacity` documents.
    ///
    /// Keeps eight bytes for each window and band of a document until it is
    /// finished, some 2.3 KB for 1,000 characters, and the compressed texts.
    pub(crate) fn new(settings: Settings, capacity: usize, dictionary: Vec<u8>) -> Self {
        let encoder = (!dictionary.is_empty()).then(|| EncoderDictionary::copy(&dictionary, LEVEL));
        SegmentBuilder {
            settings,
            encoder,
            dictionary,
            doc_bits: lists::doc_bits(capacity),
            docs: 0,
            units: 0,
            documents: Vec::new(),
            ends: Vec::new(),
            ids: Vec::new(),
            wordings: Vec::new(),
            windows: Vec::new(),
            bands: Vec::new(),
            keys: None,
        }
    }

    /// Has the builder keep the keys of its documents, for
    /// [`SegmentBuilder::take_keys`].
    pub(crate) fn keep_keys(&mut self) {
        self.keys = Some(Vec::new());
    }

    /// Returns the keys of the documents, if they were kept.
    pub(crate) fn take_keys(&mut self) -> Option<Vec<Arc<Keys>>> {
        self.keys.take()
    }

    /// Adds documents of a corpus that keeps its texts, in their order.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] if the run was cancelled.
    pub(crate) fn add(&mut self, corpus: &Corpus, docs: &[DocId], ctx: &Context) -> Result<()> {
        self.add_batches(docs, ctx, |worker, doc| {
            let document = StoredDocument::of(corpus, *doc);
            let keys = Arc::new(worker.keys.of_corpus(corpus, *doc));
            let record = worker.pack(&document).map_err(unpackable)?;
            Ok(Prepared { record, keys })
        })
    }

    /// Adds what `fetch` returns of each of some places, in their order.
    ///
    /// # Errors
    ///
    /// Fails if one can't be fetched, and with [`Error::Cancelled`] if the run
    /// was cancelled.
    pub(crate) fn add_each<'a, P: Sync>(
        &mut self,
        places: &[P],
        normalizer: &Normalizer,
        ctx: &Context,
        fetch: impl Fn(&P) -> Result<Item<'a>> + Sync,
    ) -> Result<()> {
        self.add_batches(places, ctx, |worker, place| {
            let Item {
                document,
                keys,
                packed,
            } = fetch(place)?;
            let missing = || Error::Library {
                path: "library".into(),
                what: "a document was to be written of which nothing is known".into(),
            };
            let document = document.as_deref();
            let keys = match keys {
                Some(keys) => keys,
                None => Arc::new(worker.keys.of(document.ok_or_else(missing)?, normalizer)),
            };
            let record = match packed {
                Some(packed) => packed.to_vec(),
                None => worker
                    .pack(document.ok_or_else(missing)?)
                    .map_err(unpackable)?,
            };
            Ok(Prepared { record, keys })
        })
    }

    fn add_batches<P: Sync>(
        &mut self,
        all: &[P],
        ctx: &Context,
        prepare: impl Fn(&mut Worker<'_>, &P) -> Result<Prepared> + Sync,
    ) -> Result<()> {
        for batch in all.chunks(BATCH) {
            ctx.check()?;
            let prepared = batch.par_iter().map_init(
                || Worker::new(self),
                |worker, one| {
                    let prepared = prepare(worker, one);
                    ctx.advance(1);
                    prepared
                },
            );
            let prepared: Vec<Prepared> = prepared.collect::<Result<_>>()?;
            prepared.into_iter().for_each(|one| self.push(one));
        }
        Ok(())
    }

    fn push(&mut self, one: Prepared) {
        let (doc, bits) = (self.docs, self.doc_bits);
        let Prepared { record, keys } = one;
        self.docs += 1;
        self.units += keys.units;
        self.documents.extend_from_slice(&record);
        self.ends
            .extend_from_slice(&(self.documents.len() as u64).to_le_bytes());
        self.ids.push(lists::packed(keys.id, doc, bits));
        self.wordings.push(lists::packed(keys.wording, doc, bits));
        let entry = |hash: &u64| lists::packed(*hash, doc, bits);
        self.windows.extend(keys.windows.iter().map(entry));
        self.bands.extend(keys.bands.iter().map(entry));
        if let Some(kept) = &mut self.keys {
            kept.push(keys);
        }
    }

    /// Returns the parts of the segment's file: its head, then its sections.
    ///
    /// # Errors
    ///
    /// Fails if a section would have 4 GiB or more; `path` is the file that it
    /// is for.
    pub(crate) fn finish(self, path: &Path) -> Result<Vec<Vec<u8>>> {
        let bits = self.doc_bits;
        let table = |entries: Vec<u64>, cut: Option<Cut>| {
            lists::build(entries, bits, cut).ok_or_else(|| Error::Library {
                path: path.to_owned(),
                what: "a segment would be too large; add the documents in parts".into(),
            })
        };
        let (ids, id_lists) = table(self.ids, None)?;
        let (wordings, wording_lists) = table(self.wordings, None)?;
        let (windows, window_lists) = table(self.windows, Some(WINDOW_CUT))?;
        let (bands, band_lists) = table(self.bands, None)?;
        let sections: [Vec<u8>; Section::ALL.len()] = [
            self.dictionary,
            self.documents,
            self.ends,
            ids,
            id_lists,
            wordings,
            wording_lists,
            windows,
            window_lists,
            bands,
            band_lists,
        ];
        let mut parts = vec![Head::encode(self.docs, self.units, &sections)];
        parts.extend(sections);
        Ok(parts)
    }
}

fn unpackable(error: io::Error) -> Error {
    Error::Library {
        path: "library".into(),
        what: format!("a text can't be compressed ({error})"),
    }
}

/// The buffers of one thread.
struct Worker<'a> {
    keys: KeyMaker,
    compressor: io::Result<Compressor<'a>>,
    bytes: Vec<u8>,
}

impl<'a> Worker<'a> {
    fn new(builder: &'a SegmentBuilder) -> Self {
        Worker {
            keys: KeyMaker::new(&builder.settings),
            compressor: match &builder.encoder {
                Some(encoder) => Compressor::with_prepared_dictionary(encoder),
                None => Compressor::new(LEVEL),
            },
            bytes: Vec::new(),
        }
    }

    /// Returns a document as it stands in the file.
    fn pack(&mut self, document: &StoredDocument) -> io::Result<Vec<u8>> {
        self.bytes.clear();
        document.encode(&mut self.bytes);
        let compressor = match &mut self.compressor {
            Ok(compressor) => compressor,
            Err(error) => return Err(io::Error::new(error.kind(), error.to_string())),
        };
        let packed = compressor.compress(&self.bytes)?;
        let mut record = Vec::with_capacity(packed.len() + 8);
        record.extend_from_slice(&(self.bytes.len() as u32).to_le_bytes());
        record.extend_from_slice(&packed);
        let checksum = xxh3_64(&record) as u32;
        record.extend_from_slice(&checksum.to_le_bytes());
        Ok(record)
    }
}
