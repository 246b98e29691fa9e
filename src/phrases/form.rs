//! The form of a phrase: an idiom, parallel members, a clause, a term or a place, as far as its characters tell.

use std::sync::LazyLock;

use crate::phrases::boundaries::Boundaries;
use crate::phrases::word_set::WordSet;
use crate::suffix::concat::ConcatText;
use crate::text::lexicon::{FORMULA_VERBS, IDIOMS, PLACES, SURNAMES, TERM_HEADS, TERMS};

/// What the characters of a phrase say of it, whatever stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An idiom of the list, or made as idioms are (扎扎实实, 千方百计).
    Idiom,
    /// Members of one length, or that begin or end alike (共建共治共享,
    /// 大众创业、万众创新).
    Parallel,
    /// A phrase that begins with a verb or an adverb of official prose.
    Clause,
    /// A noun that ends with the head of a technical term (基础设施).
    Term,
    /// A place, or a list of places or of persons.
    Name,
    /// Anything else.
    Other,
}

impl Form {
    /// Returns the form of a phrase; `members` is the length of the first and
    /// of the last member into which marks divide it.
    pub(crate) fn of(phrase: &[char], members: Option<(usize, usize)>) -> Form {
        if is_idiom(phrase) {
            Form::Idiom
        } else if LISTS.places.contains(phrase) {
            Form::Name
        } else if let Some((first, last)) = members {
            if are_names(phrase, first, last) {
                Form::Name
            } else if are_terms(phrase, first, last) {
                Form::Term
            } else {
                Form::Parallel
            }
        } else if LISTS.terms.contains(phrase) || is_two_heads(phrase) {
            Form::Term
        } else if repeats_an_end(phrase) {
            Form::Parallel
        } else if begins_with_verb(phrase) {
            Form::Clause
        } else if ends_with_head(phrase) {
            Form::Term
        } else {
            Form::Other
        }
    }
}

/// Longest member of a parallel phrase, in characters: a clause.
const LONGEST_MEMBER: usize = 12;

/// Returns the lengths of the first and the last member, if marks divide the characters from
/// `position` on into members of one length; of three or more, the lengths may
/// differ by one.
///
/// Two or three members of two characters are an enumeration (能源、交通).
pub(crate) fn marked_members(
    boundaries: &Boundaries<'_>,
    position: u32,
    length: u32,
) -> Option<(usize, usize)> {
    /// Members of two characters that make more than an enumeration.
    const SHORT_MEMBERS: usize = 4;
    let (mut least, mut most, mut count) = (usize::MAX, 0, 0);
    let (mut start, mut first, mut last) = (0, None, 0);
    for at in 1..=length {
        let member = (at - start) as usize;
        if member > LONGEST_MEMBER {
            return None;
        }
        if at < length && !boundaries.marks_at(position + at).is_mark() {
            continue;
        }
        first = first.or(Some(member));
        last = member;
        (least, most) = (least.min(member), most.max(member));
        count += 1;
        start = at;
    }
    let even = most == least || count > 2 && most - least <= 1;
    let long = least > 2 || least == 2 && count >= SHORT_MEMBERS;
    first
        .filter(|_| count > 1 && even && long)
        .map(|first| (first, last))
}

/// Returns whether the first member of a list is a place, or begins with a
/// surname and is as short as a person's name, and the last one as well.
fn are_names(phrase: &[char], first: usize, last: usize) -> bool {
    /// Length of a person's name.
    const PERSON: usize = 3;
    let is_name = |member: &[char]| {
        LISTS.places.contains(member) || member.len() <= PERSON && SURNAMES.contains(member[0])
    };
    is_name(&phrase[..first]) && is_name(&phrase[phrase.len() - last..])
}

/// Returns whether the first and the last member of a list are terms of three
/// characters or more (图书馆、博物馆): it enumerates things.
fn are_terms(phrase: &[char], first: usize, last: usize) -> bool {
    let is_term = |member: &[char]| {
        member.len() > 2
            && !member.ends_with(&['主', '义'])
            && (LISTS.terms.contains(member) || ends_with_head(member))
    };
    is_term(&phrase[..first]) && is_term(&phrase[phrase.len() - last..])
}

/// Returns whether a phrase consists of equal parts that all begin or all end
/// alike (联防联控).
fn repeats_an_end(phrase: &[char]) -> bool {
    let length = phrase.len();
    length >= 4
        && (2..=length / 2)
            .take_while(|part| *part <= LONGEST_MEMBER)
            .filter(|part| length.is_multiple_of(*part))
            .any(|part| {
                let alike = |nth: usize| {
                    let mut members = phrase.chunks(part);
                    members.all(|member| member[nth] == phrase[nth])
                };
                phrase[..part] != phrase[part..2 * part] && (alike(0) || alike(part - 1))
            })
}

/// Returns whether the characters from `position` on are an idiom of the list.
#[inline]
pub(crate) fn is_listed_idiom(text: &ConcatText, position: u32, length: u32) -> bool {
    let idioms = &LISTS.idioms;
    let character = |at: u32| text.character(text.at(position + at));
    length >= 4
        && length as usize <= idioms.longest()
        && idioms.may_begin(character(0), character(1))
        && idioms.contains(&(0..length).map(character).collect::<Vec<char>>())
}

/// Returns whether a phrase is in the list of idioms, or four characters of
/// which two repeat or answer each other as in an idiom.
fn is_idiom(phrase: &[char]) -> bool {
    /// First characters that idioms repeat: 一点一滴, 不折不扣, 互利互惠.
    const REPEATED: &str = "一不有无大百千万半再互各共";
    /// First and third characters that answer each other: 千方百计.
    const ANSWERED: [[char; 2]; 6] = [
        ['千', '万'],
        ['千', '百'],
        ['一', '二'],
        ['三', '四'],
        ['七', '八'],
        ['四', '八'],
    ];
    if LISTS.idioms.contains(phrase) {
        return true;
    }
    let &[a, b, c, d] = phrase else {
        return false;
    };
    let is_letter = |c: char| !c.is_ascii();
    a == c && b != d && REPEATED.contains(a)
        || a == b && c == d && a != c && is_letter(a) && is_letter(c)
        || ANSWERED.contains(&[a, c])
}

fn begins_with_verb(phrase: &[char]) -> bool {
    (2..=3).any(|len| {
        let head = phrase.get(..len);
        head.is_some_and(|head| LISTS.verbs.contains(head))
    })
}

/// Returns whether a phrase is two nouns that each are the head of a term
/// (法律法规): vocabulary, although they begin or end alike.
fn is_two_heads(phrase: &[char]) -> bool {
    phrase.len() == 4 && phrase.chunks(2).all(|noun| LISTS.heads.contains(noun))
}

/// Returns whether a phrase ends with the head of a technical term, and may be
/// one.
pub(crate) fn ends_with_head(phrase: &[char]) -> bool {
    /// Longest term: a longer noun phrase is a turn of its own.
    const LONGEST: usize = 8;
    let is_head = |len: usize| {
        let tail = phrase.len().checked_sub(len).map(|from| &phrase[from..]);
        tail.is_some_and(|tail| LISTS.heads.contains(tail))
    };
    // A frame is no noun, whatever stands in it (以经济建设为中心).
    let is_frame = phrase.first() == Some(&'以') && phrase.contains(&'为');
    phrase.len() <= LONGEST && !phrase.contains(&'的') && !is_frame && (2..=3).any(is_head)
}

/// The lists, by their characters.
struct Lists {
    idioms: WordSet,
    verbs: WordSet,
    heads: WordSet,
    terms: WordSet,
    places: WordSet,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    idioms: WordSet::new(IDIOMS),
    verbs: WordSet::new(FORMULA_VERBS),
    heads: WordSet::new(TERM_HEADS),
    terms: WordSet::new(TERMS),
    places: WordSet::new(PLACES),
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::punctuation;
    use crate::suffix::naive;

    fn form(written: &str) -> Form {
        let corpus = naive::corpus(&[written.to_owned()]);
        let text = ConcatText::of(&corpus).unwrap();
        let boundaries = punctuation::marks(&text, &corpus);
        let length = text.length(0);
        let phrase: Vec<char> = text.slice(0, length).chars().collect();
        Form::of(&phrase, marked_members(&boundaries, 0, length))
    }

    #[test]
    fn lists_of_equal_members_are_parallel_and_lists_of_names_are_names() {
        for (written, expected) in [
            ("大众创业、万众创新", Form::Parallel),
            ("疫情就是命令，防控就是责任", Form::Parallel),
            ("稳增长、促改革、调结构、惠民生、防风险", Form::Parallel),
            ("创新、协调、绿色、开放、共享", Form::Parallel),
            ("共建共治共享", Form::Parallel),
            ("群防群治", Form::Parallel),
            ("能源、交通", Form::Term),
            ("图书馆、博物馆", Form::Term),
            ("形式主义、官僚主义", Form::Parallel),
            ("黑龙江、哈尔滨", Form::Name),
            ("王小明、李大山、张建国", Form::Name),
            ("扎扎实实", Form::Idiom),
            ("千方百计", Form::Idiom),
            ("八仙过海，各显神通", Form::Idiom),
            ("推动高质量发展", Form::Clause),
            ("基础设施", Form::Term),
            ("固定资产投资", Form::Term),
            ("法律法规", Form::Term),
            ("以经济建设为中心", Form::Other),
            ("澳大利亚", Form::Name),
            ("群众路线", Form::Other),
        ] {
            assert_eq!(form(written), expected, "{written}");
        }
    }
}
