//! Two documents side by side, for a terminal or as a JSON record: what they
//! share and what changed, in the texts as they were read.

mod columns;
mod comparison;
mod original;
mod record;
mod view;

pub use comparison::Comparison;
pub use view::ViewOptions;
