//! API keys: a file holds their hashes, and a client sends the key.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::whole_file::{OPTIONS_MAX, read_whole_text};

/// What a line of the file begins with.
const SCHEME: &str = "sha256:";

/// What a key begins with, so that it is known for one where it is found.
const PREFIX: &str = "leitong_";

/// Random bytes of a key. A hash that is fast to compute is enough for so many.
const KEY_BYTES: usize = 32;

/// The hashes of the keys that are let in.
#[derive(Clone, Debug)]
pub(super) struct Keys(Vec<[u8; 32]>);

impl Keys {
    /// Reads a file of hashes: `sha256:` and 64 digits on each line, then a name
    /// for people; `#` begins a comment.
    pub(super) fn read(path: &Path) -> Result<Keys> {
        let text = read_whole_text(path, OPTIONS_MAX)?;
        let wrong = |line: usize| Error::Format {
            input: format!("{}:{}", path.display(), line + 1),
            what: "expected sha256: and 64 hexadecimal digits; `new-key NAME` writes such a line"
                .into(),
        };
        let mut keys = Vec::new();
        for (nth, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let word = line.split_whitespace().next().unwrap_or("");
            let digits = word.strip_prefix(SCHEME).ok_or_else(|| wrong(nth))?;
            keys.push(from_hex(digits).ok_or_else(|| wrong(nth))?);
        }
        match keys.is_empty() {
            true => Err(Error::Format {
                input: path.display().to_string(),
                what: "no key in it, so nobody could ask; add one with `new-key NAME`".into(),
            }),
            false => Ok(Keys(keys)),
        }
    }

    /// Returns whether a request brings one of the keys.
    pub(super) fn let_in(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(header::AUTHORIZATION);
        let value = value.and_then(|value| value.to_str().ok()).unwrap_or("");
        let Some((scheme, key)) = value.split_once(' ') else {
            return false;
        };
        let hash: [u8; 32] = Sha256::digest(key.trim()).into();
        // The time must not tell how much of a hash was right.
        let is_hash = |one: &[u8; 32]| {
            let different = one.iter().zip(&hash).map(|(one, other)| one ^ other);
            different.fold(0, |all, bits| all | bits) == 0
        };
        let known = self.0.iter().filter(|one| is_hash(one)).count();
        scheme.eq_ignore_ascii_case("bearer") && known > 0
    }
}

/// Makes a key, appends its hash to a file that only its owner can read, and
/// returns the key, which is kept nowhere.
///
/// # Errors
///
/// Fails if the file can't be written, or if the system has no random numbers.
pub fn new_key(path: &Path, name: &str) -> Result<String> {
    let mut random = [0; KEY_BYTES];
    getrandom::fill(&mut random).map_err(|error| Error::Option {
        option: "`new-key`".into(),
        what: format!("the system gives no random numbers ({error})"),
    })?;
    let key = format!("{PREFIX}{}", to_hex(&random));
    let hash = to_hex(&Sha256::digest(&key));
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(format!("{SCHEME}{hash} {name}\n").as_bytes()))
        .map_err(|source| Error::Output {
            path: path.to_owned(),
            source,
        })?;
    Ok(key)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(digits: &str) -> Option<[u8; 32]> {
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (nth, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * nth..2 * nth + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_new_key_is_let_in_and_its_hash_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        let [one, other] = ["甲报\n", "cms"].map(|name| new_key(&path, name).unwrap());
        let keys = Keys::read(&path).unwrap();
        for key in [&one, &other] {
            assert!(keys.let_in(&headers(&format!("Bearer {key}"))));
            assert!(keys.let_in(&headers(&format!("bearer  {key} "))));
            assert!(!keys.let_in(&headers(&format!("Basic {key}"))));
        }
        let file = fs::read_to_string(&path).unwrap();
        assert_eq!(file.lines().count(), 2);
        assert!(!file.contains(&one) && !file.contains(PREFIX));
        let hash = &file[..SCHEME.len() + 64];
        for wrong in ["", "Bearer ", "Bearer x", &format!("Bearer {hash}"), &one] {
            assert!(!keys.let_in(&headers(wrong)), "{wrong}");
        }
        assert!(!keys.let_in(&HeaderMap::new()));
    }

    #[test]
    fn a_known_hash_is_that_of_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        // `printf abc | sha256sum`
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        fs::write(&path, format!("# a comment\n\nsha256:{hash}\n")).unwrap();
        assert!(Keys::read(&path).unwrap().let_in(&headers("Bearer abc")));
        for wrong in [
            "",
            "# nothing\n",
            "abc\n",
            "sha256:12\n",
            &format!("sha256:{}é\n", &hash[..62]),
        ] {
            fs::write(&path, wrong).unwrap();
            assert!(Keys::read(&path).is_err(), "{wrong}");
        }
    }
}
