//! Families where the keys of all phrases have no room: found by sorting them on disk.

use rayon::prelude::*;

use crate::error::Result;
use crate::phrases::family::{Founders, OldestByKey, read_keys};
use crate::phrases::keys::{PhraseKeys, SharedKeys};
use crate::phrases::written::Written;
use crate::spill::{Sorter, SpillFolder};

/// Phrases whose keys are read together.
const BATCH_LEN: usize = 1 << 13;

/// Phrases that a core takes at a time.
const TASK_LEN: usize = 1 << 9;

/// Phrases that share the bits in the filter of wholes that would be one's in the
/// filter of keys, of which each has ten or so.
const WHOLES: usize = 4;

/// A hash in two halves, as it is sorted; then what has it.
type KeyOf = [u32; 3];

/// A hash in two halves; whether what follows is the phrase with this hash, 0,
/// or one with such a part, 1; and its age.
type PartOf = [u32; 4];

/// The age of a phrase; [`PART`] with the age of one that is a part of it, or
/// [`KEY`] with the number of a key.
type Link = [u32; 3];

const PART: u32 = 0;
const KEY: u32 = 1;

/// Returns the same families as [`family::assign`](super::family::assign).
///
/// What another phrase may have too is sorted by key, and what was found so by
/// the age of the phrase; then families are founded one phrase after another.
/// Takes the buffers of the folder, some 30 bytes a phrase, and 4 for each key
/// that two have; writes some 30 bytes for each of these keys, and reads them.
pub(crate) fn assign(written: Written<'_>, spill_folder: &SpillFolder) -> Result<Vec<Option<u32>>> {
    let order = order(written, spill_folder)?;
    let (links, keys) = links(written, ages(&order), spill_folder)?;
    let mut links = links.finish()?;
    let by_number = ByNumber(vec![u32::MAX; keys as usize]);
    let mut founders = Founders::new(order.len(), by_number);
    let (mut parts, mut keys) = (Vec::new(), Vec::new());
    let mut next = links.next()?;
    for age in 0..order.len() as u32 {
        parts.clear();
        keys.clear();
        while let Some([_, kind, of]) = next.filter(|link| link[0] == age) {
            match kind {
                PART => parts.push(of),
                _ => keys.push(of),
            }
            next = links.next()?;
        }
        founders.add(&parts, &keys);
    }
    Ok(founders.assigned(&order))
}

/// Founders by the numbers of their keys.
struct ByNumber(Vec<u32>);

impl OldestByKey for ByNumber {
    type Key = u32;

    fn get(&self, key: u32) -> Option<u32> {
        Some(self.0[key as usize]).filter(|age| *age != u32::MAX)
    }

    fn add(&mut self, key: u32, age: u32) {
        let oldest = &mut self.0[key as usize];
        *oldest = age.min(*oldest);
    }
}

/// Returns the phrases in the order in which they may found families: by
/// documents, then by score.
fn order(written: Written<'_>, spill_folder: &SpillFolder) -> Result<Vec<u32>> {
    let mut sorter: Sorter<'_, [u32; 5]> = Sorter::new(spill_folder);
    for (at, scored) in (0..).zip(written.list.iter()) {
        let interval = &scored.interval;
        let score = scored.descending_score();
        let key = [!interval.documents, score, interval.first, interval.length];
        let [documents, score, first, length] = key;
        sorter.push([documents, score, first, length, at])?;
    }
    let mut sorted = sorter.finish()?;
    let mut order = Vec::with_capacity(written.list.len());
    while let Some([.., at]) = sorted.next()? {
        order.push(at);
    }
    Ok(order)
}

/// Returns the place of each phrase in an order.
fn ages(order: &[u32]) -> Vec<u32> {
    let mut ages = vec![0; order.len()];
    for (age, &at) in (0..).zip(order) {
        ages[at as usize] = age;
    }
    ages
}

/// Returns the keys of a phrase, without parts, read into a buffer.
fn read(written: Written<'_>, at: u32, keys: &mut PhraseKeys) {
    let scored = written.list.at(at as usize);
    read_keys(keys, &scored, written.position(at), written.text);
}

/// Returns what links phrases to others, in no order, and how many keys link
/// them.
fn links<'a>(
    written: Written<'_>,
    ages: Vec<u32>,
    spill_folder: &'a SpillFolder,
) -> Result<(Sorter<'a, Link>, u32)> {
    // Three sorters share the room of two.
    let bytes = spill_folder.buffer_bytes() * 2 / 3;
    let mut by_key: Sorter<'_, KeyOf> = Sorter::of_bytes(spill_folder, bytes).distinct();
    let mut by_part: Sorter<'_, PartOf> = Sorter::of_bytes(spill_folder, bytes).distinct();
    let filters = Filters::new(written);
    let phrases = written.list.len() as u32;
    for batch in (0..phrases).step_by(BATCH_LEN) {
        let batch = batch..phrases.min(batch + BATCH_LEN as u32);
        let tasks = batch.clone().into_par_iter().step_by(TASK_LEN);
        let tasks: Vec<(Vec<KeyOf>, Vec<PartOf>)> = tasks
            .map(|task| {
                let mut found = (Vec::new(), Vec::new());
                let mut keys = PhraseKeys::default();
                for at in task..batch.end.min(task + TASK_LEN as u32) {
                    read(written, at, &mut keys);
                    keys.find_parts();
                    filters.add_shared(&keys, ages[at as usize], &mut found);
                }
                found
            })
            .collect();
        for (keys, parts) in tasks {
            by_key.extend(keys)?;
            by_part.extend(parts)?;
        }
    }
    drop((filters, ages));
    let mut links = Sorter::of_bytes(spill_folder, bytes);
    add_parts(by_part, &mut links)?;
    let keys = add_keys(by_key, &mut links)?;
    Ok((links, keys))
}

/// Adds the links between phrases and their parts.
fn add_parts(by_part: Sorter<'_, PartOf>, links: &mut Sorter<'_, Link>) -> Result<()> {
    let mut sorted = by_part.finish()?;
    // The hash that is read, and the oldest phrase that has it.
    let mut whole = None;
    while let Some([high, low, is_part, age]) = sorted.next()? {
        let same = whole.filter(|(hash, _)| *hash == [high, low]);
        match (same, is_part) {
            (Some((_, part)), 1) => links.push([age, PART, part])?,
            (None, 0) => whole = Some(([high, low], age)),
            _ => {}
        }
    }
    Ok(())
}

/// Adds the links between phrases and the keys that two have, which are
/// numbered; returns how many these are.
fn add_keys(by_key: Sorter<'_, KeyOf>, links: &mut Sorter<'_, Link>) -> Result<u32> {
    let mut sorted = by_key.finish()?;
    let mut count = 0;
    // The last phrase and its key, while no other has it.
    let mut alone: Option<KeyOf> = None;
    let mut last = None;
    while let Some([high, low, age]) = sorted.next()? {
        if last != Some([high, low]) {
            last = Some([high, low]);
            alone = Some([high, low, age]);
            continue;
        }
        if let Some([.., first]) = alone.take() {
            count += 1;
            links.push([first, KEY, count - 1])?;
        }
        links.push([age, KEY, count - 1])?;
    }
    Ok(count)
}

/// Filters of what two phrases may have; they may answer yes for others, of
/// which more is sorted than need be.
struct Filters {
    variants: SharedKeys,
    /// What phrases are, as keys that are there twice.
    wholes: SharedKeys,
}

impl Filters {
    fn new(written: Written<'_>) -> Self {
        let phrases = written.list.len();
        let filters = Filters {
            variants: SharedKeys::new(phrases),
            wholes: SharedKeys::new(phrases.div_ceil(WHOLES)),
        };
        let tasks = (0..phrases as u32).into_par_iter().step_by(TASK_LEN);
        tasks.for_each(|task| {
            let mut keys = PhraseKeys::default();
            for at in task..(phrases as u32).min(task + TASK_LEN as u32) {
                read(written, at, &mut keys);
                filters.variants.add_all(&keys.variants);
                filters.wholes.add_all(&[keys.whole; 2]);
            }
        });
        filters
    }

    /// Adds the keys of a phrase that another may have too.
    fn add_shared(&self, keys: &PhraseKeys, age: u32, found: &mut (Vec<KeyOf>, Vec<PartOf>)) {
        let halves = |hash: u64| [(hash >> 32) as u32, hash as u32];
        let shared = keys.variants.iter();
        for &key in shared.filter(|key| self.variants.contains(**key)) {
            let [high, low] = halves(key);
            found.0.push([high, low, age]);
        }
        let [high, low] = halves(keys.whole);
        found.1.push([high, low, 0, age]);
        for &part in keys
            .parts
            .iter()
            .filter(|part| self.wholes.contains(**part))
        {
            let [high, low] = halves(part);
            found.1.push([high, low, 1, age]);
        }
    }
}
