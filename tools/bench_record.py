#!/usr/bin/env python3
"""Records the figures of `cargo bench`, and compares new figures with them.

    python3 tools/bench_record.py write [--read] [BENCH ...]      a file in benches/record/
    python3 tools/bench_record.py compare [--read] [--with FILE] [BENCH ...]

Both run `cargo bench` first (only BENCH, if one is named); with --read they
use the results of the last run in target/criterion. `compare` takes the latest
record of the same kind of machine. If there is none, it takes the latest record
of any machine; times are then not comparable, so it shows only the ratios to the
plain implementation, which are measured in one run.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import machine

RECORDS = machine.ROOT / "benches" / "record"

# The plain implementation of each stage; ratios to it, from the same run, hold
# on any machine.
PLAIN = {
    "normalize": {"table": "plain", "table-with-offsets": "plain"},
    "shingle": {"xxh3": "strings", "xxh3-set": "strings"},
    "sketch": {"minhash-fast-similarity": "minhash-permutations", "simhash": "simhash-counters"},
    "simhash": {"search": "search-brute-force"},
    "banding": {"sort": "maps"},
    "verify": {"merge": "hash-sets"},
    "cluster": {way: "brute-force" for way in ("minhash", "simhash", "exact", "containment")},
}

# A bench is slower or faster if its median moved by this factor and the two runs
# do not overlap: other processes on the machine cost up to a third.
MOVED = 1.15


def figures(criterion, since=0.0):
    """Returns the figures of all benches that Criterion ran after `since`.

    `ns` is the median time of one iteration, `least` and `most` those of its
    samples; `mb_s` the bytes per second, if the bench says how many.
    """
    found = {}
    for file in sorted(pathlib.Path(criterion).glob("**/new/benchmark.json")):
        if file.stat().st_mtime < since:
            continue
        bench = json.loads(file.read_text(encoding="utf-8"))
        sample = json.loads((file.parent / "sample.json").read_text(encoding="utf-8"))
        times = [time / count for time, count in zip(sample["times"], sample["iters"])]
        figure = {"ns": statistics.median(times), "least": min(times), "most": max(times)}
        figure = {name: round(value, 1) for name, value in figure.items()}
        size = (bench.get("throughput") or {}).get("Bytes")
        if size:
            figure["mb_s"] = round(size / figure["ns"] * 1e3, 1)
        found[bench["full_id"]] = figure
    for name, figure in found.items():
        plain = plain_way(name)
        if plain in found:
            figure["times_plain"] = round(found[plain]["ns"] / figure["ns"], 2)
    return found


def plain_way(name):
    """Returns the plain implementation of a bench, if there is one."""
    group, _, rest = name.partition("/")
    way, _, corpus = rest.partition("/")
    plain = PLAIN.get(group, {}).get(way)
    return plain and f"{group}/{plain}/{corpus}"


def kind(facts):
    """Returns the facts that must agree for times to be comparable."""
    return tuple(facts.get(name) for name in ("processor", "cores", "system"))


def records(folder=RECORDS):
    """Returns all records, the oldest first."""
    read = [json.loads(file.read_text(encoding="utf-8")) | {"file": file.name} for file in folder.glob("*.json")]
    return sorted(read, key=lambda record: (record["date"], record["file"]))


def latest(all_records, facts):
    """Returns the latest record of this kind of machine, else the latest of all."""
    same = [record for record in all_records if kind(record["machine"]) == kind(facts)]
    return (same or all_records or [None])[-1]


def verdict(then, now):
    """Returns "slower", "faster" or nothing."""
    ratio = now["ns"] / then["ns"]
    if ratio > MOVED and now["least"] > then["most"]:
        return "slower"
    if ratio < 1 / MOVED and now["most"] < then["least"]:
        return "faster"
    return ""


def comparison(record, now, facts):
    """Returns lines that compare `now` with a record."""
    same = kind(record["machine"]) == kind(facts)
    lines = [f"record: {record['file']}, commit {record['commit']}, {record['date']}"]
    both = [name for name in now if name in record["figures"]]
    if not same:
        lines += [f"ANOTHER MACHINE: {kind(record['machine'])}; this one is {kind(facts)}"]
        lines += ["times are not comparable; ratios to the plain implementation in the same run are:", ""]
        both = [name for name in both if "times_plain" in now[name] and "times_plain" in record["figures"][name]]
    titles = ["bench"] + (["then ms", "now ms", "now/then"] if same else []) + ["× plain then", "× plain now", ""]
    rows = []
    for name in both:
        old, new = record["figures"][name], now[name]
        row = [name]
        if same:
            row += [f"{old['ns'] / 1e6:.3f}", f"{new['ns'] / 1e6:.3f}", f"{new['ns'] / old['ns']:.2f}"]
        row += [str(old.get("times_plain", "")), str(new.get("times_plain", ""))]
        rows.append(row + [verdict(old, new) if same else ""])
    widths = [max(len(row[column]) for row in [titles, *rows]) for column in range(len(titles))]
    for row in [titles, *rows]:
        cells = [cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    for missing, where in ((set(record["figures"]) - set(now), "not run now"), (set(now) - set(record["figures"]), "not in the record")):
        if missing:
            lines.append(f"{len(missing)} {where}")
    return lines


def run(benches):
    """Runs the benches and returns the start time."""
    start = time.time()
    # Criterion takes one pattern.
    pattern = ["--", "|".join(benches)] if benches else []
    subprocess.run(["cargo", "bench", *pattern], cwd=machine.ROOT, check=True)
    return start


def write(now, facts):
    """Writes a record of this run; returns its path."""
    commit, today = machine.commit(), machine.today()
    load = os.getloadavg()[1] if hasattr(os, "getloadavg") else None
    record = {
        "date": today,
        "commit": commit,
        "compiler": machine.compiler(),
        "machine": facts,
        "load": round(load, 1) if load is not None else None,
        "figures": now,
    }
    RECORDS.mkdir(parents=True, exist_ok=True)
    path = RECORDS / f"{today}-{commit.rstrip('+')}.json"
    # One line for each bench, so that a diff shows what moved.
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in record.items() if name != "figures"]
    benches = ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(now.items()))
    path.write_text("{\n" + ",\n".join(lines) + ',\n  "figures": {\n' + benches + "\n  }\n}\n", encoding="utf-8")
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("act", choices=["write", "compare"])
    parser.add_argument("benches", nargs="*", metavar="BENCH", help="part of a bench's name")
    parser.add_argument("--read", action="store_true", help="do not run; use the results of the last run")
    parser.add_argument("--with", dest="file", type=pathlib.Path, help="the record to compare with")
    arguments = parser.parse_args()
    since = 0.0 if arguments.read else run(arguments.benches)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", machine.ROOT / "target"))
    now = figures(target / "criterion", since)
    now = {name: figure for name, figure in now.items() if not arguments.benches or any(b in name for b in arguments.benches)}
    if not now:
        sys.exit("no figures: run `cargo bench` first, or leave out --read")
    facts = machine.machine()
    if arguments.act == "write":
        print(f"wrote {write(now, facts)}: {len(now)} benches")
        return
    if arguments.file:
        record = json.loads(arguments.file.read_text(encoding="utf-8")) | {"file": arguments.file.name}
    else:
        record = latest(records(), facts)
    if record is None:
        sys.exit("no record to hold against: `make bench-record` writes one")
    print("\n".join(comparison(record, now, facts)))


if __name__ == "__main__":
    main()
