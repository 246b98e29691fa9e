//! What pairs make together.

pub mod clusters;
pub mod edge;
pub mod links;

pub use clusters::{Cluster, ClusterKind, Member, clusters};
pub use edge::{Direction, Edge, EdgeKind};
pub use links::{LinkOptions, LinkPassage, Linker};
