#!/usr/bin/env python3
"""Measures how the CPU time of slow corners grows with their input.

    python3 tools/growth.py [NAME ...] [--binary target/release/leitong] [--rounds 1]
                            [--scale 1.0] [--doublings 4] [--write DIR]

Each corner is a kind of input that a search for duplicates may find hard: families
just below the threshold, flashes that differ in a number, long shared headers; those
of `leitong passages` have one passage in 200,000 documents, 300,000 equal documents,
or two texts of 5 MB at their largest size; those of `leitong phrases` repeat themselves. It is
generated from a seed in four sizes, each twice the one before, and run. The growth
exponent is the slope of the logarithm of CPU time over the logarithm of the bytes
of text; where it is above 1.2 the corner fails, and so does the whole run. Where the
pairs that there are grow with the square, and are found, the bytes of them count
beside those of the text. Times below a tenth of a second count as a tenth: start-up
is no growth.
"""

import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

# Largest growth exponent that passes.
MOST = 1.2

# Times below this many seconds say nothing about growth.
LEAST_SECONDS = 0.1

# Sizes of a corner: n, 2n, 4n, 8n.
DOUBLINGS = 4

HAN = [chr(code) for code in range(0x4E00, 0x9000)]


def text(rng, length):
    """Returns characters drawn evenly, of which five in a row hardly repeat."""
    return "".join(rng.choices(HAN, k=length))


def replaced(rng, base, count):
    """Returns a text with some characters replaced, each by a random one."""
    chars = list(base)
    for at in rng.sample(range(len(chars)), count):
        chars[at] = rng.choice(HAN)
    return "".join(chars)


def below_threshold(rng, count):
    """Texts of 200 characters, each with three of one text replaced: any two
    differ in six and share 0.73 of their windows."""
    base = text(rng, 200)
    return (replaced(rng, base, 3) for _ in range(count))


def above_threshold(rng, count):
    """Texts of 200 characters that differ in the same three: one family."""
    base = text(rng, 200)
    for _ in range(count):
        a, b, c = rng.choices(HAN, k=3)
        yield base[:50] + a + base[51:100] + b + base[101:150] + c + base[151:]


def flashes(rng, count):
    """Flashes of 35 characters that differ in a number of eight digits: so many
    that few numbers differ in one digit only."""
    base = text(rng, 27)
    return (f"{base[:14]}{number:08}{base[14:]}" for number in rng.sample(range(10**8), count))


def under_header(rng, count, header, own):
    """Texts of their own words under one header."""
    head = text(rng, header)
    return (head + text(rng, own) for _ in range(count))


def under_long_header(rng, count):
    """Texts of 60 to 180 characters of their own under a header of 500: the
    shortest of them reach the threshold, most are just below."""
    head = text(rng, 500)
    return (head + text(rng, rng.randrange(60, 181)) for _ in range(count))


def three_letters(rng, count):
    """Texts of 400 characters over three different ones."""
    letters = text(rng, 3)
    return ("".join(rng.choices(letters, k=400)) for _ in range(count))


def permuted(rng, count):
    """Texts of the same thirty sentences, each in an order of its own."""
    sentences = [text(rng, rng.randrange(15, 31)) + "。" for _ in range(30)]
    return ("".join(rng.sample(sentences, len(sentences))) for _ in range(count))


def dated(rng, count):
    """Notices of 100 characters that differ in two dates only."""
    base = text(rng, 100)

    def date():
        return f"{rng.randrange(1980, 2026)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日"

    return (base[:30] + date() + base[30:70] + date() + base[70:] for _ in range(count))


def mixed_tails(rng, count):
    """Texts under one header, in families of three of the same words."""
    head = text(rng, 600)
    for _ in range(count // 3):
        own = text(rng, 300)
        for _ in range(3):
            yield head + replaced(rng, own, 2)


def prefixes(rng, count):
    """Every prefix of one text, a character more each time."""
    base = text(rng, count)
    return (base[:length] for length in range(1, count + 1))


def two_letters(rng, count):
    """Texts of a thousand characters over two letters."""
    return ("".join(rng.choices("ab", k=1000)) for _ in range(count))


def equal(rng, count):
    """One text again and again."""
    base = text(rng, 100)
    return (base for _ in range(count))


def plain(rng, count):
    """Texts that have nothing in common, one in ten rewritten once."""
    last = text(rng, 400)
    for at in range(count):
        if at % 10 == 1:
            yield replaced(rng, last, 4)
        else:
            last = text(rng, 400)
            yield last


def one_passage(rng, count):
    """Texts of their own words around one passage of 100 characters; of as many
    characters as texts mostly use, so that many have the same one beside it."""
    passage = text(rng, 100)
    own = lambda: "".join(rng.choices(HAN[:3000], k=50))
    return (own() + passage + own() for _ in range(count))


def sliding(rng, count):
    """Texts of 2,000 characters that slide along one text by 50."""
    base = text(rng, 50 * count + 2000)
    return (base[at * 50 : at * 50 + 2000] for at in range(count))


def shifted(rng, count):
    """A text and itself, shifted by a sixteenth."""
    base = text(rng, count + count // 16)
    return iter([base[:count], base[count // 16 :]])


def periodic(rng, count):
    """Texts that repeat themselves every 1, 2, 7 and 100 characters."""
    for period in (1, 2, 7, 100):
        base = text(rng, period)
        yield base * (count // period)
    yield base * (count // period // 2) + text(rng, 1) + base * (count // period // 2)


def one_character(rng, count):
    """A text of one character, and its half."""
    return iter([HAN[0] * count, HAN[0] * (count // 2)])


def two_of_one_character(rng, count):
    """Two texts of one character."""
    return iter([HAN[0] * count, HAN[0] * count + HAN[1]])


def long_period(rng, count):
    """A text that repeats five hundred characters, and another of the same."""
    base = text(rng, 500) * (count // 500)
    return iter([base, base[250:] + text(rng, 1)])


def nearly_alike(rng, count):
    """Two texts of which one has every fiftieth character or so replaced."""
    base = text(rng, count)
    return iter([base, replaced(rng, base, count // 50)])


def hardly_alike(rng, count):
    """Two texts that have 300 characters in common."""
    shared = text(rng, 300)
    halves = [[text(rng, count // 2) for _ in range(2)] for _ in range(2)]
    return (shared.join(parts) for parts in halves)


EXACT = ["--method", "exact"]
SIMHASH = ["--method", "simhash"]
CONTAINMENT = ["--measure", "containment"]

# Characters of a text of 5 MB, an eighth of them.
LONG = 208_000

# Characters of a text that repeats itself; what is listed of it reaches its
# bounds below that.
REPEATED = 25_000

# Corners whose pairs grow with the square of the documents until each has as many
# as are listed: what is written counts as what is read.
BY_OUTPUT = {"dated"}

# Name, generator, documents of the smallest size, options; of those of another
# command than `cluster` the options begin with its name.
CORNERS = {
    "plain": (plain, 5_000, []),
    "plain-exact": (plain, 5_000, EXACT),
    "plain-simhash": (plain, 5_000, SIMHASH),
    "plain-containment": (plain, 5_000, CONTAINMENT),
    "equal": (equal, 20_000, []),
    "below": (below_threshold, 5_000, []),
    # The bounds bind from about five thousand such texts on.
    "below-exact": (below_threshold, 5_000, EXACT),
    "below-simhash": (below_threshold, 5_000, SIMHASH),
    "below-containment": (below_threshold, 1_000, CONTAINMENT),
    "above": (above_threshold, 1_000, []),
    "above-exact": (above_threshold, 1_000, EXACT),
    "flashes": (flashes, 20_000, []),
    "flashes-exact": (flashes, 10_000, EXACT),
    "flashes-containment": (flashes, 10_000, CONTAINMENT),
    "header-simhash": (lambda rng, n: under_header(rng, n, 300, 100), 1_000, SIMHASH),
    "header": (lambda rng, n: under_header(rng, n, 300, 100), 4_000, []),
    "header-exact": (lambda rng, n: under_header(rng, n, 300, 100), 2_000, EXACT),
    "header-87-containment": (lambda rng, n: under_header(rng, n, 870, 130), 500, CONTAINMENT),
    "header-60-containment": (lambda rng, n: under_header(rng, n, 600, 400), 500, CONTAINMENT),
    "long-header": (under_long_header, 10_000, []),
    "long-header-simhash": (under_long_header, 10_000, SIMHASH),
    "three-letters": (three_letters, 4_000, []),
    # Until a document may touch no more than the bounds allow, 4,096 others, it
    # touches as many as have a sentence before the same one: of fewer texts all.
    "permuted": (permuted, 10_000, []),
    "dated": (dated, 5_000, []),
    "families-under-header": (mixed_tails, 1_500, ["--threshold", "0.9"]),
    "families-under-header-containment": (
        mixed_tails,
        1_500,
        CONTAINMENT + ["--threshold", "0.9"],
    ),
    "prefixes": (prefixes, 500, []),
    "prefixes-containment": (prefixes, 500, CONTAINMENT),
    # Each of them pairs with all others until it has as many as are listed, from
    # some 250 on.
    "two-letters": (two_letters, 250, []),
    # Of these, characters of the longer text.
    "phrases-one-character": (one_character, REPEATED, ["phrases", "--all"]),
    "phrases-one-character-alone": (
        one_character,
        REPEATED,
        ["phrases", "--all", "--min-documents", "1"],
    ),
    "phrases-two-of-one-character": (two_of_one_character, REPEATED, ["phrases", "--all"]),
    "phrases-long-period": (long_period, REPEATED, ["phrases", "--all"]),
    "phrases-judged-long-period": (long_period, REPEATED, ["phrases"]),
    "passages-one-in-all": (one_passage, 25_000, ["passages"]),
    "passages-one-in-all-memory": (one_passage, 12_500, ["passages", "--memory", "600M"]),
    "passages-equal": (equal, 37_500, ["passages"]),
    "passages-sliding": (sliding, 2_500, ["passages"]),
    # Of these, characters of each text.
    "passages-shifted": (shifted, LONG, ["passages"]),
    "passages-periodic": (periodic, LONG, ["passages"]),
    "passages-nearly-alike": (nearly_alike, LONG, ["passages"]),
    "passages-hardly-alike": (hardly_alike, LONG, ["passages"]),
}


def write(path, texts):
    """Writes texts as JSON Lines; returns their bytes."""
    size = 0
    with open(path, "w", encoding="utf-8") as out:
        for number, body in enumerate(texts):
            size += len(body.encode())
            out.write(json.dumps({"id": str(number), "text": body}, ensure_ascii=False) + "\n")
    return size


def generated(name, count, path):
    """Writes the input of a corner; returns the bytes of its texts.

    In a process of its own: what this one took would count as memory of what it runs."""
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        return pool.submit(generate, name, count, path).result()


def generate(name, count, path):
    texts, _, _ = CORNERS[name]
    return write(path, texts(random.Random(f"{name} 1"), count))


def run(binary, path, options, folder):
    """Returns the CPU seconds, peak megabytes and counts of a run."""
    lines_of = options[0] if options[:1] in (["passages"], ["phrases"]) else None
    if lines_of:
        folder.mkdir(exist_ok=True)
        output = folder / f"{lines_of}.jsonl"
        command = [binary, *options, path, "-o", output, "-q"]
    else:
        command = [binary, "cluster", path, "-o", folder, "-q", *options]
    process = subprocess.Popen([str(part) for part in command])
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 2):
        sys.exit(f"failed: {' '.join(map(str, command))}")
    if lines_of:
        with open(output, "rb") as lines:
            counts = {lines_of: sum(1 for _ in lines), "MB": output.stat().st_size // 10**6}
    else:
        record = json.loads((folder / "run.json").read_text())
        counts = record["counts"] | record["search"]
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, counts


def exponent(points):
    """Returns the slope of a straight line through the logarithms."""
    points = [(math.log(size), math.log(max(cpu, LEAST_SECONDS))) for size, cpu in points]
    mean = [sum(column) / len(points) for column in zip(*points)]
    above = sum((x - mean[0]) * (y - mean[1]) for x, y in points)
    below = sum((x - mean[0]) ** 2 for x, _ in points)
    return above / below


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--binary", default="target/release/leitong")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--doublings", type=int, default=DOUBLINGS)
    parser.add_argument("--write", type=pathlib.Path, help="only write the inputs here")
    parser.add_argument("--limit", type=float, default=math.inf, help="CPU seconds after which no larger size is run")
    args = parser.parse_args()
    for name in args.names:
        if name not in CORNERS:
            parser.error(f"no corner {name!r}; there are {', '.join(CORNERS)}")
    failed = []
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        for name in args.names or CORNERS:
            _, first, options = CORNERS[name]
            points = []
            for doubling in range(args.doublings):
                count = int(first * args.scale) << doubling
                folder = args.write or temporary
                path = folder / f"{name}-{count}.jsonl"
                size = generated(name, count, path)
                if args.write:
                    continue
                cpu, peak, counts = min(
                    (run(args.binary, path, options, temporary / "out") for _ in range(args.rounds)),
                    key=lambda result: result[0],
                )
                path.unlink()
                written = (temporary / "out" / "pairs.jsonl").stat().st_size if name in BY_OUTPUT else 0
                points.append((size + written, cpu))
                print(
                    f"{name:34} {count:8} {'characters' if first in (LONG, REPEATED) else 'documents'} {cpu:8.2f} s {peak:6.0f} MB "
                    + " ".join(f"{key}={counts[key]}" for key in ("passages", "phrases", "MB", "pairs", "candidates", "crowded", "partners_left_out", "cut_short") if key in counts),
                    flush=True,
                )
                if "--memory" in options and peak > int(options[options.index("--memory") + 1].rstrip("M")) * 1.048576:
                    failed.append(f"{name} takes {peak:.0f} MB")
                if cpu > args.limit:
                    break
            if len(points) > 1:
                slope = exponent(points)
                verdict = "" if slope <= MOST else "  TOO STEEP"
                print(f"{name:34} grows with exponent {slope:.2f}{verdict}", flush=True)
                if slope > MOST:
                    failed.append(name)
    if failed:
        sys.exit(f"growth above {MOST}, or memory above the budget: {', '.join(failed)}")


if __name__ == "__main__":
    main()
