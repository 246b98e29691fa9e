//! A library behind HTTP: an API for programs, and a page for the desk.
//!
//! A request passes the guard (host, origin, key, number of requests), its body
//! is read within its limits, and a few threads of their own do the work, on one
//! generation of the library. One thread writes.
//!
//! | | |
//! |---|---|
//! | `problem`, `body`, `offsets` | what is wrong with a request; what it holds; places in texts |
//! | `engine`, `current` | threads that work; the library of now |
//! | `writer`, `orders`, `scribe`, `merger` | the way to the thread that writes; what it is asked for; that thread; merges beside it |
//! | `keys`, `metrics` | who may ask; what was asked |
//! | `check`, `documents`, `batch`, `search`, `phrases`, `compare` | the API |
//! | `status`, `openapi`, `page` | how the server is; the API described; the desk's page |
//! | `app`, `log`, `guard`, `routes` | what handlers share; what stands before them; which answers what |
//! | `stalled`, `connections` | sockets |

mod app;
mod batch;
mod body;
mod check;
mod compare;
mod connections;
mod current;
mod documents;
mod engine;
mod guard;
mod keys;
mod log;
mod merger;
mod metrics;
mod offsets;
mod openapi;
mod orders;
mod page;
mod phrases;
mod problem;
mod routes;
mod scribe;
mod search;
mod stalled;
mod status;
mod writer;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use app::App;
use current::Current;
use engine::Engine;
use keys::Keys;
pub use keys::new_key;
pub use log::Log;
use metrics::Metrics;
use writer::Writer;

/// Threads that talk with clients; the work is done by others.
const TALKERS: usize = 2;

/// What is served, to whom, and within which limits.
#[derive(Clone)]
pub struct ServeOptions {
    /// The folder of the library.
    pub library: PathBuf,
    /// Where to listen: an address and a port; port 0 is any that is free.
    pub listen: String,
    /// The file of API keys; needed to listen beyond this machine.
    pub key_file: Option<PathBuf>,
    /// Whether to leave writing to another program, and follow it.
    pub read_only: bool,
    /// Sites whose pages may ask: `https://cms.example`.
    pub cors: Vec<String>,
    /// Names of the server besides those of this machine.
    pub hosts: Vec<String>,
    /// Largest body of a request, in bytes.
    pub max_body: u64,
    /// Largest batch, in bytes, packed and unpacked.
    pub max_batch: u64,
    /// Requests that are answered at once; more get 429.
    pub max_requests: usize,
    /// Time in which a request must be answered; ten times that for a batch.
    pub timeout: Duration,
    /// Threads that check; 0 means one for each core.
    pub threads: usize,
    /// Who writes the log.
    pub log: Log,
    /// Whether each request has a line in it.
    pub logs_requests: bool,
}

/// A server that listens.
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    writer: Option<JoinHandle<()>>,
}

impl Server {
    /// Opens the library and listens; nothing is answered yet.
    ///
    /// # Errors
    ///
    /// Fails if the library can't be opened, or written to by another program at
    /// this moment; if the address is not to be had; or if others than this
    /// machine could ask without a key.
    pub fn bind(options: ServeOptions) -> Result<Server> {
        let address = address(&options.listen)?;
        let keys = options.key_file.as_deref().map(Keys::read).transpose()?;
        if !address.ip().is_loopback() && keys.is_none() {
            return Err(Error::Option {
                option: "`listen`".into(),
                what: format!(
                    "{address} can be reached from other machines, which need a key; name a file of keys with `key-file`, or listen on 127.0.0.1"
                ),
            });
        }
        let origins = options.cors.iter().map(|origin| origin_of(origin));
        let origins = origins.collect::<Result<Vec<_>>>()?;
        let (writer, current, thread) = match options.read_only {
            true => (
                None,
                Current::follow(&options.library, options.log.clone())?,
                None,
            ),
            false => {
                let (writer, current, thread) =
                    Writer::start(&options.library, options.log.clone())?;
                (Some(writer), current, Some(thread))
            }
        };
        let listens = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        });
        let (listener, address) = listens.map_err(|source| Error::Option {
            option: "`listen`".into(),
            what: format!("{address} is not to be had ({source}); name another port"),
        })?;
        let app = Arc::new(App {
            current,
            engine: Engine::new(options.threads)?,
            writer,
            keys,
            metrics: Metrics::default(),
            log: options.log,
            logs_requests: options.logs_requests,
            is_ending: AtomicBool::new(false),
            is_loopback: address.ip().is_loopback(),
            hosts: options
                .hosts
                .iter()
                .map(|host| host.to_ascii_lowercase())
                .collect(),
            origins,
            requests: Arc::new(Semaphore::new(options.max_requests)),
            most_requests: options.max_requests,
            batches: Semaphore::new(app::BATCHES),
            max_body: options.max_body,
            max_batch: options.max_batch,
            timeout: options.timeout,
        });
        Ok(Server {
            app,
            listener,
            address,
            writer: thread,
        })
    }

    /// Returns where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the number of documents of the library.
    pub fn documents(&self) -> u64 {
        self.app.library().len()
    }

    /// Answers until SIGINT or SIGTERM comes, then lets requests end that have
    /// begun, and what was to be written be written.
    ///
    /// # Errors
    ///
    /// Fails if the system gives no threads or no signals.
    pub fn run(self) -> Result<()> {
        let failed = |source| Error::Output {
            path: self.address.to_string().into(),
            source,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(TALKERS)
            .thread_name("talker")
            .enable_io()
            .enable_time()
            .build()
            .map_err(failed)?;
        let app = self.app;
        let is_done = runtime.block_on(async {
            let signal = signal()?;
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let ending = app.clone();
            let end = async move {
                signal.await;
                ending.is_ending.store(true, Ordering::Relaxed);
            };
            let router = routes::router(app.clone());
            Ok(connections::serve(listener, router, end).await)
        });
        if !is_done.map_err(failed)? {
            app.log.line("ending: some requests were not done in time");
        }
        // Connections that were given up end with the runtime; what they hold of
        // the writer goes with them.
        runtime.shutdown_timeout(Duration::from_secs(1));
        drop(app);
        if let Some(writer) = self.writer {
            // It ends when nobody can order any more.
            let _ = writer.join();
        }
        Ok(())
    }
}

/// Returns what ends when the process is told to.
#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Returns what ends when the process is told to.
#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Returns the address that is meant: numbers, or this machine. Other names are
/// not looked up, which a static program could not do.
fn address(listen: &str) -> Result<SocketAddr> {
    let listen = match listen.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => listen.to_owned(),
    };
    listen.parse().map_err(|_| Error::Option {
        option: "`listen`".into(),
        what: format!("expected an address and a port, such as 127.0.0.1:8470, got {listen:?}"),
    })
}

/// Returns a site as browsers name it.
fn origin_of(origin: &str) -> Result<HeaderValue> {
    let origin = origin.trim_end_matches('/').to_ascii_lowercase();
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let is_origin = host.is_some_and(|host| !host.is_empty() && !host.contains('/'));
    let value = HeaderValue::from_str(&origin).ok().filter(|_| is_origin);
    value.ok_or_else(|| Error::Option {
        option: "`cors`".into(),
        what: format!("expected a site such as https://cms.example, got {origin:?}"),
    })
}
