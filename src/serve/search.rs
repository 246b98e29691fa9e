//! `GET /v1/documents`: documents that contain a wording.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::context::Context;
use crate::library::{Library, StoredDocument};
use crate::serve::app::{App, query};
use crate::serve::check::json;
use crate::serve::problem::Problem;

/// Documents of an answer, unless another number is asked for, and at most.
const LIMIT: usize = 20;
const MOST: usize = 200;

/// Time after which a search says how far it came: the texts have no index of
/// short wordings, and each is read.
const TIME: Duration = Duration::from_secs(2);

/// Characters before and behind the wording that are shown.
const BEFORE: usize = 20;
const BEHIND: usize = 60;

/// Which documents.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchQuery {
    /// The wording, in texts and titles as they are compared; or a part of an id
    /// or a source. Without it all documents are found.
    q: Option<String>,
    /// Number of documents, 20 if not given and 200 at most.
    limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    after: Option<u64>,
}

/// Documents that contain a wording, the latest additions first.
#[derive(Serialize, ToSchema)]
pub(super) struct SearchAnswer {
    /// Documents of the library.
    total: u64,
    documents: Vec<FoundRecord>,
    /// Documents whose texts were read for this answer.
    looked_at: u64,
    /// Where to go on; missing at the end. A search stops when it has found
    /// enough, or after two seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// A document that contains a wording.
#[derive(Serialize, ToSchema)]
struct FoundRecord {
    id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    date: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    source: String,
    /// The text around the wording, or its beginning.
    around: String,
}

/// Searches the library.
#[utoipa::path(
    get, path = "/v1/documents", tag = "documents",
    params(SearchQuery),
    responses((status = 200, description = "Documents, the latest additions first", body = SearchAnswer))
)]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    asked: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let query = query(asked)?;
    let work = move |app: &App, library: &Library, ctx: &Context| {
        let wording = query.q.as_deref().unwrap_or("").trim();
        let limit = query.limit.unwrap_or(LIMIT).clamp(1, MOST);
        let end = Instant::now() + TIME;
        let after = query.after.unwrap_or(0).min(library.len());
        let found = library
            .containing(wording, after, limit, || {
                ctx.is_cancelled() || Instant::now() > end
            })
            .map_err(|error| app.problem(&error))?;
        Ok(json(SearchAnswer {
            total: library.len(),
            documents: found
                .documents
                .into_iter()
                .map(|document| record(library, document, wording))
                .collect(),
            looked_at: found.next.unwrap_or(library.len()).saturating_sub(after),
            next: found.next,
        }))
    };
    app.answer(app.deadline(), work).await
}

fn record(library: &Library, document: StoredDocument, wording: &str) -> FoundRecord {
    let text = &document.text;
    let at = library.find_in(text, wording).map_or(0, |span| span.start);
    let before = &text[..at as usize];
    let from = before.char_indices().rev().take(BEFORE).last();
    let from = from.map_or(at as usize, |(from, _)| from);
    let around: String = text[from..].chars().take(BEFORE + BEHIND).collect();
    FoundRecord {
        around: around.split_whitespace().collect::<Vec<_>>().join(" "),
        id: document.id,
        title: document.title,
        date: document.date,
        source: document.source,
    }
}
