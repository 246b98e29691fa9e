//! Near-duplicates and passages of a draft, counted and aligned exactly.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::stub::wording_hash;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::places::{ForeignPlace, Places};
use crate::library::query::candidates::Candidates;
use crate::library::query::formulas::spans;
use crate::library::query::loaded::{self, Draft, Loaded, Wording, is_telling};
use crate::library::query::options::CheckOptions;
use crate::library::query::shares::{Shares, of_documents, shares};
use crate::library::snapshot::Library;
use crate::near::shingle;
use crate::near::{CopyGroups, Pair, are_kept_apart};
use crate::passages::ReusedPassage;
use crate::relation::{Relation, part_digests, relations};
use crate::span::Span;
use crate::text::normalize::Normalized;

/// Sources of one text from which on a warning names them.
const MANY_SOURCES: usize = 3;

/// The draft in the corpus of a check.
const DRAFT: DocId = DocId(0);

/// The id of the draft in the corpus of a check, which no document has.
const DRAFT_ID: &str = "\0draft";

/// A near-duplicate of the draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// The document, in [`Check::corpus`].
    pub doc: DocId,
    /// What it shares with the draft, which is `a`.
    pub pair: Pair,
    /// What kind of likeness that is.
    pub relation: Relation,
}

/// What a reader should know of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckWarning {
    /// The draft has no text that could be compared, such as a document of
    /// nothing but pictures.
    NoText,
    /// Several sources have the text as it is.
    ManySources {
        /// The sources, sorted.
        sources: Vec<String>,
        /// Copies of the text.
        documents: u64,
    },
    /// A copied passage names a place that its source names too, and that lies
    /// elsewhere than the places that the draft names by itself.
    ForeignPlace(ForeignPlace),
    /// More documents share wording than were compared.
    LeftOut {
        /// Documents that were not.
        documents: u64,
    },
    /// There is no phrase register, so formulas are not known.
    NoRegister,
}

/// What a library says of a draft.
pub struct Check {
    /// The draft, and the documents it was compared with.
    pub corpus: Corpus,
    /// The draft's id.
    pub id: String,
    /// The draft, normalized, with the places of its characters.
    pub places: Normalized,
    /// Where formulas of the phrase register stand in the draft, in bytes.
    pub formulas: Vec<Span>,
    /// Near-duplicates, the most similar first.
    pub near: Vec<Near>,
    /// Passages in the order of the draft, which is `a`; of documents with the
    /// same text the first.
    pub passages: Vec<ReusedPassage>,
    /// How much of the draft stands in passages.
    pub shares: Shares,
    /// What a reader should know.
    pub warnings: Vec<CheckWarning>,
}

impl Check {
    /// Returns the draft in the corpus.
    pub fn draft(&self) -> DocId {
        DRAFT
    }

    /// Returns, for each document that passages name, how many characters of the
    /// draft stand in its passages.
    pub fn characters_of_documents(&self) -> Vec<(DocId, u64)> {
        of_documents(self.corpus.normalized(DRAFT), &self.passages)
    }

    /// Returns the id of a document of the corpus.
    pub fn id_of(&self, doc: DocId) -> &str {
        match doc == DRAFT {
            true => &self.id,
            false => self.corpus.id(doc),
        }
    }
}

impl Library {
    /// Returns what the library has of a draft: its near-duplicates down to the
    /// floor, and every passage that it shares with a document.
    ///
    /// Every shared run of [`SHARED_RUN`](crate::library::SHARED_RUN) normalized characters is found of
    /// which a window stands in at most 64 documents, with each of them; of
    /// common wording the first sixteen documents are compared. Near-duplicates
    /// are found with the recall of the settings; numbers are exact.
    ///
    /// # Errors
    ///
    /// Fails if what is read is damaged, if a threshold lies below the floor,
    /// or when the run is cancelled.
    pub fn check(
        &self,
        draft: &StoredDocument,
        options: &CheckOptions,
        ctx: &Context,
    ) -> Result<Check> {
        let floor = self.settings().floor;
        let threshold = options.threshold.unwrap_or(floor);
        if threshold < floor || threshold > 1.0 {
            return Err(Error::Option {
                option: "`threshold`".into(),
                what: format!(
                    "expected a similarity from {floor}, the floor of the library, to 1, got {threshold}"
                ),
            });
        }
        let mut places = Normalized::default();
        self.normalizer
            .normalize_with_offsets(&draft.text, &mut places);
        let units = &places.units[..];
        let title = Some(draft.title.as_str()).filter(|title| !title.is_empty());
        let of_draft = Draft {
            units,
            wording: wording_hash(units, &draft.text, title),
            shingling: self.settings().shingling(),
            threshold,
        };
        let wording = (of_draft.wording.0 >> 64) as u64;
        let candidates = Candidates::find(self, units, wording, ctx)?;
        ctx.check()?;
        let loaded = self.load(&of_draft, &candidates, options, ctx)?;
        let texts = loaded::wordings(&loaded);
        let found = loaded::passages(units, &texts, &loaded, options, ctx)?;

        // Relations are told by all that share wording with the draft. Without a
        // near-duplicate only the documents of passages are needed.
        let has_near = loaded.iter().any(|one| one.may_be_near);
        let mut is_needed = vec![has_near; loaded.len()];
        for (text, passages) in texts.iter().zip(&found) {
            if !passages.is_empty() {
                text.iter().for_each(|at| is_needed[*at] = true);
            }
        }
        let of_corpus = DocNumbers::new(&is_needed);
        let in_corpus = StoredDocument {
            id: DRAFT_ID.to_owned(),
            ..draft.clone()
        };
        let needed = loaded.iter().zip(&is_needed).filter(|(_, is)| **is);
        let needed = needed.map(|(one, _)| &one.text.document);
        let corpus = self.corpus_within([&in_corpus].into_iter().chain(needed), &ctx.silent())?;
        let near = match has_near {
            true => self.near(&corpus, &loaded, candidates.windows, threshold, ctx)?,
            false => Vec::new(),
        };
        drop(loaded);
        let wordings: Vec<Vec<DocId>> = texts
            .iter()
            .map(|text| of_corpus.of(text))
            .filter(|docs| !docs.is_empty())
            .collect();
        let mut passages = in_order(&texts, found, &of_corpus);
        let formulas = self
            .register
            .as_ref()
            .map(|register| register.formulas(units));
        if let Some(formulas) = &formulas {
            for passage in &mut passages {
                let span = passage.span_a.range();
                let is_own = |at: &usize| !formulas[*at] && units[*at] & 0xFC00 != 0xDC00;
                passage.own = span.filter(is_own).count() as u32;
            }
        }
        let shares = shares(
            &corpus,
            &places,
            &passages,
            &wordings,
            formulas.as_deref(),
            &options.own,
        );
        let mut warnings = Vec::new();
        if places.units.is_empty() {
            warnings.push(CheckWarning::NoText);
        }
        warnings.extend(many_sources(&corpus, &near));
        let names = self.places.get_or_init(|| Places::new(self.normalizer()));
        let foreign = names.foreign(&corpus, &passages).into_iter();
        warnings.extend(foreign.map(CheckWarning::ForeignPlace));
        if candidates.left_out > 0 {
            warnings.push(CheckWarning::LeftOut {
                documents: candidates.left_out,
            });
        }
        if self.register.is_none() {
            warnings.push(CheckWarning::NoRegister);
        }
        let formulas = formulas.map_or_else(Vec::new, |inside| spans(&inside, &places));
        Ok(Check {
            corpus,
            id: draft.id.clone(),
            places,
            formulas,
            near,
            passages,
            shares,
            warnings,
        })
    }

    /// Returns the near-duplicates, judged as `leitong cluster` judges pairs. The
    /// corpus holds the draft and all that was loaded.
    fn near(
        &self,
        corpus: &Corpus,
        loaded: &[Loaded],
        windows: u32,
        threshold: f64,
        ctx: &Context,
    ) -> Result<Vec<Near>> {
        let shingling = self.settings().shingling();
        let draft = shingle::set(shingling, corpus.normalized(DRAFT));
        let docs: Vec<DocId> = corpus.docs().skip(1).collect();
        let copies = CopyGroups::new(corpus, shingling);
        let is_copy = |doc: DocId| {
            copies
                .group(DRAFT)
                .is_some_and(|group| group.contains(&doc))
        };
        let mut pairs: Vec<Pair> = docs
            .into_par_iter()
            .filter_map(|doc| {
                // What is missing then is not looked at.
                if ctx.is_cancelled() {
                    return None;
                }
                if !is_telling(loaded[doc.index() - 1].hits, windows) {
                    return None;
                }
                let set = shingle::set(shingling, corpus.normalized(doc));
                let pair = Pair {
                    a: DRAFT,
                    b: doc,
                    shared: shingle::shared(&draft, &set) as u32,
                    len_a: draft.len() as u32,
                    len_b: set.len() as u32,
                };
                let is_near = pair.shared > 0
                    && pair.jaccard() >= threshold
                    && !are_kept_apart(corpus, &pair);
                (is_copy(doc) || is_near).then_some(pair)
            })
            .collect();
        ctx.check()?;
        if pairs.is_empty() {
            return Ok(Vec::new());
        }
        pairs.sort_unstable();
        let mut kinds = relations(corpus, &pairs, ctx)?;
        part_digests(corpus, &pairs, &mut kinds);
        let near = pairs.into_iter().zip(kinds).map(|(pair, relation)| Near {
            doc: pair.b,
            pair,
            relation,
        });
        let mut near: Vec<Near> = near.collect();
        near.sort_by(|one, other| {
            let of = |near: &Near| near.pair.jaccard();
            of(other).total_cmp(&of(one)).then(one.doc.cmp(&other.doc))
        });
        Ok(near)
    }
}

/// Returns the passages of all texts with the names of their documents, of those
/// with one text the first, in the order of the draft.
fn in_order(
    texts: &[Wording],
    found: Vec<Vec<ReusedPassage>>,
    of_corpus: &DocNumbers,
) -> Vec<ReusedPassage> {
    let mut passages: Vec<ReusedPassage> = Vec::new();
    for (text, found) in texts.iter().zip(found) {
        let named = found.into_iter().map(|passage| ReusedPassage {
            a: DRAFT,
            b: of_corpus.doc(text[0]),
            ..passage
        });
        passages.extend(named);
    }
    passages.sort_by_key(|passage| {
        (
            passage.span_a.start,
            Reverse(passage.length),
            passage.b,
            passage.span_b.start,
        )
    });
    passages
}

/// The numbers of candidates in the corpus of a check, behind the draft.
struct DocNumbers(Vec<Option<DocId>>);

impl DocNumbers {
    fn new(is_needed: &[bool]) -> Self {
        let mut next = DRAFT.0;
        let numbers = is_needed.iter().map(|is_needed| {
            next += u32::from(*is_needed);
            is_needed.then_some(DocId(next))
        });
        DocNumbers(numbers.collect())
    }

    /// Returns those of some candidates that are there.
    fn of(&self, candidates: &[usize]) -> Vec<DocId> {
        candidates.iter().filter_map(|at| self.0[*at]).collect()
    }

    /// Returns that of a candidate whose passages are told.
    fn doc(&self, candidate: usize) -> DocId {
        self.0[candidate].unwrap_or(DRAFT)
    }
}

/// Returns a warning if several sources have the draft's own text.
fn many_sources(corpus: &Corpus, near: &[Near]) -> Option<CheckWarning> {
    let copies = || near.iter().filter(|near| near.relation == Relation::Copy);
    let sources: BTreeSet<&str> = copies()
        .filter_map(|near| corpus.source(near.doc))
        .collect();
    (sources.len() >= MANY_SOURCES).then(|| CheckWarning::ManySources {
        sources: sources.into_iter().map(str::to_owned).collect(),
        documents: copies().count() as u64,
    })
}
