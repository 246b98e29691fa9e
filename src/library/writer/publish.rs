//! From files that nothing names to a generation that names them.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Result;
use crate::library::files;
use crate::library::log;
use crate::library::manifest::{
    Manifest, SegmentEntry, log_path, manifest_path, register_path, segment_path,
};
use crate::library::register::Register;
use crate::library::segment::{Segment, SegmentBuilder};
use crate::library::snapshot::{Library, Part};
use crate::library::writer::LibraryWriter;

/// Writes a segment to the folder of a library, which nothing names yet.
pub(super) fn write(library: &Library, builder: SegmentBuilder, id: u64) -> Result<Part> {
    let path = segment_path(&library.path, id);
    let parts = builder.finish(&path)?;
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    files::write_new(&path, &parts)?;
    Ok(Part {
        id: Some(id),
        segment: Arc::new(Segment::open(&path)?),
        deleted: Arc::default(),
    })
}

impl LibraryWriter {
    /// Returns a number that no file has.
    pub(super) fn next_id(&self) -> u64 {
        let unpublished = self.unpublished.iter().max().copied().unwrap_or(0);
        self.library.manifest.next_id.max(unpublished + 1)
    }

    /// Writes a segment, which nothing names yet.
    pub(super) fn write(&self, builder: SegmentBuilder, id: u64) -> Result<Part> {
        write(&self.library, builder, id)
    }

    /// Makes these segments the library, with a new log.
    pub(super) fn publish(&mut self, parts: Vec<Part>, next_id: u64, register: u64) -> Result<()> {
        let path = self.library.path.clone();
        let entries = parts.iter().filter_map(|part| {
            Some(SegmentEntry {
                id: part.id?,
                docs: part.segment.docs(),
                len_bytes: part.segment.len_bytes(),
                deleted: part.deleted.iter().copied().collect(),
            })
        });
        let manifest = Manifest {
            generation: self.library.manifest.generation + 1,
            log: next_id,
            next_id: next_id + 1,
            register,
            segments: entries.collect(),
            settings: *self.library.settings(),
        };
        let new_log = log_path(&path, manifest.log);
        files::write_new(&new_log, &[&log::head(manifest.log)])?;
        // Names come before the manifest that needs them.
        files::sync_folder(&path)?;
        let register = match register {
            0 => None,
            id if id == self.library.manifest.register => self.library.register.clone(),
            id => Some(Arc::new(Register::open(&register_path(&path, id))?)),
        };
        let log = OpenOptions::new()
            .append(true)
            .open(&new_log)
            .map_err(files::failed(&new_log))?;
        let bytes = manifest.encode(&self.library.normalizer);
        // Whether a manifest that failed is there is not known.
        self.is_broken = true;
        files::replace(&manifest_path(&path), &bytes)?;
        self.library = Arc::new(Library {
            manifest: Arc::new(manifest),
            parts,
            recent: Arc::default(),
            register,
            places: self.library.places.clone(),
            lately: self.library.lately.clone(),
            log_len: log::HEAD as u64,
            torn: 0,
            path,
            normalizer: self.library.normalizer.clone(),
        });
        self.log = log;
        self.is_broken = false;
        self.remove_unnamed();
        Ok(())
    }

    /// Removes files of ours that the manifest does not name.
    pub(super) fn remove_unnamed(&self) {
        let Library { path, manifest, .. } = &*self.library;
        let segments = manifest
            .segments
            .iter()
            .map(|segment| segment_path(path, segment.id));
        let mut named: HashSet<PathBuf> = segments.collect();
        named.extend(self.unpublished.iter().map(|id| segment_path(path, *id)));
        named.insert(log_path(path, manifest.log));
        named.insert(register_path(path, manifest.register));
        let is_numbered = |path: &Path| {
            let stem = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .unwrap_or("");
            stem.len() >= 8 && stem.bytes().all(|byte| byte.is_ascii_digit())
        };
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        for entry in entries {
            let entry = entry.path();
            let ending = entry
                .extension()
                .and_then(|ending| ending.to_str())
                .unwrap_or("");
            let is_ours = match ending {
                "seg" | "log" | "phrases" => is_numbered(&entry),
                "new" => entry.file_stem().is_some_and(|stem| stem == "manifest"),
                _ => false,
            };
            if is_ours && !named.contains(&entry) {
                files::remove(&entry);
            }
        }
    }
}
