"""leitong itself, as a user runs it: the whole process, its files written."""

import json
import os
import pathlib
import subprocess
import tempfile

from peers.work import THRESHOLD, records

TASK = "pairs"
PACKAGES, NPM, MODULES, UNSCORED = [], [], [], set()
LEAVES_OUT = "nothing: pairs are verified exactly, clusters are written"

STEPS = ["width", "case", "script", "annotation", "punctuation", "markup", "invisible"]
NOT_NORMALIZED = [argument for step in STEPS for argument in ("--no-fold", step)]


def binary():
    """Returns the program, which the caller has built."""
    return os.environ["LEITONG"]


def find(*options):
    def run(corpus):
        out = tempfile.mkdtemp()
        command = [binary(), "cluster", corpus, "-o", f"{out}/out", "--threshold", str(THRESHOLD), "--all-pairs"]
        subprocess.run(command + ["--quiet", *options], check=True)
        return out

    return run


def read(out, corpus):
    places = {record["id"]: at for at, record in enumerate(records(corpus))}
    with open(pathlib.Path(out) / "out" / "pairs.jsonl", encoding="utf-8") as lines:
        return {(places[pair["a"]], places[pair["b"]]) for pair in map(json.loads, lines)}


FINDERS = {
    "leitong": find(),
    "leitong, one thread": find("--threads", "1"),
    "leitong, not normalizing": find(*NOT_NORMALIZED),
    "leitong, exact": find("--method", "exact"),
}
