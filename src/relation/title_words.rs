//! Words in which the titles of two lines differ: *Vue grid* and *React grid*
//! over the same sentence about a grid.

use crate::corpus::{Corpus, DocId};
use crate::relation::figures::is_digit;
use crate::relation::other_content::content;
use crate::text::contains::contains;
use crate::text::letters::is_spaced;

/// What the title of a correction begins with.
pub(super) const CORRECTIONS: [&str; 5] = ["corrected", "correction", "corrects", "更正", "勘误"];

/// Least letters of a word that may be a name; a digit may be one.
const LEAST: usize = 2;

/// Letters that tell a word where its ending may be another: *raise*, *raised*.
const STEM: usize = 5;

/// Units with which a report begins, where it says what its flash said.
const LEAD: usize = 300;

/// Least letters of a word that hardly stands in others, in texts without spaces.
const LONG: usize = 4;

/// Fewest such words of the title of a flash.
const LEAST_SAID: usize = 4;

/// Share of them that the report has.
const SAID: [usize; 2] = [3, 4];

/// Returns whether the title of either document has a word of letters that the
/// other title has not, and that stands in its own text alone.
///
/// A headline says the same in other words; what is also in the one text and
/// not in the other is what the text is about.
pub(super) fn name_other_things(corpus: &Corpus, docs: [DocId; 2], texts: [&[u16]; 2]) -> bool {
    let Some((a, b)) = corpus.title(docs[0]).zip(corpus.title(docs[1])) else {
        return false;
    };
    if a == b {
        return false;
    }
    let words = [a, b].map(|title| words(corpus, title));
    [0, 1].into_iter().any(|side| {
        words[side].iter().any(|word| {
            !words[1 - side].contains(word)
                && contains(texts[side], word)
                && !contains(texts[1 - side], word)
        })
    })
}

/// Returns whether one of two titles has the first word of the other, as a word:
/// *Acme opens mill* and *New mill of Acme* are about one firm.
pub(super) fn begin_with_one_thing(corpus: &Corpus, docs: [DocId; 2]) -> bool {
    let Some((a, b)) = corpus.title(docs[0]).zip(corpus.title(docs[1])) else {
        return false;
    };
    let words = [a, b].map(|title| words(corpus, title));
    [0, 1].into_iter().any(|side| {
        words[side]
            .first()
            .is_some_and(|first| words[1 - side].contains(first))
    })
}

/// Returns whether two titles that begin with one thing, as above, say one thing:
/// half of the words of the one with fewer stand in the other.
pub(super) fn say_one_thing(corpus: &Corpus, docs: [DocId; 2]) -> bool {
    let Some((a, b)) = corpus.title(docs[0]).zip(corpus.title(docs[1])) else {
        return false;
    };
    let [a, b] = [a, b].map(|title| {
        let mut words = words(corpus, title);
        words.sort_unstable();
        words.dedup();
        words
    });
    let common = a
        .iter()
        .filter(|word| b.binary_search(word).is_ok())
        .count();
    common * 2 >= a.len().min(b.len()) && begin_with_one_thing(corpus, docs)
}

/// Returns whether the first word of the title of the shorter text, and three quarters
/// of its long ones, stand in the title of the longer one or in the beginning of its
/// text, as far as their first letters tell.
pub(super) fn is_said_in_lead(corpus: &Corpus, docs: [DocId; 2]) -> bool {
    let [a, b] = docs.map(|doc| corpus.normalized(doc));
    let [shorter, longer] = match (a.len(), a) <= (b.len(), b) {
        true => docs,
        false => [docs[1], docs[0]],
    };
    let (Some(title), Some(other)) = (corpus.title(shorter), corpus.title(longer)) else {
        return false;
    };
    let mut head = Vec::new();
    corpus.normalizer().normalize_into(other, &mut head);
    let text = corpus.normalized(longer);
    let lead = &text[..text.len().min(LEAD)];
    let is_said = |word: &[u16]| {
        let stem = &word[..word.len().min(STEM)];
        contains(lead, stem) || contains(&head, stem)
    };
    let words = words(corpus, title);
    let mut long: Vec<&[u16]> = words.iter().map(Vec::as_slice).collect();
    long.retain(|word| word.len() >= LONG);
    long.sort_unstable();
    long.dedup();
    let found = long.iter().filter(|word| is_said(word)).count();
    words.first().is_some_and(|first| is_said(first))
        && long.len() >= LEAST_SAID
        && found * SAID[1] >= long.len() * SAID[0]
}

/// Returns whether two titles are addresses, and different ones.
pub(super) fn are_other_addresses([a, b]: [&str; 2]) -> bool {
    a != b && is_address(a) && is_address(b)
}

/// Returns whether a title is the address of a page: *guide/oars.html*.
pub(super) fn is_address(title: &str) -> bool {
    title.contains('/') && title.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns whether one of two titles alone says that its text is a correction.
pub(super) fn is_one_correction(titles: [&str; 2]) -> bool {
    let [a, b] = titles.map(|title| {
        let title = title.trim_start_matches(|c: char| !c.is_alphanumeric());
        let begins = |mark: &&str| {
            let head = title.get(..mark.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(mark))
        };
        CORRECTIONS.iter().any(begins)
    });
    a != b
}

/// Returns the words of a title that are letters and digits of scripts with
/// spaces, normalized.
fn words(corpus: &Corpus, title: &str) -> Vec<Vec<u16>> {
    let words = title.split(|c: char| !c.is_alphanumeric());
    let normalized = words.map(|word| {
        let mut units = Vec::new();
        corpus.normalizer().normalize_into(word, &mut units);
        units
    });
    let is_name = |units: &Vec<u16>| {
        (units.len() >= LEAST || units.iter().all(|unit| is_digit(*unit)))
            && units.iter().all(|unit| is_spaced(*unit))
            && content(units) > 0
    };
    normalized.filter(is_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Document;
    use crate::text::normalize::Normalizer;

    fn are_others(a: (&'static str, &'static str), b: (&'static str, &'static str)) -> bool {
        let document = |id: &'static str, (title, text): (&'static str, &'static str)| {
            Document::new(id, text).title(title)
        };
        let corpus = Corpus::builder(Normalizer::default())
            .push(document("a", a))
            .push(document("b", b))
            .build()
            .unwrap();
        let docs: Vec<DocId> = corpus.docs().collect();
        let docs = [docs[0], docs[1]];
        name_other_things(&corpus, docs, docs.map(|doc| corpus.normalized(doc)))
    }

    #[test]
    fn a_word_of_the_title_that_its_own_text_alone_has_is_what_the_text_is_about() {
        let oak = ("oak-table", "A table of oak for six guests, with drawers");
        let elm = ("elm-table", "A table of elm for six guests, with drawers");
        let any = ("table", "A table for six guests, with drawers");
        assert!(are_others(oak, elm));
        assert!(are_others(oak, any));
        assert!(are_others(any, oak));
        let second = ("table-2", "A table 2 for six guests, with drawers");
        assert!(are_others(any, second));
    }

    #[test]
    fn addresses_are_titles_of_letters_with_a_slash() {
        for (a, b, other) in [
            ("guide/oars.html", "guide/sails.html", true),
            ("guide/oars.html", "guide/oars.html", false),
            ("Oars and/or sails", "Sails", false),
            ("桨/帆", "帆/桨", false),
        ] {
            assert_eq!(are_other_addresses([a, b]), other, "{a} {b}");
        }
    }

    #[test]
    fn a_correction_says_so_in_front() {
        for (a, b, one) in [
            ("(CORRECTED) - Ferry sinks", "Ferry sinks", true),
            ("Ferry sinks", "更正：渡船沉没", true),
            ("Corrected: ferry", "CORRECTION - ferry", false),
            ("Ferry sinks", "Miller is corrected", false),
        ] {
            assert_eq!(is_one_correction([a, b]), one, "{a} {b}");
        }
    }

    #[test]
    fn other_headlines_over_the_same_facts_are_about_one_thing() {
        let long = (
            "Six guests, one table",
            "A table of oak for six guests, with drawers",
        );
        let short = (
            "Oak table for sale",
            "A table of oak for six guests and drawers",
        );
        assert!(!are_others(long, short));
        assert!(!are_others(long, long));
        let untitled = ("", "A table of elm for six guests, with drawers");
        assert!(!are_others(("", long.1), untitled));
    }

    #[test]
    fn titles_are_about_one_thing_if_one_has_the_first_word_of_the_other() {
        let are_one = |a: &'static str, b: &'static str| {
            let corpus = Corpus::builder(Normalizer::default())
                .push(Document::new("a", "A table").title(a))
                .push(Document::new("b", "A bench").title(b))
                .build()
                .unwrap();
            let docs: Vec<DocId> = corpus.docs().collect();
            begin_with_one_thing(&corpus, [docs[0], docs[1]])
        };
        assert!(are_one("ACME OPENS MILL", "NEW MILL OF ACME"));
        assert!(!are_one("ACME OPENS MILL", "BURR OPENS MILL"));
        assert!(!are_one("ACME OPENS MILL", "ACMEON OPENS MILL"));
    }
}
