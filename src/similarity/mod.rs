//! Near-duplicates: shingle → sketch → candidate → verify.

pub mod banding;
mod bounded;
mod buckets;
mod candidate;
pub mod copies;
pub mod hamming;
mod join;
pub mod minhash;
mod near;
pub mod pair;
pub mod shingle;
mod sieve;
pub mod simhash;
pub mod sketch;
pub mod verify;

pub use banding::Banding;
pub(crate) use buckets::{Columns, in_buckets};
pub use copies::CopyGroups;
pub use near::{Method, NearDuplicates, NearOptions, Search, near_duplicates};
pub use pair::{Measure, Pair};
pub use shingle::Shingling;
pub(crate) use sieve::Sieve;
