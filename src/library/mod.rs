//! Documents on disk, with what finds their like: near-duplicates, and every
//! passage that one of them shares with a draft.
//!
//! A library is a folder. Its segments never change; a manifest names them, and
//! a log holds what came since. One process writes, any number read, each on one
//! generation. `docs/library-format.md` describes every byte.
//!
//! | | |
//! |---|---|
//! | `settings` | what everything depends on |
//! | `bytes`, `bits` | numbers as bytes and bits |
//! | `windows`, `lists` | sampled windows of a text; tables from hashes to documents |
//! | `document`, `segment` | a document as it is kept; many of them, and what finds them |
//! | `manifest`, `log`, `files` | which files are the library; what came since; every write |
//! | `recent`, `parts` | the documents of the log; the segments of a generation, eight at most |
//! | `register`, `places` | the formulas of the library; names of places |
//! | `lately` | documents that were read lately |
//! | `snapshot`, `info` | one generation, to read from; what it takes |
//! | `merge`, `writer` | the one who writes |
//! | `query` | where does this text come from? |
//! | `search` | documents that contain a wording |

mod bits;
mod bytes;
mod document;
mod files;
mod info;
mod lately;
mod lists;
mod log;
mod manifest;
mod merge;
mod parts;
mod places;
mod query;
mod recent;
mod register;
mod search;
mod segment;
mod settings;
mod snapshot;
mod windows;
mod writer;

pub use document::StoredDocument;
#[doc(hidden)]
pub use files::abort_at_step;
pub use info::LibraryInfo;
pub use places::ForeignPlace;
pub use query::{Check, CheckOptions, CheckWarning, LikeOptions, Near, Shares};
pub use register::{Register, RegisterPhrase};
pub use search::Containing;
pub use settings::Settings;
pub use snapshot::Library;
pub use windows::SHARED_RUN;
pub use writer::{Added, Lane, LibraryWriter, MergeJob, MergeTicket, Merged, OnConflict};
