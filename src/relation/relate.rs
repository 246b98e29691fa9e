//! The relation of every pair of a corpus, in parallel.

use rayon::prelude::*;

use crate::align::{PassageOptions, Tilings};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::progress::{Progress, Stage};
use crate::relation::Relation;
use crate::relation::evidence::{Evidence, Gatherer};
use crate::relation::spread::Spread;
use crate::similarity::Pair;

/// A relation and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The relation.
    pub relation: Relation,
    /// What it was judged by.
    pub evidence: Evidence,
}

/// Returns the relation of each pair, in the order of the pairs.
///
/// Looks at folded texts alone. A pair's relation does not depend on which of
/// the two is called `a`, nor on the other pairs; of the corpus it takes how
/// far the shared wording is spread over it.
///
/// One pass over the corpus, and some tens of microseconds for a pair of
/// texts of a thousand characters; copies cost a comparison. The same for
/// any number of threads.
///
/// # Examples
///
/// ```
/// use leitong::corpus::Corpus;
/// use leitong::relation::{Relation, relate};
/// use leitong::similarity::{Shingling, verify};
///
/// let texts = [
///     ("a", "本市3月4日新增病例12例，治愈出院35例，现有在院病例208例，均在定点医院接受治疗。"),
///     ("b", "本市3月5日新增病例7例，治愈出院41例，现有在院病例174例，均在定点医院接受治疗。"),
/// ];
/// let corpus = Corpus::from_texts(texts, Default::default());
/// let mut docs = corpus.docs();
/// let (a, b) = (docs.next().unwrap(), docs.next().unwrap());
/// let pair = verify::count(&corpus, Shingling::default(), a, b);
/// assert_eq!(relate(&corpus, &[pair], &())?[0].relation, Relation::Template);
/// # Ok::<(), leitong::Error>(())
/// ```
///
/// # Errors
///
/// Fails if the corpus has a scratch that can't be written or read.
pub fn relate(corpus: &Corpus, pairs: &[Pair], progress: &dyn Progress) -> Result<Vec<Judged>> {
    let tilings = Tilings::none(PassageOptions::MIN_LENGTH);
    judge(corpus, pairs, &tilings, progress, |evidence| Judged {
        relation: evidence.relation(),
        evidence,
    })
}

/// Returns the relation of each pair as [`relate`] does, without keeping the
/// evidence: a byte a pair instead of two hundred.
///
/// # Errors
///
/// Fails if the corpus has a scratch that can't be written or read.
pub fn relations(
    corpus: &Corpus,
    pairs: &[Pair],
    progress: &dyn Progress,
) -> Result<Vec<Relation>> {
    let tilings = Tilings::none(PassageOptions::MIN_LENGTH);
    relations_of_aligned(corpus, pairs, &tilings, progress)
}

/// Does the same with the tilings of the pairs, as far as they are known;
/// more of them are known afterwards.
///
/// # Errors
///
/// Fails as [`relations`] does.
///
/// # Panics
///
/// Panics if they are not of the length that relations are judged by,
/// [`PassageOptions::MIN_LENGTH`].
pub fn relations_of_aligned(
    corpus: &Corpus,
    pairs: &[Pair],
    tilings: &Tilings,
    progress: &dyn Progress,
) -> Result<Vec<Relation>> {
    assert_eq!(tilings.min_length(), PassageOptions::MIN_LENGTH);
    judge(corpus, pairs, tilings, progress, |evidence| {
        evidence.relation()
    })
}

fn judge<T: Send>(
    corpus: &Corpus,
    pairs: &[Pair],
    tilings: &Tilings,
    progress: &dyn Progress,
    verdict: impl Fn(Evidence) -> T + Sync,
) -> Result<Vec<T>> {
    let same = |pair: &Pair| {
        corpus.text_hash(pair.a) == corpus.text_hash(pair.b)
            && corpus.folded(pair.a) == corpus.folded(pair.b)
    };
    corpus.expect_jumps(true);
    let mut docs: Vec<DocId> = pairs
        .par_iter()
        .filter(|pair| !same(pair))
        .flat_map_iter(|pair| [pair.a, pair.b])
        .collect();
    docs.par_sort_unstable();
    docs.dedup();
    progress.begin(Stage::Relating, pairs.len() as u64);
    corpus.expect_jumps(false);
    let spread = Spread::count(corpus, docs)?;
    corpus.expect_jumps(true);
    let judged = pairs
        .par_iter()
        .enumerate()
        .map_init(Gatherer::default, |gatherer, (nth, pair)| {
            let (a, b) = (corpus.folded(pair.a), corpus.folded(pair.b));
            let evidence = if same(pair) {
                Evidence::of_copies(a.len())
            } else {
                tilings.align(&mut gatherer.aligner, nth, [a, b]);
                Evidence {
                    spread: spread.of(pair.a, pair.b),
                    ..gatherer.of_aligned(a, b)
                }
            };
            progress.advance(1);
            verdict(evidence)
        })
        .collect();
    Ok(judged)
}
