//! Families: phrases that are one another's parts or variants, under the commonest of them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;
use serde::Serialize;

use super::PhraseOptions;
use super::alphabet::SymbolText;
use super::choose::{Choice, Chosen};
use super::index::ReuseIndex;
use super::repeat::Interval;
use super::suffix_array::SuffixArray;
use crate::hash::mix;
use crate::kernel::fetch::fetch;

/// Longest phrase that is compared with others character by character: beyond
/// it, repeats are passages.
const LONGEST: usize = 24;

/// Shortest part that still stands for the whole: half of it.
const PART: usize = 2;

/// Characters that join the members of a list, and are written or left out.
const CONNECTIVES: &str = "和与及并跟同暨的";

/// Family of phrases, for `--families`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Family {
    /// The member in most documents.
    pub family: String,
    /// How many members there are.
    pub size: usize,
    /// The members, commonest first.
    pub members: Vec<Member>,
}

/// A phrase in its family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// It, folded.
    pub phrase: String,
    /// The documents that have it.
    pub documents: u32,
}

impl Chosen {
    /// Returns the families among the phrases that the options ask for,
    /// largest first.
    ///
    /// A family is that of all phrases; members that are not asked for are
    /// left out, and so are families of which one member is left or none.
    pub fn families(&self, index: &ReuseIndex, options: &PhraseOptions) -> Vec<Family> {
        let families = self.family_of(index);
        let mut members: Vec<(u32, u32)> = self
            .wanted(index, options)
            .into_iter()
            .filter_map(|at| Some((families[at as usize]?, at)))
            .collect();
        members.sort_unstable();
        let member = |&(_, at): &(u32, u32)| {
            let interval = &self.list[at as usize].interval;
            Member {
                phrase: index.written(interval),
                documents: interval.documents,
            }
        };
        let family = |of: &[(u32, u32)]| {
            let mut members: Vec<Member> = of.iter().map(member).collect();
            members.sort_unstable_by(|a, b| {
                b.documents
                    .cmp(&a.documents)
                    .then_with(|| a.phrase.cmp(&b.phrase))
            });
            Family {
                family: index.written(&self.list[of[0].0 as usize].interval),
                size: members.len(),
                members,
            }
        };
        let mut families: Vec<Family> = members
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|of| of.len() > 1)
            .map(family)
            .collect();
        families.sort_unstable_by(|a, b| b.size.cmp(&a.size).then_with(|| a.family.cmp(&b.family)));
        families
    }
}

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
    chosen: &[Choice],
    text: &SymbolText,
    suffixes: &SuffixArray,
) -> Vec<Option<u32>> {
    let mut order: Vec<u32> = (0..chosen.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| {
        let (a, b) = (&chosen[a as usize], &chosen[b as usize]);
        b.interval
            .documents
            .cmp(&a.interval.documents)
            .then(b.score().total_cmp(&a.score()))
            .then(a.interval.first.cmp(&b.interval.first))
            .then(a.interval.length.cmp(&b.interval.length))
    });
    let position = |interval: &Interval| suffixes.positions[interval.first as usize] as u32;
    let read = |traits: &mut Traits, at: u32| {
        let interval = &chosen[at as usize].interval;
        let start = position(interval);
        let symbols = (start..start + interval.length).map(|p| text.at(p));
        let mut characters = std::mem::take(&mut traits.characters);
        characters.clear();
        characters.extend(symbols.map(|symbol| u32::from(text.character(symbol))));
        traits.read(&characters);
        traits.characters = characters;
    };
    let known = Known::new(chosen.len());
    order.par_chunks(A_TASK).for_each(|some| {
        // Adding waits for each word, fetching for none; the keys of one
        // phrase are fetched while those of the last are added.
        let mut traits = [Traits::default(), Traits::default()];
        for &at in some {
            traits.swap(0, 1);
            read(&mut traits[0], at);
            known.fetch_all(&traits[0]);
            known.add_all(&traits[1]);
        }
        known.add_all(&traits[0]);
    });
    // By trait, the place in `order` of the oldest founder that offers it.
    let mut founders: HashMap<u64, u32, BuildHasherDefault<Hashed>> = HashMap::default();
    let mut family = vec![0_u32; chosen.len()];
    let mut sizes = vec![0_u32; chosen.len()];
    let mut age = 0;
    for some in order.chunks(AT_ONCE) {
        let tasks: Vec<Keys> = some
            .par_chunks(A_TASK)
            .map(|some| {
                let mut keys = Keys::default();
                let mut traits = [Traits::default(), Traits::default()];
                for (nth, &at) in some.iter().enumerate() {
                    traits.swap(0, 1);
                    read(&mut traits[0], at);
                    known.fetch_all(&traits[0]);
                    if nth > 0 {
                        keys.take(&traits[1], &known);
                    }
                }
                keys.take(&traits[0], &known);
                keys
            })
            .collect();
        let keys = tasks.iter().flat_map(Keys::each);
        for (&at, (sought, offered)) in some.iter().zip(keys) {
            let oldest = sought.iter().filter_map(|key| founders.get(key)).min();
            let of = oldest.copied().unwrap_or(age);
            family[at as usize] = of;
            sizes[of as usize] += 1;
            if of == age {
                for &key in offered {
                    founders.entry(key).or_insert(age);
                }
            }
            age += 1;
        }
    }
    family
        .into_iter()
        .map(|of| (sizes[of as usize] > 1).then(|| order[of as usize]))
        .collect()
}

/// Phrases whose keys are made together, and those that a core takes at a
/// time.
const AT_ONCE: usize = 1 << 16;
const A_TASK: usize = 1 << 9;

/// The keys of some phrases that matter: sought ones that may be offered, and
/// offered ones that may be sought.
#[derive(Default)]
struct Keys {
    keys: Vec<u64>,
    /// Where those that each phrase seeks end, and those that it offers.
    ends: Vec<(u32, u32)>,
}

impl Keys {
    fn take(&mut self, traits: &Traits, known: &Known) {
        let Traits {
            offered, sought, ..
        } = traits;
        // What a phrase both offers and seeks stands last in both lists: of
        // that it takes two.
        let both = offered.len() - traits.both;
        let alone = sought.len() - both;
        let wanted = (0..).zip(sought);
        let wanted = wanted.filter(|(n, key)| known.is_offered(**key, *n >= alone));
        self.keys.extend(wanted.map(|(_, key)| key));
        let sought_end = self.keys.len() as u32;
        let wanted = (0..).zip(offered);
        let wanted = wanted.filter(|(n, key)| known.is_sought(**key, *n >= traits.both));
        self.keys.extend(wanted.map(|(_, key)| key));
        self.ends.push((sought_end, self.keys.len() as u32));
    }

    /// Returns what each phrase seeks and offers.
    fn each(&self) -> impl Iterator<Item = (&[u64], &[u64])> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|ends| ends.1));
        let ranges = starts.zip(&self.ends);
        ranges.map(|(start, &(sought, offered))| {
            let keys = |from, to| &self.keys[from as usize..to as usize];
            (keys(start, sought), keys(sought, offered))
        })
    }
}

/// Which keys are sought and offered at all, as far as a hash of them tells:
/// most are not both, and need not be looked up or kept.
struct Known {
    /// Four bits for each hash: sought once, twice, offered once, twice.
    words: Vec<AtomicU64>,
}

const SOUGHT: u64 = 0b0001;
const OFFERED: u64 = 0b0100;

impl Known {
    fn new(phrases: usize) -> Self {
        /// Hashes for the twenty keys or so that a phrase seeks.
        const EACH: usize = 64;
        let hashes = (phrases.max(1) * EACH).next_power_of_two();
        let mut words = Vec::new();
        words.resize_with(hashes / 16, AtomicU64::default);
        Known { words }
    }

    /// Fetches what is known of a key ahead of the reading.
    fn fetch(&self, key: u64) {
        fetch(&self.words, key as usize % (self.words.len() * 16) / 16);
    }

    /// Fetches what is known of all keys of a phrase.
    fn fetch_all(&self, traits: &Traits) {
        let keys = traits.sought.iter().chain(&traits.offered);
        keys.for_each(|&key| self.fetch(key));
    }

    /// Adds all keys of a phrase.
    fn add_all(&self, traits: &Traits) {
        traits.sought.iter().for_each(|&key| self.add(key, SOUGHT));
        traits
            .offered
            .iter()
            .for_each(|&key| self.add(key, OFFERED));
    }

    /// Returns whether a key may be sought, twice or more if that is asked.
    fn is_sought(&self, key: u64, twice: bool) -> bool {
        self.has(key, SOUGHT << u32::from(twice))
    }

    /// Returns whether a key may be offered, twice or more if that is asked.
    fn is_offered(&self, key: u64, twice: bool) -> bool {
        self.has(key, OFFERED << u32::from(twice))
    }

    /// Sets the bit for once, or that for twice if it is set already; in any
    /// order of calls the bits are the same in the end.
    fn add(&self, key: u64, once: u64) {
        let (word, shift) = self.at(key);
        let twice = once << 1;
        let before = word.load(Relaxed) >> shift;
        if before & twice == 0 && word.fetch_or(once << shift, Relaxed) >> shift & once != 0 {
            word.fetch_or(twice << shift, Relaxed);
        }
    }

    fn has(&self, key: u64, bit: u64) -> bool {
        let (word, shift) = self.at(key);
        word.load(Relaxed) >> shift & bit != 0
    }

    fn at(&self, key: u64) -> (&AtomicU64, u32) {
        let hash = key as usize & (self.words.len() * 16 - 1);
        (&self.words[hash / 16], hash as u32 % 16 * 4)
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

/// What a phrase is known by: hashes under which a founder is found.
#[derive(Default)]
struct Traits {
    /// Left by a founder.
    offered: Vec<u64>,
    /// Looked for by a relative.
    sought: Vec<u64>,
    /// Where in `offered` those begin that are looked for as well.
    both: usize,
    characters: Vec<u32>,
    /// The hash of the characters before each one, and powers of the base.
    before: Vec<u64>,
    powers: Vec<u64>,
}

/// Keeps hashes of different traits apart.
#[derive(Clone, Copy)]
enum Trait {
    Whole = 1,
    Part,
    Order,
    Changed,
    Bare,
}

/// An odd number with no pattern: the base of the hash of a string.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// What stands for a character that may be any.
const ANY: u64 = 0x1_0000_0000;

impl Traits {
    fn read(&mut self, characters: &[u32]) {
        let length = characters.len();
        self.offered.clear();
        self.sought.clear();
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
        self.offered.push(key(Trait::Whole, length, whole));
        self.sought.push(key(Trait::Part, length, whole));
        self.both = self.offered.len();
        if length > LONGEST {
            return;
        }
        for part in length.div_ceil(PART).max(3)..length {
            for at in 0..=length - part {
                let head = self.before[at].wrapping_mul(self.powers[part]);
                let hash = self.before[at + part].wrapping_sub(head);
                self.offered.push(key(Trait::Part, part, hash));
                self.sought.push(key(Trait::Whole, part, hash));
            }
        }
        self.both = self.offered.len();
        let sum = characters
            .iter()
            .fold(0, |sum: u64, &c| sum.wrapping_add(mix(u64::from(c))));
        self.offered.push(key(Trait::Order, length, sum));
        for (at, &character) in characters.iter().enumerate() {
            let change = ANY - u64::from(character) - 1;
            let hash = whole.wrapping_add(change.wrapping_mul(self.powers[length - 1 - at]));
            self.offered.push(key(Trait::Changed, length, hash));
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
            self.offered.push(key(Trait::Bare, count, hash));
        }
        self.sought.extend_from_slice(&self.offered[self.both..]);
    }
}

fn key(of: Trait, length: usize, hash: u64) -> u64 {
    mix(hash ^ mix((of as u64) << 32 | length as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related(founder: &str, other: &str) -> bool {
        let traits = |phrase: &str| {
            let mut traits = Traits::default();
            traits.read(&phrase.chars().map(u32::from).collect::<Vec<_>>());
            traits
        };
        let offered = traits(founder).offered;
        traits(other).sought.iter().any(|key| offered.contains(key))
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
}
