"""The counts over a corpus in parts, beside plain ones over dictionaries."""

import json
import random
import unittest
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt
from common import CORPUS, has
from leitong import _native
from test_spark import Answers, documents

if has("pyarrow"):
    import pyarrow as pa
    from leitong import stages

NOTE = "本站转载此文只为传播消息，不代表本站同意文中的看法，电话3141592随时有人接听。"


def windows_of(text):
    """The windows of one text that are counted."""
    documents = _native.documents_from_columns({"text": [text]}, {}, 1, None)
    return _native.windows(documents, pa.array([0]), None, 1)[0].to_list()


class Engine:
    """A small engine of one process, which shuffles rows as one of many machines
    would."""

    def __init__(self, rows, machines, seed, **options):
        self.options, self.machines, self.drawn = options, machines, random.Random(seed)
        self.rows = [{**row, "node": at * 7 + 3, "order": at} for at, row in enumerate(rows)]
        self.drawn.shuffle(self.rows)
        self.components = self._components()

    def batches(self, rows, names):
        """Rows in batches that are cut anywhere."""
        kinds = {"node": pa.int64(), "component": pa.int64(), "order": pa.int64()}
        kinds |= {"key": pa.int64(), "value": pa.int64()}
        while rows:
            count = self.drawn.randrange(1, 40)
            some, rows = rows[:count], rows[count:]
            columns = {name: pa.array([row[name] for row in some], kinds.get(name, pa.string())) for name in names}
            yield pa.record_batch(columns)

    def spread(self, rows, by):
        """Rows on machines, all with one value of a column on the same."""
        parts = [[] for _ in range(self.machines)]
        for row in rows:
            parts[hash((by, row[by])) % self.machines].append(row)
        return parts

    def _components(self):
        least = {row["node"]: row["node"] for row in self.rows}
        with_key = defaultdict(list)
        for batch in stages.meeting_keys(self.batches(self.rows, ["node", "text"]), self.options):
            for row in batch.to_pylist():
                with_key[row["key"]].append(row["node"])
        changed = True
        while changed:
            changed = False
            for nodes in with_key.values():
                first = min(least[node] for node in nodes)
                for node in nodes:
                    changed |= least[node] != first
                    least[node] = first
        return least

    def whole(self):
        every = [{**row, "component": self.components[row["node"]]} for row in self.rows]
        parts = [sorted(part, key=lambda row: row["component"]) for part in self.spread(every, "component")]
        names = ["component", "text", "title"]
        bits = stages.mark_bits(len(every))
        marks = defaultdict(list)
        for part in parts:
            for batch in stages.marks(self.batches(part, names), self.options, bits, 3):
                for at, number in enumerate(batch["range"].to_pylist()):
                    marks[number].append(batch.slice(at, 1))
        found = b"".join(one["windows"][0].as_py() for of in marks.values() for one in stages.met(of))
        shared = _native.Shared(bits, found)
        summed = Counter()
        for part in parts:
            for batch in stages.windows(self.batches(part, names), self.options, lambda: shared):
                for row in batch.to_pylist():
                    summed[row["key"]] += row["count"]
        windows = self.counts(summed, stages.LEAST_DOCUMENTS)
        told = [
            row
            for part in parts
            for batch in stages.stories(self.batches(part, names), self.options, lambda: windows, lambda: shared)
            for row in batch.to_pylist()
        ]
        counted = Counter()
        for part in self.spread(told, "key"):
            part.sort(key=lambda row: row["key"])
            for batch in stages.distinct_counts(self.batches(part, ["key", "value"]), stages.LEAST_STORIES):
                counted.update({row["key"]: row["count"] for row in batch.to_pylist()})
        stories = self.counts(counted, stages.LEAST_STORIES)
        zones = Counter()
        for batch in stages.zones(self.batches(self.rows, ["date"])):
            zones.update(batch["zone"].to_pylist())
        zone = max(zones, key=lambda zone: (zones[zone], -zone), default=0)
        return stages.Whole(lambda: windows, lambda: stories, zone)

    @staticmethod
    def counts(counted, least):
        rows = [(key, count) for key, count in counted.items() if count >= least]
        keys = b"".join(key.to_bytes(8, "little", signed=True) for key, _ in rows)
        return _native.Counts(keys, b"".join(count.to_bytes(4, "little") for _, count in rows))

    def found(self, stage, whole):
        """The rows that a stage finds in all components."""
        sizes = Counter(self.components.values())
        met = [{**row, "component": self.components[row["node"]]} for row in self.rows]
        met = [row for row in met if sizes[row["component"]] > 1]
        names = ["component", "order", "id", "text", "title", "date", "source"]
        rows = []
        for part in self.spread(met, "component"):
            part.sort(key=lambda row: (row["component"], row["order"]))
            for batch in stage(self.batches(part, names), self.options, whole):
                rows += batch.to_pylist()
        return rows


@unittest.skipUnless(has("pyarrow"), "without pyarrow")
class OtherEngines(unittest.TestCase):
    def test_any_engine_finds_what_one_machine_finds(self):
        rows = documents()
        with TemporaryDirectory() as folder:
            answers = Answers(Path(folder), rows)
            pairs = answers.cluster()[0]
            reasons = [json.loads(line)["reason"] for line in answers.dedup("--keep", "earliest").splitlines()]
        for machines, seed in ((1, 1), (2, 2), (7, 3), (40, 4)):
            with self.subTest(machines):
                engine = Engine(rows, machines, seed, keep=["earliest"])
                whole = engine.whole()
                self.assertGreater(len(whole.windows()), 0)
                found = engine.found(stages.pairs, whole)
                found.sort(key=lambda row: (row.pop("order_a"), row.pop("order_b")))
                made = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in found)
                self.assertEqual("".join(made).encode(), pairs)
                decided = {row["order"]: row["reason"] for row in engine.found(stages.decisions, whole)}
                for at, reason in enumerate(reasons):
                    # Numbers of clusters are given by the engine.
                    if "cluster " not in reason:
                        self.assertEqual(decided.get(at, "no near-duplicate"), reason)

    def test_relations_rest_on_counts_over_all_documents(self):
        rows = documents()
        with TemporaryDirectory() as folder:
            pairs = Answers(Path(folder), rows).cluster()[0].decode().splitlines()
        wanted = {(row["a"], row["b"]): row["relation"] for row in map(json.loads, pairs)}
        # With a machine for each component none sees what others have.
        engine = Engine(rows, 100_000, 5)
        alone = {(row["a"], row["b"]): row["relation"] for row in engine.found(stages.pairs, stages.Whole())}
        self.assertEqual(set(alone), set(wanted))
        self.assertNotEqual(alone, wanted)
        counted = engine.found(stages.pairs, engine.whole())
        self.assertEqual({(row["a"], row["b"]): row["relation"] for row in counted}, wanted)


@unittest.skipUnless(has("pyarrow"), "without pyarrow")
class Stages(unittest.TestCase):
    def batches(self, rows, drawn):
        """Rows in batches that are cut anywhere."""
        table = pa.table(
            {
                "component": pa.array([component for component, _ in rows], pa.int64()),
                "text": pa.array([text for _, text in rows]),
                "title": pa.nulls(len(rows), pa.string()),
            }
        )
        at = 0
        while at < len(rows):
            count = drawn.randrange(1, 9)
            yield from table.slice(at, count).combine_chunks().to_batches()
            at += count

    def test_windows_of_parts_are_counted_as_over_all(self):
        drawn = random.Random(11)
        texts = [document.text for document in lt.read(CORPUS)][:60]
        rows = []
        for component, text in enumerate(texts):
            for _ in range(drawn.randrange(1, 4)):
                rows.append((component, text if drawn.random() < 0.5 else text[drawn.randrange(40) :]))
            if drawn.random() < 0.4:
                rows.append((component, text + NOTE))
        # Documents of one wording are in one component.
        wordings = lt.kernel.normalize([text for _, text in rows]).to_list()
        first = {}
        rows = [(first.setdefault(of, row[0]), row[1]) for row, of in zip(rows, wordings)]
        rows.sort(key=lambda row: row[0])
        documents = defaultdict(set)
        components = defaultdict(set)
        for component, text in rows:
            wording = lt.kernel.normalize([text]).to_list()[0]
            for window in windows_of(text):
                documents[window].add(wording)
                components[window].add(component)
        bits = stages.mark_bits(len(rows))
        # Each machine has some of the components.
        machines = [[row for row in rows if row[0] % 3 == machine] for machine in range(3)]
        marks = [one for part in machines for one in stages.marks(self.batches(part, drawn), {}, bits, 5)]
        found = b""
        for number in range(5):
            of_range = [one.filter(pa.compute.equal(one["range"], number)) for one in marks]
            [made] = stages.met(of_range)
            found += made["windows"][0].as_py()
        shared = _native.Shared(bits, found)
        counted = defaultdict(int)
        for part in machines:
            for batch in stages.windows(self.batches(part, drawn), {}, lambda: shared):
                for row in batch.to_pylist():
                    counted[row["key"] % 2**64] += row["count"]
        several = {window for window, of in components.items() if len(of) > 1}
        self.assertGreater(len(several), 5)
        self.assertLessEqual(several, set(counted))
        # By chance hardly any more.
        self.assertLess(len(counted), len(several) + len(components) // 20)
        for window, count in counted.items():
            self.assertEqual(count, len(documents[window]))

    def test_marks_are_read_as_they_were_written(self):
        drawn = random.Random(4)
        cases = [[], [0], [2**64 - 1], [0, 0, 2**64 - 1, 2**64 - 1], [5 << 50] * 3]
        cases += [[drawn.randrange(2**64) for _ in range(count)] * 2 for count in (1, 100, 3000)]
        for bits in (1, 17, 40, 63):
            for ranges in (1, 3, 200):
                for case in cases:
                    packed = _native.packed(pa.array(case, pa.uint64()), bits, ranges)
                    self.assertEqual(len({number for number, _ in packed}), len(packed))
                    self.assertTrue(all(number < ranges for number, _ in packed))
                    found = _native.met([one for _, one in packed])
                    upper = [window >> (64 - bits) for window in case]
                    twice = sorted({one for one in upper if upper.count(one) > 1}) if len(case) < 999 else None
                    if twice is None:
                        twice = sorted(set(upper))
                    read = [int.from_bytes(found[at : at + 8], "little") for at in range(0, len(found), 8)]
                    self.assertEqual(read, twice)

    def test_what_was_not_packed_is_an_error(self):
        with self.assertRaises(ValueError):
            _native.met([b"\x80"])
        with self.assertRaises(ValueError):
            _native.met([b"\xff" * 12 + b"\x00"])
        with self.assertRaises(ValueError):
            _native.Shared(64, b"")
        documents = lt.read(["春天到了"])._native
        with self.assertRaises(ValueError):
            _native.windows(documents, pa.array([1, 2]), None, 1)
        with self.assertRaises(TypeError):
            _native.windows(documents, pa.array([None], pa.int64()), None, 1)


if __name__ == "__main__":
    unittest.main()
