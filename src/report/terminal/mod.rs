//! Results for a terminal: two documents side by side (or as a JSON record),
//! in the texts as they were read; phrases as a table; what a
//! library has of a draft.

mod check_view;
mod columns;
mod comparison;
mod original;
mod phrase_table;
mod record;
mod view;
mod whole_tokens;
mod why;

pub use check_view::render_check;
pub use comparison::Comparison;
pub use phrase_table::{PHRASES_SHOWN, write_phrases};
pub use view::ViewOptions;
