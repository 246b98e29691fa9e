//! What the program says on the standard error: one line a message, whatever
//! names are in it and whether or not anyone can hear it.

use std::fmt;
use std::io::Write;

/// Characters of a message that are shown; names can be as long as a text.
const SHOWN_CHARS: usize = 1_000;

/// Characters at the end of a longer message that are shown: what to do.
const SHOWN_AT_END: usize = 300;

/// Writes a line to the standard error. Nothing is to be done where that is
/// closed or full.
pub(in crate::cli) fn write_line(message: fmt::Arguments<'_>) {
    let line = printable(&message.to_string()) + "\n";
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}

/// Writes a formatted line to the standard error.
macro_rules! say {
    ($($message:tt)*) => { $crate::cli::say::write_line(format_args!($($message)*)) };
}
pub(in crate::cli) use say;

/// Returns a message as one line that a terminal shows as it is: control
/// characters and marks of direction are escaped, and its middle is left out
/// if it is long.
pub(in crate::cli) fn printable(message: &str) -> String {
    let mut line = String::with_capacity(message.len());
    for c in message.chars() {
        match c {
            '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                line.extend(c.escape_unicode());
            }
            c if c.is_control() => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
    let len = line.chars().count();
    if len <= SHOWN_CHARS {
        return line;
    }
    let at = |n: usize| line.char_indices().nth(n).map_or(line.len(), |(at, _)| at);
    let (head, tail) = (at(SHOWN_CHARS - SHOWN_AT_END), at(len - SHOWN_AT_END));
    format!("{}…{}", &line[..head], &line[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_without_control_characters() {
        assert_eq!(
            printable("联防\u{1b}[31m\r\nb\u{202e}"),
            "联防\\u{1b}[31m\\r\\nb\\u{202e}"
        );
        let long = format!("a{}z", "防".repeat(5_000));
        let shown = printable(&long);
        assert_eq!(shown.chars().count(), SHOWN_CHARS + 1);
        assert!(shown.starts_with('a') && shown.ends_with('z'));
    }
}
