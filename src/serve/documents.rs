//! `PUT`, `GET` and `DELETE /v1/documents/{id}`: one document.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::library::{Library, StoredDocument};
use crate::serve::app::App;
use crate::serve::body;
use crate::serve::check::json;
use crate::serve::orders::Put;
use crate::serve::problem::Problem;

/// Longest id, in bytes.
const ID_BYTES: usize = 1_024;

/// A document, as `leitong index export` writes it. All that is not named here is
/// kept as a further column.
#[derive(Deserialize, Serialize, ToSchema)]
pub(super) struct DocumentRecord {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    /// The date, as it was written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    date: String,
    /// The publisher or site.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    source: String,
    text: String,
    /// Further columns: strings, numbers, `true` or `false`.
    #[serde(flatten)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    fields: BTreeMap<String, Value>,
}

/// What became of a document.
#[derive(Serialize, ToSchema)]
pub(super) struct PutAnswer {
    id: String,
    /// Whether it is new; if not, it took the place of another.
    created: bool,
}

impl DocumentRecord {
    /// Returns the document as it is stored, or what is wrong with it.
    pub(super) fn stored(self) -> Result<StoredDocument, String> {
        check_id(&self.id)?;
        let mut fields = Vec::new();
        for (name, value) in self.fields {
            let value = match value {
                Value::Null => continue,
                Value::String(value) => value,
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => {
                    return Err(format!(
                        "{name:?}: expected a string, a number, true or false"
                    ));
                }
            };
            fields.push((name, value));
        }
        Ok(StoredDocument {
            id: self.id,
            title: self.title,
            date: self.date,
            source: self.source,
            fields,
            text: self.text,
        })
    }
}

impl From<StoredDocument> for DocumentRecord {
    fn from(document: StoredDocument) -> Self {
        let fields = document.fields.into_iter();
        DocumentRecord {
            id: document.id,
            title: document.title,
            date: document.date,
            source: document.source,
            text: document.text,
            fields: fields
                .map(|(name, value)| (name, Value::String(value)))
                .collect(),
        }
    }
}

/// Returns what is wrong with an id. It is never a path: any character but NUL
/// may stand in it.
fn check_id(id: &str) -> Result<(), String> {
    if id.is_empty() {
        return Err("a document without an id; give it one".to_owned());
    }
    if id.len() > ID_BYTES {
        return Err(format!("the id is longer than {ID_BYTES} bytes"));
    }
    match id.contains('\0') {
        true => Err("the id holds a NUL".to_owned()),
        false => Ok(()),
    }
}

/// Returns the id of a path.
fn id_of(path: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    let Ok(Path(id)) = path else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "wrong-path",
            "the id in the path is no UTF-8 behind its percent signs",
        ));
    };
    check_id(&id).map_err(Problem::value)?;
    Ok(id)
}

/// Puts a document into the library: it is on disk, and found, when the answer
/// comes.
#[utoipa::path(
    put, path = "/v1/documents/{id}", tag = "documents",
    params(
        ("id" = String, Path, description = "The id, with percent signs for all that a path can't hold; slashes may stand as they are"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is no document with this id"),
    ),
    request_body = DocumentRecord,
    responses(
        (status = 200, description = "It took the place of another", body = PutAnswer),
        (status = 201, description = "It is new", body = PutAnswer),
        (status = 412, description = "There is a document with this id", body = Problem),
        (status = 413, description = "The body is too large", body = Problem),
        (status = 422, description = "A field is not what is expected", body = Problem),
        (status = 503, description = "It was not written in time; it may be there later", body = Problem),
    )
)]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let deadline = app.deadline();
    let writer = app.writer()?;
    let id = id_of(path)?;
    let body = body::read_json(&headers, body, app.max_body, deadline).await?;
    let named = id.clone();
    let parse = move |_: &_| {
        let mut record: DocumentRecord = body::parse(&body)?;
        if !record.id.is_empty() && record.id != named {
            return Err(Problem::value("the id of the body is not that of the path"));
        }
        record.id = named;
        record.stored().map_err(Problem::value)
    };
    let document = app.engine.run(deadline, parse).await?;
    let only_new = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value == "*");
    let put = writer.put(document, only_new, deadline).await?;
    let status = match put.map_err(|error| app.problem(&error))? {
        Put::Created => StatusCode::CREATED,
        Put::Replaced => StatusCode::OK,
        Put::Kept => {
            return Err(Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "id-taken",
                "a document with this id is there already, and stays",
            ));
        }
    };
    let created = status == StatusCode::CREATED;
    Ok((status, json(PutAnswer { id, created })).into_response())
}

/// Returns a document.
#[utoipa::path(
    get, path = "/v1/documents/{id}", tag = "documents",
    params(("id" = String, Path, description = "The id")),
    responses(
        (status = 200, description = "The document", body = DocumentRecord),
        (status = 404, description = "No document has this id", body = Problem),
    )
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let id = id_of(path)?;
    let work = move |app: &App, library: &Library, _: &_| {
        let found = library.get(&id);
        let found = found.map_err(|error| app.problem(&error))?;
        let document = found.ok_or_else(Problem::no_document)?;
        Ok(json(DocumentRecord::from(document)))
    };
    app.answer(app.deadline(), work).await
}

/// Removes a document.
#[utoipa::path(
    delete, path = "/v1/documents/{id}", tag = "documents",
    params(("id" = String, Path, description = "The id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No document has this id", body = Problem),
    )
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let removed = app.writer()?.remove(id_of(path)?, app.deadline()).await?;
    match removed.map_err(|error| app.problem(&error))? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::no_document()),
    }
}
