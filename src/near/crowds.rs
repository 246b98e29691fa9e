//! Crowds: documents that stand in oversized buckets, grouped with those that
//! share one with them, directly or through others.

/// A partition of documents, most of which stand alone: a union–find
/// structure whose smallest member stands for each crowd.
pub(crate) struct Crowds {
    len: usize,
    /// For each document, an earlier one of its crowd, or itself; empty while
    /// there is no crowd.
    parents: Vec<u32>,
}

impl Crowds {
    /// Returns no crowds, among `len` documents.
    pub(super) fn new(len: usize) -> Self {
        Crowds {
            len,
            parents: Vec::new(),
        }
    }

    /// Makes the crowds of two documents one.
    pub(super) fn link(&mut self, a: u32, b: u32) {
        if self.parents.is_empty() {
            self.parents = (0..self.len as u32).collect();
        }
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }

    fn root(&mut self, mut at: u32) -> u32 {
        while self.parents[at as usize] != at {
            let parent = self.parents[at as usize];
            self.parents[at as usize] = self.parents[parent as usize];
            at = parent;
        }
        at
    }

    /// Makes [`are_one`](Self::are_one) know all links so far.
    pub(super) fn settle(&mut self) {
        // Parents come earlier, so theirs are settled.
        for at in 0..self.parents.len() {
            self.parents[at] = self.parents[self.parents[at] as usize];
        }
    }

    /// Returns whether two different documents are in one crowd, by the links
    /// that were settled.
    #[inline]
    pub(super) fn are_one(&self, a: u32, b: u32) -> bool {
        match self.parents.get(a as usize) {
            Some(root) => *root == self.parents[b as usize],
            None => false,
        }
    }

    /// Returns the members of each crowd, sorted; the crowds by their first.
    pub(super) fn into_members(mut self) -> Vec<Vec<u32>> {
        self.settle();
        let mut members: Vec<(u32, u32)> = Vec::new();
        let mut is_counted = bitvec::bitvec![0; self.parents.len()];
        for (at, root) in (0u32..).zip(&self.parents) {
            if at != *root {
                if !is_counted.replace(*root as usize, true) {
                    members.push((*root, *root));
                }
                members.push((*root, at));
            }
        }
        members.sort_unstable();
        members
            .chunk_by(|a, b| a.0 == b.0)
            .map(|crowd| crowd.iter().map(|(_, at)| *at).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_crowds_are_the_connected_components_of_the_links(
            len in 1u32..40,
            links in prop::collection::vec((any::<u32>(), any::<u32>()), 0..40),
        ) {
            let links: Vec<(u32, u32)> = links.iter().map(|(a, b)| (a % len, b % len)).collect();
            // The plain way: the smaller label spreads until nothing changes.
            let mut labels: Vec<u32> = (0..len).collect();
            for _ in 0..len {
                for &(a, b) in &links {
                    let least = labels[a as usize].min(labels[b as usize]);
                    labels[a as usize] = least;
                    labels[b as usize] = least;
                }
            }
            let mut crowds = Crowds::new(len as usize);
            for &(a, b) in &links {
                crowds.link(a, b);
            }
            crowds.settle();
            for a in 0..len {
                for b in 0..a {
                    prop_assert_eq!(crowds.are_one(a, b), labels[a as usize] == labels[b as usize]);
                }
            }
            let expected: Vec<Vec<u32>> = (0..len)
                .map(|label| (0..len).filter(|at| labels[*at as usize] == label).collect())
                .filter(|crowd: &Vec<u32>| crowd.len() > 1)
                .collect();
            prop_assert_eq!(crowds.into_members(), expected);
        }
    }
}
