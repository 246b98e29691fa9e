"""The graph of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leitong.table import Table

if TYPE_CHECKING:
    import networkx

__all__ = ["Graph"]

_NODE = ("title", "date", "source", "cluster")
_EDGE = (
    "kind",
    "relation",
    "jaccard",
    "shared_chars",
    "formula_chars",
    "coverage_a",
    "coverage_b",
    "longest_shared",
)


class Graph:
    """Documents as nodes, and what they share as edges.

    >>> import leitong as lt
    >>> text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。"
    >>> graph = lt.scan([text, text]).graph()
    >>> len(graph.nodes), len(graph.edges)
    (2, 1)
    >>> network = graph.to_networkx()
    >>> network.edges["0", "1"]["relation"]
    'copy'
    """

    def __init__(self, decisions: Table, edges: Table) -> None:
        #: The documents.
        self.nodes = decisions.select("id", *_NODE)
        #: The edges.
        self.edges = edges.select("a", "b", *_EDGE)

    def to_networkx(self) -> networkx.Graph[Any]:
        """Return the graph for networkx, which must be installed."""
        import networkx

        graph: networkx.Graph[Any] = networkx.Graph()
        for node in self.nodes:
            id = node.pop("id")
            graph.add_node(id, **{name: value for name, value in node.items() if value is not None})
        for edge in self.edges:
            graph.add_edge(edge.pop("a"), edge.pop("b"), **edge)
        return graph

    def __repr__(self) -> str:
        return f"<graph of {len(self.nodes):,} documents and {len(self.edges):,} edges>"
