//! `POST /v1/documents:batch`: many documents, a line each.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};

use crate::error::Error;
use crate::library::{OnConflict, StoredDocument};
use crate::serve::app::{App, query};
use crate::serve::body::{self, Encoding};
use crate::serve::check::json;
use crate::serve::documents::DocumentRecord;
use crate::serve::problem::{LineProblem, Problem};

/// How much longer than another request a batch may take.
const PATIENCE: u32 = 10;

/// What a batch does with ids that are there already.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchQuery {
    /// What to do with a document whose id is there already: `skip` it (the
    /// default), `replace` the other one, or `error` (nothing is added).
    on_conflict: Option<String>,
}

/// What a batch did.
#[derive(Serialize, ToSchema)]
pub(super) struct BatchAnswer {
    /// Documents that are new.
    added: u64,
    /// Documents that took the place of others.
    replaced: u64,
    /// Documents that were left out because of their ids.
    skipped: u64,
}

/// Adds the documents of a body of JSON Lines: all, or none if a line can't be
/// read. They are on disk, and found, when the answer comes.
#[utoipa::path(
    post, path = "/v1/documents:batch", tag = "documents",
    params(BatchQuery, ("Content-Encoding" = Option<String>, Header, description = "`gzip` or `zstd`")),
    request_body(content = String, content_type = "application/x-ndjson", description = "A document a line, each with an id"),
    responses(
        (status = 200, description = "What was added", body = BatchAnswer),
        (status = 409, description = "An id is there already, and on_conflict is error", body = Problem),
        (status = 413, description = "The body is too large, packed or unpacked", body = Problem),
        (status = 422, description = "Lines can't be read: `errors` names them", body = Problem),
        (status = 429, description = "Other batches are being read", body = Problem),
    )
)]
pub(super) async fn batch(
    State(app): State<Arc<App>>,
    asked: Result<Query<BatchQuery>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let deadline = Instant::now() + app.timeout * PATIENCE;
    let writer = app.writer()?;
    let on_conflict = on_conflict(query(asked)?)?;
    body::expect_type(&headers, &["application/x-ndjson", "application/jsonl"])?;
    let encoding = body::encoding(&headers)?;
    let _place = app.batches.try_acquire().map_err(|_| Problem::too_many())?;
    let max = app.max_batch;
    let body = body::read(&headers, body, max, deadline).await?;
    let parse = move |_: &_| {
        let unpacked = unpack(&body, encoding, max)?;
        drop(body);
        documents(&unpacked)
    };
    let documents = app.engine.run(deadline, parse).await?;
    let added = writer.batch(documents, on_conflict, deadline).await?;
    let added = added.map_err(|error| match (&error, on_conflict) {
        (Error::Library { .. }, OnConflict::Error) => Problem::new(
            StatusCode::CONFLICT,
            "id-taken",
            "a document with an id of the batch is there already, and nothing was added",
        ),
        _ => app.problem(&error),
    })?;
    Ok(json(BatchAnswer {
        added: added.added,
        replaced: added.replaced,
        skipped: added.skipped,
    }))
}

fn on_conflict(query: BatchQuery) -> Result<OnConflict, Problem> {
    match query.on_conflict {
        None => Ok(OnConflict::Skip),
        Some(name) => name
            .parse()
            .map_err(|_| Problem::value("on_conflict: expected skip, replace or error")),
    }
}

/// Returns the bytes of a body as they were before they were packed.
fn unpack(body: &[u8], encoding: Encoding, max: u64) -> Result<Vec<u8>, Problem> {
    let mut unpacked = Vec::new();
    let read = match encoding {
        Encoding::Plain => return Ok(body.to_vec()),
        Encoding::Gzip => bounded(flate2::read::MultiGzDecoder::new(body), max, &mut unpacked),
        Encoding::Zstd => {
            zstd::Decoder::new(body).and_then(|decoder| bounded(decoder, max, &mut unpacked))
        }
    };
    match read {
        Ok(()) if unpacked.len() as u64 > max => Err(Problem::too_large(max)),
        Ok(()) => Ok(unpacked),
        Err(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "damaged",
            "the body can't be unpacked: it is damaged, or packed in another way",
        )),
    }
}

/// Reads one byte more than is allowed at most.
fn bounded(packed: impl Read, max: u64, into: &mut Vec<u8>) -> io::Result<()> {
    packed.take(max + 1).read_to_end(into).map(|_| ())
}

/// Returns the documents of all lines.
fn documents(text: &[u8]) -> Result<Vec<StoredDocument>, Problem> {
    let mut documents: Vec<StoredDocument> = Vec::new();
    let mut errors = Vec::new();
    let mut lines: HashMap<String, usize> = HashMap::new();
    // A mark at the beginning is no text.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    for (line, bytes) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let document = serde_json::from_slice::<DocumentRecord>(bytes)
            .map_err(|error| error.to_string())
            .and_then(DocumentRecord::stored);
        match document {
            Ok(document) => match lines.get(&document.id) {
                Some(first) => errors.push(LineProblem {
                    line,
                    what: format!("line {first} has the same id; send one of them"),
                }),
                None => {
                    lines.insert(document.id.clone(), line);
                    documents.push(document);
                }
            },
            Err(what) => errors.push(LineProblem { line, what }),
        }
    }
    match errors.is_empty() {
        true => Ok(documents),
        false => Err(Problem::of_lines(errors)),
    }
}
