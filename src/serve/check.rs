//! `POST /v1/check`: where does this text come from?

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::corpus::DocId;
use crate::library::{Check, CheckOptions, Library, StoredDocument};
use crate::records::check::{CheckRecord, SourceRecord, source_records};
use crate::report::check_page::CheckPage;
use crate::serve::app::App;
use crate::serve::offsets::{Offsets, Unit};
use crate::serve::problem::Problem;

/// Shortest passage that may be asked for.
const LEAST_LENGTH: u32 = 6;

/// Name of a draft that has no id.
const DRAFT: &str = "draft";

/// A draft, and what to look for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckRequest {
    /// The text.
    text: String,
    /// The draft's id, which is repeated in the answer. A document of the library
    /// with this id is left out only if `exclude` says so.
    #[serde(default)]
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    source: String,
    /// Sources that are the draft's own: `shares.without_own` counts what stands
    /// in documents of others.
    #[serde(default)]
    own: Vec<String>,
    /// Documents that are left out.
    #[serde(default)]
    exclude: Exclude,
    /// Least Jaccard similarity of a near-duplicate; from the library's floor on.
    #[serde(default)]
    threshold: Option<f64>,
    /// Shortest passage in normalized characters, 20 if not given.
    #[serde(default)]
    min_length: Option<u32>,
    /// Least share of a passage that is equal in both, from 0.5 to 1.
    #[serde(default)]
    min_identity: Option<f64>,
    /// What offsets count.
    #[serde(default)]
    offsets: Unit,
    /// Anything; comes back as it was sent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    client: Option<Box<RawValue>>,
}

/// Documents that are left out of a check.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Exclude {
    /// Those with these ids, such as the draft's own if it was added already.
    ids: Vec<String>,
    /// Those of these sources.
    sources: Vec<String>,
}

/// What the library has of a draft.
#[derive(Serialize, ToSchema)]
pub(super) struct CheckAnswer<'a> {
    #[serde(flatten)]
    record: CheckRecord<'a>,
    /// Where formulas of the phrase register stand in the draft.
    formulas: Vec<[u64; 2]>,
    /// The documents that passages name, those first that have most of the draft.
    documents: Vec<SourceRecord<'a>>,
    /// The generation of the library that answered.
    generation: u64,
    /// What the request held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    client: Option<Box<RawValue>>,
}

/// Checks a draft.
#[utoipa::path(
    post, path = "/v1/check", tag = "check",
    request_body = CheckRequest,
    responses(
        (status = 200, description = "What the library has of the draft; with `Accept: text/html` a page to read and print", body = CheckAnswer),
        (status = 400, description = "No JSON in UTF-8", body = Problem),
        (status = 401, description = "No key", body = Problem),
        (status = 408, description = "The body came too slowly", body = Problem),
        (status = 413, description = "The body is too large", body = Problem),
        (status = 422, description = "A field is not what is expected", body = Problem),
        (status = 429, description = "Too many requests at once", body = Problem),
        (status = 503, description = "The answer took too long", body = Problem),
    )
)]
pub(super) async fn check(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let form = form(&headers);
    app.answer_json(
        &headers,
        body,
        move |request: CheckRequest, app, library, ctx| {
            let (draft, options) = request.draft()?;
            let check = library
                .check(&draft, &options, ctx)
                .map_err(|error| app.problem(&error))?;
            Ok(match form {
                Form::Json => json(answer(library, &check, request.offsets, request.client)),
                Form::Page => Html(page(&check).render()).into_response(),
                Form::Drafts => Html(page(&check).render_drafts()).into_response(),
            })
        },
    )
    .await
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    /// A page to read and print.
    Page,
    /// What the desk's page shows: the same without its style.
    Drafts,
}

fn form(headers: &HeaderMap) -> Form {
    let accepts = headers.get(header::ACCEPT);
    match accepts.map_or(&b""[..], |accepts| accepts.as_bytes()) {
        b"text/html;part=draft" => Form::Drafts,
        accepts if accepts.starts_with(b"text/html") => Form::Page,
        _ => Form::Json,
    }
}

/// Returns a response of JSON.
pub(super) fn json(value: impl Serialize) -> Response {
    match serde_json::to_vec(&value) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(_) => Problem::internal().into_response(),
    }
}

fn page(check: &Check) -> CheckPage {
    let mut page = CheckPage::default();
    page.push(check);
    page
}

impl CheckRequest {
    /// Returns the draft and the options, if all values are in their ranges.
    fn draft(&self) -> Result<(StoredDocument, CheckOptions), Problem> {
        let default = CheckOptions::default();
        let options = CheckOptions {
            threshold: self.threshold,
            min_length: self.min_length.unwrap_or(default.min_length),
            min_identity: self.min_identity.unwrap_or(default.min_identity),
            own: self.own.clone(),
            exclude_ids: self.exclude.ids.clone(),
            exclude_sources: self.exclude.sources.clone(),
        };
        if options.min_length < LEAST_LENGTH {
            return Err(Problem::value(format!(
                "min_length: expected {LEAST_LENGTH} or more, got {}",
                options.min_length
            )));
        }
        if !(0.5..=1.0).contains(&options.min_identity) {
            return Err(Problem::value(format!(
                "min_identity: expected a share from 0.5 to 1, got {}",
                options.min_identity
            )));
        }
        let id = match self.id.is_empty() {
            true => DRAFT,
            false => &self.id,
        };
        let draft = StoredDocument {
            id: id.to_owned(),
            title: self.title.clone(),
            date: self.date.clone(),
            source: self.source.clone(),
            fields: Vec::new(),
            text: self.text.clone(),
        };
        Ok((draft, options))
    }
}

fn answer<'a>(
    library: &Library,
    check: &'a Check,
    unit: Unit,
    client: Option<Box<RawValue>>,
) -> CheckAnswer<'a> {
    let text_of = |doc: DocId| check.corpus.text(doc).unwrap_or("");
    let mut record = CheckRecord::new(check);
    let draft = Offsets::new(text_of(check.draft()), unit);
    let mut sources: BTreeMap<DocId, Offsets<'_>> = BTreeMap::new();
    for (passage, record) in check.passages.iter().zip(&mut record.passages) {
        let source = sources
            .entry(passage.b)
            .or_insert_with(|| Offsets::new(text_of(passage.b), unit));
        record.span_a = draft.span(record.span_a);
        record.span_b = source.span(record.span_b);
        for edit in &mut record.edits {
            edit.a = draft.span(edit.a);
            edit.b = source.span(edit.b);
        }
    }
    for warning in &mut record.warnings {
        warning.span = warning.span.map(|span| draft.span(span));
    }
    let formulas = check.formulas.iter();
    CheckAnswer {
        formulas: formulas
            .map(|span| draft.span([span.start, span.end]))
            .collect(),
        documents: source_records(check),
        record,
        generation: library.generation(),
        client,
    }
}
