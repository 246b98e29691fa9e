"""Passages that articles took from one another, edits included."""

from pathlib import Path

import leitong as lt

articles = lt.read(Path(__file__).parents[2] / "corpus" / "articles")
passages = lt.passages(articles)
for row in sorted(passages, key=lambda row: -row["own"])[:3]:
    start, end = row["span_a"]
    text = articles.by_id(row["a"]).text.encode()[start:end].decode()
    print(row["a"], row["b"], f"{row['identity']:.2f}", text[:40])
print(len(passages.groups), "groups")
assert len(passages) > 10
