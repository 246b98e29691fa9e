//! Which documents stay, which go, and why.

mod decide;
mod facts;
mod kept;
pub mod policy;
mod reason;
pub mod rules;
mod tally;

pub use decide::{Case, Decisions, Drop, Verdict, decide};
pub use policy::{Keep, Policy};
pub use reason::Reasons;
pub use rules::{Rules, Sources, Window};
