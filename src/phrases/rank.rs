//! The judgement: is a repeat a phrase, and how high does it stand.

use serde::Serialize;

use crate::phrases::bigrams::Bigram;
use crate::phrases::context::{ContextStatistics, Separation, SideStatistics};
use crate::phrases::kind::{PhraseKind, ends_with, starts_with};
use crate::text::lexicon::{
    FUNCTION_CHARACTERS, LEADING_WORDS, PARTICLES, POINTING_WORDS, REPORTING_VERBS,
};

/// Why a phrase stands where it does; every part is a factor of the score or
/// explains one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Parts {
    /// Documents that have it of their own: the copies of one passage count
    /// once.
    pub independent: u32,
    /// `log2(1 + independent)`, less where a few sources have it all.
    pub spread: f32,
    /// The chance that it is free on the left: that a word begins there.
    pub free_left: f32,
    /// The chance that it is free on the right: that a word ends there.
    pub free_right: f32,
    /// One less the share of its documents and occurrences that its
    /// commonest extension by a character keeps.
    pub whole: f32,
    /// Pointwise mutual information of its parts at the weakest split, in bits.
    pub cohesion: f32,
    /// Entropy of what stands before it, in bits.
    pub entropy_left: f32,
    /// Entropy of what stands after it, in bits.
    pub entropy_right: f32,
}

/// An extension that keeps this share of the documents *and* of the
/// occurrences makes the shorter string a part of the longer one: nine in ten,
/// so that 联防联 is nothing beside 联防联控, and 中国梦 still something beside
/// the sentence that it mostly stands in.
const KEPT: f32 = 0.9;

/// Chance of a word boundary under which an edge is a cut. One in three: the
/// ranking sorts the doubtful ones down, this only leaves out the plain ones.
const CUT: f32 = 0.35;

/// What the chance of a boundary may lack of the share that an extension
/// keeps: one that keeps four in five leaves a part only if it is likely a word.
const YIELDS: f32 = 0.35;

/// The same where three or four documents have it and no mark says that this
/// is an end.
const YIELDS_OF_FEW: f32 = 0.05;

/// Documents that are so few that one of them makes a repeat of a part.
const FEW: u32 = 4;

/// Documents in which a string stands on its own that make it a phrase,
/// whatever it mostly is a part of. An absolute number, because a slip of the
/// pen or a pair of characters misjudged does not come eight times, and a
/// formula that a longer one has taken up does (群众路线 beside
/// 群众路线教育实践活动). From 5 on few scraps come in (新时代中国), from 8 on
/// hardly any.
pub(crate) const ON_ITS_OWN: u32 = 8;

/// Bits between a function character at an edge and its inner neighbour from
/// which on they are one word (和平, 与时俱进).
const BOUND: f32 = 3.0;

/// The same for particles, which nearly always belong to nothing.
const BOUND_PARTICLE: f32 = 4.0;

/// Particles that follow a word, whatever it is.
const FOLLOWING: [char; 4] = ['的', '地', '了', '着'];

/// Share of the occurrences of the rest that must have a function character
/// for it to belong (以人为本: 人为本 is nowhere else).
const BELONGS: f32 = 0.7;

/// Bits of cohesion that count for two thirds (1 - 1/e).
const HOLDS: f32 = 8.0;

/// What the agreement of all occurrences takes off the log odds of a boundary.
const AGREEMENT: f32 = 1.7;

/// Returns the chance that a word boundary is at an edge.
///
/// A logistic function of three measures: how tight the gap is, what share
/// the commonest continuation keeps, and how often marks and function words
/// stand beside the outermost two characters anywhere. The weights were fitted
/// once so that the edges of repeats agree with those of a dictionary
/// segmenter on three corpora (news of 2008 and of 2013 to 2019, government
/// reports): rank agreement (AUC) was 0.91 to 0.95 on either side of each
/// corpus. That was before small counts were discounted; fitting again is
/// worth a try. No dictionary is needed to run.
pub(crate) fn boundary(edge: &SideStatistics, log_odds: f32) -> f32 {
    let z = 4.6 - 0.73 * edge.tightness - AGREEMENT * edge.agreement + 0.4 * log_odds;
    1.0 / (1.0 + (-z).exp())
}

/// Returns how free a repeat may be on both sides together, `None` if it is
/// plainly cut or can't reach a quality, going by the mean tightness of its
/// edges over a few occurrences, or all of them.
pub(crate) fn hope(
    (left, right, all): (f32, f32, bool),
    first: &Bigram,
    last: &Bigram,
    quality: f32,
) -> Option<f32> {
    /// Bits by which the mean of a few may be above that of all.
    const SLACK: f32 = 0.5;
    /// More than rounding takes away.
    const ROUNDING: f32 = 1e-4;
    let slack = if all { ROUNDING } else { SLACK };
    // At best no two occurrences go on alike, and the parts hold together
    // perfectly.
    let best = |tightness: f32, log_odds| {
        let edge = SideStatistics {
            tightness: tightness - slack,
            ..SideStatistics::default()
        };
        boundary(&edge, log_odds)
    };
    let (left, right) = (best(left, first.begins()), best(right, last.ends()));
    let free = (left * right + ROUNDING).min(1.0);
    (left.min(right) >= CUT && free >= quality).then_some(free)
}

/// Returns whether a repeat is cut, or part of a longer one, or not one
/// phrase; what is left may be a phrase.
///
/// `free_left` and `free_right` are the chances of a boundary at its edges.
pub(crate) fn is_cut(
    documents: u32,
    context: &ContextStatistics,
    free_left: f32,
    free_right: f32,
) -> bool {
    let cut = |edge: &SideStatistics, free: f32| {
        kept(edge) >= KEPT || is_unsure(documents, edge, free) || edge.numeral > 0.5
    };
    cut(&context.left, free_left)
        || cut(&context.right, free_right)
        || context.stop_inside > 0.5
        || context.partial_item > 0.5
}

/// Returns the share that the commonest extension of an edge keeps.
fn kept(edge: &SideStatistics) -> f32 {
    edge.extension_occurrences.min(edge.extension_documents)
}

/// Returns whether an edge is less likely a boundary than it must be.
fn is_unsure(documents: u32, edge: &SideStatistics, free: f32) -> bool {
    // The more an extension keeps, the surer the boundary must be; surer
    // still where it keeps all but one of a few, and no mark says that
    // this is an end (联防联控群防群 beside 联防联控群防群治).
    let few = documents > 2 && documents <= FEW && edge.open == 0.0;
    let yields = if few { YIELDS_OF_FEW } else { YIELDS };
    free < CUT.max(kept(edge) - yields)
}

/// Returns how a string that is cut must stand in [`ON_ITS_OWN`] documents to
/// be a phrase all the same; `None` if it can't be one.
///
/// One whose edges are likely boundaries must be without the neighbour that
/// it mostly has (治理体系和治理能力现代化 without 国家); one whose edges are
/// not, or that a number follows, must stand between open boundaries (群众路线,
/// although 教育 mostly follows). What function characters tie to its
/// neighbours (以经济建设为中心), or marks to the other members of a list,
/// stays a part.
pub(crate) fn separation_needed(
    documents: u32,
    context: &ContextStatistics,
    free_left: f32,
    free_right: f32,
) -> Option<Separation> {
    let edges = [(&context.left, free_left), (&context.right, free_right)];
    // Shares of the occurrences, one of a document at least.
    let share = ON_ITS_OWN as f32 / context.looked_at as f32;
    let tied = |edge: &SideStatistics| kept(edge) >= KEPT && edge.open > 1.0 - KEPT;
    // Even if no two occurrences went on alike: then it is never left out at
    // a glance either.
    let torn = |edge: &SideStatistics, free: f32| {
        let odds = free / (1.0 - free) * (AGREEMENT * edge.agreement).exp();
        odds < CUT / (1.0 - CUT)
    };
    let open = |edge: &SideStatistics| edge.open >= share;
    let untied = |edge: &SideStatistics| 1.0 - edge.extension_occurrences >= share;
    if documents < ON_ITS_OWN
        || context.left.numeral > 0.5
        || context.comma_inside > 0.5
        || context.stop_inside > 0.5
        || context.partial_item > 0.5
        || edges
            .iter()
            .any(|(edge, free)| tied(edge) || torn(edge, *free))
    {
        None
    } else if context.right.numeral > 0.5
        || edges
            .iter()
            .any(|(edge, free)| is_unsure(documents, edge, *free))
    {
        edges
            .iter()
            .all(|(edge, _)| open(edge))
            .then_some(Separation::Open)
    } else {
        edges
            .iter()
            .all(|(edge, _)| untied(edge))
            .then_some(Separation::Untied)
    }
}

/// A function character at an edge of a phrase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outermost {
    pub(crate) character: char,
    /// Bits between it and its inner neighbour.
    pub(crate) information: f32,
    /// Share of the occurrences of the rest that have it.
    pub(crate) belongs: f32,
    /// Share of the occurrences of the phrase with a mark beside it.
    pub(crate) marked: f32,
}

/// Returns whether a character may be a stray at all.
pub(crate) fn may_dangle(character: char) -> bool {
    PARTICLES.contains(character) || FUNCTION_CHARACTERS.contains(character)
}

impl Outermost {
    /// Returns whether it is a stray, at the begin of the phrase or at its end.
    pub(crate) fn is_dangling(self, at_end: bool) -> bool {
        if PARTICLES.contains(self.character) {
            let own = self.belongs >= 0.95 && self.marked >= 0.3;
            // 等 after a list is at home nowhere but after it.
            let of_list = self.character == '等' && !at_end && self.marked < 0.1;
            // 坚定不移地: bound to 移, but the rest stands without it too, and
            // more is to follow.
            let follows = at_end && FOLLOWING.contains(&self.character) && self.marked < 0.1;
            of_list
                || follows && self.belongs < BELONGS
                || self.information < BOUND_PARTICLE && !own
        } else if FUNCTION_CHARACTERS.contains(self.character) {
            let joins = matches!(self.character, '和' | '与' | '及');
            // What joins stands first only in words of its own (和平); what it
            // joins is nearly always there, and proves nothing.
            let own = self.belongs >= BELONGS && (self.marked >= 0.1 || !at_end && !joins);
            self.information < BOUND && !own
        } else {
            false
        }
    }
}

/// Returns the parts of the score.
///
/// `sources` is how evenly the phrase is spread over the sources, in `[0, 1]`;
/// 1 where there is one source or none.
pub(crate) fn parts(
    independent: u32,
    sources: f32,
    context: &ContextStatistics,
    cohesion: f32,
    (free_left, free_right): (f32, f32),
) -> Parts {
    Parts {
        independent,
        spread: (1.0 + independent as f32).log2() * (0.5 + 0.5 * sources),
        free_left,
        free_right,
        whole: 1.0 - kept(&context.left).max(kept(&context.right)),
        cohesion,
        entropy_left: context.left.entropy,
        entropy_right: context.right.entropy,
    }
}

/// Returns how good the phrase is apart from its spread, in `[0, 1]`: freedom
/// × cohesion, less for what crosses a comma or a full stop.
pub(crate) fn quality(parts: &Parts, context: &ContextStatistics) -> f32 {
    let holds = 1.0 - (-parts.cohesion.max(0.0) / HOLDS).exp();
    let unbroken = (1.0 - context.stop_inside) * (1.0 - 0.5 * context.comma_inside);
    parts.free_left * parts.free_right * holds * unbroken
}

/// Returns the cohesion, in bits, that a phrase needs to reach a quality if it
/// is so free on both sides together.
pub(crate) fn cohesion_needed(quality: f32, free: f32) -> Option<f32> {
    let needed = quality / free;
    (needed < 1.0).then(|| -HOLDS * (1.0 - needed).ln())
}

/// Returns the quality under which a repeat is taken for an accident.
///
/// The more documents there are, the more pairs of them share something by
/// chance; the more of them share it, the less it is chance. Guess, set by
/// reading what stands just above and below it in corpora of 5, 88 and 16,000
/// documents.
pub(crate) fn floor(documents: u32, of_documents: usize) -> f32 {
    const STEEPNESS: f32 = 0.32;
    const LEAST: f32 = 0.1;
    (STEEPNESS * (of_documents as f32).log10() / documents as f32).max(LEAST)
}

/// How steeply the score rises with the spread and with freedom. Guesses
/// between 0.5 and 2 that put most of a list of well-known formulas first;
/// the list's share in the first 2,000 changes by five in a hundred at
/// most over that range.
const SPREAD: f32 = 1.15;

/// See [`SPREAD`].
const FREEDOM: f32 = 0.7;

/// How steeply the score rises with the occurrences in a document: words of
/// content come in bursts \[Kat96\], turns of speech once.
const BURST: f32 = 0.3;

/// How steeply it rises with the entropy of what stands on both sides.
const BRANCHING: f32 = 0.25;

/// What a phrase gains at most that always stands between two marks, or that
/// lists and quotations have.
const BETWEEN_MARKS: f32 = 0.4;

/// Characters of words that point at a day: 今天, 去年, 3月.
const OF_ITS_DAY: [char; 5] = ['今', '昨', '年', '月', '日'];

/// Returns whether a phrase is a preposition with what it needs, a frame round
/// any words (在疫情防控中, 从根本上): set, but no formula.
fn is_frame(phrase: &[char]) -> bool {
    /// What follows 在 in words that begin with it.
    const OF_WORDS: &str = "线职校岗建册任所";
    let ends = |ends: &[&str]| ends.iter().any(|end| ends_with(phrase, end));
    match phrase {
        ['在', next, ..] => !OF_WORDS.contains(*next),
        ['从', ..] => ends(&["上", "中", "来看", "来说", "而言"]),
        ['对', ..] => ends(&["来说", "而言"]),
        _ => false,
    }
}

/// English words that belong to what follows them.
const LEAD_ON: &str = " a an the of to in on at by for from with as and or but nor if that which who \
    than is are was were be been being has have had will would shall may can could should not no \
    its his her their our your my this these those any such ";

/// English words that belong to what stands before them.
const HANG_ON: &str = " of and or but nor by that which who than is are was were be been ";

/// Returns what a phrase of letters keeps of its score where its last word
/// leads on to another (*of the*), or its first hangs on one (*and other*).
fn of_its_words(first: &[char], last: &[char]) -> f32 {
    let is_one = |word: &[char], list: &str| {
        word.iter().all(char::is_ascii_lowercase) && {
            let word: String = [' '].iter().chain(word).chain(&[' ']).collect();
            list.contains(&word)
        }
    };
    if is_one(last, LEAD_ON) {
        0.2
    } else if is_one(first, HANG_ON) {
        0.4
    } else {
        1.0
    }
}

/// Returns the score: spread × freedom × cohesion, less for what crosses a
/// comma or a full stop, points at something, or is no formula.
///
/// Products, because a phrase must be all of it at once; the logarithm of the
/// documents, because they are distributed as a power law.
///
/// `words` is how long its first and its last word are, if they are words of
/// letters; `a_document` is how often a document that has it has it.
pub(crate) fn score(
    phrase: &[char],
    words: [usize; 2],
    a_document: f32,
    parts: &Parts,
    context: &ContextStatistics,
    kind: PhraseKind,
) -> f32 {
    let points = POINTING_WORDS.iter().any(|word| starts_with(phrase, word));
    let of_kind = match kind {
        PhraseKind::Formula => 1.0,
        PhraseKind::Name => 0.7,
        PhraseKind::Boilerplate | PhraseKind::Quotation => 0.5,
        PhraseKind::Number => 0.1,
    };
    let with_digits = if phrase.iter().any(char::is_ascii_digit) {
        0.5
    } else {
        1.0
    };
    let leads = || {
        LEADING_WORDS.iter().any(|word| starts_with(phrase, word))
            || REPORTING_VERBS.iter().any(|word| ends_with(phrase, word))
    };
    let pointing = if points || is_frame(phrase) {
        0.3
    } else if leads() {
        0.5
    } else {
        1.0
    };
    let between_marks = 1.0 + BETWEEN_MARKS * context.left.marked.min(context.right.marked);
    let entropy = parts.entropy_left + parts.entropy_right;
    // What hardly ever stands without the same neighbour is seldom a whole:
    // a third less at nine in ten, next to nothing at seven.
    let whole = 1.0 - (1.0 - parts.whole).powi(10);
    let of_its_day = if phrase.iter().any(|c| OF_ITS_DAY.contains(c)) {
        0.6
    } else {
        1.0
    };
    let of_its_words = of_its_words(&phrase[..words[0]], &phrase[phrase.len() - words[1]..]);
    parts.spread.powf(SPREAD)
        * quality(parts, context)
        * (parts.free_left * parts.free_right).powf(FREEDOM - 1.0)
        * a_document.powf(BURST)
        * (0.3 + entropy).powf(BRANCHING)
        * between_marks
        * whole
        * of_kind
        * of_its_day
        * with_digits
        * pointing
        * of_its_words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_any_word_is_a_stray_unless_a_mark_follows_it() {
        let tail = |character, belongs, marked| Outermost {
            character,
            information: 6.0,
            belongs,
            marked,
        };
        assert!(tail('地', 0.5, 0.0).is_dangling(true), "坚定不移地");
        assert!(!tail('地', 0.5, 0.4).is_dangling(true), "全国各地");
        assert!(!tail('是', 0.9, 0.4).is_dangling(true), "实事求是");
    }

    #[test]
    fn a_part_may_stand_unless_function_words_or_lists_tie_it() {
        let edge = |kept: f32, open: f32| SideStatistics {
            extension_occurrences: kept,
            extension_documents: kept,
            agreement: kept,
            open,
            ..SideStatistics::default()
        };
        let context = |left, right| ContextStatistics {
            left,
            right,
            looked_at: 100,
            ..ContextStatistics::default()
        };
        let free = edge(0.1, 0.5);
        // 治理体系和治理能力现代化 after 国家; 群众路线 before 教育.
        let part = context(edge(0.9, 0.0), free);
        assert_eq!(
            separation_needed(90, &part, 0.7, 0.9),
            Some(Separation::Untied)
        );
        let unsure = context(free, edge(0.8, 0.1));
        assert_eq!(
            separation_needed(90, &unsure, 0.9, 0.3),
            Some(Separation::Open)
        );
        // 经济建设为中心 after 以; 联防联 before 控; what is in few documents.
        let tied = context(edge(0.9, 0.95), free);
        assert_eq!(separation_needed(90, &tied, 0.9, 0.9), None);
        assert_eq!(separation_needed(90, &unsure, 0.9, 0.1), None);
        assert_eq!(separation_needed(7, &part, 0.7, 0.9), None);
        // A number follows 和平共处; its own number goes on before 个国家.
        let numeral = SideStatistics {
            numeral: 0.8,
            ..free
        };
        let followed = context(free, numeral);
        assert_eq!(
            separation_needed(90, &followed, 0.9, 0.9),
            Some(Separation::Open)
        );
        assert_eq!(
            separation_needed(90, &context(numeral, free), 0.9, 0.9),
            None
        );
    }

    #[test]
    fn an_english_phrase_does_not_lead_on_or_hang_on() {
        let of = |first: &str, last: &str| {
            let word = |word: &str| word.chars().collect::<Vec<_>>();
            of_its_words(&word(first), &word(last))
        };
        assert_eq!(of("of", "the"), 0.2);
        assert_eq!(of("and", "other"), 0.4);
        assert_eq!(of("without", "limitation"), 1.0);
        assert_eq!(of("联", "控"), 1.0);
    }

    #[test]
    fn a_preposition_with_what_it_needs_is_a_frame() {
        let is_frame = |phrase: &str| is_frame(&phrase.chars().collect::<Vec<_>>());
        for frame in ["在疫情防控中", "从根本上", "对企业来说"] {
            assert!(is_frame(frame), "{frame}");
        }
        for formula in ["从实际出发", "在线教育", "对外开放", "从上到下"] {
            assert!(!is_frame(formula), "{formula}");
        }
    }
}
