//! Listens, and speaks HTTP with those who come, until it is told to end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::serve::stalled::Unstalled;

/// Connections that are open at once; more wait to be accepted.
const CONNECTIONS: usize = 1_024;

/// Time in which the head of a request must come, the first as well as the next.
const HEAD_TIME: Duration = Duration::from_secs(15);

/// Time for which a client may take nothing of an answer.
const STALL_TIME: Duration = Duration::from_secs(15);

/// Time that requests have to end once the server is told to.
const GRACE: Duration = Duration::from_secs(30);

/// Pause after a connection that could not be accepted: often there are too many
/// open files, and trying again at once would only turn in a circle.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers with `router` until `end`, then lets requests end that have begun.
/// Returns whether all of them did.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    end: impl Future<Output = ()>,
) -> bool {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(64 << 10);
    let mut end = std::pin::pin!(end);
    loop {
        let accept = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            accepted = accept => match accepted {
                (place, Ok((stream, _))) => (place, stream),
                (_, Err(_)) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
            () = &mut end => break,
        };
        // Small answers go at once.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(Unstalled::new(stream, STALL_TIME));
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(io, service));
        tokio::spawn(async move {
            // A client that breaks off is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_ok()
}
