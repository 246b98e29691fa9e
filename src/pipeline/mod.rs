//! The stages in the order in which a run needs them: what the commands, a
//! server or another program call.
//!
//! [`CompareOptions::run`] goes from a corpus to pairs, relations and clusters,
//! [`decide()`] to a decision for every document, [`LinkOptions::link`] to passages
//! and the edges that they make, [`ReuseOptions::run`] to passages alone; [`ScanOptions::run`] does all of it and hands over what
//! it finds as soon as it is known.
//!
//! # Examples
//!
//! ```
//! use leitong::Context;
//! use leitong::corpus::{Corpus, Document};
//! use leitong::pipeline::{Findings, ScanOptions};
//! use leitong::text::normalize::Normalizer;
//!
//! let corpus = Corpus::builder(Normalizer::default())
//!     .push(Document::new("a", "各地要落实联防联控、群防群治的要求，守住社区这道防线。").date("2020-04-14"))
//!     .push(Document::new("b", "各地要落實聯防聯控、群防群治的要求，守住社區這道防線").date("2020-04-15"))
//!     .build()?;
//! let mut findings = Findings::default();
//! let scanned = ScanOptions::default().run(&corpus, &Context::default(), &mut findings)?;
//! assert_eq!(scanned.compared.near.pairs.len(), 1);
//! assert_eq!(scanned.decisions.drops().len(), 1);
//! assert_eq!(findings.links.edges.len(), 1);
//! # Ok::<(), leitong::Error>(())
//! ```

mod compare;
mod decide;
mod findings;
mod kept;
mod link;
mod masked;
mod reuse;
mod scan;
mod timings;

pub use compare::{CompareOptions, Compared};
pub use decide::{decide, decide_against, decide_by_hand, dedup_input};
pub use findings::{Findings, FoundPhrases};
pub use link::{LinkOptions, Links};
pub use reuse::{Reuse, ReuseOptions};
pub use scan::{PhraseSink, ScanOptions, ScanSink, Scanned};
pub use timings::Timings;
