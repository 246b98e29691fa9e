"""The work that all tools do."""

import json

# Pairs: Jaccard similarity over windows of characters; hashes of a signature.
THRESHOLD, SHINGLE, HASHES = 0.8, 5, 128
# Repeats: strings of at least this many characters, in two documents or more.
REPEAT = 20


def records(path):
    """Returns the records of a corpus."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def texts_of(path):
    """Returns the texts of a corpus."""
    return [record["text"] for record in records(path)]


def windows(text):
    """Returns the set of a text's windows."""
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def bands():
    """Returns number and rows of bands: those of 128 hashes that find most at
    the threshold, as their documentation advises."""
    best = None
    for rows in range(1, HASHES + 1):
        count = HASHES // rows
        steep = abs((1 / count) ** (1 / rows) - THRESHOLD * 0.9)
        if best is None or steep < best[0]:
            best = (steep, count, rows)
    return best[1], best[2]


def pairs_of(lists):
    """Returns the pairs of documents with those listed for them."""
    return {(min(a, b), max(a, b)) for a, others in enumerate(lists) for b in others if a != b}
