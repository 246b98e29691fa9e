"""One comparison, several thresholds."""

from pathlib import Path

import leitong as lt

run = lt.near_duplicates(Path(__file__).parents[2] / "corpus" / "articles", threshold=0.5)
for threshold in (0.5, 0.7, 0.9):
    at = run.rethreshold(threshold)
    print(threshold, at.counts["pairs"], "pairs,", at.counts["clusters"], "clusters")
assert len(run.rethreshold(0.9).pairs) < len(run.pairs)
