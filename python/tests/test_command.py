"""The package finds what the command finds, byte for byte."""

import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt
from common import CORPUS, command

RECORDS = (
    "pairs.jsonl",
    "clusters.jsonl",
    "decisions.jsonl",
    "phrases.jsonl",
    "families.jsonl",
    "documents.jsonl",
    "edges.jsonl",
    "passages.jsonl",
    "groups.jsonl",
    "texts.jsonl.zst",
)


class Command(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_command(self, *arguments, code=0):
        done = command(*arguments, "--quiet")
        self.assertIn(done.returncode, (code, 2), done.stderr.decode())
        return done

    def test_the_console_script_is_the_command(self):
        version = command("--version")
        self.assertEqual(version.stdout.decode().split(), ["leitong", lt.__version__])
        wrong = command("cluster")
        self.assertEqual(wrong.returncode, 3)
        self.assertIn(b"INPUT", wrong.stderr)

    def test_a_scan_of_files_writes_the_same_records(self):
        made, own = self.folder / "command", self.folder / "package"
        self.run_command("scan", CORPUS, "-o", made, "--no-report", "--keep", "earliest")
        run = lt.scan(CORPUS, keep=["earliest"])
        run.write(own)
        for name in RECORDS:
            self.assertEqual((made / name).read_bytes(), (own / name).read_bytes(), name)
        self.assertGreater(len(run.pairs), 10)
        tables = {
            "pairs.jsonl": run.pairs,
            "decisions.jsonl": run.decisions,
            "documents.jsonl": run.documents,
            "edges.jsonl": run.edges,
            "passages.jsonl": run.passages,
            "groups.jsonl": run.groups,
        }
        for name, table in tables.items():
            self.assertEqual((made / name).read_bytes(), table.to_jsonl(), name)

    def test_clusters_at_another_threshold_are_those_of_the_command(self):
        made = self.folder / "command"
        options = ["--threshold", 0.6, "--clusters", "components"]
        self.run_command("cluster", CORPUS, "-o", made, *options)
        run = lt.cluster(CORPUS, threshold=0.6, clusters="components")
        self.assertEqual((made / "pairs.jsonl").read_bytes(), run.pairs.to_jsonl())
        higher = self.folder / "higher"
        options[1] = 0.9
        self.run_command("cluster", CORPUS, "-o", higher, *options)
        again = run.rethreshold(0.9)
        self.assertEqual((higher / "pairs.jsonl").read_bytes(), again.pairs.to_jsonl())
        self.assertLess(len(again.pairs), len(run.pairs))
        csv = self.folder / "csv"
        self.run_command("cluster", CORPUS, "-o", csv, *options, "--format", "csv")
        rows = (csv / "clusters.csv").read_text(encoding="utf-8").splitlines()[1:]
        self.assertEqual(len(rows), len(again.clusters.table))

    def test_threads_change_nothing(self):
        one, many = (lt.scan(CORPUS, threads=threads) for threads in (1, 5))
        self.assertEqual(one.pairs.to_jsonl(), many.pairs.to_jsonl())
        self.assertEqual(one.passages.to_jsonl(), many.passages.to_jsonl())
        self.assertEqual(one.phrases().table.to_jsonl(), many.phrases().table.to_jsonl())

    def test_dedup_passages_and_phrases_are_those_of_the_command(self):
        decisions = self.folder / "decisions.jsonl"
        options = ["--keep", "latest", "--window", "3d", "--templates", "drop"]
        self.run_command("dedup", CORPUS, "--decisions", decisions, *options)
        clean = lt.dedup(CORPUS, keep=["latest"], window="3d", templates="drop")
        self.assertEqual(decisions.read_bytes(), clean.decisions.to_jsonl())
        self.assertEqual(clean.mask, [row["action"] == "keep" for row in clean.decisions])
        out, groups = self.folder / "passages.jsonl", self.folder / "groups.jsonl"
        self.run_command("passages", CORPUS, "-o", out, "--groups", groups)
        passages = lt.passages(CORPUS)
        self.assertEqual(out.read_bytes(), passages.to_jsonl())
        self.assertEqual(groups.read_bytes(), passages.groups.to_jsonl())
        out = self.folder / "phrases.csv"
        self.run_command("phrases", CORPUS, "-o", out, "--kind", "formula", "--timeline")
        phrases = lt.phrases(CORPUS, kind="formula")
        rows = out.read_text(encoding="utf-8").count("\n") - 1
        self.assertEqual(rows, len(phrases))
        self.assertEqual({phrase.kind for phrase in phrases}, {"formula"})

    def test_a_comparison_is_that_of_the_command(self):
        files = sorted((CORPUS / "epidemic").glob("qinghe-meeting*.txt"))[:2]
        shown = command("compare", *files, "--width", 100).stdout.decode()
        documents = [lt.read(file)[0] for file in files]
        # The command names a file by its path.
        self.assertEqual(
            shown.splitlines()[2:], str(lt.compare(*documents)).splitlines()[2:]
        )


if __name__ == "__main__":
    unittest.main()
