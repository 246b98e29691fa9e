//! What the thread that writes is asked for.

use tokio::sync::oneshot;

use crate::error::Result;
use crate::library::{Added, OnConflict, StoredDocument};

/// Where the answer to a request goes.
pub(super) type Answer<T> = oneshot::Sender<Result<T>>;

/// What became of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    Created,
    Replaced,
    /// There was one, and it was to be new.
    Kept,
}

/// What the thread that writes is asked for.
pub(super) enum Order {
    Put {
        document: Box<StoredDocument>,
        only_new: bool,
        answer: Answer<Put>,
    },
    Remove {
        id: String,
        answer: Answer<bool>,
    },
    Batch {
        documents: Vec<StoredDocument>,
        on_conflict: OnConflict,
        answer: Answer<Added>,
    },
}
