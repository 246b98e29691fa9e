//! Finds one document of an input by its id.

use crate::context::Context;
use crate::corpus::Record;
use crate::error::{Error, Result};
use crate::read::ReadOptions;
use crate::read::reader;
use crate::read::sink::Sink;
use crate::read::walk::Inputs;

/// A document with its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// The id.
    pub id: String,
    /// The text.
    pub text: String,
    /// The headline, if it has one.
    pub title: Option<String>,
    /// The date as it was written, if it has one.
    pub date: Option<String>,
    /// The publisher or site, if it has one.
    pub source: Option<String>,
    /// Number of documents of the input with that id; 1 if the id had a number.
    pub of: u64,
    /// What a user should know of how the input was read.
    pub warnings: Vec<String>,
}

/// Number of ids that a message lists: enough to recognise how ids look.
const IDS_LISTED: usize = 3;

/// Returns the document with an id, or the only one if no id is given.
///
/// Of several documents with one id it returns the first; `id#2` is the
/// second, as in results. `name` is what messages call the input. Reads the
/// whole input and keeps only documents that fit.
///
/// # Errors
///
/// Fails as [`reader::read`] does; if nothing was read, with the reason; and
/// if there is no such document, or no id and several documents.
pub fn pick(
    inputs: &Inputs,
    name: &str,
    id: Option<&str>,
    options: &ReadOptions,
) -> Result<Picked> {
    let number = id.and_then(|id| {
        let (base, number) = id.rsplit_once('#')?;
        let number: u64 = number.parse().ok()?;
        (number >= 2).then_some((base, number))
    });
    let wanted = WantedDocument { id, number };
    let new_sink = || Picker {
        wanted,
        exact: Vec::new(),
        counted: Vec::new(),
        counts: [0; 2],
        documents: 0,
        ids: Vec::new(),
    };
    let reading = reader::read(inputs, options, new_sink, &Context::default());
    inputs.check_unchanged()?;
    let reading = reading?;
    let warnings = reading.warnings;
    let documents: u64 = reading.sinks.iter().map(|sink| sink.documents).sum();
    if documents == 0
        && let Some(first) = reading.skipped.into_iter().next()
    {
        return Err(Error::Strict(first));
    }
    let ids: Vec<String> = reading
        .sinks
        .iter()
        .flat_map(|sink| &sink.ids)
        .take(IDS_LISTED)
        .map(|id| format!("{id:?}"))
        .collect();
    let failed = |what: String| {
        let input = name.to_owned();
        Err(Error::Format { input, what })
    };
    let many = |id: &str| match documents {
        0 => "it has no document".to_owned(),
        1 => format!("its only document is {id}"),
        _ => format!("it has {documents} documents, the first are {id}"),
    };
    let of: u64 = reading.sinks.iter().map(|sink| sink.counts[0]).sum();
    let (mut exact, mut counted) = (Vec::new(), Vec::new());
    let mut before = 0;
    for sink in reading.sinks {
        exact.extend(sink.exact);
        if let Some((_, number)) = number {
            // The number counts through all chunks, so those before come first.
            let at = number.checked_sub(before + 1);
            let here = at.and_then(|at| usize::try_from(at).ok());
            if let Some(here) = here.filter(|here| *here < sink.counted.len()) {
                counted.extend(sink.counted.into_iter().nth(here));
            }
            before += sink.counts[1];
        }
    }
    match (id, exact.into_iter().next(), counted.into_iter().next()) {
        (None, Some(_), _) if documents > 1 => failed(format!(
            "holds {documents} documents; name one as {name}#ID, for example {name}#{}",
            ids.first().map_or("ID", |id| id.trim_matches('"'))
        )),
        (None, Some(only), _) => Ok(Picked {
            of: 1,
            warnings,
            ..only
        }),
        (None, None, _) => failed("holds no document; name a file that does".into()),
        (Some(_), Some(first), _) => Ok(Picked {
            of,
            warnings,
            ..first
        }),
        (Some(_), None, Some(one)) => Ok(Picked {
            of: 1,
            warnings,
            ..one
        }),
        (Some(id), None, None) => failed(format!(
            "no document {id:?}; {}; check the id, or the field that ids are read from",
            many(&ids.join(", "))
        )),
    }
}

#[derive(Clone, Copy)]
struct WantedDocument<'a> {
    id: Option<&'a str>,
    /// The id read as `base#number`.
    number: Option<(&'a str, u64)>,
}

/// Keeps the documents of a chunk that fit.
struct Picker<'a> {
    wanted: WantedDocument<'a>,
    /// The first document that has the id.
    exact: Vec<Picked>,
    /// Documents that have the id without its number.
    counted: Vec<Picked>,
    /// Number of documents of both kinds.
    counts: [u64; 2],
    documents: u64,
    ids: Vec<String>,
}

impl Sink for Picker<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.documents += 1;
        if self.ids.len() < IDS_LISTED {
            self.ids.push(record.id.to_owned());
        }
        let picked = || Picked {
            id: record.id.to_owned(),
            text: record.text.to_owned(),
            title: record.title.map(str::to_owned),
            date: record.date.map(str::to_owned),
            source: record.source.map(str::to_owned),
            of: 0,
            warnings: Vec::new(),
        };
        if self.wanted.id.is_none_or(|id| id == record.id) {
            self.counts[0] += 1;
            if self.exact.is_empty() {
                self.exact.push(picked());
            }
        }
        if let Some((base, number)) = self.wanted.number
            && base == record.id
        {
            self.counts[1] += 1;
            if (self.counted.len() as u64) < number {
                let id = self.wanted.id.unwrap_or_default().to_owned();
                self.counted.push(Picked { id, ..picked() });
            }
        }
    }
}
