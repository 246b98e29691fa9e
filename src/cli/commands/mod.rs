//! One command a file.

pub(in crate::cli) mod check;
pub(in crate::cli) mod cluster;
pub(in crate::cli) mod cluster_library;
pub(in crate::cli) mod compare;
pub(in crate::cli) mod completions;
pub(in crate::cli) mod dedup;
pub(in crate::cli) mod dedup_level;
pub(in crate::cli) mod graph;
pub(in crate::cli) mod index;
pub(in crate::cli) mod passages;
pub(in crate::cli) mod phrases;
pub(in crate::cli) mod report;
pub(in crate::cli) mod scan;
pub(in crate::cli) mod serve;
