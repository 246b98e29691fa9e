"""Writes the page of the comparison."""

import os
import statistics

import machine
import peers
from peers import truth
from peers.work import HASHES, REPEAT, SHINGLE, THRESHOLD

INTRO = f"""# Comparison with other tools

Written by `make bench-peers` (`tools/bench_peers.py`); do not edit by hand.

Every tool gets the same file of records and does as much of the work as it can, in a process of its
own. All processes are pinned to the same cores. Each round runs every tool once, in another order. Times
run from reading the file to the result in memory, without the start of Python and its imports; the times
of leitong and jscpd are of whole processes, written output included. *Times leitong's* is the ratio to the
first row in the same round: the median over the rounds, with minimum and maximum. It is given for wall time
and for CPU time; CPU time counts all threads and processes, and other processes on the machine disturb it
less. Memory is the peak, texts included.

A fast tool that finds nothing is not fast, so recall and precision are measured against all true pairs.
These come from a plain prefix join in Python, checked against comparing every pair of the first {{checked}} documents
in this run.
"""

PAIRS = f"""Pairs with a Jaccard similarity of {THRESHOLD} or more over shingles of {SHINGLE} characters; signatures have {HASHES}
hashes for the other tools and 210 for leitong, which it needs for a recall of 0.999. *Raw* counts the pairs of
the texts as they are, *normalized* those of their wording: {{normalized}}. Only leitong normalizes, so its low raw
precision is no fault, nor is the low normalized recall of the others; "leitong, not normalizing" does the same
work as they do.
"""

NORMALIZED = {
    "synthetic": "script, readings in brackets, punctuation, width and spaces are undone by what the generator knows",
    "real": "Python's Unicode tables undo case, width, punctuation and spaces; script and markup stay",
}

REPEATS = f"""Characters in strings of {REPEAT} characters or more that occur in two documents, in the texts as they are. Recall
and precision are shares of characters, measured against a dictionary of all windows.
"""


def table(titles, rows):
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def spread(values):
    """Returns the median with minimum and maximum."""
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def row(run, base, version):
    """Returns the columns that all tables share: times, ratios and memory."""
    rounds = sorted(run)
    both = [number for number in rounds if number in base]
    ratios = [[run[number][what] / base[number][what] for number in both] for what in ("seconds", "cpu")]
    median = {what: statistics.median(run[number][what] for number in rounds) for what in ("seconds", "cpu")}
    peak = max(run[number]["megabytes"] for number in rounds)
    times = [f"{median['seconds']:.2f}", spread(ratios[0]), f"{median['cpu']:.2f}", spread(ratios[1])]
    return [version, *times, f"{peak:.0f}"]


def share(value):
    return f"{value:.4f}"


def tables(corpus, runs, versions):
    """Returns the section of one corpus; `runs` by adapter, finder and round."""
    text = f"\n## The {corpus.name} corpus\n\n{len(corpus.texts):,} documents, {corpus.megabytes:.1f} MB of text, {corpus.about}. "
    counts = ", ".join(f"{len(pairs):,} {what}" for what, pairs in corpus.pairs.items())
    characters = sum(map(sum, corpus.repeats)) / max(sum(map(len, corpus.texts)), 1)
    text += f"True pairs: {counts}. {characters:.1%} of the characters are in repeats.\n"
    common = ["version", "median s", "times leitong's", "CPU s", "times leitong's", "MB"]
    for task, titles in (
        ("pairs", ["pairs", "recall raw", "precision raw", "recall normalized", "precision normalized"]),
        ("repeats", ["recall", "precision"]),
    ):
        rows, base = [], None
        for (name, finder), run in runs.items():
            adapter = peers.adapter(name)
            if adapter.TASK != task or not run:
                continue
            base = base or run
            found = next(iter(run.values()))["found"]
            line = [finder, *row(run, base, versions[name])]
            if finder in adapter.UNSCORED:
                line += ["–"] * len(titles)
            elif task == "pairs":
                found = {tuple(pair) for pair in found}
                scores = [truth.score_pairs(found, pairs) for pairs in corpus.pairs.values()]
                line += [f"{len(found):,}"] + [share(value) for score in scores for value in score]
            else:
                line += [share(value) for value in truth.score_repeats(found, corpus.repeats, corpus.texts)]
            rows.append(line)
        if rows:
            # leitong first, then by time.
            ours = [line for line in rows if line[0].startswith("leitong")]
            others = sorted((line for line in rows if line not in ours), key=lambda line: float(line[2]))
            about = PAIRS.format(normalized=NORMALIZED[corpus.name]) if task == "pairs" else REPEATS
            heading = "Near-duplicates" if task == "pairs" else "Repeats"
            text += f"\n### {heading}\n\n{about}\n" + table(["tool", *common, *titles], ours + others)
    return text


def page(sections, failed, versions, arguments, checked):
    """Returns the whole page."""
    facts = machine.machine()
    load = os.getloadavg()[1] if hasattr(os, "getloadavg") else 0
    text = INTRO.format(checked=checked)
    text += f"\n{machine.today()}, commit {machine.commit()}, {facts['processor']}, {facts['cores']} cores, "
    text += f"{facts['memory_gib']} GiB, {facts['system']}; pinned to cores {arguments.cores}, {arguments.rounds} rounds; "
    text += f"five-minute load average at the end {load:.1f}"
    text += " (other work ran on this machine, so ratios say more than seconds).\n" if load > 2.5 else ".\n"
    text += "".join(sections)
    text += "\n## What each tool leaves out\n\n"
    adapters = [(peers.adapter(name), version) for name, version in versions.items()]
    rows = [[next(iter(adapter.FINDERS)).split(",")[0], version, adapter.LEAVES_OUT] for adapter, version in adapters]
    text += table(["tool", "version", "leaves out"], rows)
    text += "\nShingles are cut in Python where a tool's interface asks for them; this takes most of its time and memory.\n"
    if failed:
        text += "\n## Not run\n\n" + "".join(f"- {name}: {why}\n" for name, why in failed.items())
    return text
