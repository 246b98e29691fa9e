#!/usr/bin/env python3
"""Runs leitong beside public near-duplicate finders on one corpus.

    python3 tools/bench_peers.py [--megabytes 20] [--rounds 3] [--only NAME,...]

Makes `.venv` in the project's root, installs the peers into it (what fails to
install is reported), writes a seeded synthetic corpus with known truth, and
runs everything in turns, each run a process of its own. All look for pairs of
Jaccard similarity 0.8 over windows of 5 characters.

The time of a peer runs from reading the corpus to the list of pairs, without
the start of Python and the import; that of leitong is the whole process, its
three output files included.

Two truths, both counted exactly here and without leitong's help: `raw` over
the texts as they stand, `folded` over their wording (script, annotations,
punctuation, width and spaces evened out: the generator says which original a
text repeats). The peers compare raw texts; leitong folds, unless told not to.
"""

import argparse
import collections
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
THRESHOLD, SHINGLE, HASHES = 0.8, 5, 128
SAME_WORDING = {"copy", "traditional", "annotated", "unpunctuated", "respaced"}
STEPS = ["width", "case", "script", "annotation", "punctuation", "markup", "invisible"]
# tokenizers is for datatrove, which imports it without asking for it.
PACKAGES = ["rensa", "datasketch", "gaoya", "near-dupes", "fastsketchlsh", "datatrove", "tokenizers", "text-dedup"]


def texts_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def windows(text):
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def bands():
    """The bands of 128 hashes that find most at the threshold, as the peers' docs advise."""
    best = None
    for rows in range(1, HASHES + 1):
        count = HASHES // rows
        steep = abs((1 / count) ** (1 / rows) - THRESHOLD * 0.9)
        if best is None or steep < best[0]:
            best = (steep, count, rows)
    return best[1], best[2]


# The peers: each takes the corpus and returns pairs of places.


def run_rensa(path):
    import rensa

    start = time.perf_counter()
    texts = texts_of(path)
    hashes = rensa.RMinHash.from_token_sets([list(windows(text)) for text in texts], HASHES, 42)
    # Its bands must divide the hashes evenly.
    index = rensa.RMinHashLSH(THRESHOLD, HASHES, 16)
    index.insert_many(hashes)
    found = index.query_all(hashes)
    pairs = {(min(a, b), max(a, b)) for a, others in enumerate(found) for b in others if a != b}
    return start, pairs


def run_rensa_filtered(path):
    import rensa

    start = time.perf_counter()
    texts = texts_of(path)
    hashes = rensa.RMinHash.from_token_sets([list(windows(text)) for text in texts], HASHES, 42)
    index = rensa.RMinHashLSH(THRESHOLD, HASHES, 16)
    index.insert_many(hashes)
    found = index.query_all(hashes)
    pairs = {(a, b) for a, others in enumerate(found) for b in others if a < b}
    return start, {(a, b) for a, b in pairs if hashes[a].jaccard(hashes[b]) >= THRESHOLD}


def run_datasketch(path):
    from datasketch import MinHash, MinHashLSH

    start = time.perf_counter()
    texts = texts_of(path)
    hashes = MinHash.bulk([[w.encode() for w in windows(text)] for text in texts], num_perm=HASHES)
    index = MinHashLSH(threshold=THRESHOLD, num_perm=HASHES)
    for at, minhash in enumerate(hashes):
        index.insert(at, minhash)
    pairs = {(min(a, b), max(a, b)) for a, minhash in enumerate(hashes) for b in index.query(minhash) if a != b}
    return start, pairs


def run_gaoya(path):
    from gaoya.minhash import MinHashStringIndex

    start = time.perf_counter()
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
    found = index.par_bulk_query(texts)
    return start, {(min(a, b), max(a, b)) for a, others in enumerate(found) for b in others if a != b}


def run_near_dupes(path):
    import near_dupes

    start = time.perf_counter()
    result = near_dupes.find_duplicates(texts_of(path), kind="text", threshold=THRESHOLD, n_gram=SHINGLE)
    return start, {(a, b) for a, b, _ in result.pairs}


def run_fastsketchlsh(path):
    import FastSketchLSH

    start = time.perf_counter()
    texts = texts_of(path)
    sketcher = FastSketchLSH.FastSimilaritySketch(HASHES, 42)
    matrix = sketcher.batch([[w.encode() for w in windows(text)] for text in texts])
    index = FastSketchLSH.LSH(HASHES, 16)
    index.insert(matrix)
    found = index.query(matrix)
    return start, {(min(a, b), max(a, b)) for a, others in enumerate(found) for b in others if a != b}


def run_datatrove(path):
    import struct

    import numpy
    from datatrove.data import Document
    from datatrove.pipeline.dedup import minhash
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupSignature

    # The words that it would load a tokenizer for are not used.
    minhash.load_word_tokenizer = lambda language: None

    class Characters(MinhashDedupSignature):
        """Windows of characters: its own are of words, which it would have to segment."""

        def get_shingles(self, text):
            return numpy.fromiter((self._hash_func(w.encode()) for w in windows(text)), dtype=numpy.uint64).reshape((-1, 1))

    start = time.perf_counter()
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
    return start, pairs


PEERS = {
    "rensa": ("rensa", run_rensa),
    "rensa, filtered by estimate": ("rensa", run_rensa_filtered),
    "datasketch": ("datasketch", run_datasketch),
    "gaoya": ("gaoya", run_gaoya),
    "near-dupes": ("near-dupes", run_near_dupes),
    "fastsketchlsh": ("fastsketchlsh", run_fastsketchlsh),
    "datatrove": ("datatrove", run_datatrove),
}

LEITONG = {
    "leitong": [],
    "leitong, one thread": ["--threads", "1"],
    "leitong, no folding": [argument for step in STEPS for argument in ("--no-fold", step)],
}

NOT_RUN = {"text-dedup": "its shingles are words told apart by spaces, and it writes no pairs"}


def run_peer(name, path, out):
    """Runs one peer in this process; `out` takes its time and its pairs."""
    start, pairs = PEERS[name][1](path)
    seconds = time.perf_counter() - start
    pathlib.Path(out).write_text(json.dumps({"seconds": seconds, "pairs": sorted(pairs)}))


# A process of its own, small, because a child's peak of memory begins with
# that of the process that it was forked from.
LAUNCHER = """
import os, subprocess, sys, time
start = time.perf_counter()
with open(sys.argv[1], "wb") as stream:
    child = subprocess.Popen(sys.argv[2:], stdout=stream, stderr=stream)
    _, status, usage = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - start, usage.ru_maxrss / 1024)
"""


def measured(command, log):
    """Runs a process; returns its exit code, time and peak of memory in MB."""
    launch = [sys.executable, "-c", LAUNCHER, str(log)] + command
    code, seconds, memory = subprocess.run(launch, capture_output=True, text=True, check=True).stdout.split()
    return int(code), float(seconds), float(memory)


def run_once(name, corpus, folder, binary):
    """Returns seconds, megabytes and pairs of one run, or what went wrong."""
    log = folder / "log"
    if name in LEITONG:
        out = folder / "out"
        command = [binary, "cluster", corpus, "-o", out, "--threshold", str(THRESHOLD), "--all-pairs", "--quiet"]
        code, seconds, memory = measured([str(c) for c in command + LEITONG[name]], log)
        if code == 0:
            with open(corpus, encoding="utf-8") as lines:
                places = {json.loads(line)["id"]: at for at, line in enumerate(lines)}
            with open(out / "pairs.jsonl", encoding="utf-8") as lines:
                pairs = {(places[r["a"]], places[r["b"]]) for r in map(json.loads, lines)}
            return seconds, memory, pairs
    else:
        out = folder / "pairs.json"
        command = [VENV / "bin" / "python", __file__, "--peer", name, corpus, out]
        code, _, memory = measured([str(c) for c in command], log)
        if code == 0:
            result = json.loads(out.read_text())
            return result["seconds"], memory, {tuple(pair) for pair in result["pairs"]}
    last = log.read_text(errors="replace").strip().splitlines()[-1:] or [f"exit {code}"]
    return last[0]


def wording(text):
    """What a text says: no case, width, punctuation or space."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LMN")


def exact_pairs(texts):
    """Every pair at the threshold, by a plain prefix join."""
    sets = [windows(text) for text in texts]
    counts = collections.Counter(shingle for shingles in sets for shingle in shingles)
    index, pairs = collections.defaultdict(list), set()
    for at in sorted(range(len(sets)), key=lambda at: len(sets[at])):
        shingles = sorted(sets[at], key=lambda shingle: (counts[shingle], shingle))
        prefix = shingles[: len(shingles) - math.ceil(THRESHOLD * len(shingles) - 1e-9) + 1]
        for other in {other for shingle in prefix for other in index[shingle]}:
            shared = len(sets[at] & sets[other])
            if shared >= THRESHOLD * (len(sets[at]) + len(sets[other]) - shared):
                pairs.add((min(at, other), max(at, other)))
        for shingle in prefix:
            index[shingle].append(at)
    return pairs


def make_corpus(folder, megabytes):
    """Writes the corpus; returns its path and its two truths."""
    whole, truth, corpus = folder / "whole.jsonl", folder / "truth.tsv", folder / "corpus.jsonl"
    build = ["cargo", "run", "--quiet", "--release", "--example", "synthesize", "--"]
    subprocess.run(build + [str(megabytes), str(whole), str(truth)], cwd=ROOT, check=True)
    rows = [line.split("\t") for line in truth.read_text().splitlines()[1:]]
    lines = whole.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    originals = {family: text for (_, family, kind), text in zip(rows, texts) if kind == "original"}
    # The cut-off end may lack a few originals, and with them the truth.
    kept = [at for at, (_, family, _) in enumerate(rows) if family in originals]
    corpus.write_text("".join(lines[at] + "\n" for at in kept), encoding="utf-8")
    raw = [texts[at] for at in kept]
    said = [originals[rows[at][1]] if rows[at][2] in SAME_WORDING else texts[at] for at in kept]
    print(f"{len(kept)} documents, {sum(len(t.encode()) for t in raw) / 1e6:.1f} MB of text", flush=True)
    return corpus, {"raw": exact_pairs(raw), "folded": exact_pairs([wording(text) for text in said])}


def install():
    """Installs the peers; returns those that did not, and why."""
    if not VENV.exists():
        venv.create(VENV, with_pip=True)
    failed = {}
    for package in PACKAGES:
        command = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", package]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode != 0:
            failed[package] = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
    return failed


def versions():
    command = [str(VENV / "bin" / "python"), "-m", "pip", "list", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {row["name"].lower(): row["version"] for row in json.loads(done.stdout)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="names of peers, comma-separated")
    parser.add_argument("--peer", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        return run_peer(*arguments.peer)

    failed = install()
    installed = versions()
    subprocess.run(["cargo", "build", "--quiet", "--release"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    binary = target / "release" / "leitong"
    names = list(LEITONG) + [name for name in PEERS if PEERS[name][0] not in failed]
    if arguments.only:
        names = [name for name in names if name.startswith("leitong") or name in arguments.only.split(",")]
    runs, broken = collections.defaultdict(list), dict()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        corpus, truths = make_corpus(folder, arguments.megabytes)
        print("true pairs: " + ", ".join(f"{len(pairs)} {name}" for name, pairs in truths.items()), flush=True)
        for number in range(arguments.rounds):
            for name in names:
                if name in broken:
                    continue
                result = run_once(name, corpus, folder, binary)
                if isinstance(result, str):
                    broken[name] = result
                else:
                    runs[name].append(result)
                    print(f"round {number + 1}: {name} {result[0]:.2f} s", file=sys.stderr, flush=True)

    base = statistics.median(run[0] for run in runs["leitong"])
    titles = ["finder", "version", "median s", "ratio", "MB", "pairs"]
    titles += [f"{what} {truth}" for truth in truths for what in ("recall", "precision")]
    print("\n| " + " | ".join(titles) + " |\n|" + "---|" * len(titles))
    for name in names:
        if name not in runs:
            continue
        seconds = statistics.median(run[0] for run in runs[name])
        pairs = runs[name][0][2]
        version = "this" if name in LEITONG else installed.get(PEERS[name][0], "?")
        row = [name, version, f"{seconds:.2f}", f"{seconds / base:.1f}"]
        row += [f"{max(run[1] for run in runs[name]):.0f}", str(len(pairs))]
        for truth in truths.values():
            hits = len(pairs & truth)
            row += [f"{hits / max(len(truth), 1):.4f}", f"{hits / max(len(pairs), 1):.4f}"]
        print("| " + " | ".join(row) + " |")
    for what, names in (("not installed", failed), ("failed", broken), ("installed, not run", NOT_RUN)):
        for name, why in names.items():
            print(f"{what}: {name}: {why}")


if __name__ == "__main__":
    main()
