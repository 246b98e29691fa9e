//! In how many stories of a corpus the wording stands that two documents
//! share: a frame stands in many, a story in few.

use std::sync::LazyLock;

use rayon::prelude::*;

use crate::boilerplate::windows::each_window;
use crate::corpus::DocId;
use crate::hash::mix;
use crate::relation::figures::{FigureKind, figures};

/// The number of stories of a corpus that have the wording of some documents.
#[derive(Default)]
pub(super) struct Stories {
    /// The documents that were asked for, sorted.
    docs: Vec<DocId>,
    /// For each of them, one after another, the windows that another one has
    /// too, sorted.
    windows: Vec<u32>,
    /// Where the windows of each begin, and the last ones end.
    starts: Vec<u32>,
    /// For each window, the number of stories that have it.
    stories: Vec<u32>,
}

impl Stories {
    /// Returns the documents without their windows, which are added next.
    pub(super) fn new(docs: Vec<DocId>) -> Stories {
        Stories {
            docs,
            starts: vec![0],
            ..Stories::default()
        }
    }

    pub(super) fn docs(&self) -> &[DocId] {
        &self.docs
    }

    /// Adds the windows of the next document, in order.
    pub(super) fn add(&mut self, windows: impl IntoIterator<Item = u32>) {
        self.windows.extend(windows);
        self.starts.push(self.windows.len() as u32);
    }

    /// Sets the stories of so many windows to none.
    pub(super) fn reserve(&mut self, windows: usize) {
        self.stories = vec![0; windows];
    }

    /// Sets the stories of all windows.
    pub(super) fn set(&mut self, stories: impl Iterator<Item = u32>) {
        self.stories = stories.collect();
    }

    /// Adds a story to a window.
    pub(super) fn add_one(&mut self, window: u32) {
        self.stories[window as usize] += 1;
    }

    /// Counts the different stories of each window. `most` holds the most
    /// documents that each stands in, `found` the story and the windows of each
    /// document.
    pub(super) fn count<'a>(
        &mut self,
        most: &[u32],
        found: impl Iterator<Item = (u32, &'a [u32])>,
    ) {
        let ends = most.iter().scan(0, |end, most| {
            *end += *most as usize;
            Some(*end)
        });
        let ends: Vec<usize> = ends.collect();
        let mut next: Vec<usize> = ends
            .iter()
            .zip(most)
            .map(|(end, most)| end - *most as usize)
            .collect();
        let mut all = vec![0; ends.last().copied().unwrap_or(0)];
        for (story, windows) in found {
            for window in windows {
                let next = &mut next[*window as usize];
                all[*next] = story;
                *next += 1;
            }
        }
        // Each window's part of `all`, of which the first ones are filled.
        let mut parts = Vec::with_capacity(most.len());
        let mut rest = all.as_mut_slice();
        for ((end, most), next) in ends.iter().zip(most).zip(next) {
            let (part, others) = rest.split_at_mut(*most as usize);
            parts.push(&mut part[..*most as usize - (end - next)]);
            rest = others;
        }
        self.stories = parts
            .into_par_iter()
            .map(|part| {
                part.sort_unstable();
                part.chunk_by(|a, b| a == b).count() as u32
            })
            .collect();
    }

    fn windows(&self, doc: DocId) -> Option<&[u32]> {
        let at = self.docs.binary_search(&doc).ok()?;
        Some(&self.windows[self.starts[at] as usize..self.starts[at + 1] as usize])
    }

    /// Returns how many stories have what two of the documents share, as
    /// [`typical`] has it; `None` if nothing of it was looked at.
    pub(super) fn of(&self, a: DocId, b: DocId, of_letters: bool) -> Option<f64> {
        let (a, b) = (self.windows(a)?, self.windows(b)?);
        // Both documents have it, whatever is boilerplate elsewhere.
        typical(a, b, |window| self.stories[window as usize], of_letters)
    }
}

/// Returns the number of stories or documents that stands for those of the
/// windows that two documents share, which `of` has of each; `None` if they
/// share none. Windows are sorted.
///
/// It is the geometric mean. In letters, where a window is hardly more than a
/// word, common words would make a frame of any text: there it is the number
/// that a quarter of the windows does not exceed. A frame has its rarest words in
/// many texts too, a story in its own versions alone.
pub(super) fn typical(
    a: &[u32],
    b: &[u32],
    mut of: impl FnMut(u32) -> u32,
    of_letters: bool,
) -> Option<f64> {
    const QUARTER: usize = 4;
    let (mut i, mut j, mut count, mut sum) = (0, 0, 0u32, 0.0);
    let mut all = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            let number = of(a[i]);
            count += 1;
            match of_letters {
                true => all.push(number),
                false => sum += log(number),
            }
        }
        let (left, right) = (a[i], b[j]);
        i += usize::from(left <= right);
        j += usize::from(right <= left);
    }
    if of_letters {
        let nth = all.len().checked_sub(1)? / QUARTER;
        return Some(f64::from(*all.select_nth_unstable(nth).1));
    }
    (count > 0).then(|| libm::exp(sum / f64::from(count)))
}

/// Returns the natural logarithm of a number of stories or documents; 0 of
/// none.
fn log(count: u32) -> f64 {
    /// Most are small.
    static SMALL: LazyLock<[f64; 256]> =
        LazyLock::new(|| std::array::from_fn(|count| libm::log(count.max(1) as f64)));
    match SMALL.get(count as usize) {
        Some(log) => *log,
        None => libm::log(f64::from(count)),
    }
}

/// Returns what stands for the figures of a text; where it states none, for its
/// wording.
pub(super) fn story(units: &[u16]) -> u32 {
    let mut found = Vec::new();
    figures(units, &mut found);
    let figure = found
        .iter()
        .filter(|figure| figure.is_strong() || figure.kind == FigureKind::Day)
        .map(|figure| mix(figure.key))
        .min();
    let wording = || {
        let mut least = None;
        each_window(units, |_, hashes| {
            let here = hashes.iter().map(|hash| mix(*hash));
            least = here.chain(least).min();
        });
        least
    };
    (figure.or_else(wording).unwrap_or(0) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn prop_stories_of_a_window_are_counted_once(
            found in prop::collection::vec((0_u32..4, prop::collection::btree_set(0_u32..6, 0..5)), 0..20),
            spare in 0_u32..3,
        ) {
            let found: Vec<(u32, Vec<u32>)> = found
                .into_iter()
                .map(|(story, windows)| (story, windows.into_iter().collect()))
                .collect();
            let of = |window: u32| found.iter().filter(move |(_, windows)| windows.contains(&window));
            let most: Vec<u32> = (0..6).map(|window| of(window).count() as u32 + spare).collect();
            let mut stories = Stories::default();
            stories.count(&most, found.iter().map(|(story, windows)| (*story, windows.as_slice())));
            let truth: Vec<u32> = (0..6)
                .map(|window| of(window).map(|(story, _)| story).collect::<HashSet<_>>().len() as u32)
                .collect();
            prop_assert_eq!(stories.stories, truth);
        }

        #[test]
        fn prop_the_stories_of_a_text_of_letters_are_few_if_a_quarter_of_it_is_rare(
            a in prop::collection::btree_map(0_u32..40, 1_u32..9, 0..20),
            b in prop::collection::btree_set(0_u32..40, 0..20),
        ) {
            let windows = |of: &mut dyn Iterator<Item = u32>| of.collect::<Vec<u32>>();
            let sides = [windows(&mut a.keys().copied()), windows(&mut b.iter().copied())];
            let found = typical(&sides[0], &sides[1], |window| a[&window], true);
            let mut shared: Vec<u32> =
                a.iter().filter(|(window, _)| b.contains(window)).map(|(_, number)| *number).collect();
            shared.sort_unstable();
            let quarter = shared.len().div_ceil(4).max(1) - 1;
            prop_assert_eq!(found, shared.get(quarter).copied().map(f64::from));
        }
    }
}
