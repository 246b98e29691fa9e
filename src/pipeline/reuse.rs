//! The passages of a corpus, between the documents that rules let be compared.

use std::cmp::Reverse;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::{Provenance, Rules, Sources};
use crate::error::Result;
use crate::hash::mix;
use crate::passages::{PassageGroup, PassageSearch, ReusedPassage, Scope, quoted_passages};

/// Which passages are wanted, and of which documents.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReuseOptions {
    /// What counts as a passage.
    pub passages: PassageSearch,
    /// Which documents are compared.
    pub rules: Rules,
    /// Whether passages that stand between quotation marks are left out.
    pub without_quotes: bool,
    /// Whether the documents that have a passage are grouped.
    pub groups: bool,
    /// Most passages that are wanted: those with the most characters of their
    /// own. Groups have them all.
    pub top: Option<usize>,
}

/// The passages that documents share, and who has each.
#[derive(Clone, Debug, Default)]
pub struct Reuse {
    /// In the order of `a`, `b` and `span_a`, or with
    /// [`ReuseOptions::top`] the best first.
    pub passages: Vec<ReusedPassage>,
    /// The groups of all passages, if they were wanted.
    pub groups: Vec<PassageGroup>,
}

impl ReuseOptions {
    /// Returns the passages of a corpus.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::Context;
    /// use leitong::corpus::Corpus;
    /// use leitong::pipeline::ReuseOptions;
    ///
    /// let recipe = "先把豆子泡一夜，第二天早上倒掉水，换一口厚底的锅，小火煮到能用手指碾碎，再放盐";
    /// let (a, b) = (format!("母亲说：{recipe}。"), format!("{recipe}，就好了。"));
    /// let corpus = Corpus::from_texts([("a", a.as_str()), ("b", b.as_str())], Default::default());
    /// let options = ReuseOptions { groups: true, ..ReuseOptions::default() };
    /// let reuse = options.run(&corpus, &Context::default())?;
    /// assert_eq!((reuse.passages.len(), reuse.groups[0].members.len()), (1, 2));
    /// # Ok::<(), leitong::Error>(())
    /// ```
    pub fn run(&self, corpus: &Corpus, ctx: &Context) -> Result<Reuse> {
        let mut passages = self.find(corpus, ctx)?;
        if self.without_quotes {
            leave_out_quoted(corpus, &mut passages);
        }
        let groups = match self.groups {
            true => groups(&self.passages, corpus, &passages)?,
            false => Vec::new(),
        };
        if let Some(top) = self.top {
            passages.sort_by_key(|passage| (Reverse(passage.own), Reverse(passage.length)));
            passages.truncate(top);
        }
        Ok(Reuse { passages, groups })
    }

    /// Finds the passages of documents that are to be compared.
    fn find(&self, corpus: &Corpus, ctx: &Context) -> Result<Vec<ReusedPassage>> {
        let rules = self.rules;
        if !rules.part_copies() {
            return self.passages.run(corpus, ctx);
        }
        let provenance = Provenance::new(corpus)?;
        let scope = Scope {
            admits: &|a, b| !rules.keep_apart(&provenance, a, b),
            part: &|doc| part(&rules, &provenance, doc),
            ..Scope::default()
        };
        self.passages.run_within(corpus, &scope, ctx)
    }
}

/// Returns what two copies have in common if the rules can't tell them apart.
fn part(rules: &Rules, provenance: &Provenance, doc: DocId) -> u64 {
    let source = provenance
        .source(doc)
        .filter(|_| rules.sources != Sources::Any);
    let time = provenance.day_time(doc).filter(|_| rules.window.is_some());
    mix(source.map_or(0, u64::from)) ^ time.map_or(0, |time| time as u64)
}

/// Leaves out the passages that stand between quotation marks.
pub(super) fn leave_out_quoted(corpus: &Corpus, passages: &mut Vec<ReusedPassage>) {
    let quoted = quoted_passages(corpus, passages);
    let mut quoted = quoted.iter();
    passages.retain(|_| !quoted.next().is_some_and(|quoted| *quoted));
}

/// Returns the groups of the passages, the earliest documents first; documents
/// without a date come last.
pub(super) fn groups(
    search: &PassageSearch,
    corpus: &Corpus,
    passages: &[ReusedPassage],
) -> Result<Vec<PassageGroup>> {
    let provenance = Provenance::new(corpus)?;
    let time = |doc| provenance.time(doc).unwrap_or(i64::MAX);
    Ok(search.groups(corpus, passages, time))
}
