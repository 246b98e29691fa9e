//! `/openapi.json`: the API, described for programs.

use axum::response::Response;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::serve::check::json;
use crate::serve::{batch, check, compare, documents, phrases, search, status};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "leitong serve",
        description = "Where does this text come from? Asks a library of documents. Errors are RFC 9457 problem details; `code` says which.",
    ),
    paths(
        check::check,
        compare::compare,
        phrases::phrases,
        search::search,
        batch::batch,
        documents::put,
        documents::get,
        documents::delete,
        status::healthz,
        status::readyz,
        status::metrics,
    ),
    modifiers(&Key),
    security((), ("key" = [])),
)]
struct Api;

/// The API key, which a server that listens beyond its machine asks for.
struct Key;

impl Modify for Key {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("key", scheme);
    }
}

/// Answers `GET /openapi.json`.
pub(super) async fn openapi() -> Response {
    json(Api::openapi())
}
