//! What a kept document was preferred for, counted over those that went for
//! it.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::corpus::DocId;
use crate::dedup::decide::{Decisions, DedupInput};
use crate::dedup::policy::Keep;

/// Those that went for one document, by what decided between the two.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// By ground of the policy: how many lost on it.
    lost: Vec<u32>,
    /// How many of those lost for having no date.
    undated: u32,
    /// How many stand in it and are shorter.
    shorter: u32,
    /// How many the policy prefers, but were decided later.
    late: u32,
}

/// Counts over all that go.
pub(super) fn tallies(case: &DedupInput<'_>, decisions: &Decisions) -> HashMap<DocId, Counts> {
    let keys = case.policy.keys();
    let mut tallies: HashMap<DocId, Counts> = HashMap::new();
    for drop in decisions.drops() {
        let tally = tallies.entry(drop.of).or_default();
        tally.lost.resize(keys.len(), 0);
        let facts = &decisions.facts;
        let (order, at) = case.policy.compare(case.corpus, facts, drop.of, drop.doc);
        if drop.stands_in {
            tally.shorter += 1;
            continue;
        }
        if order != Ordering::Less {
            // It had to wait for another text that it stands in.
            tally.late += 1;
            continue;
        }
        tally.lost[at] += 1;
        let by_date = matches!(keys[at], Keep::Earliest | Keep::Latest);
        tally.undated += u32::from(by_date && facts.time(drop.doc).is_none());
    }
    tallies
}

impl Counts {
    /// Says what the document was preferred for: "earliest of 5"; "from
    /// 新华社, first of 2".
    pub(super) fn words(&self, case: &DedupInput<'_>, doc: DocId) -> String {
        let mut left = 1 + self.lost.iter().sum::<u32>();
        let mut words = Vec::new();
        for (key, &lost) in case.policy.keys().iter().zip(&self.lost) {
            if lost == 0 {
                continue;
            }
            let dated = left - self.undated.min(lost);
            words.push(match key {
                Keep::First => format!("first of {left}"),
                Keep::Longest => format!("longest of {left}"),
                Keep::Source(_) => format!(
                    "from {}",
                    crate::dedup::reason::short(case.corpus.source(doc).unwrap_or("").trim())
                ),
                Keep::Earliest | Keep::Latest if self.undated == lost => {
                    "dated, unlike the others".to_owned()
                }
                Keep::Earliest => format!("earliest of {dated}"),
                Keep::Latest => format!("latest of {dated}"),
            });
            left -= lost;
        }
        if self.shorter > 0 {
            let more = match self.shorter {
                1 => "longer than one that stands in it".to_owned(),
                shorter => format!("longer than {shorter} that stand in it"),
            };
            words.push(more);
        }
        if self.late > 0 {
            let plural = if self.late == 1 { "goes" } else { "go" };
            words.push(format!("{} more {plural} for it", self.late));
        }
        words.join(", ")
    }
}
