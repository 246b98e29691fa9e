//! Who may ask: before any handler, the host, the origin, the key and the number
//! of requests are looked at, and after it the answer is counted.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::serve::app::App;
use crate::serve::problem::Problem;

/// Routes that need no key, and are answered however much there is to do.
const OPEN: &[&str] = &["/", "/healthz", "/readyz", "/openapi.json"];

/// Lets a request through, or says why not; counts and logs it.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let method = request.method().clone();
    // Never the path itself: ids and searches are no matter for a log.
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "(none)".to_owned(),
    };
    let mut response = match admit(&app, &route, &request) {
        Ok(place) => {
            let response = next.run(request).await;
            drop(place);
            response
        }
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let time = begin.elapsed();
    let status = response.status().as_u16();
    let method = match method {
        Method::GET
        | Method::PUT
        | Method::POST
        | Method::DELETE
        | Method::OPTIONS
        | Method::HEAD => method.as_str(),
        // Names of methods are the client's to choose.
        _ => "other",
    };
    app.metrics.count(&route, method, status, time);
    if app.logs_requests {
        let millis = 1e3 * time.as_secs_f64();
        app.log
            .line(&format!("{method} {route} {status} {millis:.1} ms"));
    }
    response
}

/// Returns the request's place among those that are answered at once.
fn admit(
    app: &App,
    route: &str,
    request: &Request,
) -> Result<Option<tokio::sync::OwnedSemaphorePermit>, Problem> {
    let headers = request.headers();
    let host = host_of(headers, request.uri());
    check_host(app, host.as_deref())?;
    check_origin(app, headers)?;
    if OPEN.contains(&route) || request.method() == Method::OPTIONS {
        return Ok(None);
    }
    if app.keys.as_ref().is_some_and(|keys| !keys.let_in(headers)) {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "no-key",
            "send an API key of this server: Authorization: Bearer KEY",
        ));
    }
    app.requests
        .clone()
        .try_acquire_owned()
        .map(Some)
        .map_err(|_| Problem::too_many())
}

/// Returns the name of the host that was asked for, without its port.
fn host_of(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let value = headers.get(header::HOST);
    let value = value.and_then(|value| value.to_str().ok());
    let authority = value.or_else(|| uri.authority().map(|authority| authority.as_str()))?;
    Some(without_port(authority).to_ascii_lowercase())
}

fn without_port(authority: &str) -> &str {
    match authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or(authority),
    }
}

/// A page of another site can make its own name mean this machine, and would
/// then be let in by the browser: only names of this machine are answered.
fn check_host(app: &App, host: Option<&str>) -> Result<(), Problem> {
    if app.hosts.is_empty() && !app.is_loopback {
        return Ok(());
    }
    let host = host.unwrap_or("");
    let is_here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let is_named = app.hosts.iter().any(|name| name == host);
    match (app.is_loopback && is_here) || is_named {
        true => Ok(()),
        false => Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "wrong-host",
            "the request is for another host; the server must be told with allow-host that this is its name",
        )),
    }
}

/// What a browser sends for a page of another site is refused unless the site is
/// on the list.
fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let is_listed = app.origins.contains(origin);
    let own = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let of = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"));
    let is_own = matches!((of, own), (Some((_, of)), Some(own)) if of == own);
    match is_listed || is_own {
        true => Ok(()),
        false => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "wrong-origin",
            "the page that asks is of another site, which is not on the list of cors",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_no_part_of_a_host() {
        for (authority, host) in [
            ("localhost", "localhost"),
            ("127.0.0.1:8470", "127.0.0.1"),
            ("[::1]:8470", "::1"),
            ("[::1]", "::1"),
            ("", ""),
        ] {
            assert_eq!(without_port(authority), host);
        }
    }
}
