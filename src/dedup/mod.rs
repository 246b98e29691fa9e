//! Which documents stay, which go, and why.

mod counts;
mod decide;
mod decisions;
#[cfg(feature = "files")]
pub mod export;
mod input;
mod kept_copies;
#[cfg(test)]
mod naive;
mod order;
pub mod policy;
mod provenance;
mod reason;
pub mod rules;
mod same_texts;
#[cfg(test)]
mod tests;
mod words;

pub use decide::decide;
pub use decisions::{Decisions, Dropped, Outcome};
pub use input::DedupInput;
pub use policy::{Keep, Policy};
pub use provenance::Provenance;
pub use reason::Reasons;
pub use rules::{Rules, Sources, Window};
