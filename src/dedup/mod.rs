//! Which documents stay, which go, and why.

mod counts;
mod decide;
pub mod export;
mod kept_copies;
#[cfg(test)]
mod naive;
pub mod policy;
mod provenance;
mod reason;
pub mod rules;
#[cfg(test)]
mod tests;

pub use decide::{Decisions, DedupInput, Dropped, Outcome, decide};
pub use policy::{Keep, Policy};
pub use reason::Reasons;
pub use rules::{Rules, Sources, Window};
