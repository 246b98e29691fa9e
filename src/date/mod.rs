//! Dates and times of documents: what records state, and how they compare.

mod clock;
mod cursor;
mod parse;
mod token;

use std::cmp::Ordering;

/// Seconds of a day.
const SECONDS_PER_DAY: u64 = 86_400;

/// Microseconds of a second: what times are compared in, which all years of four
/// figures fit.
pub(crate) const MICROS: i64 = 1_000_000;

/// A date as far as it is known: year, month, day; 0 for what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1; 0 if only the year is known.
    pub month: u8,
    /// The day, from 1; 0 if only the month is known.
    pub day: u8,
}

impl Date {
    /// Returns the date that a field states, in any form that
    /// [`Moment::parse`] reads.
    pub fn parse(field: &str) -> Option<Date> {
        Moment::parse(field).map(|moment| moment.date)
    }

    /// Returns the date of these numbers, 0 for what is not known; `None` if
    /// there is no such date.
    fn new(year: u64, month: u64, day: u64) -> Option<Date> {
        let is_known = (1000..=9999).contains(&year) && month <= 12;
        if !is_known || day > Date::days_in(year, month).unwrap_or(0).into() {
            return None;
        }
        Some(Date {
            year: year as u16,
            month: month as u8,
            day: day as u8,
        })
    }

    /// Returns the number of days of a month, `None` if there is no such month.
    fn days_in(year: u64, month: u64) -> Option<u8> {
        let is_leap_year =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        Some(match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap_year => 29,
            2 => 28,
            _ => return None,
        })
    }

    /// Returns the month as `2019-12`, or the year alone.
    pub fn month(self) -> String {
        match self.month {
            0 => format!("{:04}", self.year),
            month => format!("{:04}-{month:02}", self.year),
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.month, self.day) {
            (0, _) => write!(f, "{:04}", self.year),
            (month, 0) => write!(f, "{:04}-{month:02}", self.year),
            (month, day) => write!(f, "{:04}-{month:02}-{day:02}", self.year),
        }
    }
}

/// A date with the time of day and the zone, where these are known:
/// `2020-04-14 19:55`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The date, in its own zone.
    pub date: Date,
    /// Seconds since midnight, if a time is stated.
    pub second: Option<u32>,
    /// Nanoseconds since that second; 0 if no fraction of it is stated.
    pub nanos: u32,
    /// Minutes east of UTC, if the time has a zone.
    pub zone: Option<i16>,
}

impl Moment {
    /// Returns the moment that a field states.
    ///
    /// Reads ISO 8601, RFC 2822, the dates of C, seconds and milliseconds
    /// since 1970, dates in Chinese, Japanese and Korean (with spaces, full
    /// width, Chinese figures or years of the Republic of China) and in English.
    /// A label or a weekday may stand before a whole date, anything after it;
    /// a time that is no time of day is passed over. `None` if there is no
    /// date or more than one reading, as in `03/04/2024`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::date::Moment;
    ///
    /// let moment = Moment::parse("2020年4月14日 19:55").unwrap();
    /// assert_eq!(moment.to_string(), "2020-04-14 19:55");
    /// assert!(Moment::parse("Tue, 14 Apr 2020 10:00:00 +0800").unwrap() < moment);
    /// ```
    pub fn parse(field: &str) -> Option<Moment> {
        parse::moment(field)
    }

    fn new(date: Date, second: Option<u32>, zone: Option<i16>) -> Self {
        Moment {
            date,
            second,
            nanos: 0,
            zone,
        }
    }

    fn with_nanos(self, nanos: u32) -> Self {
        let nanos = if self.second.is_some() { nanos } else { 0 };
        Moment { nanos, ..self }
    }

    fn of_date(date: Date) -> Self {
        Moment::new(date, None, None)
    }

    /// Returns the earlier of two moments, the first if neither is.
    pub fn earlier(self, other: Moment) -> Moment {
        if other < self { other } else { self }
    }

    /// Returns the later of two moments, the first if neither is.
    pub fn later(self, other: Moment) -> Moment {
        if other > self { other } else { self }
    }

    /// Returns the seconds of the instant since 0000-03-01 in UTC, and the
    /// nanoseconds since then, if the zone is known.
    fn instant(self) -> Option<(i64, u32)> {
        Some((self.seconds() - i64::from(self.zone?) * 60, self.nanos))
    }

    /// Returns the seconds since 0000-03-01, in the moment's own zone; of the
    /// start of the day, the month or the year where no more is known.
    pub fn seconds(self) -> i64 {
        let (days, seconds) = self.days_and_seconds();
        days * SECONDS_PER_DAY as i64 + i64::from(seconds)
    }

    /// Returns days since 0000-03-01 and seconds of that day; the first of
    /// the month or the year where no day is known.
    pub fn days_and_seconds(self) -> (i64, u32) {
        let Date { year, month, day } = self.date;
        let (month, day) = (i64::from(month.max(1)), i64::from(day.max(1)));
        // Years that begin in March have the leap day at their end.
        let (year, month) = if month > 2 {
            (i64::from(year), month - 3)
        } else {
            (i64::from(year) - 1, month + 9)
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1;
        (days, self.second.unwrap_or(0))
    }

    /// Returns whether neither is known to be the earlier one.
    pub fn same_time(self, other: Moment) -> bool {
        if let Some((a, b)) = self.instant().zip(other.instant()) {
            return a == b;
        }
        let fields = |date: Date| [date.year, date.month.into(), date.day.into()];
        for (a, b) in fields(self.date).into_iter().zip(fields(other.date)) {
            if a == 0 || b == 0 {
                return true;
            }
            if a != b {
                return false;
            }
        }
        let same = |(a, b)| a == b && self.nanos == other.nanos;
        self.second.zip(other.second).is_none_or(same)
    }
}

/// Instants are compared where both have a zone, dates and times as they are
/// written otherwise. Of two moments of one day a time is later than none, so
/// [`Moment::same_time`] says whether the order means anything.
///
/// This is no order of more than two moments, some of which have a zone and
/// some not; who sorts uses [`Timeline`].
impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let as_written = || {
            (self.date, self.second, self.nanos)
                .cmp(&(other.date, other.second, other.nanos))
                .then(self.zone.cmp(&other.zone))
        };
        Some(match self.instant().zip(other.instant()) {
            Some((a, b)) => a.cmp(&b).then_with(as_written),
            None => as_written(),
        })
    }
}

/// One order of many moments: instants where a zone is stated, and for all
/// others the zone that most have that state one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Minutes east of UTC.
    zone: i16,
}

impl Timeline {
    /// Returns the order of these moments.
    pub fn new(moments: impl IntoIterator<Item = Moment>) -> Self {
        let mut counts = std::collections::BTreeMap::<i16, u64>::new();
        for zone in moments.into_iter().filter_map(|moment| moment.zone) {
            *counts.entry(zone).or_default() += 1;
        }
        // Of zones that are as frequent, the westernmost.
        let commonest = counts.into_iter().rev().max_by_key(|(_, count)| *count);
        Timeline {
            zone: commonest.map_or(0, |(zone, _)| zone),
        }
    }

    /// Returns the order in which times without a zone are `zone` minutes east
    /// of UTC: for a part of many moments, whose own zones may be others.
    pub fn in_zone(zone: i16) -> Self {
        Timeline { zone }
    }

    /// Returns the microseconds since 0000-03-01 in UTC.
    pub fn micros(self, moment: Moment) -> i64 {
        let seconds = moment.seconds() - i64::from(moment.zone.unwrap_or(self.zone)) * 60;
        seconds * MICROS + i64::from(moment.nanos / 1_000)
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.date.fmt(f)?;
        let Some(second) = self.second else {
            return Ok(());
        };
        write!(f, " {:02}:{:02}", second / 3600, second / 60 % 60)?;
        match second % 60 {
            0 => Ok(()),
            second => write!(f, ":{second:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        let days = |field| Moment::parse(field).map(|m| m.days_and_seconds().0);
        let between = |a, b| days(b).zip(days(a)).map(|(b, a)| b - a);
        assert_eq!(between("2020-02-28", "2020-03-01"), Some(2));
        assert_eq!(between("2019-02-28", "2019-03-01"), Some(1));
        assert_eq!(between("1900-01-01", "2000-01-01"), Some(36_524));
        assert_eq!(between("2000-01-01", "2001-01-01"), Some(366));
    }

    #[test]
    fn what_is_not_known_makes_no_order() {
        let same = |a, b| {
            Moment::parse(a)
                .zip(Moment::parse(b))
                .is_some_and(|(a, b)| a.same_time(b))
        };
        for (a, b) in [
            ("2020-04-14", "2020-04-14 19:55"),
            ("2020-04-14", "2020-04-14"),
            ("2020-04", "2020-04-14"),
            ("2020", "2020-04-14"),
        ] {
            assert!(same(a, b) && same(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("2020-04-14 19:54", "2020-04-14 19:55"),
            ("2020-04-13", "2020-04-14"),
            ("2019", "2020-04-14"),
            ("2020-03", "2020-04"),
        ] {
            assert!(!same(a, b) && !same(b, a), "{a} {b}");
        }
    }

    #[test]
    fn instants_are_compared_where_both_have_a_zone() {
        let parse = |field| Moment::parse(field).unwrap();
        for (earlier, later) in [
            ("2024-03-05T10:00:00+08:00", "2024-03-05T03:00:00Z"),
            (
                "2024-03-06T00:30:00+08:00",
                "Tue, 05 Mar 2024 12:00:00 -0500",
            ),
            ("2024-03-05T10:00:00+08:00", "2024-03-05T11:00:00"),
            ("1709604000", "2024-03-05T10:00:01+08:00"),
            ("1709604000123", "2024-03-05T10:00:00.5+08:00"),
            ("2024-03-05 10:00:00.25", "2024-03-05 10:00:00.3"),
            ("2024-03-05T23:59:59Z", "2024-03-05T24:00:00Z"),
        ] {
            let (earlier, later) = (parse(earlier), parse(later));
            assert!(
                earlier < later && !later.same_time(earlier),
                "{earlier} {later}"
            );
            assert_eq!(
                (earlier.earlier(later), earlier.later(later)),
                (earlier, later)
            );
        }
        assert!(parse("1709604000").same_time(parse("2024-03-05 10:00 +0800")));
    }

    #[test]
    fn a_timeline_takes_the_commonest_zone_for_moments_without_one() {
        let parse = |field| Moment::parse(field).unwrap();
        let moments = [
            "2024-03-05T10:00+08:00",
            "2024-03-05T11:00+08:00",
            "2024-03-05T03:30Z",
        ];
        let timeline = Timeline::new(moments.map(parse));
        let order = [
            "2024-03-05 10:59",
            "2024-03-05T11:00+08:00",
            "2024-03-05 11:29",
            "2024-03-05T03:30Z",
        ];
        let times = order.map(|field| timeline.micros(parse(field)));
        assert!(times.is_sorted(), "{times:?}");
        let days =
            ["2024-03-04", "2024-03-05"].map(|field| Timeline::default().micros(parse(field)));
        assert_eq!(days[1] - days[0], SECONDS_PER_DAY as i64 * MICROS);
    }
}
