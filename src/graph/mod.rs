//! What pairs make together.
//!
//! | | |
//! |---|---|
//! | [`edge`] | what stands between two documents, and who came first |
//! | [`mod@clusters`] | groups of documents, by verified pairs |
//! | [`links`] | edges of pairs: the passages that they share |
//! | [`standing`] | degree and component of each node |
//! | [`sources`] | the graph of documents, drawn together to their sources |
//! | [`phrases`] | phrases as nodes beside the documents that have them |

pub mod clusters;
pub mod edge;
pub mod links;
pub mod phrases;
pub mod sources;
pub mod standing;

pub use clusters::{Cluster, ClusterKind, Member, clusters};
pub use edge::{Direction, Edge, EdgeKind};
pub use links::{LinkOptions, LinkPassage, Linker};
pub use phrases::PhraseNode;
pub use sources::{SourceGraph, SourceLink};
pub use standing::Standing;
