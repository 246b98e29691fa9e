//! Every maximal repeat, without a score: what `--all` writes.

use crate::amounts::grouped;
use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::phrases::display::shown;
use crate::phrases::kind::PhraseKind;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase::Variant;
use crate::phrases::spelling::Speller;
use crate::phrases::timeline::Timeline;
use crate::suffix::concat::ConcatText;
use crate::suffix::index;
use crate::suffix::interval::{self, Interval};
use crate::suffix::occurrence;
use crate::suffix::overlap::overlaps;
use crate::suffix::place::Occurrence;
use crate::suffix::place_limit::PlaceLimit;
use crate::suffix::suffix_array::SuffixArray;

/// A string that can't be made longer on either side without losing an
/// occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Its characters, normalized, in their commonest Simplified spelling.
    pub phrase: String,
    /// Its commonest surface form, a Simplified one if there is one.
    pub display: String,
    /// Its length in normalized characters.
    pub length: u32,
    /// Number of documents that contain it.
    pub documents: u32,
    /// Number of occurrences, overlapping ones too.
    pub occurrences: u64,
    /// Its surface forms, commonest first.
    pub variants: Vec<Variant>,
    /// Its occurrences, by document and start; where they are limited, a part of
    /// them, spread evenly over what follows them, and the surface forms are
    /// those of this part.
    pub locations: Vec<Occurrence>,
    /// Its kind, going by its form, if it is of a list of phrases; a mere
    /// repeat has none.
    pub kind: Option<PhraseKind>,
    /// When and where it was used, if that was asked for.
    pub timeline: Option<Timeline>,
}

/// How much of the repeats is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepeatLimits {
    /// How many places of each.
    pub places: PlaceLimit,
    /// Whether repeats of more than a thousand characters are listed too that
    /// overlap themselves by half: of a text that is one character or one line
    /// again and again, there are as many as it has of these, and their
    /// characters grow with its square.
    pub overlapping: bool,
}

impl RepeatLimits {
    /// Every repeat with every place.
    pub const NONE: RepeatLimits = RepeatLimits {
        places: PlaceLimit::All,
        overlapping: true,
    };
}

/// Bytes of records, about, beyond which repeats are refused: a terabyte. More is
/// only asked for by mistake, of a text that repeats itself all along: what it
/// has to list grows with the square of its length, or with the cube.
const MOST_BYTES: u64 = 1_000_000_000_000;

/// How much a list of repeats has to say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ListSize {
    repeats: u64,
    /// Characters of the repeats.
    characters: u64,
    places: u64,
    /// Repeats that overlap themselves and are not listed.
    left_out: u64,
}

impl ListSize {
    /// Counts the repeats that [`repeats_within`] finds, in one walk over them.
    fn count(
        text: &ConcatText,
        suffixes: &SuffixArray,
        options: &PhraseOptions,
        limits: RepeatLimits,
    ) -> Self {
        let mut size = ListSize::default();
        let mut buffer = Vec::new();
        let (length, documents) = (options.min_length, options.min_documents);
        interval::walk(text, suffixes, length, documents, |interval| {
            if !limits.overlapping && overlaps(suffixes, &interval, &mut buffer) {
                size.left_out += 1;
                return;
            }
            size.repeats += 1;
            size.characters += u64::from(interval.length);
            size.places += limits.places.listed(&interval);
        });
        size
    }

    /// Returns the bytes of its records, about.
    fn bytes(self) -> u64 {
        /// Of a character, as it is normalized and as it is written.
        const CHARACTER: u64 = 2 * 3;
        /// Of a place: the id of its document, and two numbers.
        const PLACE: u64 = 40;
        let characters = self.characters.saturating_mul(CHARACTER);
        characters.saturating_add(self.places.saturating_mul(PLACE))
    }

    /// Refuses what is more than can be written.
    fn check(self, min_length: u32) -> Result<()> {
        if self.bytes() <= MOST_BYTES {
            return Ok(());
        }
        Err(Error::Option {
            option: "`min_length`".to_owned(),
            what: format!(
                "from {} characters on there are {} repeats with {} places, some {} TB of \
                 records: a text repeats itself all along; raise it, or leave that text out",
                grouped(min_length.into()),
                grouped(self.repeats),
                grouped(self.places),
                grouped(self.bytes() / MOST_BYTES)
            ),
        })
    }
}

/// Calls `found` for every repeat of at least `min_length` characters in at
/// least `min_documents` documents that is maximal, and for no other, in the
/// order of the suffix array (by the code points of the normalized text, longer
/// before shorter).
///
/// The other options are ignored. Holds one batch of occurrences at a time; the
/// number of repeats is at most that of the characters, that of the occurrences
/// can grow with its square (one character a million times, in two documents). So
/// they are counted first.
///
/// # Errors
///
/// Fails as [`super::reused_phrases`] does, and with whatever `found` returns;
/// [`Error::Option`] before anything is found if the records would take more than
/// a terabyte.
pub fn all_repeats(
    corpus: &Corpus,
    options: &PhraseOptions,
    ctx: &Context,
    found: impl FnMut(Repeat) -> Result<()>,
) -> Result<()> {
    repeats_within(corpus, options, RepeatLimits::NONE, ctx, found).map(|_| ())
}

/// As [`all_repeats`], with as many of them and as many places of each as the
/// limits say: constant work for each place that is listed, and none for the
/// others. Returns how many repeats that overlap themselves were left out.
///
/// # Errors
///
/// As [`all_repeats`].
pub fn repeats_within(
    corpus: &Corpus,
    options: &PhraseOptions,
    limits: RepeatLimits,
    ctx: &Context,
    mut found: impl FnMut(Repeat) -> Result<()>,
) -> Result<u64> {
    index::require_texts(corpus)?;
    let mut text = ConcatText::of(corpus)?;
    ctx.check()?;
    corpus.release_pages();
    corpus.hold_ids();
    let mut suffixes = index::suffixes_of(&mut text, ctx)?;
    // Of the two sorters that share the memory none is left.
    suffixes.room = suffixes.room.map(|room| 2 * room);
    ctx.check()?;
    let size = ListSize::count(&text, &suffixes, options, limits);
    size.check(options.min_length)?;
    let limit = limits.places;
    let speller = Speller::new(corpus);
    let (mut batch, mut buffer) = (Vec::new(), Vec::new());
    let mut in_batch = 0;
    let mut outcome = Ok(());
    interval::walk(
        &text,
        &suffixes,
        options.min_length,
        options.min_documents,
        |interval| {
            let mut is_left_out =
                || !limits.overlapping && overlaps(&suffixes, &interval, &mut buffer);
            if outcome.is_err() || is_left_out() {
                return;
            }
            batch.push(interval);
            in_batch += limit.listed(&interval);
            if in_batch >= occurrence::batch_len(&suffixes) {
                outcome = ctx
                    .check()
                    .and_then(|()| write(&speller, &text, &suffixes, (&batch, limit), &mut found));
                batch.clear();
                in_batch = 0;
            }
        },
    );
    outcome?;
    write(&speller, &text, &suffixes, (&batch, limit), &mut found)?;
    Ok(size.left_out)
}

fn write(
    speller: &Speller<'_>,
    text: &ConcatText,
    suffixes: &SuffixArray,
    (batch, limit): (&[Interval], PlaceLimit),
    found: &mut impl FnMut(Repeat) -> Result<()>,
) -> Result<()> {
    let corpus = speller.corpus();
    let is_simplified = |document| speller.is_simplified(document);
    let occurrences = occurrence::find(corpus, text, suffixes, batch, limit, is_simplified);
    for (at, interval) in batch.iter().enumerate() {
        let as_normalized = occurrences.as_normalized(at);
        let forms = occurrences.forms(corpus, at);
        let locations = occurrences.of(at).to_vec();
        let position = suffixes.position(interval.first as usize);
        let phrase = text.slice(position, interval.length);
        let shown = shown(speller, phrase, &locations, &forms, as_normalized);
        found(Repeat {
            phrase: shown.phrase,
            display: shown.display,
            length: interval.length,
            documents: interval.documents,
            occurrences: interval.occurrences,
            variants: shown.variants,
            locations,
            kind: None,
            timeline: None,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> PhraseOptions {
        PhraseOptions {
            min_length: 4,
            min_documents: 2,
            ..PhraseOptions::default()
        }
    }

    /// Returns a corpus of one character `len` times, and once more.
    fn repeated(len: usize) -> Corpus {
        let texts = [("a", "和".repeat(len)), ("b", "和".repeat(len + 1))];
        let texts = texts.iter().map(|(id, text)| (*id, text.as_str()));
        Corpus::from_texts(texts, Default::default())
    }

    #[test]
    fn what_is_counted_before_is_what_is_listed() {
        let corpus = repeated(60);
        let mut text = ConcatText::of(&corpus).unwrap();
        let ctx = Context::default();
        let suffixes = index::suffixes_of(&mut text, &ctx).unwrap();
        let limits = RepeatLimits {
            places: PlaceLimit::Each(7),
            overlapping: true,
        };
        let counted = ListSize::count(&text, &suffixes, &options(), limits);
        let mut listed = ListSize::default();
        let list = |repeat: Repeat| {
            listed.repeats += 1;
            listed.characters += u64::from(repeat.length);
            listed.places += repeat.locations.len() as u64;
            Ok(())
        };
        repeats_within(&corpus, &options(), limits, &ctx, list).unwrap();
        assert_eq!(counted, listed);
        assert_eq!(counted.repeats, 57);
    }

    #[test]
    fn a_limited_list_has_the_same_repeats_and_true_places() {
        let copy = "今天下午三点半在社区服务中心开了会".repeat(9);
        let texts = [
            ("a", "联防、联控".repeat(30)),
            ("b", "联防联控".repeat(20)),
            ("c", copy.clone()),
            ("d", copy),
        ];
        let texts = texts.iter().map(|(id, text)| (*id, text.as_str()));
        let corpus = Corpus::from_texts(texts, Default::default());
        let ctx = Context::default();
        let listed = |limit| {
            let mut repeats = Vec::new();
            let list = |repeat| {
                repeats.push(repeat);
                Ok(())
            };
            let limits = RepeatLimits {
                places: limit,
                overlapping: false,
            };
            repeats_within(&corpus, &options(), limits, &ctx, list).unwrap();
            repeats
        };
        let all = listed(PlaceLimit::All);
        for most in [1, 2, 3, 7, 1_000] {
            let some = listed(PlaceLimit::Each(most));
            assert_eq!(some.len(), all.len());
            for (some, all) in some.iter().zip(&all) {
                let told = |repeat: &Repeat| (repeat.length, repeat.documents, repeat.occurrences);
                assert_eq!(told(some), told(all));
                let len = some.locations.len();
                assert!((1..=most).contains(&len));
                assert!(len == all.locations.len() || all.locations.len() > most);
                assert!(some.locations.is_sorted());
                assert!(some.locations.iter().all(|at| all.locations.contains(at)));
                let counted: u64 = some.variants.iter().map(|variant| variant.count).sum();
                assert_eq!(counted, len as u64);
            }
        }
        assert_eq!(listed(PlaceLimit::Each(1_000)), all);
    }

    #[test]
    fn the_characters_of_what_repeats_itself_grow_no_faster_than_the_text() {
        let listed = |len| {
            let (mut characters, mut places) = (0, 0);
            let list = |repeat: Repeat| {
                characters += u64::from(repeat.length);
                places += repeat.locations.len();
                Ok(())
            };
            let ctx = Context::default();
            let limits = RepeatLimits::default();
            let left_out = repeats_within(&repeated(len), &options(), limits, &ctx, list);
            (left_out.unwrap(), characters, places)
        };
        let (left_out, characters, places) = listed(2_000);
        assert_eq!(left_out, 1_000);
        let (more_left_out, more_characters, more_places) = listed(4_000);
        assert_eq!(more_left_out, 3_000);
        assert_eq!(more_characters, characters);
        assert!(more_places <= 2 * places);
    }

    #[test]
    fn a_list_that_no_disk_holds_is_refused_before_anything_is_listed() {
        let corpus = repeated(200_000);
        let list = |_| panic!("a repeat was listed");
        let refused = all_repeats(&corpus, &options(), &Context::default(), list);
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("199,997 repeats"), "{error}");
    }
}
