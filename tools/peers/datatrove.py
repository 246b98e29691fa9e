"""datatrove: the MinHash of large web corpora, over files."""

import pathlib
import struct
import tempfile

from peers.work import SHINGLE, bands, texts_of, windows

TASK = "pairs"
# It imports tokenizers without asking for it.
PACKAGES, NPM, UNSCORED = ["datatrove", "tokenizers"], [], set()
MODULES = ["numpy", "datatrove.data", "datatrove.pipeline.dedup.minhash"]
LEAVES_OUT = "cutting shingles (its own are words; done in Python), normalizing, verifying: reports candidates only"


def find(path):
    import numpy
    from datatrove.data import Document
    from datatrove.pipeline.dedup import minhash
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupSignature

    # The words that it would load a tokenizer for are not used.
    minhash.load_word_tokenizer = lambda language: None

    class Characters(MinhashDedupSignature):
        """Windows of characters: its own are of words, which it would have to segment."""

        def get_shingles(self, text):
            hashes = (self._hash_func(w.encode()) for w in windows(text))
            return numpy.fromiter(hashes, dtype=numpy.uint64).reshape((-1, 1))

    count, rows = bands()
    config = MinhashConfig(n_grams=SHINGLE, num_buckets=count, hashes_per_bucket=rows)
    pairs = set()
    with tempfile.TemporaryDirectory() as folder:
        documents = (Document(text=text, id=str(at)) for at, text in enumerate(texts_of(path)))
        Characters(f"{folder}/signatures", config).run(documents)
        buckets = MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/pairs", config=config)
        for rank in range(count):
            buckets.run(rank=rank, world_size=count)
        for file in pathlib.Path(f"{folder}/pairs").glob("*.dups"):
            for _, a, _, b in struct.iter_unpack("<4I", file.read_bytes()):
                pairs.add((min(a, b), max(a, b)))
    return pairs


FINDERS = {"datatrove": find}
