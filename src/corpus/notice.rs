//! Notices: texts of a line or two that leave to their titles whom they are
//! about, such as *Qtly div 10 cts vs 10 cts prior* under the name of a firm.

use crate::text::contains::contains;
use crate::text::letters::{A_CHARACTER, is_spaced};
use crate::text::normalize::Normalizer;

/// Most Han characters of a notice; three letters are one.
const NOTICE: u32 = 40;

/// Returns whether a normalized text is a notice.
pub(crate) fn is_notice(units: &[u16]) -> bool {
    let most = NOTICE * A_CHARACTER;
    units.len() <= most as usize && weighs_at_most(units, most)
}

/// Returns whether a normalized text has the weight of so many letters at most.
pub(crate) fn weighs_at_most(units: &[u16], letters: u32) -> bool {
    let weight = |unit: &u16| match is_spaced(*unit) || *unit == 0x20 {
        true => 1,
        false => A_CHARACTER,
    };
    units.iter().map(weight).sum::<u32>() <= letters
}

/// Returns whether two titles are about different things: neither has the word
/// that the other begins with.
///
/// A headline begins with its subject: *Acme Corp sets dividend* and *Dividend
/// of Acme Corp* are about one firm, *Acme Corp sets dividend* and *Burr Inc
/// sets dividend* about two. A title without words is about nothing.
pub(crate) fn are_other_subjects(normalizer: &Normalizer, titles: [&str; 2]) -> bool {
    let normalized = |text: &str| {
        let mut units = Vec::new();
        normalizer.normalize_into(text, &mut units);
        units
    };
    let whole = titles.map(normalized);
    let is_other = |side: usize| {
        let subject = normalized(first_word(titles[side]));
        subject.len() >= 2 && !contains(&whole[1 - side], &subject)
    };
    is_other(0) && is_other(1)
}

/// Returns the first word of a title; of a script without spaces, its first two
/// characters.
fn first_word(title: &str) -> &str {
    let title = title.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_letter = |c: char| u16::try_from(u32::from(c)).is_ok_and(is_spaced);
    let len = |end: Option<(usize, char)>| end.map_or(title.len(), |(at, _)| at);
    let end = match title.starts_with(is_letter) {
        true => len(title.char_indices().find(|(_, c)| !is_letter(*c))),
        false => len(title.char_indices().nth(2)),
    };
    &title[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_about_what_it_begins_with() {
        let are_other = |a: &str, b: &str| {
            let normalizer = Normalizer::default();
            let found = are_other_subjects(&normalizer, [a, b]);
            assert_eq!(found, are_other_subjects(&normalizer, [b, a]), "{a} {b}");
            found
        };
        for (a, b, other) in [
            (
                "ACME CORP <ACM> SETS DIVIDEND",
                "BURR INC <BRR> DIVIDEND",
                true,
            ),
            (
                "ACME CORP <ACM> SETS DIVIDEND",
                "<ACME CORP> DECLARES PAYOUT",
                false,
            ),
            ("ACME SETS DIVIDEND", "Dividend of Acme raised", false),
            ("东岭县新增两处渡口", "西岭县新增两处渡口", true),
            ("东岭县新增两处渡口", "昨日东岭县新增两处渡口", false),
            ("东岭", "", false),
            ("…", "东岭", false),
        ] {
            assert_eq!(are_other(a, b), other, "{a} {b}");
        }
    }

    #[test]
    fn a_notice_has_a_line_or_two() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        for (text, notice) in [
            ("渡".repeat(40), true),
            ("渡".repeat(41), false),
            ("a".repeat(120), true),
            ("a".repeat(121), false),
            (String::new(), true),
        ] {
            assert_eq!(is_notice(&units(&text)), notice, "{text}");
        }
    }
}
