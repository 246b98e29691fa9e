//! The score of a phrase, and what it is made of.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::phrases::char_set::CharSet;
use crate::phrases::context::ContextStatistics;
use crate::phrases::form::Form;
use crate::phrases::formula_words;
use crate::phrases::kind::{PhraseKind, ends_with, starts_with};
use crate::phrases::outer_words;
use crate::phrases::weights::Weights;
use crate::phrases::wholeness::extension_share;
use crate::text::letters;
use crate::text::lexicon::{
    DAY_CHARACTERS, DIRECTIONS, LEADING_CHARACTERS, LEADING_WORDS, OPEN_ENDS, POINTING_WORDS,
    REPORTING_VERBS, ZAI_WORD_SECONDS,
};

const W: Weights = Weights::DEFAULT;

/// Length from which on longer phrases score more, in characters: an idiom's.
const SHORTEST: usize = 4;

/// Length from which on they do not: a slogan's.
const LONGEST: usize = 24;

/// Why a phrase ranks where it does; every part is a factor of the score or
/// explains one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
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

impl Parts {
    /// Returns whether a phrase of this score is set wording, in however many
    /// documents it stands: whether the score is high without what the spread
    /// is worth. The formulas that are count in the share of a document.
    pub fn is_set_wording(&self, score: f32) -> bool {
        score >= W.set_wording * libm::powf(self.spread, W.spread_exponent)
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
        spread: libm::log2f(1.0 + independent as f32)
            * (W.one_source_spread + (1.0 - W.one_source_spread) * sources),
        free_left,
        free_right,
        whole: 1.0 - extension_share(&context.left).max(extension_share(&context.right)),
        cohesion,
        entropy_left: context.left.entropy,
        entropy_right: context.right.entropy,
    }
}

/// Returns how good the phrase is apart from its spread, in `[0, 1]`: freedom
/// × cohesion, less for what crosses a full stop, or a comma unless it parts
/// members of one length.
pub(crate) fn quality(parts: &Parts, context: &ContextStatistics, form: Form) -> f32 {
    let cohesion = 1.0 - libm::expf(-parts.cohesion.max(0.0) / W.cohesion_scale);
    let comma_penalty = match form {
        Form::Parallel => 0.0,
        _ => W.comma_penalty,
    };
    let unbroken = (1.0 - context.stop_inside) * (1.0 - comma_penalty * context.comma_inside);
    parts.free_left * parts.free_right * cohesion * unbroken
}

/// Returns the cohesion, in bits, that a phrase needs to reach a quality if it
/// is so free on both sides together.
pub(crate) fn cohesion_needed(quality: f32, free: f32) -> Option<f32> {
    let needed = quality / free;
    (needed < 1.0).then(|| -W.cohesion_scale * libm::logf(1.0 - needed))
}

/// The quality under which a repeat of a corpus is taken for an accident.
#[derive(Clone, Copy)]
pub(crate) struct Floor {
    /// That of a repeat in one document.
    of_one: f32,
}

impl Floor {
    /// Returns the floor in a corpus of so many documents.
    pub(crate) fn new(of_documents: usize) -> Self {
        Floor {
            of_one: W.floor_slope * libm::log10f(of_documents as f32),
        }
    }

    /// Returns the quality that a repeat in so many documents needs.
    ///
    /// The more documents there are, the more pairs of them share something by
    /// chance; the more of them share it, the less it is chance.
    pub(crate) fn of(self, documents: u32) -> f32 {
        (self.of_one / documents as f32).max(W.min_quality)
    }
}

/// Returns whether a phrase is a preposition with what it needs, a frame round
/// any words (在疫情防控中, 从根本上): set, but no formula.
fn is_frame(phrase: &[char]) -> bool {
    let ends = |ends: &[&str]| ends.iter().any(|end| ends_with(phrase, end));
    match phrase {
        ['在', next, ..] => !ZAI_WORD_SECONDS.contains(*next),
        ['从', ..] => ends(&["上", "中", "来看", "来说", "而言"]),
        ['对', ..] => ends(&["来说", "而言"]),
        _ => false,
    }
}

static OF_A_DAY: LazyLock<CharSet> = LazyLock::new(|| CharSet::new([DAY_CHARACTERS]));

/// The first characters of what leads in or points.
static MAY_LEAD: LazyLock<CharSet> = LazyLock::new(|| {
    let words = POINTING_WORDS.iter().chain(&LEADING_WORDS);
    let words = words.chain(&LEADING_CHARACTERS);
    CharSet::new(words.map(|word| &word[..word.chars().next().map_or(0, char::len_utf8)]))
});

/// The last characters of verbs that need an object or say who speaks, and of
/// directions.
static MAY_LEAD_ON: LazyLock<CharSet> = LazyLock::new(|| {
    let words = OPEN_ENDS.iter().chain(&REPORTING_VERBS);
    CharSet::of_ends(words.chain(&DIRECTIONS))
});

/// Returns whether a phrase begins with a character that leads in a clause
/// (要坚持勤俭), and is longer than an idiom.
fn leads_in(phrase: &[char]) -> bool {
    let [first, second, rest @ ..] = phrase else {
        return false;
    };
    rest.len() > 2
        && LEADING_CHARACTERS.iter().any(|line| {
            line.starts_with(*first) && !line.chars().skip(1).any(|word| word == *second)
        })
}

/// Returns whether a phrase ends with a verb that needs an object, and no mark
/// says that it has none (改革开放取得).
fn lacks_object(phrase: &[char], marked: f32) -> bool {
    phrase.len() > SHORTEST
        && marked < W.function_marked
        && OPEN_ENDS.iter().any(|verb| ends_with(phrase, verb))
}

/// Returns whether a reporting verb stands inside a phrase (会议指出，按照).
fn tells_who_says(phrase: &[char]) -> bool {
    (1..phrase.len()).any(|at| {
        let rest = &phrase[at..];
        REPORTING_VERBS.iter().any(|verb| starts_with(rest, verb))
    })
}

/// Returns how nearly always a phrase is a stretch of a list with more members
/// beside it, between 0 and 1: with members inside, if more stand on either
/// side (调结构、惠民生 after 稳增长、); with none, if they stand on one side
/// only, for a member by itself has both (统筹稳增长 before 、促改革).
fn is_member(context: &ContextStatistics) -> f32 {
    let [left, right] = context.listed;
    if context.list_inside >= W.majority {
        left.max(right)
    } else {
        f32::max(left * (1.0 - right), right * (1.0 - left))
    }
}

/// Returns the score: spread × freedom × cohesion, less for what crosses a
/// comma or a full stop, points at something, or is no formula.
///
/// Products, because a phrase must be all of it at once; the logarithm of the
/// documents, because they are distributed as a power law.
///
/// `words` is how long its first and its last word are, if they are words of
/// letters.
pub(crate) fn score(
    phrase: &[char],
    words: [usize; 2],
    form: Form,
    parts: &Parts,
    context: &ContextStatistics,
    kind: PhraseKind,
) -> f32 {
    let may_lead = phrase.first().is_some_and(|c| MAY_LEAD.contains(*c));
    let begins = |words: &[&str]| may_lead && words.iter().any(|word| starts_with(phrase, word));
    let may_lead_on = phrase.last().is_some_and(|c| MAY_LEAD_ON.contains(*c));
    let ends = |words: &[&str]| may_lead_on && words.iter().any(|word| ends_with(phrase, word));
    let points = begins(&POINTING_WORDS);
    let of_kind = match kind {
        PhraseKind::Formula | PhraseKind::Idiom => 1.0,
        PhraseKind::Term => W.term,
        PhraseKind::Name => W.name,
        PhraseKind::Boilerplate | PhraseKind::Quotation => W.boilerplate_or_quotation,
        PhraseKind::Number => W.number,
    };
    let with_digits = if phrase.iter().any(char::is_ascii_digit) {
        W.with_digits
    } else {
        1.0
    };
    let is_set = matches!(form, Form::Idiom | Form::Parallel);
    let leads = || {
        begins(&LEADING_WORDS)
            || !is_set && ends(&DIRECTIONS)
            || may_lead && leads_in(phrase)
            || ends(&REPORTING_VERBS)
            || context.comma_inside >= W.majority && tells_who_says(phrase)
    };
    let pointing = if points
        || is_frame(phrase)
        || may_lead_on && lacks_object(phrase, context.right.marked)
    {
        W.pointing
    } else if leads() {
        W.leading
    } else {
        1.0
    };
    let between_marks = 1.0 + W.between_marks_bonus * context.left.marked.min(context.right.marked);
    let entropy = parts.entropy_left + parts.entropy_right;
    // What hardly ever stands without the same neighbour is seldom a whole.
    let whole = 1.0 - (1.0 - parts.whole).powi(W.whole_exponent);
    // Two of the five members of a list are no phrase because a few documents
    // stop there.
    let across = context.left.across.max(context.right.across);
    let whole = whole * (1.0 - across.powi(W.list_exponent));
    let of_a_day = if phrase.iter().any(|c| OF_A_DAY.contains(*c)) {
        W.of_a_day
    } else {
        1.0
    };
    let of_form = match form {
        Form::Idiom => W.idiom,
        Form::Parallel => W.parallel,
        Form::Clause => W.clause,
        Form::Term | Form::Name | Form::Other => 1.0,
    };
    // More than in proportion: what is all such words is a set phrase sooner
    // than what has one beside others.
    let share = formula_words::share(phrase);
    let of_formula_words = 1.0 + W.formula_words * share * share.sqrt().sqrt();
    let of_quotation = 1.0 - W.after_quotation * context.after_quotation.powi(3);
    let of_list = match form {
        Form::Idiom => 1.0,
        _ => 1.0 - W.list_part * is_member(context).powi(3),
    };
    let length = letters::weight(phrase).clamp(SHORTEST, LONGEST) as f32;
    let of_words = outer_words::factor(&phrase[..words[0]], &phrase[phrase.len() - words[1]..]);
    // One power of a sum of logarithms takes half the time of four powers.
    let powers: f64 = [
        (parts.spread, W.spread_exponent),
        (parts.free_left * parts.free_right, W.freedom_exponent - 1.0),
        (length / SHORTEST as f32, W.length_exponent),
        (W.entropy_offset + entropy, W.entropy_exponent),
    ]
    .map(|(base, exponent)| f64::from(exponent) * libm::log2(f64::from(base)))
    .iter()
    .sum();
    libm::exp2(powers) as f32
        * quality(parts, context, form)
        * between_marks
        * whole
        * of_kind
        * of_form
        * of_formula_words
        * of_list
        * of_quotation
        * of_a_day
        * with_digits
        * pointing
        * of_words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_list_is_a_part_of_it_and_a_member_is_not() {
        let of = |listed, list_inside| {
            is_member(&ContextStatistics {
                listed,
                list_inside,
                ..ContextStatistics::default()
            })
        };
        assert_eq!(of([1.0, 0.0], 1.0), 1.0, "调结构、惠民生");
        assert_eq!(of([0.0, 1.0], 0.0), 1.0, "统筹稳增长");
        assert_eq!(of([1.0, 1.0], 0.0), 0.0, "促改革");
        assert_eq!(of([0.0, 0.0], 1.0), 0.0, "单边主义、保护主义");
    }

    #[test]
    fn what_leads_in_and_what_lacks_its_object_is_told_from_words() {
        let of = |phrase: &str| phrase.chars().collect::<Vec<_>>();
        assert!(leads_in(&of("要坚持问计于民")) && !leads_in(&of("更可持续")));
        assert!(!leads_in(&of("要素市场改革")) && !leads_in(&of("更新改造工程")));
        assert!(lacks_object(&of("村里建设取得"), 0.0));
        assert!(!lacks_object(&of("村里建设取得"), 0.5) && !lacks_object(&of("有所进行"), 0.0));
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
