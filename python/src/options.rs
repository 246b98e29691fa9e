//! Options as Python gives them: a dictionary, of which every name must be known.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::str::FromStr;

use leitong::corpus::BuildOptions;
use leitong::dedup::{Keep, Policy, Rules, Sources};
use leitong::near::{NearOptions, Shingling};
use leitong::passages::PassageSearch;
use leitong::phrases::PhraseOptions;
use leitong::pipeline::{CompareOptions, LinkOptions, ScanOptions};
use leitong::read::{CorpusOptions, Fields, ReadOptions};
use leitong::text::normalize::{NormalizeStep, NormalizeSteps};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors;

/// Named values; `None` stands for the default.
pub(crate) struct Options<'py> {
    given: Bound<'py, PyDict>,
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'py> Options<'py> {
    pub(crate) fn new(given: Bound<'py, PyDict>) -> Self {
        Options {
            given,
            known: RefCell::default(),
        }
    }

    fn py(&self) -> Python<'py> {
        self.given.py()
    }

    /// Returns the value of an option, if it was given.
    pub(crate) fn get<T>(&self, name: &'static str) -> PyResult<Option<T>>
    where
        T: for<'a> FromPyObject<'a, 'py>,
    {
        self.known.borrow_mut().insert(name);
        match self.given.get_item(name)? {
            Some(value) if !value.is_none() => {
                let read = value.extract::<T>().map_err(|error| {
                    let error: PyErr = error.into();
                    errors::option(self.py(), name, &error.value(self.py()).to_string())
                });
                read.map(Some)
            }
            _ => Ok(None),
        }
    }

    fn or<T>(&self, name: &'static str, default: T) -> PyResult<T>
    where
        T: for<'a> FromPyObject<'a, 'py>,
    {
        Ok(self.get(name)?.unwrap_or(default))
    }

    /// Returns the value of an option that is written as a string.
    fn parsed<T: FromStr<Err = String>>(&self, name: &'static str) -> PyResult<Option<T>> {
        let text = self.get::<String>(name)?;
        text.map(|text| parse(self.py(), name, &text)).transpose()
    }

    /// Returns an error if an option was given that nobody asked for.
    pub(crate) fn finish(&self) -> PyResult<()> {
        let known = self.known.borrow();
        for name in self.given.keys() {
            let name: String = name.extract()?;
            if !known.contains(name.as_str()) {
                let known: Vec<&str> = known.iter().copied().collect();
                return Err(PyTypeError::new_err(format!(
                    "no option {name:?}; choose from {}",
                    known.join(", ")
                )));
            }
        }
        Ok(())
    }

    /// Returns how documents are normalized.
    pub(crate) fn steps(&self) -> PyResult<NormalizeSteps> {
        let mut steps = NormalizeSteps::default();
        for name in self.or::<Vec<String>>("no_fold", Vec::new())? {
            steps = steps.without(parse::<NormalizeStep>(self.py(), "no_fold", &name)?);
        }
        steps.word_spaces = matches!(self.shingling()?, Shingling::Words(_));
        Ok(steps)
    }

    /// Returns what is kept of documents: with `wording_only`, which pairs alone
    /// need, neither the texts nor what distinguishes texts of one wording.
    pub(crate) fn building(&self) -> PyResult<BuildOptions> {
        let is_all = !self.or("wording_only", false)?;
        Ok(BuildOptions {
            keep_texts: is_all,
            note_surface: is_all,
        })
    }

    /// Returns what a shingle is; a number or `word:N`.
    pub(crate) fn shingling(&self) -> PyResult<Shingling> {
        match self.get::<Bound<'py, PyAny>>("shingle_len")? {
            None => Ok(Shingling::default()),
            Some(value) => parse(self.py(), "shingle_len", &value.str()?.to_string()),
        }
    }

    pub(crate) fn near(&self) -> PyResult<NearOptions> {
        let default = NearOptions::default();
        let options = NearOptions {
            shingling: self.shingling()?,
            threshold: self.or("threshold", default.threshold)?,
            measure: self.parsed("measure")?.unwrap_or(default.measure),
            method: self.parsed("method")?.unwrap_or(default.method),
            recall: self.or("recall", default.recall)?,
            seed: self.or("seed", default.seed)?,
            max_distance: self.get("max_distance")?,
            all_pairs: self.or("all_pairs", default.all_pairs)?,
            // No call in Python returns it.
            estimate_below: false,
        };
        match options.check() {
            Ok(()) => Ok(options),
            Err(error) => Err(errors::exception(self.py(), &error)),
        }
    }

    pub(crate) fn compare(&self) -> PyResult<CompareOptions> {
        Ok(CompareOptions {
            near: self.near()?,
            clusters: self.parsed("clusters")?.unwrap_or_default(),
            mask_boilerplate: self.or("mask_boilerplate", false)?,
            ..CompareOptions::default()
        })
    }

    pub(crate) fn policy(&self) -> PyResult<Policy> {
        let keys = self.or::<Vec<String>>("keep", Vec::new())?;
        let keys = keys
            .iter()
            .map(|key| parse::<Keep>(self.py(), "keep", key))
            .collect::<PyResult<Vec<_>>>()?;
        Ok(Policy::new(keys))
    }

    pub(crate) fn rules(&self) -> PyResult<Rules> {
        let py = self.py();
        let drop_templates = match self.get::<String>("templates")?.as_deref() {
            None | Some("keep") => false,
            Some("drop") => true,
            Some(other) => {
                let what = format!("expected keep or drop, got {other:?}");
                return Err(errors::option(py, "templates", &what));
            }
        };
        let of_source = |name: &'static str| match self.get::<String>(name)?.as_deref() {
            None => Ok(false),
            Some("source") => Ok(true),
            Some(other) => {
                let what = format!("expected source, got {other:?}");
                Err(errors::option(py, name, &what))
            }
        };
        let sources = match (of_source("within")?, of_source("across")?) {
            (false, false) => Sources::Any,
            (true, false) => Sources::Within,
            (false, true) => Sources::Across,
            (true, true) => {
                let what = "excludes `within`; give one of the two";
                return Err(errors::option(py, "across", what));
            }
        };
        Ok(Rules {
            drop_templates,
            window: self.parsed("window")?,
            sources,
        })
    }

    /// Returns which phrases are wanted; `ignore` holds them as they are
    /// written, and the caller normalizes them.
    pub(crate) fn phrases(&self, top: Option<usize>) -> PyResult<PhraseOptions> {
        let default = PhraseOptions::default();
        let min_length = self.or("min_length", default.min_length)?;
        let min_documents = self.or("min_documents", default.min_documents)?;
        for (name, value, least) in [
            ("min_length", min_length, 2),
            ("min_documents", min_documents, 1),
        ] {
            if value < least {
                let what = format!("expected {least} or more, got {value}");
                return Err(errors::option(self.py(), name, &what));
            }
        }
        Ok(PhraseOptions {
            min_length,
            min_documents,
            top: self.get("top")?.or(top),
            sort: self.parsed("sort")?.unwrap_or(default.sort),
            kind: self.parsed("kind")?,
            ignore: self.or("ignore", Vec::new())?,
            timeline: self.or("timeline", true)?,
        })
    }

    fn link(&self) -> PyResult<LinkOptions> {
        let link = LinkOptions::default();
        Ok(LinkOptions {
            passages: PassageSearch {
                min_length: self.or("min_passage", link.passages.min_length)?.max(6),
                min_identity: self.or("min_identity", link.passages.min_identity)?,
            },
            min_shared: self.or("min_shared", link.min_shared)?.max(1),
            formula_documents: self.or("formula_documents", link.formula_documents)?.max(2),
            without_quotes: self.or("without_quotes", false)?,
            without_formulas: self.or("without_formulas", false)?,
        })
    }

    /// Returns the options of a scan.
    pub(crate) fn scan(&self) -> PyResult<ScanOptions> {
        Ok(ScanOptions {
            compare: self.compare()?,
            policy: self.policy()?,
            rules: self.rules()?,
            phrases: self.phrases(Some(SCAN_TOP))?,
            link: self.link()?,
            ..ScanOptions::default()
        })
    }

    /// Returns how files are read.
    pub(crate) fn reading(&self) -> PyResult<CorpusOptions> {
        let default = Fields::default();
        let encoding = match self.get::<String>("encoding")? {
            None => None,
            Some(name) => Some(
                encoding_rs::Encoding::for_label_no_replacement(name.trim().as_bytes())
                    .ok_or_else(|| {
                        let what = "no encoding of this name; choose utf-8, gb18030, big5, shift_jis, euc-kr or another of the web";
                        errors::option(self.py(), "encoding", what)
                    })?,
            ),
        };
        Ok(CorpusOptions {
            read: ReadOptions {
                fields: Fields {
                    id: self.or("id", default.id)?,
                    text: self.or("text", default.text)?,
                    title: self.or("title", default.title)?,
                    date: self.or("date", default.date)?,
                    source: self.or("source", default.source)?,
                    ..Fields::default()
                },
                strict: self.or("strict", false)?,
                format: self.parsed("input_format")?,
                lines: self.or("lines", false)?,
                encoding,
                ..ReadOptions::default()
            },
            steps: self.steps()?,
            keep_texts: self.building()?.keep_texts,
            note_surface: self.building()?.note_surface,
        })
    }
}

/// Phrases of a scan, as in the command.
const SCAN_TOP: usize = 20_000;

/// Returns what a string names.
fn parse<T: FromStr<Err = String>>(py: Python<'_>, name: &str, text: &str) -> PyResult<T> {
    text.parse()
        .map_err(|what: String| errors::option(py, name, &what))
}
