//! The way to the thread that writes: requests queue before it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, Result};
use crate::library::{Added, LibraryWriter, OnConflict, StoredDocument};
use crate::serve::current::Current;
use crate::serve::log::Log;
use crate::serve::orders::{Answer, Order, Put};
use crate::serve::problem::Problem;
use crate::serve::scribe::{Held, Scribe};

/// Requests that wait for the writer at most.
const QUEUE: usize = 1_024;

/// The way to the thread that writes.
pub(super) struct Writer {
    orders: SyncSender<Order>,
    held: Held,
}

impl Writer {
    /// Opens a library to write, and begins to. Returns its state of now too.
    pub(super) fn start(path: &Path, log: Log) -> Result<(Writer, Arc<Current>, JoinHandle<()>)> {
        let mut library = LibraryWriter::open(path)?;
        library.leave_tidying();
        let current = Arc::new(Current::new(library.library().clone()));
        // Merges must leave room for those who ask.
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .thread_name(|_| "writer".to_owned())
            .build()
            .map_err(|error| Error::Option {
                option: "`threads`".into(),
                what: error.to_string(),
            })?;
        let (orders, queue) = sync_channel(QUEUE);
        let held = Held::default();
        let scribe = Scribe::new(library, current.clone(), log, held.clone());
        let thread = std::thread::spawn(move || pool.install(move || scribe.work(&queue)));
        Ok((Writer { orders, held }, current, thread))
    }

    /// Returns how long additions were held back since the server began, because
    /// merges did not keep up with them.
    pub(super) fn held(&self) -> Duration {
        self.held.time()
    }

    /// Puts a document into the library, in the place of one with its id unless
    /// it is to be new; it is on disk, and found, when this returns.
    pub(super) async fn put(
        &self,
        document: StoredDocument,
        only_new: bool,
        deadline: Instant,
    ) -> std::result::Result<Result<Put>, Problem> {
        let order = |answer| Order::Put {
            document: Box::new(document),
            only_new,
            answer,
        };
        self.order(order, deadline).await
    }

    /// Removes a document; returns whether there was one.
    pub(super) async fn remove(
        &self,
        id: String,
        deadline: Instant,
    ) -> std::result::Result<Result<bool>, Problem> {
        self.order(|answer| Order::Remove { id, answer }, deadline)
            .await
    }

    /// Adds documents with different ids.
    pub(super) async fn batch(
        &self,
        documents: Vec<StoredDocument>,
        on_conflict: OnConflict,
        deadline: Instant,
    ) -> std::result::Result<Result<Added>, Problem> {
        let order = |answer| Order::Batch {
            documents,
            on_conflict,
            answer,
        };
        self.order(order, deadline).await
    }

    async fn order<T>(
        &self,
        order: impl FnOnce(Answer<T>) -> Order,
        deadline: Instant,
    ) -> std::result::Result<Result<T>, Problem> {
        let (answer, answered) = oneshot::channel();
        match self.orders.try_send(order(answer)) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(Problem::too_many()),
            Err(TrySendError::Disconnected(_)) => return Err(Problem::internal()),
        }
        match timeout_at(deadline, answered).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(_)) => Err(Problem::internal()),
            Err(_) => Err(Problem::too_slow()),
        }
    }
}
