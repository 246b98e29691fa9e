//! Families: phrases that are one another's parts or variants, under the commonest of them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rayon::prelude::*;

use crate::phrases::keys::{Change, PhraseKeys, PhraseTable, SharedKeys, Words};
use crate::phrases::kind::PhraseKind;
use crate::phrases::rank::Parts;
use crate::phrases::scored::ScoredPhrase;
use crate::phrases::written::Written;
use crate::suffix::concat::ConcatText;

/// Returns the family of each phrase: the index of the phrase that stands for
/// it, if it is not alone.
///
/// The phrase in most documents founds a family; each next one joins the
/// oldest family whose *founder* it is a relative of, or founds its own, so
/// nothing is chained from cousin to cousin. Relatives are a part that is half
/// of the whole or more, the same words in another order, one character
/// changed, and connectives changed, added or left out. In an idiom or a formula
/// of four characters of which two repeat, a character changes into one like it
/// (群防群治, 群防群控); in other idioms and in formulas of six characters or
/// more into any that does not tell one thing from another, as numerals and
/// countries do. In shorter phrases, terms and names another character is
/// another thing (省委书记, 市委书记).
///
/// Takes `O(l²)` look-ups for a phrase of `l` characters, at most 24.
pub(crate) fn assign(written: Written<'_>) -> Vec<Option<u32>> {
    let phrases = written.list;
    let ordered = Ordered::new(written);
    let shared = SharedKeys::new(phrases.len());
    let table = PhraseTable::new(ordered.add_keys(&shared));
    let mut founders = Founders::new(phrases.len(), ByKey::default());
    for batch in ordered.order.chunks(BATCH_LEN) {
        let tasks: Vec<Relatives> = batch
            .par_chunks(TASK_LEN)
            .map(|task| ordered.relatives(task, &table, &shared))
            .collect();
        for (parts, keys) in tasks.iter().flat_map(Relatives::each) {
            founders.add(parts, keys);
        }
    }
    founders.assigned(&ordered.order)
}

/// Returns which character of a phrase may be another in a relative; `repeats`
/// says that two of its four characters are the same.
fn change_of(kind: PhraseKind, length: u32, repeats: impl Fn() -> bool) -> Change {
    /// Characters of most idioms: one of four is a quarter of the sense.
    const SHORT: u32 = 4;
    /// Shortest formula of which one character is a detail.
    const LONG: u32 = 6;
    match kind {
        PhraseKind::Idiom if length <= SHORT => Change::Like,
        PhraseKind::Idiom => Change::Any,
        PhraseKind::Formula if length == SHORT && repeats() => Change::Like,
        PhraseKind::Formula | PhraseKind::Quotation | PhraseKind::Boilerplate if length >= LONG => {
            Change::Any
        }
        _ => Change::No,
    }
}

/// Returns whether the words of a phrase of four characters may change places:
/// they belong together, and to nothing longer. 加强对话 are such words, 对话加强
/// are the end of one clause and the beginning of the next.
///
/// Of 146 such pairs that a reader judged, 78 are variants; of the 52 that are
/// left, 46.
fn words_of(kind: PhraseKind, parts: &Parts) -> Words {
    /// Least cohesion in bits, with the least freedom on either side.
    const FIRM: [(f32, f32); 2] = [(5.5, 0.89), (7.0, 0.8)];
    let free = parts.free_left.min(parts.free_right);
    let is_firm = |(cohesion, least): &(f32, f32)| parts.cohesion >= *cohesion && free >= *least;
    match kind {
        _ if !FIRM.iter().any(is_firm) => Words::Fixed,
        PhraseKind::Term => Words::OfTerm,
        _ => Words::Free,
    }
}

/// Reads the keys of a phrase that stands at a position of a text.
pub(crate) fn read_keys(
    keys: &mut PhraseKeys,
    scored: &ScoredPhrase,
    start: u32,
    text: &ConcatText,
) {
    let length = scored.interval.length;
    let symbols = (start..start + length).map(|position| text.at(position));
    let characters = symbols.map(|symbol| u32::from(text.character(symbol)));
    // 群防群治 and 群防群控: what repeats a character has members.
    let repeats = || {
        let alike = |at| text.at(start + at) == text.at(start + at + 2);
        alike(0) || alike(1)
    };
    let change = change_of(scored.kind, length, repeats);
    keys.read(characters, change, words_of(scored.kind, &scored.parts()));
}

/// Phrases whose relatives are looked for together.
const BATCH_LEN: usize = 1 << 16;

/// Phrases that a core takes at a time.
const TASK_LEN: usize = 1 << 9;

/// The phrases in the order in which they may found families: by documents,
/// then by score.
struct Ordered<'a> {
    written: Written<'a>,
    order: Vec<u32>,
}

impl<'a> Ordered<'a> {
    fn new(written: Written<'a>) -> Self {
        let phrases = written.list;
        let mut order: Vec<u32> = (0..phrases.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| {
            let (a, b) = (phrases.at(a as usize), phrases.at(b as usize));
            b.interval
                .documents
                .cmp(&a.interval.documents)
                .then(b.score().total_cmp(&a.score()))
                .then(a.interval.first.cmp(&b.interval.first))
                .then(a.interval.length.cmp(&b.interval.length))
        });
        Ordered { written, order }
    }

    /// Reads the keys of one of some phrases, and prefetches later ones.
    fn read(&self, keys: &mut PhraseKeys, of: &[u32], nth: usize) {
        let Written { list, text, .. } = self.written;
        self.written.prefetch(|after| of.get(nth + after).copied());
        let start = self.written.position(of[nth]);
        read_keys(keys, &list.at(of[nth] as usize), start, text);
    }

    /// Adds the keys of all phrases to a filter, and returns their hashes in
    /// order.
    fn add_keys(&self, shared: &SharedKeys) -> Vec<u64> {
        let mut wholes = vec![0; self.order.len()];
        let tasks = wholes
            .par_chunks_mut(TASK_LEN)
            .zip(self.order.par_chunks(TASK_LEN));
        tasks.for_each(|(wholes, task)| {
            // Adding waits for each word, prefetching for none; the keys of
            // one phrase are prefetched while those of the last are added.
            let mut keys = [PhraseKeys::default(), PhraseKeys::default()];
            for (nth, whole) in wholes.iter_mut().enumerate() {
                keys.swap(0, 1);
                self.read(&mut keys[0], task, nth);
                *whole = keys[0].whole;
                shared.prefetch_all(&keys[0].variants);
                shared.add_all(&keys[1].variants);
            }
            shared.add_all(&keys[0].variants);
        });
        wholes
    }

    /// Returns the relatives of some phrases.
    fn relatives(&self, task: &[u32], table: &PhraseTable, shared: &SharedKeys) -> Relatives {
        let mut relatives = Relatives::default();
        let mut keys = [PhraseKeys::default(), PhraseKeys::default()];
        for nth in 0..task.len() {
            keys.swap(0, 1);
            self.read(&mut keys[0], task, nth);
            keys[0].find_parts();
            shared.prefetch_all(&keys[0].variants);
            table.prefetch_all(&keys[0].parts);
            if nth > 0 {
                relatives.add(&keys[1], table, shared);
            }
        }
        relatives.add(&keys[0], table, shared);
        relatives
    }
}

/// Remembers the oldest founder that has a key.
pub(crate) trait OldestByKey {
    type Key: Copy;

    /// Returns the age of the founder that was remembered first.
    fn get(&self, key: Self::Key) -> Option<u32>;

    /// Remembers a founder, unless an older one has the key.
    fn add(&mut self, key: Self::Key, age: u32);
}

/// Founders by the keys themselves.
type ByKey = HashMap<u64, u32, BuildHasherDefault<IdentityHasher>>;

impl OldestByKey for ByKey {
    type Key = u64;

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u32> {
        HashMap::get(self, &key).copied()
    }

    #[inline(always)]
    fn add(&mut self, key: u64, age: u32) {
        self.entry(key).or_insert(age);
    }
}

/// The families that were founded so far. A phrase's age is its place in the
/// order; the oldest is 0.
pub(crate) struct Founders<K> {
    by_key: K,
    /// Age of the oldest founder that each phrase is a part of.
    part_of: Vec<u32>,
    /// Age of the founder of each phrase's family, in the order.
    family: Vec<u32>,
    /// Number of members of each founder's family.
    sizes: Vec<u32>,
}

impl<K: OldestByKey> Founders<K> {
    pub(crate) fn new(phrases: usize, by_key: K) -> Self {
        Founders {
            by_key,
            part_of: vec![u32::MAX; phrases],
            family: Vec::with_capacity(phrases),
            sizes: vec![0; phrases],
        }
    }

    /// Adds the next phrase in the order, given its parts and its keys.
    pub(crate) fn add(&mut self, parts: &[u32], keys: &[K::Key]) {
        let age = self.family.len() as u32;
        let of_keys = keys.iter().filter_map(|key| self.by_key.get(*key));
        let is_founder = |part: &u32| *part < age && self.family[*part as usize] == *part;
        let of_parts = parts.iter().copied().filter(is_founder);
        let oldest = of_keys.chain(of_parts).min().unwrap_or(age);
        let founder = oldest.min(self.part_of[age as usize]);
        self.family.push(founder);
        self.sizes[founder as usize] += 1;
        if founder == age {
            for &key in keys {
                self.by_key.add(key, age);
            }
            for &part in parts {
                let part_of = &mut self.part_of[part as usize];
                *part_of = age.min(*part_of);
            }
        }
    }

    /// Returns the family of each phrase, given the order.
    pub(crate) fn assigned(self, order: &[u32]) -> Vec<Option<u32>> {
        let Founders { family, sizes, .. } = self;
        let mut assigned = vec![None; order.len()];
        for (&at, family) in order.iter().zip(family) {
            let is_alone = sizes[family as usize] == 1;
            assigned[at as usize] = (!is_alone).then(|| order[family as usize]);
        }
        assigned
    }
}

/// What some phrases are related by, one phrase after another.
#[derive(Default)]
struct Relatives {
    /// The phrases that are parts of each one, by age.
    parts: Vec<u32>,
    /// The keys of each that another phrase may have too.
    keys: Vec<u64>,
    /// Where the parts and the keys of each phrase end.
    ends: Vec<(u32, u32)>,
}

impl Relatives {
    fn add(&mut self, keys: &PhraseKeys, table: &PhraseTable, shared: &SharedKeys) {
        let parts = keys.parts.iter().filter_map(|part| table.find(*part));
        self.parts.extend(parts);
        let shared_keys = keys.variants.iter().filter(|key| shared.contains(**key));
        self.keys.extend(shared_keys);
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

/// A hasher for keys that are hashes already.
#[derive(Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::phrases::family_on_disk;
    use crate::phrases::keys::{LONGEST, groups, may_be_any, may_reverse};
    use crate::phrases::phrase_set::PhraseSet;
    use crate::phrases::scored_list::ScoredList;
    use crate::spill::SpillFolder;
    use crate::suffix::Index;
    use crate::suffix::naive;
    use crate::text::lexicon::{CONNECTIVES, NUMERALS};
    use proptest::prelude::*;

    /// Relatives as the documentation says, by looking; `are_firm` says that the
    /// words of both belong together.
    fn are_relatives(a: &[char], b: &[char], are_firm: bool) -> bool {
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
        let changed: Vec<(char, char)> = a
            .iter()
            .copied()
            .zip(b.iter().copied())
            .filter(|(a, b)| a != b)
            .collect();
        let repeats = |of: &[char]| of[0] == of[2] || of[1] == of[3];
        let may_change = |(x, y): (char, char)| match a.len() {
            4 => repeats(a) && repeats(b) && groups(x) & groups(y) != 0,
            6.. => may_be_any(x) && may_be_any(y),
            _ => false,
        };
        let is_numeral = |c: &&char| c.is_ascii_digit() || NUMERALS.contains(**c);
        let reordered = match (a, b) {
            (&[a, b, c, d], &[w, x, y, z]) => {
                are_firm && [a, b, c, d] == [y, z, w, x]
                    || (a, b, c, d) == (w, y, x, z) && ![b, c].iter().any(|c| is_numeral(&c))
                    || (a, b, c, d) == (x, w, y, z) && may_reverse(a.into(), b.into())
                    || (a, b, c, d) == (w, x, z, y) && may_reverse(c.into(), d.into())
            }
            _ => {
                sorted(a) == sorted(b)
                    && a.iter().filter(is_numeral).eq(b.iter().filter(is_numeral))
            }
        };
        // All are of one kind here: formulas.
        reordered
            || a.len() == b.len() && changed.len() == 1 && may_change(changed[0])
            || bare(a).len() >= 4 && bare(a) == bare(b)
    }

    proptest! {
        #[test]
        fn prop_families_are_what_the_definition_says(
            documents in prop::collection::vec("[治控丙和美]{0,9}(治控丙丁戊){0,5}", 0..8),
            budget in 0_usize..20_000,
        ) {
            let corpus = naive::corpus(&documents);
            let index = Index::new(&corpus, &Context::default()).unwrap();
            let mut list = Vec::new();
            let is_firm = |scored: &ScoredPhrase| !scored.interval.first.is_multiple_of(3);
            index.walk(2, 2, |interval| {
                let parts = Parts {
                    free_left: 0.9,
                    free_right: 0.95,
                    cohesion: if interval.first.is_multiple_of(3) { 5.0 } else { 6.0 },
                    ..Parts::default()
                };
                list.push(ScoredPhrase::new(interval, &parts, PhraseKind::Formula, 1.0));
            });
            let written: Vec<Vec<char>> = list
                .iter()
                .map(|scored| index.string(&scored.interval).chars().collect())
                .collect();
            let mut order: Vec<usize> = (0..list.len()).collect();
            order.sort_by_key(|&at| {
                let interval = list[at].interval;
                (std::cmp::Reverse(interval.documents), interval.first, interval.length)
            });
            let mut founders: Vec<usize> = Vec::new();
            let mut expected = vec![0; list.len()];
            for &at in &order {
                let mut related = founders.iter().copied();
                let founder = related.find(|&of| {
                    let are_firm = is_firm(&list[of]) && is_firm(&list[at]);
                    are_relatives(&written[of], &written[at], are_firm)
                });
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
            let phrases = PhraseSet::new(ScoredList::Held(list), &index);
            prop_assert_eq!(phrases.family_of(&index), &expected);
            let dir = tempfile::tempdir().unwrap();
            let folder = SpillFolder::new(dir.path(), budget).unwrap();
            let found = family_on_disk::assign(phrases.written(&index), &folder).unwrap();
            prop_assert_eq!(found, expected);
        }
    }
}
