//! The record of `leitong check`: what a library has of a draft.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::corpus::DocId;
use crate::library::{Check, CheckWarning};
use crate::records::passages::{PassageRecord, passage_records};
use crate::write::lines::json;

/// Returns the record of a check as JSON, without a line's end.
pub fn check_json(check: &Check) -> String {
    json(&CheckRecord::new(check))
}

/// What a library has of one draft.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub(crate) struct CheckRecord<'a> {
    pub(crate) id: &'a str,
    pub(crate) near: Vec<NearRecord<'a>>,
    pub(crate) passages: Vec<PassageRecord<'a>>,
    pub(crate) shares: SharesRecord<'a>,
    pub(crate) warnings: Vec<WarningRecord<'a>>,
}

/// A near-duplicate of the draft, which is a.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub(crate) struct NearRecord<'a> {
    pub(crate) id: &'a str,
    pub(crate) jaccard: f64,
    pub(crate) containment_a: f64,
    pub(crate) containment_b: f64,
    pub(crate) relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<&'a str>,
    /// Further columns, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) fields: BTreeMap<&'a str, &'a str>,
}

/// How much of the draft stands in passages.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub(crate) struct SharesRecord<'a> {
    pub(crate) total: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) without_formulas: Option<f64>,
    pub(crate) without_quotes: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) without_own: Option<f64>,
    pub(crate) largest_source: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) largest: Option<&'a str>,
    pub(crate) characters: u64,
}

/// Something that a reader should know.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub(crate) struct WarningRecord<'a> {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) documents: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sources: Option<&'a [String]>,
    /// The place that is named, where in the draft, and the document that names
    /// it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) span: Option<[u64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
}

/// A document that passages name.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub(crate) struct SourceRecord<'a> {
    /// The document in the corpus of the check.
    #[serde(skip)]
    #[cfg_attr(feature = "serve", schema(ignore))]
    pub(crate) doc: DocId,
    pub(crate) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<&'a str>,
    /// Share of the draft's characters that stand in its passages.
    pub(crate) share: f64,
}

/// Returns the documents of the passages, those first that have most of the draft.
pub(crate) fn source_records(check: &Check) -> Vec<SourceRecord<'_>> {
    let corpus = &check.corpus;
    let mut documents: Vec<SourceRecord<'_>> = check
        .characters_of_documents()
        .into_iter()
        .map(|(doc, characters)| SourceRecord {
            doc,
            id: check.id_of(doc),
            title: corpus.title(doc),
            date: corpus.date(doc),
            source: corpus.source(doc),
            share: characters as f64 / check.shares.characters.max(1) as f64,
        })
        .collect();
    documents.sort_by(|one, other| other.share.total_cmp(&one.share));
    documents
}

impl<'a> CheckRecord<'a> {
    /// Returns the record of a check.
    pub(crate) fn new(check: &'a Check) -> Self {
        let corpus = &check.corpus;
        let names = corpus.field_names();
        let near = check.near.iter().map(|near| NearRecord {
            id: check.id_of(near.doc),
            jaccard: near.pair.jaccard(),
            containment_a: near.pair.containment_a(),
            containment_b: near.pair.containment_b(),
            relation: near.relation.name(),
            title: corpus.title(near.doc),
            date: corpus.date(near.doc),
            source: corpus.source(near.doc),
            fields: names
                .iter()
                .filter_map(|name| Some((*name, corpus.field(near.doc, name)?)))
                .collect(),
        });
        let shares = check.shares;
        CheckRecord {
            id: &check.id,
            near: near.collect(),
            passages: passage_records(
                corpus,
                &check.passages,
                (check.draft(), &check.places),
                |doc| check.id_of(doc),
            ),
            shares: SharesRecord {
                total: shares.total,
                without_formulas: shares.without_formulas,
                without_quotes: shares.without_quotes,
                without_own: shares.without_own,
                largest_source: shares.largest_source,
                largest: shares.largest.map(|doc| check.id_of(doc)),
                characters: shares.characters,
            },
            warnings: WarningRecord::all(check),
        }
    }
}

impl<'a> WarningRecord<'a> {
    fn all(check: &'a Check) -> Vec<Self> {
        let warnings = check.warnings.iter();
        warnings
            .map(|warning| WarningRecord::new(check, warning))
            .collect()
    }

    fn new(check: &'a Check, warning: &'a CheckWarning) -> Self {
        let record = |kind, message| WarningRecord {
            kind,
            message,
            documents: None,
            sources: None,
            name: None,
            span: None,
            id: None,
        };
        match warning {
            CheckWarning::NoText => record(
                "no-text",
                "the draft has no text, so nothing was compared; if it holds pictures of pages, give it as text".to_owned(),
            ),
            CheckWarning::ManySources { sources, documents } => WarningRecord {
                documents: Some(*documents),
                sources: Some(sources),
                ..record(
                    "many-sources",
                    format!("{} sources have the text as it is: {}", sources.len(), sources.join(", ")),
                )
            },
            CheckWarning::ForeignPlace(place) => {
                let id = check.id_of(place.doc);
                let span = check.places.span(place.units.start as usize, place.units.end as usize);
                WarningRecord {
                    name: Some(&place.name),
                    span: Some([span.start, span.end]),
                    id: Some(id),
                    ..record(
                        "foreign-place",
                        format!("未改地名: {} stands in a passage that {id} has too, and lies elsewhere than the places that the draft names", place.name),
                    )
                }
            }
            CheckWarning::LeftOut { documents } => WarningRecord {
                documents: Some(*documents),
                ..record(
                    "left-out",
                    format!("{documents} more documents share wording with the draft and were not compared"),
                )
            },
            CheckWarning::NoRegister => record(
                "no-register",
                "the library has no phrase register, so formulas are not known; `leitong index compact` makes one".to_owned(),
            ),
        }
    }
}

/// Returns what a warning says, in Chinese.
pub(crate) fn in_chinese(check: &Check, warning: &CheckWarning) -> String {
    match warning {
        CheckWarning::NoText => "稿件没有文字，未作比对；如为扫描件，请先转成文字".to_owned(),
        CheckWarning::ManySources { sources, .. } => format!(
            "{} 个来源有同样的全文：{}",
            sources.len(),
            sources.join("、")
        ),
        CheckWarning::ForeignPlace(place) => format!(
            "未改地名：“{}”所在的段落也见于 {}，与稿件其他地名不属同一地区",
            place.name,
            check.id_of(place.doc)
        ),
        CheckWarning::LeftOut { documents } => {
            format!("另有 {documents} 篇文档与稿件有相同文字，未作比对")
        }
        CheckWarning::NoRegister => {
            "库中没有套话表，无法识别套话；可用 leitong index compact 生成".to_owned()
        }
    }
}
