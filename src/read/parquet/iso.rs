//! Writes days and times as ISO 8601.

use std::fmt::Write;

/// What a time says of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Nothing: it is the time of a clock somewhere.
    Local,
    Utc,
    /// This many minutes east of UTC, in which the time is counted.
    Offset(i32),
}

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Writes the time `value` × 10^-`digits` seconds after 1970, without a
/// fraction if it is zero.
pub(super) fn write_time(
    value: i64,
    digits: u32,
    zone: Zone,
    into: &mut String,
) -> std::fmt::Result {
    let unit = 10i64.pow(digits);
    let offset = match zone {
        Zone::Offset(minutes) => i64::from(minutes) * 60,
        _ => 0,
    };
    let (seconds, fraction) = (value.div_euclid(unit) + offset, value.rem_euclid(unit));
    let day = seconds.div_euclid(SECONDS_OF_A_DAY);
    write_date(day, into)?;
    into.write_char('T')?;
    let second = seconds.rem_euclid(SECONDS_OF_A_DAY);
    write_clock(second, fraction, digits, into)?;
    match zone {
        Zone::Local => Ok(()),
        Zone::Utc => into.write_char('Z'),
        Zone::Offset(minutes) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            write!(into, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

/// Writes the time of day `value` × 10^-`digits` seconds after midnight.
pub(super) fn write_time_of_day(value: i64, digits: u32, into: &mut String) -> std::fmt::Result {
    let unit = 10i64.pow(digits);
    write_clock(value.div_euclid(unit), value.rem_euclid(unit), digits, into)
}

fn write_clock(second: i64, fraction: i64, digits: u32, into: &mut String) -> std::fmt::Result {
    let (hour, minute) = (second / 3600, second / 60 % 60);
    write!(into, "{hour:02}:{minute:02}:{:02}", second % 60)?;
    if fraction != 0 {
        write!(into, ".{fraction:0width$}", width = digits as usize)?;
    }
    Ok(())
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
            (0, 3, Zone::Utc, "1970-01-01T00:00:00Z"),
            (0, 3, Zone::Offset(480), "1970-01-01T08:00:00+08:00"),
            (0, 3, Zone::Offset(-210), "1969-12-31T20:30:00-03:30"),
            (
                1_577_836_800_500_000,
                6,
                Zone::Local,
                "2020-01-01T00:00:00.500000",
            ),
            (-1, 9, Zone::Utc, "1969-12-31T23:59:59.999999999Z"),
        ] {
            let mut text = String::new();
            write_time(value, digits, zone, &mut text).unwrap();
            assert_eq!(text, time);
        }
        let mut text = String::new();
        write_time(i64::MIN, 3, Zone::Local, &mut text).unwrap();
    }
}
