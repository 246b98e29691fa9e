"""leitong's other road: repeats, as a user runs it."""

import json
import subprocess
import tempfile

from peers.leitong import UNFOLDED, binary
from peers.work import REPEAT, records

TASK = "repeats"
PACKAGES, NPM, MODULES = [], [], []
LEAVES_OUT = "nothing of this: every maximal repeat with all its places is written"


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
    "leitong phrases --all, no folding": find("--all", *UNFOLDED),
    "leitong phrases --all": find("--all"),
    "leitong phrases, chosen and ranked": find(),
}
# They answer for folded texts, or choose among what is found.
UNSCORED = {"leitong phrases --all", "leitong phrases, chosen and ranked"}
