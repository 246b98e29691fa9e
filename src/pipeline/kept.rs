//! The stages that a run keeps where it has a folder for finished ones: pairs,
//! relations and passages, each as a list of little-endian numbers.
//!
//! Reading is not among them, nor are copies and clusters: to do them again
//! takes about as long as to read what they would have left.

use std::io::{self, Read, Write};

use xxhash_rust::xxh3::xxh3_64;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::hash::mix;
use crate::near::{
    Banding, Below, CopyGroups, NearDuplicates, NearOptions, Pair, Search, near_duplicates as find,
};
use crate::passages::ReusedPassage;
use crate::relation::Relation;
use crate::span::UnitSpan;
use crate::spill::array;

/// Returns the near-duplicates of a corpus, kept or found.
pub(super) fn near_duplicates(
    corpus: &Corpus,
    options: &NearOptions,
    ctx: &Context,
) -> Result<NearDuplicates> {
    let Some(checkpoints) = ctx.checkpoints() else {
        return find(corpus, options, ctx);
    };
    let (pairs, search, copies) = checkpoints.stage(
        "pairs",
        key(corpus, &[]),
        || {
            let near = find(corpus, options, ctx)?;
            Ok((near.pairs, near.search, Some(near.copies)))
        },
        |input| Ok((read_list(input, read_pair)?, read_search(input)?, None)),
        |(pairs, search, _), out| {
            write_list(out, pairs, write_pair)?;
            write_search(out, search)
        },
    )?;
    let copies = match copies {
        Some(copies) => copies,
        None => CopyGroups::of(corpus, options.shingling)?,
    };
    Ok(NearDuplicates {
        pairs,
        copies,
        search,
    })
}

/// Returns the relation of each pair, kept or found.
pub(super) fn relations(
    corpus: &Corpus,
    pairs: &[Pair],
    ctx: &Context,
    find: impl FnOnce() -> Result<Vec<Relation>>,
) -> Result<Vec<Relation>> {
    let Some(checkpoints) = ctx.checkpoints() else {
        return find();
    };
    checkpoints.stage(
        "relations",
        key(corpus, pairs),
        find,
        |input| read_list(input, read_relation),
        |relations, out| write_list(out, relations, |out, one| out.write_all(&[*one as u8])),
    )
}

/// Returns the passages of a corpus, kept or found.
pub(super) fn passages(
    corpus: &Corpus,
    pairs: &[Pair],
    ctx: &Context,
    find: impl FnOnce() -> Result<Vec<ReusedPassage>>,
) -> Result<Vec<ReusedPassage>> {
    let Some(checkpoints) = ctx.checkpoints() else {
        return find();
    };
    checkpoints.stage(
        "passages",
        key(corpus, pairs),
        find,
        |input| read_list(input, read_passage),
        |passages, out| write_list(out, passages, write_passage),
    )
}

/// Returns what stands for the documents of a corpus, as far as pairs and
/// relations depend on them, and for some pairs of them.
pub(super) fn key(corpus: &Corpus, pairs: &[Pair]) -> u64 {
    let documents = corpus.docs().flat_map(|doc| {
        let hash = corpus.text_hash(doc).0;
        let said = [corpus.title(doc), corpus.date(doc), corpus.source(doc)]
            .map(|field| field.map_or(0, |field| xxh3_64(field.as_bytes())));
        [hash as u64, (hash >> 64) as u64].into_iter().chain(said)
    });
    let ends = pairs.iter().flat_map(|pair| {
        [
            u64::from(pair.a.0) << 32 | u64::from(pair.b.0),
            u64::from(pair.shared),
        ]
    });
    documents
        .chain([pairs.len() as u64])
        .chain(ends)
        .fold(0, |key, next| mix(key ^ next))
}

fn write_number(out: &mut dyn Write, number: u32) -> io::Result<()> {
    out.write_all(&number.to_le_bytes())
}

fn read_number(input: &mut dyn Read) -> io::Result<u32> {
    Ok(u32::from_le_bytes(array(input)?))
}

fn write_list<T>(
    out: &mut dyn Write,
    list: &[T],
    mut write: impl FnMut(&mut dyn Write, &T) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(&(list.len() as u64).to_le_bytes())?;
    list.iter().try_for_each(|one| write(out, one))
}

fn read_list<T>(
    input: &mut dyn Read,
    mut read: impl FnMut(&mut dyn Read) -> io::Result<T>,
) -> io::Result<Vec<T>> {
    let len = u64::from_le_bytes(array(input)?);
    (0..len).map(|_| read(input)).collect()
}

fn write_pair(out: &mut dyn Write, pair: &Pair) -> io::Result<()> {
    let Pair {
        a,
        b,
        shared,
        len_a,
        len_b,
    } = *pair;
    [a.0, b.0, shared, len_a, len_b]
        .into_iter()
        .try_for_each(|number| write_number(out, number))
}

fn read_pair(input: &mut dyn Read) -> io::Result<Pair> {
    Ok(Pair {
        a: DocId(read_number(input)?),
        b: DocId(read_number(input)?),
        shared: read_number(input)?,
        len_a: read_number(input)?,
        len_b: read_number(input)?,
    })
}

fn write_search(out: &mut dyn Write, search: &Search) -> io::Result<()> {
    let Search {
        banding,
        max_distance,
        recall,
        candidates,
        oversized,
        partners_left_out,
        cut_short,
        below,
    } = *search;
    // Neither has a band, nor more bits than a fingerprint.
    let (bands, rows) = banding.map_or((0, 0), |banding| (banding.bands(), banding.rows()));
    for number in [bands, rows, max_distance.unwrap_or(u32::MAX)] {
        write_number(out, number)?;
    }
    for number in [
        recall.to_bits(),
        candidates,
        oversized,
        partners_left_out,
        cut_short,
        // No threshold is 0.
        below.map_or(0, |below| below.threshold.to_bits()),
        below.map_or(0, |below| below.pairs.to_bits()),
    ] {
        out.write_all(&number.to_le_bytes())?;
    }
    Ok(())
}

fn read_search(input: &mut dyn Read) -> io::Result<Search> {
    let (bands, rows) = (read_number(input)?, read_number(input)?);
    let max_distance = Some(read_number(input)?).filter(|bits| *bits != u32::MAX);
    let mut long = || -> io::Result<u64> { Ok(u64::from_le_bytes(array(input)?)) };
    Ok(Search {
        banding: Banding::new(bands, rows).ok(),
        max_distance,
        recall: f64::from_bits(long()?),
        candidates: long()?,
        oversized: long()?,
        partners_left_out: long()?,
        cut_short: long()?,
        below: {
            let [threshold, pairs] = [long()?, long()?].map(f64::from_bits);
            (threshold > 0.0).then_some(Below { threshold, pairs })
        },
    })
}

fn read_relation(input: &mut dyn Read) -> io::Result<Relation> {
    let [number] = array(input)?;
    let relation = Relation::ALL.get(usize::from(number)).copied();
    relation.ok_or(io::ErrorKind::InvalidData.into())
}

fn write_range(out: &mut dyn Write, range: UnitSpan) -> io::Result<()> {
    write_number(out, range.start)?;
    write_number(out, range.end)
}

fn read_range(input: &mut dyn Read) -> io::Result<UnitSpan> {
    Ok((read_number(input)?..read_number(input)?).into())
}

fn write_passage(out: &mut dyn Write, passage: &ReusedPassage) -> io::Result<()> {
    let ReusedPassage {
        a,
        b,
        span_a,
        span_b,
        length,
        identity,
        own,
        edits,
        moved,
    } = passage;
    for number in [a.0, b.0, *length, *own, u32::from(*moved)] {
        write_number(out, number)?;
    }
    out.write_all(&identity.to_bits().to_le_bytes())?;
    write_range(out, *span_a)?;
    write_range(out, *span_b)?;
    write_list(out, edits, |out, (of_a, of_b)| {
        write_range(out, *of_a)?;
        write_range(out, *of_b)
    })
}

fn read_passage(input: &mut dyn Read) -> io::Result<ReusedPassage> {
    let (a, b) = (DocId(read_number(input)?), DocId(read_number(input)?));
    let (length, own) = (read_number(input)?, read_number(input)?);
    let moved = read_number(input)? != 0;
    Ok(ReusedPassage {
        a,
        b,
        length,
        own,
        moved,
        identity: f64::from_bits(u64::from_le_bytes(array(input)?)),
        span_a: read_range(input)?,
        span_b: read_range(input)?,
        edits: read_list(input, |input| Ok((read_range(input)?, read_range(input)?)))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_back_is_what_was_written() {
        let pair = Pair {
            a: DocId(3),
            b: DocId(1 << 20),
            shared: 5,
            len_a: 7,
            len_b: 9,
        };
        let mut bytes = Vec::new();
        write_list(&mut bytes, &[pair, pair], write_pair).unwrap();
        assert_eq!(read_list(&mut &bytes[..], read_pair).unwrap(), [pair, pair]);
        let searches = [
            Search::default(),
            Search {
                banding: Some(Banding::new(30, 7).unwrap()),
                max_distance: Some(10),
                recall: 0.9991,
                candidates: 1 << 40,
                oversized: 2,
                partners_left_out: 3,
                cut_short: 4,
                below: Some(Below {
                    threshold: 0.7,
                    pairs: 12.5,
                }),
            },
        ];
        for search in searches {
            let mut bytes = Vec::new();
            write_search(&mut bytes, &search).unwrap();
            assert_eq!(read_search(&mut &bytes[..]).unwrap(), search);
        }
        for relation in Relation::ALL {
            assert_eq!(read_relation(&mut &[relation as u8][..]).unwrap(), relation);
        }
        let passage = ReusedPassage {
            a: DocId(1),
            b: DocId(2),
            span_a: (3..40).into(),
            span_b: (5..41).into(),
            length: 36,
            identity: 0.97,
            own: 30,
            edits: [(7..8, 9..9), (20..20, 21..22)]
                .map(|(a, b)| (a.into(), b.into()))
                .into(),
            moved: true,
        };
        let mut bytes = Vec::new();
        write_passage(&mut bytes, &passage).unwrap();
        assert_eq!(read_passage(&mut &bytes[..]).unwrap(), passage);
        assert!(read_passage(&mut &bytes[..bytes.len() - 1]).is_err());
    }
}
