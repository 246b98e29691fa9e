"""From a list of Chinese strings to pairs: leitong beside other packages.

Every tool gets the same strings, normalized beforehand, so that none has to know
a script or a punctuation mark, and is asked for the pairs whose sets of windows
of five characters have a Jaccard similarity of 0.8 or more. The truth is counted
here, by a plain join over Python sets. CPU time is that of the process, all its
threads included; tools run in turns, each round a process of its own, and the
median counts. rensa and datasketch estimate the similarity of candidates;
text-dedup compares nothing and returns clusters, of which every two members count
as a pair; semhash compares embeddings by a model that it loads from the net, and is
left out where that can't be reached, as is whatever is not installed.

    python bench.py [DOCUMENTS] [ROUNDS]
"""

from __future__ import annotations

import importlib.util
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import leitong as lt

THRESHOLD = 0.8
WINDOW = 5
#: Slots of a signature: the default of both packages.
SLOTS = 128

ARTICLES = Path(__file__).parents[2] / "corpus" / "articles"


def texts(count: int, seed: int = 1) -> list[str]:
    """Return documents of some 500 characters: sentences of the articles, put
    together at random; a third of them are edited copies of others."""
    drawn = random.Random(seed)
    articles = (document.text for document in lt.read(ARTICLES))
    pieces = [piece for text in articles for piece in text.split("。") if len(piece) > 12]
    pieces = [piece for piece in lt.kernel.normalize(pieces).to_list() if len(piece) > 10]
    characters = "".join(pieces)
    made: list[str] = []
    while len(made) < count:
        if made and drawn.random() < 1 / 3:
            text = list(made[drawn.randrange(len(made))])
            # Up to four edits in a hundred characters: similarities from 1 to
            # about one half.
            for _ in range(drawn.randrange(len(text) // 25)):
                text[drawn.randrange(len(text))] = drawn.choice(characters)
            made.append("".join(text))
        else:
            text = ""
            while len(text) < 500:
                piece = drawn.choice(pieces)
                # Words of one's own, so that two texts differ in more than order.
                cut = drawn.randrange(len(piece))
                text += piece[:cut] + "".join(drawn.sample(characters, 8)) + piece[cut:]
            made.append(text)
    # What normalizing leaves alone is the same text for every tool.
    return lt.kernel.normalize(made).to_list()


def shingles(text: str) -> list[str]:
    return [text[at : at + WINDOW] for at in range(max(len(text) - WINDOW + 1, 1))]


def truth(documents: list[str]) -> set[tuple[int, int]]:
    """Return the pairs at the threshold: a join of sets with prefixes."""
    sets = [frozenset(shingles(text)) for text in documents]
    frequency = Counter(shingle for one in sets for shingle in one)
    index: dict[str, list[int]] = defaultdict(list)
    pairs = set()
    for at, one in enumerate(sets):
        rarest = sorted(one, key=lambda shingle: (frequency[shingle], shingle))
        prefix = rarest[: len(one) - int(len(one) * THRESHOLD - 1e-9)]
        met = {other for shingle in prefix for other in index[shingle]}
        for other in met:
            shared = len(one & sets[other])
            if shared >= THRESHOLD * (len(one) + len(sets[other]) - shared):
                pairs.add((other, at))
        for shingle in prefix:
            index[shingle].append(at)
    return pairs


def of_leitong(documents: list[str]) -> set[tuple[int, int]]:
    pairs = lt.kernel.pairs(documents, threshold=THRESHOLD, all_pairs=True)
    return set(zip(pairs["a"], pairs["b"]))


def of_leitong_with_relations(documents: list[str]) -> set[tuple[int, int]]:
    pairs = lt.near_duplicates(documents, threshold=THRESHOLD, all_pairs=True).pairs
    return {(int(a), int(b)) for a, b in zip(pairs["a"], pairs["b"])}


def of_rensa(documents: list[str]) -> set[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=SLOTS, num_bands=16)
    sketches = []
    pairs = set()
    for at, text in enumerate(documents):
        sketch = RMinHash(num_perm=SLOTS, seed=42)
        sketch.update(shingles(text))
        for other in lsh.query(sketch):
            if sketches[other].jaccard(sketch) >= THRESHOLD:
                pairs.add((other, at))
        lsh.insert(at, sketch)
        sketches.append(sketch)
    return pairs


def of_datasketch(documents: list[str]) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=SLOTS)
    sketches = []
    pairs = set()
    for at, text in enumerate(documents):
        sketch = MinHash(num_perm=SLOTS)
        sketch.update_batch([shingle.encode() for shingle in set(shingles(text))])
        for other in lsh.query(sketch):
            if sketches[other].jaccard(sketch) >= THRESHOLD:
                pairs.add((other, at))
        lsh.insert(at, sketch)
        sketches.append(sketch)
    return pairs


def of_text_dedup(documents: list[str]) -> set[tuple[int, int]]:
    import numpy as np
    from text_dedup.minhash import SIGNATURE_COLUMN, embed_func
    from text_dedup.utils import UnionFind, optimal_param, sha1_hash

    # The defaults of its command, but for the threshold.
    slots, prime, most = 250, np.uint64((1 << 61) - 1), np.uint32((1 << 32) - 1)
    bands, rows = optimal_param(THRESHOLD, slots, 0.5, 0.5)
    drawn = np.random.RandomState(42)
    given = {
        "num_perm": slots,
        "ngram_size": WINDOW,
        "min_length": WINDOW,
        "hashranges": [(band * rows, (band + 1) * rows) for band in range(bands)],
        "permutations": [drawn.randint(least, prime, slots, np.uint64) for least in (1, 0)],
        "hash_func": lambda token: sha1_hash(token, d=32),
        "dtype": np.uint64,
        "max_hash": most,
        "modulo_prime": prime,
    }
    tables: list[dict[bytes, set[int]]] = [defaultdict(set) for _ in range(bands)]
    for at, text in enumerate(documents):
        # It parts words at blanks.
        keys = embed_func(" ".join(text), at, **given)[SIGNATURE_COLUMN]
        for table, key in zip(tables, keys):
            table[key].add(at)
    found = UnionFind()
    for table in tables:
        for bucket in table.values():
            for other in bucket:
                found.union(other, min(bucket))
    clusters = defaultdict(list)
    for at in range(len(documents)):
        clusters[found.find(at)].append(at)
    return {pair for members in clusters.values() for pair in combinations(members, 2)}


def of_semhash(documents: list[str]) -> set[tuple[int, int]]:
    from semhash import SemHash

    places = defaultdict(list)
    for at, text in enumerate(documents):
        places[text].append(at)
    result = SemHash.from_records(documents).self_deduplicate(threshold=THRESHOLD)
    pairs = set()
    for one in result.filtered:
        for other, _ in one.duplicates:
            both = (places[one.record][0], places[other][0])
            pairs.add((min(both), max(both)))
    return {pair for pair in pairs if pair[0] != pair[1]}


TOOLS = {
    "leitong": of_leitong,
    "with relations": of_leitong_with_relations,
    "rensa": of_rensa,
    "datasketch": of_datasketch,
    "text-dedup": of_text_dedup,
    "semhash": of_semhash,
}
#: The packages, where they are not named like the tool.
PACKAGES = {"with relations": "leitong", "text-dedup": "text_dedup"}


def run_one(tool: str, path: str) -> None:
    """Run a tool in this process, and print its time and its pairs."""
    documents = json.loads(Path(path).read_text(encoding="utf-8"))
    # What is loaded once is not part of the work.
    TOOLS[tool](documents[:50])
    wall, cpu = time.perf_counter(), time.process_time()
    pairs = TOOLS[tool](documents)
    took = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps({**took, "pairs": sorted(pairs)}))


def main(count: int = 20_000, rounds: int = 3) -> None:
    documents = texts(count)
    wanted = truth(documents)
    print(f"{count:,} documents, {sum(map(len, documents)):,} characters, {len(wanted):,} pairs")
    path = Path("target/python/bench.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(documents, ensure_ascii=False), encoding="utf-8")
    tools = [tool for tool in TOOLS if importlib.util.find_spec(PACKAGES.get(tool, tool))]
    left_out = {tool: "not installed" for tool in TOOLS if tool not in tools}
    took = defaultdict(list)
    found = {}
    for _ in range(rounds):
        for tool in tools:
            if tool in left_out:
                continue
            words = [sys.executable, __file__, "--one", tool, str(path)]
            ran = subprocess.run(words, capture_output=True, text=True)
            if ran.returncode:
                left_out[tool] = ran.stderr.strip().rpartition("\n")[2]
                continue
            # The last line: packages print too.
            done = json.loads(ran.stdout.splitlines()[-1])
            took[tool].append((done["cpu"], done["wall"]))
            found[tool] = {tuple(pair) for pair in done["pairs"]}
    print(f"{'':<16}{'CPU s':>8}{'wall s':>8}{'times':>7}{'recall':>8}{'precision':>11}")
    own = statistics.median(cpu for cpu, _ in took["leitong"])
    for tool in found:
        cpu, wall = (statistics.median(times) for times in zip(*took[tool]))
        right = len(found[tool] & wanted)
        recall, precision = right / len(wanted), right / max(len(found[tool]), 1)
        print(f"{tool:<16}{cpu:>8.3f}{wall:>8.3f}{cpu / own:>7.1f}{recall:>8.3f}{precision:>11.3f}")
    for tool, why in left_out.items():
        print(f"{tool} is left out: {why}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run_one(*sys.argv[2:])
    else:
        main(*map(int, sys.argv[1:]))
