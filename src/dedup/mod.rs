//! Which documents stay, which go, and why.

mod against;
mod by_hand;
mod counts;
mod decide;
mod decisions;
mod drop_list;
#[cfg(feature = "files")]
pub mod export;
mod hand_file;
mod input;
mod kept_copies;
pub mod levels;
#[cfg(test)]
mod naive;
mod order;
mod other_titles;
mod outcomes;
pub mod policy;
mod provenance;
mod reason;
pub mod rules;
mod same_texts;
mod small_counts;
#[cfg(test)]
mod tests;
mod words;

pub use against::Against;
pub(crate) use by_hand::NONE as NO_CHOICES;
pub use by_hand::{ByHand, HandChoice, HandVerdict};
pub use decide::decide;
pub use decisions::Decisions;
pub use drop_list::Dropped;
pub use hand_file::{HandFile, UnknownIds};
pub use input::DedupInput;
pub use outcomes::Outcome;
pub use policy::{Keep, Places, Policy};
pub use provenance::Provenance;
pub use reason::Reasons;
pub use rules::{Rules, Sources, Window};
