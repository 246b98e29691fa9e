"""The corpora of the comparison, each with its ground truth."""

import json
import shutil
import subprocess

from peers import truth

SAME_WORDING = {"copy", "traditional", "annotated", "unpunctuated", "respaced"}
# Number of documents that are all compared with each other, to check the truth.
CHECKED = 500


class Corpus:
    """A file of records, its description and its ground truth."""

    def __init__(self, name, about, path, texts, said):
        self.name, self.about, self.path, self.texts = name, about, path, texts
        self.megabytes = sum(len(text.encode()) for text in texts) / 1e6
        for some in (texts[:CHECKED], said[:CHECKED]):
            assert truth.pairs(some) == truth.all_pairs(some), "the join is not all with all"
        self.pairs = {"raw": truth.pairs(texts), "normalized": truth.pairs(said)}
        self.repeats = truth.repeats(texts)


def synthetic(folder, megabytes, synthesize):
    """Returns a generated corpus with known ground truth."""
    whole, rows, path = folder / "whole.jsonl", folder / "truth.tsv", folder / "synthetic.jsonl"
    subprocess.run([str(synthesize), str(megabytes), str(whole), str(rows)], check=True)
    rows = [line.split("\t") for line in rows.read_text().splitlines()[1:]]
    lines = whole.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    originals = {family: text for (_, family, kind), text in zip(rows, texts) if kind == "original"}
    # Variants whose original was cut off at the end have no ground truth and are left out.
    kept = [at for at, (_, family, _) in enumerate(rows) if family in originals]
    path.write_text("".join(lines[at] + "\n" for at in kept), encoding="utf-8")
    said = [originals[rows[at][1]] if rows[at][2] in SAME_WORDING else texts[at] for at in kept]
    about = "made by `examples/synthesize`: Chinese-looking articles, three of ten variants of another"
    return Corpus("synthetic", about, path, [texts[at] for at in kept], [truth.wording(text) for text in said])


def real(folder, sets):
    """Returns the texts of folders with a `docs.jsonl.zst`, or None if there are none."""
    sources = [source / "docs.jsonl.zst" for source in sets]
    if not sources or not all(source.exists() for source in sources) or not shutil.which("zstd"):
        return None
    path, texts = folder / "real.jsonl", []
    with open(path, "w", encoding="utf-8") as out:
        for source in sources:
            done = subprocess.run(["zstd", "-dc", str(source)], capture_output=True, check=True)
            for line in done.stdout.decode().split("\n"):
                if line:
                    # Damaged pages contain runs of NUL, which not all tools accept.
                    texts.append(json.loads(line)["text"].replace("\0", ""))
                    out.write(json.dumps({"id": str(len(texts) - 1), "text": texts[-1]}, ensure_ascii=False) + "\n")
    names = ", ".join(source.parent.name for source in sources)
    about = f"real texts, not in the repository: {names}"
    return Corpus("real", about, path, texts, [truth.wording(text) for text in texts])
