#!/usr/bin/env python3
"""Reports where known formulas stand in the list of phrases, and fits the score's weights.

    python3 tools/phrase_ranks.py [--binary LEITONG] [--phrases DIR] [--fit] CORPUS...

CORPUS is an input of leitong (a folder or file of documents). The formulas are those
of tools/phrase_formulas.txt, written down from memory. A hash of each formula assigns
it to one of two halves: weights are fitted on one and reported on the other, which
tells whether they hold for formulas that nobody looked at.

For each corpus and half: how many formulas two documents or more contain, how many of
these are listed whole in the first 2,000 and 20,000 phrases, and the median rank. The
lines "unlisted" count the same without those that the program's list of idioms has.
"""

import argparse
import bisect
import hashlib
import json
import math
import pathlib
import re
import subprocess
import tempfile

FORMULAS = pathlib.Path(__file__).with_name("phrase_formulas.txt")
SOURCES = pathlib.Path(__file__).parent.parent / "src"
LEXICON = SOURCES / "text/lexicon"

# Ranks within which a formula is counted as found.
FIRST = (2_000, 20_000)

# The weights of the score that are fitted, by their names in src/phrases/weights.rs,
# where the fit starts from, and the steps in which each is tried.
WEIGHTS = {
    "spread_exponent": 0.1,
    "freedom_exponent": 0.1,
    "entropy_exponent": 0.05,
    "length_exponent": 0.05,
    "whole_exponent": 2,
    "cohesion_scale": 1.0,
    "formula_words": 0.5,
    "term": 0.05,
    "name": 0.05,
}
WEIGHTS_SOURCE = SOURCES / "phrases/weights.rs"

# One phrase in so many stands for all where weights are tried.
SAMPLE = 8


def half_of(formula):
    """Returns the half of a formula: 0 is for fitting, 1 for reporting."""
    return hashlib.sha256(formula.encode()).digest()[0] & 1


def formulas():
    """Returns the formulas, as they are written in the list."""
    lines = FORMULAS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def run(binary, corpus, *options):
    """Returns the records that `leitong phrases` writes."""
    command = [binary, "phrases", corpus, "--no-places", "--quiet", *options]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    return [json.loads(line) for line in output.decode().splitlines()]


def contained(binary, corpus):
    """Returns the formulas that two documents or more contain, as phrases, with halves."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as known:
        known.write("\n".join(formulas()))
        known.flush()
        found = run(binary, corpus, "--known", known.name, "--min-documents", "2")
    return {record["phrase"]: half_of(record["phrase"]) for record in found}


def lexicon(name):
    """Returns the words of one of the program's lists."""
    return set((LEXICON / name).read_text(encoding="utf-8").split())


def report(name, ranks, wanted, of_formulas):
    """Prints a line for each half; `of_formulas` says which formulas are counted."""
    for half in (0, 1):
        of_half = [ranks.get(phrase) for phrase, of in wanted.items() if of == half]
        listed = sorted(math.inf if rank is None else rank for rank in of_half)
        if not listed:
            continue
        within = [sum(rank <= first for rank in listed) / len(listed) for first in FIRST]
        counts = "  ".join(f"{share:6.3f}" for share in within)
        median = listed[len(listed) // 2]
        of = f"{'fit report'.split()[half]:6} {of_formulas:8}"
        print(f"{name:16} {of} {len(listed):5}  {counts}  {median:8}")


def weights_in_use():
    """Returns the weights of the program, read from its source."""
    defaults = WEIGHTS_SOURCE.read_text(encoding="utf-8").split("DEFAULT", 1)[1]
    found = dict(re.findall(r"(\w+): ([\d.]+),", defaults))
    return {name: float(found[name]) for name in ["entropy_offset", *WEIGHTS]}


def share_of_words(phrase, words):
    """Returns the share of a phrase that words cover, as src/phrases/formula_words.rs does."""
    if len(phrase) > 40:
        return 0.0
    covered = [0] * (len(phrase) + 1)
    for end in range(1, len(phrase) + 1):
        within = range(2, min(6, end) + 1)
        ends = [covered[end - n] + n for n in within if phrase[end - n : end] in words]
        covered[end] = max(covered[end - 1], *ends, 0)
    return covered[-1] / max(len(phrase), 1)


def features(record, offset, words):
    """Returns what the score is made of: logarithms of factors, and the kind."""
    parts = record["parts"]
    return (
        math.log(max(parts["spread"], 0.001)),
        math.log(max(parts["free_left"] * parts["free_right"], 1e-6)),
        math.log(offset + parts["entropy_left"] + parts["entropy_right"]),
        math.log(min(max(record["length"], 4), 24) / 4),
        1 - parts["whole"],
        max(parts["cohesion"], 0.001),
        share_of_words(record["phrase"], words) ** 1.25,
        record["kind"],
    )


def logarithm(features, rest, weights):
    """Returns the logarithm of a score, from its features."""
    spread, free, entropy, length, kept, cohesion, share, kind = features
    return (
        rest
        + weights["spread_exponent"] * spread
        + weights["freedom_exponent"] * free
        + weights["entropy_exponent"] * entropy
        + weights["length_exponent"] * length
        + math.log(max(1 - kept ** weights["whole_exponent"], 1e-6))
        + math.log(1 - math.exp(-cohesion / weights["cohesion_scale"]))
        + math.log(1 + weights["formula_words"] * share)
        + (math.log(weights[kind]) if kind in weights else 0.0)
    )


def cost(corpora, weights):
    """Returns the mean logarithm of the ranks of the formulas for fitting."""
    costs = []
    for sample, wanted, missing in corpora:
        scores = sorted(logarithm(one, rest, weights) for one, rest in sample)
        of_corpus = list(missing)
        for one, rest in wanted:
            score = logarithm(one, rest, weights)
            above = len(scores) - bisect.bisect_right(scores, score)
            of_corpus.append(math.log2(1 + SAMPLE * above))
        costs.append(sum(of_corpus) / len(of_corpus))
    return sum(costs) / len(costs)


def fit(corpora):
    """Prints the weights that rank the formulas of the first half best."""
    current = weights_in_use()
    words = lexicon("formula_words.txt")
    samples = []
    for records, wanted in corpora:
        # What the weights do not account for stays as it is: forms, marks, words.
        scored = []
        for record in records:
            if record["score"] > 0:
                one = features(record, current["entropy_offset"], words)
                rest = math.log(record["score"]) - logarithm(one, 0.0, current)
                scored.append((record["phrase"], one, rest))
        of_half = {phrase for phrase, half in wanted.items() if half == 0}
        found = [(one, rest) for phrase, one, rest in scored if phrase in of_half]
        missing = [math.log2(len(records))] * (len(of_half) - len(found))
        sample = [(one, rest) for _, one, rest in scored[::SAMPLE]]
        samples.append((sample, found, missing))
    best = cost(samples, current)
    print(f"mean log2 of the rank: {best:.3f}")
    improved = True
    while improved:
        improved = False
        for name, step in WEIGHTS.items():
            for change in (step, -step):
                tried = {**current, name: round(current[name] + change, 3)}
                if tried[name] <= 0:
                    continue
                found = cost(samples, tried)
                if found < best - 0.002:
                    current, best, improved = tried, found, True
                    print(f"{best:.3f} {name} {current[name]}")
    print(current)


def main():
    """Prints the ranks of the formulas, and fitted weights if they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("corpora", nargs="+", metavar="CORPUS")
    parser.add_argument("--binary", default="target/release/leitong")
    parser.add_argument("--fit", action="store_true", help="fit the weights of the score")
    parser.add_argument("--lost", action="store_true", help="list what stands beyond 2,000")
    options = parser.parse_args()
    corpora = []
    columns = f"{'n':>5}  {FIRST[0]:>6}  {FIRST[1]:>6}  {'median':>8}"
    print(f"{'corpus':16} {'half':6} {'formulas':8} {columns}")
    idioms = lexicon("idioms.txt")
    for corpus in options.corpora:
        wanted = contained(options.binary, corpus)
        records = run(options.binary, corpus)
        ranks = {record["phrase"]: rank for rank, record in enumerate(records, 1)}
        path = pathlib.Path(corpus)
        name = path.name if path.is_dir() else path.parent.name
        unlisted = {phrase: half for phrase, half in wanted.items() if phrase not in idioms}
        report(name, ranks, wanted, "all")
        report(name, ranks, unlisted, "unlisted")
        if options.lost:
            for phrase in wanted:
                if ranks.get(phrase, math.inf) > FIRST[0]:
                    print(f"    {ranks.get(phrase, '-'):>8} {phrase}")
        corpora.append((records, wanted))
    if options.fit:
        fit(corpora)


if __name__ == "__main__":
    main()
