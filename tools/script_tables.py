#!/usr/bin/env python3
"""Writes src/text/script/simplified.txt and variants.txt from OpenCC's dictionaries.

    tools/script_tables.py DICTIONARIES

DICTIONARIES is a folder with OpenCC's `TSCharacters.txt`, `STCharacters.txt`, `STPhrases.txt`,
`TWVariants.txt` and `HKVariants.txt` (the crate `hanconv` has them in `data/`).

`simplified.txt` has a Traditional character and its Simplified form a line: the first choice of
TSCharacters, followed to the end. `variants.txt` has a class of Simplified characters a line, the
commonest first: those whose Traditional forms OpenCC writes for one another.
"""

import collections
import pathlib
import sys

# Pairs that newer dictionaries or writers have, and the files above lack.
MORE = ["象像", "径逕", "扇搧", "果菓", "你妳"]

HERE = pathlib.Path(__file__).resolve().parent.parent / "src" / "text" / "script"


def entries(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, values = line.partition("\t")
            yield key, values.split(" ")


def simplified(folder):
    """Returns the Simplified form of each Traditional character that has one."""
    once = {key: values[0] for key, values in entries(folder / "TSCharacters.txt")}
    once = {key: value for key, value in once.items() if key != value and len(key) == len(value) == 1}
    found = {}
    for key in once:
        end = once[key]
        for _ in range(4):
            if end in once and once[end] != key:
                end = once[end]
        found[key] = end
    return found


def pairs(folder):
    """Yields characters that are written for one another."""
    for name in ("TSCharacters", "STCharacters", "TWVariants", "HKVariants"):
        for key, values in entries(folder / f"{name}.txt"):
            for value in values:
                if len(key) == len(value) == 1:
                    yield key, value
    yield from map(tuple, MORE)
    for key, values in entries(folder / "STPhrases.txt"):
        # A conversion takes the first choice.
        if len(key) == len(values[0]):
            yield from zip(key, values[0])


def is_simplified(character):
    """Returns whether a character is one that Simplified text is written with: of GB 2312, or 瞭 of 瞭望."""
    try:
        return character == "瞭" or len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def uses(folder):
    """Returns how many of OpenCC's phrases have each Simplified character: the commoner, the more."""
    return collections.Counter(c for key, _ in entries(folder / "STPhrases.txt") for c in set(key))


def classes(folder, to_simplified):
    parent = {}

    def root(c):
        while parent.setdefault(c, c) != c:
            parent[c] = parent[parent[c]]
            c = parent[c]
        return c

    for a, b in pairs(folder):
        parent[root(a)] = root(b)
    members = {}
    for c in parent:
        members.setdefault(root(c), set()).add(to_simplified.get(c, c))
    uses_of = uses(folder)
    return sorted(
        "".join(sorted(forms, key=lambda c: (not is_simplified(c), -uses_of[c], c)))
        for forms in members.values()
        if len(forms) > 1
    )


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    to_simplified = simplified(folder)
    variants = []
    for forms in classes(folder, to_simplified):
        # What only other standards have is no word of its own in Simplified text.
        foreign = {c: forms[0] for c in forms[1:] if not is_simplified(c)}
        to_simplified = {key: foreign.get(value, value) for key, value in to_simplified.items()} | foreign
        forms = [c for c in forms if c not in foreign]
        if len(forms) > 1:
            variants.append("".join(forms))
    lines = [f"{key} {value}\n" for key, value in sorted(to_simplified.items())]
    (HERE / "simplified.txt").write_text("".join(lines), encoding="utf-8")
    (HERE / "variants.txt").write_text("".join(f"{forms}\n" for forms in variants), encoding="utf-8")
