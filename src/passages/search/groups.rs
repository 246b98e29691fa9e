//! The same passage in many documents: a group with its earliest member as
//! representative.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::corpus::{Corpus, DocId};
use crate::passages::search::align::{Anchor, Limits, PairAligner};
use crate::passages::search::passage_search::{PassageSearch, ReusedPassage};
use crate::passages::search::seed::each_seed;
use crate::span::UnitSpan;

/// Most places of one seed in a representative that members are aligned from.
const MOST_PLACES: usize = 4;

/// A passage and the documents that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct PassageGroup {
    /// The earliest member first: the representative. The others follow in
    /// the order of their times.
    pub members: Vec<GroupMember>,
}

/// A document that has the passage of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupMember {
    /// The document.
    pub doc: DocId,
    /// Units of its normalized text.
    pub span: UnitSpan,
    /// Equal units out of the columns of its alignment with the representative.
    pub identity: f64,
}

impl PassageSearch {
    /// Returns the groups of passages that this search found, in the order of
    /// their representatives; `time` orders documents, those with the same
    /// time stay in the order of the input.
    ///
    /// Two stretches of a document are the same passage if each holds half of
    /// the other. From the earliest document on, the longest stretch that is
    /// in no group yet represents one. Its members are found along the passages,
    /// and each is aligned with the representative, so that nothing is chained
    /// in. A stretch is in one group. `O(n log n)` for `n` passages, beside one
    /// alignment for each that is not with the representative already.
    pub fn groups(
        &self,
        corpus: &Corpus,
        passages: &[ReusedPassage],
        time: impl Fn(DocId) -> i64,
    ) -> Vec<PassageGroup> {
        let sides = Sides::new(passages);
        let mut docs: Vec<DocId> = sides.docs().collect();
        docs.sort_by_key(|doc| (time(*doc), *doc));
        let mut grouper = Grouper {
            corpus,
            limits: self.limits(),
            sides,
            grouped: HashMap::new(),
            aligner: PairAligner::default(),
        };
        let mut groups = Vec::new();
        for doc in docs {
            for span in grouper.representatives(doc) {
                let mut members = grouper.members(doc, span);
                if members.is_empty() {
                    continue;
                }
                grouper.grouped.entry(doc).or_default().add(span);
                members.sort_by_key(|member| (time(member.doc), member.doc, member.span.start));
                let representative = GroupMember {
                    doc,
                    span,
                    identity: 1.0,
                };
                members.insert(0, representative);
                groups.push(PassageGroup { members });
            }
        }
        groups
    }
}

/// Returns whether two stretches of a document are the same passage.
fn is_same(one: UnitSpan, other: UnitSpan) -> bool {
    let shared = one
        .end
        .min(other.end)
        .saturating_sub(one.start.max(other.start));
    2 * shared as usize >= one.len().max(other.len())
}

/// A passage as one of its documents has it.
#[derive(Clone, Debug)]
struct Side {
    doc: DocId,
    span: UnitSpan,
    other: DocId,
    other_span: UnitSpan,
    identity: f64,
}

/// Both sides of passages, in the order of documents and places.
struct Sides(Vec<Side>);

impl Sides {
    fn new(passages: &[ReusedPassage]) -> Self {
        let sides = passages.iter().flat_map(|passage| {
            let [a, b] = [(passage.a, passage.span_a), (passage.b, passage.span_b)];
            [(a, b), (b, a)].map(|((doc, span), (other, other_span))| Side {
                doc,
                span,
                other,
                other_span,
                identity: passage.identity,
            })
        });
        let mut sides: Vec<Side> = sides.collect();
        sides.sort_by_key(|side| (side.doc, side.span.start, side.other, side.other_span.start));
        Sides(sides)
    }

    fn docs(&self) -> impl Iterator<Item = DocId> + '_ {
        let of_doc = self.0.chunk_by(|one, other| one.doc == other.doc);
        of_doc.map(|sides| sides[0].doc)
    }

    fn of(&self, doc: DocId) -> &[Side] {
        let from = self.0.partition_point(|side| side.doc < doc);
        let to = self.0.partition_point(|side| side.doc <= doc);
        &self.0[from..to]
    }

    /// Returns the sides that are the same passage as a stretch.
    fn same(&self, doc: DocId, span: UnitSpan) -> impl Iterator<Item = &Side> {
        let of_doc = self.of(doc);
        let len = span.len() as u32;
        let from = of_doc.partition_point(|side| side.span.start + len < span.start);
        let near = of_doc[from..].iter();
        let near = near.take_while(move |side| side.span.start < span.end);
        near.filter(move |side| is_same(side.span, span))
    }
}

/// Stretches of a document of which no two are the same passage.
#[derive(Default)]
struct Stretches(BTreeSet<(u32, u32)>);

impl Stretches {
    fn has(&self, span: UnitSpan) -> bool {
        let from = span.start.saturating_sub(span.len() as u32);
        let mut near = self.0.range((from, 0)..(span.end, 0));
        near.any(|(start, end)| is_same((*start..*end).into(), span))
    }

    /// Adds a stretch, if it is not there yet.
    fn add(&mut self, span: UnitSpan) -> bool {
        !self.has(span) && self.0.insert((span.start, span.end))
    }
}

struct Grouper<'a> {
    corpus: &'a Corpus,
    limits: Limits,
    sides: Sides,
    /// The stretches that are in a group.
    grouped: HashMap<DocId, Stretches>,
    aligner: PairAligner,
}

impl Grouper<'_> {
    /// Returns the stretches of a document that are in no group and not the
    /// same as a longer one.
    fn representatives(&self, doc: DocId) -> Vec<UnitSpan> {
        let is_free =
            |span: &UnitSpan| self.grouped.get(&doc).is_none_or(|there| !there.has(*span));
        let spans = self.sides.of(doc).iter().map(|side| side.span);
        let mut spans: Vec<UnitSpan> = spans.filter(is_free).collect();
        spans.sort_by_key(|span| (std::cmp::Reverse(span.len()), span.start));
        let mut chosen = Stretches::default();
        spans.retain(|span| chosen.add(*span));
        spans.sort_by_key(|span| (span.start, span.end));
        spans
    }

    /// Returns the members of a group but for its representative.
    fn members(&mut self, doc: DocId, span: UnitSpan) -> Vec<GroupMember> {
        let mut members: Vec<GroupMember> = Vec::new();
        let mut seen = HashSet::from([(doc, span.start)]);
        let mut seeds = None;
        // Whose passages lead to further members: the representative, then
        // each member.
        let mut next = 0;
        loop {
            let (from, from_span) = match next {
                0 => (doc, span),
                _ => match members.get(next - 1) {
                    Some(member) => (member.doc, member.span),
                    None => break,
                },
            };
            next += 1;
            for side in self.sides.same(from, from_span) {
                let (other, other_span) = (side.other, side.other_span);
                let grouped = self.grouped.entry(other).or_default();
                if other == doc
                    || grouped.has(other_span)
                    || !seen.insert((other, other_span.start))
                {
                    continue;
                }
                let member = match from == doc {
                    true => Some(GroupMember {
                        doc: other,
                        span: other_span,
                        identity: side.identity,
                    }),
                    false => {
                        let text = span.of(self.corpus.normalized(doc));
                        let seeds = seeds.get_or_insert_with(|| places(text));
                        aligned(
                            &mut self.aligner,
                            &self.limits,
                            text,
                            seeds,
                            self.corpus,
                            other,
                            other_span,
                        )
                    }
                };
                if let Some(member) = member {
                    grouped.add(member.span);
                    members.push(member);
                }
            }
        }
        members
    }
}

/// Returns the places of each seed of a text.
fn places(text: &[u16]) -> HashMap<u64, Vec<u32>> {
    let mut places: HashMap<u64, Vec<u32>> = HashMap::new();
    each_seed(text, |seed| {
        let places = places.entry(seed.hash).or_default();
        if places.len() < MOST_PLACES {
            places.push(seed.start);
        }
    });
    places
}

/// Aligns a stretch with a representative, of which half must be in it.
fn aligned(
    aligner: &mut PairAligner,
    limits: &Limits,
    representative: &[u16],
    seeds: &HashMap<u64, Vec<u32>>,
    corpus: &Corpus,
    doc: DocId,
    span: UnitSpan,
) -> Option<GroupMember> {
    let text = span.of(corpus.normalized(doc));
    let mut anchors = Vec::new();
    each_seed(text, |seed| {
        let places = seeds.get(&seed.hash).into_iter().flatten();
        anchors.extend(places.map(|place| Anchor {
            a: *place,
            b: seed.start,
            len: 1,
        }));
    });
    let mut found = Vec::new();
    aligner.align(
        [representative, text],
        &mut anchors,
        0,
        0,
        limits,
        &mut found,
    );
    let longest = found.iter().max_by_key(|aligned| aligned.a().len())?;
    let b = longest.b();
    (2 * longest.a().len() >= representative.len()).then(|| GroupMember {
        doc,
        span: UnitSpan::from(span.start + b.start..span.start + b.end),
        identity: longest.identity(),
    })
}
