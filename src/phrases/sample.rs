//! Which occurrences of a frequent string are looked at.

/// Occurrences that are looked at, spread evenly when there are more, so that
/// nested repeats of a text that is all repeats cost no more than others. A
/// share is then known to within 1/64 (two standard errors).
pub(crate) const SAMPLE: usize = 1024;

/// The positions that are looked at: all of them, or as many as asked for,
/// spread evenly over all.
#[derive(Clone, Copy)]
pub(crate) struct Sample<'a> {
    positions: &'a [i32],
    len: usize,
}

impl<'a> Sample<'a> {
    pub(crate) fn new(positions: &'a [i32], most: usize) -> Self {
        Sample {
            positions,
            len: positions.len().min(most),
        }
    }

    /// Returns the number of positions that are looked at.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns whether no position is left out.
    pub(crate) fn is_all(&self) -> bool {
        self.len == self.positions.len()
    }

    #[inline(always)]
    pub(crate) fn get(&self, nth: usize) -> u32 {
        if self.is_all() {
            self.positions[nth] as u32
        } else {
            self.positions[nth * self.positions.len() / self.len] as u32
        }
    }

    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = u32> + use<'a> {
        (0..self.len).map(move |nth| self.get(nth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_all_or_spread_over_all() {
        let positions: Vec<i32> = (0..100).collect();
        let all: Vec<u32> = Sample::new(&positions, 100).iter().collect();
        assert_eq!(all, (0..100).collect::<Vec<u32>>());
        let some: Vec<u32> = Sample::new(&positions, 4).iter().collect();
        assert_eq!(some, [0, 25, 50, 75]);
        assert_eq!(Sample::new(&[], 4).len(), 0);
    }
}
