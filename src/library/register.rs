//! The phrase register: the formulas of a library, so that a query knows what is
//! set language.

use std::fs;
use std::path::Path;

use bitvec::vec::BitVec;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use xxhash_rust::xxh3::xxh3_64;

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::library::bytes::{Cursor, put_string, put_varint};
use crate::phrases::{PhraseKind, PhraseOptions};

/// The first bytes of a register; the last of them is the version.
const MAGIC: [u8; 8] = *b"LTXPHR\0\x01";

/// Fewest documents that have a formula.
pub(super) const MIN_DOCUMENTS: u32 = 5;

/// A phrase of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterPhrase {
    /// The phrase, normalized.
    pub phrase: String,
    /// Documents that had it when the register was made.
    pub documents: u32,
}

/// The formulas of a library.
#[derive(Default)]
pub struct Register {
    phrases: Vec<RegisterPhrase>,
    generation: u64,
    len_bytes: u64,
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
}

impl Register {
    /// Returns the formulas of a corpus that at least [`MIN_DOCUMENTS`]
    /// documents have, sorted. Takes some ten bytes of memory a character.
    pub(super) fn find(corpus: &Corpus, ctx: &Context) -> Result<Vec<RegisterPhrase>> {
        let options = PhraseOptions {
            min_documents: MIN_DOCUMENTS,
            kind: Some(PhraseKind::Formula),
            ..PhraseOptions::default()
        };
        let selected = options.run(corpus, ctx)?.into_phrases();
        let mut phrases = Vec::new();
        selected.each(&options, |some| {
            phrases.extend(some.into_iter().map(|phrase| {
                let mut units = Vec::new();
                // Words are shown with their spaces.
                corpus
                    .normalizer()
                    .normalize_into(&phrase.phrase, &mut units);
                RegisterPhrase {
                    documents: phrase.documents,
                    phrase: String::from_utf16_lossy(&units),
                }
            }));
            Ok(())
        })?;
        phrases.sort_unstable_by(|one, other| one.phrase.cmp(&other.phrase));
        phrases.dedup_by(|one, other| one.phrase == other.phrase);
        Ok(phrases)
    }

    /// Returns the bytes of a register of some phrases.
    pub(super) fn encode(phrases: &[RegisterPhrase], generation: u64) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&generation.to_le_bytes());
        put_varint(&mut bytes, phrases.len() as u64);
        for phrase in phrases {
            put_string(&mut bytes, &phrase.phrase);
            put_varint(&mut bytes, phrase.documents.into());
        }
        bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// Opens a register.
    pub(super) fn open(path: &Path) -> Result<Register> {
        let bytes = fs::read(path).map_err(|source| Error::Input {
            path: path.to_owned(),
            source,
        })?;
        Register::decode(&bytes).ok_or_else(|| Error::Library {
            path: path.to_owned(),
            what: "not what was written; make the register anew with `leitong index compact`"
                .into(),
        })
    }

    fn decode(bytes: &[u8]) -> Option<Register> {
        let (body, checksum) = bytes.split_last_chunk::<8>()?;
        let body = body.strip_prefix(&MAGIC)?;
        if xxh3_64(&bytes[..bytes.len() - 8]) != u64::from_le_bytes(*checksum) {
            return None;
        }
        let mut cursor = Cursor::new(body);
        let generation = cursor.u64()?;
        let mut phrases = Vec::new();
        for _ in 0..cursor.varint()? {
            phrases.push(RegisterPhrase {
                phrase: cursor.string()?.to_owned(),
                documents: u32::try_from(cursor.varint()?).ok()?,
            });
        }
        let numbered = phrases
            .iter()
            .map(|phrase| phrase.phrase.as_str())
            .zip(0_u32..);
        let automaton = match phrases.is_empty() {
            true => None,
            false => Some(
                CharwiseDoubleArrayAhoCorasickBuilder::new()
                    .build_with_values(numbered)
                    .ok()?,
            ),
        };
        Some(Register {
            phrases,
            generation,
            len_bytes: bytes.len() as u64,
            automaton,
        })
    }

    /// Returns the phrases, sorted.
    pub fn phrases(&self) -> &[RegisterPhrase] {
        &self.phrases
    }

    /// Returns the generation of the library that the register was made of.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn len(&self) -> u64 {
        self.phrases.len() as u64
    }

    pub(super) fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// Returns a bit for each UTF-16 unit of a normalized text: whether it
    /// stands in a formula.
    pub(super) fn formulas(&self, units: &[u16]) -> BitVec {
        let mut inside = BitVec::repeat(false, units.len());
        let Some(automaton) = &self.automaton else {
            return inside;
        };
        let text = String::from_utf16_lossy(units);
        // The unit that begins at each byte.
        let mut unit_at = vec![0_u32; text.len() + 1];
        let mut unit = 0;
        for (at, c) in text.char_indices() {
            unit_at[at] = unit;
            unit += c.len_utf16() as u32;
        }
        unit_at[text.len()] = unit;
        for found in automaton.find_overlapping_iter(&text) {
            let (start, end) = (unit_at[found.start()], unit_at[found.end()]);
            inside[start as usize..end as usize].fill(true);
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_comes_back_and_marks_its_phrases() {
        let phrases = vec![
            RegisterPhrase {
                phrase: "群防群治".into(),
                documents: 7,
            },
            RegisterPhrase {
                phrase: "联防联控群防".into(),
                documents: 5,
            },
        ];
        let bytes = Register::encode(&phrases, 12);
        let register = Register::decode(&bytes).unwrap();
        assert_eq!(register.phrases(), phrases);
        assert_eq!(register.generation(), 12);
        let units: Vec<u16> = "😀要联防联控群防群治了".encode_utf16().collect();
        let inside: Vec<usize> = register.formulas(&units).iter_ones().collect();
        assert_eq!(inside, (3..11).collect::<Vec<_>>());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(Register::decode(&changed).is_none(), "byte {at}");
        }
    }
}
