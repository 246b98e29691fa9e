//! Which stretches of a document are boilerplate.

use std::ops::Range;

use crate::boilerplate::counts::WindowCounts;
use crate::boilerplate::credits::has_credit;
use crate::boilerplate::options::BoilerplateOptions;
use crate::boilerplate::windows::{WINDOW, sampled, sampled_places};
use crate::span::UnitSpan;
use crate::text::letters::{A_CHARACTER, is_spaced};

/// Length, in Han characters, from which a piece that names an author or editor
/// counts as text and not as a credit line.
const CREDITS: u32 = 40;

/// A counted window of a document.
#[derive(Clone, Copy)]
struct Window {
    at: usize,
    documents: u32,
    /// Whether it lies in a stretch that was found.
    taken: bool,
}

impl WindowCounts {
    /// Returns the stretches of a normalized text that are boilerplate, in
    /// units and in order.
    ///
    /// What most documents have comes first, then what half of these have, and
    /// so on: a clause that a few documents share ends a disclaimer that all
    /// share. A step that would leave the document too little of its own is not
    /// taken, nor one with too many stretches, for that is a form or one of
    /// many editions.
    pub fn stretches(&self, units: &[u16]) -> Vec<UnitSpan> {
        match self.options.may_hold(units) {
            true => self
                .options
                .stretches(units, &self.documents_of(&sampled(units))),
            false => Vec::new(),
        }
    }

    /// Returns a normalized text without its boilerplate, a blank for each
    /// stretch; `None` if it has none.
    pub fn without(&self, units: &[u16]) -> Option<Vec<u16>> {
        let stretches = self.stretches(units);
        (!stretches.is_empty()).then(|| cut(units, &stretches))
    }
}

impl BoilerplateOptions {
    /// Returns whether a text is long enough for boilerplate beside a text of
    /// its own.
    pub(super) fn may_hold(&self, units: &[u16]) -> bool {
        units.len() >= (self.min_length + self.min_own) as usize
    }

    /// Returns the stretches of a text that are boilerplate, from the documents
    /// that have each of its sampled windows.
    pub(crate) fn stretches(&self, units: &[u16], documents: &[u32]) -> Vec<UnitSpan> {
        self.stretches_at(units, documents, || sampled_places(units))
    }

    /// Returns the same; `places` returns where the windows begin, if any may be
    /// part of boilerplate.
    pub(super) fn stretches_at<P: AsRef<[u32]>>(
        &self,
        units: &[u16],
        documents: &[u32],
        places: impl FnOnce() -> P,
    ) -> Vec<UnitSpan> {
        let is_frequent = |documents: &u32| *documents >= self.min_documents;
        let in_a_row = |two: &[u32]| two.iter().all(is_frequent);
        if !self.may_hold(units) || !documents.windows(2).any(in_a_row) {
            return Vec::new();
        }
        let places = places();
        let places = places.as_ref();
        let long_runs = self.long_runs(units, places, documents);
        self.stretches_in(units, places, documents, long_runs)
    }

    /// Returns the same where the runs of windows are known that are long enough
    /// for boilerplate.
    pub(super) fn stretches_in(
        &self,
        units: &[u16],
        places: &[u32],
        documents: &[u32],
        long_runs: Vec<Range<usize>>,
    ) -> Vec<UnitSpan> {
        let of_runs = || long_runs.iter().cloned().flat_map(|run| &documents[run]);
        let Some(most) = of_runs().max().copied() else {
            return Vec::new();
        };
        let levels = self.levels(most);
        // A level that no window is new at has the runs of the one above.
        let mut has_new = vec![false; levels.len()];
        for documents in of_runs() {
            has_new[levels.partition_point(|level| level > documents)] = true;
        }
        let levels = levels.into_iter().zip(has_new);
        let levels = levels.filter_map(|(level, has_new)| has_new.then_some(level));
        self.stretches_by_level(units, places, documents, long_runs, levels)
    }

    /// Returns the numbers of documents by which windows are taken step after
    /// step, if `most` have one of them.
    fn levels(&self, most: u32) -> Vec<u32> {
        let mut level = (most / 2 + 1).max(self.min_documents);
        let mut levels = vec![level];
        while level > self.min_documents {
            level = level.div_ceil(2).max(self.min_documents);
            levels.push(level);
        }
        levels
    }

    fn stretches_by_level(
        &self,
        units: &[u16],
        places: &[u32],
        documents: &[u32],
        long_runs: Vec<Range<usize>>,
        levels: impl Iterator<Item = u32>,
    ) -> Vec<UnitSpan> {
        let windows = places.iter().zip(documents);
        let windows = windows.map(|(at, documents)| Window {
            at: *at as usize,
            documents: *documents,
            taken: false,
        });
        let mut text = Text {
            units,
            weights: Weights::new(units),
            windows: windows.collect(),
            long_runs,
        };
        let mut found: Vec<Range<usize>> = Vec::new();
        for level in levels {
            let with_more = self.with_level(&mut text, &found, level);
            if with_more != found {
                if with_more.len() > self.max_stretches || !self.has_own(&text, &with_more) {
                    break;
                }
                found = with_more;
            }
        }
        let span = |range: Range<usize>| UnitSpan::from(range.start as u32..range.end as u32);
        found.into_iter().map(span).collect()
    }

    /// Returns the runs of windows that enough documents have, where they are
    /// long enough for boilerplate.
    ///
    /// What fewer documents have reaches further: where that is too short, all
    /// is, and formulas elsewhere in the text tell nothing.
    pub(super) fn long_runs(
        &self,
        units: &[u16],
        places: &[u32],
        documents: &[u32],
    ) -> Vec<Range<usize>> {
        debug_assert_eq!(places.len(), documents.len());
        let mut long = Vec::new();
        let row = Row {
            units: units.len(),
            windows: documents.len(),
            is_in: |nth: usize| documents[nth] >= self.min_documents,
            at: |nth: usize| places[nth] as usize,
        };
        row.each_run(0..documents.len(), |run, stretch| {
            if stretch.len() >= self.min_length as usize {
                long.push(run);
            }
        });
        long
    }

    /// Returns the stretches with those of windows that `level` documents have.
    ///
    /// These are parts of long runs: no character weighs more than a Han
    /// character, so what is too short in the longest run is too light in any.
    fn with_level(
        &self,
        text: &mut Text<'_>,
        found: &[Range<usize>],
        level: u32,
    ) -> Vec<Range<usize>> {
        let mut all = found.to_vec();
        let mut taken: Vec<Range<usize>> = Vec::new();
        let is_in = |nth: usize| {
            let window = &text.windows[nth];
            window.documents >= level && !window.taken
        };
        let row = Row {
            units: text.units.len(),
            windows: text.windows.len(),
            is_in,
            at: |nth: usize| text.windows[nth].at,
        };
        for long in text.long_runs.iter().cloned() {
            row.each_run(long, |run, stretch| {
                if stretch.len() < self.min_length as usize {
                    return;
                }
                let chain = text.windows[run.clone()].iter();
                let fewest = chain.map(|window| window.documents).min().unwrap_or(0);
                let longest = match fewest >= self.many_documents {
                    true => self.max_length,
                    false => self.short,
                };
                let wanted = letters(self.min_length)..=letters(longest);
                if wanted.contains(&text.weights.of(&stretch)) {
                    all.push(stretch);
                    taken.push(run);
                }
            });
        }
        for window in taken.into_iter().flatten() {
            text.windows[window].taken = true;
        }
        joined(all)
    }

    /// Returns whether a document has enough of its own beside some stretches,
    /// and a window to show for it: what lies between two counted windows may
    /// belong to either side.
    fn has_own(&self, text: &Text<'_>, stretches: &[Range<usize>]) -> bool {
        let own = text.own(stretches);
        let has_window = text.windows.iter().any(|window| !window.taken)
            || own.longest >= letters(2 * WINDOW as u32);
        let part = u64::from(self.own_part);
        let total = text.weights.of(&(0..text.units.len()));
        has_window && own.longest >= letters(self.min_own) && own.all * part >= total
    }
}

/// The counted windows of a text of so many units: which are in a run, and
/// where each begins.
struct Row<I, A> {
    units: usize,
    windows: usize,
    is_in: I,
    at: A,
}

impl<I: Fn(usize) -> bool, A: Fn(usize) -> usize> Row<I, A> {
    /// Calls `found` with each run among the windows of a range, and with the
    /// text that it covers. No window beside the range is in a run.
    fn each_run(&self, range: Range<usize>, mut found: impl FnMut(Range<usize>, Range<usize>)) {
        let mut first = range.start;
        while first < range.end {
            if !(self.is_in)(first) {
                first += 1;
                continue;
            }
            let mut end = first + 1;
            while end < range.end && (self.is_in)(end) {
                end += 1;
            }
            // No window tells what lies before the first and after the last.
            let start = match (self.at)(first) {
                at if first == 0 && at <= WINDOW => 0,
                at => at,
            };
            let stop = match (self.at)(end - 1) + WINDOW {
                at if end == self.windows && self.units - at <= WINDOW => self.units,
                at => at,
            };
            found(first..end, start..stop);
            first = end;
        }
    }
}

/// A text that has a long run of windows that enough documents have.
struct Text<'a> {
    units: &'a [u16],
    weights: Weights<'a>,
    windows: Vec<Window>,
    long_runs: Vec<Range<usize>>,
}

/// The weight of what a document has of its own.
struct Own {
    all: u64,
    longest: u64,
}

impl Text<'_> {
    /// Returns the weight of what stands between some ranges, which are in
    /// order.
    fn own(&self, ranges: &[Range<usize>]) -> Own {
        let mut own = Own { all: 0, longest: 0 };
        let mut at = 0;
        let end = self.units.len()..self.units.len();
        for range in ranges.iter().chain([&end]) {
            let piece = self.weights.of(&(at..range.start));
            own.all += piece;
            if piece > own.longest
                && (piece >= letters(CREDITS) || !has_credit(&self.units[at..range.start]))
            {
                own.longest = piece;
            }
            at = range.end;
        }
        own
    }
}

/// The weight of each part of a text.
struct Weights<'a> {
    units: &'a [u16],
    /// The weight of what stands before each block.
    before: Vec<u64>,
}

impl<'a> Weights<'a> {
    /// Units in a block.
    const BLOCK: usize = 64;

    fn new(units: &'a [u16]) -> Self {
        let mut sum = 0;
        let blocks = units.chunks(Self::BLOCK).map(|block| {
            let before = sum;
            sum += weight(block);
            before
        });
        let mut before: Vec<u64> = blocks.collect();
        before.push(sum);
        Weights { units, before }
    }

    fn of(&self, range: &Range<usize>) -> u64 {
        self.before(range.end) - self.before(range.start)
    }

    /// Returns the weight of what stands before a unit.
    fn before(&self, at: usize) -> u64 {
        let block = at / Self::BLOCK;
        self.before[block] + weight(&self.units[block * Self::BLOCK..at])
    }
}

/// Returns a text without some stretches, a blank for each.
pub(crate) fn cut(units: &[u16], stretches: &[UnitSpan]) -> Vec<u16> {
    let mut left = Vec::with_capacity(units.len());
    let mut at = 0;
    for stretch in stretches {
        left.extend_from_slice(&units[at..stretch.start as usize]);
        if !left.is_empty() && (stretch.end as usize) < units.len() {
            left.push(0x20);
        }
        at = stretch.end as usize;
    }
    left.extend_from_slice(&units[at..]);
    left
}

/// Returns those of the sampled windows of a text, given in its order, that
/// touch none of some stretches.
pub(crate) fn apart<T: Copy>(units: &[u16], stretches: &[UnitSpan], windows: &[T]) -> Vec<T> {
    let mut stretches = Following(stretches);
    let places = sampled_places(units).into_iter().zip(windows);
    let outside = places.filter(|(at, _)| stretches.touch_none(*at));
    outside.map(|(_, window)| *window).collect()
}

/// The stretches of a text that do not end before a window.
pub(super) struct Following<'a>(pub(super) &'a [UnitSpan]);

impl Following<'_> {
    /// Returns whether the window that begins at a place touches none of the
    /// stretches; it does not begin before one that was asked for.
    pub(super) fn touch_none(&mut self, at: u32) -> bool {
        while let [first, rest @ ..] = self.0
            && first.end <= at
        {
            self.0 = rest;
        }
        let end = at + WINDOW as u32;
        self.0.first().is_none_or(|stretch| stretch.start >= end)
    }
}

/// Returns ranges in order, those that touch as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, last| {
        let touch = next.start <= last.end;
        if touch {
            last.end = last.end.max(next.end);
        }
        touch
    });
    ranges
}

/// Returns the weight of some Han characters, in letters.
fn letters(characters: u32) -> u64 {
    u64::from(characters) * u64::from(A_CHARACTER)
}

/// Returns the weight of a text, in letters.
pub(crate) fn weight(units: &[u16]) -> u64 {
    units.chunks(Weights::BLOCK).map(weight_of_block).sum()
}

/// Returns the weight of a text of few units.
fn weight_of_block(units: &[u16]) -> u64 {
    // Most texts hold nothing but these. Counts as wide as a unit are what lets
    // the compiler take several units at a time.
    let is_letter = |unit: u16| matches!(unit, 0x20 | 0x30..=0x39 | 0x61..=0x7A);
    let (mut letters, mut characters) = (0u16, 0u16);
    for unit in units {
        letters += u16::from(is_letter(*unit));
        characters += u16::from((0x2E80..0xD800).contains(unit));
    }
    match usize::from(letters + characters) == units.len() {
        true => u64::from(letters) + u64::from(characters) * u64::from(A_CHARACTER),
        false => units.iter().map(|unit| unit_weight(*unit)).sum(),
    }
}

/// Returns the weight of a unit, in letters: that of a Han character at most.
fn unit_weight(unit: u16) -> u64 {
    u64::from(match unit {
        0x61..=0x7A | 0x30..=0x39 => 1,
        0x2E80..0xD800 => A_CHARACTER,
        unit if is_spaced(unit) || unit == 0x20 => 1,
        // The second half of a surrogate pair.
        0xDC00..0xE000 => 0,
        _ => A_CHARACTER,
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::corpus::{Corpus, DocId};

    const DISCLAIMER: &str = "本站转载文章只为传播信息，并不代表本站赞同其观点，\
        稿件涉及著作权等问题的，请作者在两周内同本站联系，本站核实以后将予以删除。";

    proptest! {
        #[test]
        fn weights_are_sums_of_those_of_units(
            units in vec(
                prop_oneof![any::<u16>(), 0x61..=0x7Au16, 0x4E00..0x9FFFu16, Just(0x20)],
                0..300,
            ),
            ends in (0usize..300, 0usize..300),
        ) {
            let (a, b) = (ends.0.min(units.len()), ends.1.min(units.len()));
            let range = a.min(b)..a.max(b);
            let sum: u64 = units[range.clone()].iter().map(|unit| unit_weight(*unit)).sum();
            prop_assert_eq!(Weights::new(&units).of(&range), sum);
            prop_assert_eq!(weight(&units[range]), sum);
        }

        #[test]
        fn stretches_are_those_of_all_levels(
            runs in vec((1_usize..60, prop::sample::select(vec![1, 4, 5, 6, 9, 17, 40, 41, 1_000])), 1..12),
            length in 0_u32..500,
        ) {
            let options = BoilerplateOptions::default();
            let units: Vec<u16> = own(1, length + 80).encode_utf16().collect();
            let places = sampled_places(&units);
            let counts = runs.iter().flat_map(|(len, documents)| std::iter::repeat_n(*documents, *len));
            let documents: Vec<u32> = counts.cycle().take(places.len()).collect();
            let runs = options.long_runs(&units, &places, &documents);
            let most = runs.iter().cloned().flat_map(|run| &documents[run]).max().copied();
            let expected = match most {
                None => Vec::new(),
                Some(most) => {
                    let (levels, runs) = (options.levels(most), runs.clone());
                    options.stretches_by_level(&units, &places, &documents, runs, levels.into_iter())
                }
            };
            prop_assert_eq!(options.stretches_in(&units, &places, &documents, runs), expected);
        }
    }

    fn corpus(texts: &[String]) -> Corpus {
        let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
        let named = ids.iter().map(String::as_str);
        Corpus::from_texts(
            named.zip(texts.iter().map(String::as_str)),
            Default::default(),
        )
    }

    fn left(texts: &[String]) -> Vec<Option<String>> {
        let corpus = corpus(texts);
        let counts = WindowCounts::new(&corpus, BoilerplateOptions::default()).unwrap();
        let one = |doc: DocId| {
            let left = counts.without(corpus.normalized(doc))?;
            Some(String::from_utf16(&left).unwrap())
        };
        corpus.docs().map(one).collect()
    }

    /// Made-up syllables that no other number has.
    fn own(number: u32, length: u32) -> String {
        let one = |at| char::from_u32(0xAC00 + number * 60 + at).unwrap();
        (0..length).map(one).collect()
    }

    #[test]
    fn a_disclaimer_is_cut_from_head_foot_or_middle() {
        let mut texts: Vec<String> = (0..8)
            .map(|n| format!("{}。{DISCLAIMER}", own(n, 40)))
            .collect();
        texts.push(format!("{DISCLAIMER}{}", own(8, 40)));
        texts.push(format!("{}{DISCLAIMER}{}", own(9, 30), own(10, 30)));
        for (text, left) in texts.iter().zip(left(&texts)) {
            let left = left.unwrap();
            let own: String = text.replace(DISCLAIMER, "").replace('。', "");
            // A window at the edge may not be counted.
            let edge = left.chars().count() as i64 - own.chars().count() as i64;
            assert!((0..24).contains(&edge), "{edge}: {left}");
            assert!(own.chars().take(30).all(|c| left.contains(c)), "{left}");
        }
    }

    #[test]
    fn what_few_have_and_what_leaves_nothing_is_none() {
        let few: Vec<String> = (0..4)
            .map(|n| format!("{}{DISCLAIMER}", own(n, 40)))
            .collect();
        assert!(left(&few).iter().all(Option::is_none));
        let story = own(50, 400);
        let papers: Vec<String> = (0..9).map(|n| format!("{}{story}", own(n, 8))).collect();
        let left = left(&papers);
        assert!(left.iter().all(Option::is_none), "{left:?}");
    }

    #[test]
    fn a_clause_that_some_share_ends_what_all_share() {
        let clauses = ["暑期班开始报名，", "新茶开采上市，", "读者凭证入馆，"];
        let texts: Vec<String> = (0..30)
            .map(|n| format!("{}{}{DISCLAIMER}", own(n, 14), clauses[n as usize % 3]))
            .collect();
        for (n, left) in left(&texts).into_iter().enumerate() {
            let clause = clauses[n % 3].trim_end_matches('，');
            assert!(left.unwrap().contains(clause));
        }
    }

    #[test]
    fn a_form_in_many_pieces_is_none() {
        let pieces = [
            "昨天全天本市没有新的确诊病例报告也没有新的疑似病例报告各区县仍按要求每天两次上报",
            "现有在院病例均在定点医院隔离治疗病情平稳没有重症病例专家组每天上午和下午各会诊一次",
            "累计追踪到密切接触者均已按照要求实行医学观察和健康管理期满后由社区医生上门再次检测",
            "请市民外出戴好口罩勤洗手少聚集出现发热症状及时前往就诊途中不要乘坐公共汽车和地铁",
            "疾控部门提醒近期从外地返回的居民主动向所在社区报告行程隐瞒不报的将依法承担责任",
        ];
        let texts: Vec<String> = (0..12)
            .map(|n| {
                let slot = |at| own(n * 6 + at, 12);
                let filled = pieces
                    .iter()
                    .zip(0_u32..)
                    .map(|(piece, at)| format!("{}{piece}", slot(at)));
                filled.collect()
            })
            .collect();
        let left = left(&texts);
        assert!(left.iter().all(Option::is_none), "{left:?}");
    }
}
