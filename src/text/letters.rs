//! Letters of scripts that separate words by spaces, weighed against Han
//! characters.

use crate::text::numbers::is_sign;

/// Letters that carry about as much as one Han character: a Chinese word has
/// two characters, an English one five or six letters.
pub(crate) const A_CHARACTER: u32 = 3;

/// Returns whether a normalized unit is a letter or digit of a script that
/// separates words by spaces.
///
/// All scripts before Thai in Unicode do: Latin, Greek, Cyrillic, Armenian,
/// Hebrew, Arabic and the scripts of India; of the later ones, Georgian and
/// Ethiopic are the living ones with many readers. Korean has spaces too, but
/// its particles, written on to the noun, are words of their own.
pub(crate) fn is_spaced(unit: u16) -> bool {
    match unit {
        0x30..=0x39 | 0x41..=0x5A | 0x61..=0x7A => true,
        0x80..0x0E00 | 0x10A0..0x1100 | 0x1200..0x1380 => {
            char::from_u32(unit.into()).is_some_and(char::is_alphanumeric)
        }
        _ => false,
    }
}

/// Returns whether more than half of a normalized text is letters of a script
/// with spaces.
pub(crate) fn is_mostly_spaced(units: &[u16]) -> bool {
    /// Units that tell it: the script of a text seldom changes.
    const LOOKED_AT: usize = 200;
    let beginning = &units[..units.len().min(LOOKED_AT)];
    2 * beginning.iter().filter(|unit| is_spaced(**unit)).count() > beginning.len()
}

/// Returns how many of some normalized units [`is_spaced`] accepts.
pub(crate) fn letters(units: &[u16]) -> usize {
    /// Units that are counted together, few enough for counts of 16 bits.
    const BLOCK: usize = 1 << 10;
    let of_block = |block: &[u16]| {
        // Most texts hold nothing but these. Counts as wide as a unit are what
        // lets the compiler take several units at a time.
        let (mut plain, mut others) = (0u16, 0u16);
        for unit in block {
            plain += u16::from(matches!(unit, 0x30..=0x39 | 0x61..=0x7A));
            others += u16::from(matches!(unit, 0x41..=0x5A | 0x80..0x2E80));
        }
        match others {
            0 => usize::from(plain),
            _ => block.iter().filter(|unit| is_spaced(**unit)).count(),
        }
    };
    units.chunks(BLOCK).map(of_block).sum()
}

/// Returns whether a normalized character is one that [`is_spaced`] accepts.
pub(crate) fn is_spaced_character(character: char) -> bool {
    u16::try_from(u32::from(character)).is_ok_and(is_spaced)
}

/// Returns whether a normalized character is of a script that is written with
/// spaces: one that [`is_spaced_character`] accepts, or Korean.
pub(crate) fn has_spaces(character: char) -> bool {
    is_spaced_character(character) || is_korean_character(character)
}

/// Returns whether a normalized unit is written in Korean alone.
pub(crate) fn is_korean(unit: u16) -> bool {
    matches!(unit, 0x1100..=0x11FF | 0x3131..=0x318E | 0xAC00..=0xD7A3)
}

/// Returns whether a normalized character is one that [`is_korean`] accepts.
pub(crate) fn is_korean_character(character: char) -> bool {
    u16::try_from(u32::from(character)).is_ok_and(is_korean)
}

/// Returns whether a character between two words separates them: a space, or
/// the beginning of a tag or an entity, which may be one.
pub(crate) fn separates_words(character: char) -> bool {
    character.is_whitespace() || matches!(character, '<' | '&')
}

/// Returns the least number of Han characters that carry as much as a string;
/// a sign carries as much as a letter.
pub(crate) fn weight(characters: &[char]) -> usize {
    let is_light =
        |c: &&char| is_spaced_character(**c) || u16::try_from(u32::from(**c)).is_ok_and(is_sign);
    let letters = characters.iter().filter(is_light);
    let letters = letters.count();
    characters.len() - letters + letters / A_CHARACTER as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted_as_one_by_one() {
        let text = "第2.5版 of Vaccine и Привет ワクチン(Ⅳ) 𠀀".repeat(90);
        let units: Vec<u16> = text.encode_utf16().collect();
        for part in units.chunks(1).chain(units.chunks(1_500)) {
            let expected = part.iter().filter(|unit| is_spaced(**unit)).count();
            assert_eq!(letters(part), expected);
        }
    }

    #[test]
    fn three_letters_weigh_as_one_character() {
        let weight = |text: &str| weight(&text.chars().collect::<Vec<_>>());
        assert_eq!(weight("联防联控"), 4);
        assert_eq!(weight("intheunitedstates"), 5);
        assert_eq!(weight("ワクチンvaccineпривет"), 4 + 4);
        assert_eq!(weight("𠀀𠀁"), 2);
        assert_eq!(weight("增长2.5%"), 2 + 1);
    }
}
