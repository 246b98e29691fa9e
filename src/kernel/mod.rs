//! Small loops over slices: no I/O, no options.
//!
//! What has a faster twin for a kind of processor asks the processor at run
//! time; the plain loop is the truth, and what other machines run.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub(crate) mod below;
pub(crate) mod bit_count;
pub(crate) mod fetch;
pub(crate) mod fold_run;
pub(crate) mod huge;
pub(crate) mod merge;
pub(crate) mod slot_min;
pub(crate) mod window_hash;
