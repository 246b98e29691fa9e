//! A segment: documents that never change, in one file with all that finds them.
//!
//! | | |
//! |---|---|
//! | `layout` | the head of a file, and its sections |
//! | `keys` | what the tables find a document by |
//! | `builder` | from documents to sections |
//! | `reader` | look-ups in the sections of a file that is mapped |

mod builder;
mod keys;
mod layout;
mod reader;

pub(super) use builder::{Item, SegmentBuilder, WINDOW_CUT, train};
pub(super) use keys::{KeyMaker, Keys, id_hash};
pub(super) use layout::Section;
pub(super) use reader::Segment;
