"""On many machines: the pairs of one machine, in any number of partitions.

Starts a cluster of two executors. ``LEITONG_SPARK=short`` is for every change:
two partitions alone; ``LEITONG_SPARK=no`` leaves all of it out.
"""

import os
import random
import sys
import unittest

import leitong as lt
from common import CORPUS, has

KIND = os.environ.get("LEITONG_SPARK", "cluster")

#: Documents of the short form.
DOCUMENTS = 300


def documents():
    """The articles, and edited copies of them."""
    drawn = random.Random(5)
    rows = [{"text": one.text, "title": one.title} for one in lt.read(CORPUS)][:200]
    while len(rows) < DOCUMENTS:
        row = dict(drawn.choice(rows))
        text = list(row["text"])
        for _ in range(drawn.randrange(1 + len(text) // 40)):
            text[drawn.randrange(len(text))] = drawn.choice("天地玄黄宇宙洪荒")
        row["text"] = "".join(text)
        rows.append(row)
    rows += [{"text": "", "title": None}, {"text": "短", "title": "甲"}, {"text": "短", "title": "甲"}]
    drawn.shuffle(rows)
    return [{"place": at * 3 + 7, "name": f"d{at}", **row} for at, row in enumerate(rows)]


@unittest.skipUnless(has("pyspark") and has("pyarrow") and KIND != "no", "without pyspark")
class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
        # Executors import what the tests import.
        paths = [os.path.dirname(os.path.dirname(lt.__file__)), os.path.dirname(__file__)]
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
        cls.spark = (
            SparkSession.builder.master("local[2]" if KIND == "short" else "local-cluster[2,1,1024]")
            .config("spark.sql.shuffle.partitions", 3)
            .config("spark.sql.adaptive.enabled", False)
            .config("spark.ui.showConsoleProgress", False)
            .config("spark.ui.enabled", False)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()
        )
        cls.spark.sparkContext.setLogLevel("ERROR")
        cls.rows = documents()

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()

    def frame(self):
        return self.spark.createDataFrame(self.rows, "place long, name string, text string, title string")

    def found(self, frame, **options):
        from leitong.spark import near_duplicates

        names = {"id": "name", "text": "text", "title": "title", "order": "place"}
        return [tuple(row) for row in near_duplicates(frame, **names, **options).collect()]

    def expected(self, **options):
        run = lt.near_duplicates(self.rows, id="name", **options)
        names = ("a", "b", "jaccard", "containment_a", "containment_b")
        return list(zip(*(run.pairs[name] for name in names)))

    def test_pairs_are_those_of_one_machine_in_any_partitions(self):
        expected = self.expected()
        self.assertGreater(len(expected), 50)
        frame = self.frame()
        for count in (2,) if KIND == "short" else (1, 2, 7):
            with self.subTest(count):
                self.assertEqual(self.found(frame.repartition(count)), expected)

    def test_pairs_are_the_same_after_the_rows_were_shuffled(self):
        from pyspark.sql import functions as F

        shuffled = self.frame().orderBy(F.rand(3)).repartition(3, F.rand(4))
        options = {"threshold": 0.6, "shingle_len": 4, "all_pairs": True}
        self.assertEqual(self.found(shuffled, **options), self.expected(**options))

    def test_components_are_those_of_one_machine(self):
        from leitong import kernel
        from leitong.spark import NotConvergedError, components

        drawn = random.Random(2)
        graphs = [
            # A chain, a star and chance, in one graph.
            [(at, at + 1) for at in range(100)]
            + [(200, at) for at in range(201, 260)]
            + [(300 + drawn.randrange(80), 300 + drawn.randrange(80)) for _ in range(70)],
            [],
        ]
        for graph in graphs:
            frame = self.spark.createDataFrame(graph, "a long, b long")
            found = {row["node"]: row["component"] for row in components(frame).collect()}
            least = kernel.components(400, [a for a, _ in graph], [b for _, b in graph]).to_list()
            nodes = {node for a, b in graph if a != b for node in (a, b)}
            self.assertEqual(found, {node: least[node] for node in nodes})
        with self.assertRaises(NotConvergedError):
            components(self.spark.createDataFrame(graphs[0], "a long, b long"), rounds=1)

    def test_what_is_no_key_is_refused(self):
        frame = self.frame()
        for options in ({"method": "exact"}, {"measure": "containment"}, {"mask_boilerplate": True}):
            with self.assertRaises(lt.OptionError):
                self.found(frame, **options)
        from pyspark.sql import functions as F

        with self.assertRaisesRegex(Exception, "stands more than once"):
            self.found(frame.withColumn("name", F.lit("one")))


if __name__ == "__main__":
    unittest.main()
