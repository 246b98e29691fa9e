//! What all handlers share, and which handler answers what.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::error::Error;
use crate::library::Library;
use crate::serve::current::Current;
use crate::serve::engine::Engine;
use crate::serve::guard::guard;
use crate::serve::keys::Keys;
use crate::serve::metrics::Metrics;
use crate::serve::problem::Problem;
use crate::serve::writer::Writer;
use crate::serve::{Log, batch, check, compare, documents, openapi, page, phrases, search, status};

/// Batches that are read and unpacked at once: each may take a batch's limit of
/// memory several times.
pub(super) const BATCHES: usize = 2;

/// What all handlers share.
pub(super) struct App {
    pub(super) current: Arc<Current>,
    pub(super) engine: Engine,
    /// `None` if the server only reads.
    pub(super) writer: Option<Writer>,
    pub(super) keys: Option<Keys>,
    pub(super) metrics: Metrics,
    pub(super) log: Log,
    pub(super) logs_requests: bool,
    pub(super) is_ending: AtomicBool,
    /// Whether only this machine can ask.
    pub(super) is_loopback: bool,
    /// Names of the server besides those of this machine.
    pub(super) hosts: Vec<String>,
    /// Sites whose pages may ask.
    pub(super) origins: Vec<HeaderValue>,
    /// Places of requests that are answered at once.
    pub(super) requests: Arc<Semaphore>,
    pub(super) most_requests: usize,
    pub(super) batches: Semaphore,
    pub(super) max_body: u64,
    pub(super) max_batch: u64,
    pub(super) timeout: Duration,
}

impl App {
    /// Returns the generation that a request sees.
    pub(super) fn library(&self) -> Arc<Library> {
        self.current.get()
    }

    /// Returns when a request that begins now must be answered.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    /// Returns the writer, or the problem that there is none.
    pub(super) fn writer(&self) -> Result<&Writer, Problem> {
        self.writer.as_ref().ok_or_else(|| {
            Problem::new(
                StatusCode::FORBIDDEN,
                "read-only",
                "this server only reads its library",
            )
        })
    }

    /// Returns the problem of an error: the caller's is told, that of the
    /// library goes to the log.
    pub(super) fn problem(&self, error: &Error) -> Problem {
        Problem::of_caller(error).unwrap_or_else(|| {
            self.log.line(&format!("error: {error}"));
            Problem::internal()
        })
    }

    /// Returns what answers requests.
    pub(super) fn router(self: Arc<Self>) -> Router {
        let cors = CorsLayer::new()
            .allow_origin(AllowOrigin::list(self.origins.iter().cloned()))
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
            .layer(from_fn_with_state(self.clone(), guard))
            .with_state(self)
    }
}
