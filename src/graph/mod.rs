//! What pairs make together.

pub mod clusters;

pub use clusters::{Cluster, ClusterKind, Member, clusters};
