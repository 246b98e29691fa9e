//! The numbers of the first page, over all documents, shown or not.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::date::Date;
use crate::relation::Relation;
use crate::report::page::builder::PageModel;
use crate::report::page::context::one_line;
use crate::report::page::model::{Overview, Run, Short};

/// Sources that are listed.
const SOURCES: usize = 40;

/// Days up to which a timeline goes by day.
const BY_DAY: i64 = 62;

/// Years up to which a timeline goes by month.
const BY_MONTH: u16 = 15;

/// Warnings and skipped records that are shown, and characters of each.
const WARNINGS: usize = 200;
const WARNING_CHARS: usize = 1_000;

/// Returns the numbers of the first page, those about phrases left out.
pub(super) fn overview(gathered: &PageModel) -> Overview {
    let sums = gathered.sums;
    let share = |part: f64| Short(part / sums.characters.max(1.0));
    let mut relations: BTreeMap<String, u64> = BTreeMap::new();
    for edge in &gathered.edges {
        let relation = Relation::ALL[usize::from(edge.relation)];
        *relations.entry(relation.name().to_owned()).or_default() += 1;
    }
    let mut sources: HashMap<&str, u64> = HashMap::new();
    for node in gathered.nodes {
        if let Some(source) = node.source.as_deref().filter(|s| !s.is_empty()) {
            *sources.entry(source).or_default() += 1;
        }
    }
    let source_count = sources.len() as u64;
    let mut sources: Vec<(&str, u64)> = sources.into_iter().collect();
    sources.sort_unstable_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
    sources.truncate(SOURCES);
    Overview {
        documents: gathered.nodes.len() as u64,
        characters: sums.characters as u64,
        dropped: gathered.dropped.count_ones() as u64,
        clusters: gathered.clusters.len() as u64,
        clustered: gathered.clusters.iter().map(|c| c.size).sum(),
        shared: sums.shared.map(share),
        formula: share(sums.formula),
        relations,
        edges: gathered.edges.len() as u64,
        dated: gathered.moments.iter().flatten().count() as u64,
        timeline: timeline(gathered),
        sources: sources
            .into_iter()
            .map(|(name, count)| (one_line(name.chars(), 80), count))
            .collect(),
        source_count,
        ..Overview::default()
    }
}

/// Returns documents and dropped ones by day, month or year, whichever gives
/// a line that can be read.
fn timeline(gathered: &PageModel) -> Vec<(String, u64, u64)> {
    let dates = || gathered.moments.iter().flatten();
    let (Some(first), Some(last)) = (dates().min(), dates().max()) else {
        return Vec::new();
    };
    let days = last.days_and_seconds().0 - first.days_and_seconds().0;
    let known_days = dates().all(|moment| moment.date.day > 0);
    let label = |date: Date| {
        if days <= BY_DAY && known_days {
            date.to_string()
        } else if last.date.year - first.date.year <= BY_MONTH {
            date.month()
        } else {
            format!("{:04}", date.year)
        }
    };
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (node, moment) in gathered.moments.iter().enumerate() {
        if let Some(moment) = moment {
            let count = counts.entry(label(moment.date)).or_default();
            count.0 += 1;
            count.1 += u64::from(gathered.dropped[node]);
        }
    }
    counts
        .into_iter()
        .map(|(label, (all, dropped))| (label, all, dropped))
        .collect()
}

/// Returns what the page shows of `run.json`: no arguments and no timings,
/// so that a page made again is the same page.
pub(super) fn run(record: &Value) -> Run {
    let listed = |key: &str| record[key].as_array().map_or(&[][..], Vec::as_slice);
    let text = |value: &Value| {
        let line = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        one_line(line.chars(), WARNING_CHARS)
    };
    Run {
        version: record["version"].clone(),
        command: record["command"].clone(),
        options: record["options"].clone(),
        counts: record["counts"].clone(),
        histogram: record["histogram"].clone(),
        skipped: listed("skipped").iter().take(WARNINGS).cloned().collect(),
        warnings: listed("warnings").iter().take(WARNINGS).map(text).collect(),
    }
}
