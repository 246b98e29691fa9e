//! Which handler answers what.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::serve::app::App;
use crate::serve::guard::guard;
use crate::serve::problem::Problem;
use crate::serve::{batch, check, compare, documents, openapi, page, phrases, search, status};

/// Returns what answers requests.
pub(super) fn router(app: Arc<App>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(app.origins.iter().cloned()))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_ENCODING,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([HeaderName::from_static("retry-after")]);
    let wrong_method = || async {
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong-method",
            "the path is right, the method is not; see /openapi.json",
        )
    };
    let nothing_here = || async {
        Problem::new(
            StatusCode::NOT_FOUND,
            "no-path",
            "nothing has this path; see /openapi.json",
        )
    };
    Router::new()
        .route("/", get(page::page))
        .route("/healthz", get(status::healthz))
        .route("/readyz", get(status::readyz))
        .route("/metrics", get(status::metrics))
        .route("/openapi.json", get(openapi::openapi))
        .route("/v1/check", post(check::check))
        .route("/v1/compare", post(compare::compare))
        .route("/v1/phrases", get(phrases::phrases))
        .route("/v1/documents", get(search::search))
        .route("/v1/documents:batch", post(batch::batch))
        .route(
            "/v1/documents/{*id}",
            get(documents::get)
                .put(documents::put)
                .delete(documents::delete),
        )
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_here)
        .layer(cors)
        .layer(from_fn_with_state(app.clone(), guard))
        .with_state(app)
}
