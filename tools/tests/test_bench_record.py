"""The keeping of records, on figures made up."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import bench_record

HERE = {"processor": "a", "cores": 2, "system": "Linux", "memory_gib": 8}
THERE = HERE | {"processor": "b"}


def bench(folder, name, times, size=None):
    """Writes what Criterion writes."""
    new = folder / name / "new"
    new.mkdir(parents=True)
    throughput = {"Bytes": size} if size else None
    (new / "benchmark.json").write_text(json.dumps({"full_id": name, "throughput": throughput}))
    sample = {"iters": [2.0] * len(times), "times": [2.0 * time for time in times]}
    (new / "sample.json").write_text(json.dumps(sample))


def figure(ns, **more):
    return {"ns": ns, "least": ns * 0.95, "most": ns * 1.05} | more


def record(machine, date="2026-01-01", **figures):
    figures = {name.replace("_", "/"): value for name, value in figures.items()}
    return {"file": f"{date}.json", "date": date, "commit": "c", "machine": machine, "figures": figures}


class Figures(unittest.TestCase):
    def test_median_spread_throughput_and_plain_way_come_from_the_samples(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            bench(folder, "normalize/table/zh-tiny", [10, 12, 11], size=1000)
            bench(folder, "normalize/plain/zh-tiny", [110, 110, 110], size=1000)
            found = bench_record.figures(folder)
        table = found["normalize/table/zh-tiny"]
        self.assertEqual((table["ns"], table["least"], table["most"]), (11, 10, 12))
        self.assertEqual(table["mb_s"], round(1000 / 11 * 1e3, 1))
        self.assertEqual(table["times_plain"], 10)
        self.assertNotIn("times_plain", found["normalize/plain/zh-tiny"])

    def test_what_an_earlier_run_left_is_not_taken(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            bench(folder, "normalize/table/zh-tiny", [10])
            self.assertEqual(bench_record.figures(folder, since=4e9), {})


class Comparison(unittest.TestCase):
    def test_the_latest_of_the_same_machine_is_taken_before_a_later_one_of_another(self):
        all_records = [record(HERE, "2026-01-01"), record(HERE, "2026-01-02"), record(THERE, "2026-01-03")]
        self.assertEqual(bench_record.latest(all_records, HERE)["date"], "2026-01-02")
        self.assertEqual(bench_record.latest(all_records, HERE | {"cores": 4})["date"], "2026-01-03")
        self.assertIsNone(bench_record.latest([], HERE))

    def test_only_a_move_beyond_both_spreads_is_called_one(self):
        self.assertEqual(bench_record.verdict(figure(100), figure(130)), "slower")
        self.assertEqual(bench_record.verdict(figure(100), figure(70)), "faster")
        self.assertEqual(bench_record.verdict(figure(100), figure(105)), "")
        wide = {"ns": 130, "least": 90, "most": 200}
        self.assertEqual(bench_record.verdict(figure(100), wide), "")

    def test_times_of_another_machine_are_not_shown(self):
        then = record(THERE, normalize_table=figure(1e6, times_plain=20.0), normalize_plain=figure(2e7))
        now = {"normalize/table": figure(2e6, times_plain=21.0), "normalize/plain": figure(4e7)}
        text = "\n".join(bench_record.comparison(then, now, HERE))
        self.assertIn("ANOTHER MACHINE", text)
        self.assertIn("21.0", text)
        self.assertNotIn("now ms", text)
        text = "\n".join(bench_record.comparison(then, now, THERE))
        self.assertNotIn("ANOTHER MACHINE", text)
        self.assertIn("2.00", text)
        self.assertIn("slower", text)


if __name__ == "__main__":
    unittest.main()
