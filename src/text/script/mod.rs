//! Forms of Han characters: Simplified for Traditional, one for its variants,
//! ideographs for radicals.

use std::collections::HashMap;
use std::sync::LazyLock;

use bitvec::prelude::{BitBox, bitbox};

/// The tables of forms.
struct Forms {
    simplified: HashMap<char, char>,
    /// The first of its class for every other member of a class of variants.
    merged: HashMap<char, char>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let classes = [include_str!("variants.txt"), include_str!("older.txt")];
    let merged = classes.into_iter().flat_map(str::lines).flat_map(|class| {
        let first = class.chars().next();
        let others = class.chars().skip(1);
        others.filter_map(move |other| Some((other, first?)))
    });
    Forms {
        simplified: pairs(include_str!("simplified.txt")).collect(),
        merged: merged.collect(),
    }
});

/// A character that has another form in some words, the one beside it there,
/// and whether that stands after it; the form is the value.
type Words = HashMap<(u16, u16, bool), u16>;

/// Words that are written with either of two characters, which are no
/// variants of each other elsewhere: 沈默 is 沉默, but 沈 is a surname.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let units = |word: &str| word.encode_utf16().collect::<Vec<u16>>();
    let lines = include_str!("words.txt").lines();
    lines
        .filter_map(|line| {
            let (from, to) = line.split_once(' ')?;
            match (&units(from)[..], &units(to)[..]) {
                ([a, b], [form, same]) if b == same => Some(((*a, *b, true), *form)),
                ([a, b], [same, form]) if a == same => Some(((*b, *a, false), *form)),
                _ => None,
            }
        })
        .collect()
});

/// Returns whether a character has another form in some words.
pub(super) fn depends_on_word(unit: u16) -> bool {
    // Asked for each character of most texts.
    static UNITS: LazyLock<BitBox> = LazyLock::new(|| {
        let mut units = bitbox![0; 1 << 16];
        for (unit, _, _) in WORDS.keys() {
            units.set(usize::from(*unit), true);
        }
        units
    });
    UNITS[usize::from(unit)]
}

/// Gives the characters of a normalized text that depend on their word the
/// form that they have there; `places` has the places of all of them, in order.
pub(super) fn settle_words(units: &mut [u16], places: &[usize]) {
    for &at in places {
        if !units.get(at).is_some_and(|unit| depends_on_word(*unit)) {
            continue;
        }
        let form = |beside: Option<&u16>, after| WORDS.get(&(units[at], *beside?, after)).copied();
        let before = at.checked_sub(1).and_then(|before| units.get(before));
        if let Some(form) = form(units.get(at + 1), true).or_else(|| form(before, false)) {
            units[at] = form;
        }
    }
}

fn pairs(list: &'static str) -> impl Iterator<Item = (char, char)> {
    list.lines().filter_map(|line| {
        let mut characters = line.chars();
        let from = characters.next()?;
        Some((from, characters.nth(1)?))
    })
}

/// Returns the Simplified form of a character, itself if it has none.
///
/// Variants that Simplified text tells apart stay apart: 著 is 著, 覆 is 覆.
/// This is the spelling to show; [`merged`] is the one to compare.
pub fn simplified(c: char) -> char {
    FORMS.simplified.get(&c).copied().unwrap_or(c)
}

/// Returns the character that stands for a character and all its variants:
/// 着 for 着 and 著, 复 for 复, 覆, 復 and 複.
///
/// Taiwan, Hong Kong and the mainland write one word with different members
/// of such a class; `docs/normalizing.md` tells what merging them costs.
pub fn merged(c: char) -> char {
    let simple = simplified(c);
    FORMS.merged.get(&simple).copied().unwrap_or(simple)
}

/// Calls `set` with every character that [`merged`] changes, and its form.
pub(super) fn for_each_merged(mut set: impl FnMut(char, char)) {
    for &from in FORMS.simplified.keys().chain(FORMS.merged.keys()) {
        set(from, merged(from));
    }
}

/// Returns the characters that have the same merged form as `c`, itself
/// included.
pub(super) fn variants(c: char) -> impl Iterator<Item = char> {
    static MEMBERS: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
        let mut members: HashMap<char, Vec<char>> = HashMap::new();
        for_each_merged(|from, to| members.entry(to).or_default().push(from));
        members
    });
    let form = merged(c);
    let others = MEMBERS.get(&form).into_iter().flatten().copied();
    std::iter::once(form).chain(others)
}

/// Returns the ideograph that a radical of the block CJK Radicals Supplement
/// stands for, and any other character itself.
pub(super) fn ideograph(c: char) -> char {
    static RADICALS: LazyLock<HashMap<char, char>> =
        LazyLock::new(|| pairs(include_str!("radicals.txt")).collect());
    if ('\u{2e80}'..='\u{2eff}').contains(&c) {
        RADICALS.get(&c).copied().unwrap_or(c)
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_its_own_form() {
        for (_, to) in pairs(include_str!("simplified.txt")) {
            assert_eq!(simplified(to), to);
        }
        for_each_merged(|from, to| assert_eq!((merged(to), merged(merged(from))), (to, to)));
    }

    #[test]
    fn words_change_one_of_two_characters_and_are_in_the_forms_of_the_stream() {
        let lines: Vec<&str> = include_str!("words.txt").lines().collect();
        assert_eq!(WORDS.len(), lines.len());
        for c in lines
            .iter()
            .flat_map(|line| line.chars())
            .filter(|c| *c != ' ')
        {
            assert_eq!(merged(c), c);
        }
        // So no form depends on another form that changes.
        for ((_, beside, _), form) in WORDS.iter() {
            assert!(!depends_on_word(*beside) && !depends_on_word(*form));
        }
        for class in include_str!("older.txt").lines() {
            let first = class.chars().next().map(merged);
            assert!(class.chars().all(|c| Some(merged(c)) == first), "{class}");
        }
    }

    #[test]
    fn simplified_forms_are_those_of_opencc() {
        for (from, to) in hanconv::RawDictionary::TSCharacters.iter() {
            let single = |text: &str| {
                let mut characters = text.chars();
                characters.next().filter(|_| characters.next().is_none())
            };
            if let (Some(from), Some(to)) = (single(from), single(to)) {
                assert_eq!(simplified(from), simplified(to), "{from}");
            }
        }
    }

    #[test]
    fn what_taiwan_and_hong_kong_write_has_the_form_of_the_mainland() {
        for class in [
            "着著",
            "复覆復複",
            "了瞭",
            "里裏裡",
            "台臺檯颱",
            "周週",
            "占佔",
            "布佈",
            "干幹乾",
            "发髮發",
            "后後",
            "只隻",
            "冲衝",
            "松鬆",
            "借藉",
            "卫衞衛",
            "群羣",
            "象像",
        ] {
            let first = class.chars().next().map(merged);
            for c in class.chars() {
                assert_eq!(Some(merged(c)), first, "{c}");
            }
        }
        assert_eq!(
            (simplified('著'), simplified('覆'), simplified('瞭')),
            ('著', '覆', '瞭')
        );
        assert_eq!((simplified('裡'), simplified('衞')), ('里', '卫'));
    }
}
