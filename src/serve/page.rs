//! The page of the desk, compiled into the program.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// The page as Vite built it; empty if the program was compiled without it.
static PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/desk.html"));

/// What is shown in its place.
const NO_PAGE: &str = "This build has no page: run `make` in the source folder (it needs Node.js). The API is there all the same; /openapi.json describes it.\n";

/// No other site may put the page into a frame.
const FRAMES: &str = "frame-ancestors 'none'";

/// Answers `GET /`.
pub(super) async fn page() -> Response {
    let mut response = match PAGE.is_empty() {
        true => NO_PAGE.into_response(),
        false => axum::response::Html(PAGE).into_response(),
    };
    // The policy of what the page loads stands in the page itself, with the
    // hashes of its script and style.
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(FRAMES),
    );
    response
}
