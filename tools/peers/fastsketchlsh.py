"""FastSketchLSH: fast similarity sketching in C++, the sketch that leitong uses too."""

from peers.work import HASHES, pairs_of, texts_of, windows

TASK = "pairs"
PACKAGES, NPM, MODULES, UNSCORED = ["fastsketchlsh"], [], ["FastSketchLSH"], set()
LEAVES_OUT = "cutting shingles (done in Python), normalizing, verifying: reports candidates only"


def find(path):
    import FastSketchLSH

    sketcher = FastSketchLSH.FastSimilaritySketch(HASHES, 42)
    matrix = sketcher.batch([[w.encode() for w in windows(text)] for text in texts_of(path)])
    index = FastSketchLSH.LSH(HASHES, 16)
    index.insert(matrix)
    return pairs_of(index.query(matrix))


FINDERS = {"FastSketchLSH": find}
