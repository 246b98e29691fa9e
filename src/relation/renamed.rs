//! Texts about two things of which one's name has a word more, such as an index
//! and an index endpoint: at place after place one text has the same word
//! beside the same letters, and the other has nothing there.

use std::collections::BTreeMap;

use crate::passages::Hunk;
use crate::relation::changed_places::changed_places;
use crate::relation::figures::is_digit;
use crate::relation::other_content::content;
use crate::text::letters::is_spaced;

/// Places at which one text must have the word, and the same of short texts. A
/// number needs the fewer in any text.
const PLACES: [usize; 2] = [3, 2];

/// Most units of a short text.
const SHORT: usize = 400;

/// Longest word, in units: two or three words of letters.
const LONGEST: usize = 24;

/// Least content of a word, in letters, where it is Han characters and where it
/// is letters: *u* and *me* make other spellings of *color* and *program*.
const WORD: [u64; 2] = [6, 3];

/// Units beside a word that are the same at each place: the rest of the name.
/// What a site puts behind every name, such as the link to its page, stands
/// beside others.
const BESIDE: [usize; 2] = [2, 4];

/// Returns whether one of two texts has the same word beside the same letters
/// at several places where the other has nothing.
pub(super) fn is_renamed([a, b]: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let are_short = a.len().max(b.len()) <= SHORT;
    let mut counts: BTreeMap<(Side, &[u16], &[u16]), usize> = BTreeMap::new();
    for place in changed_places(hunks) {
        let (units, span) = match (place.a.len(), place.b.len()) {
            (0, _) => (b, place.b),
            (_, 0) => (a, place.a),
            _ => continue,
        };
        let word = span.of(units);
        let is_number = word.iter().all(|unit| is_digit(*unit));
        if !is_number && !is_word(word) {
            continue;
        }
        let (start, end) = (span.start as usize, span.end as usize);
        let of_a = place.b.is_empty();
        let sides = [
            (
                Side {
                    of_a,
                    is_before: true,
                },
                before(units, start),
            ),
            (
                Side {
                    of_a,
                    is_before: false,
                },
                after(units, end),
            ),
        ];
        for (side, beside) in sides {
            let Some(beside) = beside else {
                continue;
            };
            // A number alone is one of another text; behind a letter it is a
            // part of the name.
            if is_number && !side.is_before {
                continue;
            }
            let count = counts.entry((side, beside, word)).or_default();
            *count += 1;
            if *count >= PLACES[usize::from(are_short || is_number)] {
                return true;
            }
        }
    }
    false
}

/// Which text has the word, and on which side of it the letters stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    of_a: bool,
    is_before: bool,
}

fn is_word(units: &[u16]) -> bool {
    let of_letters = units.iter().all(|unit| is_spaced(*unit));
    units.len() <= LONGEST && content(units) >= WORD[usize::from(of_letters)]
}

/// Returns the units before a place that are read with it, if they are those
/// of a name.
fn before(units: &[u16], at: usize) -> Option<&[u16]> {
    let of_letters = is_spaced(*units[..at].last()?);
    let start = at.checked_sub(BESIDE[usize::from(of_letters)])?;
    is_name(&units[start..at]).then(|| &units[start..at])
}

/// Returns the units after a place that are read with it, if they are those of
/// a name.
fn after(units: &[u16], at: usize) -> Option<&[u16]> {
    let of_letters = is_spaced(*units.get(at)?);
    let found = units.get(at..at + BESIDE[usize::from(of_letters)])?;
    is_name(found).then_some(found)
}

/// Returns whether units are letters alone or other characters alone, without
/// digits, blanks and signs.
fn is_name(units: &[u16]) -> bool {
    let is_letter = |unit: &u16| is_spaced(*unit) && !is_digit(*unit);
    units.iter().all(is_letter) || units.iter().all(|unit| *unit > 0xFF && !is_spaced(*unit))
}

#[cfg(test)]
mod tests {
    use crate::relation::matter::OwnMatter;
    use crate::relation::own::tests::own;

    /// A page of a manual about the command of this name, longer than a short
    /// text.
    fn page(command: &str) -> String {
        let rest: String = (0..60)
            .map(|at| char::from(b'a' + at % 26).to_string().repeat(17))
            .collect();
        format!(
            "thebarrel{command}listsallbarrelsofthecellarwiththeiragetocallbarrel{command}\
             youneedthekeyofthehouseandbarrel{command}waitsuntilsomebodyopensthedoor{rest}"
        )
    }

    #[test]
    fn a_name_with_a_word_more_is_another_name() {
        for (one, other) in [("tap", "tapcover"), ("tap", "rowtap")] {
            let name = [Some(OwnMatter::Name); 2];
            assert_eq!(own(&page(one), &page(other)), name, "{one} {other}");
            assert_eq!(own(&page(other), &page(one)), name, "{other} {one}");
        }
        let numbered = own(&page("tap"), &page("tap2"));
        assert_eq!(numbered, [Some(OwnMatter::Name), Some(OwnMatter::Figure)]);
        let notice = |of: &str| {
            format!(
                "青石{of}渡口今天停航，青石{of}渡口的船工说要修补船底，村民只能绕道走石桥去对岸赶集"
            )
        };
        assert_eq!(
            own(&notice(""), &notice("上游")),
            [Some(OwnMatter::Name); 2]
        );
    }

    #[test]
    fn spellings_and_what_a_site_writes_behind_every_name_make_no_other_name() {
        let spelt = |colour: &str| {
            format!(
                "{}the{colour}ofthedoorthe{colour}ofthewallandthe{colour}oftheroof",
                page("tap")
            )
        };
        assert_eq!(own(&spelt("color"), &spelt("colour")), [None; 2]);
        let linked = |link: &str| {
            format!(
                "{}brownbear{link}grewoldgreyheron{link}flewawayandredsquirrel{link}hidnuts",
                page("tap")
            )
        };
        assert_eq!(own(&linked(""), &linked("foto")), [None; 2]);
    }
}
