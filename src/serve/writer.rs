//! The thread that writes: requests queue before it, and several that wait are
//! put on disk together.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::library::{Added, LibraryWriter, OnConflict, StoredDocument};
use crate::serve::current::Current;
use crate::serve::log::Log;
use crate::serve::merger::Merger;
use crate::serve::problem::Problem;

/// Requests that wait for the writer at most.
const QUEUE: usize = 1_024;

/// Documents that are put on disk together: each group makes the segment of the
/// log anew, in some milliseconds.
const GROUP: usize = 64;

/// Documents of a batch from which on they become a segment at once.
const MANY: usize = 256;

/// Documents up to which segments are merged before the next addition: some
/// hundred milliseconds. A larger merge runs beside additions.
const QUICK: u64 = 2_048;

/// Segments of which each brings twice as many documents into a merge that holds
/// up additions, and how often at most.
const PATIENCE: usize = 8;
const MOST_DOUBLINGS: usize = 6;

/// Time between two looks at a merge that runs beside additions.
const LOOK: Duration = Duration::from_millis(100);

type Answer<T> = oneshot::Sender<Result<T>>;

/// What became of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    Created,
    Replaced,
    /// There was one, and it was to be new.
    Kept,
}

enum Order {
    Put {
        document: Box<StoredDocument>,
        only_new: bool,
        answer: Answer<Put>,
    },
    Remove {
        id: String,
        answer: Answer<bool>,
    },
    Batch {
        documents: Vec<StoredDocument>,
        on_conflict: OnConflict,
        answer: Answer<Added>,
    },
}

/// The way to the thread that writes.
pub(super) struct Writer {
    orders: SyncSender<Order>,
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
        let desk = Desk {
            library,
            merger: None,
            current: current.clone(),
            log,
        };
        let thread = std::thread::spawn(move || pool.install(move || desk.work(queue)));
        Ok((Writer { orders }, current, thread))
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

/// What the thread that writes works with.
struct Desk {
    library: LibraryWriter,
    /// A large merge that runs beside additions.
    merger: Option<Merger>,
    current: Arc<Current>,
    log: Log,
}

impl Desk {
    /// Works until nobody can order any more, and what was ordered is done.
    fn work(mut self, queue: Receiver<Order>) {
        let mut next = None;
        while let Some(order) = next.take().or_else(|| self.wait(&queue)) {
            match order {
                Order::Put { .. } => {
                    let mut group = vec![order];
                    while group.len() < GROUP {
                        match queue.try_recv() {
                            Ok(order @ Order::Put { .. }) => group.push(order),
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.put(group);
                }
                Order::Remove { id, answer } => {
                    let done = self.library.remove(&[id]).map(|ids| !ids.is_empty());
                    self.publish();
                    // Who left does not hear it.
                    let _ = answer.send(done);
                }
                Order::Batch {
                    documents,
                    on_conflict,
                    answer,
                } => {
                    let done = self.batch(documents, on_conflict);
                    self.publish();
                    let _ = answer.send(done);
                }
            }
            if let Err(error) = self.tidy() {
                self.log.line(&format!("merging: {error}"));
            }
            self.publish();
        }
        // The segments are what they were; the next server merges them.
        if let Some(merger) = self.merger.take() {
            let ticket = merger.cancel();
            self.library.leave_merge(&ticket);
        }
    }

    /// Returns the next order, and takes what a merge has made as soon as it is
    /// done; `None` if nobody can order any more.
    fn wait(&mut self, queue: &Receiver<Order>) -> Option<Order> {
        loop {
            if self.merger.is_none() {
                return queue.recv().ok();
            }
            match queue.recv_timeout(LOOK) {
                Ok(order) => return Some(order),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Err(error) = self.tidy() {
                self.log.line(&format!("merging: {error}"));
            }
            self.publish();
        }
    }

    /// Makes a segment of a log that has grown, takes what a merge has made, and
    /// begins the next one that is due: a small one is done at once.
    fn tidy(&mut self) -> Result<()> {
        if let Some(merger) = self.merger.take_if(|merger| merger.is_done()) {
            match merger.finish() {
                (_, Ok(merged)) => self.library.finish_merge(merged)?,
                (ticket, Err(error)) => {
                    self.library.leave_merge(&ticket);
                    return Err(error);
                }
            }
        }
        self.library.flush_if_grown()?;
        while let Some(job) = self.library.begin_merge(self.most())? {
            let ticket = job.ticket();
            let is_large = job.documents() > QUICK && self.merger.is_none();
            let done = match is_large {
                true => Merger::start(job).map(|merger| self.merger = Some(merger)),
                false => job
                    .run(&Context::default())
                    .and_then(|merged| self.library.finish_merge(merged)),
            };
            if let Err(error) = done {
                self.library.leave_merge(&ticket);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Returns the most documents of the next merge. While a large one runs the
    /// next ones hold up additions, the more the more segments there are: what
    /// comes faster than it can be merged must wait.
    fn most(&self) -> u64 {
        match self.merger {
            Some(_) => QUICK << (self.library.free_segments() / PATIENCE).min(MOST_DOUBLINGS),
            None => u64::MAX,
        }
    }

    fn publish(&self) {
        self.current.set(self.library.library().clone());
    }

    /// Puts some documents on disk together.
    fn put(&mut self, group: Vec<Order>) {
        let mut ids = HashSet::new();
        let mut documents = Vec::new();
        let mut answers = Vec::new();
        for order in group {
            let Order::Put {
                document,
                only_new,
                answer,
            } = order
            else {
                continue;
            };
            let is_there = match ids.contains(&document.id) {
                true => Ok(true),
                false => self.library.library().contains(&document.id),
            };
            match is_there {
                Ok(true) if only_new => answers.push((answer, Put::Kept)),
                Ok(is_there) => {
                    ids.insert(document.id.clone());
                    documents.push(*document);
                    let put = if is_there {
                        Put::Replaced
                    } else {
                        Put::Created
                    };
                    answers.push((answer, put));
                }
                Err(error) => {
                    let _ = answer.send(Err(error));
                }
            }
        }
        let added = self.library.add(documents, OnConflict::Replace);
        self.publish();
        if let Err(error) = &added {
            self.log.line(&format!("writing: {error}"));
        }
        for (answer, put) in answers {
            // An error can't be cloned; the log has it.
            let done = match &added {
                Ok(_) => Ok(put),
                Err(error) => Err(Error::Library {
                    path: self.library.library().path().to_owned(),
                    what: error.to_string(),
                }),
            };
            let _ = answer.send(done);
        }
    }

    fn batch(&mut self, documents: Vec<StoredDocument>, on_conflict: OnConflict) -> Result<Added> {
        if documents.len() < MANY {
            return self.library.add(documents, on_conflict);
        }
        let builder = Corpus::builder(self.library.library().normalizer().clone());
        let lent = documents.iter().map(StoredDocument::lend);
        let corpus = lent
            .fold(builder, |builder, document| builder.push(document))
            .build()?;
        drop(documents);
        self.library
            .add_corpus(&corpus, on_conflict, &Context::default())
    }
}
