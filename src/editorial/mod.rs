//! Which documents stay, which go, and why.

mod decide;
mod facts;
mod kept;
#[cfg(test)]
mod naive;
pub mod policy;
mod reason;
pub mod rules;
mod tally;
#[cfg(test)]
mod tests;

pub use decide::{Case, Decisions, Drop, Verdict, decide};
pub use policy::{Keep, Policy};
pub use reason::Reasons;
pub use rules::{Rules, Sources, Window};
