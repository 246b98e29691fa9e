//! Mends what is not JSON but is widely written as such.

/// Writes `text` to `into` with `NaN` and infinities as `null`, and control
/// characters inside strings as escapes; returns whether that changed it.
///
/// Python's `json` writes the first unless it is told not to; programs that
/// put JSON together by hand write the second.
pub(super) fn repair(text: &str, into: &mut String) -> bool {
    into.clear();
    let mut changed = false;
    let mut is_string = false;
    let mut at = 0;
    // Everything before here is written.
    let mut written = 0;
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let (len, instead) = match byte {
            b'"' => {
                is_string = !is_string;
                (1, None)
            }
            b'\\' if is_string => (2, None),
            0..0x20 if is_string => (1, Some(format!("\\u{byte:04x}"))),
            b'N' | b'I' | b'-' if !is_string => match constant(&bytes[at..]) {
                Some(len) => (len, Some("null".to_owned())),
                None => (1, None),
            },
            _ => (1, None),
        };
        if let Some(instead) = instead {
            into.push_str(text.get(written..at).unwrap_or(""));
            into.push_str(&instead);
            written = at + len;
            changed = true;
        }
        at += len;
    }
    into.push_str(text.get(written..).unwrap_or(""));
    changed
}

/// Returns the length of the constant that `rest` begins with.
fn constant(rest: &[u8]) -> Option<usize> {
    [&b"NaN"[..], b"Infinity", b"-Infinity"]
        .iter()
        .find(|name| {
            let after = rest.get(name.len());
            rest.starts_with(name) && !after.is_some_and(u8::is_ascii_alphanumeric)
        })
        .map(|name| name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_become_null_and_control_characters_escapes() {
        let mut mended = String::new();
        assert!(repair(
            "{\"a\":NaN,\"b\":[-Infinity, Infinity],\"c\":\"x\ty\"}",
            &mut mended
        ));
        assert_eq!(
            mended,
            "{\"a\":null,\"b\":[null, null],\"c\":\"x\\u0009y\"}"
        );
    }

    #[test]
    fn strings_keep_their_words_and_broken_json_stays_broken() {
        let mut mended = String::new();
        assert!(!repair(
            "{\"a\":\"NaN \\\" -Infinity\", \"b\":-1}",
            &mut mended
        ));
        assert!(!repair("{\"a\":NaNs}", &mut mended));
    }
}
