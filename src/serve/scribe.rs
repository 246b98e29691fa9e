//! The thread that writes: it puts what waits on disk together, and has segments
//! merged beside it.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::library::{Added, Lane, LibraryWriter, OnConflict, StoredDocument};
use crate::serve::current::Current;
use crate::serve::log::Log;
use crate::serve::merger::Merger;
use crate::serve::orders::{Answer, Order, Put};

/// Documents that are put on disk together.
const GROUP: usize = 64;

/// Time between two looks at the merges.
const LOOK: Duration = Duration::from_millis(20);

/// How full the log is when batches wait, so that single documents do not; and
/// when these are slowed down too.
const FULL_FOR_BATCHES: f64 = 0.5;
const FULL_FOR_ALL: f64 = 0.75;

/// The longest time that a group is held back while the log has room: ten times
/// what a slow disk takes, so that clients who wait for answers send less.
const SLOWEST: Duration = Duration::from_millis(250);

/// The longest time that a group waits for room in the log.
const PATIENCE: Duration = Duration::from_secs(20);

/// The time after which a merge that failed is begun again, and how many times
/// longer each further time, up to 64 times: a full disk fails all of them.
const RETRY: Duration = Duration::from_secs(5);
const MOST_DOUBLINGS: u32 = 6;

/// A kind of merges, of which one runs at a time.
#[derive(Default)]
struct Merging {
    runs: Option<Merger>,
    /// How many failed one after another, and when the next one may begin.
    failed: u32,
    not_before: Option<Instant>,
}

impl Merging {
    fn may_begin(&self) -> bool {
        let is_over = |time| Instant::now() >= time;
        self.runs.is_none() && self.not_before.is_none_or(is_over)
    }

    fn note(&mut self, has_failed: bool) {
        self.failed = if has_failed { self.failed + 1 } else { 0 };
        let doublings = self.failed.saturating_sub(1).min(MOST_DOUBLINGS);
        self.not_before = has_failed.then(|| Instant::now() + RETRY * (1 << doublings));
    }
}

/// How long additions were held back.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<AtomicU64>);

impl Held {
    pub(super) fn time(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }

    fn add(&self, time: Duration) {
        self.0.fetch_add(time.as_micros() as u64, Ordering::Relaxed);
    }
}

/// A batch that is added group by group, with other additions between.
struct Batch {
    documents: std::vec::IntoIter<StoredDocument>,
    on_conflict: OnConflict,
    added: Added,
    answer: Answer<Added>,
}

/// What the thread that writes works with.
pub(super) struct Scribe {
    library: LibraryWriter,
    /// The merges that run beside additions.
    of_log: Merging,
    of_segments: Merging,
    batches: VecDeque<Batch>,
    current: Arc<Current>,
    log: Log,
    held: Held,
    /// Whether the log says that additions are held back.
    is_held_told: bool,
}

impl Scribe {
    pub(super) fn new(
        library: LibraryWriter,
        current: Arc<Current>,
        log: Log,
        held: Held,
    ) -> Scribe {
        Scribe {
            library,
            of_log: Merging::default(),
            of_segments: Merging::default(),
            batches: VecDeque::new(),
            current,
            log,
            held,
            is_held_told: false,
        }
    }

    /// Works until nobody can order any more, and what was ordered is done.
    pub(super) fn work(mut self, queue: &Receiver<Order>) {
        let mut next = None;
        let mut is_open = true;
        while is_open || next.is_some() || !self.batches.is_empty() {
            self.tidy();
            let order = next.take().or_else(|| self.wait(queue, &mut is_open));
            match order {
                Some(order @ Order::Put { .. }) => {
                    let mut group = vec![order];
                    while group.len() < GROUP && next.is_none() {
                        match queue.try_recv() {
                            Ok(order @ Order::Put { .. }) => group.push(order),
                            Ok(other) => next = Some(other),
                            Err(_) => break,
                        }
                    }
                    self.put(group);
                }
                Some(Order::Remove { id, answer }) => {
                    let done = self.library.remove(&[id]).map(|ids| !ids.is_empty());
                    self.publish();
                    // Who left does not hear it.
                    let _ = answer.send(done);
                }
                Some(Order::Batch {
                    documents,
                    on_conflict,
                    answer,
                }) => self.begin_batch(documents, on_conflict, answer),
                None => {}
            }
            self.go_on_with_batch();
        }
        // The segments are what they were; the next server merges them.
        let mergers = [self.of_log.runs.take(), self.of_segments.runs.take()];
        for merger in mergers.into_iter().flatten() {
            let ticket = merger.cancel();
            self.library.leave_merge(&ticket);
        }
    }

    /// Returns the next order, if one comes before there is something else to do.
    fn wait(&self, queue: &Receiver<Order>, is_open: &mut bool) -> Option<Order> {
        let has_batch = !self.batches.is_empty();
        let is_merging = self.of_log.runs.is_some() || self.of_segments.runs.is_some();
        if has_batch && self.has_room_for_batches() {
            return match queue.try_recv() {
                Ok(order) => Some(order),
                Err(error) => {
                    *is_open &= error != TryRecvError::Disconnected;
                    None
                }
            };
        }
        if !has_batch && !is_merging {
            let order = queue.recv().ok();
            *is_open = order.is_some();
            return order;
        }
        match queue.recv_timeout(LOOK) {
            Ok(order) => Some(order),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                *is_open = false;
                // Batches wait for merges.
                std::thread::sleep(LOOK);
                None
            }
        }
    }

    /// Takes what merges have made, and begins those that are due.
    fn tidy(&mut self) {
        // What one lane has done may be room for the other.
        for lane in [Lane::Segments, Lane::Log, Lane::Segments] {
            if let Err(error) = self.take_merged(lane).and_then(|()| self.begin_merge(lane)) {
                self.merging(lane).note(true);
                self.log.line(&format!("merging: {error}"));
            }
        }
        self.publish();
    }

    fn merging(&mut self, lane: Lane) -> &mut Merging {
        match lane {
            Lane::Log => &mut self.of_log,
            Lane::Segments => &mut self.of_segments,
        }
    }

    fn take_merged(&mut self, lane: Lane) -> Result<()> {
        let runs = &mut self.merging(lane).runs;
        let Some(done) = runs.take_if(|merger| merger.is_done()) else {
            return Ok(());
        };
        match done.finish() {
            (_, Ok(merged)) => self.library.finish_merge(merged)?,
            (ticket, Err(error)) => {
                self.library.leave_merge(&ticket);
                return Err(error);
            }
        }
        self.merging(lane).note(false);
        Ok(())
    }

    fn begin_merge(&mut self, lane: Lane) -> Result<()> {
        if !self.merging(lane).may_begin() {
            return Ok(());
        }
        let Some(job) = self.library.begin_merge(lane) else {
            return Ok(());
        };
        let ticket = job.ticket();
        match Merger::start(job) {
            Ok(started) => {
                self.merging(lane).runs = Some(started);
                Ok(())
            }
            Err(error) => {
                self.library.leave_merge(&ticket);
                Err(error)
            }
        }
    }

    fn publish(&self) {
        self.current.set(self.library.library().clone());
    }

    /// Waits while merges do not keep up: the last resort, for what is in the log
    /// is in memory too. Returns whether there is room.
    ///
    /// The fuller the log, the longer, so that it hardly ever gets full.
    fn hold(&mut self) -> bool {
        let begin = Instant::now();
        loop {
            let fill = self.library.log_fill();
            let share = (fill - FULL_FOR_ALL) / (1.0 - FULL_FOR_ALL);
            let wanted = match share {
                ..0.0 => Duration::ZERO,
                0.0..1.0 => SLOWEST.mul_f64(share),
                _ => PATIENCE,
            };
            let waited = begin.elapsed();
            if waited >= wanted {
                if wanted > Duration::ZERO {
                    self.held.add(waited);
                }
                self.tell_held(fill);
                return share < 1.0;
            }
            std::thread::sleep(LOOK.min(wanted - waited));
            self.tidy();
        }
    }

    /// Says once that additions are held back, and once that they no longer are.
    fn tell_held(&mut self, fill: f64) {
        let is_held = match self.is_held_told {
            true => fill >= FULL_FOR_BATCHES,
            false => fill >= FULL_FOR_ALL,
        };
        if is_held != self.is_held_told {
            self.is_held_told = is_held;
            self.log.line(match is_held {
                true => "additions are held back: merges do not keep up with them",
                false => "additions are no longer held back",
            });
        }
    }

    /// Puts some documents on disk together.
    fn put(&mut self, group: Vec<Order>) {
        let has_room = self.hold();
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
            if !has_room {
                let _ = answer.send(Err(Error::Cancelled));
                continue;
            }
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

    /// Adds a batch that adds nothing if an id is taken, all at once; others wait
    /// for their turn.
    fn begin_batch(
        &mut self,
        documents: Vec<StoredDocument>,
        on_conflict: OnConflict,
        answer: Answer<Added>,
    ) {
        if on_conflict == OnConflict::Error {
            let done = match self.hold() {
                true => self.library.add(documents, on_conflict),
                false => Err(Error::Cancelled),
            };
            self.publish();
            let _ = answer.send(done);
            return;
        }
        self.batches.push_back(Batch {
            documents: documents.into_iter(),
            on_conflict,
            added: Added::default(),
            answer,
        });
    }

    fn has_room_for_batches(&self) -> bool {
        self.library.log_fill() < FULL_FOR_BATCHES
    }

    /// Adds the next documents of the first batch, if the log has room.
    fn go_on_with_batch(&mut self) {
        // Those whose time is over may be sent again.
        self.batches.retain(|batch| !batch.answer.is_closed());
        if !self.has_room_for_batches() {
            return;
        }
        let Some(mut batch) = self.batches.pop_front() else {
            return;
        };
        let group: Vec<StoredDocument> = batch.documents.by_ref().take(GROUP).collect();
        let done = self.library.add(group, batch.on_conflict);
        self.publish();
        match done {
            Ok(added) => {
                batch.added.added += added.added;
                batch.added.replaced += added.replaced;
                batch.added.skipped += added.skipped;
                match batch.documents.len() {
                    0 => drop(batch.answer.send(Ok(batch.added))),
                    _ => self.batches.push_front(batch),
                }
            }
            Err(error) => drop(batch.answer.send(Err(error))),
        }
    }
}
