//! Places in which two texts of rules, such as statutes and licences, say another
//! thing by a word: another member of a list, another term, an exception, another
//! name or version in the title.
//!
//! What news says in other words is the same news. In a rule each word counts:
//! whoever is left out of a list has no part in it, though the statute names them
//! elsewhere.

use crate::boilerplate::weight;
use crate::passages::Hunk;
use crate::relation::changed_places::{ChangedPlace, changed_places, has_moved};
use crate::relation::figures::is_digit;
use crate::relation::known_change::is_known;
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::other_content::{FEW_PLACES, are_alike, content};
use crate::relation::stretch_search::StretchSearch;
use crate::text::letters::{A_CHARACTER, is_spaced};

/// Least weight of a member of a list, in letters: a word of two Han characters.
const MEMBER: u64 = 2 * A_CHARACTER as u64;

/// The same in letters.
const LETTERS: u64 = 8;

/// Most Han characters of a term that stands for another one.
const TERM: usize = 4;

/// Weight of the beginning of a text in which its title stands, in letters.
const TITLE: u64 = 80;

/// Least letters of a name in a title.
const NAME: usize = 4;

/// Units before a place in which *copyright* makes it the name of an owner.
const OWNER_NEAR: usize = 40;

/// Words of a pair that are looked for in its other places; each further one is
/// taken to have no other place.
const LOOKUPS: u32 = 32;

/// Most weight of an exception that was put into a sentence; in a longer clause
/// it is one of that clause.
const EXCEPTION: u64 = 20 * A_CHARACTER as u64;

/// Words with which a rule makes an exception.
const EXCEPTIONS: [&str; 6] = [
    "except",
    "unless",
    "providedthat",
    "otherthan",
    "withno",
    "without",
];

/// Returns which of two texts of rules has words in some place that make it
/// another rule; both if a word stands for another one, or an exception was put
/// into a sentence.
pub(super) fn rule_words(
    texts: [&[u16]; 2],
    hunks: &[Hunk],
    searches: &mut [StretchSearch<'_>; 2],
) -> OwnMatters {
    let both = [Some(OwnMatter::Wording); 2];
    let titles = texts.map(title_end);
    let places: Vec<ChangedPlace> = changed_places(hunks).collect();
    let of_place = |place: &ChangedPlace| {
        let [a, b] = place.stripped(texts);
        [a.of(texts[0]), b.of(texts[1])]
    };
    let (mut found, mut lookups) = ([None; 2], 0);
    for place in &places {
        let sides = of_place(place);
        let are_others = are_other_terms(sides)
            || places.len() <= FEW_PLACES && are_other_letters(texts, place, sides);
        if are_others && !is_known(texts, place) {
            return both;
        }
        let is_inside = place.before > 0 && place.after > 0;
        if is_inside && sides.iter().any(|side| is_exception(side)) {
            return both;
        }
        if (place.a.start as usize) < titles[0] && (place.b.start as usize) < titles[1] {
            let in_title = in_title(texts, place, sides, searches);
            found = [0, 1].map(|side| found[side].or(in_title[side]));
        }
        for side in [0, 1] {
            let is_more = sides[1 - side].is_empty() && !sides[side].is_empty();
            if !is_more || found[side].is_some() || !is_member(sides[side]) {
                continue;
            }
            lookups += 1;
            let word = place.stripped(texts)[side];
            let is_there = |other: &ChangedPlace| has_moved(texts, word, side, other);
            let is_nearby = lookups <= LOOKUPS && places.iter().any(is_there);
            found[side] = (!is_nearby).then_some(OwnMatter::Wording);
        }
        if found.iter().all(Option::is_some) {
            break;
        }
    }
    found
}

fn is_han(unit: &u16) -> bool {
    (0x4E00..=0x9FFF).contains(unit)
}

/// Returns whether both stretches are Han characters of a term, and not the
/// same ones in another order.
fn are_other_terms(sides: [&[u16]; 2]) -> bool {
    let is_term = |side: &[u16]| {
        (1..=TERM).contains(&side.len()) && side.iter().all(is_han) && content(side) > 0
    };
    let sorted = |side: &[u16]| {
        let mut units = side.to_vec();
        units.sort_unstable();
        units
    };
    sides.into_iter().all(is_term) && sorted(sides[0]) != sorted(sides[1])
}

/// Returns whether letters stand for others, of which no owner is named: *MPL* and
/// *NPL*, of which a text that differs in little else says nothing more.
fn are_other_letters(texts: [&[u16]; 2], place: &ChangedPlace, sides: [&[u16]; 2]) -> bool {
    let are_letters = |side: &[u16]| {
        !side.is_empty() && side.iter().all(|unit| is_spaced(*unit) && !is_digit(*unit))
    };
    sides.into_iter().all(are_letters)
        && ![near(texts, place), sides[0], sides[1]]
            .into_iter()
            .any(names_owner)
}

/// Returns what stands before a place.
fn near<'a>(texts: [&'a [u16]; 2], place: &ChangedPlace) -> &'a [u16] {
    let start = place.a.start as usize;
    &texts[0][start.saturating_sub(OWNER_NEAR)..start]
}

/// Returns whether a stretch is a word: of Han characters, or of letters, which
/// are more than the ending of one.
fn is_member(units: &[u16]) -> bool {
    let is_name = |units: &[u16]| {
        units.iter().all(|unit| is_spaced(*unit))
            && content(units) >= LETTERS
            && !names_owner(units)
    };
    (units.iter().all(is_han) && content(units) >= MEMBER) || is_name(units)
}

/// Returns whether a stretch is no more than an exception: 除…外, *unless*.
fn is_exception(units: &[u16]) -> bool {
    if units.is_empty() || weight(units) > EXCEPTION {
        return false;
    }
    let at = |c: char| {
        units
            .iter()
            .position(|unit| u32::from(*unit) == u32::from(c))
    };
    let last = |c: char| {
        units
            .iter()
            .rposition(|unit| u32::from(*unit) == u32::from(c))
    };
    if let (Some(from), Some(to)) = (at('除'), last('外'))
        && to > from + 1
    {
        return true;
    }
    EXCEPTIONS.iter().any(|word| has(units, word))
}

/// Returns whether a stretch has a word.
pub(super) fn has(units: &[u16], word: &str) -> bool {
    let word: Vec<u16> = word.encode_utf16().collect();
    units.windows(word.len()).any(|window| window == word)
}

/// Returns whether a stretch names an owner, or a place where to find one.
pub(super) fn names_owner(units: &[u16]) -> bool {
    has(units, "copyright") || has(units, "http")
}

/// Returns where the title of a text ends, or so far that it does.
fn title_end(units: &[u16]) -> usize {
    let mut weighs = 0;
    let ends = units.iter().position(|unit| {
        weighs += weight(&[*unit]);
        weighs > TITLE
    });
    ends.unwrap_or(units.len())
}

/// Returns whose title has a name or a number in a place that makes it the title
/// of another text.
fn in_title(
    texts: [&[u16]; 2],
    place: &ChangedPlace,
    sides: [&[u16]; 2],
    searches: &mut [StretchSearch<'_>; 2],
) -> OwnMatters {
    if [near(texts, place), sides[0], sides[1]]
        .into_iter()
        .any(names_owner)
    {
        return [None; 2];
    }
    let numbers = [(texts[0], place.a), (texts[1], place.b)]
        .map(|(text, span)| numbers(text, span.start as usize, span.end as usize));
    [0, 1].map(|side| {
        let (mine, others) = (&numbers[side], &numbers[1 - side]);
        let is_version = |number: &Vec<u16>| !others.is_empty() || number.len() > 1;
        if mine
            .iter()
            .any(|number| !others.contains(number) && is_version(number))
        {
            return Some(OwnMatter::Figure);
        }
        let name = sides[side];
        let is_name = match name.iter().all(|unit| is_spaced(*unit)) {
            true => name.len() >= NAME && content(name) >= NAME as u64,
            false => content(name) >= MEMBER,
        };
        let is_other = is_name && !are_alike(sides) && !searches[1 - side].has(name);
        is_other.then_some(OwnMatter::Name)
    })
}

/// Returns the numbers that stand in a part of a text or reach into it, with
/// the points in them.
fn numbers(text: &[u16], start: usize, end: usize) -> Vec<Vec<u16>> {
    let is_part = |unit: &u16| is_digit(*unit) || *unit == u16::from(b'.');
    let head = text[..start].iter().rev().take_while(|unit| is_part(unit));
    let from = start - head.count();
    let to = end + text[end..].iter().take_while(|unit| is_part(unit)).count();
    if start == end {
        return Vec::new();
    }
    text[from..to]
        .split(|unit| !is_part(unit))
        .filter(|number| number.iter().any(|unit| is_digit(*unit)))
        .map(<[u16]>::to_vec)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::relation::matter::OwnMatter;
    use crate::relation::own::tests::own;

    const WORDING: Option<OwnMatter> = Some(OwnMatter::Wording);

    /// Rules of a village without numbered articles, with another one.
    fn rules(rule: &str) -> String {
        let rules = [
            "渡口由村民委员会管理船工应当按时开船",
            "渡口设船工四人会计一人木匠一人均由村长任用",
            "修船的木料由合作社供应并且登记在册",
            "夜间不得开船遇到大风大雾也不得开船",
            "渡口的账目由村民大会审查会计应当到场说明",
        ];
        let rest: String = (0..420_u32)
            .filter_map(|at| char::from_u32(0x5000 + at * 37 % 0x4000))
            .collect();
        format!("{}{rule}会计应当到场{rest}", rules.concat())
    }

    #[test]
    fn a_member_of_a_list_is_own_matter_though_the_rules_name_it_elsewhere() {
        let (more, less) = (
            rules("村长办理会计修缮和采买事项"),
            rules("村长办理修缮和采买事项"),
        );
        assert_eq!(own(&more, &less), [WORDING, None]);
        assert_eq!(own(&less, &more), [None, WORDING]);
    }

    #[test]
    fn a_name_in_letters_is_a_member_if_it_is_long_and_no_owner() {
        let ferry = "whoeverborrowsaboatshallbringitbackbeforethebellringsthehullmaynotbepainted\
             therowersmustwriteontheboardwhenandwheretheywentandwhowasaboard";
        let other: String = (b'b'..b'p')
            .map(|letter| ferry.replace('e', &char::from(letter).to_string()))
            .collect();
        let rules = |names: &str| format!("{ferry}thenames{names}ofthevillagemaynotbeused{other}");
        let (more, less) = (rules("oldbridgeferryand"), rules(""));
        assert_eq!(own(&more, &less), [WORDING, None]);
        assert_eq!(own(&rules("too"), &less)[0], None);
        // One letter makes another licence of *MPL*, where no slip of the pen is
        // told by others.
        assert_eq!(own(&rules("mpl"), &rules("npl")), [WORDING; 2]);
        assert_eq!(own(&rules("licence"), &rules("license")), [None; 2]);
    }

    #[test]
    fn a_word_that_moved_is_no_member() {
        let (one, other) = (
            rules("会计木匠和船工均由村长任用"),
            rules("木匠和船工会计均由村长任用"),
        );
        assert_eq!(own(&one, &other), [None; 2]);
    }

    #[test]
    fn another_character_makes_another_term_and_a_variant_does_not() {
        let of = |term: &str| rules(&format!("村里的{term}学校可以借用渡船"));
        assert_eq!(own(&of("军警"), &of("军事")), [WORDING; 2]);
        assert_eq!(own(&of("下列"), &of("左列")), [None; 2]);
        assert_eq!(own(&of("员警"), &of("警员")), [None; 2]);
    }

    #[test]
    fn an_exception_inside_a_sentence_makes_another_rule_of_both() {
        let of = |exception: &str| rules(&format!("女船工{exception}可以在夜间看守渡船"));
        assert_eq!(own(&of(""), &of("除怀孕的以外")), [WORDING; 2]);
    }

    #[test]
    fn a_title_with_another_version_or_name_is_that_of_other_rules() {
        let of = |title: &str| {
            format!(
                "{title}whoeverborrowsaboatshallbringitback11beforethebellringstherowersmustbe\
                 namedontheboard12theropesmustbedriedonthefenceandshallnotlieinthegrassthenames\
                 ofthosewhobringnothingbackshallbereadoutontheferryandtheymustpaythevillage"
            )
        };
        let (one, two) = (of("ferrylicenceversion11"), of("ferrylicenceversion12"));
        assert!(own(&one, &two).iter().all(Option::is_some));
        let named = of("ferrylicencenolending");
        assert!(own(&named, &of("ferrylicence"))[0].is_some());
        let owner = of("ferrylicencecopyrightmillers");
        let other = of("ferrylicencecopyrightfarmers");
        assert_eq!(own(&owner, &owner), [None; 2]);
        assert_ne!(owner, other);
    }

    #[test]
    fn news_in_other_words_is_no_other_rule() {
        let news: String = rules("").replace("不得", "不").replace("应当", "");
        assert_eq!(
            own(&format!("{news}会计到场"), &format!("{news}会计来了到场"))[0],
            None
        );
    }
}
