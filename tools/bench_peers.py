#!/usr/bin/env python3
"""Compares leitong with other tools on the same corpora, and writes docs/peers.md.

    python3 tools/bench_peers.py [--megabytes 20] [--rounds 5] [--cores 0,1] [--only NAME,...]

Makes `.venv` in the project's root and installs the tools into it; the page names
each tool that can't be installed or run, with the reason. Generates a seeded
corpus with known ground truth and, if `../shared/data` or another folder has real
texts, a second corpus from them. Then runs all tools alternately, each run in a
process of its own. The adapters are in tools/peers, one in each file.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import peers
from machine import ROOT
from peers import corpora, install, page

REAL = ["sogou_gbk", "dxy_news_2020"]


def run_once(name, finder, corpus, cores, environment, folder):
    """Returns the result and cost of one run, or an error message."""
    out = folder / "found.json"
    out.unlink(missing_ok=True)
    command = [install.PYTHON, "-m", "peers.one", name, finder, corpus.path, out, cores]
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        environment = environment | {"TMPDIR": temporary}
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment)
    if done.returncode != 0 or not out.exists():
        return install.last_line(done)
    return json.loads(out.read_text(encoding="utf-8"))


def compare(corpus, names, arguments, environment, failed, folder):
    """Returns the runs of all tools, by adapter, finder and round."""
    finders = [(name, finder) for name in names for finder in peers.adapter(name).FINDERS]
    runs = collections.OrderedDict((finder, {}) for finder in finders)
    for number in range(arguments.rounds):
        # Each round has another order, so that no tool always follows the same one.
        turn = number * 3 % len(finders)
        for name, finder in finders[turn:] + finders[:turn]:
            if finder in failed:
                continue
            result = run_once(name, finder, corpus, arguments.cores, environment, folder)
            if isinstance(result, str):
                failed[finder] = f"on the {corpus.name} corpus: {result}"
            else:
                # The result is checked once; the times of all rounds are kept.
                if runs[name, finder]:
                    del result["found"]
                runs[name, finder][number] = result
            said = result if isinstance(result, str) else f"{result['seconds']:.2f} s"
            print(f"{corpus.name}, round {number + 1}: {finder} {said}", file=sys.stderr, flush=True)
    return runs


def main():
    cores = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else [0]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=20, help="size of the synthetic corpus")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", default=",".join(map(str, cores)), help="cores that all processes are pinned to")
    parser.add_argument("--real", default=ROOT.parent / "shared" / "data", help="folder of real texts", type=pathlib.Path)
    parser.add_argument("--sets", default=",".join(REAL), help="folders in it; empty for no real corpus")
    parser.add_argument("--only", help="adapters, comma-separated; leitong always runs")
    parser.add_argument("--built", action="store_true", help="use the programs as last built")
    parser.add_argument("--output", default=ROOT / "docs" / "peers.md", type=pathlib.Path)
    arguments = parser.parse_args()

    names = peers.NAMES
    if arguments.only:
        names = [name for name in names if name.startswith("leitong") or name in arguments.only.split(",")]
    failed = install.install(names)
    names = [name for name in names if name not in failed]
    versions = install.versions(names)
    if not arguments.built:
        build = ["cargo", "build", "--quiet", "--release", "--bin", "leitong", "--example", "synthesize"]
        subprocess.run(build, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    environment = os.environ | {
        "LEITONG": str(target / "release" / "leitong"),
        "JSCPD": str(install.JSCPD),
        "PYTHONPATH": str(ROOT / "tools"),
        "PYTHONDONTWRITEBYTECODE": "1",
        # No tool may ask a model hub for anything.
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "true",
    }
    sections = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sets = [arguments.real / name for name in arguments.sets.split(",") if name]
        synthesize = target / "release" / "examples" / "synthesize"
        found = [corpora.synthetic(folder, arguments.megabytes, synthesize), corpora.real(folder, sets)]
        for corpus in found:
            if corpus is None:
                print("no real corpus: no such folders, or no zstd", file=sys.stderr)
                continue
            print(f"{corpus.name}: {len(corpus.texts)} documents, {corpus.megabytes:.1f} MB", file=sys.stderr, flush=True)
            runs = compare(corpus, names, arguments, environment, failed, folder)
            sections.append(page.tables(corpus, runs, versions))
    arguments.output.write_text(page.page(sections, failed, versions, arguments, corpora.CHECKED), encoding="utf-8")
    print(f"wrote {arguments.output}")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
