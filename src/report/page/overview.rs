//! The figures of the overview. They count all documents, including those
//! that the page leaves out.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::date::{Date, Moment};
use crate::relation::Relation;
use crate::report::page::context::{KEY_CHARS, one_line};
use crate::report::page::model::PageModel;
use crate::report::page::schema::{Overview, Rounded, RunSummary};

/// Number of sources in the list.
const SOURCES: usize = 40;

/// Longest span of days for which the timeline counts by day.
const BY_DAY: i64 = 62;

/// Longest span of years for which the timeline counts by month.
const BY_MONTH: u16 = 15;

/// Number of warnings and of skipped records in the page, and the longest
/// warning in characters.
const WARNINGS: usize = 200;
const WARNING_CHARS: usize = 1_000;

/// Returns the figures of the overview except those about phrases.
pub(super) fn overview(model: &PageModel) -> Overview {
    let sums = model.sums;
    let share = |part: f64| Rounded(part / sums.characters.max(1.0));
    let mut relations: BTreeMap<String, u64> = BTreeMap::new();
    for edge in &model.edges {
        let relation = Relation::ALL[usize::from(edge.relation)];
        *relations.entry(relation.name().to_owned()).or_default() += 1;
    }
    let mut sources: HashMap<&str, u64> = HashMap::new();
    for node in &model.nodes {
        if let Some(source) = node.source.filter(|s| !s.is_empty()) {
            *sources.entry(source).or_default() += 1;
        }
    }
    let source_count = sources.len() as u64;
    let mut sources: Vec<(&str, u64)> = sources.into_iter().collect();
    sources.sort_unstable_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
    sources.truncate(SOURCES);
    Overview {
        documents: model.nodes.len() as u64,
        characters: sums.characters as u64,
        dropped: model.dropped.count_ones() as u64,
        clusters: model.clusters.len() as u64,
        clustered: model.clusters.iter().map(|c| c.size).sum(),
        shared: sums.shared.map(share),
        formula: share(sums.formula),
        relations,
        edges: model.edges.len() as u64,
        dated: model.moments.iter().flatten().count() as u64,
        timeline: timeline(model),
        volume: volume(model),
        sources: sources
            .into_iter()
            .map(|(name, count)| (one_line(name.chars(), KEY_CHARS), count))
            .collect(),
        source_count,
        ..Overview::default()
    }
}

/// Returns the number of documents and of dropped ones by day, month or year,
/// whichever gives a readable number of columns.
fn timeline(model: &PageModel) -> Vec<(String, u64, u64)> {
    let dates = || model.moments.iter().flatten().copied();
    let first = dates().reduce(Moment::earlier);
    let last = dates().reduce(Moment::later);
    let Some((first, last)) = first.zip(last) else {
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
    for (node, moment) in model.moments.iter().enumerate() {
        if let Some(moment) = moment {
            let count = counts.entry(label(moment.date)).or_default();
            count.0 += 1;
            count.1 += u64::from(model.dropped[node]);
        }
    }
    counts
        .into_iter()
        .map(|(label, (all, dropped))| (label, all, dropped))
        .collect()
}

/// Returns the characters of the documents of each month, to compare months
/// by.
fn volume(model: &PageModel) -> Vec<(String, u64)> {
    let mut volume: BTreeMap<String, u64> = BTreeMap::new();
    for (node, moment) in model.nodes.iter().zip(&model.moments) {
        if let Some(moment) = moment {
            *volume.entry(moment.date.month()).or_default() += node.length_chars;
        }
    }
    volume.into_iter().collect()
}

/// Options that change how long a run takes and what memory it needs, but not
/// what it finds.
const OF_THE_MACHINE: [&str; 3] = ["threads", "memory", "temp_dir"];

/// Returns the part of `run.json` that the page shows. Arguments, timings and
/// options of the machine are left out, so that the same results give the
/// same page.
pub(super) fn run(record: &Value) -> RunSummary {
    let listed = |key: &str| record[key].as_array().map_or(&[][..], Vec::as_slice);
    let text = |value: &Value| {
        let line = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        one_line(line.chars(), WARNING_CHARS)
    };
    let mut options = record["options"].clone();
    if let Some(options) = options.as_object_mut() {
        options.retain(|name, _| !OF_THE_MACHINE.contains(&name.as_str()));
    }
    RunSummary {
        version: record["version"].clone(),
        command: record["command"].clone(),
        options,
        counts: record["counts"].clone(),
        histogram: record["histogram"].clone(),
        skipped: listed("skipped").iter().take(WARNINGS).cloned().collect(),
        warnings: listed("warnings").iter().take(WARNINGS).map(text).collect(),
    }
}
