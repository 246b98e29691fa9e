//! Phrases as they are handed over: with places, variants and dates.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::corpus::Corpus;
use crate::phrases::kind::PhraseKind;
use crate::phrases::rank::Parts;
use crate::phrases::timeline::Timeline;
use crate::suffix::occurrence::Occurrence;

/// A phrase that documents share.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// It, normalized.
    pub phrase: String,
    /// Its commonest surface form.
    pub display: String,
    /// Its length in normalized characters.
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
    pub kind: PhraseKind,
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
    places: Vec<LocationRecord<'a>>,
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
    kind: PhraseKind,
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
            r#where: &'a [LocationRecord<'a>],
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
    pub fn places(&self) -> &[LocationRecord<'a>] {
        &self.places
    }
}

/// A place in a record.
#[derive(Serialize)]
pub struct LocationRecord<'a> {
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
            places: location_records(corpus, &self.places),
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

pub(crate) fn location_records<'a>(
    corpus: &'a Corpus,
    places: &[Occurrence],
) -> Vec<LocationRecord<'a>> {
    let record = |place: &Occurrence| LocationRecord {
        id: corpus.id(place.document),
        start: place.start,
        end: place.end,
    };
    places.iter().map(record).collect()
}
