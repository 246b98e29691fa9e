#!/usr/bin/env python3
"""Measures datasketch in memory beside a library: recall, time and memory.

    python3 tools/bench_datasketch.py LEITONG LIB [DRAFTS]

Takes the documents of a library, edits some of them to drafts that share half
of their shingles and more, counts their exact similarity, and asks both for the
documents from 0.5 on: `MinHashLSH` of datasketch (128 permutations, shingles of
five characters), filled in this process, and `leitong cluster --library`. Run it
with a Python that has datasketch; without it, a message says so and nothing is
measured.
"""

import json
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

FLOOR = 0.5
PERMUTATIONS = 128
SHINGLE = 5


def shingles(text):
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def edited(text, share, random_source):
    """Returns a text of which about a share of the shingles is new."""
    letters = list(text)
    edits = max(1, int(len(letters) * share / SHINGLE))
    for at in random_source.sample(range(len(letters)), edits):
        letters[at] = chr(random_source.randrange(0x4E00, 0x9FA5))
    return "".join(letters)


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed in this Python; nothing is measured")
        return
    program, library = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    made = subprocess.run([program, "index", "export", library], capture_output=True, check=True)
    documents = [json.loads(line) for line in made.stdout.splitlines()]
    # Both compare the same characters: marks are left out as normalizing does.
    texts = {one["id"]: "".join(filter(str.isalnum, one["text"])) for one in documents}

    random_source = random.Random(1)
    ids = sorted(texts)
    drafts, truth = {}, {}
    while len(drafts) < count:
        of = random_source.choice(ids)
        text = edited(texts[of], random_source.uniform(0.02, 0.33), random_source)
        one, other = shingles(text), shingles(texts[of])
        similarity = len(one & other) / len(one | other)
        if similarity >= FLOOR:
            drafts[f"draft-{len(drafts)}"] = text
            truth[f"draft-{len(drafts) - 1}"] = of

    def sketch(text):
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch([shingle.encode() for shingle in shingles(text)])
        return minhash

    before, begin = peak_mb(), time.perf_counter()
    lsh = MinHashLSH(threshold=FLOOR, num_perm=PERMUTATIONS)
    with lsh.insertion_session() as session:
        for name, text in texts.items():
            session.insert(name, sketch(text))
    built, taken = time.perf_counter() - begin, peak_mb() - before
    times, found, candidates = [], 0, 0
    for name, text in drafts.items():
        begin = time.perf_counter()
        answer = lsh.query(sketch(text))
        times.append(time.perf_counter() - begin)
        candidates += len(answer)
        found += truth[name] in answer
    times.sort()
    print(f"datasketch    {len(texts)} documents in {built:.1f} s, {taken * 1e6 / len(texts):.0f} bytes each")
    print(
        f"  recall {found / count:.4f} of {count} edited drafts, p50 {times[count // 2] * 1e3:.2f} ms, "
        f"p99 {times[int(count * 0.99)] * 1e3:.2f} ms, {candidates / count:.1f} candidates each, none counted"
    )

    with tempfile.TemporaryDirectory() as folder:
        at = pathlib.Path(folder)
        lines = (json.dumps({"id": name, "text": text}) + "\n" for name, text in drafts.items())
        (at / "drafts.jsonl").write_text("".join(lines))
        # What normalizing makes of a text may be more or less alike than its
        # letters: the truth is an exact join of the drafts and their sources.
        by_id = {one["id"]: one["text"] for one in documents}
        sources = (json.dumps({"id": of, "text": by_id[of]}) + "\n" for of in sorted(set(truth.values())))
        (at / "sources.jsonl").write_text("".join(sources))

        def cluster(*arguments):
            options = ["-o", at / "out", "--threshold", str(FLOOR), "--all-pairs", "--quiet"]
            subprocess.run([program, "cluster", at / "drafts.jsonl", *arguments, *options], check=True)
            lines = (at / "out" / "pairs.jsonl").read_text().splitlines()
            return [json.loads(line) for line in lines]

        exact = cluster(at / "sources.jsonl", "--method", "exact")
        exact = {(pair["a"], pair["b"]) for pair in exact if pair["b"] == truth.get(pair["a"])}
        begin = time.perf_counter()
        pairs = cluster("--library", library)
        spent = time.perf_counter() - begin
    of_pairs = {(pair["a"], pair["b"]) for pair in pairs}
    found = len(exact & of_pairs)
    print(
        f"leitong       recall {found / len(exact):.4f} of {len(exact)}, {spent / count * 1e3:.2f} ms a draft with the start of the "
        f"program, {len(pairs) / count:.1f} pairs each, all counted exactly"
    )


if __name__ == "__main__":
    main()
