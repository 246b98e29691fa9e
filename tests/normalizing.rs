//! Normalizing held against a slow plain twin: separate passes over the
//! characters, each the definition of one step.

use std::time::{Duration, Instant};

use std::iter::once;

use leitong::text::normalize::{
    NormalizeStep, NormalizeSteps, Normalized, Normalizer, is_invisible, is_punctuation, merged,
};
use pinyin::ToPinyinMulti;
use proptest::prelude::*;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A piece of a text between two passes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Item {
    /// A character of the text, and where it begins.
    Char(char, usize),
    /// A character from an entity, which joins nothing.
    Alone(char),
    /// Where a tag within a line, or a reading, stood: nothing joins across it.
    Inline,
    /// Where a bracket with a reading stood, which has no reading of its own.
    Reading,
    /// Where a tag stood that parts lines or cells.
    Break,
}

/// A character of the composed text, or a break.
#[derive(Clone, Copy, Debug)]
struct Token {
    /// Nothing for a break.
    c: Option<char>,
    writing: Writing,
    /// The character of the text that it comes from, if that shows as several.
    group: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Writing {
    Plain,
    Superscript,
    Subscript,
    Compatibility,
}

/// The units that the plain passes give.
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
                *item = Item::Inline;
            }
        }
    }
    let tokens = composed(&items, steps);
    let kept = if has(NormalizeStep::Punctuation) {
        judged(&tokens, steps)
    } else {
        tokens
            .iter()
            .map(|token| token.c.map(|c| (c, c)).ok_or(false))
            .collect()
    };
    let stream = written(&tokens, &kept, steps);
    match has(NormalizeStep::Script) {
        true => with_words(&stream).encode_utf16().collect(),
        false => stream.encode_utf16().collect(),
    }
}

/// Writes words that have two spellings with one: 沈默 as 沉默.
fn with_words(stream: &str) -> String {
    let words = include_str!("../src/text/script/words.txt");
    let words: Vec<Vec<char>> = words.lines().map(|line| line.chars().collect()).collect();
    let before: Vec<char> = stream.chars().collect();
    let mut after = before.clone();
    for at in 0..before.len() {
        // The word that begins here comes before the one that ends here.
        let begins = words
            .iter()
            .find(|word| word[0] != word[3] && before[at..].starts_with(&word[..2]));
        let ends = words
            .iter()
            .find(|word| word[1] != word[4] && before[..=at].ends_with(&word[..2]));
        match (begins, ends) {
            (Some(word), _) => after[at] = word[3],
            (None, Some(word)) => after[at] = word[4],
            (None, None) => {}
        }
    }
    after.into_iter().collect()
}

/// Composes characters with the marks after them, under NFKC and case folding.
fn composed(items: &[Item], steps: NormalizeSteps) -> Vec<Token> {
    let width = steps.has(NormalizeStep::Width);
    let joins = |c: char| {
        width
            && c >= '\u{300}'
            && [Some(c), once(c).nfkc().next()]
                .into_iter()
                .flatten()
                .any(|c| {
                    canonical_combining_class(c) != 0
                        || is_nfkc_quick(once(c)) == IsNormalized::Maybe
                })
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < items.len() {
        let mut segment = String::new();
        match items[at] {
            Item::Inline | Item::Reading => {}
            Item::Break => tokens.push(Token {
                c: None,
                writing: Writing::Plain,
                group: None,
            }),
            Item::Alone(c) => segment.push(c),
            Item::Char(c, _) => {
                segment.push(c);
                while let Some(Item::Char(c, _)) = items.get(at + 1)
                    && joins(*c)
                {
                    segment.push(*c);
                    at += 1;
                }
            }
        }
        let mut whole: String = match width {
            true => segment.nfkc().map(of_one_meaning).collect(),
            false => segment.clone(),
        };
        let alone = segment.chars().count() == 1;
        if !alone && steps.has(NormalizeStep::Case) {
            // A second dot adds nothing to an i.
            let folded: String = whole.chars().map(case_folded).collect();
            whole = folded.replace("i\u{307}", "i").nfc().collect();
        }
        let writing = match segment.chars().next() {
            Some(c) if alone && width => writing(c, &whole),
            _ => Writing::Plain,
        };
        let parted = writing == Writing::Compatibility;
        tokens.extend(whole.chars().map(|c| Token {
            c: Some(c),
            writing,
            group: parted.then_some(at),
        }));
        at += 1;
    }
    tokens.retain(|token| {
        token
            .c
            .is_none_or(|c| c != '\0' && !(steps.has(NormalizeStep::Invisible) && is_invisible(c)))
    });
    tokens
}

fn writing(c: char, composed: &str) -> Writing {
    let is_number = c.is_numeric() && !c.is_alphabetic() && c.to_digit(10).is_none();
    let of_digit = composed.chars().all(|c| c.is_ascii_digit()) && is_number;
    match c {
        '²' | '³' | '¹' | '⁰' | '⁴'..='⁻' => Writing::Superscript,
        '₀'..='₋' => Writing::Subscript,
        _ if composed.chars().count() > 1 => Writing::Compatibility,
        _ if of_digit && !is_decimal_digit(c) => Writing::Compatibility,
        _ => Writing::Plain,
    }
}

fn is_decimal_digit(c: char) -> bool {
    c.general_category() == GeneralCategory::DecimalNumber
}

/// Digits of other scripts are letters where their width is not folded.
fn is_compared_digit(c: char, steps: NormalizeSteps) -> bool {
    is_decimal_digit(c) && (c.is_ascii() || steps.has(NormalizeStep::Width))
}

fn of_one_meaning(c: char) -> char {
    match c {
        '⁄' => '/',
        '٪' => '%',
        '\u{2e80}'..='\u{2eff}' => {
            let radicals = include_str!("../src/text/script/radicals.txt");
            let line = radicals.lines().find(|line| line.starts_with(c));
            line.and_then(|line| line.chars().last()).unwrap_or(c)
        }
        _ if c > '\u{600}' && is_decimal_digit(c) => {
            let mut zero = u32::from(c);
            while char::from_u32(zero - 1).is_some_and(is_decimal_digit) {
                zero -= 1;
            }
            char::from_digit((u32::from(c) - zero) % 10, 10).unwrap_or(c)
        }
        _ => c,
    }
}

fn case_folded(c: char) -> String {
    if c == 'İ' {
        return "i".into();
    }
    let upper: String = c.to_lowercase().flat_map(char::to_uppercase).collect();
    let folded: String = upper.chars().flat_map(char::to_lowercase).collect();
    if folded.chars().count() > 1 {
        folded.nfc().collect()
    } else {
        folded
    }
}

/// What a character is to the signs beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    Blank,
    LineBreak,
    Ornament,
    Digit,
    Latin,
    Numeral,
    Letter,
    Other,
    Kept,
    Dot,
    Colon,
    Comma,
    Slash,
    Caret,
    Star,
    Dash,
    Tilde,
    Plus,
    Operator,
    Currency,
    Hash,
    Circle,
    Bang,
    /// `&` or `|`.
    OfOperator,
}

fn class(c: char) -> Class {
    for (signs, class) in [
        (".．。｡·•‧・･∙⋅٫", Class::Dot),
        (":：﹕∶", Class::Colon),
        (",，﹐٬", Class::Comma),
        ("/／∕⁄", Class::Slash),
        ("^＾", Class::Caret),
        ("*＊﹡∗", Class::Star),
        ("-－﹣‐‑‒–—―−─﹘", Class::Dash),
        ("~～〜∼", Class::Tilde),
        ("+＋﹢", Class::Plus),
        ("#＃﹟", Class::Hash),
        ("○◯", Class::Circle),
        ("!！", Class::Bang),
        ("&|＆｜", Class::OfOperator),
        ("%％﹪٪‰°☑☐√", Class::Kept),
        ("<>=＜＞＝﹤﹥﹦±×÷", Class::Operator),
        ("\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}", Class::LineBreak),
        (
            "〇零一二三四五六七八九十百千万萬亿億两兩廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰仟",
            Class::Numeral,
        ),
    ] {
        if signs.contains(c) {
            return class;
        }
    }
    let in_maths = matches!(c, '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}');
    match c.general_category() {
        GeneralCategory::MathSymbol if in_maths => Class::Operator,
        _ if c.is_whitespace() => Class::Blank,
        GeneralCategory::CurrencySymbol => Class::Currency,
        _ if is_punctuation(c) => Class::Ornament,
        GeneralCategory::DecimalNumber => Class::Digit,
        _ if c.is_alphabetic()
            && (c.is_ascii() || matches!(c, 'ª'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')) =>
        {
            Class::Latin
        }
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark => Class::Other,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// Returns for each token the sign that stays of it, with what stands in the
/// text; `Err(true)` where a thousands separator goes without a trace.
fn judged(tokens: &[Token], steps: NormalizeSteps) -> Vec<Result<(char, char), bool>> {
    let class = |c: char| match class(c) {
        Class::Digit if !is_compared_digit(c, steps) => Class::Letter,
        class => class,
    };
    let class_at = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
        Some(token) => token.c.map_or(Class::LineBreak, class),
        None => Class::Blank,
    };
    let mut kept = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(c) = token.c else {
            kept.push(Err(false));
            continue;
        };
        // A circle after a numeral is one.
        let class_before = |at: usize| {
            let circles = tokens[..=at]
                .iter()
                .rev()
                .take_while(|token| token.c.is_some_and(|c| class(c) == Class::Circle))
                .count();
            let is_numeral =
                circles > 0 && class_at((at + 1).checked_sub(circles + 1)) == Class::Numeral;
            if is_numeral {
                Class::Numeral
            } else {
                class_at(Some(at))
            }
        };
        let before = at.checked_sub(1).map_or(Class::Blank, &class_before);
        let ends_group = token.group.is_some()
            && tokens
                .get(at + 1)
                .is_none_or(|next| next.group != token.group);
        let next = if ends_group {
            Class::Ornament
        } else {
            class_at(Some(at + 1))
        };
        let writing_at = |at: usize| tokens.get(at).map(|token| token.writing);
        let one_number = before == Class::Digit
            && next == Class::Digit
            && writing_at(at - 1) == writing_at(at + 1);
        let is_minus =
            next == Class::Digit && !matches!(before, Class::Latin | Class::Dash | Class::Tilde);
        let is_alphanumeric = |class| {
            matches!(
                class,
                Class::Digit | Class::Latin | Class::Numeral | Class::Letter
            )
        };
        let is_content =
            |class| is_alphanumeric(class) || matches!(class, Class::Other | Class::Kept);
        let leads_line = tokens[..at]
            .iter()
            .rev()
            .map(|token| token.c.map_or(Class::LineBreak, class))
            .find(|class| *class != Class::Blank)
            .is_none_or(|class| class == Class::LineBreak);
        // The neighbours past the blanks in the line.
        let not_blank = |token: &Token| token.c.map_or(Class::LineBreak, class) != Class::Blank;
        let left = tokens[..at].iter().rposition(not_blank);
        let left = left.map_or(Class::LineBreak, &class_before);
        let right = match next {
            Class::Blank => {
                let blanks = tokens[at + 1..].iter().position(not_blank);
                blanks.map_or(Class::LineBreak, |blanks| class_at(Some(at + 1 + blanks)))
            }
            next => next,
        };
        let is_operand = |class| matches!(class, Class::Digit | Class::Latin);
        let of_number = NumberAhead {
            tokens,
            class: &class,
        };
        let is_exponent = before == Class::Latin
            && matches!(tokens[at - 1].c, Some('e' | 'E'))
            && at > 1
            && class_at(Some(at - 2)) == Class::Digit;
        let may_be_minus = !matches!(before, Class::Latin | Class::Dash | Class::Tilde);
        let is_operator = is_alphanumeric(left)
            && is_alphanumeric(right)
            && [left, right].into_iter().any(is_operand);
        let sign = match class(c) {
            class if is_content(class) => Some(c),
            Class::Dot => (one_number || of_number.is_led_point(at)).then_some('.'),
            Class::Colon => one_number.then_some(':'),
            Class::Slash => one_number.then_some('/'),
            Class::Caret => one_number.then_some('^'),
            Class::Comma => {
                let plain_digits = |tokens: &mut dyn Iterator<Item = &Token>| {
                    tokens
                        .take_while(|token| {
                            token.writing == Writing::Plain
                                && token.c.is_some_and(|c| class(c) == Class::Digit)
                        })
                        .count()
                };
                let left = plain_digits(&mut tokens[..at].iter().rev());
                let right = plain_digits(&mut tokens[at + 1..].iter());
                if one_number && (1..=3).contains(&left) && right == 3 {
                    kept.push(Err(true));
                    continue;
                }
                None
            }
            Class::Star if before == Class::Blank && next == Class::Blank && is_operator => {
                Some('*')
            }
            Class::Star => {
                let follows = |ahead: usize, letter: char| {
                    let c = tokens.get(at + ahead).and_then(|token| token.c);
                    c.is_some_and(|c| c.eq_ignore_ascii_case(&letter))
                };
                let before_st = !ends_group
                    && follows(1, 's')
                    && follows(2, 't')
                    && class_at(Some(at + 3)) != Class::Latin;
                let begins = !matches!(before, Class::Digit | Class::Latin | Class::Star);
                (one_number || begins && before_st).then_some('*')
            }
            Class::Dash if is_minus => Some('-'),
            Class::Dash if may_be_minus && of_number.begins_after(at) => Some('-'),
            Class::Dash if is_exponent && next == Class::Digit => {
                "-－﹣‐‑−".contains(c).then_some('-')
            }
            Class::Dash => {
                let ends_name = before == Class::Latin
                    && !is_alphanumeric(next)
                    && !matches!(next, Class::Dash | Class::Tilde);
                (ends_name && "-－﹣‐‑−".contains(c)).then_some('-')
            }
            Class::Tilde => {
                let is_range = is_minus || next == Class::Currency && of_number.begins_after(at);
                (is_range && may_be_minus && is_content(before)).then_some('-')
            }
            Class::Plus => {
                let is_bullet = leads_line && matches!(next, Class::Blank | Class::LineBreak);
                (!is_bullet).then_some('+')
            }
            Class::Operator | Class::Bang | Class::OfOperator => {
                let (run, ends) = row_of(tokens, at, |c| {
                    matches!(class(c), Class::Operator | Class::Bang | Class::OfOperator)
                });
                let signs: Vec<char> = tokens[run.clone()].iter().filter_map(|t| t.c).collect();
                let signs = String::from_iter(signs);
                let known = ["!=", "!==", "&&", "||", "&&!", "||!", "=!", "==!"];
                let is_sign = signs.chars().count() <= 3
                    && (class(c) == Class::Operator || known.contains(&&*signs));
                let first = match run.start {
                    0 => Class::Blank,
                    start => class_before(start - 1),
                };
                let next = match ends {
                    true => Class::Ornament,
                    false => class_at(Some(run.end)),
                };
                let past = |tokens: &mut dyn Iterator<Item = &Token>| {
                    let classes = tokens.map(|token| token.c.map_or(Class::LineBreak, class));
                    let mut classes = classes.skip_while(|class| *class == Class::Blank);
                    classes.next().unwrap_or(Class::LineBreak)
                };
                let left = match tokens[..run.start].iter().rposition(not_blank) {
                    Some(left) => class_before(left),
                    None => Class::LineBreak,
                };
                let right = match next {
                    Class::Blank => past(&mut tokens[run.end..].iter()),
                    next => next,
                };
                let is_operator = is_alphanumeric(left)
                    && (is_alphanumeric(right) || right == Class::Bang)
                    && [left, right].into_iter().any(is_operand);
                let among_blanks = first == Class::Blank || next == Class::Blank;
                let is_beside =
                    [first, next].into_iter().any(is_operand) || among_blanks && is_operator;
                let negates = signs == "!" && next == Class::Latin && !is_content(first);
                (is_sign && is_beside || negates).then_some(c)
            }
            Class::Currency => {
                let leads = before != Class::Digit && of_number.has_point_after(at);
                ([before, next].contains(&Class::Digit) || leads).then_some(c)
            }
            Class::Hash => {
                let name = tokens[..at]
                    .iter()
                    .rev()
                    .take_while(|token| token.c.is_some_and(|c| class(c) == Class::Latin))
                    .count();
                let hashtag = class_at((at - name).checked_sub(1)) == Class::Hash;
                let ends_name = name > 0 && !matches!(next, Class::Latin | Class::Digit);
                (ends_name && !hashtag).then_some('#')
            }
            Class::Circle => {
                let circles_after = tokens[at..]
                    .iter()
                    .take_while(|token| token.c.is_some_and(|c| class(c) == Class::Circle))
                    .count();
                let counts = before == Class::Numeral
                    || class_at(Some(at + circles_after)) == Class::Numeral;
                counts.then_some('〇')
            }
            _ => None,
        };
        kept.push(sign.map(|sign| (sign, c)).ok_or(false));
    }
    kept
}

/// Tells where a number begins with signs.
struct NumberAhead<'a, F> {
    tokens: &'a [Token],
    class: &'a F,
}

impl<F: Fn(char) -> Class> NumberAhead<'_, F> {
    fn class(&self, at: usize) -> Option<Class> {
        self.tokens.get(at)?.c.map(self.class)
    }

    /// Returns whether a point stands at a place, and a digit behind it.
    fn is_point(&self, at: usize) -> bool {
        self.class(at) == Some(Class::Dot)
            && matches!(self.tokens[at].c, Some('.' | '．' | '﹒' | '․'))
            && self.class(at + 1) == Some(Class::Digit)
            && !ends_group(self.tokens, at)
    }

    fn has_point_after(&self, at: usize) -> bool {
        !ends_group(self.tokens, at) && self.is_point(at + 1)
    }

    /// Returns whether what stands right behind a sign begins a number with a
    /// currency or a point.
    fn begins_after(&self, at: usize) -> bool {
        let is_currency = self.class(at + 1) == Some(Class::Currency);
        let is_digit = self.class(at + 2) == Some(Class::Digit) && !ends_group(self.tokens, at + 1);
        !ends_group(self.tokens, at)
            && (self.is_point(at + 1) || is_currency && (is_digit || self.has_point_after(at + 1)))
    }

    /// Returns whether a point begins a number behind a minus or a currency.
    fn is_led_point(&self, at: usize) -> bool {
        let before = |at: usize| at.checked_sub(1).and_then(|at| self.class(at));
        let leads = match before(at) {
            Some(Class::Dash) => !matches!(
                before(at - 1),
                Some(Class::Latin | Class::Dash | Class::Tilde)
            ),
            Some(Class::Currency) => before(at - 1) != Some(Class::Digit),
            _ => false,
        };
        leads && self.is_point(at) && !ends_group(self.tokens, at - 1)
    }
}

/// Returns whether a token is the last one of a character that shows as several.
fn ends_group(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    token.group.is_some()
        && tokens
            .get(at + 1)
            .is_none_or(|next| next.group != token.group)
}

/// Returns the signs in a row around one, and whether they end with those of
/// one character.
fn row_of(
    tokens: &[Token],
    at: usize,
    is_sign: impl Fn(char) -> bool,
) -> (std::ops::Range<usize>, bool) {
    let is_sign = |at: usize| tokens.get(at).and_then(|t| t.c).is_some_and(&is_sign);
    let (mut start, mut end) = (at, at + 1);
    while start > 0 && is_sign(start - 1) && !ends_group(tokens, start - 1) {
        start -= 1;
    }
    while is_sign(end) && !ends_group(tokens, end - 1) {
        end += 1;
    }
    (start..end, ends_group(tokens, end - 1))
}

/// Writes what stays: digits of two numbers never run together.
fn written(tokens: &[Token], kept: &[Result<(char, char), bool>], steps: NormalizeSteps) -> String {
    let mut out = String::new();
    // The last token that was written, if nothing was dropped since.
    let mut last: Option<usize> = None;
    let mut last_digit: Option<Token> = None;
    for (at, (token, kept)) in tokens.iter().zip(kept).enumerate() {
        let (sign, original) = match kept {
            Ok(kept) => *kept,
            Err(true) => {
                last = Some(at);
                continue;
            }
            Err(false) => {
                if steps.word_spaces && !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                last = None;
                continue;
            }
        };
        let digit = is_compared_digit(sign, steps) && sign == original;
        if digit
            && out.ends_with(|c: char| c.is_ascii_digit())
            && let Some(before) = last_digit
        {
            let one = before.writing == token.writing && before.group == token.group;
            if last.is_none() {
                out.push(' ');
            } else if !one {
                let raised =
                    (before.writing, token.writing) == (Writing::Plain, Writing::Superscript);
                out.push(if raised { '^' } else { ' ' });
            }
        }
        if matches!(sign, '-' | '+')
            && token.writing == Writing::Superscript
            && at > 0
            && tokens[at - 1].writing == Writing::Plain
            && tokens[at - 1].c.is_some_and(is_decimal_digit)
            && steps.has(NormalizeStep::Punctuation)
        {
            out.push('^');
        }
        let mut folded = match sign == original && steps.has(NormalizeStep::Case) {
            true => case_folded(sign),
            false => sign.to_string(),
        };
        if steps.has(NormalizeStep::Script) {
            folded = folded.chars().map(script_form).collect();
        }
        out.push_str(&folded);
        last = Some(at);
        last_digit = digit.then_some(*token).or(last_digit.filter(|_| !digit));
    }
    out
}

fn script_form(c: char) -> char {
    match c {
        'ی' => 'ي',
        'ک' => 'ك',
        _ => merged(c),
    }
}

fn without_markup(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(len) = markup_len(rest) {
            items.push(if is_block(rest) {
                Item::Break
            } else {
                Item::Inline
            });
            at += len;
        } else if let Some((chars, len)) = entity(rest) {
            if chars == "<"
                && let Some((len, block)) = escaped_tag(rest)
            {
                items.push(if block { Item::Break } else { Item::Inline });
                at += len;
                continue;
            }
            items.extend(chars.chars().map(Item::Alone));
            items.push(Item::Inline);
            at += len;
        } else {
            items.push(Item::Char(c, at));
            at += c.len_utf8();
        }
    }
    items
}

/// Returns whether the tag at the front parts lines.
fn is_block(rest: &str) -> bool {
    let name = rest.trim_start_matches(['<', '/']).to_ascii_lowercase();
    ["br", "p"].iter().any(|block| {
        name.strip_prefix(block).is_some_and(|after| {
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == ':')
        })
    })
}

/// Returns the length of the tag that entities spell at the front, and whether
/// it parts lines.
fn escaped_tag(rest: &str) -> Option<(usize, bool)> {
    let mut spelled = String::new();
    let mut at = 0;
    while at < rest.len() {
        let (chars, len) = entity(&rest[at..])
            .unwrap_or_else(|| (rest[at..].chars().next().into_iter().collect(), 0));
        let len = len.max(rest[at..].chars().next().map_or(0, char::len_utf8));
        if chars.chars().count() != 1 || chars == "<" && at > 0 {
            return None;
        }
        spelled += &chars;
        at += len;
        if chars == ">" && markup_len(&spelled) == Some(spelled.len()) {
            return Some((at, is_block(&spelled)));
        }
    }
    None
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
    let (mut chars, mut len) = entity_once(rest)?;
    // What was escaped again.
    for _ in 0..3 {
        if chars == "&"
            && let Some((again, more)) = entity_once(&format!("&{}", &rest[len..]))
        {
            chars = again;
            len += more - 1;
        }
    }
    Some((chars, len))
}

fn entity_once(rest: &str) -> Option<(String, usize)> {
    let known = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{a0}"),
        ("&#32852;", "联"),
        ("&#x301;", "\u{301}"),
        ("&#xAC00;", "가"),
        ("&#65318;", "Ｆ"),
        ("&#0;", "\0"),
        ("&zwj;", "\u{200d}"),
        ("&nesim;", "\u{2242}\u{338}"),
        ("&#46;", "."),
    ];
    known
        .into_iter()
        .find(|(name, _)| rest.starts_with(name))
        .map(|(name, chars)| (chars.to_owned(), name.len()))
}

fn without_readings(text: &str, items: &[Item]) -> Vec<Item> {
    let mut kept: Vec<Item> = Vec::new();
    let mut from = 0;
    for &item in items {
        match item {
            Item::Char(_, at) if at < from => {}
            Item::Char(c, at) if "(（[［〔【〈".contains(c) => {
                let shown = kept.iter().rev().filter_map(|item| match item {
                    Item::Char(c, _) | Item::Alone(c) if is_invisible(*c) => None,
                    Item::Char(c, _) | Item::Alone(c) => Some(*c),
                    Item::Inline => None,
                    Item::Reading | Item::Break => Some('\n'),
                });
                let mut han: Vec<char> = shown.take_while(|c| is_han(*c)).take(8).collect();
                han.reverse();
                match reading_len(&text[at..], &han) {
                    Some(len) => {
                        from = at + len;
                        kept.push(Item::Reading);
                    }
                    None => kept.push(item),
                }
            }
            item => kept.push(item),
        }
    }
    kept
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々' | '〇')
}

/// Returns the length of the bracket if it holds a reading of the last of
/// these characters.
fn reading_len(rest: &str, han: &[char]) -> Option<usize> {
    let open = rest.chars().next()?.len_utf8();
    // What may say that a reading follows.
    let names = [
        "读音", "讀音", "拼音", "注音", "发音", "發音", "读作", "讀作", "念作", "音", "读", "讀",
        "念",
    ];
    let name = names.iter().find(|name| rest[open..].starts_with(**name));
    let after = open + name.map_or(0, |name| name.len());
    let colon = rest[after..].chars().next().filter(|c| "：:".contains(*c));
    let colon = colon.filter(|_| name.is_some());
    let open = after + colon.map_or(0, char::len_utf8);
    let close = rest[open..].find([')', '）', ']', '］', '〕', '】', '〉'])? + open;
    let end = close + rest[close..].chars().next()?.len_utf8();
    let inside = &rest[open..close];
    let is_separator = |c: char| c.is_whitespace() || "'’-·・".contains(c);
    let shown: Vec<char> = inside.chars().filter(|c| !is_separator(*c)).collect();
    if shown.is_empty() || han.is_empty() {
        return None;
    }
    let is_tone = |c: &char| "ˊˇˋ˙ˉ\u{2ea}\u{2eb}".contains(*c);
    let is_bopomofo = |c: &char| is_tone(c) || matches!(c, 'ㄅ'..='ㄯ' | '\u{31a0}'..='\u{31bf}');
    if shown.iter().all(is_bopomofo) {
        return (!shown.iter().all(is_tone)).then_some(end);
    }
    let is_hiragana = |c: &char| matches!(c, 'ぁ'..='ゖ');
    let is_kana = |c: &char| {
        is_hiragana(c)
            || matches!(c, 'ァ'..='ヺ' | 'ー' | '\u{ff66}'..='\u{ff9f}' | '\u{3099}' | '\u{309a}')
    };
    if shown.iter().all(is_kana) {
        let least = if shown.iter().any(is_hiragana) {
            han.len().min(2)
        } else {
            han.len()
        };
        return (least..=5 * han.len())
            .contains(&shown.len())
            .then_some(end);
    }
    let first = shown[0];
    if !first.is_alphabetic() || is_kana(&first) || is_bopomofo(&first) {
        return None;
    }
    let mut plain = String::new();
    let (mut begins, mut capitals, mut tones) = (true, false, false);
    for c in inside.nfkd() {
        let after_letter = plain.ends_with(|c: char| c.is_ascii_lowercase());
        let began = begins;
        begins = false;
        match c {
            'a'..='z' => plain.push(c),
            'A'..='Z' if began => {
                plain.push(c.to_ascii_lowercase());
                capitals = true;
            }
            'ɑ' => plain.push('a'),
            'ɡ' => plain.push('g'),
            '\u{308}' if plain.ends_with('u') => {
                plain.pop();
                plain.push('v');
            }
            // A tone mark stands behind a letter.
            '\u{300}' | '\u{301}' | '\u{304}' | '\u{306}' | '\u{30c}' if after_letter => {
                tones = true
            }
            '1'..='5' if after_letter => {
                plain.push(' ');
                begins = true;
            }
            c if is_separator(c) => {
                plain.push(' ');
                begins = true;
            }
            _ => return None,
        }
    }
    (are_readings(plain.trim(), han) && (tones || !capitals)).then_some(end)
}

fn are_readings(letters: &str, han: &[char]) -> bool {
    let Some((last, others)) = han.split_last() else {
        return false;
    };
    // Every character that has the same form in the stream.
    let forms = ('\u{3400}'..='\u{9fff}').filter(|c| merged(*c) == merged(*last));
    let mut readings: Vec<String> = Vec::new();
    for form in forms.chain([*last]) {
        for reading in form.to_pinyin_multi().into_iter().flatten() {
            let reading = reading.plain().replace('ü', "v");
            readings.push(reading.replace('v', "u"));
            readings.push(reading);
        }
    }
    readings.iter().any(|reading| {
        letters
            .strip_suffix(reading.as_str())
            .is_some_and(|rest| rest.trim().is_empty() || are_readings(rest.trim(), others))
    })
}

/// Pieces of text that are hard to normalize, alone or side by side.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "沈", "默", "深", "份", "身", "成", "量", "甚", "么", "瀋", "沈\u{301}", "\u{f972}",
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
    "\u{110a5}\u{110ba}", "\u{1e9b}\u{323}", "1", "2", "23", "456", "12", ".", ",", "，", ":", "：", "-", "—", "~", "+",
    "*", "#", "%", "°", "/", "^", "=", ">", "!", "|", "&&", "!=", "==", "-$", "-.", "e-", "$", "€", "○", "一", "二○", "²", "⁻", "₂", "½", "①", "⒈", "㎡", "℃", "ST",
    "C", "٣", "٫", "๑", "著", "瞭", "覆", "(ㄌㄧㄢˊ)", "(かんじ)", "(tu2)", "[lián]", "(liánfáng)", "(lián fáng)",
    "&amp;nbsp;", "&lt;p&gt;", "&lt;b", "&gt;", "&#46;", "\u{64e}", "\u{640}", "ی", "\u{5b8}", "⻓", "ẞ", "ς", "ΐ", "×",
    "☑", "√", "・", "…", "٪", "十", "a", "Z", "é",
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
        // Signs need their neighbours to stay, and these have this form in words.
        let unit = normalized.units[at];
        let c = char::from_u32(unit.into());
        let needs_others = c.is_some_and(|c| "〇沉分什".contains(c));
        if c.is_some_and(char::is_alphanumeric) && !needs_others {
            let again = normalize(normalizer, piece).units;
            assert!(
                again.contains(&unit),
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

/// The table of `docs/normalizing.md`, row by row; `␣` is the separator.
#[rustfmt::skip]
const ROWS: &[(&[&str], &str)] = &[
    (&["联防联控、群防群治"], "联防联控群防群治"),
    (&["“四个意识”《民法典》"], "四个意识民法典"),
    (&["2.5%", "2．5％", "2。5%"], "2.5%"),
    (&["12,000", "１２，０００"], "12000"),
    (&["1,2,3号", "1、2、3号"], "1␣2␣3号"),
    (&["2019,2020年"], "2019␣2020年"),
    (&["2:1", "2：1", "2∶1"], "2:1"),
    (&["3-5日", "3—5日", "3～5日"], "3-5日"),
    (&["2020-1-12"], "2020-1-12"),
    (&["2020/1/12"], "2020/1/12"),
    (&["5·12", "5.12"], "5.12"),
    (&["3·15晚会"], "3.15晚会"),
    (&["卡尔·马克思"], "卡尔马克思"),
    (&["-3℃", "−3°C"], "-3°c"),
    (&["€20"], "€20"),
    (&["水位-1.5米"], "水位-1.5米"),
    (&["☑赞成 ☐反对"], "☑赞成☐反对"),
    (&["COVID-19", "COVID 19"], "covid19"),
    (&["T-34"], "t34"),
    (&["歼-20"], "歼-20"),
    (&["1+1"], "1+1"),
    (&["x+y=7"], "x+y=7"),
    (&["x-y=7"], "xy=7"),
    (&["互联网＋政务"], "互联网+政务"),
    (&["5G+"], "5g+"),
    (&["A+"], "a+"),
    (&["A-"], "a-"),
    (&["C++"], "c++"),
    (&["C#"], "c#"),
    (&["#武汉加油#"], "武汉加油"),
    (&["**重要**"], "重要"),
    (&["*ST康美"], "*st康美"),
    (&["24小时"], "24小时"),
    (&["8:30–17:00"], "8:30-17:00"),
    (&["½亩"], "1/2亩"),
    (&["3½"], "3␣1/2"),
    (&["10²"], "10^2"),
    (&["㎡"], "m2"),
    (&["CO₂"], "co2"),
    (&["二○一○"], "二〇一〇"),
    (&["张○○"], "张"),
    (&["电压>5伏"], "电压>5伏"),
    (&["首页>新闻"], "首页新闻"),
    (&["<td>1</td><td>2</td>"], "1␣2"),
    (&["1<b>2</b>月"], "12月"),
    (&["138 0013 8000"], "138␣0013␣8000"),
    (&["-$15"], "-$15"),
    (&["-¥3亿"], "-¥3亿"),
    (&["-.5"], "-.5"),
    (&["1e-5"], "1e-5"),
    (&["1e5"], "1e5"),
    (&["a == b"], "a==b"),
    (&["a != b"], "a!=b"),
    (&["a && b"], "a&&b"),
    (&["a || b"], "a||b"),
    (&["!ok"], "!ok"),
    (&["ＡＢＣ１２３"], "abc123"),
    (&["㈱"], "株"),
    (&["⻓"], "长"),
    (&["ß", "ẞ", "SS"], "ss"),
    (&["聯防聯控"], "联防联控"),
    (&["看著", "看着"], "看着"),
    (&["瞭解", "了解"], "了解"),
    (&["覆蓋", "覆盖"], "复盖"),
    (&["聯(lián)防", "聯(ㄌㄧㄢˊ)防", "<ruby>聯<rt>lián</rt></ruby>防"], "联防"),
    (&["饕餮（tāo tiè）", "饕餮"], "饕餮"),
    (&["漢字(かんじ)"], "汉字"),
    (&["(A)"], "a"),
    (&["<strike id=\"8q\"><b>联防</b>&nbsp;联控", "联防&amp;nbsp;联控"], "联防联控"),
];

#[test]
fn every_row_of_the_table_is_as_it_says() {
    for (inputs, expected) in ROWS {
        for input in *inputs {
            // Alone, and among Chinese words.
            for (text, expected) in [
                ((*input).to_owned(), (*expected).to_owned()),
                (format!("见，{input}。见"), format!("见{expected}见")),
            ] {
                let found = normalize(&NORMALIZERS[0], &text).units;
                let found = String::from_utf16_lossy(&found).replace(' ', "␣");
                assert_eq!(found, expected, "{text}");
            }
        }
    }
}

/// Cases beside the table, for each rule.
#[rustfmt::skip]
const CASES: &[(&str, &str)] = &[
    ("-$15", "-$15"), ("- $15", "$15"), ("亏损-¥3亿", "亏损-¥3亿"), ("$5-$15; $5～$15", "$5-$15$5-$15"), ("-.5; -$.5; $.5", "-.5-$.5$.5"),
    ("1e-5; 1E−5; 1e5; 1E+5", "1e-5␣1e-5␣1e5␣1e+5"), ("16e-5e; be-5; 1 e-5", "16e-5ebe5␣1e5"),
    ("a == b", "a==b"), ("a != b; a!=b", "a!=ba!=b"), ("a <= b; a >= b; a<=b", "a<=ba>=ba<=b"), ("x === y; x !== y", "x===yx!==y"),
    ("a && b; a || b", "a&&ba||b"), ("!ok; (!ok)", "!ok!ok"), ("if (a && !b)", "ifa&&!b"), ("x=!ok", "x=!ok"), ("好! ok! Yahoo!新闻", "好okyahoo新闻"),
    ("AT&T; R & D; a | b", "attrdab"), ("a ==== b; 甲 == 乙; 甲 && 乙", "ab甲乙甲乙"), ("加油！OK", "加油ok"), ("wow! == 5", "wow5"),
    ("计算：3-5=？", "计算3-5="), ("计算：3+5=？", "计算3+5="), ("计算：3×5=？", "计算3×5="),
    ("return w * h", "returnw*h"), ("return w + h", "returnw+h"),
    ("p < 0.05; p > 0.05", "p<0.05p>0.05"), ("x = y; x ≠ y", "x=yx≠y"), ("a <  b", "a<b"),
    ("3 × 5", "3×5"), ("首页 > 新闻", "首页新闻"), ("== News ==", "news"), ("甲 > 5", "甲>5"),
    ("* one\n* two", "onetwo"), ("a *b* c", "abc"), ("a\n< b", "ab"), ("甲 * 乙", "甲乙"),
    ("1,234,567.89元", "1234567.89元"), ("1,23,456", "1␣23456"), ("2019,123", "2019␣123"), ("12,00", "12␣00"),
    ("2. 5", "2␣5"), ("2--5", "2␣5"), ("5%-8%", "5%-8%"), ("5%～8%", "5%-8%"), ("1日～5日", "1日-5日"),
    ("3°C-5°C", "3°c5°c"), ("+ 项目\n  + 项目\n+1", "项目项目+1"), ("<li>+ 项目</li>", "项目"),
    ("#AI#大会", "ai大会"), ("C#语言", "c#语言"), ("#1", "1"), ("F#和C#", "f#和c#"),
    ("*START", "start"), ("*ST-B", "*stb"), ("**ST", "st"), ("3*5", "3*5"), ("*<b>ST</b>康美", "*st康美"),
    ("其中*ST康美和*ST", "其中*st康美和*st"), ("a*ST", "ast"),
    ("word - word", "wordword"), ("well-known", "wellknown"), ("A-，", "a-"), ("B+/A-", "b+a-"),
    ("①②③", "1␣2␣3"), ("⒈5", "1␣5"), ("①2", "1␣2"), ("２３", "23"), ("10²³", "10^23"), ("10²3", "10^2␣3"),
    ("10⁻³", "10^-3"), ("m²", "m2"), ("C₁₂H₂₂", "c12h22"), ("10<sup>2</sup>", "10^2"), ("10<sup>-3</sup>", "10^-3"),
    ("10<sub>2</sub>", "10␣2"), ("m<sup>2</sup>", "m2"), ("5㎡", "5m2"), ("㎡5", "m2␣5"),
    ("百○一", "百〇一"), ("二○○一", "二〇〇一"), ("一○○○年", "一〇〇〇年"), ("1○2", "1␣2"), ("○一", "〇一"),
    ("1<i>、</i>2", "1␣2"), ("1\u{200b}2", "12"), ("1\u{200b}.\u{200b}5", "1.5"), ("1&#46;5", "1.5"),
    ("1<br>2", "1␣2"), ("1</p><p>.5", "1␣5"), ("$5", "$5"), ("US$ 5", "us5"), ("≥5", "≥5"), ("a≠b", "a≠b"),
    ("٣٫٥", "3.5"), ("๑๒", "12"), ("२०२०", "2020"), ("50٪", "50%"),
    ("مُحَمَّد", "محمد"), ("العـــربية", "العربية"), ("ایران", "ايران"), ("کتاب", "كتاب"), ("שָׁלוֹם", "שלום"),
    ("آ", "آ"), ("ا\u{653}", "آ"), ("ΣΊΣΥΦΟΣ σίσυφος", "σίσυφοσσίσυφοσ"), ("İSTANBUL i\u{307}stanbul", "istanbulistanbul"),
    ("ΐ Ϊ\u{301}", "ΐΐ"), ("Straße STRASSE", "strassestrasse"), ("ǰ J\u{30c}", "ǰǰ"),
    ("联(lián)防(fáng)-5", "联防-5"), ("市图书馆(tú shū guǎn)从", "市图书馆从"), ("阅览(yuelan)", "阅览"), ("阿(A)好(ok)世(WHO)", "阿a好ok世who"),
    ("北京(Běijīng)", "北京"), ("<b>图</b>书(túshū)", "图书"), ("着(zhù)", "着"), ("图(tu2)", "图"),
    ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>", "汉字"),
    ("<ruby><rb>漢</rb><rtc><rt>かん</rt></rtc></ruby>", "汉"),
    ("&lt;p&gt;联防&lt;br/&gt;联控&lt;/p&gt;", "联防联控"), ("联防&amp;amp;nbsp;联控", "联防联控"),
    ("⻓期⽀持⻅习⻋⻢", "长期支持见习车马"), ("一邊聽著", "一边听着"), ("衞生署", "卫生署"), ("店裏 店裡", "店里店里"),
];

#[test]
fn signs_and_readings_of_every_kind_are_judged_by_the_rules() {
    for (text, expected) in CASES {
        let found = normalize(&NORMALIZERS[0], text).units;
        let found = String::from_utf16_lossy(&found).replace(' ', "␣");
        assert_eq!(&found, expected, "{text}");
    }
}
