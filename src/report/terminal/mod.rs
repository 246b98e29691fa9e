//! Results for a terminal: two documents side by side (or as a JSON record),
//! in the texts as they were read; and phrases as a table.

mod columns;
mod comparison;
mod original;
mod phrase_table;
mod record;
mod view;
mod whole_tokens;
mod why;

pub use comparison::Comparison;
pub use phrase_table::{PHRASES_SHOWN, write_phrases};
pub use view::ViewOptions;
