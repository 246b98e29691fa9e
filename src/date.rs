//! Dates and times as records write them.

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
    /// Returns the date at the head of a field: `2019`, `2019-12`,
    /// `2019/12/31 19:55`, `20191231`, `2019年12月31日`.
    pub fn parse(field: &str) -> Option<Date> {
        let mut numbers = [0_u32; 3];
        let mut count = 0;
        let mut digits = 0;
        for character in field.trim_start().chars() {
            match character.to_digit(10) {
                Some(digit) => {
                    if count == 0 && digits == 4 || count == 1 && digits == 2 {
                        // 20191231 has no separators.
                        count += 1;
                        digits = 0;
                    }
                    if count == 2 && digits == 2 {
                        break;
                    }
                    numbers[count] = numbers[count] * 10 + digit;
                    digits += 1;
                }
                None if digits == 0 => break,
                None if count < 2 && "-/.年月".contains(character) => {
                    count += 1;
                    digits = 0;
                }
                None => break,
            }
        }
        let [year, month, day] = numbers;
        let known = (1000..=9999).contains(&year) && month <= 12 && day <= 31;
        let day = if month == 0 { 0 } else { day };
        known.then_some(Date {
            year: year as u16,
            month: month as u8,
            day: day as u8,
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

/// A date with the time of day, where that is known: `2020-04-14 19:55`.
///
/// Ordered by time. Of two moments of one day a time is later than none, so
/// [`Moment::same_time`] says whether the order means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The date.
    pub date: Date,
    /// Seconds since midnight, where a time stands after the date.
    pub second: Option<u32>,
}

impl Moment {
    /// Returns the moment at the head of a field; a time that is no time of
    /// day, and zones, are passed over.
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::date::Moment;
    ///
    /// let moment = Moment::parse("2020年4月14日 19:55").unwrap();
    /// assert_eq!(moment.to_string(), "2020-04-14 19:55");
    /// assert!(Moment::parse("2020-04-14").unwrap() < moment);
    /// ```
    pub fn parse(field: &str) -> Option<Moment> {
        let date = Date::parse(field)?;
        let second = (date.day > 0).then(|| time_of_day(field)).flatten();
        Some(Moment { date, second })
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
        let fields = |date: Date| [date.year, date.month.into(), date.day.into()];
        for (a, b) in fields(self.date).into_iter().zip(fields(other.date)) {
            if a == 0 || b == 0 {
                return true;
            }
            if a != b {
                return false;
            }
        }
        self.second.zip(other.second).is_none_or(|(a, b)| a == b)
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

/// Returns the seconds since midnight of the first `19:55` or `19:55:03`.
fn time_of_day(field: &str) -> Option<u32> {
    let number = |text: &str, most: u32| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..digits].parse::<u32>().ok().filter(|n| *n <= most)
    };
    let colon = field.find([':', '：'])?;
    let (head, tail) = field.split_at(colon);
    let tail = tail.trim_start_matches([':', '：']);
    let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
    let hour = number(&head[head.len() - digits.min(2)..], 23)?;
    let minute = number(tail, 59)?;
    let second = tail
        .find([':', '：'])
        .and_then(|at| number(tail[at..].trim_start_matches([':', '：']), 59))
        .unwrap_or(0);
    Some(hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_far_as_they_go() {
        for (field, expected) in [
            ("2019", "2019"),
            ("2019-12", "2019-12"),
            ("2019-12-31 19:55:03", "2019-12-31"),
            ("2019/1/2", "2019-01-02"),
            ("20191231", "2019-12-31"),
            ("2019年1月5日", "2019-01-05"),
            ("2019-12-31T19:55Z", "2019-12-31"),
        ] {
            assert_eq!(
                Date::parse(field).map(|d| d.to_string()).as_deref(),
                Some(expected)
            );
        }
        for field in ["", "yesterday", "19-12-31", "2019-13-01"] {
            assert_eq!(Date::parse(field), None, "{field}");
        }
    }

    #[test]
    fn times_are_read_where_they_stand() {
        for (field, expected) in [
            ("2020-04-14 19:55:03", "2020-04-14 19:55:03"),
            ("2020-04-14T19:55Z", "2020-04-14 19:55"),
            ("2020/4/14 7:05", "2020-04-14 07:05"),
            ("20200414 07：05", "2020-04-14 07:05"),
            ("2020-04-14 25:00", "2020-04-14"),
            ("2020-04-14", "2020-04-14"),
            ("2020-04", "2020-04"),
        ] {
            let moment = Moment::parse(field);
            assert_eq!(moment.map(|m| m.to_string()).as_deref(), Some(expected));
        }
    }

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
}
