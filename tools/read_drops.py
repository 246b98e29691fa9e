#!/usr/bin/env python3
"""Prints drops of a dedup for a person to read: both texts, what differs, the reason.

    python3 tools/read_drops.py INPUT DECISIONS [--number 100] [--seed 1] [--chars 300]

INPUT is the JSON Lines file that was deduplicated (plain, .gz or .zst), DECISIONS
the file of decisions that leitong wrote. A seed chooses which drops are printed, so
that another person can read the same ones.
"""

import argparse
import difflib
import gzip
import json
import pathlib
import random
import re
import subprocess
import unicodedata

# Characters of context around a difference.
CONTEXT = 8

# Longest stretch that is compared character by character; difflib is quadratic.
COMPARED = 4_000

# What ends a sentence or a clause: texts are compared by these first.
CLAUSE = re.compile(r"[^,.;:!?，。；：！？、]*[,.;:!?，。；：！？、]?")


def lines_of(path):
    """Returns the lines of a file, decompressed."""
    if path.suffix == ".zst":
        data = subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
    elif path.suffix == ".gz":
        data = gzip.decompress(path.read_bytes())
    else:
        data = path.read_bytes()
    return data.decode("utf-8").split("\n")


def records(path):
    """Returns the records of a JSON Lines file."""
    return [json.loads(line) for line in lines_of(path) if line.strip()]


def one_line(text, chars):
    """Returns the text on one printable line, cut in the middle to about `chars` characters."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(text or "")).split())
    if len(text) <= chars:
        return text
    return f"{text[: chars * 2 // 3]} […{len(text) - chars}…] {text[-(chars // 3):]}"


def changes(a, b):
    """Yields the places where two sequences differ, as slices of both."""
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind != "equal":
            yield slice(a_start, a_end), slice(b_start, b_end)


def differences(a, b, most):
    """Returns what differs between two texts, white space aside, with context.

    Clauses are compared first, and characters where clauses differ.
    """
    a, b = ("".join(unicodedata.normalize("NFKC", text).split()) for text in (a, b))
    clauses = [[clause for clause in CLAUSE.findall(text) if clause] for text in (a, b)]
    found = []
    for of_a, of_b in changes(*clauses):
        start = sum(map(len, clauses[0][: of_a.start]))
        gone, came = "".join(clauses[0][of_a]), "".join(clauses[1][of_b])
        inner = [(slice(0, len(gone)), slice(0, len(came)))]
        if len(gone) <= COMPARED and len(came) <= COMPARED:
            inner = list(changes(gone, came))
        for inner_a, inner_b in inner:
            before = a[max(0, start + inner_a.start - CONTEXT) : start + inner_a.start]
            after = a[start + inner_a.stop : start + inner_a.stop + CONTEXT]
            found.append(f"{before}[{one_line(gone[inner_a], 80)} → {one_line(came[inner_b], 80)}]{after}")
    return found[:most] + ([f"({len(found) - most} more)"] if len(found) > most else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("input", type=pathlib.Path, help="the records that were deduplicated")
    parser.add_argument("decisions", type=pathlib.Path, help="the decisions")
    parser.add_argument("--number", type=int, default=100, help="drops to print [default: 100]")
    parser.add_argument("--seed", type=int, default=1, help="seed of the choice [default: 1]")
    parser.add_argument("--chars", type=int, default=300, help="characters to print of each text [default: 300]")
    parser.add_argument("--most", type=int, default=12, help="differences to print of each pair [default: 12]")
    parser.add_argument("--other", action="store_true", help="only drops that are no copies")
    for field in ("id", "text", "title"):
        parser.add_argument(f"--{field}-field", default=field, help=f"field of the {field} [default: {field}]")
    arguments = parser.parse_args()
    by_id = {str(record.get(arguments.id_field)): record for record in records(arguments.input)}
    drops = [record for record in records(arguments.decisions) if record["action"] == "drop"]
    if arguments.other:
        drops = [drop for drop in drops if drop.get("relation") != "copy"]
    chosen = random.Random(arguments.seed).sample(drops, min(arguments.number, len(drops)))
    print(f"{len(drops)} drops, {len(chosen)} of them with seed {arguments.seed}")
    for number, drop in enumerate(chosen, 1):
        gone, stays = by_id[drop["id"]], by_id[drop["duplicate_of"]]
        print(f"\n## {number}  {drop['id']} goes for {drop['duplicate_of']}: {drop.get('relation')} {drop.get('similarity', 0):.2f}; {drop['reason']}")
        for mark, record in (("-", gone), ("+", stays)):
            text = str(record.get(arguments.text_field) or "")
            about = " | ".join(str(record[key]) for key in (arguments.title_field, "date", "source") if record.get(key))
            print(f"{mark} {about} ({len(text)} characters)\n  {one_line(text, arguments.chars)}")
        found = differences(str(gone.get(arguments.text_field) or ""), str(stays.get(arguments.text_field) or ""), arguments.most)
        print("  differences: " + (" / ".join(found) or "none"))


if __name__ == "__main__":
    main()
