//! Words of which no two can be true in one place: numbers, months, opposites.

use std::sync::LazyLock;

use crate::relation::matter::OwnMatter;
use crate::relation::names::{ByName, set_bits};
use crate::text::letters::is_spaced;
use crate::text::lexicon::{
    CURRENCIES, EXCLUSIVE_WORDS, EXCLUSIVE_WORDS_ABROAD, PLACES, SURNAMES, is_code_of_money,
};
use crate::text::normalize::Normalizer;

/// What the members of a group of words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// Numbers, units of numbers and dates.
    Number(u32),
    /// Countries, provinces and cities.
    Place,
    /// Surnames of one character: 张建国 is not 李建国.
    Surname,
    /// Currencies.
    Money,
    /// Other words.
    Word(u32),
}

impl Group {
    pub(super) fn matter(self) -> OwnMatter {
        match self {
            Group::Number(_) | Group::Money => OwnMatter::Figure,
            Group::Place | Group::Surname => OwnMatter::Name,
            Group::Word(_) => OwnMatter::Word,
        }
    }
}

/// A word of a group of which two exclude each other; spellings of one word
/// are one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) group: Group,
    number: u32,
}

impl Member {
    pub(super) fn excludes(&self, other: &Member) -> bool {
        self.group == other.group && self.number != other.number
    }
}

/// Words that exclude each other, by their units.
pub(super) struct Words {
    members: ByName<Vec<Member>>,
    /// For each first unit of a word, a bit for each length of such a word:
    /// most units of a text begin none, and others one of few lengths.
    lengths: Box<[u64]>,
}

/// Groups of the list whose words are numbers, units of numbers and dates.
const NUMBER_GROUPS: u32 = 5;

/// The first of them, of numbers, and those of months and of days of the week.
const NUMBERS: u32 = 0;
const DAYS: std::ops::RangeInclusive<u32> = 3..=4;

/// Groups of them whose words make another number of one that they stand in:
/// *five thousand* and *five hundred thousand*.
const COUNTING_GROUPS: u32 = 2;

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words {
        members: ByName::default(),
        lengths: vec![0; 1 << u16::BITS].into(),
    };
    let normalizer = Normalizer::default();
    let lines = EXCLUSIVE_WORDS
        .lines()
        .chain(EXCLUSIVE_WORDS_ABROAD.lines());
    for (group, line) in (0..).zip(lines) {
        let group = match group {
            number if number < NUMBER_GROUPS => Group::Number(number),
            other => Group::Word(other),
        };
        for (number, spellings) in (0..).zip(line.split(' ')) {
            for word in spellings.split('=') {
                words.add(&normalizer, word, Member { group, number });
            }
        }
    }
    for (number, place) in (0..).zip(PLACES.lines()) {
        let group = Group::Place;
        words.add(&normalizer, place, Member { group, number });
    }
    for (number, surname) in (0..).zip(SURNAMES.chars()) {
        let group = Group::Surname;
        words.add(
            &normalizer,
            surname.encode_utf8(&mut [0; 4]),
            Member { group, number },
        );
    }
    for (number, names) in (0..).zip(CURRENCIES.lines()) {
        let group = Group::Money;
        for name in names.split('=').filter(|name| is_word_of_money(name)) {
            words.add(&normalizer, name, Member { group, number });
        }
    }
    words
});

/// Returns whether a name of money is told from other words by itself: it has
/// two characters, or four letters, that no other word has.
fn is_word_of_money(name: &str) -> bool {
    let is_letter = |unit: u16| is_spaced(unit);
    let least = match name.encode_utf16().all(is_letter) {
        true => 4,
        false => 2,
    };
    !name.starts_with('~') && !is_code_of_money(name) && name.encode_utf16().count() >= least
}

fn is_of_days(group: Group) -> bool {
    matches!(group, Group::Number(number) if DAYS.contains(&number))
}

impl Words {
    /// Adds a word as it is written, and as it is when normalized by default.
    fn add(&mut self, normalizer: &Normalizer, word: &str, member: Member) {
        let written: Vec<u16> = word.encode_utf16().collect();
        let mut units = Vec::new();
        normalizer.normalize_into(word, &mut units);
        if units.is_empty() || units == written {
            units.clear();
        }
        for units in [written, units] {
            if units.is_empty() {
                continue;
            }
            self.lengths[usize::from(units[0])] |= 1 << units.len();
            let members = self.members.entry(units.into()).or_default();
            if !members.contains(&member) {
                members.push(member);
            }
        }
    }

    /// Returns the meanings of a word.
    fn members(&self, word: &[u16]) -> Option<&[Member]> {
        // Most of what is asked for is no word, and to hash it takes longer.
        let lengths = self.lengths[usize::from(*word.first()?)];
        let may_be = word.len() < 64 && lengths >> word.len() & 1 == 1;
        let members = may_be.then(|| self.members.get(word)).flatten();
        members.map(Vec::as_slice)
    }

    /// Returns what two words say differently that exclude each other: 黄 and 白 are
    /// colours before they are surnames.
    pub(super) fn exclude_each_other(&self, one: &[u16], other: &[u16]) -> Option<OwnMatter> {
        let (one, other) = (self.members(one)?, self.members(other)?);
        let excludes = |one: &&Member| other.iter().any(|other| one.excludes(other));
        let groups = one.iter().filter(excludes).map(|one| one.group);
        groups.max().map(Group::matter)
    }

    /// Returns whether two words are spellings of one.
    pub(super) fn are_one(&self, one: &[u16], other: &[u16]) -> bool {
        let (Some(one), Some(other)) = (self.members(one), self.members(other)) else {
            return false;
        };
        one.iter().any(|one| other.contains(one))
    }

    /// Returns whether a word makes another number of one that it stands in.
    pub(super) fn counts(&self, word: &[u16]) -> bool {
        let counts = |member: &Member| match member.group {
            Group::Number(group) => group < COUNTING_GROUPS,
            _ => false,
        };
        let members = self.members(word);
        members.is_some_and(|members| members.iter().any(counts))
    }

    /// Returns whether a stretch begins with a number in words.
    pub(super) fn begins_with_number(&self, units: &[u16]) -> bool {
        self.begins_with(units, |group| group == Group::Number(NUMBERS))
    }

    /// Returns whether a stretch begins with a day of the week or a month.
    pub(super) fn begins_with_day(&self, units: &[u16]) -> bool {
        self.begins_with(units, is_of_days)
    }

    /// Returns whether a stretch ends with a day of the week or a month.
    pub(super) fn ends_with_day(&self, units: &[u16]) -> bool {
        /// Units of the longest of them.
        const LONGEST: usize = 9;
        let from = units.len().saturating_sub(LONGEST);
        let mut ends = (from..units.len()).map(|at| self.members(&units[at..]));
        ends.any(|members| {
            members.is_some_and(|members| members.iter().any(|member| is_of_days(member.group)))
        })
    }

    fn begins_with(&self, units: &[u16], is_asked: impl Fn(Group) -> bool) -> bool {
        let Some(first) = units.first() else {
            return false;
        };
        set_bits(self.lengths[usize::from(*first)]).any(|len| {
            let members = units.get(..len).and_then(|word| self.members(word));
            members.is_some_and(|members| members.iter().any(|member| is_asked(member.group)))
        })
    }

    /// Returns the words of two parts of texts that only one of them has, each
    /// as often as that is so; the longest word counts at each place.
    pub(super) fn apart(&self, a: &[u16], b: &[u16]) -> (Vec<Member>, Vec<Member>) {
        let [a, b] = [a, b].map(|units| self.of(units));
        let only = |mine: &[Member], others: &[Member]| {
            let mut others = others.to_vec();
            let mut mine = mine.to_vec();
            mine.retain(|member| {
                let at = others.iter().position(|other| other == member);
                at.map(|at| others.swap_remove(at)).is_none()
            });
            mine
        };
        (only(&a, &b), only(&b, &a))
    }

    /// Returns the words of a part of a text but for those of one character,
    /// which are parts of other words.
    pub(super) fn of(&self, units: &[u16]) -> Vec<Member> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < units.len() {
            let lengths = self.lengths[usize::from(units[at])];
            let here = set_bits(lengths).find_map(|len| {
                let members = self.members(units.get(at..at + len)?)?;
                (len > 1).then_some((len, members))
            });
            match here {
                Some((len, members)) => {
                    found.extend(members);
                    at += len;
                }
                None => at += 1,
            }
        }
        found
    }
}
