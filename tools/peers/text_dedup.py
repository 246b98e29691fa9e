"""text-dedup 0.4: MinHash over Hugging Face datasets."""

import itertools
import json
import os
import pickle
import re
import tempfile

from peers.work import HASHES, SHINGLE, THRESHOLD, texts_of

TASK = "pairs"
PACKAGES, NPM, MODULES, UNSCORED = ["text-dedup==0.4.*"], [], ["text_dedup.minhash"], set()
LEAVES_OUT = (
    "shingles of characters (its own are words between spaces, so it gets each letter and digit as a word, and "
    "punctuation is lost), script, verifying; it reports clusters only, so a pair is any two documents of one cluster"
)


def find(path):
    from text_dedup import minhash

    folder = tempfile.mkdtemp()
    with open(f"{folder}/spaced.jsonl", "w", encoding="utf-8") as file:
        for text in texts_of(path):
            file.write(json.dumps({"text": " ".join(re.findall(r"\w", text))}) + "\n")
    options = {
        "path": "json",
        "data_files": f"{folder}/spaced.jsonl",
        "split": "train",
        "cache_dir": f"{folder}/cache",
        "output": f"{folder}/out",
        "column": "text",
        "ngram": SHINGLE,
        "min_length": SHINGLE,
        "num_perm": HASHES,
        "threshold": THRESHOLD,
        "num_proc": len(os.sched_getaffinity(0)),
    }
    arguments = [argument for name, value in options.items() for argument in (f"--{name}", str(value))]
    minhash.main(arguments + ["--debug"], standalone_mode=False)
    return f"{folder}/out/uf.pkl"


def read(found, _):
    with open(found, "rb") as file:
        kept = pickle.load(file)
    parents = kept if isinstance(kept, dict) else kept.parent
    clusters = {}
    for member in parents:
        root = member
        while parents[root] != root:
            root = parents[root]
        clusters.setdefault(root, []).append(member)
    return {pair for members in clusters.values() for pair in itertools.combinations(sorted(members), 2)}


FINDERS = {"text-dedup": find}
