//! What is there already, in a library or in files, and is like the input.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::amounts::grouped;
use crate::cli::say::say;
use crate::context::Context;
use crate::corpus::stub::wording_hash;
use crate::corpus::{BuildOptions, Corpus, DocId, Record};
use crate::error::{Error, Result, Skipped};
use crate::hash::TextHash;
use crate::library::{Library, LikeOptions, StoredDocument};
use crate::near::sketch::{Sketcher, Sketching};
use crate::near::{Banding, Measure, Method, NearOptions};
use crate::pipeline::CompareOptions;
use crate::progress::Stage;
use crate::read::reader;
use crate::read::sink::Sink;
use crate::read::{CorpusOptions, Inputs};
use crate::text::normalize::Normalizer;

/// What the input is compared with.
pub(in crate::cli) enum AgainstPlan {
    /// A library, as it was when the run began.
    Library(Arc<Library>),
    /// Files and folders, read as the input is.
    Files(Inputs),
}

/// The documents that are there already and like the input.
pub(in crate::cli) struct Found {
    /// The first of them in the corpus; all behind it are of them.
    pub(in crate::cli) first: DocId,
    /// Where each of them stands.
    pub(in crate::cli) places: Vec<String>,
    /// Documents that the input was compared with.
    pub(in crate::cli) documents: u64,
    /// Bytes of the texts of the input alone.
    pub(in crate::cli) text_bytes: u64,
    /// Records and files that could not be read.
    pub(in crate::cli) skipped: Vec<Skipped>,
    pub(in crate::cli) skipped_more: u64,
    pub(in crate::cli) warnings: Vec<String>,
}

/// Returns whether a path names a library.
pub(in crate::cli) fn is_library(path: &Path) -> bool {
    path.is_dir() && path.join("manifest").is_file()
}

/// Returns the name of a library for people.
pub(in crate::cli) fn name_of(library: &Library) -> String {
    let name = library.path().file_name();
    name.map_or_else(
        || library.path().display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Says that nothing is found in a library because nothing is in it.
pub(in crate::cli) fn warn_if_empty(library: &Library, quiet: bool) {
    if library.is_empty() && !quiet {
        say!(
            "leitong: warning: {}: this library holds no documents, so nothing is found in it; \
             add some with leitong index add",
            library.path().display()
        );
    }
}

impl AgainstPlan {
    /// Finds the files that the input is compared with.
    pub(in crate::cli) fn files(paths: &[PathBuf]) -> Result<AgainstPlan> {
        if let Some(library) = paths.iter().find(|path| is_library(path)) {
            return Err(Error::Option {
                option: format!("--against {}", library.display()),
                what: "is a library, and one library is compared with at a time, and no files \
                       beside it; export its documents, or run twice"
                    .to_owned(),
            });
        }
        Inputs::find(paths).map(AgainstPlan::Files)
    }

    /// Checks that a library can answer what is asked.
    pub(in crate::cli) fn check(
        &self,
        corpus: &CorpusOptions,
        compare: &CompareOptions,
    ) -> Result<()> {
        let AgainstPlan::Library(library) = self else {
            return Ok(());
        };
        let (settings, near) = (library.settings(), &compare.near);
        let refuse = |option: &str, what: String| {
            Err(Error::Option {
                option: option.to_owned(),
                what,
            })
        };
        if settings.steps != corpus.steps {
            return refuse(
                "--no-fold",
                format!(
                    "{} was made with other steps of normalizing; give the same (on are {})",
                    library.path().display(),
                    settings.steps.names().join(", ")
                ),
            );
        }
        if settings.shingling() != near.shingling {
            return refuse(
                "--shingle-len",
                format!(
                    "{} was made with shingles of {} characters, this run uses {}; pass \
                     --shingle-len {}",
                    library.path().display(),
                    settings.shingle_len,
                    near.shingling,
                    settings.shingle_len
                ),
            );
        }
        if near.measure == Measure::Jaccard && near.threshold < settings.floor {
            return refuse(
                "--threshold",
                format!(
                    "{} finds documents from its floor of {} on, got {}; raise it, or make a \
                     library with a lower --floor",
                    library.path().display(),
                    settings.floor,
                    near.threshold
                ),
            );
        }
        if near.method != Method::MinHash {
            return refuse(
                "--method",
                "a library is asked by minhash; leave the option out".to_owned(),
            );
        }
        if compare.mask_boilerplate {
            return refuse(
                "--mask-boilerplate",
                "a library compares whole texts; leave the option out".to_owned(),
            );
        }
        Ok(())
    }

    /// Appends what is there already and like the corpus.
    pub(in crate::cli) fn find(
        &self,
        corpus: &mut Corpus,
        reading: &CorpusOptions,
        compare: &CompareOptions,
        all_copies: bool,
        ctx: &Context,
    ) -> Result<Found> {
        let mut found = Found {
            first: DocId(corpus.len() as u32),
            places: Vec::new(),
            documents: 0,
            text_bytes: corpus.text_bytes(),
            skipped: Vec::new(),
            skipped_more: 0,
            warnings: Vec::new(),
        };
        let keep = BuildOptions {
            keep_texts: reading.keep_texts,
            note_surface: reading.note_surface,
        };
        match self {
            AgainstPlan::Library(library) => {
                let options = LikeOptions {
                    measure: compare.near.measure,
                    threshold: compare.near.threshold,
                    all_copies,
                };
                let like = library.like(corpus, &options, ctx)?;
                found.documents = library.len();
                found.places = vec![name_of(library); like.len()];
                corpus.append(like.iter().map(StoredDocument::lend), keep);
            }
            AgainstPlan::Files(inputs) => {
                let wanted = Wanted::new(corpus, compare)?;
                let mut options = reading.read.clone();
                // What is chosen is chosen of the input.
                options.selection = Default::default();
                options.fields.further = String::new();
                options.fields.others = false;
                ctx.begin(Stage::Reading, inputs.len_bytes());
                let filter = || Filter::new(&wanted, corpus.normalizer());
                let read = reader::read(inputs, &options, filter, ctx);
                inputs.check_unchanged()?;
                let read = read?;
                let names = inputs.names();
                let mut documents = Vec::new();
                for filter in read.sinks {
                    found.documents += filter.documents;
                    for (document, input, line) in filter.found {
                        let name = names.get(input as usize).copied().unwrap_or("");
                        found.places.push(match line {
                            0 => name.to_owned(),
                            line => format!("{name}:{line}"),
                        });
                        documents.push(document);
                    }
                }
                found.skipped = read.skipped;
                found.skipped_more = read.skipped_more;
                found.warnings = read.warnings;
                corpus.append(documents.iter().map(StoredDocument::lend), keep);
            }
        }
        Ok(found)
    }

    /// Returns what the input is compared with, for people.
    pub(in crate::cli) fn name(&self) -> String {
        match self {
            AgainstPlan::Library(library) => name_of(library),
            AgainstPlan::Files(inputs) => {
                let mut names = inputs.names().into_iter();
                let first = names.next().unwrap_or("no files").to_owned();
                match names.count() {
                    0 => first,
                    more => format!("{first} and {} more files", grouped(more as u64)),
                }
            }
        }
    }
}

/// What makes a document worth comparing: a band or the wording of one of the
/// corpus. Without sketches all are.
struct Wanted {
    bands: Option<(Sketching, HashSet<u64>)>,
    wordings: HashSet<TextHash>,
}

impl Wanted {
    fn new(corpus: &Corpus, compare: &CompareOptions) -> Result<Self> {
        let NearOptions {
            shingling,
            threshold,
            measure,
            method,
            recall,
            seed,
            ..
        } = compare.near;
        let by_bands =
            (method, measure) == (Method::MinHash, Measure::Jaccard) && !compare.mask_boilerplate;
        let bands = match by_bands {
            false => None,
            true => {
                let sketching = Sketching {
                    shingling,
                    banding: Banding::solve(threshold, recall)?,
                    seed,
                };
                let mut sketcher = Sketcher::new(sketching);
                let mut keys = HashSet::new();
                for doc in corpus.docs() {
                    keys.extend(
                        sketcher
                            .band_keys(corpus.normalized(doc))
                            .unwrap_or_default(),
                    );
                }
                Some((sketching, keys))
            }
        };
        Ok(Wanted {
            bands,
            wordings: corpus.docs().map(|doc| corpus.text_hash(doc)).collect(),
        })
    }
}

/// Keeps the records of one chunk that are wanted.
struct Filter<'a> {
    wanted: &'a Wanted,
    normalizer: &'a Normalizer,
    sketcher: Option<Sketcher>,
    units: Vec<u16>,
    documents: u64,
    found: Vec<(StoredDocument, u32, u64)>,
}

impl<'a> Filter<'a> {
    fn new(wanted: &'a Wanted, normalizer: &'a Normalizer) -> Self {
        Filter {
            wanted,
            normalizer,
            sketcher: wanted
                .bands
                .as_ref()
                .map(|(sketching, _)| Sketcher::new(*sketching)),
            units: Vec::new(),
            documents: 0,
            found: Vec::new(),
        }
    }

    fn is_wanted(&mut self, record: &Record<'_>) -> bool {
        let (Some((_, keys)), Some(sketcher)) = (&self.wanted.bands, &mut self.sketcher) else {
            return true;
        };
        self.units.clear();
        self.normalizer.normalize_into(record.text, &mut self.units);
        let wording = wording_hash(&self.units, record.text, record.title);
        if self.wanted.wordings.contains(&wording) {
            return true;
        }
        let bands = sketcher.band_keys(&self.units).unwrap_or_default();
        bands.iter().any(|key| keys.contains(key))
    }
}

impl Sink for Filter<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.documents += 1;
        if !self.is_wanted(record) {
            return;
        }
        let owned = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let document = StoredDocument {
            id: record.id.to_owned(),
            title: owned(record.title),
            date: owned(record.date),
            source: owned(record.source),
            fields: Vec::new(),
            text: record.text.to_owned(),
        };
        let location = record.location;
        self.found.push((document, location.input, location.line));
    }

    fn close(&mut self) {
        // A chunk needs its buffers no more, and there may be many chunks.
        self.sketcher = None;
        self.units = Vec::new();
    }
}
