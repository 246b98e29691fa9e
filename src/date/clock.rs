//! Times of day, and the zones behind them.

use crate::date::SECONDS_PER_DAY;
use crate::date::cursor::Cursor;
use crate::date::token::{Half, Token, Unit};

/// The second of `24:00`.
pub(super) const END_OF_DAY: u32 = SECONDS_PER_DAY as u32;

/// A time of day.
#[derive(Clone, Copy)]
pub(super) struct Time {
    /// Seconds since midnight.
    pub(super) second: u32,
    /// Nanoseconds since that second.
    pub(super) nanos: u32,
}

/// Reads a time of day: `19:55`, `7:05:03.5 PM`, `下午3点5分`, `T101500`, `24:00`.
pub(super) fn time(cursor: &mut Cursor<'_>) -> Option<Time> {
    let mut next = *cursor;
    let compact = next
        .take(|token| (token == Token::T).then_some(()))
        .is_some();
    next.skip(",");
    next.skip_brackets();
    next.skip(",");
    let mut half = next.take(half_of);
    let (hour, digits) = next.number()?;
    let (hour, minute, second) = if compact && digits == 6 {
        (hour / 10_000, hour / 100 % 100, hour % 100)
    } else if compact && digits == 4 {
        (hour / 100, hour % 100, 0)
    } else if digits > 2 {
        return None;
    } else if next.sign(":").is_some() {
        let minute = next.short_number()?;
        let mut ahead = next;
        let second = match ahead.sign(":").and_then(|_| ahead.short_number()) {
            Some(second) => {
                next = ahead;
                second
            }
            None => 0,
        };
        (hour, minute, second)
    } else if next.unit(Unit::Hour).is_some() {
        let minute = next.short_number().unwrap_or(0);
        let _ = next.unit(Unit::Minute);
        let second = next.short_number().unwrap_or(0);
        let _ = next.unit(Unit::Second);
        (hour, minute, second)
    } else if compact && digits == 2 {
        (hour, 0, 0)
    } else {
        return None;
    };
    // Fractions of a second, and what else may stand between time and zone.
    let mut ahead = next;
    let mut nanos = 0;
    if let Some((value, digits)) = ahead.sign(".,").and_then(|_| ahead.number()) {
        next = ahead;
        nanos = fraction(value, digits);
    }
    half = half.or_else(|| next.take(half_of));
    let hour = match half {
        Some(Half::Am) if hour == 12 => 0,
        Some(Half::Pm) if hour < 12 => hour + 12,
        Some(Half::Noon) if hour < 3 => hour + 12,
        _ => hour,
    };
    let second = match (hour, minute, second) {
        (24, 0, 0) if nanos == 0 => END_OF_DAY,
        _ => clock(hour, minute, second)?,
    };
    *cursor = next;
    Some(Time { second, nanos })
}

fn half_of(token: Token) -> Option<Half> {
    match token {
        Token::Half(half) => Some(half),
        _ => None,
    }
}

/// Returns the second of the day; a leap second counts as the one before it.
pub(super) fn clock(hour: u64, minute: u64, second: u64) -> Option<u32> {
    let is_time = hour <= 23 && minute <= 59 && second <= 60;
    is_time.then_some((hour * 3_600 + minute * 60 + second.min(59)) as u32)
}

/// Reads a zone that is named after a city: `Asia/Shanghai`, `[Asia/Hong_Kong]`.
fn zone_of_place(cursor: &mut Cursor<'_>) -> Option<i16> {
    let mut next = *cursor;
    let _ = next.sign("[(");
    let is_word = |token| (token == Token::Word).then_some(());
    for sign in ["/", "_"] {
        let mut ahead = next;
        if ahead
            .take(is_word)
            .and_then(|()| ahead.sign(sign))
            .is_some()
        {
            next = ahead;
        }
    }
    let minutes = next.take(|token| match token {
        Token::Place(minutes) => Some(minutes),
        _ => None,
    })?;
    *cursor = next;
    Some(minutes)
}

/// Reads a zone: `Z`, `+08:00`, `-0500`, `GMT+8`, `EST`, `Asia/Tokyo`; the inner
/// `None` is a name with several meanings.
pub(super) fn zone(cursor: &mut Cursor<'_>) -> Option<Option<i16>> {
    if let Some(minutes) = zone_of_place(cursor) {
        return Some(Some(minutes));
    }
    let named = cursor.take(|token| match token {
        Token::Zone(zone) => Some(zone),
        _ => None,
    });
    let mut next = *cursor;
    let offset = (|| {
        let sign = next.sign("+-")?;
        let (value, digits) = next.number()?;
        let (hours, minutes) = match digits {
            1 | 2 => {
                let mut ahead = next;
                let minutes = ahead.sign(":").and_then(|_| ahead.short_number());
                if minutes.is_some() {
                    next = ahead;
                }
                (value, minutes.unwrap_or(0))
            }
            4 => (value / 100, value % 100),
            _ => return None,
        };
        let minutes = (hours <= 14 && minutes <= 59).then_some((hours * 60 + minutes) as i16)?;
        Some(if sign == '-' { -minutes } else { minutes })
    })();
    match (named, offset) {
        // `GMT+8` counts from GMT, `EST-5` says the same twice.
        (None | Some(Some(0) | None), Some(offset)) => {
            *cursor = next;
            Some(Some(offset))
        }
        (named, _) => named,
    }
}

/// Returns a fraction of a second, written with so many figures, in nanoseconds.
pub(super) fn fraction(value: u64, digits: u8) -> u32 {
    match digits {
        0..=9 => (value * 10u64.pow(9 - u32::from(digits))) as u32,
        // Finer than anybody measures.
        10..=19 => (value / 10u64.pow(u32::from(digits) - 9)) as u32,
        _ => 0,
    }
}
