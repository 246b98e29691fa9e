//! Small loops over slices: no I/O, no options.

pub(crate) mod bit_count;
pub(crate) mod fold_run;
pub(crate) mod merge;
