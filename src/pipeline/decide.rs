//! From what was compared to a decision for every document.

use crate::boilerplate::WindowCounts;
use crate::corpus::Corpus;
use crate::dedup;
use crate::dedup::{Against, ByHand, Decisions, DedupInput, NO_CHOICES, Policy, Rules};
use crate::error::Result;
use crate::near::{are_kept_apart, verify};
use crate::pipeline::compare::Compared;
use crate::relation::{FeatureExtractor, own_matter_of, own_matters, relation_of};

/// Returns for every document whether it stays, and for which one it goes.
///
/// # Examples
///
/// ```
/// use leitong::Context;
/// use leitong::corpus::{Corpus, DocId};
/// use leitong::dedup::{Keep, Policy, Rules};
/// use leitong::pipeline::{CompareOptions, decide};
///
/// let text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。";
/// let longer = format!("本报讯 {text}");
/// let corpus = Corpus::from_texts([("a", text), ("b", &longer)], Default::default());
/// let compared = CompareOptions::default().run(&corpus, &Context::default())?;
/// let longest = Policy::new(vec![Keep::Longest]);
/// let decisions = decide(&corpus, &compared, &longest, Rules::default())?;
/// assert_eq!(decisions.dropped(DocId(0)).map(|drop| drop.of), Some(DocId(1)));
/// # Ok::<(), leitong::Error>(())
/// ```
///
/// # Errors
///
/// Fails if the folder of the memory budget can't be written or read.
pub fn decide(
    corpus: &Corpus,
    compared: &Compared,
    policy: &Policy,
    rules: Rules,
) -> Result<Decisions> {
    decide_by_hand(corpus, compared, policy, rules, &NO_CHOICES)
}

/// Returns what [`decide`] does, except where a person decided.
///
/// # Errors
///
/// As [`decide`].
pub fn decide_by_hand(
    corpus: &Corpus,
    compared: &Compared,
    policy: &Policy,
    rules: Rules,
    by_hand: &ByHand,
) -> Result<Decisions> {
    decide_against(corpus, compared, policy, rules, by_hand, None)
}

/// Returns what [`decide_by_hand`] does, except that the last documents of the
/// corpus are there already; `compared` comes from
/// [`CompareOptions::run_against`](crate::pipeline::CompareOptions::run_against).
///
/// # Errors
///
/// As [`decide`].
pub fn decide_against(
    corpus: &Corpus,
    compared: &Compared,
    policy: &Policy,
    rules: Rules,
    by_hand: &ByHand,
    against: Option<Against<'_>>,
) -> Result<Decisions> {
    let input = DedupInput {
        by_hand,
        against,
        ..dedup_input(corpus, compared, policy, rules)
    };
    // Only where pairs are left out are any compared again.
    let boilerplate = match input.some_left_out {
        true => compared.boilerplate.get(corpus)?,
        false => &WindowCounts::default(),
    };
    dedup::decide(&input, |a, b, family| {
        let texts = compared.masked.as_deref().unwrap_or(corpus);
        let mut pair = verify::count(texts, compared.options.near.shingling, a, b);
        if are_kept_apart(texts, &pair) {
            pair.shared = 0;
        }
        // To count over the whole corpus for one pair would take too long.
        let relation = relation_of(corpus, [a, b], family as f64, boilerplate);
        let own = match rules.drop_templates {
            true => [None; 2],
            false => own_matter_of(
                &mut FeatureExtractor::default(),
                corpus,
                [a, b],
                relation,
                compared.options.telling(),
            ),
        };
        (pair, relation, own)
    })
}

/// Returns what the decisions rest on, for reasons and records; no decisions of
/// a person are among it.
pub fn dedup_input<'a>(
    corpus: &'a Corpus,
    compared: &'a Compared,
    policy: &'a Policy,
    rules: Rules,
) -> DedupInput<'a> {
    let search = compared.near.search;
    DedupInput {
        corpus,
        pairs: &compared.near.pairs,
        relations: &compared.relations,
        own: match rules.drop_templates {
            true => &[],
            false => compared.own.get_or_init(|| {
                let near = &compared.near;
                let telling = compared.options.telling();
                own_matters(corpus, &near.pairs, &compared.relations, telling)
            }),
        },
        copies: &compared.near.copies,
        clusters: &compared.clusters,
        measure: compared.options.near.measure,
        threshold: compared.options.near.threshold,
        policy,
        rules,
        by_hand: &NO_CHOICES,
        against: None,
        some_left_out: search.partners_left_out + search.cut_short > 0,
    }
}
