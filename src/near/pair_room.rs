//! Refuses a list of pairs that would take more memory than a run may: of very
//! many copies, all pairs are more than any machine holds.

use crate::context::Context;
use crate::corpus::DocId;
use crate::error::{Error, Result};
use crate::near::copies::CopyGroups;
use crate::near::pair::Pair;

/// Returns an error if so many pairs take more than a run may, as far as that is
/// bounded.
pub(super) fn check(pairs: u64, ctx: &Context) -> Result<()> {
    let bytes = pairs.saturating_mul(size_of::<Pair>() as u64);
    match ctx.most_bytes() {
        Some(most) if bytes > most => Err(Error::Memory {
            what: format!(
                "{pairs} pairs take {:.1} GB, and {:.1} GB are left for them; raise `threshold`, leave out `all-pairs`, or give it more memory",
                bytes as f64 / 1e9,
                most as f64 / 1e9,
            ),
        }),
        _ => Ok(()),
    }
}

/// Returns the number of pairs of documents if every pair of two copies is
/// listed, and for a pair of two wordings every pair of their copies.
pub(super) fn of_all_copies(pairs: &[Pair], copies: &CopyGroups) -> u64 {
    let size = |doc: DocId| copies.group(doc).map_or(1, <[DocId]>::len) as u64;
    let of_wordings = pairs.iter().map(|pair| size(pair.a) * size(pair.b));
    let of_groups = copies.iter().map(|group| {
        let size = group.len() as u64;
        size * (size - 1) / 2
    });
    of_wordings.chain(of_groups).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use crate::near::{NearOptions, Shingling, near_duplicates};
    use crate::spill::SpillFolder;
    use std::sync::Arc;

    fn corpus(copies: usize) -> Corpus {
        let texts = (0..copies).map(|at| match at % 3 {
            0 => (
                at.to_string(),
                "各地要落实联防联控群防群治的要求守住社区这道防线".to_owned(),
            ),
            1 => (
                at.to_string(),
                "各地要落实联防联控群防群治的要求守住社区这道防线。".to_owned(),
            ),
            _ => (
                at.to_string(),
                "各地都要落实联防联控群防群治的要求守住社区这道防线".to_owned(),
            ),
        });
        let texts: Vec<(String, String)> = texts.collect();
        Corpus::from_texts(
            texts.iter().map(|(id, text)| (id.as_str(), text.as_str())),
            Default::default(),
        )
    }

    #[test]
    fn pairs_of_copies_are_counted_before_they_are_listed() {
        let corpus = corpus(30);
        let options = NearOptions {
            threshold: 0.6,
            all_pairs: true,
            ..NearOptions::default()
        };
        let near = near_duplicates(&corpus, &options, &Context::default()).unwrap();
        assert_eq!(near.pairs.len(), 30 * 29 / 2);
        let copies = CopyGroups::new(&corpus, Shingling::default());
        let wordings: Vec<Pair> = near
            .pairs
            .iter()
            .filter(|pair| !copies.is_copy(pair.a) && !copies.is_copy(pair.b))
            .copied()
            .collect();
        assert_eq!(of_all_copies(&wordings, &copies), near.pairs.len() as u64);
    }

    #[test]
    fn more_pairs_than_have_room_are_refused_with_a_cure() {
        let dir = tempfile::tempdir().unwrap();
        let folder = SpillFolder::new(dir.path(), 4_000).unwrap();
        let ctx = Context::default().with_memory(Arc::new(folder));
        let options = NearOptions {
            threshold: 0.6,
            all_pairs: true,
            ..NearOptions::default()
        };
        assert!(near_duplicates(&corpus(15), &options, &ctx).is_ok());
        let refused = near_duplicates(&corpus(60), &options, &ctx).unwrap_err();
        let said = refused.to_string();
        assert!(
            said.contains("1770 pairs") && said.contains("threshold"),
            "{said}"
        );
    }
}
