//! Near-duplicate and phrase-reuse detection for Chinese news and web text.
//!
//! The road that a text travels:
//!
//! ```text
//! read → decode → normalize ─┬→ shingle → sketch → candidate → verify ─┐
//!                            ├→ suffix array → repeats → phrases ──────┼→ relations → graph → clusters → decisions → report
//!                            └→ seeds → chains → aligned passages ─────┘
//! ```
//!
//! | module | stage |
//! |---|---|
//! | [`text`] | one text: its normalized characters with offsets, its surface form |
//! | [`corpus`] | all documents of a run, in the order of the input |
//! | [`read`] | from files and folders to a corpus: walking, decoding, parsing |
//! | [`near`] | near-duplicate pairs: sketches propose candidates, exact counts decide |
//! | [`suffix`] | suffix array, LCP array, and every maximal repeat |
//! | [`phrases`] | phrases: repeats that were scored, selected and ranked |
//! | [`passages`] | every passage that documents share, edits included; what changed between two texts |
//! | [`relation`] | copy, version, excerpt, template or reuse, and the features behind it |
//! | [`graph`] | clusters of verified pairs, edges between documents, graph files |
//! | [`dedup`] | which documents stay, which go, and why |
//! | [`pipeline`] | the order of the stages: compare, decide, link, scan |
//! | [`library`] | documents on disk, with what finds their like |
//! | [`records`], [`mod@write`] | output records, as JSON Lines, CSV or Parquet |
//! | [`report`] | the HTML page of a scan, and two texts side by side |
//! | `serve` | a library behind HTTP, and the desk's page |
//! | [`synthetic`] | corpora of any size with their ground truth |
//!
//! Imports descend, and `tests/layers.rs` checks that: [`near`], [`phrases`] and
//! [`passages`] never import each other. Below the stages lie `simd` (arithmetic
//! over slices), [`spill`] (files for what exceeds the memory budget),
//! [`context`] (progress, cancellation, memory) and the ground: [`error`], [`hash`], [`span`], [`date`], [`mask`] and [`progress`].
//! `docs/architecture.md` tells a newcomer where to find what.
//!
//! # Features
//!
//! All are on by default, and the library compiles without any of them: `cli`
//! (the command `leitong`), `files` (reading files and folders), `parquet`
//! (Parquet files as input and output), `report` (the page of a scan) and `serve`
//! (a library behind HTTP).
//!
//! # Examples
//!
//! ```
//! use leitong::Context;
//! use leitong::corpus::Corpus;
//! use leitong::near::{NearOptions, near_duplicates};
//!
//! let texts = [
//!     ("a", "各地要落实联防联控、群防群治的要求，守住社区这道防线。"),
//!     ("b", "各地要落實聯(lián)防聯(lián)控 群防群治的要求 守住社區這道防線"),
//! ];
//! let corpus = Corpus::from_texts(texts, Default::default());
//! let near = near_duplicates(&corpus, &NearOptions::default(), &Context::default())?;
//! assert_eq!(near.pairs[0].jaccard(), 1.0);
//! # Ok::<(), leitong::Error>(())
//! ```
//!
//! # Papers
//!
//! Cited by key; `docs/phrases.md` lists those about phrases.
//!
//! - \[APR04\] Aslam, Pelekhov, Rus: The star clustering algorithm for static
//!   and dynamic information organization. J. Graph Algorithms 8, 2004.
//! - \[BMS07\] Bayardo, Ma, Srikant: Scaling up all pairs similarity search.
//!   WWW 2007.
//! - \[CGK06\] Chaudhuri, Ganti, Kaushik: A primitive operator for similarity
//!   joins in data cleaning. ICDE 2006.
//! - \[Cha02\] Charikar: Similarity estimation techniques from rounding
//!   algorithms. STOC 2002.
//! - \[DKT17\] Dahlgaard, Knudsen, Thorup: Fast similarity sketching. FOCS 2017.
//! - \[Fen94\] Fenwick: A new data structure for cumulative frequency tables.
//!   Software: Practice and Experience 24, 1994.
//! - \[Knu98\] Knuth: The art of computer programming, volume 3: Sorting and
//!   searching, 2nd edition, 1998.
//! - \[LK10\] Li, König: b-bit minwise hashing. WWW 2010.
//! - \[LRU20\] Leskovec, Rajaraman, Ullman: Mining of massive datasets, 3rd
//!   edition, 2020.
//! - \[MJS07\] Manku, Jain, Das Sarma: Detecting near-duplicates for web
//!   crawling. WWW 2007.
//! - \[Mye86\] Myers: An O(ND) difference algorithm and its variations.
//!   Algorithmica 1, 1986.
//! - \[Shr17\] Shrivastava: Optimal densification for fast and accurate minwise
//!   hashing. ICML 2017.
//! - \[STM20\] Sandes, Teodoro, Melo: Bitmap filter: speeding up exact set
//!   similarity joins with bitwise operations. Information Systems 88, 2020.
//! - \[Wis93\] Wise: String similarity via greedy string tiling and running
//!   Karp-Rabin matching. University of Sydney, 1993.
//! - \[SW81\] Smith, Waterman: Identification of common molecular
//!   subsequences. J. Molecular Biology 147, 1981.
//! - \[WLF12\] Wang, Li, Feng: Can we beat the prefix filtering? SIGMOD 2012.
//! - \[XWLY08\] Xiao, Wang, Lin, Yu: Efficient similarity joins for near
//!   duplicate detection. WWW 2008.
//! - \[ZSWM00\] Zhang, Schwartz, Wagner, Miller: A greedy algorithm for aligning
//!   DNA sequences. J. Computational Biology 7, 2000.

// Some inner functions serve the command line alone.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

mod amounts;
#[doc(hidden)]
pub mod bench_api;
pub mod boilerplate;
mod bucket_sort;
mod caught;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod context;
pub mod corpus;
pub mod date;
pub mod dedup;
pub mod error;
pub mod graph;
pub mod hash;
mod huge_pages;
pub mod library;
mod library_mark;
pub mod mask;
mod mmap;
mod named;
pub mod near;
mod numerals;
pub mod passages;
pub mod phrases;
pub mod pipeline;
mod prefetch;
pub mod progress;
#[cfg(feature = "files")]
pub mod read;
pub mod records;
pub mod relation;
pub mod report;
#[cfg(feature = "serve")]
pub mod serve;
mod simd;
pub mod span;
pub mod spill;
pub mod suffix;
#[cfg(feature = "files")]
pub mod synthetic;
pub mod text;
mod two_generations;
#[cfg(any(feature = "files", feature = "report", feature = "serve"))]
mod whole_file;
pub mod write;

pub use context::{Canceller, Context};
pub use error::{Error, Result, Skipped};
pub use huge_pages::HugePages;
pub use span::{Span, UnitSpan};
