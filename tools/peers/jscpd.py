"""jscpd: finds copied code by tokens."""

import bisect
import json
import os
import pathlib
import platform
import subprocess
import tempfile

from peers.work import REPEAT, texts_of

TASK = "repeats"
PACKAGES, MODULES, UNSCORED = [], [], set()
NPM = ["jscpd", f"jscpd-linux-{'arm64' if platform.machine() == 'aarch64' else 'x64'}-gnu"]
LEAVES_OUT = (
    "normalizing, tokens of characters (its own are words between spaces, so it gets each character as a word, and "
    "one file a document), most occurrences of what repeats more than once"
)


def prepare(path):
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "in").mkdir()
    for at, text in enumerate(texts_of(path)):
        lines = [" ".join(line) for line in text.split("\n")]
        (folder / "in" / f"{at}.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def find(folder):
    command = [os.environ["JSCPD"], str(folder / "in"), "--format", "txt", "--min-lines", "0", "--silent"]
    command += ["--min-tokens", str(REPEAT), "--max-lines", "1000000", "--max-size", "100mb"]
    command += ["--no-gitignore", "--reporters", "json", "--output", str(folder / "out")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / "out" / "jscpd-report.json"


def byte_starts(text):
    """Returns where each character begins in the file that was made of the text."""
    starts, at = [], 0
    for here, after in zip(text, text[1:] + "\n"):
        starts.append(at)
        at += len(here.encode()) + ("\n" not in (here, after))
    return starts


def read(found, path):
    texts = texts_of(path)
    starts, result = {}, set()
    for clone in json.loads(pathlib.Path(found).read_text(encoding="utf-8"))["duplicates"]:
        sides = [(int(pathlib.Path(side["name"]).stem), side) for side in (clone["firstFile"], clone["secondFile"])]
        if sides[0][0] == sides[1][0]:
            continue
        for doc, side in sides:
            if doc not in starts:
                starts[doc] = byte_starts(texts[doc])
            ends = (side["startLoc"]["position"], side["endLoc"]["position"])
            result.add((doc, *(bisect.bisect_left(starts[doc], end) for end in ends)))
    return result


FINDERS = {"jscpd": find}
