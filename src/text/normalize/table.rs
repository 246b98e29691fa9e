//! The value of each character that stands alone, in one flat table.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfkc_quick};
use unicode_properties::{
    GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory,
};

use crate::simd::normalize_run::HYPHEN;
use crate::text::marks;
use crate::text::normalize::annotation;
use crate::text::normalize::casefold::{DOT_ABOVE, push_folded};
use crate::text::normalize::class::{Class, NUMERALS, class_of};
use crate::text::normalize::steps::{NormalizeStep, NormalizeSteps};
use crate::text::script;

// Values of the table that are no code unit. They lie among the surrogates,
// which no character of the Basic Multilingual Plane can become, so that one
// comparison (in `simd::normalize_run`) tells the rare characters from the
// common ones.

/// The character may join the one before it (combining marks, jamo).
pub(super) const JOINER: u16 = 0xD800;
/// The character is judged by its neighbours, or becomes several units.
pub(super) const RARE: u16 = 0xD801;
/// `<`, which may begin a tag or a comment.
pub(super) const LESS: u16 = 0xD802;
/// `&`, which may begin an entity.
pub(super) const AMPERSAND: u16 = 0xD803;
/// An opening bracket, which may begin a reading.
pub(super) const BRACKET: u16 = 0xD804;

/// A sign that may be left out and of which note is taken.
pub(super) const MARK: u16 = 0xD805;

/// Set beside the class of a character that has another compatibility form.
const COMPOSED: u8 = 0x80;

/// The brackets that may hold a reading.
const BRACKETS: [char; 7] = ['(', '（', '[', '［', '〔', '【', '〈'];

/// The value of every character under one set of steps.
///
/// 192 KiB for the Basic Multilingual Plane, of which the common path touches
/// some 40 KiB in Chinese text: it stays in the second-level cache. Built in a
/// few milliseconds.
pub(super) struct NormalizeTable {
    /// The unit that a character becomes, 0 for nothing, or one of the
    /// special values above.
    pub(super) units: Box<[u16; 0x1_0000]>,
    /// The number of each character's [`Class`].
    classes: Box<[u8; 0x1_0000]>,
    steps: NormalizeSteps,
}

impl NormalizeTable {
    pub(super) fn new(steps: NormalizeSteps) -> Self {
        let mut table = NormalizeTable {
            units: boxed(),
            classes: boxed(),
            steps,
        };
        for c in (0..0x1_0000).filter_map(char::from_u32) {
            // Two of three characters stand for themselves; looking up the
            // properties that the others need would take most of the time of
            // a small corpus.
            if stands_for_itself(c) {
                let private = ('\u{e000}'..='\u{f8ff}').contains(&c);
                let class = if private { Class::Other } else { Class::Letter };
                table.classes[c as usize] = class as u8;
                table.units[c as usize] = c as u16;
            } else {
                let class = class_of(c, steps);
                table.classes[c as usize] = class as u8;
                table.units[c as usize] = table.value_of(c, class);
            }
        }
        for c in NUMERALS.chars() {
            table.classes[c as usize] = class_of(c, steps) as u8;
        }
        if steps.has(NormalizeStep::Script) {
            script::for_each_merged(|from, to| {
                if let (true, Ok(at)) = (stands_for_itself(from), u16::try_from(u32::from(from))) {
                    table.units[usize::from(at)] = u16::try_from(u32::from(to)).unwrap_or(RARE);
                }
            });
            for unit in table.units.iter_mut() {
                if script::depends_on_word(*unit) {
                    *unit = RARE;
                }
            }
        }
        if steps.has(NormalizeStep::Markup) {
            table.units['<' as usize] = LESS;
            table.units['&' as usize] = AMPERSAND;
        }
        if table.units['-' as usize] == RARE && !steps.word_spaces {
            table.units['-' as usize] = HYPHEN;
        }
        if steps.has(NormalizeStep::Annotation) {
            for bracket in BRACKETS {
                table.units[bracket as usize] = BRACKET;
            }
        }
        if steps.has(NormalizeStep::Punctuation) {
            // Also those that stay: √ and the × that is left out are answers.
            for c in ('\u{80}'..'\u{3000}').filter(|c| marks::is_mark(*c)) {
                table.units[c as usize] = MARK;
            }
        }
        table
    }

    /// Returns a hash of all values and classes.
    pub(super) fn hash(&self) -> u64 {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        for units in self.units.chunks(1 << 10) {
            let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            hasher.update(&bytes);
        }
        hasher.update(&self.classes[..]);
        hasher.digest()
    }

    /// Returns the value of a character that may change under any step, and
    /// corrects its class if it has the form of another.
    fn value_of(&mut self, c: char, class: Class) -> u16 {
        if self.joins_previous(c) {
            return JOINER;
        }
        if c.general_category() == GeneralCategory::Unassigned {
            return c as u16;
        }
        let composed = self.composed(c);
        let mut characters = composed.chars();
        let (Some(one), None) = (characters.next(), characters.next()) else {
            let dropped = |c| class_of(c, self.steps).needs_digit_before();
            let all_dropped = composed.chars().all(dropped) && !composed.is_empty();
            let class = if all_dropped {
                Class::Ornament
            } else {
                Class::Other
            };
            self.classes[c as usize] = class as u8 | COMPOSED;
            return if all_dropped && !self.steps.word_spaces {
                0
            } else {
                RARE
            };
        };
        let class = if one == c {
            class
        } else {
            class_of(one, self.steps)
        };
        let changed = if one == c { 0 } else { COMPOSED };
        self.classes[c as usize] = class as u8 | changed;
        match class {
            Class::Nothing => 0,
            class if class.needs_digit_before() => {
                if self.steps.word_spaces {
                    RARE
                } else {
                    0
                }
            }
            class if class.is_content() => {
                let folded = self.folded(one);
                match folded.encode_utf16().collect::<Vec<_>>()[..] {
                    // The fast loop knows digits by their ASCII form, and
                    // those that NFKC takes out of a circle need more.
                    [unit]
                        if class != Class::Digit
                            || (u16::from(b'0')..=u16::from(b'9')).contains(&unit)
                                && c.general_category() == GeneralCategory::DecimalNumber =>
                    {
                        unit
                    }
                    _ => RARE,
                }
            }
            _ => RARE,
        }
    }

    /// Returns the class of a character of a composed text.
    pub(super) fn class(&self, c: char) -> Class {
        match u16::try_from(u32::from(c)) {
            Ok(at) => Class::from_number(self.classes[usize::from(at)] & !COMPOSED),
            Err(_) => class_of(c, self.steps),
        }
    }

    /// Returns whether a character needs no compatibility form: it has none, or
    /// is dropped in all forms unless digits stand on both sides.
    #[inline]
    pub(super) fn is_taken_as_it_is(&self, c: char) -> bool {
        // Beyond the table the class is not that of the compatibility form.
        self.classes
            .get(u32::from(c) as usize)
            .is_some_and(|class| {
                class & COMPOSED == 0 || Class::from_number(class & !COMPOSED).needs_digit_before()
            })
    }

    /// Returns whether `c` can change together with what stands before it
    /// under NFKC, by table.
    #[inline]
    pub(super) fn is_joiner(&self, c: char) -> bool {
        match self.units.get(u32::from(c) as usize) {
            Some(unit) => *unit == JOINER,
            None => self.joins_previous(c),
        }
    }

    /// Returns whether note is taken of `c`.
    #[inline]
    pub(super) fn is_mark(&self, c: char) -> bool {
        self.units.get(u32::from(c) as usize) == Some(&MARK)
    }

    /// Returns whether `c` is dropped without a trace, by table.
    #[inline]
    pub(super) fn is_nothing(&self, c: char) -> bool {
        self.class(c) == Class::Nothing
    }

    /// Returns the compatibility form of a character that stands alone, if
    /// that step is on.
    pub(super) fn composed(&self, c: char) -> String {
        if self.steps.has(NormalizeStep::Width) && c >= '\u{80}' {
            std::iter::once(c).nfkc().map(compatible).collect()
        } else {
            c.into()
        }
    }

    /// Returns the compatibility form of a character with the marks after it.
    pub(super) fn composed_with_marks(&self, segment: &str) -> String {
        let composed: String = segment.nfkc().map(compatible).collect();
        if !self.steps.has(NormalizeStep::Case) {
            return composed;
        }
        // What has no capital of its own composes only after case folding.
        let mut folded = String::new();
        for c in composed.chars() {
            if c != DOT_ABOVE || !folded.ends_with('i') {
                push_folded(c, &mut folded);
            }
        }
        folded.nfc().collect()
    }

    /// Returns what a character of a composed text becomes under the steps of
    /// case and script.
    pub(super) fn folded(&self, c: char) -> String {
        let mut folded = String::new();
        if self.steps.has(NormalizeStep::Case) {
            push_folded(c, &mut folded);
        } else {
            folded.push(c);
        }
        if self.steps.has(NormalizeStep::Script) {
            folded = folded.chars().map(script_form).collect();
        }
        folded
    }

    /// Returns the value of a character of a composed text, if it is one unit.
    pub(super) fn unit(&self, c: char) -> Option<u16> {
        let at = u16::try_from(u32::from(c)).ok()?;
        Some(self.units[usize::from(at)]).filter(|unit| unit & 0xF800 != 0xD800 && *unit != 0)
    }

    /// Returns whether `c` may have another form in some words.
    pub(super) fn may_depend_on_word(&self, c: char) -> bool {
        let unit = self.units.get(u32::from(c) as usize);
        unit == Some(&RARE) && annotation::is_han(c) && self.steps.has(NormalizeStep::Script)
    }

    /// Returns whether `c` can change together with what stands before it
    /// under NFKC.
    pub(super) fn joins_previous(&self, c: char) -> bool {
        if !self.steps.has(NormalizeStep::Width) || c < '\u{300}' || self.is_dropped_invisible(c) {
            return false;
        }
        let joins = |c: char| {
            canonical_combining_class(c) != 0
                || is_nfkc_quick(std::iter::once(c)) == IsNormalized::Maybe
        };
        joins(c) || std::iter::once(c).nfkc().next().is_some_and(joins)
    }

    /// Returns whether `c` is invisible and such characters are dropped.
    pub(super) fn is_dropped_invisible(&self, c: char) -> bool {
        self.steps.has(NormalizeStep::Invisible) && is_invisible(c)
    }
}

fn boxed<T: Copy + Default>() -> Box<[T; 0x1_0000]> {
    let slice = vec![T::default(); 0x1_0000].into_boxed_slice();
    slice.try_into().unwrap_or_else(|_| unreachable!())
}

/// Returns the form that a character shares with those of the same meaning
/// that NFKC keeps apart: digits of all scripts, radicals, the fraction slash.
fn compatible(c: char) -> char {
    match c {
        '\u{2044}' => '/',
        '٪' => '%',
        '\u{2e80}'..='\u{2eff}' => script::ideograph(c),
        '\u{660}'.. if c.general_category() == GeneralCategory::DecimalNumber => ascii_digit(c),
        _ => c,
    }
}

/// Returns the ASCII digit of the same value.
fn ascii_digit(c: char) -> char {
    // Digits come in rows of ten, which begin with zero.
    let is_digit = |code: u32| {
        char::from_u32(code).is_some_and(|c| c.general_category() == GeneralCategory::DecimalNumber)
    };
    let before = (1..)
        .take_while(|back| is_digit(u32::from(c) - back))
        .count();
    char::from(b'0' + (before % 10) as u8)
}

/// Returns the form that a character shares with its variants in other
/// standards and languages of one script.
fn script_form(c: char) -> char {
    match c {
        // Persian and Arabic write one letter with two characters.
        'ی' => 'ي',
        'ک' => 'ك',
        _ => script::merged(c),
    }
}

/// Returns whether nothing but the script step can change a character:
/// unified ideographs, Hangul syllables, private use.
fn stands_for_itself(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e000}'..='\u{f8ff}')
}

/// Returns whether a character shows nothing or only how others are read:
/// controls, format characters, variation selectors, fillers; Arabic vowel
/// signs and tatweel, Hebrew points.
pub fn is_invisible(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => false,
        // Arabic vowel signs, marks for reciting, tatweel; hamza and madda stay.
        '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{656}'..='\u{65f}' => true,
        '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' => true,
        '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}' => true,
        // Hebrew points and accents.
        '\u{591}'..='\u{5bd}'
        | '\u{5bf}'
        | '\u{5c1}'
        | '\u{5c2}'
        | '\u{5c4}'
        | '\u{5c5}'
        | '\u{5c7}' => true,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => true,
        '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => true,
        // Ideographs are most of the plane; asking for their category is slow.
        '\u{3400}'..='\u{9fff}' => false,
        c => matches!(
            c.general_category(),
            GeneralCategory::Control | GeneralCategory::Format
        ),
    }
}

/// Returns whether a character is punctuation, a symbol or white space.
///
/// Emoji are content. Arrows, bullets and other pictures of the Basic
/// Multilingual Plane are ornament, and so is U+FFFD.
pub fn is_punctuation(c: char) -> bool {
    if ('\u{3400}'..='\u{9fff}').contains(&c) {
        return false;
    }
    match c.general_category_group() {
        GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Separator => true,
        GeneralCategoryGroup::Symbol => c < '\u{1f000}' || !c.is_emoji_char_or_emoji_component(),
        GeneralCategoryGroup::Other => c.is_whitespace(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_stand_for_themselves_have_the_value_of_the_general_way() {
        let all = NormalizeSteps::default();
        let no_script = all.without(NormalizeStep::Script);
        for steps in [all, no_script] {
            let mut table = NormalizeTable::new(steps);
            for c in (0..0x1_0000).filter_map(char::from_u32) {
                if stands_for_itself(c) {
                    let value = table.units[c as usize];
                    let class = table.class(c);
                    if value == RARE {
                        continue;
                    }
                    assert_eq!(class, class_of(c, steps), "{c}");
                    if steps.has(NormalizeStep::Script) || script::merged(c) == c {
                        assert_eq!(value, table.value_of(c, class), "{c}");
                    }
                }
            }
        }
    }

    #[test]
    fn digits_of_every_script_have_their_value() {
        for (digits, expected) in [("٠٩", "09"), ("۵", "5"), ("๙", "9"), ("०", "0"), ("𝟗", "9")]
        {
            let table = NormalizeTable::new(NormalizeSteps::default());
            let found: String = digits.chars().map(|c| table.composed(c)).collect();
            assert_eq!(found, expected);
        }
    }
}
