//! Whether a stretch begins or ends with a piece of a list item, a quotation or a bracket.

use crate::phrases::boundaries::Boundaries;
use crate::phrases::boundary::Boundary;
use crate::phrases::char_classes::CharClasses;
use crate::suffix::concat::ConcatText;

/// Returns whether a stretch from `position` to `end`, with these marks inside,
/// begins or ends with a piece of a list item, or has one end of a pair of
/// marks only.
pub(crate) fn is_partial(
    boundaries: &Boundaries<'_>,
    inside: Boundary,
    position: u32,
    end: u32,
) -> bool {
    inside.is_split()
        && (is_partial_item(boundaries, position, end) || begins_in_item(boundaries, position, end))
        || (inside.is_opening() || inside.is_closing()) && cuts_pair(boundaries, position, end)
}

/// Returns whether a stretch begins or ends with a piece of a list item: one
/// or two characters beside a much longer item (四个意识、坚定; not 港澳、台湾).
fn is_partial_item(boundaries: &Boundaries<'_>, position: u32, end: u32) -> bool {
    let split = |at: u32| boundaries.marks_at(at).is_split();
    let length = end - position;
    let piece = |nth: &dyn Fn(u32) -> u32| {
        let first = (1..=length.min(2)).find(|&at| split(nth(at)));
        first.is_some_and(|first| {
            // The next item, if it is about as short, makes it a list.
            !(first + 1..=2 * first + 1).any(|at| at >= length || split(nth(at)))
        })
    };
    piece(&|at| position + at) || piece(&|at| end - at)
}

/// Returns whether a list begins inside its first item: at a quotation that
/// more of the item stands before, while the next item has words before its
/// quotation as well (四个意识”、坚定“四个自信 after 增强“).
fn begins_in_item(boundaries: &Boundaries<'_>, position: u32, end: u32) -> bool {
    let left = boundaries.marks_at(position);
    if !left.is_quotation() || left.is_split() || left.is_comma() {
        return false;
    }
    let mut marks = (position + 1..end).map(|at| boundaries.marks_at(at));
    let first_split = marks.find(|boundary| boundary.is_split());
    first_split.is_some_and(|boundary| !boundary.is_quotation())
        && marks.any(|boundary| boundary.is_quotation())
}

/// Returns whether a stretch is the end of a list with a noun that the whole
/// list modifies, if it begins with a member of one (互助的社会主义民族关系
/// after 平等、团结、): where its first 的 stands after all its marks.
pub(crate) fn modifies_list(
    text: &ConcatText,
    boundaries: &Boundaries<'_>,
    classes: &CharClasses,
    position: u32,
    end: u32,
) -> bool {
    /// Characters of the shortest member.
    const MEMBER: u32 = 2;
    let mut at = position..end;
    let first = at.find(|&at| classes.is_attributive(text.at(at)));
    first.is_some_and(|first| {
        first >= position + MEMBER
            && first + 1 < end
            && !(first + 1..end).any(|at| boundaries.marks_at(at).is_mark())
    })
}

/// Returns whether a stretch has one end of a quotation, a title or a bracket
/// and not the other (牢记使命”主题教育, 印发《关于, 省（区); marks at its edges
/// may be the other.
fn cuts_pair(boundaries: &Boundaries<'_>, position: u32, end: u32) -> bool {
    let closing = |at: &u32| boundaries.marks_at(*at).is_closing();
    let opening = |at: &u32| boundaries.marks_at(*at).is_opening();
    let mut inside = position + 1..end;
    let without_opening = inside
        .clone()
        .find(closing)
        .is_some_and(|first| !(position..first).any(|at| opening(&at)));
    without_opening
        || inside
            .rfind(opening)
            .is_some_and(|last| !(last + 1..=end).any(|at| closing(&at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::punctuation;
    use crate::suffix::naive;

    /// Returns whether the part between two bars is cut, and whether it ends a
    /// list that it modifies.
    fn judge(written: &str) -> (bool, bool) {
        let parts: Vec<String> = written.split('|').map(str::to_owned).collect();
        let lengths = [&parts[0], &parts[1]].map(|part| {
            let corpus = naive::corpus(std::slice::from_ref(part));
            ConcatText::of(&corpus).unwrap().length(0)
        });
        let corpus = naive::corpus(&[parts.concat()]);
        let text = ConcatText::of(&corpus).unwrap();
        let boundaries = punctuation::marks(&text, &corpus);
        let (position, end) = (lengths[0], lengths[0] + lengths[1]);
        let inside = boundaries.inside(position, lengths[1]);
        let classes = CharClasses::new(&text);
        (
            is_partial(&boundaries, inside, position, end),
            modifies_list(&text, &boundaries, &classes, position, end),
        )
    }

    #[test]
    fn one_end_of_a_pair_of_marks_is_a_cut() {
        for (cut, whole) in [
            ("在|举行省（区|、市）会议", "在|举行省（区、市）会议|上"),
            ("按（一|款）条例|办", "按|（一）条例|办"),
            (
                "开展“不忘初心、|牢记使命”主题|教育",
                "开展“|牢记使命”主题|教育",
            ),
            ("县里|印发《关于|办法》", "县里|印发《关于办法》|的"),
        ] {
            assert!(judge(cut).0, "{cut}");
            assert!(!judge(whole).0, "{whole}");
        }
    }

    #[test]
    fn the_end_of_a_list_with_what_the_list_modifies_is_no_member() {
        for (written, expected) in [
            ("平等、团结、|互助的民族关系|", true),
            ("平等、|团结、互助的民族关系|", true),
            ("团结、|党的建设|", false),
            ("我们的家、|你们的国、他们的路|", false),
            ("又|说又笑|", false),
        ] {
            assert_eq!(judge(written).1, expected, "{written}");
        }
    }
}
