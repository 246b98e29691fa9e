"""leitong phrases, as a user runs it."""

import json
import subprocess
import tempfile

from peers.leitong import NOT_NORMALIZED, binary
from peers.work import REPEAT, records

TASK = "repeats"
PACKAGES, NPM, MODULES = [], [], []
LEAVES_OUT = "nothing: every maximal repeat is written with all its occurrences"


def find(*options):
    def run(corpus):
        out = tempfile.mkdtemp() + "/repeats.jsonl"
        command = [binary(), "phrases", corpus, "-o", out, "--min-length", str(REPEAT), "--quiet", *options]
        subprocess.run(command, check=True)
        return out

    return run


def read(out, corpus):
    texts = {record["id"]: (at, record["text"]) for at, record in enumerate(records(corpus))}
    chars = {}
    found = set()
    with open(out, encoding="utf-8") as lines:
        for line in lines:
            for place in json.loads(line)["where"]:
                at, text = texts[place["id"]]
                if at not in chars:
                    # From bytes to characters: the character that each byte is of.
                    chars[at] = [n for n, c in enumerate(text) for _ in c.encode()] + [len(text)]
                found.add((at, chars[at][place["start"]], chars[at][place["end"]]))
    return found


FINDERS = {
    "leitong phrases --all, not normalizing": find("--all", *NOT_NORMALIZED),
    "leitong phrases --all": find("--all"),
    "leitong phrases, selected and ranked": find(),
}
# These work on normalized texts, or select among the repeats.
UNSCORED = {"leitong phrases --all", "leitong phrases, selected and ranked"}
