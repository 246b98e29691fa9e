//! Verse, and what else is written in literary Chinese, where each character is
//! a word.
//!
//! One character in the place of another is a slip of the pen in news, and
//! another reading in a poem: 坐 and 作 are two poems to who edits them.

use crate::passages::Hunk;
use crate::relation::changed_places::changed_places;
use crate::relation::known_change::is_known;
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::text::letters::is_spaced;

/// Most units of a text of which each character counts. What is longer is a
/// chapter, and its editions differ all over.
const LONGEST: usize = 400;

/// Characters that only prose of today has, simplified as normalized text is. Of
/// 7,900 poems they leave 7,600, of 4,300 items of news without a figure 130.
const MODERN: &str = "的了们这吗吧呢把被啊";

/// Returns what two texts of literary Chinese read otherwise: both where one
/// character stands for another that is no way of writing it, and the one that
/// has it where the other has nothing. Nothing for other texts.
pub(super) fn other_readings(texts: [&[u16]; 2], hunks: &[Hunk]) -> OwnMatters {
    let mut found = [None; 2];
    if !texts.iter().all(|text| is_literary(text)) {
        return found;
    }
    for place in changed_places(hunks) {
        if is_known(texts, &place) {
            continue;
        }
        let is_empty = place.stripped(texts).map(|span| span.is_empty());
        for side in [0, 1] {
            if !is_empty[side] {
                found[side] = Some(OwnMatter::Wording);
            }
        }
    }
    found
}

/// Returns whether a text has neither letters and figures nor characters of the
/// prose of today.
fn is_literary(units: &[u16]) -> bool {
    let is_modern = |unit: u16| MODERN.chars().any(|c| u32::from(c) == u32::from(unit));
    units.len() <= LONGEST
        && !units
            .iter()
            .any(|unit| is_spaced(*unit) || is_modern(*unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::own::tests::own;

    /// Lines of our own, sixty characters: of fifty, each counts in any text.
    const POEM: &str = "渡口秋风起木舟泊岸深老翁收旧网稚子拾寒薪远客归山路孤灯照竹林\
        明朝潮水落石上晒衣襟夜雨添新绿春泥没旧痕隔江闻犬吠独坐到黄昏";

    #[test]
    fn another_character_makes_another_reading_of_a_poem() {
        let both = [Some(OwnMatter::Wording); 2];
        for (from, to) in [("泊", "傍"), ("归", "回"), ("孤灯", "孤星")] {
            let other = POEM.replacen(from, to, 1);
            assert_eq!(own(POEM, &other), both, "{from} {to}");
        }
    }

    #[test]
    fn of_poems_of_which_one_lost_a_character_the_whole_one_stays() {
        let lost = POEM.replacen("寒", "", 1);
        assert_eq!(own(POEM, &lost), [Some(OwnMatter::Wording), None]);
    }

    #[test]
    fn a_variant_of_a_character_is_no_other_reading() {
        for (one, other) in [("像", "象"), ("分", "份"), ("惟", "唯")] {
            let of = |c: &str| POEM.replacen("深", c, 1);
            assert_eq!(own(&of(one), &of(other)), [None; 2], "{one} {other}");
        }
    }

    #[test]
    fn prose_of_today_is_not_read_to_the_character() {
        let news = "渡口昨天发布通知木船要修补老翁收起了旧网孩子们去山上拾柴远来的客人只能绕道石桥";
        let other = news.replacen("发布", "发出", 1);
        assert_eq!(own(news, &other), [None; 2]);
        assert_eq!(own(&other, news), [None; 2]);
    }
}
