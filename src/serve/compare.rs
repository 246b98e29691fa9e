//! `POST /v1/compare`: two texts, and what changed from one to the other.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::library::{Library, StoredDocument};
use crate::read::pick::Picked;
use crate::report::terminal::Comparison;
use crate::serve::app::App;
use crate::serve::offsets::{Offsets, Unit};
use crate::serve::problem::Problem;

/// Two texts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompareRequest {
    a: Side,
    b: Side,
    /// What offsets count.
    #[serde(default)]
    offsets: Unit,
}

/// A text as it is sent, or the id of a document of the library.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Side {
    /// The id: without `text`, that of a document of the library.
    #[serde(default)]
    id: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    title: String,
}

/// Compares two texts.
#[utoipa::path(
    post, path = "/v1/compare", tag = "check",
    request_body = CompareRequest,
    responses(
        (status = 200, description = "The record of `leitong compare` as JSON", body = Object),
        (status = 404, description = "No document has an id that was named", body = Problem),
        (status = 413, description = "The body is too large", body = Problem),
        (status = 422, description = "A field is not what is expected", body = Problem),
    )
)]
pub(super) async fn compare(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let work = |request: CompareRequest, app: &App, library: &Library, _: &_| {
        let find = |side: Side, name: &str| picked(app, library, side, name);
        let documents = [find(request.a, "a")?, find(request.b, "b")?];
        let settings = library.settings();
        let texts = [0, 1].map(|side: usize| documents[side].text.clone());
        let comparison = Comparison::new(documents, settings.steps, settings.shingling());
        let offsets = [0, 1].map(|side: usize| Offsets::new(&texts[side], request.offsets));
        comparison
            .json_with(|side, at| offsets[side].at(at))
            .map_err(|_| Problem::internal())
    };
    let json = app.answer_json(&headers, body, work).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// Returns a side of the comparison, which is called `name` if it has no id.
fn picked(app: &App, library: &Library, side: Side, name: &str) -> Result<Picked, Problem> {
    let document = match side.text {
        Some(text) => StoredDocument {
            id: match side.id.is_empty() {
                true => name.to_owned(),
                false => side.id,
            },
            title: side.title,
            text,
            ..StoredDocument::default()
        },
        None if side.id.is_empty() => {
            return Err(Problem::value(format!(
                "{name}: expected a text, or the id of a document"
            )));
        }
        None => library
            .get(&side.id)
            .map_err(|error| app.problem(&error))?
            .ok_or_else(Problem::no_document)?,
    };
    let some = |value: String| Some(value).filter(|value| !value.is_empty());
    Ok(Picked {
        id: document.id,
        text: document.text,
        title: some(document.title),
        date: some(document.date),
        source: some(document.source),
        of: 1,
        warnings: Vec::new(),
    })
}
