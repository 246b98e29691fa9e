//! A phrase as it is written: with its locations, variants and dates.

use serde::{Serialize, Serializer};

use crate::corpus::Corpus;
use crate::phrases::kind::PhraseKind;
use crate::phrases::rank::Parts;
use crate::phrases::timeline::{Timeline, TimelineRecord};
use crate::suffix::occurrence::Occurrence;

/// A phrase that documents share.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// Its characters, normalized, in their commonest Simplified spelling.
    pub phrase: String,
    /// Its commonest surface form, a Simplified one if there is one.
    pub display: String,
    /// Its length in normalized characters.
    pub length: u32,
    /// Number of documents that contain it.
    pub documents: u32,
    /// Number of occurrences.
    pub occurrences: u64,
    /// Score; comparable within a run.
    pub score: f64,
    /// Its surface forms, commonest first.
    pub variants: Vec<Variant>,
    /// Its occurrences, by document and start.
    pub locations: Vec<Occurrence>,
    /// What the score is made of.
    pub parts: Parts,
    /// Its kind.
    pub kind: PhraseKind,
    /// The phrase that stands for its family, if it has one.
    pub family: Option<String>,
    /// When and where it was used.
    pub timeline: Timeline,
}

/// A surface form of a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// The surface form.
    pub text: String,
    /// Number of occurrences written so.
    pub count: u64,
}

/// A phrase as a line of `phrases.jsonl`, with the keys in their order.
pub struct PhraseRecord<'a> {
    head: Head<'a>,
    locations: Vec<LocationRecord<'a>>,
    tail: Tail<'a>,
}

/// The keys before the locations.
#[derive(Serialize)]
pub(crate) struct Head<'a> {
    phrase: &'a str,
    display: &'a str,
    length: u32,
    documents: u32,
    occurrences: u64,
    score: f64,
    kind: PhraseKind,
    variants: &'a [Variant],
}

/// The keys after the locations.
#[derive(Serialize)]
pub(crate) struct Tail<'a> {
    parts: Parts,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    #[serde(flatten)]
    timeline: Option<TimelineRecord<'a>>,
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
            r#where: &self.locations,
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

    /// Returns the locations, as they are written.
    pub fn locations(&self) -> &[LocationRecord<'a>] {
        &self.locations
    }
}

/// An occurrence in a record.
#[derive(Serialize)]
pub struct LocationRecord<'a> {
    id: &'a str,
    start: u32,
    end: u32,
}

impl Phrase {
    /// Returns the phrase as a record; with `timeline`, dates and sources are
    /// part of it.
    pub fn record<'a>(&'a self, corpus: &'a Corpus, timeline: bool) -> PhraseRecord<'a> {
        let (head, tail) = self.record_without_locations(corpus, timeline);
        PhraseRecord {
            head,
            locations: location_records(corpus, &self.locations),
            tail,
        }
    }

    /// Returns the keys of the record before the locations, and those after
    /// them.
    pub(crate) fn record_without_locations<'a>(
        &'a self,
        corpus: &'a Corpus,
        timeline: bool,
    ) -> (Head<'a>, Tail<'a>) {
        let head = Head {
            phrase: &self.phrase,
            display: &self.display,
            length: self.length,
            documents: self.documents,
            occurrences: self.occurrences,
            score: self.score,
            kind: self.kind,
            variants: &self.variants,
        };
        let tail = Tail {
            parts: self.parts,
            family: self.family.as_deref(),
            timeline: timeline.then(|| self.timeline.record(corpus)),
        };
        (head, tail)
    }
}

/// Returns occurrences as they are written.
pub(crate) fn location_records<'a>(
    corpus: &'a Corpus,
    occurrences: &[Occurrence],
) -> Vec<LocationRecord<'a>> {
    let record = |occurrence: &Occurrence| LocationRecord {
        id: corpus.id(occurrence.document),
        start: occurrence.start,
        end: occurrence.end,
    };
    occurrences.iter().map(record).collect()
}
