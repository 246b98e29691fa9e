//! Function words that dangle at an end of a repeat: they belong to what stands beside it.

use std::sync::LazyLock;

use crate::phrases::char_set::CharSet;
use crate::phrases::kind::ends_with;
use crate::phrases::weights::Weights;
use crate::text::lexicon::{
    CLIPPED_BEGINNINGS, CLIPPED_ENDS, FOLLOWING_PARTICLES, FRAME_CLOSINGS, FRAME_ENDS,
    FUNCTION_CHARACTERS, PARTICLES,
};

const W: Weights = Weights::DEFAULT;

/// A function character at the outer end of a phrase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OuterCharacter {
    pub(crate) character: char,
    /// Bits between it and its inner neighbour.
    pub(crate) information: f32,
    /// Share of the occurrences of the rest that have it.
    pub(crate) belongs: f32,
    /// Share of the occurrences of the phrase with a mark beside it.
    pub(crate) marked: f32,
}

static MAY_DANGLE: LazyLock<CharSet> = LazyLock::new(|| {
    CharSet::new([
        PARTICLES,
        FUNCTION_CHARACTERS,
        CLIPPED_ENDS,
        CLIPPED_BEGINNINGS,
    ])
});

/// The last characters of what ends a frame, and 为.
static MAY_END_FRAME: LazyLock<CharSet> = LazyLock::new(|| {
    let ends = FRAME_CLOSINGS.iter().chain(&FRAME_ENDS);
    CharSet::of_ends(ends.chain(&["为"]))
});

/// Returns whether a character may be a dangling function word at all, or a
/// piece of a word that the end of the phrase cuts.
pub(crate) fn may_dangle(character: char) -> bool {
    MAY_DANGLE.contains(character)
}

/// Returns whether a character is a sign that compares two things, or is left
/// of a tag: at an end of a phrase it has lost one of them.
pub(crate) fn is_sign_alone(character: char) -> bool {
    matches!(character, '<' | '>' | '=' | '≤' | '≥' | '≠')
}

/// Returns whether a phrase is one end of the frame 以…为…: without what it is
/// to be (以老渔民同志为), or without its beginning (科学发展观为指导); or the end
/// of 在…下 or 为…而… (党中央坚强领导下).
///
/// `marked` is the share of its occurrences with a mark after it.
pub(crate) fn is_open_frame(phrase: &[char], marked: f32) -> bool {
    let [.., before_last, last] = phrase else {
        return false;
    };
    if !MAY_END_FRAME.contains(*last) {
        return false;
    }
    let ends_open = *last == '为' && *before_last != '以' && marked < W.function_marked;
    if ends_open {
        return phrase[..phrase.len() - 1].contains(&'以');
    }
    let closes = |closing: &&str| {
        let mut closing = closing.chars();
        let opening = closing.next();
        ends_with(phrase, closing.as_str()) && !phrase.iter().any(|c| Some(*c) == opening)
    };
    if FRAME_CLOSINGS.iter().any(closes) {
        return true;
    }
    let role = FRAME_ENDS.iter().find(|end| ends_with(phrase, end));
    role.is_some_and(|role| {
        let framed = &phrase[..phrase.len() - role.chars().count()];
        matches!(framed, [_, .., '为'])
            && !framed
                .iter()
                .any(|c| matches!(c, '以' | '把' | '将' | '作' | '成'))
    })
}

impl OuterCharacter {
    /// Returns whether it is a dangling function word, at the beginning of the
    /// phrase or at its end.
    pub(crate) fn is_dangling(self, at_end: bool) -> bool {
        if PARTICLES.contains(self.character) {
            let own = self.belongs >= W.particle_belongs && self.marked >= W.particle_marked;
            // 等 after a list is at home nowhere but after it.
            let of_list = self.character == '等' && !at_end && self.marked < W.function_marked;
            // 坚定不移地: bound to 移, but the rest stands without it too, and
            // more is to follow.
            let follows = at_end
                && FOLLOWING_PARTICLES.contains(self.character)
                && self.marked < W.function_marked;
            of_list
                || follows && self.belongs < W.belongs
                || self.information < W.bound_particle && !own
        } else if FUNCTION_CHARACTERS.contains(self.character) {
            let joins = matches!(self.character, '和' | '与' | '及');
            // What joins stands first only in words of its own (和平); what it
            // joins is nearly always there, and proves nothing.
            let own = self.belongs >= W.belongs
                && (self.marked >= W.function_marked || !at_end && !joins);
            // 疫情防控和: however often the two characters meet, 和 has
            // nothing after it and no mark says that this is an end.
            let leads_on = at_end && joins && self.marked < W.function_marked;
            !own && (leads_on || self.information < W.bound_function || self.is_clipped(at_end))
        } else {
            self.is_clipped(at_end)
        }
    }

    /// Returns whether it is one of the characters that a cut leaves (贯彻落实党,
    /// 领导干部要): the rest mostly stands without it, and hardly ever a mark
    /// beside it.
    fn is_clipped(self, at_end: bool) -> bool {
        let list = if at_end {
            CLIPPED_ENDS
        } else {
            CLIPPED_BEGINNINGS
        };
        list.contains(self.character)
            && self.belongs < W.clipped_belongs
            && self.marked < W.function_marked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_needs_both_of_its_ends() {
        let is_open =
            |phrase: &str, marked| is_open_frame(&phrase.chars().collect::<Vec<_>>(), marked);
        for phrase in [
            "以老渔民同志为",
            "科学发展观为指导",
            "重要思想为指导",
            "县委坚强领导下",
            "各方共同努力下",
            "的家园而奋斗",
        ] {
            assert!(is_open(phrase, 0.0), "{phrase}");
        }
        for phrase in [
            "以科学发展观为指导",
            "引以为戒",
            "自以为",
            "为中心",
            "公有制为主体",
            "执政为民",
            "在县委坚强领导下",
            "为建好家园而奋斗",
            "统一领导",
        ] {
            assert!(!is_open(phrase, 0.0), "{phrase}");
        }
        assert!(!is_open("以此为", 0.5));
    }

    #[test]
    fn a_particle_that_follows_any_word_dangles_unless_a_mark_follows_it() {
        let tail = |character, belongs, marked| OuterCharacter {
            character,
            information: 6.0,
            belongs,
            marked,
        };
        assert!(tail('地', 0.5, 0.0).is_dangling(true), "坚定不移地");
        assert!(!tail('地', 0.5, 0.4).is_dangling(true), "全国各地");
        assert!(!tail('是', 0.9, 0.4).is_dangling(true), "实事求是");
    }
}
