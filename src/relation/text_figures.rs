//! The figures of texts, read once for the pairs that they are in.

use std::sync::{Arc, Mutex, OnceLock};

use crate::corpus::DocId;
use crate::relation::figures::{Figure, FigureKind, articles, figures, is_provision};
use crate::relation::thresholds::THRESHOLDS;
use crate::two_generations::TwoGenerations;

/// What stands before the number of an article.
const ORDINAL: u16 = '第' as u16;

/// The figures of a text, and which of them a comparison counts.
#[derive(Default)]
pub(super) struct TextFigures {
    pub(super) figures: Vec<Figure>,
    /// The numbers of its articles, in order, if it has as many as editions of rules
    /// have in common.
    pub(super) articles: Vec<u64>,
    /// The keys of strong figures, in order, each once.
    pub(super) strong: Vec<u64>,
    /// The keys of days, likewise.
    pub(super) days: Vec<u64>,
    /// The keys of strong figures that name no provision, likewise.
    stated: OnceLock<Vec<u64>>,
}

impl TextFigures {
    pub(super) fn read(units: &[u16]) -> Self {
        let mut found = Vec::new();
        figures(units, &mut found);
        // Hardly a text numbers anything, and to count is fast.
        let ordinals = units.iter().filter(|unit| **unit == ORDINAL).count();
        let mut numbers = Vec::new();
        if ordinals >= THRESHOLDS.articles as usize {
            articles(units, &mut numbers);
        }
        TextFigures {
            strong: keys(&found, |figure| figure.is_strong()),
            days: keys(&found, |figure| figure.kind == FigureKind::Day),
            figures: found,
            articles: numbers,
            stated: OnceLock::new(),
        }
    }

    /// Returns the keys of strong figures that name no provision of the text,
    /// which is given again: few pairs ask.
    pub(super) fn stated(&self, units: &[u16]) -> &[u64] {
        self.stated.get_or_init(|| {
            keys(&self.figures, |figure| {
                figure.is_strong() && !is_provision(units, figure)
            })
        })
    }

    /// Returns the memory that it takes, about.
    fn len_bytes(&self) -> usize {
        let keys = self.articles.len() + 2 * self.strong.len() + self.days.len();
        size_of::<Self>() + size_of_val(&self.figures[..]) + keys * size_of::<u64>()
    }
}

/// Returns the keys of some figures, in order, each once.
fn keys(figures: &[Figure], is_wanted: impl Fn(&Figure) -> bool) -> Vec<u64> {
    let wanted = figures.iter().filter(|figure| is_wanted(figure));
    let mut keys: Vec<u64> = wanted.map(|figure| figure.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Parts of a store, so that threads seldom wait for each other.
const PARTS: usize = 64;

/// Memory of the figures that a part keeps before it lets go of those that were
/// not asked for since it last did: of texts of a thousand characters that is ten
/// thousand texts in all, about.
const PART_BYTES: usize = 1 << 17;

/// The figures of the documents of one corpus that were asked for last, by any
/// thread.
pub(super) struct FigureStore {
    parts: [Mutex<TwoGenerations<DocId, TextFigures>>; PARTS],
}

impl Default for FigureStore {
    fn default() -> Self {
        FigureStore {
            parts: std::array::from_fn(|_| Mutex::new(TwoGenerations::new(PART_BYTES))),
        }
    }
}

impl FigureStore {
    /// Returns the figures of a document, whose normalized text is given.
    fn of(&self, doc: DocId, units: &[u16]) -> Arc<TextFigures> {
        /// Units up to which a text is read again as fast as it is looked up.
        const SHORT: usize = 1 << 7;
        if units.len() <= SHORT {
            return Arc::new(TextFigures::read(units));
        }
        let part = &self.parts[doc.0 as usize % PARTS];
        // A part is whole whatever a thread that held it did.
        let lock = || part.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(found) = lock().get(doc) {
            return found;
        }
        let read = Arc::new(TextFigures::read(units));
        lock().put(doc, read.clone(), read.len_bytes());
        read
    }
}

/// What tells a text from others.
#[derive(Default)]
enum Text {
    #[default]
    None,
    Document(DocId),
    Units(Vec<u16>),
}

/// A text and its figures.
#[derive(Default)]
pub(super) struct Known {
    text: Text,
    pub(super) figures: Arc<TextFigures>,
}

impl Known {
    fn is(&self, doc: Option<DocId>, units: &[u16]) -> bool {
        match (&self.text, doc) {
            (Text::Document(own), Some(doc)) => *own == doc,
            (Text::Units(own), None) => own == units,
            _ => false,
        }
    }
}

/// Makes `known` those of two texts, which are the documents of the store's corpus
/// that are given.
pub(super) fn know(
    known: &mut [Known; 2],
    store: &FigureStore,
    docs: Option<[DocId; 2]>,
    texts: [&[u16]; 2],
) {
    let docs = docs.map_or([None; 2], |docs| docs.map(Some));
    if known[0].is(docs[1], texts[1]) || known[1].is(docs[0], texts[0]) {
        known.swap(0, 1);
    }
    for ((known, doc), units) in known.iter_mut().zip(docs).zip(texts) {
        if known.is(doc, units) {
            continue;
        }
        *known = match doc {
            Some(doc) => Known {
                text: Text::Document(doc),
                figures: store.of(doc, units),
            },
            None => Known {
                text: Text::Units(units.to_vec()),
                figures: Arc::new(TextFigures::read(units)),
            },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Notices that differ in their figures, longer than what is read again.
    fn notice(number: u32) -> Vec<u16> {
        let day = format!(
            "渡口管理处3月{}日的第{number}号通知，渡轮停航{number}天，",
            number % 28 + 1
        );
        day.repeat(20).encode_utf16().collect()
    }

    #[test]
    fn figures_are_those_of_the_text_however_many_were_asked_for_in_between() {
        let store = FigureStore::default();
        let mut known = <[Known; 2]>::default();
        let most = u32::try_from(PARTS * PART_BYTES / 4_000).unwrap_or(u32::MAX);
        let orders = [0..most, 0..40, most - 40..most, 0..40];
        for number in orders.into_iter().flatten() {
            let docs = [DocId(number / 2), DocId(number)];
            let texts = docs.map(|doc| notice(doc.0));
            let docs = (number % 5 > 0).then_some(docs);
            know(&mut known, &store, docs, [&texts[0], &texts[1]]);
            for (known, text) in known.iter().zip(&texts) {
                let plain = TextFigures::read(text);
                assert_eq!(known.figures.figures.len(), plain.figures.len(), "{number}");
                assert_eq!(known.figures.strong, plain.strong, "{number}");
                assert_eq!(known.figures.days, plain.days, "{number}");
                assert_eq!(known.figures.articles, plain.articles, "{number}");
                assert_eq!(known.figures.stated(text), plain.stated(text), "{number}");
            }
        }
    }

    proptest! {
        #[test]
        fn prop_keys_are_in_order_and_each_once(numbers in prop::collection::vec(1u32..5000, 0..40)) {
            let text: String = numbers.iter().map(|number| format!("水位{number}米，")).collect();
            let of = TextFigures::read(&text.encode_utf16().collect::<Vec<u16>>());
            for keys in [&of.strong, &of.days] {
                prop_assert!(keys.windows(2).all(|two| two[0] < two[1]));
            }
            let has = |figure: &Figure| of.strong.binary_search(&figure.key).is_ok();
            prop_assert!(of.figures.iter().filter(|figure| figure.is_strong()).all(has));
        }
    }
}
