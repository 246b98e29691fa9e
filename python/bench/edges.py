"""How much smaller components would be if edges were compared before they count.

    python edges.py PATH...

Documents that share a key of a band hang together: `leitong.spark` makes a star
of each bucket and compares nothing. Here the pairs of each bucket are compared
too, by 32, 64 or 96 bits of the signatures, which would have to move with every
key, and the components of what passes are set beside those of the stars and those
of the pairs that reach the threshold. Buckets of more than 256 documents are
joined whole, as the engine does. Needs numpy and pyarrow.
"""

from __future__ import annotations

import sys
from pathlib import Path

import leitong as lt
import numpy as np
import pyarrow as pa

THRESHOLD = 0.8
LARGEST_BUCKET = 256
#: Bytes that Spark writes for a key and a node, and for 32 bits of marks with them.
ROW, MARKS = 17, 4


class Graph:
    """Components of documents."""

    def __init__(self, count):
        self.parents = list(range(count))
        #: Edges as a star for each group would make them, each once.
        self.edges = set()

    def root(self, node):
        while self.parents[node] != node:
            self.parents[node] = self.parents[self.parents[node]]
            node = self.parents[node]
        return node

    def join(self, a, b):
        self.edges.add((a, b))
        a, b = self.root(a), self.root(b)
        self.parents[max(a, b)] = min(a, b)

    def sizes(self):
        roots = np.array([self.root(node) for node in range(len(self.parents))])
        return roots, np.bincount(roots, minlength=len(roots))


def most_bits(bits):
    """The bits in which pairs at the threshold differ, but for one in 10⁹."""
    differs = (1 - THRESHOLD) / 2
    term, sum_, most = (1 - differs) ** bits, 0.0, 0
    for most in range(bits + 1):
        sum_ += term
        if 1 - sum_ <= 1e-9:
            return most
        term *= (bits - most) / (most + 1) * differs / (1 - differs)
    return most


def report(name, graph, bytes_of, moved):
    roots, sizes = graph.sizes()
    inside = sizes[roots] > 1
    weights = np.bincount(roots, weights=bytes_of, minlength=len(roots))
    print(
        f"{name:<26}{len(graph.edges):>10,}{inside.mean():>12.3f}{sizes.max():>10,}"
        f"{weights[sizes > 1].max() / 1e6:>10.2f}{bytes_of[inside].sum() / len(roots):>12,.0f}{moved:>8}"
    )


def main(paths):
    documents = lt.read([Path(path) for path in paths])
    texts = list(dict.fromkeys(documents.normalized(at) for at in range(len(documents))))
    print(f"{len(documents):,} documents, {len(texts):,} of different wording")
    bytes_of = np.array([len(text.encode()) for text in texts])
    keys = pa.array(lt.kernel.band_keys(texts, threshold=THRESHOLD))
    signatures = pa.array(lt.kernel.sketch(texts, threshold=THRESHOLD))
    known = np.flatnonzero(np.asarray(keys.is_valid()))
    bands = len(keys[known[0]])
    flat = np.asarray(keys.drop_null().flatten()).astype(np.uint64).reshape(-1, bands)
    slots = len(signatures[known[0]])
    lowest = np.asarray(signatures.drop_null().flatten()).reshape(-1, slots)[:, :96] & 1

    stars = Graph(len(texts))
    filtered = {bits: Graph(len(texts)) for bits in (32, 64, 96)}
    compared, passed = 0, dict.fromkeys(filtered, 0)
    for band in range(bands):
        order = np.argsort(flat[:, band], kind="stable")
        cuts = np.flatnonzero(np.diff(flat[order, band])) + 1
        for bucket in np.split(order, cuts):
            if len(bucket) < 2:
                continue
            nodes = known[bucket]
            for node in nodes[1:]:
                stars.join(nodes[0], node)
            if len(bucket) > LARGEST_BUCKET:
                for graph in filtered.values():
                    for node in nodes[1:]:
                        graph.join(nodes[0], node)
                continue
            a, b = np.triu_indices(len(bucket), 1)
            differ = lowest[bucket[a]] ^ lowest[bucket[b]]
            compared += len(a)
            for bits, graph in filtered.items():
                passes = differ[:, :bits].sum(axis=1) <= most_bits(bits)
                passed[bits] += int(passes.sum())
                for one, other in zip(nodes[a[passes]], nodes[b[passes]]):
                    graph.join(one, other)
    verified = Graph(len(texts))
    pairs = lt.kernel.pairs(texts, threshold=THRESHOLD, all_pairs=True)
    for a, b in zip(pairs["a"], pairs["b"]):
        verified.join(a, b)

    print(f"{'edges':<26}{'edges':>10}{'in comps.':>12}{'largest':>10}{'its MB':>10}{'texts B/doc':>12}{'keys':>8}")
    rows = bands + 1
    report("stars, nothing compared", stars, bytes_of, rows * ROW)
    for bits, graph in filtered.items():
        share = passed[bits] / max(compared, 1)
        name = f"{bits} bits, {share:.3f} pass"
        report(name, graph, bytes_of, rows * (ROW + MARKS * bits // 32))
    report("pairs at the threshold", verified, bytes_of, rows * ROW)


if __name__ == "__main__":
    main(sys.argv[1:])
