//! Selected phrases as a finished stage of a run: as they are kept and read back.

use std::io::{self, Read, Write};

use crate::context::Context;
use crate::error::Result;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::scored::ScoredPhrase;
use crate::phrases::scored_list::{ScoredBuilder, ScoredList};
use crate::phrases::select::{list_folder, select, select_list};
use crate::spill::{SpillFolder, array};
use crate::suffix::Index;

/// Returns the phrases of an index, kept or selected.
///
/// A phrase is kept as ranks of suffixes, whose order is the same in every run
/// over the same texts. `of` stands for the documents.
pub(crate) fn kept_or_selected(
    index: &Index<'_>,
    options: &PhraseOptions,
    of: impl FnOnce() -> u64,
    ctx: &Context,
) -> Result<PhraseSet> {
    let Some(checkpoints) = ctx.checkpoints() else {
        return select(index, options, ctx);
    };
    let list = checkpoints.stage(
        "phrases",
        of(),
        || select_list(index, options, ctx),
        |input| read(input, list_folder(index, ctx)),
        |list, out| write(list, out),
    )?;
    PhraseSet::of(list, index, ctx)
}

fn write(list: &ScoredList, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&(list.len() as u64).to_le_bytes())?;
    list.iter()
        .try_for_each(|scored: ScoredPhrase| scored.write_to(out))
}

fn read(input: &mut dyn Read, spill_folder: Option<&SpillFolder>) -> io::Result<ScoredList> {
    /// Phrases that are read at a time.
    const AT_ONCE: u64 = 1 << 12;
    let mut left = u64::from_le_bytes(array(input)?);
    let mut list = ScoredBuilder::within(spill_folder);
    while left > 0 {
        let count = left.min(AT_ONCE);
        let piece = (0..count).map(|_| ScoredPhrase::read_from(input));
        let piece = piece.collect::<io::Result<Vec<ScoredPhrase>>>()?;
        list.append(vec![piece]).map_err(io::Error::other)?;
        left -= count;
    }
    list.finish().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::kind::PhraseKind;
    use crate::phrases::rank::Parts;
    use crate::suffix::interval::Interval;

    #[test]
    fn phrases_are_read_back_as_they_were_kept() {
        let list: Vec<ScoredPhrase> = PhraseKind::ALL
            .into_iter()
            .zip(1..)
            .map(|(kind, n)| {
                let interval = Interval {
                    length: 4 + n,
                    first: 1000 * n,
                    last: 1000 * n + 7,
                    occurrences: u64::from(n) << 33,
                    documents: n + 2,
                };
                let parts = Parts {
                    independent: n,
                    cohesion: 0.125 * n as f32,
                    ..Parts::default()
                };
                ScoredPhrase::new(interval, &parts, kind, 0.75 - 0.1 * n as f32)
            })
            .collect();
        let mut kept = Vec::new();
        let list = ScoredList::Held(list);
        write(&list, &mut kept).unwrap();
        let back = read(&mut kept.as_slice(), None).unwrap();
        assert_eq!(format!("{back:?}"), format!("{list:?}"));
        // What went to disk goes there again.
        let dir = tempfile::tempdir().unwrap();
        let folder = SpillFolder::new(dir.path(), 0).unwrap();
        let back = read(&mut kept.as_slice(), Some(&folder)).unwrap();
        assert!(matches!(back, ScoredList::Written(_)));
        let all = |list: &ScoredList| format!("{:?}", list.iter().collect::<Vec<_>>());
        assert_eq!(all(&back), all(&list));
        assert_eq!(kept.len(), 8 + 48 * list.len());
        let mut other_kind = kept.clone();
        let last = other_kind.len() - 4;
        other_kind[last] = u8::MAX;
        assert!(read(&mut other_kind.as_slice(), None).is_err());
        kept.pop();
        assert!(read(&mut kept.as_slice(), None).is_err());
    }
}
