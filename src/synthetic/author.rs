//! Writes articles.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use crate::hash::mix;
use crate::synthetic::SyntheticDocument;
use crate::synthetic::kind::Kind;
use crate::synthetic::letters::{common_characters, traditional_forms};
use crate::synthetic::random::Random;

/// Made-up words that an author knows; news of a few weeks has as many.
const WORDS: usize = 20_000;

/// Set phrases that an author knows.
const PHRASES: usize = 300;

/// Sites that publish articles, each with its own boilerplate.
pub(super) const SITES: u64 = 40;

/// Characters of boilerplate under an article.
pub const BOILERPLATE_CHARS: usize = 400;

/// Writes articles and makes variants of any text.
///
/// An article depends only on the seed and its family, a variant only on its
/// text and the salt: each can be made again by itself.
pub struct Author {
    pub(super) seed: u64,
    chars: RangeInclusive<usize>,
    /// Common characters, each its own Simplified form.
    pub(super) han: Vec<char>,
    pub(super) traditional: HashMap<char, char>,
    words: Vec<String>,
    phrases: Vec<String>,
    /// Sums of the weights of the words up to each.
    weights: Vec<u64>,
}

impl Author {
    /// Returns an author whose articles have that many characters.
    pub fn new(seed: u64, chars: RangeInclusive<usize>) -> Self {
        let mut random = Random::new(seed, 0x0077_6f72_6473);
        let han = common_characters();
        let word = |random: &mut Random, len: u64| -> String {
            (0..len).map(|_| *random.choose(&han)).collect()
        };
        let words = (0..WORDS)
            .map(|_| {
                let len = [2, 2, 2, 2, 2, 2, 3, 3, 4, 4][random.below(10) as usize];
                word(&mut random, len)
            })
            .collect();
        let phrases = (0..PHRASES)
            .map(|_| {
                let parts: Vec<String> = (0..2 + random.below(3))
                    .map(|_| word(&mut random, 4))
                    .collect();
                parts.join("、")
            })
            .collect();
        let mut sum = 0;
        let weights = (1..=WORDS as u64)
            .map(|rank| {
                sum += (1 << 32) / rank;
                sum
            })
            .collect();
        Author {
            seed,
            chars,
            traditional: traditional_forms(&han),
            han,
            words,
            phrases,
            weights,
        }
    }

    /// Returns the text of a family's original.
    pub fn article(&self, family: u64) -> String {
        let mut random = Random::new(self.seed, mix(family ^ 0x0061_7274_6963_6c65));
        let (least, most) = (*self.chars.start() as u64, *self.chars.end() as u64);
        let choices = most.saturating_sub(least) + 1;
        // The lesser of two numbers: short articles are commoner.
        let len = least + random.below(choices).min(random.below(choices));
        self.write(&mut random, len as usize)
    }

    /// Returns about `len` characters, punctuation included; never fewer.
    pub(super) fn write(&self, random: &mut Random, len: usize) -> String {
        let mut text = String::with_capacity(len * 3 + 100);
        let mut chars = 0;
        let mut push = |text: &mut String, piece: &str| {
            text.push_str(piece);
            chars += piece.chars().count();
            chars >= len
        };
        loop {
            for clause in 0..1 + random.below(4) {
                if clause > 0 {
                    push(
                        &mut text,
                        ["，", "，", "，", "；", "——", "："][random.below(6) as usize],
                    );
                }
                for _ in 0..2 + random.below(6) {
                    let full = match random.below(64) {
                        0 | 1 => push(&mut text, random.choose(&self.phrases).as_str()),
                        2 | 3 => push(&mut text, &format!("{}例", random.below(500))),
                        4 => push(
                            &mut text,
                            &format!("{}.{}%", random.below(100), random.below(10)),
                        ),
                        5 => push(
                            &mut text,
                            &format!("{}月{}日", 1 + random.below(12), 1 + random.below(28)),
                        ),
                        6 => push(
                            &mut text,
                            ["CDC", "App", "PM2.5", "mRNA", "5G", "WTO"][random.below(6) as usize],
                        ),
                        7 => push(&mut text, &format!("《{}》", self.word(random))),
                        _ => push(&mut text, self.word(random)),
                    };
                    if full {
                        text.push('。');
                        return text;
                    }
                }
            }
            push(
                &mut text,
                ["。", "。", "。", "！", "。\n", "。\n\n　　"][random.below(6) as usize],
            );
        }
    }

    pub(super) fn word(&self, random: &mut Random) -> &str {
        let sum = self.weights.last().copied().unwrap_or(1);
        let at = random.below(sum);
        &self.words[self.weights.partition_point(|weight| *weight <= at)]
    }

    /// Returns the boilerplate of one site.
    pub fn boilerplate(&self, site: u64) -> String {
        self.write(
            &mut Random::new(self.seed, mix(site ^ 0x7369_7465)),
            BOILERPLATE_CHARS,
        )
    }

    /// Returns the document of a family and a kind; `number` makes its id.
    pub fn document(&self, family: u64, kind: Kind, number: u64) -> SyntheticDocument {
        let article = self.article(family);
        let mut random = Random::new(self.seed, mix(family ^ 0x6865_6164));
        let title = (0..4).map(|_| self.word(&mut random)).collect();
        let day = random.below(336 * 8)
            + if kind == Kind::Original {
                0
            } else {
                1 + mix(number) % 20
            };
        // The site of a copy is its own, and so is the boilerplate.
        let salt = mix(number ^ self.seed);
        let site = salt % SITES;
        SyntheticDocument {
            id: format!("doc-{number:07}"),
            text: if kind == Kind::Original {
                article
            } else {
                self.variant(&article, kind, salt)
            },
            title,
            date: format!(
                "{}-{:02}-{:02}",
                2015 + day / 336,
                day / 28 % 12 + 1,
                day % 28 + 1
            ),
            source: format!("{}网", self.words[WORDS - 1 - site as usize]),
            family,
            kind,
        }
    }
}
