//! What pairs make together.

pub mod clusters;
pub mod edge;

pub use clusters::{Cluster, ClusterKind, Member, clusters};
pub use edge::{Direction, Edge, EdgeKind};
