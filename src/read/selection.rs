//! Which of the documents that can be read are wanted: those of a period, a
//! sample.

use std::collections::{BinaryHeap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::context::Context;
use crate::corpus::{Location, Record};
use crate::date::{Date, Moment};
use crate::error::{Error, Result};
use crate::hash::mix;
use crate::read::fields::ReadOptions;
use crate::read::reader;
use crate::read::sink::Sink;
use crate::read::walk::Inputs;

/// A period of time; either end may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first moment of it.
    pub since: Option<Moment>,
    /// The last one: a year, a month or a day up to its end.
    pub until: Option<Moment>,
}

/// What a period says of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InPeriod {
    /// Its date lies in the period, as far as it is known.
    Yes,
    /// It lies outside.
    No,
    /// There is no date that can be read.
    Unknown,
}

impl Period {
    /// Returns whether the period has no end at either side.
    pub(crate) fn is_open(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    /// Judges a date as it was written. A date that names no day lies in the
    /// period if one of its days does.
    pub(crate) fn judge(&self, date: Option<&str>) -> InPeriod {
        if self.is_open() {
            return InPeriod::Yes;
        }
        let Some(moment) = date.and_then(Moment::parse) else {
            return InPeriod::Unknown;
        };
        let ends_before = |moment: Moment, other: Moment| {
            end(moment) - offset(moment, other) <= other.seconds() - offset(other, moment)
        };
        let too_early = self.since.is_some_and(|since| ends_before(moment, since));
        let too_late = self.until.is_some_and(|until| ends_before(until, moment));
        match too_early || too_late {
            true => InPeriod::No,
            false => InPeriod::Yes,
        }
    }
}

/// Returns the seconds that a moment's zone is ahead of UTC; where one of the
/// two has no zone, times are compared as they are written.
fn offset(moment: Moment, other: Moment) -> i64 {
    match (moment.zone, other.zone) {
        (Some(zone), Some(_)) => i64::from(zone) * 60,
        _ => 0,
    }
}

/// Returns the second after the last one of a moment: of its second, day, month
/// or year.
fn end(moment: Moment) -> i64 {
    const DAY: i64 = 86_400;
    let Date { year, month, day } = moment.date;
    let start_of = |year: u16, month: u8| {
        let date = Date {
            year,
            month,
            day: 1,
        };
        Moment {
            date,
            second: None,
            nanos: 0,
            zone: None,
        }
        .seconds()
    };
    match (month, day, moment.second) {
        (_, _, Some(_)) => moment.seconds() + 1,
        (0, _, _) | (12, 0, _) => start_of(year + 1, 1),
        (month, 0, _) => start_of(year, month + 1),
        _ => moment.seconds() + DAY,
    }
}

/// A sample of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many documents, or all if there are fewer.
    pub number: usize,
    /// What decides which ones.
    pub seed: u64,
}

/// Where a document lies: its input and the first byte in it.
type Place = (u32, u64);

/// Documents that were chosen, of how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    places: HashSet<Place>,
    /// Number of documents that they were chosen from.
    pub of: u64,
}

impl Chosen {
    pub(crate) fn has(&self, location: &Location) -> bool {
        self.places.contains(&(location.input, location.span.start))
    }

    /// Returns the number of documents.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
}

/// Chooses a sample: the documents whose places have the least hashes, so
/// each set of documents is as likely as any other, and the sample depends on
/// the inputs and the seed alone.
///
/// Reads the inputs once and keeps `sample.number` places.
///
/// # Errors
///
/// Fails as [`reader::read`] does, and with [`Error::Option`] if an input can
/// be read only once.
pub(crate) fn choose(
    inputs: &Inputs,
    options: &ReadOptions,
    sample: Sample,
    ctx: &Context,
) -> Result<Chosen> {
    if let Some(stream) = inputs.iter().find(|input| !input.regular) {
        return Err(Error::Option {
            option: "`sample`".to_owned(),
            what: format!(
                "reads its inputs twice, and {} can be read only once; save it as a file first",
                stream.name
            ),
        });
    }
    let least = Mutex::new(BinaryHeap::new());
    let of = Mutex::new(0);
    let new_sink = || Chooser {
        sample,
        hashes: Vec::new(),
        least: &least,
        of: &of,
    };
    reader::read(inputs, options, new_sink, ctx)?;
    let least: BinaryHeap<(u64, Place)> =
        least.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Chosen {
        places: least.into_iter().map(|(_, place)| place).collect(),
        of: of.into_inner().unwrap_or_else(PoisonError::into_inner),
    })
}

/// Collects the hashes of one chunk.
struct Chooser<'a> {
    sample: Sample,
    hashes: Vec<(u64, Place)>,
    least: &'a Mutex<BinaryHeap<(u64, Place)>>,
    of: &'a Mutex<u64>,
}

impl Sink for Chooser<'_> {
    fn record(&mut self, record: &Record<'_>) {
        let place = (record.location.input, record.location.span.start);
        let hash = mix(mix(self.sample.seed ^ u64::from(place.0)) ^ place.1);
        self.hashes.push((hash, place));
    }

    fn close(&mut self) {
        *self.of.lock().unwrap_or_else(PoisonError::into_inner) += self.hashes.len() as u64;
        let mut least = self.least.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in self.hashes.drain(..) {
            if least.len() < self.sample.number {
                least.push(entry);
            } else if least.peek().is_some_and(|most| entry < *most) {
                least.pop();
                least.push(entry);
            }
        }
    }
}

/// Which documents are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those of a period; the ones without a date are left out.
    pub period: Period,
    /// A sample of these.
    pub sample: Option<Sample>,
    /// The sample, once it is chosen.
    pub(crate) chosen: Option<Arc<Chosen>>,
}

/// Numbers of documents that were left out because they are not wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Their date lies outside the period.
    pub(crate) outside: u64,
    /// There is a period, and they have no date that can be read.
    pub(crate) undated: u64,
    /// Records of web archives that are neither pages nor texts.
    pub(crate) other_records: u64,
}

impl Selection {
    /// Returns whether a document is wanted; counts it if not.
    pub(crate) fn takes(
        &self,
        date: Option<&str>,
        location: &Location,
        left_out: &mut LeftOut,
    ) -> bool {
        match self.period.judge(date) {
            InPeriod::Yes => self
                .chosen
                .as_ref()
                .is_none_or(|chosen| chosen.has(location)),
            InPeriod::No => {
                left_out.outside += 1;
                false
            }
            InPeriod::Unknown => {
                left_out.undated += 1;
                false
            }
        }
    }

    /// Says how many documents were left out, and why.
    pub(crate) fn warnings(&self, left_out: LeftOut) -> Vec<String> {
        let mut warnings = Vec::new();
        let were = |number: u64, one: &str, more: &str| match number {
            1 => format!("1 document {one}"),
            number => format!("{number} documents {more}"),
        };
        if left_out.outside > 0 {
            let what = were(left_out.outside, "is", "are");
            warnings.push(format!("{what} dated outside {} and left out", self.ends()));
        }
        if left_out.undated > 0 {
            let what = were(left_out.undated, "has", "have");
            warnings.push(format!(
                "{what} no date that can be read and may lie {}: left out; name the field \
                 that has dates, or take dates from paths",
                self.ends_inside()
            ));
        }
        if left_out.other_records > 0 {
            warnings.push(format!(
                "{} records of web archives are no pages or texts (requests, pictures, pages \
                 without text, answers that are not 200) and were not read",
                left_out.other_records
            ));
        }
        if let Some(chosen) = &self.chosen {
            let seed = self.sample.map_or(0, |sample| sample.seed);
            warnings.push(format!(
                "a sample of {} of {} documents, chosen by the seed {seed}",
                chosen.len(),
                chosen.of
            ));
        }
        warnings
    }

    fn ends(&self) -> String {
        match (self.period.since, self.period.until) {
            (Some(since), Some(until)) => format!("{since} to {until}"),
            (Some(since), None) => format!("the time since {since}"),
            (None, Some(until)) => format!("the time until {until}"),
            (None, None) => String::new(),
        }
    }

    fn ends_inside(&self) -> String {
        match (self.period.since, self.period.until) {
            (Some(since), Some(until)) => format!("in {since} to {until} or not"),
            (Some(since), None) => format!("before or after {since}"),
            (_, until) => until.map_or(String::new(), |until| format!("before or after {until}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(since: &str, until: &str, date: &str) -> InPeriod {
        let period = Period {
            since: Moment::parse(since),
            until: Moment::parse(until),
        };
        period.judge(Some(date))
    }

    #[test]
    fn periods_have_both_their_ends_and_dates_as_much_as_is_known() {
        use InPeriod::{No, Unknown, Yes};
        for (since, until, date, expected) in [
            ("2020-01-23", "2020-04-08", "2020-01-22", No),
            ("2020-01-23", "2020-04-08", "2020-01-23", Yes),
            ("2020-01-23", "2020-04-08", "2020-04-08 23:59", Yes),
            ("2020-01-23", "2020-04-08", "2020-04-09", No),
            ("2020-01-23", "2020-04-08", "2020年1月", Yes),
            ("2020-01-23", "2020-04-08", "2020", Yes),
            ("2020-02", "", "2020-01", No),
            ("", "2020-02", "2020-02-29", Yes),
            ("", "2020-02", "2020-03-01", No),
            ("", "2019", "2019-12-31", Yes),
            ("", "2019", "2020-01-01", No),
            ("", "2019-12", "2020-01-01", No),
            // Instants where both have a zone, clocks where one has none.
            ("2020-01-23T00:00:00Z", "", "2020-01-23T07:00:00+08:00", No),
            ("2020-01-23", "", "2020-01-23T07:00:00+08:00", Yes),
            ("2020", "", "yesterday", Unknown),
            ("", "", "yesterday", Yes),
        ] {
            assert_eq!(
                judge(since, until, date),
                expected,
                "{since}..{until} {date}"
            );
        }
    }
}
