#!/usr/bin/env python3
"""Counts the words that become one where variants of script are merged.

    tools/variant_words.py TEXTS.jsonl...

Takes the `text` of each record, in Simplified characters. A word is taken to be two Han characters side
by side that occur together at least ten times. Prints how many such words have a variant (著 in 著作), how
many are spelled like another one once variants are merged (刻划, 刻画), and the commonest of those.
"""

import collections
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent / "src" / "text" / "script"
LEAST = 10
HAN = re.compile("[\u4e00-\u9fff]+")


def forms():
    """Returns the form of each variant."""
    lines = (HERE / "variants.txt").read_text(encoding="utf-8").split()
    return {c: line[0] for line in lines for c in line}


def words(paths):
    counts = collections.Counter()
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                for run in HAN.findall(json.loads(line).get("text") or ""):
                    counts.update(map("".join, zip(run, run[1:])))
    return {word: count for word, count in counts.items() if count >= LEAST}


def main(paths):
    form = forms()
    counts = words(paths)
    merged = collections.defaultdict(list)
    for word in counts:
        merged["".join(form.get(c, c) for c in word)].append(word)
    variant = [word for word in counts if any(c in form for c in word)]
    alike = [group for group in merged.values() if len(group) > 1]
    total = sum(counts.values())
    touched = sum(counts[word] for group in alike for word in sorted(group, key=counts.get)[:-1])
    print(f"{len(counts)} words, {len(variant)} with a variant")
    print(f"{sum(map(len, alike))} words become {len(alike)}; the rarer spellings are {touched / total:.4%} of all")
    for group in sorted(alike, key=lambda group: -sum(map(counts.get, group)))[:40]:
        print("  " + ", ".join(f"{word} {counts[word]}" for word in sorted(group, key=counts.get, reverse=True)))


if __name__ == "__main__":
    main(sys.argv[1:])
