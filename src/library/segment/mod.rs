//! A segment: documents that never change, in one file with all that finds them.
//!
//! | | |
//! |---|---|
//! | `layout` | the head of a file, and its sections |
//! | `builder` | from documents to sections |
//! | `reader` | look-ups in the sections, from a file that is mapped or from memory |

mod builder;
mod layout;
mod reader;

pub(super) use builder::{SegmentBuilder, train};
pub(super) use layout::Section;
pub(super) use reader::Segment;
