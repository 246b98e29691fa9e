//! From files that nothing names to a generation that names them.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::library::files;
use crate::library::log;
use crate::library::manifest::{
    Manifest, SegmentEntry, log_path, manifest_path, register_path, segment_path,
};
use crate::library::parts::{Part, Parts};
use crate::library::recent::{Recent, RecentDocument};
use crate::library::register::Register;
use crate::library::segment::{Segment, SegmentBuilder};
use crate::library::snapshot::{Library, too_many_segments};
use crate::library::writer::LibraryWriter;

/// The log of the next generation.
pub(super) enum NewLog {
    /// That of this one. What it removes is gone from the segments already.
    Same,
    /// A new one, of these documents.
    Of(Vec<Arc<RecentDocument>>),
}

/// Writes a segment to the folder of a library, which nothing names yet.
pub(super) fn write(library: &Library, builder: SegmentBuilder, id: u64) -> Result<Part> {
    let path = segment_path(&library.path, id);
    let parts = builder.finish(&path)?;
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    files::write_new(&path, &parts)?;
    Ok(Part::on_disk(id, Segment::open(&path)?))
}

impl LibraryWriter {
    /// Returns a number that no file has.
    pub(super) fn next_id(&self) -> u64 {
        let unpublished = self.unpublished.iter().max().copied().unwrap_or(0);
        self.library.manifest.next_id.max(unpublished + 1)
    }

    /// Makes these segments the library, and this its log.
    ///
    /// # Errors
    ///
    /// Fails if there are more segments than a query sees, before anything is
    /// written, or if a file can't be written.
    pub(super) fn publish(
        &mut self,
        segments: Vec<Part>,
        log: NewLog,
        register: u64,
    ) -> Result<()> {
        if self.is_broken {
            return Err(Error::Library {
                path: self.library.path.clone(),
                what: "an earlier write failed; what it left is read again with the next addition"
                    .into(),
            });
        }
        let library = &*self.library;
        let path = library.path.clone();
        let entries = segments.iter().filter_map(|part| {
            let segment = part.segment()?;
            Some(SegmentEntry {
                id: part.id?,
                docs: segment.docs(),
                len_bytes: segment.len_bytes(),
                deleted: part.deleted.iter().copied().collect(),
            })
        });
        let entries: Vec<SegmentEntry> = entries.collect();
        let last = entries.iter().map(|entry| entry.id).max().unwrap_or(0);
        let mut manifest = Manifest {
            generation: library.manifest.generation + 1,
            log: library.manifest.log,
            next_id: self.next_id().max(last.max(register) + 1),
            register,
            segments: entries,
            settings: *library.settings(),
        };
        let (parts, log_bytes) = match log {
            NewLog::Same => {
                let gone = library.parts.log().deleted.clone();
                (
                    Parts::new(segments, library.parts.recent().clone(), gone),
                    None,
                )
            }
            NewLog::Of(documents) => {
                manifest.log = manifest.next_id;
                manifest.next_id += 1;
                let mut bytes = log::head(manifest.log);
                let mut recent = Recent::default();
                for document in documents {
                    log::put(&document.document, &mut bytes);
                    recent.push(document);
                }
                (Parts::new(segments, recent, Arc::default()), Some(bytes))
            }
        };
        let parts = parts.ok_or_else(|| too_many_segments(&path))?;
        let mut new_log = None;
        if let Some(bytes) = &log_bytes {
            let log_path = log_path(&path, manifest.log);
            files::write_new(&log_path, &[bytes])?;
            let open = OpenOptions::new().append(true).open(&log_path);
            new_log = Some(open.map_err(files::failed(&log_path))?);
        }
        // Names come before the manifest that needs them.
        files::sync_folder(&path)?;
        let register = match register {
            0 => None,
            id if id == library.manifest.register => library.register.clone(),
            id => Some(Arc::new(Register::open(&register_path(&path, id))?)),
        };
        let bytes = manifest.encode(&library.normalizer);
        let next = Library {
            manifest: Arc::new(manifest),
            parts,
            register,
            log_len: log_bytes.map_or(library.log_len, |bytes| bytes.len() as u64),
            torn: 0,
            ..library.clone()
        };
        // Whether a manifest that failed is there is not known.
        self.is_broken = true;
        files::replace(&manifest_path(&path), &bytes)?;
        self.library = Arc::new(next);
        if let Some(log) = new_log {
            self.log = log;
        }
        self.is_broken = false;
        self.keep_if_filled();
        self.remove_unnamed();
        Ok(())
    }

    /// Lets a new library stay whatever happens to the process, once it holds
    /// something.
    pub(super) fn keep_if_filled(&mut self) {
        if !self.library.is_empty() {
            self.newborn = None;
        }
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
