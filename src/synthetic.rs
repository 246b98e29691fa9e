//! Seeded corpora of Chinese-looking articles whose near-duplicates are known.
//!
//! The words are made up, but lie about as real ones do: a few are in every
//! text and most are rare (Zipf), set phrases come back, sentences have
//! punctuation, numbers and some Latin letters. Every document says which
//! family it belongs to and how it was made from the family's original, so
//! a corpus of any size comes with its truth. One seed gives the same bytes
//! on every machine.

use std::collections::HashMap;
use std::fmt;
use std::ops::RangeInclusive;

use pinyin::ToPinyin;

use crate::hash::mix;
use crate::text::normalize::{is_invisible, is_punctuation, simplified};

/// Made-up words that an author knows; news of a few weeks has as many.
const WORDS: usize = 20_000;

/// Set phrases that an author knows.
const PHRASES: usize = 300;

/// Sites that publish articles, each with its own boilerplate.
const SITES: u64 = 40;

/// Characters of boilerplate under an article.
pub const BOILERPLATE_CHARS: usize = 400;

/// Documents that are planned together, so that the members of a family lie
/// apart while only this much is remembered.
const BLOCK: usize = 1_000;

/// The way in which a document was made from its family's original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The original itself.
    Original,
    /// The same bytes.
    Copy,
    /// In Traditional characters, one for one.
    Traditional,
    /// With readings in brackets after one character in four.
    Annotated,
    /// Without punctuation and line ends.
    Unpunctuated,
    /// In full width, with odd spaces and zero-width characters.
    Respaced,
    /// With characters replaced until the Jaccard similarity of 5-character
    /// shingles has come down to about this many hundredths.
    Edited {
        /// The similarity that is aimed at, in hundredths.
        percent: u8,
    },
    /// Half of it, under a line of its own.
    Excerpt,
    /// With [`BOILERPLATE_CHARS`] characters of its site's boilerplate below.
    Boilerplate,
    /// With other numbers in it.
    Template,
}

impl Kind {
    /// The kinds whose normalized text is that of the original.
    pub const SAME_WORDING: [Kind; 5] = [
        Kind::Copy,
        Kind::Traditional,
        Kind::Annotated,
        Kind::Unpunctuated,
        Kind::Respaced,
    ];

    fn draw(random: &mut Random) -> Kind {
        match random.below(16) {
            0 => Kind::Copy,
            1 => Kind::Traditional,
            2 => Kind::Annotated,
            3 => Kind::Unpunctuated,
            4 => Kind::Respaced,
            5 | 6 => Kind::Excerpt,
            7 | 8 => Kind::Boilerplate,
            9 => Kind::Template,
            _ => Kind::Edited {
                percent: 40 + random.below(60) as u8,
            },
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Original => "original",
            Kind::Copy => "copy",
            Kind::Traditional => "traditional",
            Kind::Annotated => "annotated",
            Kind::Unpunctuated => "unpunctuated",
            Kind::Respaced => "respaced",
            Kind::Edited { percent } => return write!(f, "edited-{percent}"),
            Kind::Excerpt => "excerpt",
            Kind::Boilerplate => "boilerplate",
            Kind::Template => "template",
        })
    }
}

/// A made-up article and its truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntheticDocument {
    /// Unique in the corpus; tells nothing about the family.
    pub id: String,
    /// The text.
    pub text: String,
    /// A headline of the family, the same for all members.
    pub title: String,
    /// The day, as `2021-03-14`; an original has the first of its family.
    pub date: String,
    /// The site that published it.
    pub source: String,
    /// Documents of one family come from one original.
    pub family: u64,
    /// The way in which it was made.
    pub kind: Kind,
}

/// The shape of a synthetic corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntheticOptions {
    /// Seed of the words and texts.
    pub seed: u64,
    /// Lengths of originals in characters; short ones are commoner.
    pub chars: RangeInclusive<usize>,
    /// Share of documents that are variants of an original, in hundredths.
    pub variants_percent: u8,
}

impl Default for SyntheticOptions {
    /// Lengths of news, and three documents of ten with an original elsewhere.
    fn default() -> Self {
        SyntheticOptions {
            seed: 1,
            chars: 200..=3_000,
            variants_percent: 30,
        }
    }
}

/// An endless corpus, as an iterator over its documents.
///
/// Holds the plan of a thousand documents at a time, never their texts.
///
/// # Examples
///
/// ```
/// use leitong::corpus::{Corpus, DocId};
/// use leitong::synthetic::{Kind, Synthetic, SyntheticOptions};
///
/// let documents: Vec<_> = Synthetic::new(SyntheticOptions::default()).take(100).collect();
/// let corpus = Corpus::from_texts(documents.iter().map(|d| (&*d.id, &*d.text)), Default::default());
/// for (at, document) in documents.iter().enumerate().filter(|(_, d)| d.kind == Kind::Traditional) {
///     let original = documents.iter().position(|d| d.family == document.family && d.kind == Kind::Original);
///     let original = original.map(|at| corpus.normalized(DocId(at as u32)));
///     assert!(original.is_none_or(|normalized| normalized == corpus.normalized(DocId(at as u32))));
/// }
/// ```
pub struct Synthetic {
    author: Author,
    variants_percent: u8,
    random: Random,
    /// Planned documents that are not yet written; the next one is last.
    plan: Vec<(u64, Kind)>,
    families: u64,
    documents: u64,
}

impl Synthetic {
    /// Returns the corpus from its first document on.
    pub fn new(options: SyntheticOptions) -> Self {
        Synthetic {
            random: Random::new(options.seed, 0x636f_7270_7573),
            variants_percent: options.variants_percent.min(95),
            author: Author::new(options.seed, options.chars),
            plan: Vec::new(),
            families: 0,
            documents: 0,
        }
    }

    /// Plans a block of families, shuffled.
    fn plan_block(&mut self) {
        while self.plan.len() < BLOCK {
            self.plan.push((self.families, Kind::Original));
            while self.plan.len() < BLOCK
                && self.random.below(100) < u64::from(self.variants_percent)
            {
                self.plan
                    .push((self.families, Kind::draw(&mut self.random)));
            }
            self.families += 1;
        }
        for at in (1..self.plan.len()).rev() {
            let other = self.random.below(at as u64 + 1) as usize;
            self.plan.swap(at, other);
        }
    }
}

impl Iterator for Synthetic {
    type Item = SyntheticDocument;

    fn next(&mut self) -> Option<SyntheticDocument> {
        if self.plan.is_empty() {
            self.plan_block();
        }
        let (family, kind) = self.plan.pop()?;
        let number = self.documents;
        self.documents += 1;
        Some(self.author.document(family, kind, number))
    }
}

/// Writes articles and makes variants of any text.
///
/// An article depends only on the seed and its family, a variant only on its
/// text and the salt: each can be made again by itself.
pub struct Author {
    seed: u64,
    chars: RangeInclusive<usize>,
    /// Common characters, each its own Simplified form.
    han: Vec<char>,
    traditional: HashMap<char, char>,
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
    fn write(&self, random: &mut Random, len: usize) -> String {
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

    fn word(&self, random: &mut Random) -> &str {
        let sum = self.weights.last().copied().unwrap_or(1);
        let at = random.below(sum);
        &self.words[self.weights.partition_point(|weight| *weight <= at)]
    }

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

    /// Returns the boilerplate of one site.
    pub fn boilerplate(&self, site: u64) -> String {
        self.write(
            &mut Random::new(self.seed, mix(site ^ 0x7369_7465)),
            BOILERPLATE_CHARS,
        )
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

/// Returns the common Han characters: the 3,755 of the first level of
/// GB 2312, but for the few that the script step changes.
fn common_characters() -> Vec<char> {
    let bytes: Vec<u8> = (0xb0..=0xd7u8)
        .flat_map(|row| (0xa1..=0xfeu8).flat_map(move |cell| [row, cell]))
        .collect();
    let (text, _, _) = encoding_rs::GBK.decode(&bytes);
    text.chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c) && simplified(*c) == *c)
        .collect()
}

/// Returns a Traditional form of each character that has one: the first in
/// code order, which need not be the one that a writer would choose.
fn traditional_forms(han: &[char]) -> HashMap<char, char> {
    let mut forms = HashMap::new();
    for c in '\u{4e00}'..='\u{9fff}' {
        let simple = simplified(c);
        if simple != c {
            forms.entry(simple).or_insert(c);
        }
    }
    forms.retain(|simple, _| han.binary_search(simple).is_ok() || han.contains(simple));
    forms
}

/// A generator of pseudo-random numbers: SplitMix64 (Steele et al. 2014).
struct Random(u64);

impl Random {
    fn new(seed: u64, stream: u64) -> Self {
        Random(mix(seed ^ mix(stream)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Returns a number below `bound`, about evenly.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    fn choose<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
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
    fn one_seed_gives_one_corpus_and_another_seed_another() {
        let corpus = |seed| {
            Synthetic::new(SyntheticOptions {
                seed,
                ..Default::default()
            })
            .take(50)
            .collect::<Vec<_>>()
        };
        assert_eq!(corpus(1), corpus(1));
        assert_ne!(corpus(1)[0].text, corpus(2)[0].text);
    }

    /// Written corpora stay what they were.
    #[test]
    fn text_of_a_known_seed_never_changes() {
        let document = Author::new(1, 20..=20).document(0, Kind::Original, 0);
        assert_eq!(document.text, KNOWN);
    }

    const KNOWN: &str = "卿券径戌矛揣搔民419例泉辊1月20日：柴趋铬捂、吉乳哩潦。";

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

    #[test]
    fn most_documents_are_originals_and_families_lie_apart() {
        let documents: Vec<_> = Synthetic::new(SyntheticOptions::default())
            .take(2_000)
            .collect();
        let originals = documents
            .iter()
            .filter(|document| document.kind == Kind::Original)
            .count();
        assert!((1_300..=1_500).contains(&originals), "{originals}");
        let beside = documents
            .windows(2)
            .filter(|pair| pair[0].family == pair[1].family)
            .count();
        assert!(beside < 20, "{beside}");
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
            // A repeated shingle or two may move it a little.
            prop_assert!((found - similarity).abs() <= 6.0 / size as f64, "{found} for {similarity}");
        }
    }

    static AUTHOR: LazyLock<Author> = LazyLock::new(|| Author::new(3, 30..=300));
}
