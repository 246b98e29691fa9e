//! What went wrong with a request, as RFC 9457 has it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;

/// Lines of a batch that are named.
const LINES_NAMED: usize = 100;

/// What went wrong with a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Always `about:blank`: `code` says what it is.
    r#type: &'static str,
    /// The name of the status.
    title: &'static str,
    status: u16,
    /// What it is, for programs.
    code: &'static str,
    /// What was expected, what came, what to do.
    detail: String,
    /// Lines of a batch that can't be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<LineProblem>,
    /// Seconds after which to try again.
    #[serde(skip)]
    retry_after: Option<u16>,
}

/// A line of a batch that can't be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LineProblem {
    /// The line, from 1.
    pub(super) line: usize,
    /// What is wrong with it.
    pub(super) what: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// Returns the problem of a body that is no JSON, or not what is expected.
    pub(super) fn of_json(error: &serde_json::Error) -> Self {
        match error.is_data() {
            true => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "wrong-field",
                error.to_string(),
            ),
            false => Problem::new(
                StatusCode::BAD_REQUEST,
                "no-json",
                format!("the body is no JSON in UTF-8: {error}"),
            ),
        }
    }

    /// Returns the problem of a value that is out of its range.
    pub(super) fn value(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-value", detail)
    }

    /// Returns the problem of a document that is not there.
    pub(super) fn no_document() -> Self {
        Problem::new(
            StatusCode::NOT_FOUND,
            "no-document",
            "no document of the library has this id",
        )
    }

    /// Returns the problem of a body that is larger than is allowed.
    pub(super) fn too_large(limit: u64) -> Self {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            format!("the body, or what it unpacks to, is larger than {limit} bytes"),
        )
    }

    /// Returns the problem of more requests than are answered at once.
    pub(super) fn too_many() -> Self {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            "the server answers other requests; try again in a second",
        )
        .after(1)
    }

    /// Returns the problem of an answer that took too long.
    pub(super) fn too_slow() -> Self {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-slow",
            "the answer took longer than is allowed; try again later, or send less at once",
        )
        .after(5)
    }

    /// Returns the problem of a server that ends.
    pub(super) fn ending() -> Self {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ending",
            "the server ends; try again when it is back",
        )
        .after(5)
    }

    /// Returns the problem of an error of the server itself, which its log names.
    pub(super) fn internal() -> Self {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the request could not be answered; the log of the server says more",
        )
    }

    /// Returns the problem of lines of a batch.
    pub(super) fn of_lines(mut errors: Vec<LineProblem>) -> Self {
        let detail = format!(
            "{} lines can't be read, so nothing was added; mend them, or leave them out",
            errors.len()
        );
        errors.truncate(LINES_NAMED);
        Problem {
            errors,
            ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-lines", detail)
        }
    }

    /// Returns the problem of an error of the library, if it is the caller's.
    pub(super) fn of_caller(error: &Error) -> Option<Self> {
        match error {
            Error::Option { .. } => Some(Problem::value(error.to_string().replace('`', ""))),
            Error::Cancelled => Some(Problem::too_slow()),
            _ => None,
        }
    }

    fn after(self, seconds: u16) -> Self {
        Problem {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        let mut put = |name, value: HeaderValue| headers.insert(name, value);
        put(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            put(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            put(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"leitong\""),
            );
        }
        response
    }
}
