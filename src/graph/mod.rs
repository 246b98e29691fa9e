//! The similarity graph: documents as nodes, pairs as edges.
//!
//! | | |
//! |---|---|
//! | [`adjacency`] | the neighbours of each node |
//! | [`edge`] | what two documents have in common, and who came first |
//! | [`mod@clusters`] | groups of documents, by verified pairs |
//! | [`cluster_list`] | these groups in columns, in memory or on disk |
//! | [`edge_builder`] | edges from pairs and their passages |
//! | [`components`] | degree and component of each node |
//! | [`sources`] | the graph of documents, aggregated to their sources |
//! | [`phrase_nodes`] | phrases as nodes beside the documents that have them |
//! | [`formats`] | GraphML, GEXF, DOT, JSON, CSV and Parquet |

pub mod adjacency;
pub mod cluster_list;
pub mod clusters;
pub mod components;
pub mod edge;
pub mod edge_builder;
pub mod formats;
pub mod phrase_nodes;
pub mod sources;

pub use adjacency::Adjacency;
pub use cluster_list::{Cluster, ClusterIter, ClusterMember, Clusters};
pub(crate) use clusters::Clustering;
pub use clusters::{ClusterKind, clusters};
pub use components::NodeStatistics;
pub use edge::{Direction, Edge, EdgeKind};
pub use edge_builder::EdgeBuilder;
pub use phrase_nodes::PhraseNode;
pub use sources::{SourceEdge, SourceGraph};
