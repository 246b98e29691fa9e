//! Phrases as they are handed over: with places, variants and dates.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;
use serde::{Serialize, Serializer};

use super::choose::{Chosen, fetch_written};
use super::display::variants;
use super::index::ReuseIndex;
use super::kind::Kind;
use super::place::{self, Occurrence};
use super::rank::Parts;
use super::repeat::Interval;
use super::timeline::{Calendar, Timeline};
use super::{PhraseOptions, PhraseSort};
use crate::corpus::Corpus;
use crate::error::Result;

/// A phrase that documents share.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// It, folded.
    pub phrase: String,
    /// Its commonest surface form.
    pub display: String,
    /// Its length in folded characters.
    pub length: u32,
    /// The documents that have it.
    pub documents: u32,
    /// Its occurrences.
    pub occurrences: u64,
    /// How high it stands; comparable within a run.
    pub score: f64,
    /// Its surface forms, commonest first.
    pub variants: Vec<Variant>,
    /// Its places, by document and start.
    pub places: Vec<Occurrence>,
    /// What the score is made of.
    pub parts: Parts,
    /// What it is.
    pub kind: Kind,
    /// The phrase that stands for its family, if it has one.
    pub family: Option<String>,
    /// When and where it was used.
    pub timeline: Timeline,
}

/// A surface form of a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// It, as it was written.
    pub text: String,
    /// How often it was written so.
    pub count: u64,
}

/// A phrase as a line of `phrases.jsonl`: the keys in their order.
pub struct PhraseRecord<'a> {
    head: Head<'a>,
    places: Vec<PlaceRecord<'a>>,
    tail: Tail<'a>,
}

/// What stands before the places.
#[derive(Serialize)]
pub(crate) struct Head<'a> {
    phrase: &'a str,
    display: &'a str,
    length: u32,
    documents: u32,
    occurrences: u64,
    score: f64,
    variants: &'a [Variant],
}

/// What stands after them.
#[derive(Serialize)]
pub(crate) struct Tail<'a> {
    parts: Parts,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_document: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    months: Option<&'a BTreeMap<String, u32>>,
}

impl Serialize for PhraseRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Record<'a> {
            #[serde(flatten)]
            head: &'a Head<'a>,
            r#where: &'a [PlaceRecord<'a>],
            #[serde(flatten)]
            tail: &'a Tail<'a>,
        }
        let record = Record {
            head: &self.head,
            r#where: &self.places,
            tail: &self.tail,
        };
        record.serialize(serializer)
    }
}

impl<'a> PhraseRecord<'a> {
    /// Returns the surface forms, as they are written.
    pub fn variants(&self) -> &'a [Variant] {
        self.head.variants
    }

    /// Returns the places, as they are written.
    pub fn places(&self) -> &[PlaceRecord<'a>] {
        &self.places
    }
}

/// A place in a record.
#[derive(Serialize)]
pub struct PlaceRecord<'a> {
    id: &'a str,
    start: u32,
    end: u32,
}

impl Phrase {
    /// Returns the phrase as a record, with `timeline` its time and sources.
    pub fn record<'a>(&'a self, corpus: &'a Corpus, timeline: bool) -> PhraseRecord<'a> {
        let (head, tail) = self.record_without_places(corpus, timeline);
        PhraseRecord {
            head,
            places: place_records(corpus, &self.places),
            tail,
        }
    }

    /// Returns what stands before the places in a record, and after them.
    pub(crate) fn record_without_places<'a>(
        &'a self,
        corpus: &'a Corpus,
        timeline: bool,
    ) -> (Head<'a>, Tail<'a>) {
        let times = timeline.then_some(&self.timeline);
        let head = Head {
            phrase: &self.phrase,
            display: &self.display,
            length: self.length,
            documents: self.documents,
            occurrences: self.occurrences,
            score: self.score,
            variants: &self.variants,
        };
        let tail = Tail {
            parts: self.parts,
            kind: self.kind,
            family: self.family.as_deref(),
            sources: times.map(|t| t.sources),
            first_date: times.and_then(|t| t.first_date).map(|d| d.to_string()),
            last_date: times.and_then(|t| t.last_date).map(|d| d.to_string()),
            first_document: times.and_then(|t| t.first_document).map(|d| corpus.id(d)),
            months: times.map(|t| &t.months),
        };
        (head, tail)
    }
}

pub(crate) fn place_records<'a>(corpus: &'a Corpus, places: &[Occurrence]) -> Vec<PlaceRecord<'a>> {
    let record = |place: &Occurrence| PlaceRecord {
        id: corpus.id(place.document),
        start: place.start,
        end: place.end,
    };
    places.iter().map(record).collect()
}

/// Phrases that are made and handed over together, and their places: enough to
/// keep all cores busy, few enough to hold. The best phrases have the most
/// places, sixty bytes each when they are written.
const HANDED_OVER: usize = 1 << 10;
const PLACES_HANDED_OVER: u64 = 1 << 15;

impl Chosen {
    /// Returns which phrases the options ask for, in their order: indexes
    /// into `list`.
    pub(crate) fn wanted(&self, index: &ReuseIndex, options: &PhraseOptions) -> Vec<u32> {
        let ignored: HashSet<&str> = options.ignore.iter().map(String::as_str).collect();
        let is_wanted = |at: &u32| {
            let choice = &self.list[*at as usize];
            options.kind.is_none_or(|kind| kind == choice.kind)
                && choice.interval.length >= options.min_length
                && choice.interval.documents >= options.min_documents
                && (ignored.is_empty()
                    || !ignored.contains(index.written(&choice.interval).as_str()))
        };
        let mut wanted: Vec<u32> = (0..self.list.len() as u32).filter(is_wanted).collect();
        let key = |at: &u32| {
            let interval = &self.list[*at as usize].interval;
            std::cmp::Reverse(match options.sort {
                PhraseSort::Score => 0,
                PhraseSort::Documents => interval.documents,
                PhraseSort::Length => interval.length,
            })
        };
        if options.sort != PhraseSort::Score {
            wanted.sort_by_key(key);
        }
        wanted.truncate(options.top.unwrap_or(usize::MAX));
        wanted
    }

    /// Returns the phrases that the options ask for, in their order, folded,
    /// with their kinds.
    pub fn folded(&self, index: &ReuseIndex, options: &PhraseOptions) -> Vec<(Kind, String)> {
        let wanted = self.wanted(index, options).into_iter();
        let folded = wanted.map(|at| {
            let choice = &self.list[at as usize];
            (choice.kind, index.written(&choice.interval))
        });
        folded.collect()
    }

    /// Calls `found` for the phrases that the options ask for, in their order,
    /// with places, variants and family, a thousand at a time.
    ///
    /// Places are looked up batch by batch, so those of a large corpus never
    /// stand in memory together. `corpus` and `index` must be those that the
    /// phrases were chosen from.
    ///
    /// # Errors
    ///
    /// Fails with whatever `found` returns.
    pub fn phrases(
        &self,
        corpus: &Corpus,
        index: &ReuseIndex,
        options: &PhraseOptions,
        mut found: impl FnMut(Vec<Phrase>) -> Result<()>,
    ) -> Result<()> {
        let calendar = options.timeline.then(|| Calendar::new(corpus));
        let families = self.family_of(index);
        let phrase = |at: u32, places: Vec<Occurrence>, as_folded: bool| {
            let choice = &self.list[at as usize];
            let phrase = index.written(&choice.interval);
            let (display, variants) = variants(corpus, &phrase, &places, as_folded);
            let timeline = calendar.as_ref().map(|calendar| {
                let in_documents = places.chunk_by(|a, b| a.document == b.document);
                calendar.timeline(in_documents.map(|places| places[0].document))
            });
            let family = families[at as usize];
            Phrase {
                phrase,
                display,
                length: choice.interval.length,
                documents: choice.interval.documents,
                occurrences: choice.interval.occurrences,
                score: choice.score(),
                variants,
                places,
                parts: choice.parts(),
                kind: choice.kind,
                family: family.map(|of| index.written(&self.list[of as usize].interval)),
                timeline: timeline.unwrap_or_default(),
            }
        };
        let wanted = self.wanted(index, options);
        let interval = |at: &u32| self.list[*at as usize].interval;
        let occurrences = wanted.iter().map(|at| interval(at).occurrences);
        for batch in place::batches(occurrences, place::at_once(index.text.len())) {
            let batch = &wanted[batch];
            let intervals: Vec<Interval> = batch.iter().map(interval).collect();
            corpus.expect_jumps(false);
            let places = place::find(corpus, &index.text, &index.suffixes, &intervals);
            corpus.expect_jumps(true);
            let occurrences = intervals.iter().map(|interval| interval.occurrences);
            for piece in place::batches(occurrences, PLACES_HANDED_OVER) {
                for from in piece.clone().step_by(HANDED_OVER) {
                    let some = from..piece.end.min(from + HANDED_OVER);
                    let end = some.end;
                    let phrases = some.into_par_iter().map(|at| {
                        if at + 1 < end && !places.as_folded(at + 1) {
                            fetch(corpus, places.of(at + 1));
                        }
                        let ahead = |after| batch.get(at + after).copied();
                        fetch_written(&self.list, &index.text, &index.suffixes, ahead);
                        fetch_written(&self.list, &index.text, &index.suffixes, |after| {
                            families[ahead(after)? as usize]
                        });
                        phrase(batch[at], places.of(at).to_vec(), places.as_folded(at))
                    });
                    found(phrases.collect())?;
                }
            }
        }
        corpus.expect_jumps(false);
        Ok(())
    }
}

/// Fetches ahead what is written at the first places of a phrase.
fn fetch(corpus: &Corpus, places: &[Occurrence]) {
    /// Places that are fetched: most phrases have no more.
    const FIRST: usize = 6;
    for place in places.iter().take(FIRST) {
        corpus.fetch_text(place.document, place.start);
    }
}
