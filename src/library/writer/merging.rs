//! The log becomes a segment, and segments become fewer: in the writer's own
//! thread, or beside it while documents are added.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::library::files;
use crate::library::log;
use crate::library::manifest::{register_path, segment_path};
use crate::library::merge::{self, Size};
use crate::library::parts::{MOST_ON_DISK, Part, Parts};
use crate::library::register::Register;
use crate::library::segment::{Keys, Segment};
use crate::library::writer::LibraryWriter;
use crate::library::writer::job::{MergeJob, MergeTicket, Merged};
use crate::library::writer::publish::NewLog;

/// Documents in the log from which on they become a segment: who opens the
/// library makes keys of them, in some ten milliseconds.
pub(super) const LOG_DOCUMENTS: u32 = 256;

/// Bytes of the log from which on it becomes a segment.
const LOG_BYTES: u64 = 4 << 20;

/// How many times as much the log holds before it is written while other merges
/// run, by the number of segments that there is still room for: the less room,
/// the more is written at once.
const LOG_WAITS: [u32; 4] = [16, 8, 4, 1];

/// Documents, and bytes, of a log that is full.
const FULL_DOCUMENTS: u32 = 32 * LOG_DOCUMENTS;
const FULL_BYTES: u64 = 8 * LOG_BYTES;

/// Documents of a segment whose keys are kept for the next merge, and bytes of
/// all keys that are.
const KEYS_DOCUMENTS: u64 = 49_152;
const KEYS_BYTES: u64 = 96 << 20;

/// Units of text that the phrase register is made of: ten times as many bytes
/// of memory.
const REGISTER_UNITS: u64 = 100_000_000;

/// Which merges may run beside each other: one of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The log becomes a segment, together with small ones.
    Log,
    /// Segments become one.
    Segments,
}

impl LibraryWriter {
    /// Leaves it to the caller to merge, with [`LibraryWriter::begin_merge`]: a
    /// merge can take minutes, and what was added is on disk before it.
    pub fn leave_tidying(&mut self) {
        self.tidies = false;
    }

    /// Makes a segment of a log that has grown, and merges what is due.
    ///
    /// # Errors
    ///
    /// As [`LibraryWriter::merge`].
    pub(super) fn tidy(&mut self) -> Result<()> {
        match self.has_grown(1) {
            true => {
                self.flush()?;
                self.merge(&Context::default())
            }
            false => Ok(()),
        }
    }

    /// Returns whether the log has so many times what makes it a segment.
    fn has_grown(&self, times: u32) -> bool {
        self.library.parts.recent().docs() >= times * LOG_DOCUMENTS
            || self.library.log_len >= u64::from(times).min(4) * LOG_BYTES
    }

    /// Returns how full the log is: from 1 on nothing more should be added until
    /// it has become a segment, for it is held in memory.
    pub fn log_fill(&self) -> f64 {
        let documents = f64::from(self.library.parts.recent().docs()) / f64::from(FULL_DOCUMENTS);
        documents.max(self.library.log_len as f64 / FULL_BYTES as f64)
    }

    /// Makes a segment of the log, whatever it holds.
    ///
    /// # Errors
    ///
    /// Fails if it can't be written; the log stays then.
    pub fn flush(&mut self) -> Result<()> {
        self.expect_whole()?;
        if self.library.log_len == log::HEAD as u64 {
            return Ok(());
        }
        self.make_room(1, &Context::default())?;
        let segments = self.library.parts.on_disk().len();
        let log = self.library.parts.log().live();
        let behind = merge::with_log(&self.sizes(), log).unwrap_or(0);
        let job = self.job(segments - behind..segments, true);
        self.run(job, &Context::default())
    }

    /// Merges until there is room for so many segments more.
    pub(super) fn make_room(&mut self, count: usize, ctx: &Context) -> Result<()> {
        while self.library.parts.on_disk().len() + count > MOST_ON_DISK {
            let Some(pair) = merge::to_make_room(&self.sizes()) else {
                break;
            };
            let job = self.job(pair, false);
            self.run(job, ctx)?;
        }
        Ok(())
    }

    /// Writes segments of which half is gone anew, and leaves room for another
    /// segment.
    ///
    /// # Errors
    ///
    /// Fails if a segment can't be read or written, or when the run is
    /// cancelled; what was merged until then stays.
    pub fn merge(&mut self, ctx: &Context) -> Result<()> {
        self.expect_whole()?;
        while let Some(wasted) = merge::wasted(&self.sizes()) {
            let job = self.job(wasted, false);
            self.run(job, ctx)?;
        }
        self.make_room(1, ctx)
    }

    /// Returns the segments on disk as merges see them.
    fn sizes(&self) -> Vec<Size> {
        let segments = self.library.parts.on_disk().iter();
        let size = segments.map(|part| Size {
            live: part.live(),
            gone: part.deleted.len() as u64,
            lists: part.segment().map_or(0, Segment::longest_lists),
            is_free: part.id.is_some_and(|id| !self.merging.contains(&id)),
        });
        size.collect()
    }

    /// Returns the next merge of a lane, if one is due: of what no other one has
    /// taken. It may run on another thread while documents are added and
    /// removed; [`LibraryWriter::finish_merge`] takes what it made, or
    /// [`LibraryWriter::leave_merge`] hears that it failed.
    pub fn begin_merge(&mut self, lane: Lane) -> Option<MergeJob> {
        self.expect_whole().ok()?;
        let sizes = self.sizes();
        match lane {
            Lane::Log => {
                let room = MOST_ON_DISK.saturating_sub(sizes.len());
                let times = LOG_WAITS[room.min(LOG_WAITS.len() - 1)];
                if self.log_merge.is_some() || !self.has_grown(times) {
                    return None;
                }
                let log = self.library.parts.log().live();
                let behind = merge::with_log(&sizes, log)?;
                Some(self.job(sizes.len() - behind..sizes.len(), true))
            }
            Lane::Segments => {
                let chosen = merge::beside(&sizes)?;
                Some(self.job(chosen, false))
            }
        }
    }

    /// Returns a merge of some segments, and of the log.
    fn job(&mut self, chosen: Range<usize>, with_log: bool) -> MergeJob {
        let file = self.next_id();
        let library = self.library.clone();
        self.unpublished.insert(file);
        let parts = library.parts[chosen.clone()].iter();
        self.merging.extend(parts.filter_map(|part| part.id));
        let log = with_log.then(|| library.parts.recent().from(0));
        if with_log {
            self.log_merge = Some(file);
        }
        let mut job = MergeJob {
            library,
            chosen,
            log,
            file,
            trains: false,
            keeps_keys: false,
        };
        // Who merges once and ends has no use for keys.
        job.keeps_keys = !self.tidies && job.documents() <= KEYS_DOCUMENTS;
        job
    }

    fn run(&mut self, job: MergeJob, ctx: &Context) -> Result<()> {
        let ticket = job.ticket();
        match job.run(ctx) {
            Ok(merged) => self.finish_merge(merged),
            Err(error) => {
                self.leave_merge(&ticket);
                Err(error)
            }
        }
    }

    /// Puts a merged segment in the place of the first of those that it holds,
    /// without what was removed or replaced meanwhile. What came to the log
    /// meanwhile stays there.
    ///
    /// If what it holds has become another segment meanwhile, it is left.
    ///
    /// # Errors
    ///
    /// Fails if it can't be written; all is as before then.
    pub fn finish_merge(&mut self, merged: Merged) -> Result<()> {
        let ticket = merged.job.ticket();
        let finished = match self.put(merged) {
            Some((segments, log)) => {
                let register = self.library.manifest.register;
                self.publish(segments, log, register).map(|()| true)
            }
            None => Ok(false),
        };
        match finished {
            Ok(true) => {
                self.forget(&ticket);
                Ok(())
            }
            Ok(false) => {
                self.leave_merge(&ticket);
                Ok(())
            }
            Err(error) => {
                self.leave_merge(&ticket);
                Err(error)
            }
        }
    }

    /// Returns the segments after a merge, and the log; `None` if what was merged
    /// is there no more.
    fn put(&self, merged: Merged) -> Option<(Vec<Part>, NewLog)> {
        let Merged {
            job, places, part, ..
        } = merged;
        let (then, now) = (&job.library.parts, &self.library.parts);
        let mut log = NewLog::Same;
        let mut gone = BTreeSet::new();
        let mut lost = |at: usize, then: &Part, now: &Part| {
            for doc in now.deleted.difference(&then.deleted) {
                let new = places.binary_search(&(at, *doc));
                gone.extend(new.ok().map(|new| new as u32));
            }
        };
        for at in job.chosen.clone() {
            let then = &then[at];
            let now = now.on_disk().iter().find(|now| now.id == then.id)?;
            lost(at, then, now);
        }
        if job.log.is_some() {
            if !now.recent().is_same_log(then.recent()) {
                return None;
            }
            lost(then.log_place(), then.log(), now.log());
            let since = then.recent().docs();
            let live = now.log().docs().filter(|doc| *doc >= since);
            log = NewLog::Of(live.map(|doc| now.recent().get(doc)).collect());
        }
        let merged = part.map(|part| Part {
            deleted: Arc::new(gone),
            keys: part.keys.filter(|keys| self.has_room_for(keys, now)),
            ..part
        });
        let taken = job.ticket().segments;
        let is_taken = |part: &Part| part.id.is_some_and(|id| taken.contains(&id));
        let first = now.on_disk().iter().position(is_taken);
        let mut segments = now.on_disk().to_vec();
        let at = first.unwrap_or(segments.len());
        segments.splice(at..at, merged);
        segments.retain(|part| !is_taken(part));
        Some((segments, log))
    }

    /// Returns whether keys may be kept beside those of other segments.
    fn has_room_for(&self, keys: &[Arc<Keys>], parts: &Parts) -> bool {
        let len = |keys: &[Arc<Keys>]| keys.iter().map(|keys| keys.len_bytes()).sum::<u64>();
        let kept = parts.iter().filter_map(|part| part.keys.as_ref());
        kept.map(|keys| len(keys)).sum::<u64>() + len(keys) <= KEYS_BYTES
    }

    /// Hears that a merge failed: its segments stay as they are, and what it
    /// wrote goes.
    pub fn leave_merge(&mut self, ticket: &MergeTicket) {
        self.forget(ticket);
        // If a manifest that failed is there after all, it may name the file.
        if !self.is_broken {
            files::remove(&segment_path(&self.library.path, ticket.file));
        }
    }

    fn forget(&mut self, ticket: &MergeTicket) {
        for id in &ticket.segments {
            self.merging.remove(id);
        }
        self.unpublished.remove(&ticket.file);
        self.log_merge = self.log_merge.filter(|file| *file != ticket.file);
    }

    /// Makes one segment of all, or as few as the format has room for, and the
    /// phrase register anew.
    ///
    /// Without `phrases` the register goes; it would know nothing of what came
    /// since.
    ///
    /// # Errors
    ///
    /// As [`LibraryWriter::merge`].
    pub fn compact(&mut self, phrases: bool, ctx: &Context) -> Result<()> {
        self.expect_whole()?;
        let mut has_log = self.library.log_len > log::HEAD as u64;
        let mut groups = merge::compacted(&self.sizes());
        if groups.is_empty() {
            groups.push(0..0);
        }
        // Places of those before stay what they are.
        for group in groups.into_iter().rev() {
            let parts = self.library.parts[group.clone()].iter();
            let is_as_it_was = group.len() < 2 && parts.clone().all(|part| part.deleted.is_empty());
            let with_log = std::mem::take(&mut has_log);
            if with_log || !is_as_it_was {
                let mut job = self.job(group, with_log);
                job.trains = true;
                self.run(job, ctx)?;
            }
        }
        let manifest = &self.library.manifest;
        let mut register = 0;
        if phrases && !self.library.is_empty() {
            let found = Register::find(&self.sample()?, ctx)?;
            register = self.next_id();
            let bytes = Register::encode(&found, manifest.generation + 1);
            files::write_new(&register_path(&self.library.path, register), &[&bytes])?;
        }
        if register != 0 || manifest.register != 0 {
            let segments = self.library.parts.on_disk().to_vec();
            self.publish(segments, NewLog::Same, register)?;
        }
        Ok(())
    }

    /// Returns the documents that the register is made of: all, or as many,
    /// evenly spread, as have [`REGISTER_UNITS`].
    fn sample(&self) -> Result<Corpus> {
        let units = self.library.info().units;
        let step = units.div_ceil(REGISTER_UNITS).max(1);
        let mut documents = Vec::new();
        let mut nth = 0;
        self.library.each(|document| {
            if nth % step == 0 {
                documents.push(document);
            }
            nth += 1;
            Ok(())
        })?;
        self.library.corpus(&documents)
    }
}
