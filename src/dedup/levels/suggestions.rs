//! Repeated lines or paragraphs as a list that a person approves.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::levels::repeated_units::{Unit, of_document};
use crate::dedup::levels::{LevelOptions, batches};
use crate::error::{Error, Result};
use crate::spill::Sorter;
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

/// A line or paragraph in numbers: its source, the halves of its hash, its
/// document and its bytes there.
type Row = [u64; 6];

/// Memory of a suggestion besides its wording.
const SUGGESTION_BYTES: usize = 80;

pub(super) fn find(
    options: &LevelOptions,
    corpus: &Corpus,
    ctx: &Context,
) -> Result<Vec<Suggestion>> {
    let docs: Vec<DocId> = corpus.docs().collect();
    let mut sources: HashMap<&str, u64> = HashMap::new();
    let mut sorter: Sorter<'_, Row> = Sorter::within(corpus.spill_folder());
    for docs in batches(corpus, &docs) {
        ctx.check()?;
        let split = docs
            .par_iter()
            .map(|doc| of_document(options, corpus, *doc));
        let split: Vec<Vec<Unit>> = split.collect();
        for (doc, units) in docs.iter().zip(split) {
            // 0 stands for no source.
            let next = sources.len() as u64 + 1;
            let source = corpus.source(*doc);
            let source = source.map_or(0, |source| *sources.entry(source).or_insert(next));
            sorter.extend(units.iter().map(|Unit { range, hash, .. }| {
                let (high, low) = ((hash.0 >> 64) as u64, hash.0 as u64);
                let (start, end) = (range.start as u64, range.end as u64);
                [source, high, low, doc.0.into(), start, end]
            }))?;
        }
    }
    let mut sorted = sorter.finish()?;
    let mut found = Found {
        corpus,
        suggestions: Vec::new(),
        bytes: 0,
    };
    // Those of one source and wording follow each other, the first one first.
    let mut run: Option<Counted> = None;
    while let Some(row) = sorted.next()? {
        match &mut run {
            Some(run) if run.first[..3] == row[..3] => run.count(&row),
            _ => found.extend(run.replace(Counted::new(row)))?,
        }
    }
    found.extend(run)?;
    let mut suggestions = found.suggestions;
    suggestions.sort_by(|a, b| {
        a.source
            .cmp(&b.source)
            .then_with(|| b.count.cmp(&a.count))
            .then_with(|| a.text.cmp(&b.text))
    });
    Ok(suggestions)
}

/// A wording of a source, and how often it stands there.
struct Counted {
    first: Row,
    last_doc: u64,
    count: u64,
    documents: u64,
}

impl Counted {
    fn new(first: Row) -> Self {
        Counted {
            first,
            last_doc: first[3],
            count: 1,
            documents: 1,
        }
    }

    fn count(&mut self, row: &Row) {
        self.count += 1;
        self.documents += u64::from(self.last_doc != row[3]);
        self.last_doc = row[3];
    }
}

/// The list as far as it is made.
struct Found<'a> {
    corpus: &'a Corpus,
    suggestions: Vec<Suggestion>,
    bytes: usize,
}

impl Found<'_> {
    /// Takes a wording, if it stands in several places.
    fn extend(&mut self, counted: Option<Counted>) -> Result<()> {
        let Some(counted) = counted.filter(|counted| counted.count > 1) else {
            return Ok(());
        };
        let [.., doc, start, end] = counted.first;
        let doc = DocId(doc as u32);
        let text = &self.corpus.text(doc).unwrap_or("")[start as usize..end as usize];
        let suggestion = Suggestion {
            source: self.corpus.source(doc).map(str::to_owned),
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            count: counted.count,
            documents: counted.documents,
        };
        let source = suggestion.source.as_ref().map_or(0, String::len);
        self.bytes += suggestion.text.len() + source + SUGGESTION_BYTES;
        // The list is written from a copy.
        let folder = self.corpus.spill_folder();
        let room = folder.map_or(usize::MAX, |folder| folder.buffer_bytes());
        if 2 * self.bytes > room {
            return Err(Error::Memory {
                what: format!(
                    "more than {} lines or paragraphs repeat, too many for a list; give it more, \
                     or raise `min-length`",
                    self.suggestions.len()
                ),
            });
        }
        self.suggestions.push(suggestion);
        Ok(())
    }
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
