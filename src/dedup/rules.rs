//! Rules: which near-duplicates are never dropped for one another.

use std::fmt;
use std::str::FromStr;

use crate::corpus::DocId;
use crate::dedup::provenance::Provenance;
use crate::relation::{OwnMatter, Relation};

/// Conditions that keep near-duplicates apart, so that neither goes for the
/// other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Whether a text may go for another of the same template.
    pub drop_templates: bool,
    /// The most time between two documents; documents without a day are not
    /// compared.
    pub window: Option<Window>,
    /// Which sources are compared.
    pub sources: Sources,
}

/// Which sources are compared with each other; under `Within` and `Across`,
/// documents without a source are not compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sources {
    /// All documents.
    #[default]
    Any,
    /// Documents of one source only.
    Within,
    /// Documents of different sources only.
    Across,
}

/// Why a document does not go for a near-duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// A person said so.
    ByHand,
    /// Both have the same template.
    Template,
    /// Both share passages, and each is a text of its own.
    Reuse,
    /// The document says something that its version does not.
    Own(OwnMatter),
    /// The document has no day, and there is a window.
    NoDate,
    /// The other one has none.
    OtherNoDate,
    /// Seconds between the two.
    Time(u64),
    /// The document has no source, and sources matter.
    NoSource,
    /// The other one has none.
    OtherNoSource,
    /// They come from different sources, and only documents of one source are
    /// compared.
    OtherSource,
    /// They come from one source, and only documents of different sources are
    /// compared.
    SameSource,
}

impl Rules {
    /// Returns why these two are kept apart by their template, their time or
    /// their sources; `None` if they are not.
    pub(super) fn apart(
        &self,
        provenance: &Provenance,
        relation: Relation,
        doc: DocId,
        other: DocId,
        own: Option<OwnMatter>,
    ) -> Option<Apart> {
        if relation == Relation::Template && !self.drop_templates {
            return Some(Apart::Template);
        }
        if relation == Relation::Reuse {
            return Some(Apart::Reuse);
        }
        if let Some(own) = own
            && !self.drop_templates
        {
            return Some(Apart::Own(own));
        }
        if let Some(window) = self.window {
            let Some(time) = provenance.day_time(doc) else {
                return Some(Apart::NoDate);
            };
            let Some(other) = provenance.day_time(other) else {
                return Some(Apart::OtherNoDate);
            };
            let between = time.abs_diff(other);
            if between > window.seconds() {
                return Some(Apart::Time(between));
            }
        }
        if self.sources == Sources::Any {
            return None;
        }
        match (provenance.source(doc), provenance.source(other)) {
            (None, _) => Some(Apart::NoSource),
            (_, None) => Some(Apart::OtherNoSource),
            (a, b) => match self.sources {
                Sources::Within if a != b => Some(Apart::OtherSource),
                Sources::Across if a == b => Some(Apart::SameSource),
                _ => None,
            },
        }
    }

    /// Returns whether these two are never compared, whatever they share.
    pub fn keep_apart(&self, provenance: &Provenance, a: DocId, b: DocId) -> bool {
        let rules = Rules {
            drop_templates: true,
            ..*self
        };
        rules
            .apart(provenance, Relation::Copy, a, b, None)
            .is_some()
    }

    /// Returns whether these rules can keep copies of one text apart.
    pub fn part_copies(&self) -> bool {
        self.window.is_some() || self.sources != Sources::Any
    }
}

/// A duration from a minute to a hundred years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    minutes: u32,
}

impl Window {
    /// Returns the length in seconds.
    pub fn seconds(self) -> u64 {
        u64::from(self.minutes) * 60
    }
}

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("no length of time {text:?}; write it as 3d, 12h, 90m or 2w (up to 36500d)");
        let (number, unit) = text
            .char_indices()
            .next_back()
            .map(|(at, unit)| (&text[..at], unit))
            .ok_or_else(wrong)?;
        let unit = match unit {
            'm' => 1,
            'h' => HOUR,
            'd' => DAY,
            'w' => 7 * DAY,
            _ => return Err(wrong()),
        };
        let number = number.parse::<u32>().map_err(|_| wrong())?;
        let minutes = number.checked_mul(unit).ok_or_else(wrong)?;
        if minutes == 0 || minutes > 36_500 * DAY {
            return Err(wrong());
        }
        Ok(Window { minutes })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minutes {
            minutes if minutes % DAY == 0 => write!(f, "{}d", minutes / DAY),
            minutes if minutes % HOUR == 0 => write!(f, "{}h", minutes / HOUR),
            minutes => write!(f, "{minutes}m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_durations() {
        for (text, seconds, shown) in [
            ("3d", 3 * 86_400, "3d"),
            ("12h", 12 * 3600, "12h"),
            ("90m", 5400, "90m"),
            ("2w", 14 * 86_400, "14d"),
            ("48h", 2 * 86_400, "2d"),
        ] {
            let window: Window = text.parse().unwrap();
            assert_eq!(
                (window.seconds(), window.to_string()),
                (seconds, shown.to_owned())
            );
        }
        for text in ["", "d", "3", "3 d", "-3d", "0d", "3天", "99999999d", "1e3d"] {
            assert!(text.parse::<Window>().is_err(), "{text}");
        }
    }
}
