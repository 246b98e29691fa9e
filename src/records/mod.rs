//! The records that runs write, a module for each kind, and a struct for each
//! record: rows of files and tables are made from it, and read back into it.

pub mod check;
pub mod cuts;
pub mod decisions;
pub mod documents;
pub mod edges;
pub mod families;
pub mod kept;
pub mod near;
mod occurrences;
pub mod passage_groups;
pub mod passages;
mod phrase_lines;
pub mod phrases;
pub mod repeats;
pub mod scan_files;
pub mod texts;
mod timeline;

use crate::graph::EdgeKind;
use crate::phrases::PhraseKind;
use crate::relation::Relation;
use crate::write::record::named_fields;

pub use occurrences::OccurrenceRecord;

named_fields!(EdgeKind, PhraseKind, Relation);
