"""rensa: MinHash in Rust."""

from peers.work import HASHES, THRESHOLD, pairs_of, texts_of, windows

TASK = "pairs"
PACKAGES, NPM, MODULES, UNSCORED = ["rensa"], [], ["rensa"], set()
LEAVES_OUT = "cutting shingles (done in Python), normalizing, verifying: reports candidates, or those that pass an estimate"


def sketched(path):
    import rensa

    hashes = rensa.RMinHash.from_token_sets([list(windows(text)) for text in texts_of(path)], HASHES, 42)
    # Its bands must divide the hashes evenly.
    index = rensa.RMinHashLSH(THRESHOLD, HASHES, 16)
    index.insert_many(hashes)
    return hashes, pairs_of(index.query_all(hashes))


def find(path):
    return sketched(path)[1]


def find_filtered(path):
    hashes, pairs = sketched(path)
    return {(a, b) for a, b in pairs if hashes[a].jaccard(hashes[b]) >= THRESHOLD}


FINDERS = {"rensa": find, "rensa, filtered by estimate": find_filtered}
