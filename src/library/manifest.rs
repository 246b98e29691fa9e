//! The manifest: which files are the library, in one file that is replaced as a
//! whole.

use std::fs;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::library::bytes::{Cursor, put_rising, put_varint};
use crate::library::settings::Settings;
use crate::library_mark::{LIBRARY_MANIFEST, LIBRARY_MARK};
use crate::text::normalize::Normalizer;

/// The version of the format.
const VERSION: u8 = 1;

/// The first bytes of a manifest; the last of them is the version of the format.
const MAGIC: [u8; 8] = {
    let [a, b, c, d, e, f, g] = *LIBRARY_MARK;
    [a, b, c, d, e, f, g, VERSION]
};

/// A segment, as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SegmentEntry {
    pub(super) id: u64,
    pub(super) docs: u32,
    pub(super) len_bytes: u64,
    /// Documents that were removed or replaced, in order.
    pub(super) deleted: Vec<u32>,
}

/// One generation of a library.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Manifest {
    pub(super) settings: Settings,
    /// Rises by one with each manifest.
    pub(super) generation: u64,
    /// The number of the next file.
    pub(super) next_id: u64,
    /// The log of additions and removals since.
    pub(super) log: u64,
    /// The phrase register, 0 if there is none.
    pub(super) register: u64,
    /// The segments, the oldest first.
    pub(super) segments: Vec<SegmentEntry>,
}

/// The kinds of numbered files in the folder of a library.
pub(super) fn segment_path(folder: &Path, id: u64) -> PathBuf {
    folder.join(format!("{id:08}.seg"))
}

pub(super) fn log_path(folder: &Path, id: u64) -> PathBuf {
    folder.join(format!("{id:08}.log"))
}

pub(super) fn register_path(folder: &Path, id: u64) -> PathBuf {
    folder.join(format!("{id:08}.phrases"))
}

pub(super) fn manifest_path(folder: &Path) -> PathBuf {
    folder.join(LIBRARY_MANIFEST)
}

impl Manifest {
    /// Returns the bytes of the file.
    pub(super) fn encode(&self, normalizer: &Normalizer) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        self.settings.encode(normalizer, &mut bytes);
        for number in [self.generation, self.next_id, self.log, self.register] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        put_varint(&mut bytes, self.segments.len() as u64);
        for segment in &self.segments {
            put_varint(&mut bytes, segment.id);
            put_varint(&mut bytes, segment.docs.into());
            put_varint(&mut bytes, segment.len_bytes);
            put_rising(&mut bytes, segment.deleted.iter().copied());
        }
        bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// Reads the manifest of a folder, and returns the normalizer that its
    /// texts are normalized with.
    ///
    /// # Errors
    ///
    /// Fails if there is none, if it is damaged, or if this version would make
    /// another library of the same texts.
    pub(super) fn read(folder: &Path) -> Result<(Manifest, Normalizer)> {
        let path = manifest_path(folder);
        let bytes = fs::read(&path).map_err(|source| match folder.exists() {
            true => Error::Library {
                path: folder.to_owned(),
                what: format!(
                    "no library ({} can't be read: {source}); name the folder that `leitong index create` made",
                    path.display()
                ),
            },
            false => Error::Input {
                path: folder.to_owned(),
                source,
            },
        })?;
        Manifest::decode(&bytes).map_err(|what| Error::Library { path, what })
    }

    /// Reads the bytes of a manifest.
    ///
    /// # Errors
    ///
    /// Returns what is wrong and what to do.
    pub(super) fn decode(bytes: &[u8]) -> std::result::Result<(Manifest, Normalizer), String> {
        let damaged = || "not what was written; restore the folder from a backup".to_owned();
        let (body, checksum) = bytes.split_last_chunk::<8>().ok_or_else(damaged)?;
        if body.len() < MAGIC.len() || u64::from_le_bytes(*checksum) != xxh3_64(body) {
            return Err(damaged());
        }
        if body[..7] == MAGIC[..7] && body[7] != MAGIC[7] {
            return Err(format!(
                "a library of format {}, this program reads format {}; export its documents with the version that made it, and create it anew",
                body[7], MAGIC[7]
            ));
        }
        if body[..8] != MAGIC {
            return Err(damaged());
        }
        let mut cursor = Cursor::new(&body[8..]);
        let (settings, normalizer) = Settings::decode(&mut cursor)?;
        let mut read = || -> Option<Manifest> {
            let [generation, next_id, log, register] =
                [cursor.u64()?, cursor.u64()?, cursor.u64()?, cursor.u64()?];
            let mut segments = Vec::new();
            for _ in 0..cursor.varint()? {
                segments.push(SegmentEntry {
                    id: cursor.varint()?,
                    docs: u32::try_from(cursor.varint()?).ok()?,
                    len_bytes: cursor.varint()?,
                    deleted: cursor.rising()?,
                });
            }
            cursor.rest().is_empty().then_some(Manifest {
                settings,
                generation,
                next_id,
                log,
                register,
                segments,
            })
        };
        Ok((read().ok_or_else(damaged)?, normalizer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_and_every_changed_byte_is_noticed() {
        let manifest = Manifest {
            settings: Settings::default(),
            generation: 3,
            next_id: 9,
            log: 8,
            register: 0,
            segments: vec![SegmentEntry {
                id: 7,
                docs: 1000,
                len_bytes: 123_456,
                deleted: vec![0, 5, 999],
            }],
        };
        let bytes = manifest.encode(&Normalizer::default());
        assert_eq!(Manifest::decode(&bytes).unwrap().0, manifest);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(Manifest::decode(&changed).is_err(), "byte {at}");
            assert!(Manifest::decode(&bytes[..at]).is_err(), "cut at {at}");
        }
    }
}
