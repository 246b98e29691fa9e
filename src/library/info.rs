//! What a library takes, by part.

use crate::library::parts::Part;
use crate::library::segment::{Section, Segment};
use crate::library::snapshot::Library;

/// What a library takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LibraryInfo {
    /// Documents that are there.
    pub documents: u64,
    /// Documents that were removed or replaced and still take space.
    pub removed: u64,
    /// Segments on disk.
    pub segments: u64,
    /// Documents in the log.
    pub recent: u64,
    /// Normalized characters, in UTF-16 units, those of removed documents
    /// included.
    pub units: u64,
    /// Bytes of each part of all segments, and of the other files, by name.
    pub bytes: Vec<(&'static str, u64)>,
    /// Bytes at the end of the log that a crash left.
    pub torn: u64,
    /// The generation of the manifest.
    pub generation: u64,
    /// Phrases of the register, if there is one, and the generation that it
    /// was made of.
    pub register: Option<(u64, u64)>,
}

impl Library {
    /// Returns what the library takes.
    pub fn info(&self) -> LibraryInfo {
        let segments = || self.parts.on_disk().iter().filter_map(Part::segment);
        let mut bytes: Vec<(&'static str, u64)> = Vec::new();
        let sections = Section::ALL.map(|section| {
            let parts = segments().map(|segment| segment.section(section).len() as u64);
            (section.name(), parts.sum::<u64>())
        });
        let of_segments: u64 = sections.iter().map(|(_, len)| len).sum();
        let whole: u64 = segments().map(Segment::len_bytes).sum();
        bytes.extend(sections);
        let manifest = self.manifest.encode(&self.normalizer).len() as u64;
        bytes.push(("heads and manifest", whole - of_segments + manifest));
        bytes.push(("log", self.log_len + self.torn));
        bytes.push((
            "phrases",
            self.register
                .as_ref()
                .map_or(0, |register| register.len_bytes()),
        ));
        LibraryInfo {
            documents: self.len(),
            removed: self
                .parts
                .iter()
                .map(|part| part.deleted.len() as u64)
                .sum(),
            segments: segments().count() as u64,
            recent: self.parts.log().live(),
            units: self.parts.iter().map(|part| part.held.units()).sum(),
            bytes,
            torn: self.torn,
            generation: self.manifest.generation,
            register: self
                .register
                .as_ref()
                .map(|register| (register.len(), register.generation())),
        }
    }
}
