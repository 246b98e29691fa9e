//! `GET /v1/phrases`: the formulas of the library.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::library::{Library, RegisterPhrase};
use crate::serve::app::{App, query};
use crate::serve::check::json;
use crate::serve::problem::Problem;

/// Phrases of an answer, unless another number is asked for.
const LIMIT: usize = 100;

/// Phrases of an answer at most.
const MOST: usize = 10_000;

/// Which phrases.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PhrasesQuery {
    /// Only phrases that contain this wording.
    q: Option<String>,
    /// Number of phrases, 100 if not given and 10,000 at most.
    limit: Option<usize>,
    /// Number of phrases before the first.
    offset: Option<usize>,
}

/// Formulas of the library, those of most documents first.
#[derive(Serialize, ToSchema)]
pub(super) struct PhrasesAnswer {
    /// Whether there is a phrase register.
    register: bool,
    /// The generation of the library that it was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
    /// Number of phrases that fit.
    total: usize,
    phrases: Vec<PhraseRecord>,
}

/// A formula.
#[derive(Serialize, ToSchema)]
struct PhraseRecord {
    /// The phrase, normalized.
    phrase: String,
    /// Documents that had it when the register was made.
    documents: u32,
}

/// Returns formulas.
#[utoipa::path(
    get, path = "/v1/phrases", tag = "check",
    params(PhrasesQuery),
    responses((status = 200, description = "Formulas, those of most documents first", body = PhrasesAnswer))
)]
pub(super) async fn phrases(
    State(app): State<Arc<App>>,
    asked: Result<Query<PhrasesQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let query = query(asked)?;
    let work = move |_: &App, library: &Library, _: &_| {
        let register = library.register();
        let mut wording = Vec::new();
        library
            .normalizer()
            .normalize_into(query.q.as_deref().unwrap_or(""), &mut wording);
        let wording = String::from_utf16_lossy(&wording);
        let all = register.map_or(&[][..], |register| register.phrases());
        let mut found: Vec<&RegisterPhrase> = all
            .iter()
            .filter(|one| one.phrase.contains(&wording))
            .collect();
        found.sort_by_key(|one| (Reverse(one.documents), &one.phrase));
        let limit = query.limit.unwrap_or(LIMIT).min(MOST);
        let shown = found.iter().skip(query.offset.unwrap_or(0)).take(limit);
        Ok(json(PhrasesAnswer {
            register: register.is_some(),
            generation: register.map(|register| register.generation()),
            total: found.len(),
            phrases: shown
                .map(|one| PhraseRecord {
                    phrase: one.phrase.clone(),
                    documents: one.documents,
                })
                .collect(),
        }))
    };
    app.answer(app.deadline(), work).await
}
