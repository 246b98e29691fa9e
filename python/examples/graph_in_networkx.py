"""Who prints what whom has printed: the graph, in networkx."""

from pathlib import Path

import leitong as lt
import networkx

run = lt.scan(Path(__file__).parents[2] / "corpus" / "articles")
graph = run.graph().to_networkx()
parts = sorted(networkx.connected_components(graph), key=len, reverse=True)
print(graph)
print("the largest components:", [len(part) for part in parts[:5]])
assert graph.number_of_edges() == len(run.edges)
