"""gaoya: MinHash in Rust, shingles included."""

from peers.work import SHINGLE, THRESHOLD, bands, pairs_of, texts_of

TASK = "pairs"
PACKAGES, NPM, MODULES, UNSCORED = ["gaoya"], [], ["gaoya.minhash"], set()
LEAVES_OUT = "normalizing, verifying: reports candidates that pass an estimate"


def find(path):
    from gaoya.minhash import MinHashStringIndex

    texts = texts_of(path)
    count, rows = bands()
    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=THRESHOLD,
        num_bands=count,
        band_size=rows,
        analyzer="char",
        ngram_range=(SHINGLE, SHINGLE),
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    return pairs_of(index.par_bulk_query(texts))


FINDERS = {"gaoya": find}
