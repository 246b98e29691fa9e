//! Makes versions, copies and excerpts of a text.

use pinyin::ToPinyin;

use crate::hash::mix;
use crate::synthetic::author::{Author, SITES};
use crate::synthetic::kind::Kind;
use crate::synthetic::random::Random;
use crate::text::normalize::{is_invisible, is_punctuation};

impl Author {
    /// Returns the text that a variant of `text` has.
    ///
    /// `salt` tells two variants of one kind apart.
    pub fn variant(&self, text: &str, kind: Kind, salt: u64) -> String {
        let mut random = Random::new(self.seed, mix(salt ^ 0x0076_6172_6961_6e74));
        match kind {
            Kind::Original | Kind::Copy => text.to_owned(),
            Kind::Traditional => text
                .chars()
                .map(|c| self.traditional.get(&c).copied().unwrap_or(c))
                .collect(),
            Kind::Annotated => annotated(text, &mut random),
            Kind::Unpunctuated => unpunctuated(text),
            Kind::Respaced => respaced(text, &mut random),
            Kind::Edited { percent } => self.edited(text, f64::from(percent) / 100.0, 5, salt),
            Kind::Excerpt => {
                let chars: Vec<char> = text.chars().collect();
                let half = chars.len() / 2;
                let start = random.below((chars.len() - half) as u64 + 1) as usize;
                let mut excerpt = format!("{}{}：", self.word(&mut random), self.word(&mut random));
                excerpt.extend(&chars[start..start + half]);
                excerpt
            }
            Kind::Boilerplate => format!("{text}\n\n{}", self.boilerplate(salt % SITES)),
            Kind::Template => text
                .chars()
                .map(|c| {
                    if c.is_ascii_digit() {
                        (b'0' + random.below(10) as u8) as char
                    } else {
                        c
                    }
                })
                .collect(),
        }
    }

    /// Returns `text` with characters replaced, so that the Jaccard
    /// similarity of the two sets of shingles is `similarity` or the least
    /// more that their sizes allow.
    ///
    /// Exactly so if no shingle occurs twice in the text; else nearly so. A
    /// text with fewer characters than a shingle stays as it is.
    pub fn edited(&self, text: &str, similarity: f64, shingle_len: usize, salt: u64) -> String {
        let mut random = Random::new(self.seed, mix(salt ^ 0x6564_6974));
        let mut chars: Vec<char> = text.chars().collect();
        let content: Vec<usize> = (0..chars.len())
            .filter(|at| {
                let stays = chars[*at] == '%'
                    || chars[*at] == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit);
                (stays || !is_punctuation(chars[*at])) && !is_invisible(chars[*at])
            })
            .collect();
        let Some(shingles) = (content.len() + 1)
            .checked_sub(shingle_len)
            .filter(|count| *count > 0)
        else {
            return text.to_owned();
        };
        // Of n shingles on each side d differ: (n - d) / (n + d).
        let differ = (shingles as f64 * (1.0 - similarity) / (1.0 + similarity) + 1e-9) as usize;
        for at in places(content.len(), differ, shingle_len, &mut random) {
            let c = &mut chars[content[at]];
            let old = *c;
            while *c == old {
                *c = *random.choose(&self.han);
            }
        }
        chars.into_iter().collect()
    }
}

/// Returns which characters of `len` to replace so that exactly `differ`
/// shingles are touched: single ones and runs, apart from each other.
fn places(len: usize, differ: usize, shingle_len: usize, random: &mut Random) -> Vec<usize> {
    // A run of r characters touches r + margin shingles, or r at the head of
    // the text.
    let margin = shingle_len - 1;
    let mut left = differ;
    let mut runs = Vec::new();
    while left > margin {
        let run = match random.below(10) {
            0..6 => 1,
            6..9 => 2 + random.below(7) as usize,
            _ => 9 + random.below(32) as usize,
        }
        .min(left - margin);
        runs.push(run);
        left -= run + margin;
    }
    let needed =
        left + 2 * margin + runs.iter().sum::<usize>() + runs.len().saturating_sub(1) * margin;
    let Some(slack) = len.checked_sub(needed) else {
        return (0..differ).collect();
    };
    let mut gaps: Vec<u64> = runs
        .iter()
        .map(|_| random.below(slack as u64 + 1))
        .collect();
    gaps.sort_unstable();
    let mut places: Vec<usize> = (0..left).collect();
    let mut start = left + margin;
    for (run, gap) in runs.into_iter().zip(gaps) {
        places.extend((start..start + run).map(|at| at + gap as usize));
        start += run + margin;
    }
    places
}

fn annotated(text: &str, random: &mut Random) -> String {
    let (open, close) = if random.below(2) == 0 {
        ('(', ')')
    } else {
        ('（', '）')
    };
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        out.push(c);
        let chosen = random.below(4) == 0;
        if let Some(reading) = c.to_pinyin().filter(|_| chosen) {
            out.push(open);
            out.push_str(if random.below(4) == 0 {
                reading.plain()
            } else {
                reading.with_tone()
            });
            out.push(close);
        }
    }
    out
}

/// Marks that state no fact beside Han characters.
const MARKS: &str = "，。、；：！？“”‘’《》（）";

/// Drops punctuation, but not beside letters and digits: signs there may state
/// facts.
fn unpunctuated(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut beside = false;
    while let Some(c) = chars.next() {
        let next = chars.peek().is_some_and(char::is_ascii_alphanumeric);
        if !is_punctuation(c) || !MARKS.contains(c) || beside || next {
            out.push(c);
        }
        beside = c.is_ascii_alphanumeric();
    }
    out
}

fn respaced(text: &str, random: &mut Random) -> String {
    const ODD: [char; 10] = [
        ' ', '\u{3000}', '\u{a0}', '\u{2009}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}',
        '\u{ad}', '\n',
    ];
    // Blanks would part numbers and signs.
    const INVISIBLE: [char; 2] = ['\u{200b}', '\u{ad}'];
    let mut out = String::with_capacity(text.len() * 2);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '!'..='~' => out.extend(char::from_u32(c as u32 + 0xfee0)),
            c => out.push(c),
        }
        let is_plain = |c: &char| !c.is_ascii_graphic() && !is_punctuation(*c);
        let parts = is_plain(&c) && chars.peek().is_none_or(is_plain);
        while random.below(3) == 0 {
            let odd = random.choose(&ODD);
            let invisible = random.choose(&INVISIBLE);
            out.push(if parts { *odd } else { *invisible });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    use crate::near::shingle::{self, Shingling};
    use crate::text::normalize::{NormalizeSteps, Normalizer};
    use proptest::prelude::*;

    static NORMALIZER: LazyLock<Normalizer> =
        LazyLock::new(|| Normalizer::new(NormalizeSteps::default()));

    /// Returns the number of shingles of `a`, and how alike the two are.
    fn jaccard(a: &str, b: &str) -> (usize, f64) {
        let set = |text: &str| {
            let mut units = Vec::new();
            NORMALIZER.normalize_into(text, &mut units);
            shingle::set(Shingling::Chars(5), &units)
        };
        let (a, b) = (set(a), set(b));
        let shared = a
            .iter()
            .filter(|hash| b.binary_search(hash).is_ok())
            .count();
        (a.len(), shared as f64 / (a.len() + b.len() - shared) as f64)
    }

    #[test]
    fn kinds_of_the_same_wording_normalize_to_the_original() {
        let author = Author::new(7, 200..=800);
        for family in 0..50 {
            let original = author.article(family);
            let chars = original.chars().count();
            assert!((200..=830).contains(&chars), "{chars} characters");
            for kind in Kind::SAME_WORDING {
                let variant = author.variant(&original, kind, family);
                assert_eq!(kind == Kind::Copy, variant == original, "{kind}");
                assert_eq!(jaccard(&original, &variant).1, 1.0, "{kind} of {family}");
            }
        }
    }

    proptest! {
        #[test]
        fn prop_edits_touch_as_many_shingles_as_asked(
            len in 5usize..400,
            percent in 0usize..100,
            shingle_len in 1usize..8,
            seed in any::<u64>(),
        ) {
            prop_assume!(len >= shingle_len);
            let shingles = len + 1 - shingle_len;
            let differ = shingles * percent / 100;
            let places = places(len, differ, shingle_len, &mut Random::new(seed, 0));
            let touched = (0..shingles)
                .filter(|at| places.iter().any(|place| (*at..*at + shingle_len).contains(place)))
                .count();
            prop_assert_eq!(touched, differ);
            prop_assert!(places.is_sorted() && places.iter().all(|place| *place < len));
        }

        #[test]
        fn prop_edited_texts_are_as_alike_as_asked(
            family in 0u64..1_000,
            similarity in 0.3f64..1.0,
            len in 30usize..300,
        ) {
            let author = &*AUTHOR;
            let original = author.write(&mut Random::new(family, 0), len);
            let (size, found) = jaccard(&original, &author.edited(&original, similarity, 5, family));
            // Whole places are edited, ten shingles of both texts each, and a few
            // of these may be repeated.
            prop_assert!((found - similarity).abs() <= 8.0 / size as f64, "{found} for {similarity}");
        }
    }

    static AUTHOR: LazyLock<Author> = LazyLock::new(|| Author::new(3, 30..=300));
}
