//! Selected phrases as a finished stage of a run: as they are kept and read back.

use std::io::{self, Read, Write};

use crate::context::Context;
use crate::error::Result;
use crate::phrases::kind::PhraseKind;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::scored::{ScoredPhrase, StoredPhrase};
use crate::phrases::select::select;
use crate::spill::array;
use crate::suffix::Index;
use crate::suffix::interval::Interval;

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
        || Ok(select(index, options, ctx)?.list),
        read,
        |list, out| write(list, out),
    )?;
    Ok(PhraseSet::new(list))
}

fn write(list: &[ScoredPhrase], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&(list.len() as u64).to_le_bytes())?;
    for scored in list {
        let StoredPhrase {
            interval,
            independent,
            parts,
            kind,
            score,
        } = scored.stored();
        let Interval {
            length,
            first,
            last,
            occurrences,
            documents,
        } = interval;
        out.write_all(&occurrences.to_le_bytes())?;
        for number in [length, first, last, documents, independent, score.to_bits()] {
            out.write_all(&number.to_le_bytes())?;
        }
        for part in parts {
            out.write_all(&part.to_le_bytes())?;
        }
        out.write_all(&[kind as u8])?;
    }
    Ok(())
}

fn read(input: &mut dyn Read) -> io::Result<Vec<ScoredPhrase>> {
    let len = u64::from_le_bytes(array(input)?);
    (0..len).map(|_| read_phrase(input)).collect()
}

fn read_phrase(input: &mut dyn Read) -> io::Result<ScoredPhrase> {
    let occurrences = u64::from_le_bytes(array(input)?);
    let mut number = || -> io::Result<u32> { Ok(u32::from_le_bytes(array(input)?)) };
    let interval = Interval {
        length: number()?,
        first: number()?,
        last: number()?,
        documents: number()?,
        occurrences,
    };
    let (independent, score) = (number()?, f32::from_bits(number()?));
    let mut parts = [0; 7];
    for part in &mut parts {
        *part = u16::from_le_bytes(array(input)?);
    }
    let [kind] = array(input)?;
    let kinds = PhraseKind::ALL.get(usize::from(kind)).copied();
    let kind = kinds.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(ScoredPhrase::of_stored(StoredPhrase {
        interval,
        independent,
        parts,
        kind,
        score,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::rank::Parts;

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
        write(&list, &mut kept).unwrap();
        let back = read(&mut kept.as_slice()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{list:?}"));
        // A phrase takes 47 bytes.
        assert_eq!(kept.len(), 8 + 47 * list.len());
        kept.pop();
        assert!(read(&mut kept.as_slice()).is_err());
    }
}
