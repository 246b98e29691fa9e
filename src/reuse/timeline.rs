//! When and by whom a phrase was used: first and last date, sources, months.

use std::collections::{BTreeMap, HashMap};

use crate::corpus::{Corpus, DocId};

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

/// When and where a phrase was used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Sources of the documents that have it; 0 where none is named.
    pub sources: u32,
    /// The first date of them.
    pub first_date: Option<Date>,
    /// The last date.
    pub last_date: Option<Date>,
    /// The first document of the first date, or the first one where none is
    /// dated.
    pub first_document: Option<DocId>,
    /// Documents by month.
    pub months: BTreeMap<String, u32>,
}

/// The dates and the sources of all documents, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Calendar {
    dates: Vec<Option<Date>>,
    /// The number of each document's source, from 1; 0 for none.
    sources: Vec<u32>,
    source_count: u32,
}

impl Calendar {
    /// Returns the calendar of a corpus: 12 bytes a document.
    pub(crate) fn new(corpus: &Corpus) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut sources = Vec::with_capacity(corpus.len());
        let mut dates = Vec::with_capacity(corpus.len());
        for document in corpus.docs() {
            dates.push(corpus.date(document).and_then(Date::parse));
            sources.push(corpus.source(document).map_or(0, |source| {
                let next = numbers.len() as u32 + 1;
                *numbers.entry(source).or_insert(next)
            }));
        }
        Calendar {
            dates,
            sources,
            source_count: numbers.len() as u32,
        }
    }

    /// Returns how evenly documents are spread over the sources of the corpus:
    /// the sources they have over the sources that as many documents would
    /// have by chance, at most 1; 1 where there is one source or none.
    pub(crate) fn evenness(&self, documents: impl Iterator<Item = DocId>) -> f32 {
        if self.source_count < 2 {
            return 1.0;
        }
        let mut count = 0;
        let mut seen: Vec<u32> = documents
            .map(|document| {
                count += 1;
                self.sources[document.index()]
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        let all = self.source_count as f32;
        let expected = all * (1.0 - (1.0 - 1.0 / all).powi(count));
        (seen.len() as f32 / expected).min(1.0)
    }

    /// Returns when and where the documents, sorted, were published.
    pub(crate) fn timeline(&self, documents: impl Iterator<Item = DocId>) -> Timeline {
        let mut timeline = Timeline::default();
        let mut sources = Vec::new();
        let mut first_undated = None;
        for document in documents {
            sources.push(self.sources[document.index()]);
            first_undated = first_undated.or(Some(document));
            let Some(date) = self.dates[document.index()] else {
                continue;
            };
            if timeline.first_date.is_none_or(|first| date < first) {
                timeline.first_date = Some(date);
                timeline.first_document = Some(document);
            }
            timeline.last_date = timeline.last_date.max(Some(date));
            *timeline.months.entry(date.month()).or_default() += 1;
        }
        timeline.first_document = timeline.first_document.or(first_undated);
        sources.sort_unstable();
        sources.dedup();
        timeline.sources = sources.iter().filter(|source| **source > 0).count() as u32;
        timeline
    }
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
}
