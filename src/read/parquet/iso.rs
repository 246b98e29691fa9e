//! Writes days and times as ISO 8601.

use std::fmt::Write;

/// Writes the time `value` × 10^-`digits` seconds after 1970, without a fraction if it is zero.
pub(super) fn write_time(
    value: i64,
    digits: u32,
    zone: &str,
    into: &mut String,
) -> std::fmt::Result {
    let unit = 10i64.pow(digits);
    let (seconds, fraction) = (value.div_euclid(unit), value.rem_euclid(unit));
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    write_date(day, into)?;
    write!(
        into,
        "T{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )?;
    if fraction != 0 {
        write!(into, ".{fraction:0width$}", width = digits as usize)?;
    }
    into.write_str(zone)
}

/// Writes the date that lies `day` days after 1970-01-01, in the Gregorian
/// calendar carried on in both directions (Hinnant, `civil_from_days`).
pub(super) fn write_date(day: i64, into: &mut String) -> std::fmt::Result {
    let day = day.saturating_add(719_468);
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    write!(into, "{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (day, date) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (18_262, "2020-01-01"),
            (-25_509, "1900-02-28"),
            (-25_508, "1900-03-01"),
        ] {
            let mut text = String::new();
            write_date(day, &mut text).unwrap();
            assert_eq!(text, date);
        }
    }

    #[test]
    fn times_become_iso_text() {
        for (value, digits, zone, time) in [
            (0, 3, "Z", "1970-01-01T00:00:00Z"),
            (1_577_836_800_500_000, 6, "", "2020-01-01T00:00:00.500000"),
            (-1, 9, "Z", "1969-12-31T23:59:59.999999999Z"),
        ] {
            let mut text = String::new();
            write_time(value, digits, zone, &mut text).unwrap();
            assert_eq!(text, time);
        }
        let mut text = String::new();
        write_time(i64::MIN, 3, "", &mut text).unwrap();
    }
}
