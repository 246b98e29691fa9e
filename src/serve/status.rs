//! `/healthz`, `/readyz` and `/metrics`: how the server is.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::serve::app::App;
use crate::serve::problem::Problem;
use crate::serve::writer::Writer;

/// Says that the server runs.
#[utoipa::path(
    get, path = "/healthz", tag = "status",
    responses((status = 200, description = "The server runs", body = String))
)]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Says whether to send requests: not to one that ends.
#[utoipa::path(
    get, path = "/readyz", tag = "status",
    responses(
        (status = 200, description = "The library can be asked", body = String),
        (status = 503, description = "The server ends", body = Problem),
    )
)]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    match app.is_ending.load(Ordering::Relaxed) {
        true => Err(Problem::ending()),
        false => Ok("ready\n"),
    }
}

/// Returns counts and times for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "status",
    responses((status = 200, description = "Counts and times, as Prometheus reads them", body = String))
)]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let in_flight = app.most_requests - app.requests.available_permits();
    let held = app.writer.as_ref().map(Writer::held).unwrap_or_default();
    let text = app.metrics.render(&app.library().info(), in_flight, held);
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
