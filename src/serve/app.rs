//! What all handlers share.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::context::Context;
use crate::error::Error;
use crate::library::Library;
use crate::serve::body;
use crate::serve::current::Current;
use crate::serve::engine::Engine;
use crate::serve::keys::Keys;
use crate::serve::log::Log;
use crate::serve::metrics::Metrics;
use crate::serve::problem::Problem;
use crate::serve::writer::Writer;

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

    /// Returns what `work` answers from the generation of now, on the engine.
    pub(super) async fn answer<T: Send + 'static>(
        self: &Arc<Self>,
        deadline: Instant,
        work: impl FnOnce(&App, &Library, &Context) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (app, library) = (self.clone(), self.library());
        let work = move |ctx: &Context| work(&app, &library, ctx);
        self.engine.run(deadline, work).await
    }

    /// Reads a body of JSON, and returns what `work` answers to it.
    pub(super) async fn answer_json<R: DeserializeOwned, T: Send + 'static>(
        self: &Arc<Self>,
        headers: &HeaderMap,
        body: Body,
        work: impl FnOnce(R, &App, &Library, &Context) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let deadline = self.deadline();
        let body = body::read_json(headers, body, self.max_body, deadline).await?;
        let work = move |app: &App, library: &Library, ctx: &Context| {
            let request = body::parse(&body)?;
            drop(body);
            work(request, app, library, ctx)
        };
        self.answer(deadline, work).await
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
}

/// Returns the query of a request, or the problem that it can't be read.
pub(super) fn query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    match query {
        Ok(Query(query)) => Ok(query),
        Err(error) => Err(Problem::value(error.body_text())),
    }
}
