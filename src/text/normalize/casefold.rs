//! Full case folding of Unicode, from the case mappings of the standard
//! library.

use unicode_normalization::UnicodeNormalization;

/// Appends the folded form of a character: `ß` and `ẞ` become `ss`, `ς`
/// becomes `σ`, `İ` becomes `i`.
///
/// Folding is the lower case of the upper case, which makes one of all forms.
/// Of Turkish, `ı` becomes `i` too, and `İ` loses its dot: the upper case of
/// one and the lower case of the other are `I` and `i` in every other
/// language.
pub(super) fn push_folded(c: char, out: &mut String) {
    if c == 'İ' {
        out.push('i');
        return;
    }
    let begin = out.len();
    for lower in c.to_lowercase() {
        for upper in lower.to_uppercase() {
            out.extend(upper.to_lowercase());
        }
    }
    // The parts of a character that has no capital of its own compose again.
    if out[begin..].chars().nth(1).is_some() {
        let composed: String = out[begin..].nfc().collect();
        out.truncate(begin);
        out.push_str(&composed);
    }
}

/// The dot above, which `i` has already.
pub(super) const DOT_ABOVE: char = '\u{307}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_letter_fold_to_one() {
        for (forms, folded) in [
            ("ßẞ", "ss"),
            ("ΣσΣς", "σ"),
            ("İIiı", "i"),
            ("ǅǆǄ", "ǆ"),
            ("ΐ", "ΐ"),
            ("ЁЁё", "ё"),
            ("ﬆ", "st"),
        ] {
            for c in forms.chars() {
                let mut out = String::new();
                push_folded(c, &mut out);
                assert_eq!(out, folded, "{c}");
            }
        }
    }
}
