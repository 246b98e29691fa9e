//! Families: phrases that are one another's parts or variants, under the commonest of them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::hash::mix;
use crate::phrases::scored::{ScoredPhrase, prefetch_written};
use crate::prefetch::prefetch;
use crate::suffix::concat::ConcatText;
use crate::suffix::suffix_array::SuffixArray;
use crate::text::lexicon::CONNECTIVES;

/// Longest phrase that is compared with others character by character: beyond
/// it, repeats are passages.
const LONGEST: usize = 24;

/// Shortest part that still stands for the whole: half of it.
const PART: usize = 2;

/// Returns the family of each phrase: the index of the phrase that stands for
/// it, if it is not alone.
///
/// The phrase in most documents founds a family; each next one joins the
/// oldest family whose *founder* it is a relative of, or founds its own, so
/// nothing is chained from cousin to cousin. Relatives are a part that is half
/// of the whole or more, the same characters in another order, one character
/// changed, and connectives changed, added or left out.
///
/// Takes `O(l²)` look-ups for a phrase of `l` characters, at most 24.
pub(crate) fn assign(
    phrases: &[ScoredPhrase],
    text: &ConcatText,
    suffixes: &SuffixArray,
) -> Vec<Option<u32>> {
    let mut order: Vec<u32> = (0..phrases.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| {
        let (a, b) = (&phrases[a as usize], &phrases[b as usize]);
        b.interval
            .documents
            .cmp(&a.interval.documents)
            .then(b.score().total_cmp(&a.score()))
            .then(a.interval.first.cmp(&b.interval.first))
            .then(a.interval.length.cmp(&b.interval.length))
    });
    let read = |traits: &mut Traits, at: u32| {
        let interval = &phrases[at as usize].interval;
        let start = suffixes.positions[interval.first as usize] as u32;
        let symbols = (start..start + interval.length).map(|p| text.at(p));
        let mut characters = std::mem::take(&mut traits.characters);
        characters.clear();
        characters.extend(symbols.map(|symbol| u32::from(text.character(symbol))));
        traits.read(&characters);
        traits.characters = characters;
    };
    let shared = SharedKeys::new(phrases.len());
    let mut wholes = vec![0; phrases.len()];
    let tasks = wholes.par_chunks_mut(A_TASK).zip(order.par_chunks(A_TASK));
    tasks.for_each(|(wholes, some)| {
        // Adding waits for each word, fetching for none; the keys of one
        // phrase are fetched while those of the last are added.
        let mut traits = [Traits::default(), Traits::default()];
        for (nth, (whole, &at)) in wholes.iter_mut().zip(some).enumerate() {
            traits.swap(0, 1);
            prefetch_written(phrases, text, suffixes, |after| {
                some.get(nth + after).copied()
            });
            read(&mut traits[0], at);
            *whole = traits[0].whole;
            shared.fetch_all(&traits[0].keys);
            shared.add_all(&traits[1].keys);
        }
        shared.add_all(&traits[0].keys);
    });
    let wholes = Wholes::new(wholes);
    // By key, the place in `order` of the oldest founder that has it; and for
    // each phrase that of the oldest founder that it is a part of.
    let mut founders: HashMap<u64, u32, BuildHasherDefault<Hashed>> = HashMap::default();
    let mut part_of = vec![u32::MAX; phrases.len()];
    let mut family = vec![0_u32; phrases.len()];
    let mut sizes = vec![0_u32; phrases.len()];
    let mut age = 0;
    for some in order.chunks(AT_ONCE) {
        let tasks: Vec<Relatives> = some
            .par_chunks(A_TASK)
            .map(|some| {
                let mut relatives = Relatives::default();
                let mut traits = [Traits::default(), Traits::default()];
                for (nth, &at) in some.iter().enumerate() {
                    traits.swap(0, 1);
                    prefetch_written(phrases, text, suffixes, |after| {
                        some.get(nth + after).copied()
                    });
                    read(&mut traits[0], at);
                    traits[0].find_parts();
                    shared.fetch_all(&traits[0].keys);
                    wholes.fetch_all(&traits[0].parts);
                    if nth > 0 {
                        relatives.take(&traits[1], &wholes, &shared);
                    }
                }
                relatives.take(&traits[0], &wholes, &shared);
                relatives
            })
            .collect();
        for (parts, keys) in tasks.iter().flat_map(Relatives::each) {
            let of_keys = keys.iter().filter_map(|key| founders.get(key)).copied();
            let is_founder = |part: &u32| *part < age && family[*part as usize] == *part;
            let of_parts = parts.iter().copied().filter(is_founder);
            let oldest = of_keys.chain(of_parts).min().unwrap_or(age);
            let of = oldest.min(part_of[age as usize]);
            family[age as usize] = of;
            sizes[of as usize] += 1;
            if of == age {
                for &key in keys {
                    founders.entry(key).or_insert(age);
                }
                for &part in parts {
                    let of = &mut part_of[part as usize];
                    *of = age.min(*of);
                }
            }
            age += 1;
        }
    }
    let mut assigned = vec![None; phrases.len()];
    for (&at, of) in order.iter().zip(family) {
        assigned[at as usize] = (sizes[of as usize] > 1).then(|| order[of as usize]);
    }
    assigned
}

/// Phrases whose relatives are looked for together, and those that a core
/// takes at a time.
const AT_ONCE: usize = 1 << 16;
const A_TASK: usize = 1 << 9;

/// What some phrases are related by.
#[derive(Default)]
struct Relatives {
    /// The phrases that are parts of each one, by their place in the order.
    parts: Vec<u32>,
    /// The keys of each that another phrase may have too.
    keys: Vec<u64>,
    /// Where the parts and the keys of each phrase end.
    ends: Vec<(u32, u32)>,
}

impl Relatives {
    fn take(&mut self, traits: &Traits, wholes: &Wholes, shared: &SharedKeys) {
        let parts = traits.parts.iter().filter_map(|part| wholes.find(*part));
        self.parts.extend(parts);
        let keys = traits.keys.iter().filter(|key| shared.has(**key));
        self.keys.extend(keys);
        self.ends
            .push((self.parts.len() as u32, self.keys.len() as u32));
    }

    /// Returns the parts of each phrase, and its keys.
    fn each(&self) -> impl Iterator<Item = (&[u32], &[u64])> {
        let starts = std::iter::once(&(0, 0)).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| {
            let parts = &self.parts[start.0 as usize..end.0 as usize];
            (parts, &self.keys[start.1 as usize..end.1 as usize])
        })
    }
}

/// Finds a phrase by its hash.
struct Wholes {
    /// The hash of each phrase, by its place in the order.
    hashes: Vec<u64>,
    /// Places in the order, at the hash or after it; one more than that, and
    /// 0 for none.
    slots: Vec<u32>,
}

impl Wholes {
    fn new(hashes: Vec<u64>) -> Self {
        let mut wholes = Wholes {
            slots: vec![0; (2 * hashes.len()).next_power_of_two()],
            hashes,
        };
        for nth in 0..wholes.hashes.len() {
            let mut at = wholes.slot(wholes.hashes[nth]);
            while wholes.slots[at] != 0 {
                at = wholes.slot(at as u64 + 1);
            }
            wholes.slots[at] = nth as u32 + 1;
        }
        wholes
    }

    fn slot(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    /// Fetches where hashes will be looked up.
    fn fetch_all(&self, hashes: &[u64]) {
        let slots = hashes.iter().map(|&hash| self.slot(hash));
        slots.for_each(|slot| prefetch(&self.slots, slot));
    }

    /// Returns the phrase of a hash.
    fn find(&self, hash: u64) -> Option<u32> {
        let mut at = self.slot(hash);
        loop {
            let nth = self.slots[at].checked_sub(1)?;
            if self.hashes[nth as usize] == hash {
                return Some(nth);
            }
            at = self.slot(at as u64 + 1);
        }
    }
}

/// Which keys two phrases have, as far as a hash of them tells: most are of
/// one alone, and need not be looked up or kept.
struct SharedKeys {
    /// Two bits for each hash: there, there twice.
    words: Vec<AtomicU64>,
}

impl SharedKeys {
    /// Hashes in a word.
    const A_WORD: usize = 32;

    fn new(phrases: usize) -> Self {
        /// Hashes for the ten keys or so of a phrase.
        const EACH: usize = 32;
        let words = (phrases.max(1) * EACH / Self::A_WORD).next_power_of_two();
        SharedKeys {
            words: (0..words).map(|_| AtomicU64::default()).collect(),
        }
    }

    /// Fetches what is known of keys ahead of the reading.
    fn fetch_all(&self, keys: &[u64]) {
        keys.iter()
            .for_each(|&key| prefetch(&self.words, self.place(key).0));
    }

    /// Adds keys; in any order of calls the bits are the same in the end.
    fn add_all(&self, keys: &[u64]) {
        for &key in keys {
            let (word, shift) = self.place(key);
            let word = &self.words[word];
            let (once, twice) = (1 << shift, 2 << shift);
            if word.load(Relaxed) & twice == 0 && word.fetch_or(once, Relaxed) & once != 0 {
                word.fetch_or(twice, Relaxed);
            }
        }
    }

    /// Returns whether two phrases may have a key.
    fn has(&self, key: u64) -> bool {
        let (word, shift) = self.place(key);
        self.words[word].load(Relaxed) & 2 << shift != 0
    }

    fn place(&self, key: u64) -> (usize, u32) {
        let hash = key as usize & (self.words.len() * Self::A_WORD - 1);
        (hash / Self::A_WORD, 2 * (hash as u32 % Self::A_WORD as u32))
    }
}

/// Takes keys that are hashes already as they are.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are whole numbers");
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// What a phrase is known by.
#[derive(Default)]
struct Traits {
    /// Its hash.
    whole: u64,
    /// The hashes of its parts, as phrases.
    parts: Vec<u64>,
    /// Hashes that a relative has too which is no part of it.
    keys: Vec<u64>,
    characters: Vec<u32>,
    /// The hash of the characters before each one, and powers of the base.
    before: Vec<u64>,
    powers: Vec<u64>,
}

/// Keeps hashes of different traits apart.
#[derive(Clone, Copy)]
enum Trait {
    Whole = 1,
    Order,
    Changed,
    Bare,
}

/// An odd number with no pattern: the base of the hash of a string.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// What stands for a character that may be any.
const ANY: u64 = 0x1_0000_0000;

impl Traits {
    /// Replaces everything but the parts, of which there are none then.
    fn read(&mut self, characters: &[u32]) {
        let length = characters.len();
        self.parts.clear();
        self.keys.clear();
        self.before.clear();
        self.before.push(0);
        self.powers.clear();
        self.powers.push(1);
        for (at, &character) in characters.iter().enumerate() {
            let hash = self.before[at]
                .wrapping_mul(BASE)
                .wrapping_add(u64::from(character) + 1);
            self.before.push(hash);
            self.powers.push(self.powers[at].wrapping_mul(BASE));
        }
        let whole = self.before[length];
        self.whole = key(Trait::Whole, length, whole);
        if length > LONGEST {
            return;
        }
        let sum = characters
            .iter()
            .fold(0, |sum: u64, &c| sum.wrapping_add(mix(u64::from(c))));
        self.keys.push(key(Trait::Order, length, sum));
        for (at, &character) in characters.iter().enumerate() {
            let change = ANY - u64::from(character) - 1;
            let hash = whole.wrapping_add(change.wrapping_mul(self.powers[length - 1 - at]));
            self.keys.push(key(Trait::Changed, length, hash));
        }
        let connective = |c: u32| char::from_u32(c).is_some_and(|c| CONNECTIVES.contains(c));
        let (mut count, mut hash) = (0, 0_u64);
        for &character in characters.iter().filter(|c| !connective(**c)) {
            count += 1;
            hash = hash
                .wrapping_mul(BASE)
                .wrapping_add(u64::from(character) + 1);
        }
        if count >= 4 {
            self.keys.push(key(Trait::Bare, count, hash));
        }
    }

    /// Finds the parts that still stand for the whole.
    fn find_parts(&mut self) {
        let length = self.before.len() - 1;
        if length > LONGEST {
            return;
        }
        for part in length.div_ceil(PART).max(3)..length {
            for at in 0..=length - part {
                let head = self.before[at].wrapping_mul(self.powers[part]);
                let hash = self.before[at + part].wrapping_sub(head);
                self.parts.push(key(Trait::Whole, part, hash));
            }
        }
    }
}

fn key(of: Trait, length: usize, hash: u64) -> u64 {
    mix(hash ^ mix((of as u64) << 32 | length as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::kind::PhraseKind;
    use crate::phrases::rank::Parts;
    use crate::suffix::Index;
    use crate::suffix::naive;
    use proptest::prelude::*;

    fn related(founder: &str, other: &str) -> bool {
        let traits = |phrase: &str| {
            let mut traits = Traits::default();
            traits.read(&phrase.chars().map(u32::from).collect::<Vec<_>>());
            traits.find_parts();
            traits
        };
        let (founder, other) = (traits(founder), traits(other));
        founder.parts.contains(&other.whole)
            || other.parts.contains(&founder.whole)
            || other.keys.iter().any(|key| founder.keys.contains(key))
    }

    #[test]
    fn parts_orders_changes_and_connectives_are_relatives() {
        assert!(related("群防群治", "群防群控"));
        assert!(related("群防群治", "联防联控群防群治"));
        assert!(related("联防联控群防群治", "群防群治"));
        assert!(related("联防联控群防群治", "群防群治联防联控"));
        assert!(related("治理体系和治理能力", "治理体系治理能力"));
        assert!(related("治理体系和治理能力", "治理体系与治理能力"));
    }

    #[test]
    fn what_shares_a_word_is_no_relative() {
        assert!(!related("人民群众", "广大人民"));
        assert!(!related("改革开放", "坚持改革开放基本国策"));
        assert!(!related("联防联控", "群防群治"));
    }

    /// Relatives as the documentation says, by looking.
    fn are_relatives(a: &[char], b: &[char]) -> bool {
        if a.len().max(b.len()) > LONGEST {
            return false;
        }
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        if short.len() < long.len()
            && short.len() >= 3
            && 2 * short.len() >= long.len()
            && long.windows(short.len()).any(|part| part == short)
        {
            return true;
        }
        let sorted = |characters: &[char]| {
            let mut sorted = characters.to_vec();
            sorted.sort_unstable();
            sorted
        };
        let bare = |characters: &[char]| {
            let bare = characters.iter().copied();
            bare.filter(|c| !CONNECTIVES.contains(*c))
                .collect::<Vec<_>>()
        };
        let changed = a.iter().zip(b).filter(|(a, b)| a != b).count();
        sorted(a) == sorted(b)
            || a.len() == b.len() && changed <= 1
            || bare(a).len() >= 4 && bare(a) == bare(b)
    }

    proptest! {
        #[test]
        fn prop_families_are_what_the_definition_says(
            documents in prop::collection::vec("[甲乙丙和]{0,9}(甲乙丙丁戊){0,5}", 0..8)
        ) {
            let corpus = naive::corpus(&documents);
            let index = Index::new(&corpus).unwrap();
            let mut list = Vec::new();
            index.walk(2, 2, |interval| {
                list.push(ScoredPhrase::new(interval, &Parts::default(), PhraseKind::Formula, 1.0));
            });
            let written: Vec<Vec<char>> = list
                .iter()
                .map(|scored| index.string(&scored.interval).chars().collect())
                .collect();
            let mut order: Vec<usize> = (0..list.len()).collect();
            order.sort_by_key(|&at| {
                let interval = &list[at].interval;
                (std::cmp::Reverse(interval.documents), interval.first, interval.length)
            });
            let mut founders: Vec<usize> = Vec::new();
            let mut expected = vec![0; list.len()];
            for &at in &order {
                let mut related = founders.iter().copied();
                let founder = related.find(|&of| are_relatives(&written[of], &written[at]));
                expected[at] = founder.unwrap_or(at);
                if founder.is_none() {
                    founders.push(at);
                }
            }
            let alone = |of: usize| expected.iter().filter(|one| **one == of).count() == 1;
            let expected: Vec<Option<u32>> = expected
                .iter()
                .map(|&of| (!alone(of)).then_some(of as u32))
                .collect();
            prop_assert_eq!(assign(&list, &index.text, &index.suffixes), expected);
        }
    }
}
