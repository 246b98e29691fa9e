//! How much the row groups of a file unpacked to, for the one that seems too
//! much.

use std::sync::{Condvar, Mutex, PoisonError};

/// What each row group unpacked to, once it was read.
#[derive(Default)]
pub(super) struct Tally {
    groups: Mutex<Vec<Option<u64>>>,
    one_more: Condvar,
}

impl Tally {
    pub(super) fn new(groups: usize) -> Tally {
        Tally {
            groups: Mutex::new(vec![None; groups]),
            one_more: Condvar::new(),
        }
    }

    /// Begins a row group, which ends when what is returned is dropped.
    pub(super) fn begin(&self, group: usize) -> GroupTally<'_> {
        GroupTally {
            tally: self,
            group,
            unpacked: 0,
            before: None,
        }
    }
}

/// A row group that is being read.
pub(super) struct GroupTally<'a> {
    tally: &'a Tally,
    group: usize,
    /// Bytes of the rows so far.
    pub(super) unpacked: u64,
    before: Option<u64>,
}

impl GroupTally<'_> {
    /// Returns the bytes of all row groups before this one, if they are known.
    pub(super) fn known_before(&self) -> Option<u64> {
        self.before
    }

    /// Waits until all row groups before this one were read.
    ///
    /// Row groups are handed out in order, so each of them is being read or
    /// was; none of them waits for this one, unless for something that the
    /// caller holds.
    pub(super) fn wait_for_before(&mut self) -> u64 {
        let groups = self.tally.groups.lock();
        let mut groups = groups.unwrap_or_else(PoisonError::into_inner);
        let before = loop {
            let before = groups.get(..self.group).unwrap_or(&[]);
            let sum: Option<u64> = before.iter().copied().sum();
            if let Some(sum) = sum {
                break sum;
            }
            groups = self
                .tally
                .one_more
                .wait(groups)
                .unwrap_or_else(PoisonError::into_inner);
        };
        self.before = Some(before);
        before
    }
}

impl Drop for GroupTally<'_> {
    fn drop(&mut self) {
        let groups = self.tally.groups.lock();
        let mut groups = groups.unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = groups.get_mut(self.group) {
            *group = Some(self.unpacked);
        }
        self.tally.one_more.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_waits_for_all_before_it_and_for_none_behind() {
        let tally = Tally::new(4);
        let (mut first, mut second) = (tally.begin(0), tally.begin(1));
        assert_eq!(first.wait_for_before(), 0);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut third = tally.begin(2);
                third.wait_for_before()
            });
            first.unpacked = 30;
            second.unpacked = 4;
            drop(second);
            drop(first);
            assert_eq!(waiting.join().unwrap(), 34);
        });
        assert_eq!(tally.begin(3).wait_for_before(), 34);
    }
}
