"""datasketch: MinHash in Python and NumPy."""

from peers.work import HASHES, THRESHOLD, pairs_of, texts_of, windows

TASK = "pairs"
PACKAGES, NPM, MODULES, UNSCORED = ["datasketch"], [], ["datasketch"], set()
LEAVES_OUT = "cutting shingles (done in Python), normalizing, verifying: reports candidates only"


def find(path):
    from datasketch import MinHash, MinHashLSH

    hashes = MinHash.bulk([[w.encode() for w in windows(text)] for text in texts_of(path)], num_perm=HASHES)
    index = MinHashLSH(threshold=THRESHOLD, num_perm=HASHES)
    for at, minhash in enumerate(hashes):
        index.insert(at, minhash)
    return pairs_of(map(index.query, hashes))


FINDERS = {"datasketch": find}
