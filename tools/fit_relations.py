#!/usr/bin/env python3
"""Fits the weights of `src/relation/thresholds.rs` and says how good the relations are.

    cargo run --release --example relation -- DATA tests/data/relations.tsv > features.tsv
    python3 tools/fit_relations.py features.tsv

Reads the features of labelled pairs, fits a logistic regression with a ridge
penalty on the part `tune` (both classes weigh the same, each pair counts twice,
with its stories and without), and prints the weights beside those of the program.
Then it prints, for each part, how many pairs leitong itself gets right, by class.
"""

import argparse
import collections
import math
import pathlib
import re

STORY = {"copy", "version", "excerpt"}

NAMES = [
    "start", "replaced", "coverage", "figures", "days", "numbers", "dates", "words", "gaps", "repeated", "length",
    "stories",
]  # fmt: skip

# Penalty on the square of a weight; small, for there are few features.
RIDGE = 0.02

# Newton steps; the likelihood is concave, so a few dozen are plenty.
STEPS = 40


def fields(debug):
    """Returns the fields of a printed struct, those of inner structs by their own names."""
    found = {}
    for name, value in re.findall(r"(\w+): ([-\w.()]+)", debug):
        found.setdefault(name, value)
    figures = re.search(r"FigureCounts \{([^}]*)\}", debug).group(1)
    found["figures"] = {name: int(value) for name, value in re.findall(r"(\w+): (\d+)", figures)}
    return found


def features(found):
    """Returns the values that the weights are for, as `Features::odds` computes them."""
    number = lambda name: float(found[name])
    shorter_is_a = number("len_a") < number("len_b")
    replaced = number("replaced_a") if shorter_is_a else number("replaced_b")
    if number("len_a") == number("len_b"):
        replaced = max(number("replaced_a"), number("replaced_b"))
    shorter = max(1.0, min(number("len_a"), number("len_b")))
    figures = found["figures"]
    alone = min(figures["only_a"], figures["only_b"])
    other_days = min(figures["days_a"], figures["days_b"]) > 0 and figures["shared_days"] == 0
    words = number("names") + number("texts")
    places = words + number("numbers") + number("dates")
    stories = re.fullmatch(r"Some\((.*)\)", found["stories"])
    log = lambda count: math.log(1 + count)
    return [
        1.0,
        replaced / shorter,
        max(number("coverage_a"), number("coverage_b")),
        (figures["shared"] + 0.5) / (figures["shared"] + alone + 1),
        float(other_days),
        log(number("numbers")),
        log(number("dates")),
        log(words),
        log(number("gaps")),
        number("repeated") / (1 + places) if number("repeated") > 1 else 0.0,
        math.log(shorter),
        math.log(max(1.0, float(stories.group(1)) / 2)) if stories else 0.0,
    ]


def solve(matrix, vector):
    """Solves a linear system by elimination with pivots."""
    rows = [row[:] + [value] for row, value in zip(matrix, vector)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for row in range(size):
            if row != at:
                factor = rows[row][at] / rows[at][at]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[at])]
    return [rows[at][size] / rows[at][at] for at in range(size)]


def fit(samples):
    """Returns the weights for samples of values, class and weight."""
    size = len(samples[0][0])
    weights = [0.0] * size
    for _ in range(STEPS):
        gradient = [-RIDGE * weight * (at > 0) for at, weight in enumerate(weights)]
        curvature = [[RIDGE * (row == column) for column in range(size)] for row in range(size)]
        for values, is_story, share in samples:
            odds = sum(weight * value for weight, value in zip(weights, values))
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
            for row in range(size):
                gradient[row] += share * (is_story - chance) * values[row]
                for column in range(size):
                    curvature[row][column] += share * chance * (1 - chance) * values[row] * values[column]
        weights = [weight + step for weight, step in zip(weights, solve(curvature, gradient))]
    return weights


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features", type=pathlib.Path, help="output of the example `relation`")
    parser.add_argument(
        "--part",
        choices=("tune", "held"),
        action="append",
        help="print the table of this part alone; the set-aside one is for the end",
    )
    arguments = parser.parse_args()
    pairs = []
    for line in arguments.features.read_text().splitlines():
        *_, label, part, debug = line.split("\t")
        found = fields(debug)
        pairs.append((label, part, found["relation"].lower(), features(found)))
    counts = collections.Counter(label in STORY for label, part, _, _ in pairs if part == "tune" and label != "reuse")
    samples = []
    for label, part, _, values in pairs:
        if part == "tune" and label != "reuse":
            share = 0.5 * sum(counts.values()) / (2 * counts[label in STORY])
            samples.append((values, float(label in STORY), share))
            samples.append((values[:-1] + [0.0], float(label in STORY), share))
    for name, weight in zip(NAMES, fit(samples)):
        print(f"{name:10} {weight:8.2f}")
    for part in arguments.part or ("tune", "held"):
        table = collections.Counter((label, given) for label, its, given, _ in pairs if its == part)
        right = sum(count for (label, given), count in table.items() if (label in STORY) == (given in STORY))
        same = sum(count for (label, given), count in table.items() if label == given)
        print(f"\n{part}: {right} of {sum(table.values())} as one story or not, {same} by class")
        for label in ("copy", "version", "excerpt", "template", "reuse"):
            row = {given: count for (wanted, given), count in sorted(table.items()) if wanted == label}
            print(f"  {label:9}", ", ".join(f"{count} {given}" for given, count in row.items()) or "none")


if __name__ == "__main__":
    main()
