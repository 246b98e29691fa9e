//! Normalizing held against a slow plain twin: separate passes over the
//! characters, each the definition of one step.

use std::time::{Duration, Instant};

use leitong::text::normalize::{
    NormalizeStep, NormalizeSteps, Normalized, Normalizer, is_invisible, is_punctuation, simplified,
};
use pinyin::ToPinyinMulti;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// A piece of a text between two passes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Item {
    /// A character of the text, and where it begins.
    Char(char, usize),
    /// A character from an entity, which joins nothing.
    Alone(char),
    /// Where markup or a reading stood: nothing joins across it.
    Tag,
    Reading,
}

/// Returns the units that the plain passes give.
fn plain(text: &str, steps: NormalizeSteps) -> Vec<u16> {
    let has = |step| steps.has(step);
    let mut items = if has(NormalizeStep::Markup) {
        without_markup(text)
    } else {
        text.char_indices()
            .map(|(at, c)| Item::Char(c, at))
            .collect()
    };
    if has(NormalizeStep::Annotation) {
        items = without_readings(text, &items);
    }
    if has(NormalizeStep::Invisible) {
        items.retain(|item| !matches!(item, Item::Char(c, _) if is_invisible(*c)));
        for item in &mut items {
            // An entity parts what stands on its two sides, shown or not.
            if matches!(item, Item::Alone(c) if is_invisible(*c)) {
                *item = Item::Reading;
            }
        }
    }
    // `None` is a place where words part.
    let mut chars: Vec<Option<char>> = Vec::new();
    let mut stretch = String::new();
    for item in items.into_iter().map(Some).chain([None]) {
        if let Some(Item::Char(c, _)) = item {
            stretch.push(c);
            continue;
        }
        for text in [std::mem::take(&mut stretch), alone(item)] {
            match has(NormalizeStep::Width) {
                true => chars.extend(text.nfkc().map(Some)),
                false => chars.extend(text.chars().map(Some)),
            }
        }
        if item == Some(Item::Tag) {
            chars.push(None);
        }
    }
    if has(NormalizeStep::Case) {
        let lower = |c: Option<char>| match c {
            Some(c) => c.to_lowercase().map(Some).collect(),
            None => vec![None],
        };
        chars = chars.into_iter().flat_map(lower).collect();
    }
    if has(NormalizeStep::Script) {
        chars = chars.into_iter().map(|c| c.map(simplified)).collect();
    }
    chars.retain(|c| {
        *c != Some('\0') && !(has(NormalizeStep::Invisible) && c.is_some_and(is_invisible))
    });
    if has(NormalizeStep::Punctuation) {
        chars = chars
            .into_iter()
            .map(|c| c.filter(|c| !is_punctuation(*c)))
            .collect();
    }
    let mut out = String::new();
    for c in chars {
        match c {
            Some(c) => out.push(c),
            None if steps.word_spaces && !out.is_empty() && !out.ends_with(' ') => out.push(' '),
            None => {}
        }
    }
    out.encode_utf16().collect()
}

fn alone(item: Option<Item>) -> String {
    match item {
        Some(Item::Alone(c)) => c.to_string(),
        _ => String::new(),
    }
}

fn without_markup(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(len) = markup_len(rest) {
            items.push(Item::Tag);
            at += len;
        } else if let Some((chars, len)) = entity(rest) {
            items.extend(chars.chars().map(Item::Alone));
            at += len;
        } else {
            items.push(Item::Char(c, at));
            at += c.len_utf8();
        }
    }
    items
}

/// All elements that [`PIECES`] can put together.
const ELEMENTS: [&str; 8] = ["a", "b", "br", "i", "p", "s", "script", "style"];

fn markup_len(rest: &str) -> Option<usize> {
    let up_to = |mark: &str, from: usize| rest[from..].find(mark).map(|at| from + at + mark.len());
    if rest.starts_with("<!--") {
        return up_to("-->", 4);
    }
    if rest.starts_with("<![CDATA[") {
        return up_to("]]>", 9).map(|_| 9);
    }
    for head in ["<!doctype", "<?xml"] {
        if rest
            .get(..head.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(head))
        {
            let end = head.len() + rest[head.len()..].find(['<', '>'])?;
            return rest[end..].starts_with('>').then_some(end + 1);
        }
    }
    let inside = rest.strip_prefix('<')?;
    let closing = inside.starts_with('/');
    let inside = inside.trim_start_matches_one('/');
    let name_len = inside
        .find(|c: char| !c.is_ascii_alphanumeric() && c != ':')
        .unwrap_or(inside.len());
    let name = inside[..name_len].to_ascii_lowercase();
    let prefixed = name
        .split_once(':')
        .is_some_and(|(before, after)| !before.is_empty() && !after.is_empty());
    if !inside.starts_with(|c: char| c.is_ascii_alphanumeric())
        || !(prefixed || ELEMENTS.contains(&&*name))
    {
        return None;
    }
    let mut left = &inside[name_len..];
    if closing {
        left = trim(left).strip_prefix('>')?;
        return Some(rest.len() - left.len());
    }
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut after_slash = false;
    loop {
        let trimmed = trim(left);
        if let Some(end) = trimmed.strip_prefix("/>") {
            return Some(rest.len() - end.len());
        }
        if let Some(end) = trimmed.strip_prefix('>') {
            let silent = ["script", "style"]
                .contains(&&*name)
                .then(|| silent_len(end, &name))
                .flatten();
            return Some(rest.len() - end.len() + silent.unwrap_or(0));
        }
        if let Some(more) = trimmed.strip_prefix('/') {
            (left, after_slash) = (more, true);
            continue;
        }
        if trimmed.len() == left.len() && !after_slash {
            return None;
        }
        (left, after_slash) = (attribute(trimmed)?, false);
    }
}

trait TrimOne {
    fn trim_start_matches_one(&self, c: char) -> &Self;
}

impl TrimOne for str {
    fn trim_start_matches_one(&self, c: char) -> &str {
        self.strip_prefix(c).unwrap_or(self)
    }
}

fn trim(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_whitespace())
}

/// Returns what follows the attribute.
fn attribute(text: &str) -> Option<&str> {
    let name_len = text
        .find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.@".contains(c))
        .unwrap_or(text.len());
    let (name, after) = text.split_at(name_len);
    if name.is_empty() {
        return None;
    }
    let Some(value) = trim(after).strip_prefix('=') else {
        let bare = name.starts_with("data-") || name.eq_ignore_ascii_case("nowrap");
        return bare.then_some(after);
    };
    let value = trim(value);
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.find(quote).map(|end| &quoted[end + 1..]);
        }
    }
    let len = value
        .find(|c: char| c.is_ascii_whitespace() || "<>\"'".contains(c))
        .unwrap_or(value.len());
    (len > 0).then(|| &value[len..])
}

fn silent_len(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").find_map(|(at, _)| {
        let after = &text[at + 2..];
        let head = after.get(..name.len())?;
        let rest = trim(&after[name.len()..]);
        (head.eq_ignore_ascii_case(name) && rest.starts_with('>'))
            .then(|| text.len() - rest.len() + 1)
    })
}

fn entity(rest: &str) -> Option<(String, usize)> {
    let known = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&nbsp;", "\u{a0}"),
        ("&#32852;", "联"),
        ("&#x301;", "\u{301}"),
        ("&#xAC00;", "가"),
        ("&#65318;", "Ｆ"),
        ("&#0;", "\0"),
        ("&zwj;", "\u{200d}"),
        ("&nesim;", "\u{2242}\u{338}"),
    ];
    known
        .into_iter()
        .find(|(name, _)| rest.starts_with(name))
        .map(|(name, chars)| (chars.to_owned(), name.len()))
}

fn without_readings(text: &str, items: &[Item]) -> Vec<Item> {
    let mut kept = Vec::new();
    let mut before = None;
    let mut from = 0;
    for &item in items {
        match item {
            Item::Char(_, at) if at < from => {}
            Item::Char('(' | '（', at)
                if before.is_some_and(|han| reading_len(&text[at..], han).is_some()) =>
            {
                from = at
                    + before
                        .and_then(|han| reading_len(&text[at..], han))
                        .unwrap_or(0);
                before = None;
                kept.push(Item::Reading);
            }
            Item::Char(c, _) | Item::Alone(c) => {
                if !is_invisible(c) {
                    before = Some(c);
                }
                kept.push(item);
            }
            Item::Tag | Item::Reading => kept.push(item),
        }
    }
    kept
}

/// Returns the length of the bracket if it holds a reading of `han`.
fn reading_len(rest: &str, han: char) -> Option<usize> {
    let open = rest.chars().next()?.len_utf8();
    let close = rest[open..].find([')', '）'])? + open;
    let letters: String = rest[open..close].nfkd().collect();
    // A tone mark stands behind a letter.
    let toneless = |text: &str| -> Option<String> {
        let mut plain = String::new();
        for c in text.chars() {
            match c {
                'a'..='z' => plain.push(c),
                'ɑ' => plain.push('a'),
                'ɡ' => plain.push('g'),
                '\u{308}' if plain.ends_with('u') => {
                    plain.pop();
                    plain.push('v');
                }
                '\u{300}' | '\u{301}' | '\u{304}' | '\u{306}' | '\u{30c}' if !plain.is_empty() => {}
                _ => return None,
            }
        }
        (1..=7).contains(&plain.len()).then_some(plain)
    };
    let letters = toneless(&letters)?;
    let known = [han, simplified(han)].into_iter().any(|han| {
        han.to_pinyin_multi().is_some_and(|all| {
            all.into_iter().any(|reading| {
                let reading: String = reading.plain().replace('ü', "v");
                reading == letters
                    || (reading.contains('v') && reading.replace('v', "u") == letters)
            })
        })
    });
    let bracket = rest[close..].chars().next()?.len_utf8();
    known.then_some(close + bracket)
}

/// Pieces of text that are hard to normalize, alone or side by side.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "联防", "聯防聯控", "羣爲裏麪", "重慶", "女", "綠", "阿", "乾隆", "𠀀", "𩷶", "豈", "⼈", "(lián)", "（lián）",
    "(fang)", "(fáng)", "(zhòng)", "(chong)", "(nǚ)", "(nv)", "(lu\u{308}\u{300})", "(A)",
    "(WHO)", "(ok)", "(ｌｉáｎ)", "（a", "(", ")", "）", "()", "(\u{301})", "<b>", "</b>", "<B >",
    "<br/>", "<a href=\"x>y\">", "<a href='", "<a href=\"", "<a nowrap>", "<a b>", "<a b=c/>",
    "<o:p>", "<file>", "<stdio.h>", "<", ">", "/", "\"", "'", "=", "<b", "<p\n", " x=1 ", "<!--",
    "-->", "<![CDATA[", "]]>", "<!DOCTYPE html>", "<!doctype", "<?xml", "<script>", "</script >",
    "<STYLE>", "</style>", "&amp;", "&lt;", "&nbsp;", "&#32852;", "&#x301;", "&#xAC00;",
    "&#65318;", "&#0;", "&zwj;", "&nesim;", "&", "&nope;", "&#xD800;", "&;", "e", "E\u{301}",
    "\u{301}", "\u{323}\u{301}", "\u{338}", "\u{20d7}", "´", "≠", "か\u{3099}", "\u{3099}", "ｶﾞ",
    "ﾊﾟ", "ﾞ", "ｶ", "ガ", "が", "\u{1100}", "\u{1161}", "\u{11a8}", "가", "\u{ffa1}", "\u{ffc2}",
    "\u{200b}", "\u{feff}", "\u{ad}", "\u{200d}", "\u{fe0f}", "\u{34f}", "\u{3164}", "\0",
    "\u{7}", "\u{fffd}", "😀", "👨‍👩‍👧", "\u{1d165}", "\u{1d15e}", "㈱", "ﬁ", "①", "ＡＢＣ１２３", "Ａ",
    "ß", "İ", "Σ", "Ⅷ", "，", "。", "、", " ", "\u{3000}", "\u{a0}", "\n", "\r\n", "\t", "—", "％",
    "①", "；", "…", "\u{0f71}\u{0f72}", "\u{0344}", "\u{1026}", "\u{1025}\u{102e}",
    "\u{110a5}\u{110ba}", "\u{1e9b}\u{323}",
];

fn awkward_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_filter("entities end in pieces alone", |c| *c != ';').prop_map(String::from),
        1 => prop::sample::select(vec!["联(lián", "<b>联</b>(lián)", "聯\u{200b}(lián)"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// All steps, each step off, each alone, none; with and without word spaces.
static NORMALIZERS: std::sync::LazyLock<Vec<Normalizer>> = std::sync::LazyLock::new(|| {
    let without = |off: &dyn Fn(NormalizeStep) -> bool| {
        NormalizeStep::ALL
            .into_iter()
            .filter(|step| off(*step))
            .fold(NormalizeSteps::default(), NormalizeSteps::without)
    };
    let mut sets = vec![without(&|_| false), without(&|_| true)];
    for step in NormalizeStep::ALL {
        sets.push(without(&|other| other == step));
        sets.push(without(&|other| other != step));
    }
    let mut words = sets.clone();
    words.iter_mut().for_each(|steps| steps.word_spaces = true);
    sets.into_iter().chain(words).map(Normalizer::new).collect()
});

fn normalize(normalizer: &Normalizer, text: &str) -> Normalized {
    let mut normalized = Normalized::default();
    normalizer.normalize_with_offsets(text, &mut normalized);
    normalized
}

fn shown(units: &[u16]) -> String {
    String::from_utf16_lossy(units).escape_unicode().to_string()
}

fn check(normalizer: &Normalizer, text: &str) {
    let steps = normalizer.steps();
    let context = || {
        format!(
            "{text:?} ({}) with {:?}",
            text.escape_unicode(),
            steps.names()
        )
    };
    let normalized = normalize(normalizer, text);
    let expected = plain(text, steps);
    assert_eq!(shown(&normalized.units), shown(&expected), "{}", context());

    let mut units = vec![7];
    normalizer.normalize_into(text, &mut units);
    assert_eq!(
        units[1..],
        normalized.units,
        "without offsets: {}",
        context()
    );

    assert_eq!(
        (
            normalized.offsets.starts.len(),
            normalized.offsets.ends.len()
        ),
        (normalized.units.len(), normalized.units.len())
    );
    assert!(
        normalized.offsets.starts.is_sorted() && normalized.offsets.ends.is_sorted(),
        "{normalized:?} {}",
        context()
    );
    for at in 0..normalized.units.len() {
        let place = normalized.offsets.starts[at] as usize..normalized.offsets.ends[at] as usize;
        assert!(place.start < place.end, "{place:?} {}", context());
        let Some(piece) = text.get(place.clone()) else {
            panic!("{place:?} is no place in {}", context());
        };
        if normalized.units[at] != u16::from(b' ') {
            let again = normalize(normalizer, piece).units;
            assert!(
                again.contains(&normalized.units[at]),
                "{piece:?} lost a unit: {}",
                context()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn prop_normalizing_equals_the_plain_passes(text in awkward_text(), which in any::<prop::sample::Index>()) {
        check(&NORMALIZERS[0], &text);
        check(&NORMALIZERS[which.index(NORMALIZERS.len())], &text);
    }
}

#[test]
fn every_two_pieces_normalize_as_the_plain_passes_do() {
    for left in PIECES {
        for right in PIECES {
            check(&NORMALIZERS[0], &format!("联{left}{right}e"));
        }
    }
}

#[test]
fn every_character_normalizes_as_the_plain_passes_do() {
    for normalizer in [&NORMALIZERS[0], &NORMALIZERS[1]] {
        for c in (0..=0x3_ffff)
            .filter_map(char::from_u32)
            .filter(|c| *c != '<' && *c != '&')
        {
            let text: String = ['e', c, 'e'].iter().collect();
            assert_eq!(
                normalize(normalizer, &text).units,
                plain(&text, normalizer.steps()),
                "{}",
                c.escape_unicode()
            );
        }
    }
}

#[test]
fn decomposed_spellings_fold_to_what_the_composed_ones_do() {
    for (left, right) in [
        ("a=\u{338}b", "a≠b"),
        ("か\u{3099}", "が"),
        ("&#32852;(lián)防", "联防"),
    ] {
        assert_eq!(
            normalize(&NORMALIZERS[0], left).units,
            normalize(&NORMALIZERS[0], right).units,
            "{left} {right}"
        );
    }
}

/// A text that is made to be slow costs four times as much if it is four
/// times as long, and not sixteen times.
#[test]
fn hostile_texts_normalize_in_linear_time() {
    let normalizer = &NORMALIZERS[0];
    for (piece, tail) in [
        ("<", ""),
        ("<!--", ""),
        ("<!--", "--"),
        ("<![CDATA[", "]]>"),
        ("<![CDATA[", ""),
        ("<!doctype ", ""),
        ("<?xml ", ""),
        ("<a href=\"", ""),
        ("<a href='", ""),
        ("<a b=\" c='", ""),
        ("<a \"'\"<a '", ">"),
        ("<a nowrap ", ""),
        ("<script>", ""),
        ("<script></b>", ""),
        ("<script></style", "</script>"),
        ("<b ", ">"),
        ("</b ", ">"),
        ("&", ""),
        ("&a", ";"),
        ("&amp", ";"),
        ("&#0", ";"),
        ("&#32852;", ""),
        ("(", ""),
        ("联(", ")"),
        ("联(lián", ")"),
        ("联(lián)", ""),
        ("\u{301}", ""),
        ("\u{323}\u{301}", ""),
        ("e\u{301}", ""),
        ("\u{200b}", "(lián)"),
        ("\u{200b}\u{301}", ""),
        ("\u{200b}(", ""),
        ("\u{200b}<b>", "(lián)"),
        ("\u{1100}\u{1161}\u{11a8}", ""),
        ("ｶﾞ", ""),
        ("\u{fdfa}", ""),
        ("𠀀", ""),
        ("啊", ""),
    ] {
        const PIECES: usize = 100_000;
        let time = |pieces: usize| {
            let text = piece.repeat(pieces) + tail;
            let mut normalized = Normalized::default();
            let start = Instant::now();
            normalizer.normalize_with_offsets(&text, &mut normalized);
            start.elapsed()
        };
        let (short, long) = (time(PIECES), time(4 * PIECES));
        assert!(
            long < short * 9 + Duration::from_millis(300),
            "{piece:?} {tail:?}: {short:?}, then {long:?}"
        );
    }
}
