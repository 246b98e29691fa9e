//! How many documents contain a string of their own, not in a passage that they copied.

use crate::phrases::sample::SAMPLE;
use crate::suffix::concat::ConcatText;
use crate::suffix::interval::Interval;
use crate::suffix::suffix_array::SuffixArray;

/// Shared characters on both sides of a string that make it part of a copied
/// passage: 13, as for shared runs.
const BESIDE: u32 = 13;

/// Shared characters on one side that make it part of a copied passage whatever
/// stands on the other: a string beside an edit, or at the passage's end.
const ALONE: u32 = 2 * BESIDE;

/// Neighbouring ranks that are looked at together where not all are.
const STRETCH: usize = 64;

/// Counts documents; keeps its buffers from one string to the next.
pub(crate) struct Copies<'a> {
    text: &'a ConcatText,
    suffixes: &'a SuffixArray,
    occurrences: Vec<Neighbourhood>,
    /// Hash of what stands before an occurrence, its document, and its index.
    before: Vec<(u64, u32, u32)>,
    /// Occurrences that may share what stands before them.
    alike: Vec<u32>,
    /// Number of occurrences for each hash of the characters before them.
    buckets: Vec<u8>,
    own: Vec<u32>,
}

/// An occurrence of a string, with what it shares with others.
struct Neighbourhood {
    position: u32,
    document: u32,
    /// How far an earlier document has the same characters before it.
    before: Reach,
    /// How far an earlier document has the same characters after it.
    after: Reach,
}

/// How far a shared passage reaches to one side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Less than [`BESIDE`].
    Near,
    /// [`BESIDE`] or more.
    Beside,
    /// [`ALONE`] or more.
    Far,
}

impl Reach {
    fn of(characters: u32) -> Self {
        match characters {
            ALONE.. => Reach::Far,
            BESIDE.. => Reach::Beside,
            _ => Reach::Near,
        }
    }
}

/// Returns whether what an occurrence shares on both sides makes it a copy.
fn is_copied(before: Reach, after: Reach) -> bool {
    before.max(after) == Reach::Far || before.min(after) == Reach::Beside
}

impl<'a> Copies<'a> {
    pub(crate) fn new(text: &'a ConcatText, suffixes: &'a SuffixArray) -> Self {
        Copies {
            text,
            suffixes,
            occurrences: Vec::new(),
            before: Vec::new(),
            alike: Vec::new(),
            buckets: Vec::new(),
            own: Vec::new(),
        }
    }

    /// Returns the number of documents that contain a string at least once of
    /// their own: not with [`BESIDE`] characters on both sides, or [`ALONE`] on
    /// one, that also stand beside it in an earlier document.
    ///
    /// Of the copies of one passage, only the first has its phrases of its
    /// own. Of more than [`SAMPLE`] occurrences that many are looked at, and
    /// their share is taken for that of all. Takes `O(m log m)` time for `m`
    /// occurrences.
    pub(crate) fn independent(&mut self, interval: &Interval) -> u32 {
        let (first, last) = (interval.first as usize, interval.last as usize + 1);
        self.occurrences.clear();
        let all = last - first;
        if all <= SAMPLE {
            self.look(interval.length, first, last);
        } else {
            let stretches = SAMPLE / STRETCH;
            for n in 0..stretches {
                let from = first + n * (all - STRETCH) / (stretches - 1);
                self.look(interval.length, from, from + STRETCH);
            }
        }
        self.look_before();
        let own = self.own(interval.length);
        if all <= SAMPLE {
            return own;
        }
        let seen = self.documents();
        let share = f64::from(own) / f64::from(seen);
        (share * f64::from(interval.documents)).round().max(1.0) as u32
    }

    /// Adds the occurrences of a stretch of ranks, with what they share after
    /// the string.
    fn look(&mut self, length: u32, from: usize, to: usize) {
        let begin = self.occurrences.len();
        for &position in self.suffixes.positions.slice(from..to) {
            let position = position as u32;
            self.occurrences.push(Neighbourhood {
                position,
                document: self.text.document_at(position) as u32,
                before: Reach::Near,
                after: Reach::Near,
            });
        }
        let stretch = &mut self.occurrences[begin..];
        for (depth, reach) in [(BESIDE, Reach::Beside), (ALONE, Reach::Far)] {
            let mut start = 0;
            for at in 1..=stretch.len() {
                let goes_on = at < stretch.len()
                    && self.suffixes.lcp(from + at) >= length.saturating_add(depth);
                if goes_on {
                    continue;
                }
                let run = &mut stretch[start..at];
                start = at;
                let Some(earliest) = run.iter().map(|one| one.document).min() else {
                    continue;
                };
                let later = run.iter_mut().filter(|one| one.document > earliest);
                later.for_each(|one| one.after = reach);
            }
        }
    }

    /// Finds what the occurrences share before the string.
    fn look_before(&mut self) {
        self.find_alike();
        for (depth, reach) in [(BESIDE, Reach::Beside), (ALONE, Reach::Far)] {
            self.before.clear();
            for &nth in &self.alike {
                let one = &self.occurrences[nth as usize];
                let begin = self.text.start(one.document as usize);
                if one.position - begin >= depth {
                    let hash = self.text.hash(one.position - depth, depth);
                    self.before.push((hash, one.document, nth));
                }
            }
            self.before.sort_unstable();
            self.alike.clear();
            for same in self.before.chunk_by(|a, b| a.0 == b.0) {
                if same.len() > 1 {
                    self.alike.extend(same.iter().map(|one| one.2));
                }
                for later in same.iter().filter(|one| one.1 > same[0].1) {
                    self.occurrences[later.2 as usize].before = reach;
                }
            }
        }
    }

    /// Finds the occurrences that may share [`BESIDE`] characters before them
    /// with others, by the last few of these: mostly none.
    fn find_alike(&mut self) {
        const FEW: u32 = 4;
        // Four buckets an occurrence: few share one by chance.
        let buckets = (4 * self.occurrences.len()).next_power_of_two();
        self.buckets.clear();
        self.buckets.resize(buckets, 0);
        let bucket = |one: &Neighbourhood| {
            let before = one.position - self.text.start(one.document as usize);
            let hash = || self.text.hash(one.position - FEW, FEW) as usize % buckets;
            (before >= BESIDE).then(hash)
        };
        for at in self.occurrences.iter().filter_map(bucket) {
            self.buckets[at] = self.buckets[at].saturating_add(1);
        }
        self.alike.clear();
        for (nth, one) in (0..).zip(&self.occurrences) {
            if bucket(one).is_some_and(|at| self.buckets[at] > 1) {
                self.alike.push(nth);
            }
        }
    }

    /// Returns the number of documents with an occurrence of their own.
    fn own(&mut self, length: u32) -> u32 {
        let text = self.text;
        let all = &self.occurrences;
        let own = all.iter().filter(|one| !is_copied(one.before, one.after));
        let documents = distinct(&mut self.own, own.map(|one| one.document)).len();
        if !text.has_copies() {
            return documents as u32;
        }
        // A copy has it of its own only if there is little else in it.
        let alone = all.iter().filter(|one| {
            let document = one.document as usize;
            let (begin, end) = (text.start(document), one.position + length);
            let before = one.position - begin;
            let after = begin + text.length(document) - end;
            !is_copied(Reach::of(before), Reach::of(after))
        });
        let alone = distinct(&mut self.own, alone.map(|one| one.document));
        let equal = alone.iter().map(|&d| text.weight(d as usize) - 1);
        documents as u32 + equal.sum::<u32>()
    }

    /// Returns the number of documents of all occurrences that were looked at.
    fn documents(&mut self) -> u32 {
        let all = self.occurrences.iter().map(|one| one.document);
        let documents = distinct(&mut self.own, all).iter();
        documents.map(|&d| self.text.weight(d as usize)).sum()
    }
}

/// Returns each document once, in order.
fn distinct(buffer: &mut Vec<u32>, documents: impl Iterator<Item = u32>) -> &[u32] {
    buffer.clear();
    buffer.extend(documents);
    buffer.sort_unstable();
    buffer.dedup();
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::suffix::Index;
    use crate::suffix::naive;
    use proptest::prelude::*;

    /// Documents that copy passages from each other.
    fn copying() -> impl Strategy<Value = Vec<String>> {
        let piece = prop_oneof![
            Just("联防联控"),
            Just("今天下午三点半在社区服务中心开了会"),
            Just("大家"),
            Just("居民们说这样的事情从前想也不敢想如今天天都见得到真好"),
            Just("是"),
            Just("𠀀"),
        ];
        let document = prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
        prop::collection::vec((document, 1_usize..3), 0..6).prop_map(|documents| {
            let copies = documents.into_iter();
            copies
                .flat_map(|(text, copies)| vec![text; copies])
                .collect()
        })
    }

    proptest! {
        #[test]
        fn prop_independent_documents_match_brute_force(documents in prop_oneof![copying(), naive::documents()]) {
            let corpus = naive::corpus(&documents);
            let index = Index::new(&corpus, &Context::default()).unwrap();
            let mut intervals = Vec::new();
            index.walk(2, 1, |interval| intervals.push(interval));
            let mut copies = Copies::new(&index.text, &index.suffixes);
            for interval in intervals {
                let string: Vec<char> = index.string(&interval).chars().collect();
                let found = copies.independent(&interval);
                let expected = crate::phrases::naive::independent(&documents, &string, BESIDE as usize, ALONE as usize);
                prop_assert_eq!(found, expected, "{:?}", string);
            }
        }
    }

    #[test]
    fn of_copies_of_one_passage_the_first_has_its_words() {
        let copied =
            "前天夜里河水涨过了堤岸，群防群治的队员连夜把沿岸三个村子的老人都接到了小学里安顿下来";
        let documents = [
            format!("本报讯{copied}。"),
            format!("据县里消息，{copied}，一个也没有落下。"),
            format!("{copied}！"),
            "靠的是群防群治，不是运气。".to_owned(),
        ];
        let corpus = naive::corpus(&documents);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let mut of_phrase = None;
        index.walk(4, 4, |interval| of_phrase = Some(interval));
        let phrase = of_phrase.unwrap();
        assert_eq!(index.string(&phrase), "群防群治");
        assert_eq!(
            Copies::new(&index.text, &index.suffixes).independent(&phrase),
            2
        );
    }

    #[test]
    fn where_many_have_it_the_share_is_that_of_a_sample() {
        let copied = "前天夜里河水涨过了堤岸，群防群治的队员连夜把沿岸三个村子的老人都接到了小学";
        let one = |n: usize| match n % 2 {
            0 => format!("{n}号{copied}里第{n}天"),
            _ => format!("第{n}日大家说起群防群治都说好{n}"),
        };
        let documents: Vec<String> = (0..4 * SAMPLE).map(one).collect();
        let corpus = naive::corpus(&documents);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let mut of_phrase = None;
        index.walk(4, documents.len() as u32, |interval| {
            of_phrase = Some(interval)
        });
        let found = Copies::new(&index.text, &index.suffixes).independent(&of_phrase.unwrap());
        let half = documents.len() as u32 / 2;
        assert!(found.abs_diff(half) < half / 4, "{found} of {half}");
    }
}
