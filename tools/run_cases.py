#!/usr/bin/env python3
"""Runs the commands of a folder of cases and prints what each one gives.

    python3 tools/run_cases.py [--leitong PATH] [--cases DIR] [--lines N] [CASE ...]

A case is a folder with a `command` (a line of shell), its input files, and
`expected.txt`, which says in words what should come. The command runs in a copy
of the folder. The output is for a person to read beside expected.txt: messages,
the exit code of every run of leitong, and the first lines of each new file.
"""

import argparse
import gzip
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Commands that are given partly in prose, spelled out.
SPELLED_OUT = {
    "q-ruby_zhuyin": "for b in ruby zhuyin gloss; do leitong compare ruby_zhuyin.jsonl#plain ruby_zhuyin.jsonl#$b; done",
}

# Files that a wrong run leaves outside of its folder.
OUTSIDE = [pathlib.Path("/dev/decisions.jsonl"), pathlib.Path("/dev/run.json")]

# Longest part of a line that is printed, in characters.
WIDTH = 240

WRAPPER = """#!/bin/sh
"{program}" "$@"
code=$?
echo "[exit $code]" >&2
exit $code
"""


def shown(path, lines):
    """Returns the first lines of a file, or its size if it is no text."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return [f"({len(data):,} bytes)"]
    found = text.splitlines()
    cut = [line if len(line) <= WIDTH else line[:WIDTH] + " …" for line in found[:lines]]
    return cut + ([f"({len(found) - lines} more lines)"] if len(found) > lines else [])


def run(case, program, lines):
    """Runs one case and prints what came of it."""
    print(f"\n{'=' * 78}\n{case.name}\n")
    command = SPELLED_OUT.get(case.name) or (case / "command").read_text(encoding="utf-8").strip()
    outside = [path for path in OUTSIDE if path.exists()]
    with tempfile.TemporaryDirectory() as temporary:
        folder, programs = pathlib.Path(temporary) / "case", pathlib.Path(temporary) / "bin"
        shutil.copytree(case, folder, ignore=shutil.ignore_patterns("expected.txt", "command"))
        programs.mkdir()
        wrapper = programs / "leitong"
        wrapper.write_text(WRAPPER.format(program=program), encoding="utf-8")
        wrapper.chmod(0o755)
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        print(f"$ {command}")
        sys.stdout.flush()
        script = f'PATH="{programs}:$PATH"; {command}'
        try:
            done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, timeout=600)
            for stream in (done.stdout, done.stderr):
                text = stream.decode("utf-8", "replace").splitlines()
                print("\n".join(line[:WIDTH] for line in text[: 8 * lines]))
        except subprocess.TimeoutExpired:
            print("[not done after 600 s]")
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != "run.json" and before.get(path) != path.stat().st_mtime_ns:
                print(f"--- {path.relative_to(folder)}")
                print("\n".join(shown(path, lines)))
        for path in OUTSIDE:
            if path.exists() and path not in outside:
                print(f"--- {path} (removed)")
                path.unlink()
    print(f"\nexpected:\n{(case / 'expected.txt').read_text(encoding='utf-8').strip()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leitong", type=pathlib.Path, default=ROOT / "target/release/leitong", help="the program")
    parser.add_argument("--cases", type=pathlib.Path, default=ROOT.parent / "shared" / "cases", help="folder of cases")
    parser.add_argument("--lines", type=int, default=6, help="lines to print of each file")
    parser.add_argument("names", nargs="*", metavar="CASE", help="beginning of a case's name [default: all]")
    arguments = parser.parse_args()
    cases = sorted(path.parent for path in arguments.cases.glob("*/command"))
    if not cases:
        sys.exit(f"run_cases: no cases in {arguments.cases}")
    chosen = [case for case in cases if not arguments.names or case.name.startswith(tuple(arguments.names))]
    if not chosen:
        sys.exit("run_cases: no case has such a name")
    for case in chosen:
        run(case, arguments.leitong.resolve(), arguments.lines)


if __name__ == "__main__":
    main()
