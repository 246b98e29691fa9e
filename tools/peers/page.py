"""The page that the comparison writes."""

import os
import statistics

import machine
import peers
from peers import truth
from peers.work import HASHES, REPEAT, SHINGLE, THRESHOLD

INTRO = f"""# Beside public finders

Written by `make bench-peers` (`tools/bench_peers.py`); don't edit it by hand.

Every finder gets the same file of records and does what of the work it can, in a process of its own,
all pinned to the same cores, in turns: each round runs every finder once, in another order. Times are
from reading the file to the result in memory, without the start of Python and its imports; those of
leitong and jscpd are whole processes, output files written. *Times leitong's* is the median over the
rounds of the ratio to the first line in the same round, with the least and the greatest, once of the
time on the clock and once of CPU seconds, which count all threads and processes and which neighbours
on the machine disturb less. Memory is the peak, the texts in memory included.

A fast finder that finds nothing is not fast: recall and precision are counted against all pairs (a
plain prefix join in Python, held against comparing all with all on the first {{checked}} documents in
this run).
"""

PAIRS = f"""Pairs of Jaccard similarity {THRESHOLD} or more over windows of {SHINGLE} characters; signatures of {HASHES}
hashes for the peers, and the 210 that leitong takes for a recall of 0.999. *Raw* is true of the texts as they
stand, *folded* of what they say: {{folded}}. Only leitong folds, so its raw precision is not a fault, nor is
the peers' folded recall; "leitong, no folding" does the peers' work.
"""

FOLDED = {
    "synthetic": "script, readings in brackets, punctuation, width and spaces evened out by what the generator knows",
    "real": "case, width, punctuation and spaces evened out by Python's Unicode tables; script and markup as they are",
}

REPEATS = f"""Characters in strings of {REPEAT} characters or more that stand in two documents, texts as they are;
recall and precision are shares of characters, against a dictionary of all windows.
"""


def table(titles, rows):
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def spread(values):
    """Returns a median with the least and the greatest."""
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def row(run, base, version):
    """Returns what all tables have of a finder: times, ratio and memory."""
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
    text += f"True pairs: {counts}. {characters:.1%} of the characters stand in repeats.\n"
    common = ["version", "median s", "times leitong's", "CPU s", "times leitong's", "MB"]
    for task, titles in (
        ("pairs", ["pairs", "recall raw", "precision raw", "recall folded", "precision folded"]),
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
            about = PAIRS.format(folded=FOLDED[corpus.name]) if task == "pairs" else REPEATS
            heading = "Near-duplicates" if task == "pairs" else "Repeats"
            text += f"\n### {heading}\n\n{about}\n" + table(["finder", *common, *titles], ours + others)
    return text


def page(sections, failed, versions, arguments, checked):
    """Returns the whole page."""
    facts = machine.machine()
    load = os.getloadavg()[1] if hasattr(os, "getloadavg") else 0
    text = INTRO.format(checked=checked)
    text += f"\n{machine.today()}, commit {machine.commit()}, {facts['processor']}, {facts['cores']} cores, "
    text += f"{facts['memory_gib']} GiB, {facts['system']}; pinned to cores {arguments.cores}, {arguments.rounds} rounds; "
    text += f"load of the last five minutes at the end {load:.1f}"
    text += " (other work ran on this machine: ratios say more than seconds).\n" if load > 2.5 else ".\n"
    text += "".join(sections)
    text += "\n## What each leaves to others\n\n"
    adapters = [(peers.adapter(name), version) for name, version in versions.items()]
    rows = [[next(iter(adapter.FINDERS)).split(",")[0], version, adapter.LEAVES_OUT] for adapter, version in adapters]
    text += table(["finder", "version", "leaves out"], rows)
    text += "\nShingles are cut in Python where a peer's interface asks for them, and that is most of its time and memory.\n"
    if failed:
        text += "\n## Not run\n\n" + "".join(f"- {name}: {why}\n" for name, why in failed.items())
    return text
