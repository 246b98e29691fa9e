//! Signs that normalizing left out, and that say something else in one of two
//! versions: ✓ here and ✗ there.

use crate::corpus::{Corpus, DocId};
use crate::passages::{Hunk, HunkKind};
use crate::span::UnitSpan;
use crate::text::marks::{Marks, There};
use crate::text::numbers::is_sign;

/// The signs that were left out of two documents, the text first that comes
/// first when they are aligned; nothing if neither has any, or of one of them no
/// note was taken.
pub(super) fn marks_of(corpus: &Corpus, docs: [DocId; 2]) -> Option<[Marks; 2]> {
    let written = docs.map(|doc| corpus.marks(doc));
    if written.iter().all(Option::is_none) {
        return None;
    }
    let are_noted = docs.iter().all(|doc| corpus.surface(*doc).is_some());
    are_noted.then(|| written.map(|written| Marks::read(written.unwrap_or(""))))
}

/// Returns whether signs that were left out contradict each other in two texts
/// with these changes.
pub(super) fn have_other_signs(
    texts: [&[u16]; 2],
    hunks: &[Hunk],
    [of_a, of_b]: &[Marks; 2],
) -> bool {
    if !of_a.may_be_contradicted_by(of_b) {
        return false;
    }
    let equal = hunks.iter().filter(|hunk| hunk.kind == HunkKind::Equal);
    let equal: Vec<[UnitSpan; 2]> = equal.map(|hunk| [hunk.a, hunk.b]).collect();
    let letters = texts.map(letter_places);
    let there = |side: usize| {
        let (equal, letters) = (&equal, &letters);
        let mut runs = equal.clone();
        runs.sort_unstable_by_key(|run| run[side].start);
        move |place: u32| {
            let end = texts[side].len() as u32;
            let unit = letters[side].get(place as usize).copied().unwrap_or(end);
            let nth = runs.partition_point(|run| run[side].start <= unit);
            let run = runs[..nth].last().filter(|run| unit <= run[side].end)?;
            let other = run[1 - side].start + (unit - run[side].start);
            let place = letters[1 - side].partition_point(|letter| *letter < other);
            Some(There {
                place: place as u32,
                is_whole: run[side].start < unit && (unit < run[side].end || unit == end),
            })
        }
    };
    of_a.contradict_by(of_b, there(0)) || of_b.contradict_by(of_a, there(1))
}

/// Returns the units of a text that are letters.
fn letter_places(units: &[u16]) -> Vec<u32> {
    let letters = (0_u32..).zip(units).filter(|(_, unit)| !is_sign(**unit));
    letters.map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use crate::boilerplate::LazyBoilerplate;
    use crate::context::Context;
    use crate::corpus::{Corpus, DocId, Document};
    use crate::near::{Shingling, verify};
    use crate::relation::Relation;
    use crate::relation::extractor::FeatureExtractor;
    use crate::relation::matter::{OwnMatter, OwnMatters, Telling};
    use crate::relation::own::own_matter_of;
    use crate::relation::relate::{relate, relations_and_own};
    use crate::text::normalize::Normalizer;

    const REST: &str = "渡口的船工昨天在公告栏前念了名单，请各家在月底以前到村委会登记，\
        会计和木匠也在场，修船的木料由合作社供应，夜间不得开船，遇到大风大雾也不得开船。";

    fn own(one: &str, other: &str) -> OwnMatters {
        let texts = [("a", one), ("b", other)];
        let mut corpus = Corpus::builder(Normalizer::default());
        for (id, text) in texts {
            corpus = corpus.push(Document::new(id, text));
        }
        let corpus = corpus.build().unwrap();
        let docs = [DocId(0), DocId(1)];
        let mut extractor = FeatureExtractor::default();
        own_matter_of(
            &mut extractor,
            &corpus,
            docs,
            Relation::Version,
            Telling::Words,
        )
    }

    #[test]
    fn other_signs_in_a_place_are_own_matter_of_both_versions() {
        for (one, other) in [
            ("木匠✓到会", "木匠✗到会"),
            ("木匠√到会", "木匠×到会"),
            ("评分★★★，", "评分★★★★★，"),
            ("■是□否", "□是■否"),
            ("山田（ゆうき）到会", "山田（はると）到会"),
            ("水位▲3.5%", "水位▼3.5%"),
            ("水位▲3.5%", "水位3.5%"),
        ] {
            let of = |sign: &str, more: &str| format!("村里{more}的渡口{sign}今天通航。{REST}");
            let (a, b) = (of(one, "小小"), of(other, "小"));
            for own in [own(&a, &b), own(&b, &a)] {
                assert_eq!(own, [Some(OwnMatter::Sign); 2], "{one} {other}");
            }
        }
    }

    #[test]
    fn texts_that_are_equal_but_for_other_signs_are_versions() {
        for (one, other) in [
            ("到会✓", "到会✗"),
            ("■是□否", "□是■否"),
            ("乐（lè）", "乐（yuè）"),
        ] {
            let of = |sign: &str| format!("村里的渡口{sign}今天通航。{REST}");
            let mut corpus = Corpus::builder(Normalizer::default());
            for (id, sign) in [("a", one), ("b", other), ("c", one)] {
                corpus = corpus.push(Document::new(id, of(sign)));
            }
            let corpus = corpus.build().unwrap();
            let pairs = [[0, 1], [0, 2]]
                .map(|[a, b]| verify::count(&corpus, Shingling::default(), DocId(a), DocId(b)));
            let ctx = Context::default();
            let boilerplate = LazyBoilerplate::default();
            let (relations, own) =
                relations_and_own(&corpus, &pairs, &boilerplate, Telling::Words, &ctx).unwrap();
            assert_eq!(relations, [Relation::Version, Relation::Copy], "{one}");
            assert_eq!(own, [[Some(OwnMatter::Sign); 2], [None; 2]], "{one}");
            let related = relate(&corpus, &pairs, &ctx).unwrap();
            let related: Vec<Relation> = related.iter().map(|found| found.relation).collect();
            assert_eq!(related, relations);
        }
    }

    #[test]
    fn bullets_are_no_own_matter() {
        let of = |sign: &str, more: &str| format!("村里{more}的渡口\n{sign}今天通航。{REST}");
        for (one, other) in [("■", "●"), ("★", ""), ("▲", "■"), ("✓", "")] {
            assert_eq!(
                own(&of(one, "小小"), &of(other, "小")),
                own(&of("", "小小"), &of("", "小"))
            );
        }
    }
}
