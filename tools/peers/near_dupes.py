"""near-dupes: MinHash in Python, pairs checked."""

from peers.work import SHINGLE, THRESHOLD, texts_of

TASK = "pairs"
PACKAGES, NPM, MODULES, UNSCORED = ["near-dupes"], [], ["near_dupes"], set()
LEAVES_OUT = "normalizing"


def find(path):
    import near_dupes

    result = near_dupes.find_duplicates(texts_of(path), kind="text", threshold=THRESHOLD, n_gram=SHINGLE)
    return {(min(a, b), max(a, b)) for a, b, _ in result.pairs}


FINDERS = {"near-dupes": find}
