//! Small loops over slices: no I/O, no options, no allocation.
//!
//! A loop with a faster twin asks the processor at run time which one it can
//! run. The scalar loop defines the result, and is what other machines run.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub(crate) mod bit_count;
pub(crate) mod common_bits;
pub(crate) mod digits;
pub(crate) mod less_than;
pub(crate) mod merge;
pub(crate) mod normalize_run;
pub(crate) mod one_sided;
pub(crate) mod scatter_min;
pub(crate) mod window_hash;
pub(crate) mod word;
