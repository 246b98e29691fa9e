//! Widens changes to whole words and numbers: a mark that cuts one misleads.

use crate::passages::HunkKind;
use crate::report::terminal::comparison::AlignedRange;
use crate::report::terminal::original::Original;

/// Returns the ranges with changes widened so that no boundary between an
/// equal and another range lies inside a word of a script with spaces, or
/// inside a number, on either side.
///
/// Takes time linear in the ranges and in the characters that change hands.
pub(super) fn widen(ranges: &[AlignedRange], originals: &[Original<'_>; 2]) -> Vec<AlignedRange> {
    let mut widened: Vec<AlignedRange> = Vec::with_capacity(ranges.len());
    for (at, range) in ranges.iter().enumerate() {
        if range.kind != HunkKind::Equal {
            push(&mut widened, range.clone());
            continue;
        }
        let [a, b] = range.units.clone();
        let len = a.len();
        let inside = |step: usize| {
            originals[0].inside_token(a.start + step) || originals[1].inside_token(b.start + step)
        };
        let is_change = |neighbour: Option<&AlignedRange>| {
            neighbour.is_some_and(|range| range.kind != HunkKind::Equal)
        };
        let before = at.checked_sub(1).and_then(|before| ranges.get(before));
        let head = match is_change(before) {
            true => (0..len).find(|&step| !inside(step)).unwrap_or(len),
            false => 0,
        };
        let tail = match is_change(ranges.get(at + 1)) {
            true => (head..=len).rev().find(|&step| !inside(step)),
            false => Some(len),
        };
        let tail = tail.unwrap_or(head);
        for (from, to, kind) in [
            (0, head, HunkKind::Replaced),
            (head, tail, HunkKind::Equal),
            (tail, len, HunkKind::Replaced),
        ] {
            if from < to {
                let units = [a.start + from..a.start + to, b.start + from..b.start + to];
                let what = None;
                push(&mut widened, AlignedRange { kind, what, units });
            }
        }
    }
    widened
}

/// Appends a range; a change joins the one before it.
fn push(ranges: &mut Vec<AlignedRange>, next: AlignedRange) {
    let joins = |range: &AlignedRange| {
        matches!(
            range.kind,
            HunkKind::Replaced | HunkKind::Inserted | HunkKind::Deleted
        )
    };
    let Some(last) = ranges.last_mut().filter(|last| {
        let follows = |side: usize| last.units[side].end == next.units[side].start;
        joins(last) && joins(&next) && follows(0) && follows(1)
    }) else {
        ranges.push(next);
        return;
    };
    let [a, b] = &mut last.units;
    a.end = next.units[0].end;
    b.end = next.units[1].end;
    last.what = last.what.or(next.what);
    last.kind = match (a.start == a.end, b.start == b.end) {
        (true, _) => HunkKind::Inserted,
        (_, true) => HunkKind::Deleted,
        _ => HunkKind::Replaced,
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::near::Shingling;
    use crate::read::pick::Picked;
    use crate::report::terminal::Comparison;
    use crate::text::normalize::NormalizeSteps;
    use proptest::prelude::*;

    fn compare(texts: [&str; 2]) -> Comparison {
        let picked = texts.map(|text| Picked {
            text: text.into(),
            ..Picked::default()
        });
        Comparison::new(picked, NormalizeSteps::default(), Shingling::default())
    }

    /// Returns a side with `<>` around what is marked as changed.
    fn marked(texts: [&str; 2], side: usize) -> String {
        let comparison = compare(texts);
        let originals = comparison.originals();
        let mut line = String::new();
        for range in widen(&comparison.ranges, &originals) {
            let text = &texts[side][originals[side].exact(&range.units[side])];
            match range.kind {
                HunkKind::Equal => line.push_str(text),
                _ if text.is_empty() => {}
                _ => line.push_str(&format!("<{text}>")),
            }
        }
        line
    }

    #[test]
    fn a_changed_digit_or_letter_marks_the_whole_number_or_word() {
        let pair = [
            "失业率降到5.2%以下，比去年低",
            "失业率降到5.3%以下，比去年低",
        ];
        assert_eq!(marked(pair, 0), "失业率降到<5.2%>以下，比去年低");
        assert_eq!(marked(pair, 1), "失业率降到<5.3%>以下，比去年低");
        let pair = [
            "全县三百一十六个村庄通了公路",
            "全县三百二十六个村庄通了公路",
        ];
        assert_eq!(marked(pair, 0), "全县<三百一十六>个村庄通了公路");
        let pair = [
            "the minister welcomes the plan",
            "the ministers welcomed the plan",
        ];
        assert_eq!(marked(pair, 1), "the<ministers welcomed>the plan");
        let pair = ["共有12,000人参加了活动", "共有12,500人参加了活动"];
        assert_eq!(marked(pair, 0), "共有<12,000>人参加了活动");
    }

    #[test]
    fn what_is_no_word_stays_as_the_alignment_has_it() {
        let pair = ["各地加强联防联控工作", "各地大力加强联防联控工作"];
        assert_eq!(marked(pair, 1), "各地<大力>加强联防联控工作");
        let pair = ["同一段文字没有改动", "同一段文字没有改动"];
        assert_eq!(marked(pair, 0), "同一段文字没有改动");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn prop_no_mark_cuts_a_token_and_all_text_stays(
            a in "([ab1-3三百，。,. %甲乙]{0,30}联防联控群防群治){0,2}[ab1-3十%甲乙 ]{0,12}",
            b in "([ab1-3三百，。,. %甲乙]{0,30}联防联控群防群治){0,2}[ab1-3十%甲乙 ]{0,12}",
        ) {
            let comparison = compare([&a, &b]);
            let originals = comparison.originals();
            let widened = widen(&comparison.ranges, &originals);
            for side in 0..2 {
                let covered = |ranges: &[AlignedRange]| -> Vec<usize> {
                    ranges.iter().flat_map(|range| range.units[side].clone()).collect()
                };
                prop_assert_eq!(covered(&widened), covered(&comparison.ranges));
            }
            for pair in widened.windows(2) {
                if (pair[0].kind == HunkKind::Equal) != (pair[1].kind == HunkKind::Equal) {
                    for (side, original) in originals.iter().enumerate() {
                        let cut = match pair[0].kind {
                            HunkKind::Equal => pair[0].units[side].end,
                            _ => pair[1].units[side].start,
                        };
                        prop_assert!(!original.inside_token(cut), "{side} {cut} {widened:?}");
                    }
                }
            }
        }
    }
}
