#!/usr/bin/env python3
"""Profiles `cluster`, `phrases` and `scan`, and draws flame graphs.

    python3 tools/flame.py [--threads N] [COMMAND ...]

Builds with frame pointers in target/flame/build, samples with `perf`, and
collapses and draws the stacks with inferno, which the first run installs into
target/flame/inferno. Writes target/flame/COMMAND.svg and prints where the samples
are. The texts are the news in ../shared/data, or corpus/ if there are none.

Frames of rayon and of the standard library are removed from the stacks: stolen
work would otherwise be split over many towers, one for each way to steal it.
Their own samples count for their callers.
"""

import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLAME = ROOT / "target" / "flame"
INFERNO = "^0.12"
COMMANDS = ("cluster", "phrases", "scan")
NEWS = ("xwlb/docs.jsonl.zst", "sogou_gbk/docs.jsonl.zst")

# Samples a second: a prime, so that sampling never falls in step with a regular
# event.
HERTZ = 997

# Frames that distribute work instead of doing it.
PLUMBING = re.compile(r"(?:<\W*)*(?:rayon|rayon_core|core|std|alloc|crossbeam_\w+)::|__rust|_start$|__libc_start")


def texts():
    """Returns the input files."""
    news = [ROOT.parent / "shared" / "data" / name for name in NEWS]
    return [path for path in news if path.exists()] or [ROOT / "corpus"]


def run(command, **options):
    """Runs a command and returns what it prints; exits with a message if it fails."""
    command = [str(part) for part in command]
    done = subprocess.run(command, cwd=ROOT, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[:3])} ended with {done.returncode}")
    return done.stdout


def build():
    """Builds the program with frame pointers and returns its path."""
    target = FLAME / "build"
    flags = f"{os.environ.get('RUSTFLAGS', '')} -C force-frame-pointers=yes".strip()
    environment = {**os.environ, "RUSTFLAGS": flags, "CARGO_TARGET_DIR": str(target)}
    run(["cargo", "build", "--release", "--bin", "leitong"], env=environment)
    return target / "release" / "leitong"


def inferno():
    """Installs inferno if necessary and returns the folder of its programs."""
    root = FLAME / "inferno"
    if not (root / "bin" / "inferno-flamegraph").exists():
        run(["cargo", "install", "inferno", "--version", INFERNO, "--locked", "--root", root])
    return root / "bin"


def without_plumbing(collapsed):
    """Returns stacks with their samples, without frames that only distribute work."""
    stacks = collections.Counter()
    for line in collapsed.splitlines():
        stack, _, samples = line.rpartition(" ")
        frames = [frame for frame in stack.split(";") if not PLUMBING.match(frame)]
        # The thread's name comes first; without it all threads share one tower.
        stacks[";".join(["leitong", *frames[1:]])] += int(samples)
    return stacks


def shares(stacks, count=16):
    """Returns the functions of leitong with the most samples below them."""
    below = collections.Counter()
    for stack, samples in stacks.items():
        for frame in {frame for frame in stack.split(";") if "leitong::" in frame}:
            below[frame] += samples
    total = sum(stacks.values())
    return [(samples / total, frame) for frame, samples in below.most_common(count)]


def profile(program, tools, command, threads):
    """Samples one command; writes its graph and prints its shares."""
    data, out = FLAME / f"{command}.data", FLAME / command
    run(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", HERTZ, "-g", "-o", data, "--"]
        + [program, command, "--threads", threads, "-o", out, *texts()],
        stderr=subprocess.DEVNULL,
    )
    script = run(["perf", "script", "--no-inline", "-i", data], capture_output=True).decode(errors="replace")
    collapsed = run([tools / "inferno-collapse-perf"], input=script, capture_output=True, text=True)
    stacks = without_plumbing(collapsed)
    lines = "".join(f"{stack} {samples}\n" for stack, samples in sorted(stacks.items()))
    svg = FLAME / f"{command}.svg"
    title = f"leitong {command}, {sum(stacks.values()) / 1e9:.2f} s of CPU"
    svg.write_text(
        run(
            [tools / "inferno-flamegraph", "--title", title, "--countname", "ns", "--hash"]
            + ["--minwidth", "0.2"],
            input=lines,
            capture_output=True,
            text=True,
        )
    )
    print(f"\n{svg.relative_to(ROOT)}")
    for share, frame in shares(stacks):
        print(f"{share:7.1%}  {frame[:100]}")


def main():
    parser = argparse.ArgumentParser(description="Draws flame graphs into target/flame/.")
    parser.add_argument("--threads", default="1", help="threads of the program [default: 1]")
    parser.add_argument("commands", nargs="*", metavar="COMMAND", help="cluster, phrases, scan [default: all]")
    arguments = parser.parse_args()
    for command in arguments.commands:
        if command not in COMMANDS:
            parser.error(f"no command {command!r}; choose from {', '.join(COMMANDS)}")
    if not shutil.which("perf"):
        sys.exit("make flame needs perf, which samples a running program on Linux; install it (linux-perf or linux-tools) and try again")
    FLAME.mkdir(parents=True, exist_ok=True)
    program, tools = build(), inferno()
    for command in arguments.commands or COMMANDS:
        profile(program, tools, command, arguments.threads)


if __name__ == "__main__":
    main()
