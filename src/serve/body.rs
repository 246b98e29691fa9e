//! The bodies of requests, within their limits.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use crate::serve::problem::Problem;

/// Returns the bytes of a body of at most `limit` bytes, if they come in time.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
    deadline: Instant,
) -> Result<Bytes, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|announced| announced > limit) {
        return Err(Problem::too_large(limit));
    }
    let limited = Limited::new(body, usize::try_from(limit).unwrap_or(usize::MAX));
    match timeout_at(deadline, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::too_large(limit)),
        Ok(Err(_)) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "cut-short",
            "the body was cut short",
        )),
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "slow-body",
            "the body did not come in time",
        )),
    }
}

/// Returns the bytes of a body that says that it is JSON and is not packed.
pub(super) async fn read_json(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
    deadline: Instant,
) -> Result<Bytes, Problem> {
    // A page of another site can't send this type without asking first.
    expect_type(headers, &["application/json"])?;
    if encoding(headers)? != Encoding::Plain {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "packed",
            "only batches may be packed; send the body as it is",
        ));
    }
    read(headers, body, limit, deadline).await
}

/// Returns the value of a JSON body.
///
/// A list of values is no object, though serde would take one for a struct.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "wrong-field",
            "expected a JSON object, got a list",
        ));
    }
    serde_json::from_slice(body).map_err(|error| Problem::of_json(&error))
}

/// Returns a problem unless the content type is one of these.
pub(super) fn expect_type(headers: &HeaderMap, types: &[&str]) -> Result<(), Problem> {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or("");
    let is = value.split(';').next().unwrap_or("").trim();
    match types.iter().any(|one| one.eq_ignore_ascii_case(is)) {
        true => Ok(()),
        false => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong-type",
            format!("expected a body of the type {}", types.join(" or ")),
        )),
    }
}

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Gzip,
    Zstd,
}

/// Returns how a body is packed.
pub(super) fn encoding(headers: &HeaderMap) -> Result<Encoding, Problem> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else {
        return Ok(Encoding::Plain);
    };
    match value.to_str().map(str::to_ascii_lowercase).as_deref() {
        Ok("" | "identity") => Ok(Encoding::Plain),
        Ok("gzip" | "x-gzip") => Ok(Encoding::Gzip),
        Ok("zstd") => Ok(Encoding::Zstd),
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong-encoding",
            "expected the content encoding gzip, zstd or none",
        )),
    }
}
