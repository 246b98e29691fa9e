//! The generation of the library that requests see.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, SystemTime};

use crate::error::{Error, Result};
use crate::library::Library;
use crate::serve::log::Log;

/// Time between two looks at a library that another program writes to.
const EVERY: Duration = Duration::from_secs(2);

/// The library as it is now. A request takes one generation, and keeps it.
pub(super) struct Current(RwLock<Arc<Library>>);

impl Current {
    pub(super) fn new(library: Arc<Library>) -> Self {
        Current(RwLock::new(library))
    }

    /// Returns the generation of now.
    pub(super) fn get(&self) -> Arc<Library> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Makes a generation that of now.
    pub(super) fn set(&self, library: Arc<Library>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = library;
    }

    /// Opens a library to read, and opens it again whenever another program has
    /// written to it, for as long as the value lives.
    pub(super) fn follow(path: &Path, log: Log) -> Result<Arc<Current>> {
        let mut seen = state_of(path)?;
        let current = Arc::new(Current::new(Arc::new(Library::open(path)?)));
        let follower: Weak<Current> = Arc::downgrade(&current);
        let path = path.to_owned();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(EVERY);
                let Some(current) = follower.upgrade() else {
                    return;
                };
                let now = state_of(&path);
                if now.as_ref().is_ok_and(|now| *now == seen) {
                    continue;
                }
                // The old generation stays while the new one can't be read.
                match now.and_then(|now| Ok((now, Library::open(&path)?))) {
                    Ok((now, library)) => {
                        seen = now;
                        current.set(Arc::new(library));
                    }
                    Err(error) => log.line(&format!("reading the library again: {error}")),
                }
            }
        });
        Ok(current)
    }
}

/// What tells whether a library was written to: its files, their sizes and times.
type State = Vec<(PathBuf, u64, Option<SystemTime>)>;

fn state_of(path: &Path) -> Result<State> {
    let read = |source| Error::Input {
        path: path.to_owned(),
        source,
    };
    let mut state = State::new();
    for entry in std::fs::read_dir(path).map_err(read)? {
        let entry = entry.map_err(read)?;
        // A file that is gone by now was not needed.
        if let Ok(metadata) = entry.metadata()
            && entry.file_name() != "lock"
        {
            state.push((entry.path(), metadata.len(), metadata.modified().ok()));
        }
    }
    state.sort();
    Ok(state)
}
