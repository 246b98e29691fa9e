#!/usr/bin/env python3
"""Measures how well passages are found, edits included.

    python3 tools/bench_passages.py [--half tune|report] [--leitong BINARY] [--cases 300] [--baseline] [--jscpd]

Plants passages of documents of one corpus in documents of another one, with 0 to
40 % of their characters edited (replaced, inserted, deleted, a third each), or
with words replaced, and looks for them. Both corpora are real texts of
`../shared/data` (or --data), deduplicated first; without these there is nothing
to measure. Prints precision, recall, granularity and plagdet by characters
(Potthast et al., An evaluation framework for plagiarism detection, 2010), and how
many detections are wrong; with --baseline beside those of plain shared k-grams, with
--jscpd beside those of jscpd (npm), which gets each character as a word. Where jscpd
can't be had it is left out, and the output says so.

A detection between a host and a source is left out if most of it is wording that
both truly share: more than half of its characters are in equal runs of four, or of
ten letters. Where it lies in a planted passage, the passage as it stood before the
edits is compared. Any other detection outside the planted passages is wrong.

The halves are chosen by a hash of the document, so that what is tuned on one is
reported on the other.
"""

import argparse
import bisect
import collections
import difflib
import hashlib
import json
import math
import pathlib
import random
import subprocess
import tempfile

from peers import install, jscpd

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Hosts, sources, and what is edited at which rates.
SETS = {
    "chinese": ("sogou_gbk", "xwlb", [("characters", rate) for rate in (0, 5, 10, 20, 30)] + [("words", 10), ("words", 20)]),
    "english": ("reuters21578", "minhash_articles_2500", [("words", 0), ("words", 10)]),
}
LENGTHS = (60, 400)


def half_of(name):
    return "tune" if hashlib.sha256(name.encode()).digest()[0] % 2 else "report"


def read(binary, folder, half, most, temporary):
    """Returns texts by id: one of each set of similar ones, of one half."""
    kept = temporary / f"{folder.name}.jsonl"
    if not kept.exists():
        command = [binary, "dedup", "-q", "--threshold", "0.5", "--templates", "drop", folder / "docs.jsonl.zst", "-o", kept]
        subprocess.run([str(part) for part in command], check=True)
    texts = {}
    with kept.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if half_of(record["id"]) == half and len(record["text"]) >= 2 * LENGTHS[1]:
                texts[f"{folder.name}/{record['id']}"] = record["text"][:20000]
    order = sorted(texts, key=lambda name: hashlib.sha256(name.encode()).digest())
    return {name: texts[name] for name in order[:most]}


def edit(passage, what, rate, letters, chance):
    """Returns the passage with `rate` % of its characters or words edited."""
    units = passage if what == "characters" else words(passage)
    edited = []
    for unit in units:
        kind = chance.choice(("replaced", "inserted", "deleted")) if chance.random() * 100 < rate else None
        if what == "words" and kind:
            kind = "replaced"
        other = "".join(chance.choice(letters) for _ in unit)
        edited.append({None: unit, "replaced": other, "inserted": unit + other, "deleted": ""}[kind])
    return "".join(edited)


def words(text):
    """Returns words of Latin script, and two characters of any other as one."""
    if " " in text.strip():
        return [word + " " for word in text.split(" ")]
    return [text[at:at + 2] for at in range(0, len(text), 2)]


def plant(hosts, sources, what, rate, cases, chance):
    """Returns the hosts with passages planted in them, and where these stand."""
    letters = "".join(hosts.values())[:1_000_000]
    letters = [letter for letter in letters if letter.isalnum()]
    names = list(hosts)
    chance.shuffle(names)
    planted, made = dict(hosts), []
    for host, source in zip(names, chance.sample(list(sources), min(cases, len(sources), len(names)))):
        text = sources[source]
        length = min(round(math.exp(chance.uniform(*map(math.log, LENGTHS)))), len(text))
        start = chance.randrange(len(text) - length + 1)
        passage = edit(text[start:start + length], what, rate, letters, chance)
        at = chance.randrange(len(hosts[host]) + 1)
        planted[host] = hosts[host][:at] + passage + hosts[host][at:]
        made.append((host, (at, at + len(passage)), source, (start, start + length)))
    return planted, made


def characters(text, span):
    """Returns a span of bytes as one of characters."""
    encoded = text.encode()
    start = len(encoded[:span[0]].decode())
    return start, start + len(encoded[span[0]:span[1]].decode())


def find(binary, texts, temporary):
    """Returns what leitong finds: pairs of documents and spans."""
    corpus, out = temporary / "corpus.jsonl", temporary / "found.jsonl"
    with corpus.open("w", encoding="utf-8") as lines:
        for name, text in texts.items():
            source = name.split("/")[0]
            lines.write(json.dumps({"id": name, "text": text, "source": source}, ensure_ascii=False) + "\n")
    command = [binary, "passages", "-q", "--across", "source", corpus, "-o", out]
    subprocess.run([str(part) for part in command], check=True)
    with out.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    found = []
    for record in records:
        sides = [(record[side], characters(texts[record[side]], record[f"span_{side}"])) for side in "ab"]
        found.append(sides[0] + sides[1])
    return found


def shared_grams(texts, hosts, length=13, gap=40):
    """Returns runs of shared k-grams that stand in few documents: the baseline."""
    places = collections.defaultdict(list)
    for name, text in texts.items():
        for at in range(len(text) - length + 1):
            places[text[at:at + length]].append((name, at))
    hits = collections.defaultdict(list)
    for some in places.values():
        if 2 <= len(some) <= 16:
            for name, at in some:
                for other, bt in some:
                    if name in hosts and other not in hosts:
                        hits[name, other].append((at, bt))
    return joined({pair: [(at, at + length, bt, bt + length) for at, bt in some] for pair, some in hits.items()}, gap)


def joined(hits, gap=40):
    """Returns the runs of each pair, those joined that follow each other closely on both sides."""
    found = []
    for (name, other), some in hits.items():
        runs = []
        for at, end_a, bt, end_b in sorted(some):
            if runs and at - runs[-1][1] <= gap and 0 <= end_b - runs[-1][2] and bt - runs[-1][3] <= gap:
                runs[-1][1], runs[-1][3] = end_a, end_b
            else:
                runs.append([at, end_a, bt, end_b])
        found += [(name, (run[0], run[1]), other, (run[2], run[3])) for run in runs if run[1] - run[0] >= 30]
    return found


def jscpd_runs(texts, hosts, temporary, length=13):
    """Returns the runs that jscpd finds, a character a token, joined as those of the baseline."""
    folder, names = pathlib.Path(tempfile.mkdtemp(dir=temporary)), list(texts)
    (folder / "in").mkdir()
    for at, name in enumerate(names):
        lines = [" ".join(line) for line in texts[name].split("\n")]
        (folder / "in" / f"{at}.txt").write_text("\n".join(lines), encoding="utf-8")
    command = [install.JSCPD, folder / "in", "--format", "txt", "--min-lines", "0", "--silent", "--min-tokens", length]
    command += ["--max-lines", 1_000_000, "--max-size", "100mb", "--no-gitignore", "--reporters", "json"]
    command += ["--output", folder / "out"]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    report = json.loads((folder / "out" / "jscpd-report.json").read_text(encoding="utf-8"))
    starts, hits = {}, collections.defaultdict(list)
    for clone in report["duplicates"]:
        sides = []
        for side in (clone["firstFile"], clone["secondFile"]):
            name = names[int(pathlib.Path(side["name"]).stem)]
            if name not in starts:
                starts[name] = jscpd.byte_starts(texts[name])
            ends = (side["startLoc"]["position"], side["endLoc"]["position"])
            sides.append((name, *(bisect.bisect_left(starts[name], end) for end in ends)))
        sides.sort(key=lambda side: side[0] not in hosts)
        if sides[0][0] in hosts and sides[1][0] not in hosts:
            hits[sides[0][0], sides[1][0]].append(sides[0][1:] + sides[1][1:])
    return joined(hits)


def overlap(one, other):
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def is_shared(one, other):
    """Returns whether most of the shorter text is in equal runs of some length."""
    sides = sorted(("".join(filter(str.isalnum, text)).lower() for text in (one, other)), key=len)
    least = 10 if sides[0].isascii() else 4
    blocks = difflib.SequenceMatcher(None, *sides, autojunk=False).get_matching_blocks()
    return 2 * sum(block.size for block in blocks if block.size >= least) >= len(sides[0])


def measure(texts, planted, found, hosts):
    """Returns precision, recall, granularity, plagdet, and wrong detections."""
    cases = collections.defaultdict(list)
    for host, span, source, place in planted:
        cases[host].append((span, source, place))
    of_case, precisions, wrong, counted, lost = collections.defaultdict(list), [], [], 0, collections.Counter()
    for a, span_a, b, span_b in found:
        if (a in hosts) == (b in hosts):
            continue
        if b in hosts:
            a, span_a, b, span_b = b, span_b, a, span_a
        counted += 1
        size = span_a[1] - span_a[0] + span_b[1] - span_b[0]
        right = 0
        for number, (span, source, place) in enumerate(cases[a]):
            if source == b and overlap(span, span_a) and overlap(place, span_b):
                of_case[a, number].append((span_a, span_b))
                right += overlap(span, span_a) + overlap(place, span_b)
        if right:
            precisions.append(right / size)
            continue
        there = texts[b][slice(*span_b)]
        wordings = [texts[source][slice(*place)] for span, source, place in cases[a] if overlap(span, span_a)]
        if any(is_shared(wording, there) for wording in [*wordings, texts[a][slice(*span_a)]]):
            counted -= 1
        else:
            wrong.append((a, span_a, b, span_b))
            precisions.append(0)
    recalls = []
    for host, span, source, place in planted:
        hits = of_case.get((host, 0), [])
        covered = sum(
            len({at for hit in hits for at in range(max(hit[side][0], limit[0]), min(hit[side][1], limit[1]))})
            for side, limit in ((0, span), (1, place)))
        size = span[1] - span[0] + place[1] - place[0]
        recalls.append(covered / size)
        if not hits:
            lost[min(place[1] - place[0], 399) // 100 * 100] += 1
    precision, recall = (sum(some) / max(len(some), 1) for some in (precisions, recalls))
    granularity = sum(map(len, of_case.values())) / max(len(of_case), 1)
    f = 2 * precision * recall / max(precision + recall, 1e-9)
    return precision, recall, granularity, f / math.log2(1 + max(granularity, 1)), wrong, counted, lost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", default="report", choices=("tune", "report"))
    parser.add_argument("--leitong", default=ROOT / "target/release/leitong", type=pathlib.Path)
    parser.add_argument("--data", default=ROOT.parent / "shared/data", type=pathlib.Path)
    parser.add_argument("--cases", default=300, type=int)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--wrong", action="store_true", help="show the detections that are wrong")
    parser.add_argument("--baseline", action="store_true", help="measure shared k-grams too")
    parser.add_argument("--jscpd", action="store_true", help="measure jscpd too, if npm can install it")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.exit(3, f"{arguments.data}: no such folder of texts; name one with --data\n")
    if arguments.jscpd and not install.JSCPD.exists():
        failed = install.install(["jscpd"])
        if failed:
            print(f"jscpd is left out: {failed['jscpd']}")
            arguments.jscpd = False
    print(f"{'':24}{'precision':>10}{'recall':>8}{'granularity':>12}{'plagdet':>8}{'wrong':>12}  not found, by length")
    with tempfile.TemporaryDirectory() as folder:
        temporary = pathlib.Path(folder)
        for name in arguments.sets.split(","):
            host_corpus, source_corpus, kinds = SETS[name]
            hosts = read(arguments.leitong, arguments.data / host_corpus, arguments.half, 2 * arguments.cases, temporary)
            sources = read(arguments.leitong, arguments.data / source_corpus, arguments.half, 10 * arguments.cases, temporary)
            for what, rate in kinds:
                chance = random.Random(f"{name} {what} {rate}")
                planted, made = plant(hosts, sources, what, rate, arguments.cases, chance)
                texts = planted | sources
                finders = [("", lambda: find(arguments.leitong, texts, temporary))]
                if arguments.baseline:
                    finders.append(("  13-grams", lambda: shared_grams(texts, hosts)))
                if arguments.jscpd:
                    finders.append(("  jscpd", lambda: jscpd_runs(texts, hosts, temporary)))
                for label, finder in finders:
                    precision, recall, granularity, plagdet, wrong, counted, lost = measure(texts, made, finder(), hosts)
                    title = label or f"{name}, {rate} % of {what}"
                    lengths = ", ".join(f"{length}+: {lost[length]}" for length in sorted(lost))
                    print(f"{title:24}{precision:10.3f}{recall:8.3f}{granularity:12.3f}{plagdet:8.3f}"
                          f"{f'{len(wrong)}/{counted}':>12}  {lengths}", flush=True)
                    if arguments.wrong:
                        for a, span_a, b, span_b in wrong:
                            print(f"    {a} {span_a} {b} {span_b}\n      {texts[a][slice(*span_a)]!r}\n      {texts[b][slice(*span_b)]!r}")


if __name__ == "__main__":
    main()
