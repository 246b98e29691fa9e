//! From subtitles (SubRip, WebVTT, SubStation Alpha, lyrics) to the words that
//! are spoken.

use std::borrow::Cow;

/// Returns the lines that are shown, without numbers, times and settings.
///
/// Takes SubRip, WebVTT, SubStation Alpha and lyrics with times (LRC). What is
/// none of these is returned as it is but for blank lines.
pub(crate) fn spoken_text(text: &str) -> String {
    let text = &*with_line_feeds(text);
    // Where there are times with seconds, others are those of a programme.
    let is_times: fn(&str) -> bool = match text.lines().any(is_timed_to_the_second) {
        true => is_timed_to_the_second,
        false => is_times,
    };
    if !text.lines().any(is_times) {
        if text.lines().any(is_head_of_events) {
            return joined(dialogues(text));
        }
        if text.lines().any(|line| lyric(line).is_some()) {
            return joined(text.lines().filter_map(lyric_or_words));
        }
    }
    // Only there are blocks without times that are not shown.
    let has_notes = text.trim_start().starts_with("WEBVTT");
    let mut spoken = String::with_capacity(text.len());
    for block in blocks(text) {
        let is_note = block.first().is_some_and(|line| {
            let word = line.split_whitespace().next();
            let is_header = line.starts_with("WEBVTT");
            is_header || matches!(word, Some("NOTE" | "STYLE" | "REGION"))
        });
        let is_note = is_note && has_notes;
        let times = block.iter().position(|line| is_times(line));
        let (above, lines) = block.split_at(times.unwrap_or(0));
        let above = match times {
            Some(_) if is_note => unnoted(above),
            Some(_) => without_number(above, has_notes),
            None => above,
        };
        let lines = match times {
            None if is_note => &[],
            _ => lines,
        };
        for line in above.iter().chain(lines) {
            // A cue may begin without a blank line before it, and with its words
            // behind the times.
            let line = match is_times(line) {
                true => words_behind_times(line),
                false => line,
            };
            let line = without_inline_times(line);
            if !line.trim().is_empty() {
                spoken.push_str(if spoken.is_empty() { "" } else { "\n" });
                spoken.push_str(line.trim());
            }
        }
    }
    spoken
}

/// Returns the lines above the first times of a block without the number that
/// is the last of them, or in WebVTT a name of one word.
///
/// Where the blank line before a number is missing, the words of another cue
/// stand above it.
fn without_number<'a, 'b>(above: &'a [&'b str], has_names: bool) -> &'a [&'b str] {
    let is_number = |line: &str| {
        let line = line.trim_start_matches('\u{feff}');
        line.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_name = |line: &str| line.bytes().all(|byte| byte.is_ascii_graphic());
    match above.split_last() {
        Some((last, before)) if is_number(last) || has_names && is_name(last) => before,
        _ => above,
    }
}

/// Returns the words between the header of WebVTT, which a blank line should
/// follow, and the first times; of a note or a style none.
fn unnoted<'a, 'b>(above: &'a [&'b str]) -> &'a [&'b str] {
    let is_of_header = |line: &str| {
        let known = ["Kind:", "Language:", "Region:", "X-TIMESTAMP-MAP"];
        known.iter().any(|key| line.starts_with(key))
    };
    match above.split_first() {
        Some((first, rest)) if first.starts_with("WEBVTT") => {
            let header = rest.iter().take_while(|line| is_of_header(line)).count();
            without_number(&rest[header..], true)
        }
        _ => &[],
    }
}

/// Returns whether a text begins as subtitles do.
///
/// The name of WebVTT alone may be the heading of a text: times must follow.
/// Hours and minutes, and times with words behind, are those of a programme.
pub(crate) fn is_subtitles(text: &str) -> bool {
    let text = &*with_line_feeds(text);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("");
    let is_named = first == "WEBVTT" || first.starts_with("WEBVTT ");
    let is_times = |line: &str| is_timed_to_the_second(line) && words_behind_times(line).is_empty();
    is_named && lines.clone().any(is_times)
        || !first.is_empty()
            && first.bytes().all(|byte| byte.is_ascii_digit())
            && lines.next().is_some_and(is_times)
}

/// Returns a text whose lines end with CR alone, as on early Macs, with line
/// feeds instead.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    match text.contains('\r') && !text.contains('\n') {
        true => Cow::Owned(text.replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

/// Returns the words of a line of lyrics, or those of a line without a time:
/// all of it but for tags that say something of the song, as `[ti:…]`.
fn lyric_or_words(line: &str) -> Option<String> {
    lyric(line).or_else(|| {
        let mut rest = line.trim();
        while let Some((tag, after)) = tag_before(rest) {
            let (key, _) = tag.split_once(':').unwrap_or(("", ""));
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                break;
            }
            rest = after.trim_start();
        }
        (!rest.is_empty()).then(|| without_inline_times(rest))
    })
}

/// Returns what a tag in brackets holds that a line begins with, and the rest.
fn tag_before(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix('[')?.split_once(']')
}

/// Returns the lines that are not blank, one below the other.
fn joined<S: AsRef<str>>(lines: impl Iterator<Item = S>) -> String {
    let mut joined = String::new();
    for line in lines {
        let line = line.as_ref().trim();
        if !line.is_empty() {
            joined.push_str(if joined.is_empty() { "" } else { "\n" });
            joined.push_str(line);
        }
    }
    joined
}

/// Fields before the text of an event of SubStation Alpha where no line says
/// what they are: layer, start, end, style, name, three margins, effect.
const EVENT_FIELDS: usize = 9;

fn is_head_of_events(line: &str) -> bool {
    line.trim().eq_ignore_ascii_case("[Events]")
}

/// Returns the words of the events of SubStation Alpha. The line `Format:`
/// below the head says in which column they begin; they hold commas.
fn dialogues(text: &str) -> impl Iterator<Item = String> {
    let events = text.lines().skip_while(|line| !is_head_of_events(line));
    let mut fields = EVENT_FIELDS;
    events.filter_map(move |line| {
        if let Some(names) = after_key(line, "Format:") {
            let is_text = |name: &str| name.trim().eq_ignore_ascii_case("Text");
            fields = names.split(',').position(is_text).unwrap_or(fields);
            return None;
        }
        after_key(line, "Dialogue:").map(|event| dialogue(event, fields))
    })
}

/// Returns what follows a key at the beginning of a line.
fn after_key<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (head, rest) = line.trim().split_at_checked(key.len())?;
    head.eq_ignore_ascii_case(key).then_some(rest)
}

/// Returns the words of an event of SubStation Alpha that begin after some
/// fields; of one that has fewer, what follows its times.
fn dialogue(event: &str, fields: usize) -> String {
    let words = event.splitn(fields + 1, ',').nth(fields);
    let text = words.unwrap_or_else(|| behind_times(event));
    let text = text.replace("\\N", "\n").replace("\\n", "\n");
    without_inline_times(&text.replace("\\h", " "))
}

/// Returns what follows the last field of an event that is a time.
fn behind_times(event: &str) -> &str {
    let (mut end, mut times) = (0, 0);
    for field in event.split_inclusive(',') {
        end += field.len();
        if is_time(field.trim_end_matches(',').trim()) {
            times = end;
        }
    }
    event.get(times..).unwrap_or("")
}

/// Returns the words of a line of lyrics: what stands behind `[01:02.33]`,
/// without the times of single words. Lines with a title or a name only, as
/// `[ti:…]`, have none.
fn lyric(line: &str) -> Option<String> {
    let mut rest = line.trim();
    let mut is_timed = false;
    while let Some((tag, after)) = tag_before(rest) {
        if !is_time(tag) {
            break;
        }
        is_timed = true;
        rest = after.trim_start();
    }
    is_timed.then(|| without_inline_times(rest))
}

/// Returns the lines between blank lines.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        if !line.is_empty() {
            blocks
                .last_mut()
                .into_iter()
                .for_each(|block| block.push(line));
        } else if blocks.last().is_some_and(|block| !block.is_empty()) {
            blocks.push(Vec::new());
        }
    }
    blocks
}

/// Returns whether a line says from when to when: `00:01:02,345 --> 00:01:04,5`.
fn is_times(line: &str) -> bool {
    let Some((from, to)) = line.split_once("-->") else {
        return false;
    };
    is_time(from.trim()) && to.split_whitespace().next().is_some_and(is_time)
}

/// Returns whether a line says from when to when to the second, as subtitles do:
/// `00:01:02`, `01:02.345`.
fn is_timed_to_the_second(line: &str) -> bool {
    let has_seconds = |time: &str| {
        let colons = time.bytes().filter(|byte| *byte == b':').count();
        colons >= 2 || time.contains(['.', ','])
    };
    let Some((from, to)) = line.split_once("-->") else {
        return false;
    };
    let to = to.split_whitespace().next().unwrap_or("");
    is_times(line) && has_seconds(from) && has_seconds(to)
}

/// Returns what stands behind the times of a line, and the settings of the cue:
/// `align:start`, `X1:40`.
fn words_behind_times(line: &str) -> &str {
    let (_, to) = line.split_once("-->").unwrap_or(("", ""));
    let mut rest = to.trim();
    let mut is_past_time = false;
    while let Some(word) = rest.split_whitespace().next() {
        if is_past_time && !is_setting(word) {
            break;
        }
        is_past_time = true;
        rest = rest.get(word.len()..).unwrap_or("").trim_start();
    }
    rest
}

fn is_setting(word: &str) -> bool {
    let Some((key, value)) = word.split_once(':') else {
        return false;
    };
    let key = key.to_ascii_lowercase();
    let is_name = ["align", "line", "position", "size", "vertical", "region"].contains(&&*key);
    let is_place = matches!(&*key, "x1" | "x2" | "y1" | "y2");
    is_name && !value.is_empty() && value.is_ascii()
        || is_place && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_time(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || b":.,".contains(&byte);
    text.contains(':') && text.bytes().all(is_part) && text.bytes().any(|b| b.is_ascii_digit())
}

/// Returns a line without the tags that hold times, voices and positions:
/// `<00:00:01.500>`, `<v Roger>`, `<c.yellow>`, `{\an8}`.
fn without_inline_times(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, tag) = rest.split_at(at);
        clean.push_str(before);
        let (open, close) = match tag.starts_with('<') {
            true => ('<', '>'),
            false => ('{', '}'),
        };
        // No tag has another inside; and a line of signs alone is read once.
        let end = tag.get(1..).and_then(|rest| rest.find([open, close]));
        let end = end.map(|end| end + 1);
        let end = end.filter(|end| tag[*end..].starts_with(close));
        let inside = end.and_then(|end| tag.get(1..end));
        let is_tag = inside.is_some_and(|inside| match close {
            '}' => inside.starts_with('\\'),
            _ => {
                let name = inside.trim_start_matches('/');
                let name = name.split([' ', '.']).next().unwrap_or("");
                is_time(inside)
                    || matches!(name, "v" | "c" | "b" | "i" | "u" | "lang" | "ruby" | "font")
            }
        });
        let len = match inside {
            Some(inside) if is_tag => inside.len() + 2,
            _ => 1,
        };
        if !is_tag {
            clean.push_str(tag.get(..len).unwrap_or(""));
        }
        rest = tag.get(len..).unwrap_or("");
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_times_and_settings_are_left_out() {
        let srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<i>天亮了</i>\r\n\r\n2\r\n\
                   00:00:03,000 --> 00:00:04,000 X1:1\r\n1984\r\n年的事\r\n";
        assert!(is_subtitles(srt));
        assert_eq!(spoken_text(srt), "天亮了\n1984\n年的事");
        let vtt = "WEBVTT - 标题\nKind: captions\n\nNOTE\n说明 --> 不算\n\nintro\n\
                   00:01.000 --> 00:02.000 align:start\n<v 甲>你<00:01.500>好</v>\n\n\
                   STYLE\n::cue {}\n\n00:03.000 --> 00:04.000\n3 < 4 {x}\n";
        assert!(is_subtitles(vtt));
        assert_eq!(spoken_text(vtt), "你好\n3 < 4 {x}");
    }

    #[test]
    fn lyrics_and_events_of_substation_alpha_lose_their_times() {
        let lrc =
            "[ti:夜航]\n[ar:某人]\n[00:01.20][01:02.00]船在<00:02.10>雾里\n\n[00:05]灯在岸上\n";
        assert_eq!(spoken_text(lrc), "船在雾里\n灯在岸上");
        let ass = "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Name, \
                   MarginL, MarginR, MarginV, Effect, Text\n\
                   Comment: 0,0:00:00.00,0:00:01.00,D,,0,0,0,,译者注\n\
                   Dialogue: 0,0:00:01.00,0:00:02.00,D,甲,0,0,0,,{\\an8}你好, 朋友\\N再见\n";
        assert_eq!(spoken_text(ass), "你好, 朋友\n再见");
    }

    #[test]
    fn events_follow_their_format() {
        let with = |format: &str, event: &str| {
            let styles = "[V4+ Styles]\nFormat: Name, Text\n\n";
            spoken_text(&format!("{styles}[Events]\n{format}\nDialogue: {event}\n"))
        };
        let times = "0:00:01.00,0:00:02.00";
        let words = "潮水,退了，船 1,000 艘";
        for (format, before) in [
            (
                "Format: Layer, Start, End, Style, Text",
                format!("0,{times},D,"),
            ),
            ("format: start,end,text", format!("{times},")),
            ("Format: Start, End, Text, Effect", format!("{times},")),
            ("", format!("0,{times},D,甲,0,0,0,,")),
        ] {
            assert_eq!(with(format, &format!("{before}{words}")), words, "{format}");
        }
        // One that has too few fields keeps what it has.
        assert_eq!(with("", &format!("0,{times},潮水退了")), "潮水退了");
    }

    #[test]
    fn words_behind_times_and_tags_are_kept() {
        let srt = "1\n00:00:01,000 --> 00:00:02,000 潮水退了\n\n2\n00:00:03,000 --> 00:00:04,000 \
                   X1:1 Y2:3 <i>船</i>来了\n06:00 --> 07:00 早饭\n";
        assert_eq!(spoken_text(srt), "潮水退了\n船来了\n06:00 --> 07:00 早饭");
        let lrc = "[ti:夜航][ar:某人]\n[00:01.20]船在雾里\n[合唱] 灯在岸上\n[注：慢]人在桥头\n\
                   [by:某人] 完\n";
        assert_eq!(
            spoken_text(lrc),
            "船在雾里\n[合唱] 灯在岸上\n[注：慢]人在桥头\n完"
        );
    }

    #[test]
    fn a_programme_is_not_taken_for_subtitles() {
        for programme in [
            "2031\n09:00 --> 10:30 开幕\n11:00 --> 12:00 午饭\n",
            "2031\n09:00 --> 10:30\n开幕\n",
            "1\n09:00:00 --> 10:30:00 开幕\n",
            "WEBVTT\n\n09:00 --> 10:30\n开幕\n",
        ] {
            assert!(!is_subtitles(programme), "{programme}");
        }
        for subtitles in [
            "1\n00:00:01 --> 00:00:02\n潮水",
            "1\n0:01.5 --> 0:02.5 align:start position:10%,line-left\n潮水",
        ] {
            assert!(is_subtitles(subtitles), "{subtitles}");
        }
    }

    #[test]
    fn words_above_the_first_times_of_a_block_are_kept() {
        // The blank line before the second number is missing at the top.
        let srt = "潮水退了\n2\n00:00:03,000 --> 00:00:04,000\n船来了\n\n\
                   桥头有人\n00:00:05,000 --> 00:00:06,000\n灯亮了\n";
        assert_eq!(spoken_text(srt), "潮水退了\n船来了\n桥头有人\n灯亮了");
        let vtt = "WEBVTT\nKind: captions\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000\n序幕的话\n\
                   cue-1\n00:01.000 --> 00:02.000\n潮水退了\n\n船来了\n7\n\
                   00:03.000 --> 00:04.000\n灯亮了\n\nNOTE 不算\n00:05.000 --> 00:06.000\n天亮了\n";
        assert_eq!(
            spoken_text(vtt),
            "序幕的话\n潮水退了\n船来了\n灯亮了\n天亮了"
        );
    }

    #[test]
    fn a_line_of_openers_is_read_once() {
        for signs in ["<", "{", "<{", "<<b>"] {
            let line = signs.repeat(200_000);
            let left = line.replace("<b>", "");
            assert_eq!(without_inline_times(&line), left);
        }
        assert_eq!(
            without_inline_times("3 < 4 <i>船</i> {x} {\\an8}来"),
            "3 < 4 船 {x} 来"
        );
    }

    #[test]
    fn other_text_is_not_taken_for_subtitles() {
        assert!(!is_subtitles("1\n\n第一章 --> 第二章"));
        assert!(!is_subtitles(""));
        assert_eq!(spoken_text("a --> b\n\nc"), "a --> b\nc");
    }
}
