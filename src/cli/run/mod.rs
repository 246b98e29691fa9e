//! What several commands do alike: reading, near-duplicates, edges, memory,
//! `run.json`, the closing summary.

pub(in crate::cli) mod added_before;
pub(in crate::cli) mod against;
pub(in crate::cli) mod audit;
pub(in crate::cli) mod background;
pub(in crate::cli) mod budget;
pub(in crate::cli) mod dates;
pub(in crate::cli) mod dedup_against;
pub(in crate::cli) mod dedup_files;
pub(in crate::cli) mod dedup_paths;
pub(in crate::cli) mod dedup_warnings;
pub(in crate::cli) mod edges;
pub(in crate::cli) mod hand_decisions;
pub(in crate::cli) mod machine;
pub(in crate::cli) mod memory;
pub(in crate::cli) mod memory_plan;
pub(in crate::cli) mod near;
pub(in crate::cli) mod near_folder;
pub(in crate::cli) mod outputs;
pub(in crate::cli) mod page;
pub(in crate::cli) mod reckoning;
pub(in crate::cli) mod record;
pub(in crate::cli) mod resume;
pub(in crate::cli) mod run_folder;
pub(in crate::cli) mod session;
pub(in crate::cli) mod summary;
pub(in crate::cli) mod tables;
pub(in crate::cli) mod text_run;
