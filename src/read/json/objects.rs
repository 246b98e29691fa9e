//! Where objects begin and end in JSON that is not cut into lines.

use std::ops::Range;

use memchr::memchr2;

/// A search for the outermost objects in bytes that arrive piece by piece.
///
/// The commas between them are not looked at; arrays around them are counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ObjectScan {
    /// Number of open brackets since the outermost object began.
    depth: u64,
    /// Number of arrays that are open around the objects.
    arrays: u64,
    is_string: bool,
    /// Whether the next byte of a string is escaped.
    is_escaped: bool,
    /// Number of objects that ended.
    ended: u64,
}

impl ObjectScan {
    /// Returns the next whole object of `bytes` from `from` on.
    pub(super) fn next(&mut self, bytes: &[u8], from: usize) -> Option<Range<usize>> {
        let mut start = None;
        let mut at = from;
        loop {
            at = self.step(bytes, at, &mut start)?;
            if let (Some(start), 0) = (start, self.depth) {
                return Some(start..at);
            }
        }
    }

    /// Takes the next piece, and returns the offset after the last object that
    /// ends in it.
    pub(crate) fn last_end(&mut self, piece: &[u8]) -> Option<usize> {
        let mut end = None;
        let mut at = 0;
        loop {
            let before = self.depth;
            let Some(next) = self.step(piece, at, &mut None) else {
                return end;
            };
            at = next;
            if before > 0 && self.depth == 0 {
                self.ended += 1;
                end = Some(at);
            }
        }
    }

    /// Returns how many objects ended so far.
    pub(crate) fn ended(&self) -> u64 {
        self.ended
    }

    /// Returns whether the last object has ended, and an array around it has not.
    pub(crate) fn is_inside_array(&self) -> bool {
        self.depth == 0 && self.arrays > 0 && !self.is_string
    }

    /// Passes the next bracket or string; returns where it ends.
    fn step(&mut self, bytes: &[u8], from: usize, start: &mut Option<usize>) -> Option<usize> {
        let mut at = from;
        if self.is_escaped {
            bytes.get(at)?;
            self.is_escaped = false;
            at += 1;
        }
        if self.is_string {
            return self.string(bytes, at);
        }
        let is_sign = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']');
        at += bytes.get(at..)?.iter().position(is_sign)?;
        match bytes.get(at)? {
            b'"' => {
                self.is_string = true;
                return self.string(bytes, at + 1).or(Some(bytes.len()));
            }
            b'{' => {
                if self.depth == 0 {
                    *start = Some(at);
                }
                self.depth += 1;
            }
            b'[' if self.depth > 0 => self.depth += 1,
            b'[' => self.arrays += 1,
            b']' if self.depth == 0 => self.arrays = self.arrays.saturating_sub(1),
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Some(at + 1)
    }

    /// Passes the rest of a string.
    fn string(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr2(b'"', b'\\', bytes.get(at..)?)? + 1;
            if bytes.get(at - 1) == Some(&b'"') {
                self.is_string = false;
                return Some(at);
            }
            if at == bytes.len() {
                self.is_escaped = true;
                return None;
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(text: &str) -> Vec<&str> {
        let mut scan = ObjectScan::default();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(object) = scan.next(text.as_bytes(), at) {
            at = object.end;
            found.push(&text[object]);
        }
        found
    }

    #[test]
    fn objects_are_found_in_arrays_and_one_after_the_other() {
        assert_eq!(
            objects("[{\"a\":\"}\\\"{\"},\n {\"b\":[{},[1]]} ]"),
            ["{\"a\":\"}\\\"{\"}", "{\"b\":[{},[1]]}"]
        );
        assert_eq!(
            objects("{\"a\":1}{\"b\":2}\n{\"c\":"),
            ["{\"a\":1}", "{\"b\":2}"]
        );
        assert_eq!(objects("[\"{\", 1]"), [""; 0]);
    }

    #[test]
    fn an_array_that_does_not_end_is_told_from_one_that_does() {
        for (text, is_open) in [
            ("[{\"a\":\"]\"},\n", true),
            ("[", true),
            ("[[{}]", true),
            ("[{\"a\":[1]}]", false),
            ("{\"a\":[", false),
            ("{}{}", false),
            ("{}]", false),
        ] {
            for size in 1..=text.len() {
                let mut scan = ObjectScan::default();
                for piece in text.as_bytes().chunks(size) {
                    scan.last_end(piece);
                }
                assert_eq!(scan.is_inside_array(), is_open, "{text} in {size}");
            }
        }
    }

    #[test]
    fn the_last_end_is_found_however_the_pieces_fall() {
        let text = "[{\"a\":\"}\\\\\\\"\"}, {\"b\":[{}]}, {\"c\"";
        let expected = text.rfind("}]}").unwrap() + 3;
        for size in 1..=text.len() {
            let mut scan = ObjectScan::default();
            let mut end = None;
            for (number, piece) in text.as_bytes().chunks(size).enumerate() {
                end = scan.last_end(piece).map(|at| number * size + at).or(end);
            }
            assert_eq!(end, Some(expected), "pieces of {size}");
            assert!(scan.depth > 0);
        }
    }
}
