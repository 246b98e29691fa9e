//! What a kept document was preferred for, counted over the documents that went
//! for it.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::corpus::DocId;
use crate::dedup::decisions::Decisions;
use crate::dedup::input::DedupInput;
use crate::dedup::policy::{Keep, number};
use crate::dedup::words::short;

/// The documents that went for one, by what decided between the two.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// For each key of the policy, the number of documents that lost on it.
    lost: Vec<u32>,
    /// Number of those that lost because they have no date.
    undated: u32,
    /// Number of those that lost because they lack the number of a field.
    numberless: u32,
    /// Number of shorter documents that stand in it.
    shorter: u32,
    /// Number of documents that the policy prefers but that were decided later.
    late: u32,
}

/// Returns the counts of every document that others go for.
pub(super) fn by_kept(input: &DedupInput<'_>, decisions: &Decisions) -> HashMap<DocId, Counts> {
    let keys = input.policy.keys();
    let mut by_kept: HashMap<DocId, Counts> = HashMap::new();
    // What is there already was preferred for that alone.
    let drops = decisions.drops().iter();
    for drop in drops.filter(|drop| !input.is_there(drop.of)) {
        let counts = by_kept.entry(drop.of).or_default();
        counts.lost.resize(keys.len(), 0);
        let provenance = &decisions.provenance;
        let (order, at) = input
            .policy
            .compare(input.corpus, provenance, drop.of, drop.doc);
        if drop.stands_in {
            counts.shorter += 1;
            continue;
        }
        if order != Ordering::Less {
            // It had to wait for another text that it stands in.
            counts.late += 1;
            continue;
        }
        counts.lost[at] += 1;
        let by_date = matches!(keys[at], Keep::Earliest | Keep::Latest);
        let is_undated = by_date && provenance.time(drop.doc).is_none();
        let corpus = input.corpus;
        counts.undated += u32::from(is_undated);
        counts.numberless += u32::from(keys[at].lacks_number(corpus, drop.doc));
    }
    by_kept
}

impl Counts {
    /// Returns what the document was preferred for: "earliest of 5 by date"; "from
    /// 新华社, first of 2 in the input".
    pub(super) fn words(&self, input: &DedupInput<'_>, doc: DocId) -> String {
        let mut left = 1 + self.lost.iter().sum::<u32>();
        let mut words = Vec::new();
        for (key, &lost) in input.policy.keys().iter().zip(&self.lost) {
            if lost == 0 {
                continue;
            }
            let dated = left - self.undated.min(lost);
            words.push(match key {
                Keep::First => format!("first of {left} in the input"),
                Keep::Longest => format!("longest of {left}"),
                Keep::Source(_) => format!(
                    "from {}",
                    short(input.corpus.source(doc).unwrap_or("").trim())
                ),
                Keep::Earliest | Keep::Latest if self.undated == lost => {
                    "dated, unlike the others".to_owned()
                }
                Keep::Path(places) => {
                    let rank = places.rank(input.corpus, doc);
                    let name = places.names().get(rank).map_or("", String::as_str);
                    format!("under {}", short(name))
                }
                Keep::Field { name, .. } if self.numberless == lost => {
                    format!("has a number as {}, unlike the others", short(name))
                }
                Keep::Field { name, largest } => {
                    let most = if *largest { "largest" } else { "smallest" };
                    let value = number(input.corpus, doc, name).unwrap_or(0.0);
                    let of = left - self.numberless.min(lost);
                    format!("{most} {} of {of}: {value}", short(name))
                }
                Keep::Earliest => format!("earliest of {dated} by date"),
                Keep::Latest => format!("latest of {dated} by date"),
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
