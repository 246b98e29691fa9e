//! Where does this text come from? Candidates from the tables, everything else
//! counted and aligned exactly.
//!
//! | | |
//! |---|---|
//! | `candidates` | documents that share a window, a band or the wording |
//! | `check` | near-duplicates and passages among them |
//! | `formulas` | where formulas stand in a text |
//! | `like` | the documents that are like any of a corpus |
//! | `loaded` | candidates, and what each shares with the draft |
//! | `options` | what a check looks for |
//! | `shares` | how much of the draft stands elsewhere |
//! | `texts` | a document, read and normalized |

mod candidates;
mod check;
mod formulas;
mod like;
mod loaded;
mod options;
mod shares;
mod texts;

pub use check::{Check, CheckWarning, Near};
pub use like::LikeOptions;
pub use options::CheckOptions;
pub use shares::Shares;
