//! Groups documents whose normalized texts are the same, and their titles too
//! where a text says little of its article.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::corpus::notice::{are_other_subjects, is_notice};
use crate::corpus::stub::{is_stub, may_be_stub, title_hash};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::hash::TextHash;
use crate::near::pair::Pair;
use crate::near::shingle::{self, Shingling};
use crate::spill::{Sorter, SpillFolder};
use crate::text::marks::Marks;
use crate::text::signs::lost_signs;

/// Different titles of one text from which on it is not the article: a
/// disclaimer, a credit, a placeholder that a site puts under every headline.
const TITLES: usize = 3;

/// Normalized characters below which a text under [`TITLES`] is a stub. A
/// longer one is a story that several papers printed under their own
/// headlines. A guess: the longest disclaimers have some 300 characters.
const DISCLAIMER_CHARS: usize = 500;

/// Returns the number of normalized units below which titles may tell texts of
/// one wording apart.
pub(crate) fn longest_told_by_title() -> usize {
    // A character is one unit or two.
    2 * DISCLAIMER_CHARS
}

/// The documents, grouped by wording.
///
/// Two documents are copies if their normalized texts are the same. Where the
/// text has fewer than twenty characters, text and title must be the same as
/// they were read, white space apart; where it is shorter than a shingle, or
/// stands under three titles or more and has fewer than 500 characters, the
/// titles must be; so they must where it is a notice of a line or two under two
/// titles that begin with different subjects. Signs that normalizing leaves out
/// must not say different things in one place, as ✓ and ✗ do, where the corpus
/// took note of them.
#[derive(Clone, Debug, Default)]
pub struct CopyGroups {
    /// Groups of two or more, one after another, each in input order; the
    /// groups ordered by their first documents.
    members: Vec<DocId>,
    /// Where each group ends.
    ends: Vec<u32>,
    /// For each document, whether an earlier one has the same wording.
    is_copy: bitvec::vec::BitVec,
    /// For each document that begins a group, whether titles were compared.
    by_title: bitvec::vec::BitVec,
}

impl CopyGroups {
    /// Groups all documents of a corpus.
    ///
    /// Sorts hashes of 128 bits, then compares each text with the first of
    /// its group, so that a collision of hashes can't make a copy. `O(n log n)`
    /// however many are equal.
    pub fn new(corpus: &Corpus, shingling: Shingling) -> Self {
        let mut keys: Vec<_> = corpus
            .docs()
            .map(|doc| (corpus.text_hash(doc), doc))
            .collect();
        keys.par_sort_unstable();
        let mut copies = CopyGroups::empty(corpus.len());
        let mut groups: Vec<Vec<DocId>> = Vec::new();
        for same in keys
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() > 1)
        {
            let docs = same.iter().map(|(_, doc)| *doc).collect();
            copies.divide(corpus, shingling, docs, |group| groups.push(group));
        }
        groups.sort_unstable_by_key(|group| group[0]);
        for group in groups {
            for doc in &group[1..] {
                copies.is_copy.set(doc.index(), true);
            }
            copies.members.extend(group);
            copies.ends.push(copies.members.len() as u32);
        }
        copies
    }

    /// Groups all documents of a corpus, in bounded memory if it has a spill
    /// folder.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder can't be written or read.
    pub fn of(corpus: &Corpus, shingling: Shingling) -> Result<Self> {
        match corpus.spill_folder() {
            Some(spill_folder) => CopyGroups::with_spill_folder(corpus, shingling, spill_folder),
            None => Ok(CopyGroups::new(corpus, shingling)),
        }
    }

    /// Groups all documents of a corpus, but for the groups themselves in
    /// bounded memory.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder can't be written or read.
    pub(crate) fn with_spill_folder(
        corpus: &Corpus,
        shingling: Shingling,
        spill_folder: &SpillFolder,
    ) -> Result<Self> {
        // Half of a hash is enough to bring copies together.
        let mut sorter = Sorter::new(spill_folder);
        for doc in corpus.docs() {
            let half = (corpus.text_hash(doc).0 >> 64) as u64;
            sorter.push([(half >> 32) as u32, half as u32, doc.0])?;
        }
        let mut sorted = sorter.finish()?;
        corpus.expect_random_access(true);
        // Pairs of a group's first document and a member: sorted, they are
        // the groups in order.
        let mut copies = CopyGroups::empty(corpus.len());
        let mut grouped = Sorter::new(spill_folder);
        let mut same: Vec<DocId> = Vec::new();
        let mut last = None;
        loop {
            let next = sorted.next()?;
            let key = next.map(|[high, low, _]| (high, low));
            if key != last {
                let mut groups: Vec<Vec<DocId>> = Vec::new();
                copies.divide(corpus, shingling, std::mem::take(&mut same), |group| {
                    groups.push(group);
                });
                for group in groups {
                    let first = u64::from(group[0].0) << 32;
                    grouped.extend(group.iter().map(|doc| first | u64::from(doc.0)))?;
                }
                last = key;
            }
            match next {
                Some([_, _, doc]) => same.push(DocId(doc)),
                None => break,
            }
        }
        drop(sorted);
        corpus.expect_random_access(false);
        let mut grouped = grouped.finish()?;
        while let Some(entry) = grouped.next()? {
            let (first, doc) = ((entry >> 32) as u32, DocId(entry as u32));
            if doc.0 != first {
                copies.is_copy.set(doc.index(), true);
            } else if !copies.members.is_empty() {
                copies.ends.push(copies.members.len() as u32);
            }
            copies.members.push(doc);
        }
        if !copies.members.is_empty() {
            copies.ends.push(copies.members.len() as u32);
        }
        Ok(copies)
    }

    /// Divides documents with one hash into groups of copies, and calls `found`
    /// with each of two or more.
    fn divide(
        &mut self,
        corpus: &Corpus,
        shingling: Shingling,
        mut docs: Vec<DocId>,
        mut found: impl FnMut(Vec<DocId>),
    ) {
        // Repeats only for texts whose hashes collide.
        while docs.len() > 1 {
            let (same, others) = first_group(corpus, docs);
            docs = others;
            let (titled, are_titles_compared) = match is_stub(corpus.normalized(same[0])) {
                // Their hash is that of text and title.
                true => (vec![same], true),
                false => match titles(corpus, shingling, &same) {
                    Some(by_title) => (by_title, true),
                    None => (vec![same], false),
                },
            };
            for titled in titled {
                for group in by_marks(corpus, titled) {
                    if group.len() > 1 {
                        self.by_title.set(group[0].index(), are_titles_compared);
                        found(group);
                    }
                }
            }
        }
    }

    /// Returns no groups, for a corpus of `documents` documents.
    pub(crate) fn empty(documents: usize) -> Self {
        CopyGroups {
            is_copy: bitvec::bitvec![0; documents],
            by_title: bitvec::bitvec![0; documents],
            ..CopyGroups::default()
        }
    }

    /// Returns the groups of two or more documents.
    pub fn iter(&self) -> impl Iterator<Item = &[DocId]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.members[*start as usize..*end as usize])
    }

    /// Returns the group that begins with a document, if there is one.
    pub fn group(&self, first: DocId) -> Option<&[DocId]> {
        let start = |at: usize| {
            if at == 0 {
                0
            } else {
                self.ends[at - 1] as usize
            }
        };
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.members[start(middle)] < first {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let group = &self.members[start(low)..*self.ends.get(low)? as usize];
        (group[0] == first).then_some(group)
    }

    /// Returns whether the titles of the group that begins with a document are
    /// the same too, because the text says little of its article.
    pub fn is_by_title(&self, first: DocId) -> bool {
        self.by_title[first.index()]
    }

    /// Returns whether an earlier document has the same wording.
    pub fn is_copy(&self, doc: DocId) -> bool {
        self.is_copy[doc.index()]
    }

    /// Returns the number of documents that an earlier one equals.
    pub fn count(&self) -> usize {
        self.is_copy.count_ones()
    }
}

/// Returns documents with one text by title, in order, if it says little of
/// its article.
fn titles(corpus: &Corpus, shingling: Shingling, docs: &[DocId]) -> Option<Vec<Vec<DocId>>> {
    let units = corpus.normalized(docs[0]);
    let is_short = shingle::is_shorter(shingling, units);
    let may_be_disclaimer = docs.len() >= TITLES && units.len() < longest_told_by_title();
    let is_candidate =
        is_short || is_notice(units) || may_be_disclaimer && chars(units) < DISCLAIMER_CHARS;
    if !is_candidate {
        return None;
    }
    let mut groups: Vec<Vec<DocId>> = Vec::new();
    let mut by_title: HashMap<Option<TextHash>, usize> = HashMap::new();
    for doc in docs {
        let title = title_hash(corpus.title(*doc));
        let group = *by_title.entry(title).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(*doc),
            None => groups.push(vec![*doc]),
        }
    }
    let titles = by_title.keys().flatten().count();
    (is_short || titles >= TITLES || titles == 2 && is_notice_of_two(corpus, units, &groups))
        .then_some(groups)
}

/// Divides documents with one text into those that no sign contradicts which
/// normalizing left out: a copy with ✗ where another one has ✓ is none.
fn by_marks(corpus: &Corpus, docs: Vec<DocId>) -> Vec<Vec<DocId>> {
    /// Groups that a document is compared with; beyond them only the same signs
    /// make a copy.
    const COMPARED: usize = 64;
    if docs.len() < 2 || docs.iter().all(|doc| corpus.marks(*doc).is_none()) {
        return vec![docs];
    }
    let mut groups: Vec<(Marks, Vec<DocId>)> = Vec::new();
    let mut by_text: HashMap<&str, usize> = HashMap::new();
    for doc in docs {
        let written = corpus.marks(doc).unwrap_or("");
        let known = by_text.get(written).copied();
        let at = known.unwrap_or_else(|| {
            let marks = Marks::read(written);
            let mut compared = groups.iter().take(COMPARED);
            let at = compared.position(|(others, _)| !marks.contradict(others));
            let at = at.unwrap_or(groups.len());
            match groups.get_mut(at) {
                Some((others, _)) => others.merge(marks),
                None => groups.push((marks, Vec::new())),
            }
            by_text.insert(written, at);
            at
        });
        groups[at].1.push(doc);
    }
    groups.into_iter().map(|(_, docs)| docs).collect()
}

/// Returns whether a text that stands under two titles is a notice, and the
/// titles begin with different subjects.
fn is_notice_of_two(corpus: &Corpus, units: &[u16], groups: &[Vec<DocId>]) -> bool {
    let mut titles = groups.iter().filter_map(|group| corpus.title(group[0]));
    let (Some(one), Some(other)) = (titles.next(), titles.next()) else {
        return false;
    };
    is_notice(units) && are_other_subjects(corpus.normalizer(), [one, other])
}

fn chars(units: &[u16]) -> usize {
    char::decode_utf16(units.iter().copied()).count()
}

/// Returns whether two documents of one wording contradict each other by signs
/// that normalizing leaves out.
pub(crate) fn contradict(corpus: &Corpus, docs: [DocId; 2]) -> bool {
    let written = docs.map(|doc| corpus.marks(doc));
    if written[0] == written[1] {
        return false;
    }
    let [one, other] = written.map(|marks| Marks::read(marks.unwrap_or("")));
    one.contradict(&other)
}

/// Separates the documents that have the text of the first one from the others.
fn first_group(corpus: &Corpus, docs: Vec<DocId>) -> (Vec<DocId>, Vec<DocId>) {
    let first = (corpus.text_hash(docs[0]), corpus.normalized(docs[0]));
    docs.into_iter()
        .partition(|doc| (corpus.text_hash(*doc), corpus.normalized(*doc)) == first)
}

/// Returns whether two texts that are no copies must not be a pair: those that
/// say little of their articles are near-duplicates only under one title, and
/// if more than signs is missing in one of them. Two of one wording that are no
/// copies for their signs alone are a pair.
///
/// Without this, two articles with one credit line for a body would be the
/// same at a similarity of 1.
pub(crate) fn are_kept_apart(corpus: &Corpus, pair: &Pair) -> bool {
    let docs = [pair.a, pair.b];
    let [left, right] = docs.map(|doc| corpus.normalized_len(doc));
    // Most texts are looked at no further than their lengths.
    if left == right && corpus.normalized(pair.a) == corpus.normalized(pair.b) {
        return !contradict(corpus, docs);
    }
    let has_stub = docs
        .iter()
        .any(|doc| may_be_stub(corpus.normalized_len(*doc)) && is_stub(corpus.normalized(*doc)));
    let other_titles = || title_hash(corpus.title(pair.a)) != title_hash(corpus.title(pair.b));
    // In `w * h` and `w + h` the signs are half of what is said.
    let other_signs = || lost_signs(corpus.normalized(pair.a), corpus.normalized(pair.b));
    has_stub && (other_titles() || other_signs())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::corpus::{Location, Record};
    use crate::span::Span;
    use crate::text::normalize::Normalizer;

    type Document = (String, Option<String>);

    fn corpus(documents: &[Document]) -> Corpus {
        let ids: Vec<String> = (0..documents.len()).map(|at| at.to_string()).collect();
        let location = Location {
            input: 0,
            span: Span::default(),
            line: 0,
        };
        let records = documents
            .iter()
            .zip(&ids)
            .map(|((text, title), id)| Record {
                id,
                text,
                title: title.as_deref(),
                date: None,
                source: None,
                location,
            });
        Corpus::from_records(records, Normalizer::new(Default::default()))
    }

    /// The definition, pair by pair.
    fn are_copies(
        documents: &[Document],
        corpus: &Corpus,
        shingling: Shingling,
        a: usize,
        b: usize,
    ) -> bool {
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let title = |at: usize| documents[at].1.as_deref().map(squeezed).unwrap_or_default();
        let [left, right] = [a, b].map(|at| corpus.normalized(DocId(at as u32)));
        if left != right {
            return false;
        }
        let chars = String::from_utf16_lossy(left).chars().count();
        if chars < 20 {
            return squeezed(&documents[a].0) == squeezed(&documents[b].0) && title(a) == title(b);
        }
        let titles: HashSet<String> = (0..documents.len())
            .filter(|at| corpus.normalized(DocId(*at as u32)) == left)
            .map(title)
            .filter(|title| !title.is_empty())
            .collect();
        let says_little = shingle::set(shingling, left).is_empty()
            || chars < DISCLAIMER_CHARS && titles.len() >= 3;
        !says_little || title(a) == title(b)
    }

    fn documents() -> impl Strategy<Value = Vec<Document>> {
        let text = prop_oneof![
            "[甲！ ]{0,3}",
            Just("视频来自：某贴吧".to_owned()),
            Just("视频来自: 某贴吧".to_owned()),
            (19usize..22).prop_map(|len| "防".repeat(len)),
            (0usize..3).prop_map(|stops| {
                format!(
                    "本站文章均为网友投稿，不代表本站的立场和观点，如有侵权请联系我们删除{}",
                    "。".repeat(stops)
                )
            }),
            Just("长".repeat(499)),
            Just("长".repeat(500)),
        ];
        let title = prop::option::of("[甲乙丙]|甲 ");
        prop::collection::vec((text, title), 0..14)
    }

    proptest! {
        #[test]
        fn prop_copies_are_those_of_the_definition(documents in documents(), len in prop::sample::select(vec![2usize, 5, 30])) {
            let corpus = corpus(&documents);
            let shingling = Shingling::Chars(len);
            let copies = CopyGroups::new(&corpus, shingling);
            let mut first: Vec<usize> = (0..documents.len()).collect();
            for group in copies.iter() {
                for doc in group {
                    first[doc.index()] = group[0].index();
                }
            }
            for b in 0..documents.len() {
                let expected = (0..b).find(|a| are_copies(&documents, &corpus, shingling, *a, b));
                prop_assert_eq!(first[b], expected.map_or(b, |a| first[a]), "{}", b);
                prop_assert_eq!(copies.is_copy(DocId(b as u32)), expected.is_some());
            }
        }
    }
}
