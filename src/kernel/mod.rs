//! Small loops over slices: no I/O, no options.

pub(crate) mod fold_run;
