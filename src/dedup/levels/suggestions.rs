//! Repeated lines or paragraphs as a list that a person approves.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::levels::LevelOptions;
use crate::dedup::levels::repeated_units::{Unit, of_document};
use crate::error::Result;
use crate::hash::TextHash;
use crate::text::normalize::Normalizer;

/// A line or paragraph that stands in several places of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The source, if its documents have one.
    pub source: Option<String>,
    /// The wording as it stands in the first place, on one line.
    pub text: String,
    /// How often it stands there.
    pub count: u64,
    /// In how many documents.
    pub documents: u64,
}

struct Counted {
    doc: DocId,
    range: std::ops::Range<usize>,
    count: u64,
    documents: u64,
    last: DocId,
}

pub(super) fn find(
    options: &LevelOptions,
    corpus: &Corpus,
    ctx: &Context,
) -> Result<Vec<Suggestion>> {
    const BATCH: usize = 4096;
    let docs: Vec<DocId> = corpus.docs().collect();
    let mut counted: HashMap<(Option<&str>, TextHash), Counted> = HashMap::new();
    for docs in docs.chunks(BATCH) {
        ctx.check()?;
        let split = docs
            .par_iter()
            .map(|doc| of_document(options, corpus, *doc));
        let split: Vec<Vec<Unit>> = split.collect();
        for (doc, units) in docs.iter().zip(split) {
            let source = corpus.source(*doc);
            for Unit { range, hash, .. } in units {
                let known = counted.entry((source, hash)).or_insert(Counted {
                    doc: *doc,
                    range,
                    count: 0,
                    documents: 0,
                    last: DocId(u32::MAX),
                });
                known.count += 1;
                known.documents += u64::from(known.last != *doc);
                known.last = *doc;
            }
        }
    }
    let mut found: Vec<Suggestion> = counted
        .into_iter()
        .filter(|(_, counted)| counted.count > 1)
        .map(|((source, _), counted)| {
            let text = &corpus.text(counted.doc).unwrap_or("")[counted.range];
            Suggestion {
                source: source.map(str::to_owned),
                text: text.split_whitespace().collect::<Vec<_>>().join(" "),
                count: counted.count,
                documents: counted.documents,
            }
        })
        .collect();
    found.sort_by(|a, b| {
        a.source
            .cmp(&b.source)
            .then_with(|| b.count.cmp(&a.count))
            .then_with(|| a.text.cmp(&b.text))
    });
    Ok(found)
}

/// Begins a line of the list that is a comment.
const COMMENT: &str = "# ";

/// Stands before a line of a text that looks like a comment.
const ESCAPE: char = '\\';

/// Returns the list for a person to edit: what stays in it is approved.
pub fn write_suggestions(suggestions: &[Suggestion]) -> String {
    let mut by_source: BTreeMap<Option<&str>, Vec<&Suggestion>> = BTreeMap::new();
    for suggestion in suggestions {
        let source = suggestion.source.as_deref();
        by_source.entry(source).or_default().push(suggestion);
    }
    let mut list = String::new();
    for (source, some) in by_source {
        // Writing to a string can't fail.
        let _ = writeln!(list, "{COMMENT}{}", source.unwrap_or("no source"));
        for Suggestion {
            text,
            count,
            documents,
            ..
        } in some
        {
            let plural = if *documents == 1 { "" } else { "s" };
            let _ = writeln!(
                list,
                "{COMMENT}{count} times in {documents} document{plural}"
            );
            if text.starts_with(COMMENT) || text.starts_with(ESCAPE) {
                list.push(ESCAPE);
            }
            list.push_str(text);
            list.push('\n');
        }
    }
    list
}

/// Returns the lines of a list that a person approved, normalized.
pub fn approved_lines(list: &str, normalizer: &Normalizer) -> BTreeSet<Vec<u16>> {
    let list = list.strip_prefix('\u{feff}').unwrap_or(list);
    let lines = list.lines().filter(|line| !line.starts_with(COMMENT));
    let mut approved = BTreeSet::new();
    for line in lines {
        let mut units = Vec::new();
        normalizer.normalize_into(line.strip_prefix(ESCAPE).unwrap_or(line), &mut units);
        if !units.is_empty() {
            approved.insert(units);
        }
    }
    approved
}
