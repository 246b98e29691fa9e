//! What a kept document was preferred for, counted over the documents that went
//! for it.

use std::cmp::Ordering;

use crate::corpus::DocId;
use crate::dedup::decisions::Decisions;
use crate::dedup::drop_list::Dropped;
use crate::dedup::input::DedupInput;
use crate::dedup::policy::{Keep, number};
use crate::dedup::words::short;
use crate::error::Result;
use crate::spill::{Column, ColumnBuilder, Sorter};

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

/// The counts of every document that others go for, in columns, in memory or on
/// disk.
pub(super) struct CountsByKept {
    /// The documents, in input order.
    docs: Column<u32>,
    /// The numbers of each, one after the other.
    numbers: Column<u32>,
}

impl CountsByKept {
    /// Counts the documents that go for each.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder of the corpus can't be written or read.
    pub(super) fn new(input: &DedupInput<'_>, decisions: &Decisions) -> Result<Self> {
        let spill_folder = input.corpus.spill_folder();
        let mut by_kept = Sorter::within(spill_folder);
        // What is there already was preferred for that alone.
        let drops = (0u32..).zip(decisions.drops());
        for (at, drop) in drops.filter(|(_, drop)| !input.is_there(drop.of)) {
            by_kept.push([drop.of.0, at])?;
        }
        let mut docs = ColumnBuilder::within(spill_folder)?;
        let mut numbers = ColumnBuilder::within(spill_folder)?;
        let mut by_kept = by_kept.finish()?;
        let mut counts = Counts::default();
        let mut next = by_kept.next()?;
        while let Some([of, at]) = next {
            counts.add(input, decisions, &decisions.drops.at(at as usize));
            next = by_kept.next()?;
            if next.is_none_or(|[other, _]| other != of) {
                docs.push(of)?;
                let counts = std::mem::take(&mut counts);
                counts
                    .numbers()
                    .try_for_each(|number| numbers.push(number))?;
            }
        }
        Ok(CountsByKept {
            docs: docs.finish()?,
            numbers: numbers.finish()?,
        })
    }

    /// Returns the counts of a document, if others go for it.
    pub(super) fn of(&self, doc: DocId) -> Option<Counts> {
        let at = self.docs.partition_point(|other| *other < doc.0);
        if at == self.docs.len() || self.docs.at(at) != doc.0 {
            return None;
        }
        let each = self.numbers.len() / self.docs.len();
        Counts::from_numbers(self.numbers.slice(at * each..(at + 1) * each))
    }
}

impl Counts {
    /// Counts a document that goes.
    fn add(&mut self, input: &DedupInput<'_>, decisions: &Decisions, drop: &Dropped) {
        let (keys, corpus) = (input.policy.keys(), input.corpus);
        self.lost.resize(keys.len(), 0);
        let provenance = &decisions.provenance;
        let (order, at) = input.policy.compare(corpus, provenance, drop.of, drop.doc);
        if drop.stands_in {
            self.shorter += 1;
            return;
        }
        if order != Ordering::Less {
            // It had to wait for another text that it stands in.
            self.late += 1;
            return;
        }
        self.lost[at] += 1;
        let by_date = matches!(keys[at], Keep::Earliest | Keep::Latest);
        let is_undated = by_date && provenance.time(drop.doc).is_none();
        self.undated += u32::from(is_undated);
        self.numberless += u32::from(keys[at].lacks_number(corpus, drop.doc));
    }

    /// Returns all counts, as [`Counts::from_numbers`] takes them.
    fn numbers(self) -> impl Iterator<Item = u32> {
        let others = [self.undated, self.numberless, self.shorter, self.late];
        others.into_iter().chain(self.lost)
    }

    fn from_numbers(numbers: &[u32]) -> Option<Self> {
        let (others, lost) = numbers.split_first_chunk()?;
        let [undated, numberless, shorter, late] = *others;
        Some(Counts {
            lost: lost.to_vec(),
            undated,
            numberless,
            shorter,
            late,
        })
    }

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
