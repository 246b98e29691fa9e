//! Names, shares and durations as reasons write them.

use std::borrow::Cow;

/// Characters of an id or a source inside a reason; the record beside it has
/// them whole.
const SHORT: usize = 80;

/// Returns a name, cut after [`SHORT`] characters, with `?` for control
/// characters.
pub(super) fn short(text: &str) -> Cow<'_, str> {
    let odd = |c: char| c.is_control();
    if text.len() <= SHORT && !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let mut characters = text.chars();
    let mut cut: String = characters
        .by_ref()
        .take(SHORT)
        .map(|c| if odd(c) { '?' } else { c })
        .collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    Cow::Owned(cut)
}

/// Returns a share in whole hundredths, rounded down: 99.9 % is not all.
pub(super) fn percent(share: f64) -> String {
    // 0.29 is a little less than 29 hundredths in binary.
    format!("{} %", (share * 100.0 + 1e-9) as u32)
}

/// Returns a duration in minutes, hours or days.
pub(super) fn duration(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..3600 => (seconds / 60, "minute"),
        3600..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_odd_names_are_cut_and_cleaned() {
        assert_eq!(short("甲\u{1b}[31m乙\n"), "甲?[31m乙?");
        let long = "联防".repeat(1000);
        assert_eq!(short(&long).chars().count(), SHORT + 1);
        assert!(short(&long).ends_with('…'));
    }

    #[test]
    fn shares_are_rounded_down() {
        assert_eq!(percent(0.999), "99 %");
        assert_eq!(percent(0.29), "29 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(2.0 / 3.0), "66 %");
    }

    #[test]
    fn durations_have_a_fitting_unit() {
        for (seconds, words) in [
            (60, "1 minute"),
            (3600, "1 hour"),
            (47 * 3600, "47 hours"),
            (12 * 86_400, "12 days"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }
}
