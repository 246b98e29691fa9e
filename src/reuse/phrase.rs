//! Phrases, chosen from the repeats and shown as they were written.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;
use serde::Serialize;

use super::cohesion::Scales;
use super::edge::{Surroundings, Surveyor};
use super::gaps::Pair;
use super::index::ReuseIndex;
use super::kind::{Kind, kind_of};
use super::lcp::SharedLengths;
use super::place::{self, Occurrence};
use super::rank::{self, Outermost, Parts};
use super::repeat::Interval;
use super::timeline::{Calendar, Timeline};
use super::{PhraseOptions, PhraseSort, family};
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
#[derive(Serialize)]
pub struct PhraseRecord<'a> {
    phrase: &'a str,
    display: &'a str,
    length: u32,
    documents: u32,
    occurrences: u64,
    score: f64,
    variants: &'a [Variant],
    r#where: Vec<PlaceRecord<'a>>,
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

impl<'a> PhraseRecord<'a> {
    /// Returns the surface forms, as they are written.
    pub fn variants(&self) -> &'a [Variant] {
        self.variants
    }

    /// Returns the places, as they are written.
    pub fn places(&self) -> &[PlaceRecord<'a>] {
        &self.r#where
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
        let times = timeline.then_some(&self.timeline);
        PhraseRecord {
            phrase: &self.phrase,
            display: &self.display,
            length: self.length,
            documents: self.documents,
            occurrences: self.occurrences,
            score: self.score,
            variants: &self.variants,
            r#where: place_records(corpus, &self.places),
            parts: self.parts,
            kind: self.kind,
            family: self.family.as_deref(),
            sources: times.map(|t| t.sources),
            first_date: times.and_then(|t| t.first_date).map(|d| d.to_string()),
            last_date: times.and_then(|t| t.last_date).map(|d| d.to_string()),
            first_document: times.and_then(|t| t.first_document).map(|d| corpus.id(d)),
            months: times.map(|t| &t.months),
        }
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

/// A repeat that was judged to be a phrase.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) interval: Interval,
    pub(crate) parts: Parts,
    pub(crate) kind: Kind,
    pub(crate) score: f64,
}

/// Repeats judged together: enough to keep all cores busy.
const AT_ONCE: usize = 1 << 16;

/// Repeats that a core takes at a time.
const A_TASK: usize = 1 << 10;

/// Returns the phrases among the repeats, best first.
///
/// Frees the shared lengths of the suffix array, which only the walk needs.
pub(crate) fn choose(
    corpus: &Corpus,
    index: &mut ReuseIndex,
    options: &PhraseOptions,
) -> Vec<Chosen> {
    let calendar = Calendar::new(corpus);
    let ignored: HashSet<&str> = options.ignore.iter().map(String::as_str).collect();
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut batch = Vec::with_capacity(AT_ONCE);
    let judge_all = |batch: &mut Vec<Interval>, chosen: &mut Vec<Chosen>| {
        let judged = batch.par_chunks(A_TASK).flat_map_iter(|repeats| {
            let mut judge = Judge {
                index,
                calendar: &calendar,
                documents: corpus.len(),
                options,
                ignored: &ignored,
                surveyor: index.surveyor(),
                scales: index.scales(),
                first_pair: None,
            };
            repeats
                .iter()
                .filter_map(|repeat| judge.judge(repeat))
                .collect::<Vec<_>>()
        });
        chosen.par_extend(judged);
        batch.clear();
    };
    index.walk(
        options.min_length.max(2),
        options.min_documents,
        |interval| {
            batch.push(interval);
            if batch.len() == AT_ONCE {
                judge_all(&mut batch, &mut chosen);
            }
        },
    );
    judge_all(&mut batch, &mut chosen);
    index.suffixes.shared = SharedLengths::default();
    chosen.par_sort_unstable_by(|a, b| {
        let better = match options.sort {
            PhraseSort::Score => b.score.total_cmp(&a.score),
            PhraseSort::Documents => b.interval.documents.cmp(&a.interval.documents),
            PhraseSort::Length => b.interval.length.cmp(&a.interval.length),
        };
        // Suffixes are in the order of their characters, and no two repeats
        // of one length begin at one rank.
        better
            .then(b.score.total_cmp(&a.score))
            .then(b.interval.documents.cmp(&a.interval.documents))
            .then(a.interval.first.cmp(&b.interval.first))
            .then(a.interval.length.cmp(&b.interval.length))
    });
    if let Some(top) = options.top {
        chosen.truncate(top);
        chosen.shrink_to_fit();
    }
    chosen
}

struct Judge<'a> {
    index: &'a ReuseIndex,
    calendar: &'a Calendar,
    /// Documents of the corpus.
    documents: usize,
    options: &'a PhraseOptions,
    ignored: &'a HashSet<&'a str>,
    surveyor: Surveyor<'a>,
    scales: Scales<'a>,
    /// The pair that the last repeat began with.
    first_pair: Option<((u32, u32), Pair)>,
}

impl Judge<'_> {
    /// Returns the repeat if it is a phrase that is wanted, from the cheapest
    /// question to the dearest.
    fn judge(&mut self, repeat: &Interval) -> Option<Chosen> {
        let text = &self.index.text;
        let position = self.index.suffixes.positions[repeat.first as usize] as u32;
        let (first, last) = self.outer_pairs(position, repeat.length)?;
        let floor = rank::floor(repeat.documents, self.documents);
        if rank::hopeless(self.surveyor.glance(repeat), &first, &last, floor) {
            return None;
        }
        let around = self.surveyor.survey(repeat);
        if rank::is_cut(repeat.documents, &around, &first, &last) {
            return None;
        }
        let free_left = rank::boundary(&around.left, first.begins);
        let free_right = rank::boundary(&around.right, last.ends);
        let enough = rank::cohesion_needed(floor, free_left, free_right)?;
        let occurrences = repeat.last - repeat.first + 1;
        let cohesion = self
            .scales
            .weakest_split(position, repeat.length, occurrences, enough)?;
        if self.has_stray(repeat, position, &around, &first, &last) {
            return None;
        }
        let documents = self
            .surveyor
            .documents()
            .iter()
            .flat_map(|d| text.members(*d as usize));
        let sources = self.calendar.evenness(documents.copied());
        let parts = rank::parts(repeat.documents, sources, &around, cohesion, &first, &last);
        if rank::quality(&parts, &around) < floor {
            return None;
        }
        let phrase = text.slice(position, repeat.length);
        let kind = kind_of(&phrase, repeat.documents, sources, &around);
        let wanted = self.options.kind.is_none_or(|wanted| wanted == kind)
            && !self.ignored.contains(phrase.as_str());
        let score = rank::score(&phrase, &parts, &around, kind);
        wanted.then_some(Chosen {
            interval: *repeat,
            parts,
            kind,
            score,
        })
    }

    fn outer_pairs(&mut self, position: u32, length: u32) -> Option<(Pair, Pair)> {
        let (text, gaps) = (&self.index.text, &self.index.gaps);
        let symbols = |at: u32| (text.at(at), text.at(at + 1));
        let first = symbols(position);
        // Repeats come in the order of their first characters.
        let first = match self.first_pair {
            Some((same, pair)) if same == first => pair,
            _ => *gaps.pair(first.0, first.1)?,
        };
        self.first_pair = Some((symbols(position), first));
        let last = symbols(position + length - 2);
        Some((first, *gaps.pair(last.0, last.1)?))
    }

    /// Returns whether the string last weighed begins or ends with a function
    /// character that is not its own.
    fn has_stray(
        &self,
        repeat: &Interval,
        position: u32,
        around: &Surroundings,
        first: &Pair,
        last: &Pair,
    ) -> bool {
        let text = &self.index.text;
        let occurrences = repeat.last - repeat.first + 1;
        let head = text.character(text.at(position));
        let tail = text.character(text.at(position + repeat.length - 1));
        let stray_head = || Outermost {
            character: head,
            information: first.information,
            belongs: self.scales.first_belongs(occurrences),
            marked: around.left.marked,
        };
        let stray_tail = || Outermost {
            character: tail,
            information: last.information,
            belongs: self.scales.last_belongs(occurrences),
            marked: around.right.marked,
        };
        rank::may_stray(head) && stray_head().is_stray(false)
            || rank::may_stray(tail) && stray_tail().is_stray(true)
    }
}

/// Phrases that are made and handed over together: enough to keep all cores
/// busy, few enough to hold.
const HANDED_OVER: usize = 1 << 10;

/// Calls `found` for the phrases of the corpus, with places and variants, a
/// few at a time, best first.
pub(crate) fn each(
    corpus: &Corpus,
    mut index: ReuseIndex,
    options: &PhraseOptions,
    mut found: impl FnMut(Vec<Phrase>) -> Result<()>,
) -> Result<()> {
    let chosen = choose(corpus, &mut index, options);
    // Judging is over; what it needed would only stand beside the places.
    let ReuseIndex { text, suffixes, .. } = index;
    let families = family::assign(&chosen, &text, &suffixes);
    let calendar = options.timeline.then(|| Calendar::new(corpus));
    let written = |interval: &Interval| {
        let position = suffixes.positions[interval.first as usize];
        text.slice(position as u32, interval.length)
    };
    let founders = &chosen;
    let phrase = |at: usize, places: Vec<Occurrence>| {
        let chosen = &chosen[at];
        let phrase = written(&chosen.interval);
        let (display, variants) = variants(corpus, &phrase, &places);
        let timeline = calendar.as_ref().map(|calendar| {
            let in_documents = places.chunk_by(|a, b| a.document == b.document);
            calendar.timeline(in_documents.map(|places| places[0].document))
        });
        Phrase {
            phrase,
            display,
            length: chosen.interval.length,
            documents: chosen.interval.documents,
            occurrences: chosen.interval.occurrences,
            score: chosen.score,
            variants,
            places,
            parts: chosen.parts,
            kind: chosen.kind,
            family: families[at].map(|founder| written(&founders[founder as usize].interval)),
            timeline: timeline.unwrap_or_default(),
        }
    };
    for batch in place::batches(chosen.iter().map(|chosen| chosen.interval.occurrences)) {
        let intervals: Vec<Interval> = chosen[batch.clone()]
            .iter()
            .map(|chosen| chosen.interval)
            .collect();
        let mut places = place::find(corpus, &text, &suffixes, &intervals);
        for start in (0..places.len()).step_by(HANDED_OVER) {
            let end = places.len().min(start + HANDED_OVER);
            let phrases = places[start..end]
                .par_iter_mut()
                .enumerate()
                .map(|(n, places)| phrase(batch.start + start + n, std::mem::take(places)));
            found(phrases.collect())?;
        }
    }
    Ok(())
}

/// Returns the commonest surface form, and all of them.
pub(crate) fn variants(
    corpus: &Corpus,
    phrase: &str,
    places: &[Occurrence],
) -> (String, Vec<Variant>) {
    /// Forms from which on looking through them costs more than hashing.
    const FEW: usize = 8;
    let mut few: Vec<(&str, u64)> = Vec::new();
    let mut more: HashMap<&str, u64> = HashMap::new();
    for in_document in places.chunk_by(|a, b| a.document == b.document) {
        let text = corpus.text(in_document[0].document);
        for place in in_document {
            let written = text.and_then(|text| text.get(place.span().range()));
            let written = written.unwrap_or(phrase);
            match few.iter().position(|(form, _)| *form == written) {
                Some(at) => few[at].1 += 1,
                None if few.len() < FEW => few.push((written, 1)),
                None => *more.entry(written).or_default() += 1,
            }
        }
    }
    let mut variants: Vec<Variant> = few
        .into_iter()
        .chain(more)
        .map(|(text, count)| Variant {
            text: text.to_owned(),
            count,
        })
        .collect();
    variants.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    let display = variants
        .first()
        .map_or_else(|| phrase.to_owned(), |v| display(corpus, &v.text, places));
    (display, variants)
}

/// Returns a surface form with its marks in pairs, as it is shown.
///
/// A mark whose other half stands directly before or behind the form (三个代表”
/// 重要思想 after “) takes it in. The first place that is written so is asked.
fn display(corpus: &Corpus, written: &str, places: &[Occurrence]) -> String {
    let (opened, closed) = unpaired(written);
    if opened.is_none() && closed.is_none() {
        return written.to_owned();
    }
    let around = places.iter().find_map(|place| {
        let text = corpus.text(place.document)?;
        let (before, rest) = text.split_at_checked(place.start as usize)?;
        let (here, after) = rest.split_at_checked((place.end - place.start) as usize)?;
        (here == written).then_some((before, after))
    });
    let (before, after) = around.unwrap_or_default();
    let mut shown = String::with_capacity(written.len() + 6);
    shown.extend(closed.filter(|mark| before.ends_with(*mark)));
    shown.push_str(written);
    shown.extend(opened.filter(|mark| after.starts_with(*mark)));
    shown
}

/// Marks that come in pairs.
const PAIRS: [(char, char); 9] = [
    ('“', '”'),
    ('‘', '’'),
    ('《', '》'),
    ('〈', '〉'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('（', '）'),
    ('(', ')'),
];

/// Returns the mark that would close the last one left open, and the one that
/// would open the first one closed for nothing.
fn unpaired(written: &str) -> (Option<char>, Option<char>) {
    let mut open: Vec<char> = Vec::new();
    let mut closed = None;
    for character in written.chars() {
        if let Some((_, close)) = PAIRS.iter().find(|(begin, _)| *begin == character) {
            open.push(*close);
        } else if let Some((begin, close)) = PAIRS.iter().find(|(_, end)| *end == character) {
            if open.last() == Some(close) {
                open.pop();
            } else {
                closed = closed.or(Some(*begin));
            }
        }
    }
    (open.pop(), closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::DocId;

    #[test]
    fn a_mark_is_shown_with_its_other_half() {
        let texts = [
            ("a", "学习“三个代表”重要思想，共建“一带一路”，（甲）乙。"),
            ("b", "“三个代表”重要思想。共建“一带一路”倡议"),
        ];
        let corpus = Corpus::from_texts(texts, Default::default());
        let shown = |written: &str| {
            let start = corpus.text(DocId(0)).unwrap().find(written).unwrap() as u32;
            let place = Occurrence {
                document: DocId(0),
                start,
                end: start + written.len() as u32,
            };
            display(&corpus, written, &[place])
        };
        assert_eq!(shown("三个代表”重要思想"), "“三个代表”重要思想");
        assert_eq!(shown("共建“一带一路"), "共建“一带一路”");
        assert_eq!(shown("一带一路"), "一带一路");
        assert_eq!(shown("甲）乙"), "（甲）乙");
        assert_eq!(shown("代表”重要"), "代表”重要");
    }
}
