//! Near-duplicates: shingle → sketch → candidate → verify.

pub mod banding;
mod bitmap;
mod buckets;
mod candidate;
mod columns;
pub mod copies;
mod crowds;
mod external;
pub mod hamming;
mod hash_ranges;
mod join;
mod jump_table;
pub mod minhash;
pub mod pair;
mod pair_room;
mod prefilter;
mod search;
pub mod shingle;
pub mod simhash;
pub mod sketch;
pub mod verify;
mod witness;

pub use banding::Banding;
pub(crate) use buckets::bucket_pairs;
pub(crate) use columns::Columns;
pub use copies::CopyGroups;
pub(crate) use copies::{are_kept_apart, contradict, longest_told_by_title};
pub use pair::{Measure, Pair};
pub(crate) use prefilter::Prefilter;
pub use search::{Below, Method, NearDuplicates, NearOptions, Search, near_duplicates};
pub use shingle::Shingling;
