//! What each character of a composed text is to the signs beside it.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::text::normalize::steps::{NormalizeStep, NormalizeSteps};
use crate::text::normalize::table::{is_invisible, is_punctuation};

/// The part that a character plays beside a sign, or the sign that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// Dropped without a trace: invisible characters.
    Nothing,
    /// White space, and the ends of the text.
    Blank,
    /// A blank after which a line begins.
    LineBreak,
    /// Punctuation that states no fact.
    Ornament,
    /// A decimal digit of any script.
    Digit,
    /// A letter of the Latin script.
    Latin,
    /// A Chinese numeral.
    Numeral,
    /// Another letter or number.
    Letter,
    /// Other content: marks, emoji.
    Other,
    /// A sign that always stays.
    Kept,
    /// `.`, 。, · and their like, which stay between digits.
    Dot,
    Colon,
    Comma,
    Slash,
    Caret,
    Star,
    Dash,
    Tilde,
    Plus,
    /// A relation or operator of arithmetic.
    Operator,
    Currency,
    Hash,
    /// ○, which stands for 〇 among numerals.
    Circle,
    /// `!`, `&` and `|`, which make operators of code: `!=`, `&&`, `||`.
    Bang,
    And,
    Bar,
}

use Class::*;

impl Class {
    /// All classes, in the order of their numbers.
    const ALL: [Class; 26] = [
        Nothing, Blank, LineBreak, Ornament, Digit, Latin, Numeral, Letter, Other, Kept, Dot,
        Colon, Comma, Slash, Caret, Star, Dash, Tilde, Plus, Operator, Currency, Hash, Circle,
        Bang, And, Bar,
    ];

    pub(super) fn from_number(number: u8) -> Class {
        Class::ALL
            .get(usize::from(number))
            .copied()
            .unwrap_or(Other)
    }

    /// Returns whether the character is always part of the stream.
    pub(super) fn is_content(self) -> bool {
        matches!(self, Digit | Latin | Numeral | Letter | Other | Kept)
    }

    /// Returns whether the character is a letter or digit of any script.
    pub(super) fn is_alphanumeric(self) -> bool {
        matches!(self, Digit | Latin | Numeral | Letter)
    }

    /// Returns whether the character is a digit or a letter such as formulas
    /// have.
    pub(super) fn is_operand(self) -> bool {
        matches!(self, Digit | Latin)
    }

    /// Returns whether the character is a dash or a tilde.
    pub(super) fn is_dash(self) -> bool {
        matches!(self, Dash | Tilde)
    }

    /// Returns whether the character is an operator, or a part of one.
    pub(super) fn is_of_operator(self) -> bool {
        matches!(self, Operator | Bang | And | Bar)
    }

    /// Returns whether the character is dropped unless a digit stands before
    /// it.
    pub(super) fn needs_digit_before(self) -> bool {
        matches!(
            self,
            Blank | LineBreak | Ornament | Dot | Colon | Comma | Slash | Caret
        )
    }
}

/// Numerals of both scripts, everyday and formal.
pub(super) const NUMERALS: &str =
    "〇零一二三四五六七八九十百千万萬亿億两兩廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰仟";

/// Returns the class of a character of a composed text.
pub(super) fn class_of(c: char, steps: NormalizeSteps) -> Class {
    if c == '\0' || steps.has(NormalizeStep::Invisible) && is_invisible(c) {
        return Nothing;
    }
    if steps.has(NormalizeStep::Punctuation)
        && let Some(class) = class_of_sign(c)
    {
        return class;
    }
    match c {
        '\u{3400}'..='\u{9fff}' if NUMERALS.contains(c) => Numeral,
        '〇' => Numeral,
        '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => Letter,
        // Digits of other scripts become these with their width; else they are letters.
        '0'..='9' => Digit,
        _ if steps.has(NormalizeStep::Width)
            && c.general_category() == GeneralCategory::DecimalNumber =>
        {
            Digit
        }
        'A'..='Z' | 'a'..='z' => Latin,
        '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => Latin,
        _ if c.is_alphanumeric() && c.general_category_group() != GeneralCategoryGroup::Mark => {
            Letter
        }
        _ => Other,
    }
}

/// Returns the class of a sign, of punctuation or of white space.
fn class_of_sign(c: char) -> Option<Class> {
    Some(match c {
        '.' | '．' | '。' | '｡' | '·' | '•' | '‧' | '・' | '･' | '∙' | '⋅' | '٫' => {
            Dot
        }
        ':' | '：' | '﹕' | '∶' => Colon,
        ',' | '，' | '﹐' | '٬' => Comma,
        '/' | '／' | '∕' | '⁄' => Slash,
        '^' | '＾' => Caret,
        '*' | '＊' | '﹡' | '∗' => Star,
        '-' | '－' | '﹣' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '﹘' => {
            Dash
        }
        '~' | '～' | '〜' | '∼' => Tilde,
        '+' | '＋' | '﹢' => Plus,
        '#' | '＃' | '﹟' => Hash,
        '○' | '◯' => Circle,
        '!' | '！' => Bang,
        '&' | '＆' => And,
        '|' | '｜' => Bar,
        '%' | '％' | '﹪' | '٪' | '‰' | '°' | '☑' | '☐' | '√' => Kept,
        '<' | '>' | '=' | '＜' | '＞' | '＝' | '﹤' | '﹥' | '﹦' | '±' | '×' | '÷' => {
            Operator
        }
        '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}'
            if c.general_category() == GeneralCategory::MathSymbol =>
        {
            Operator
        }
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => LineBreak,
        _ if c.is_whitespace() => Blank,
        _ if !is_punctuation(c) => return None,
        _ if c.general_category() == GeneralCategory::CurrencySymbol => Currency,
        _ => Ornament,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_classes_are_their_places() {
        for (number, class) in Class::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, number);
            assert_eq!(Class::from_number(number as u8), class);
        }
    }
}
