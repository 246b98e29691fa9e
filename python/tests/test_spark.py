"""On many machines: what one machine finds, byte for byte, in any number of
partitions, after any shuffle, and after an executor was lost.

Starts a cluster of two executors, and a master with two workers. It takes
minutes; ``LEITONG_SPARK=short`` is for every change: one process, two partitions,
300 documents; ``LEITONG_SPARK=no`` leaves all of it out.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import leitong as lt
from common import CORPUS, command, has

KIND = os.environ.get("LEITONG_SPARK", "cluster")

#: Documents of the test.
DOCUMENTS = 300

#: A line under a tenth of the documents: boilerplate, if it is counted over all.
NOTE = "本站转载此文只为传播消息，不代表本站同意文中的看法，电话3141592随时有人接听。"

SCHEMA = "folder string, row long, id string, text string, title string, date string, source string"


def documents():
    """The articles, edited copies of them, and one form filled in many times."""
    drawn = random.Random(5)
    names = ("text", "title", "date", "source")
    rows = [{name: getattr(one, name) for name in names} for one in lt.read(CORPUS)][:170]
    for day in range(1, 26):
        text = (
            f"本市{day}日新增病例{drawn.randrange(90)}例，治愈出院{drawn.randrange(90)}例，"
            f"现有在院病例{100 + drawn.randrange(90)}例，均在定点医院接受治疗，各区照常巡查。"
        )
        rows.append({"text": text, "title": None, "date": f"2020-03-{day:02}", "source": "甲报"})
    while len(rows) < DOCUMENTS - 4:
        row = dict(drawn.choice(rows))
        text = list(row["text"])
        for _ in range(drawn.randrange(1 + len(text) // 40)):
            text[drawn.randrange(len(text))] = drawn.choice("天地玄黄宇宙洪荒")
        row["text"] = "".join(text)
        if drawn.random() < 0.3:
            row["date"] = f"2020-03-0{drawn.randrange(1, 9)}T08:00:00+08:00"
        rows.append(row)
    for row in drawn.sample(rows, DOCUMENTS // 10):
        row["text"] += NOTE
    empty = {"title": None, "date": None, "source": None}
    rows += [{**empty, "text": ""}, {**empty, "text": ""}]
    rows += [{**empty, "text": "短", "title": "甲"}, {**empty, "text": "短", "title": "甲"}]
    drawn.shuffle(rows)
    folders = ("甲/一月.jsonl", "甲/二月.jsonl", "乙.jsonl")
    placed = [(folders[at % 3], at * 3 + 7) for at in range(len(rows))]
    return [
        {"folder": folder, "row": row, "id": f"d{row}", **fields}
        for (folder, row), fields in zip(sorted(placed), rows)
    ]


def lines(rows, without=()):
    """Rows as lines of JSON, as the command writes them."""
    made = []
    for row in rows:
        cells = row.asDict().items()
        cells = {name: one for name, one in cells if one is not None and name not in without}
        made.append(json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(made).encode()


def cluster_lines(rows):
    """Rows of members as the command's lines of clusters."""
    found = {}
    for row in rows:
        head = {"cluster": row["cluster"], "size": row["size"]}
        head |= {"representative": row["representative"], "members": []}
        members = found.setdefault(row["cluster"], head)["members"]
        members.append({"id": row["id"], "similarity": row["similarity"]})
    dumped = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found.values())
    return "".join(one + "\n" for one in dumped).encode()


class Answers:
    """What the command says of the same documents."""

    def __init__(self, folder, rows):
        self.folder = folder
        self.input = folder / "rows.jsonl"
        names = ("id", "text", "title", "date", "source")
        with open(self.input, "w", encoding="utf-8") as out:
            for row in rows:
                cells = {name: row[name] for name in names if row[name] is not None}
                out.write(json.dumps(cells, ensure_ascii=False) + "\n")

    def cluster(self, *options):
        made = self.folder / f"made-{len(list(self.folder.iterdir()))}"
        self._run("cluster", self.input, "-o", made, *options)
        return (made / "pairs.jsonl").read_bytes(), (made / "clusters.jsonl").read_bytes()

    def dedup(self, *options):
        decisions = self.folder / "decisions.jsonl"
        self._run("dedup", self.input, "--decisions", decisions, *options)
        rows = map(json.loads, decisions.read_text(encoding="utf-8").splitlines())
        kept = ({name: row[name] for name in row if name not in ("file", "line")} for row in rows)
        dumped = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in kept)
        return "".join(row + "\n" for row in dumped).encode()

    def _run(self, *arguments):
        done = command(*arguments, "--quiet")
        assert done.returncode == 0, done.stderr.decode()


def session(master, checkpoints):
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    # Executors import what the tests import.
    paths = [os.path.dirname(os.path.dirname(lt.__file__)), os.path.dirname(__file__)]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    spark = (
        SparkSession.builder.master(master)
        .config("spark.sql.shuffle.partitions", 2 if KIND == "short" else 3)
        .config("spark.sql.adaptive.enabled", False)
        .config("spark.ui.showConsoleProgress", False)
        .config("spark.ui.enabled", False)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.memory", "1g")
        .config("spark.executor.cores", 1)
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    spark.sparkContext.setCheckpointDir(str(checkpoints))
    return spark


def executors(application):
    """The processes of the executors of an application."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            backend = any(word.endswith(b"CoarseGrainedExecutorBackend") for word in words)
            if backend and application.encode() in words:
                found.append(int(process.name))
    return found


class Killer(threading.Thread):
    """Kills one executor when a run has come to a stage."""

    def __init__(self, spark, stages):
        super().__init__(daemon=True)
        self.context, self.stages = spark.sparkContext, stages
        self.killed = None
        self.done = threading.Event()

    def run(self):
        tracker = self.context.statusTracker()
        begun = set()
        while not self.done.is_set():
            begun.update(tracker.getActiveStageIds())
            if len(begun) >= self.stages:
                self.killed = executors(self.context.applicationId)[0]
                os.kill(self.killed, signal.SIGKILL)
                return
            time.sleep(0.01)


@unittest.skipUnless(has("pyspark") and has("pyarrow") and KIND != "no", "without pyspark")
class OnSpark(unittest.TestCase):
    """What every cluster has to find."""

    NAMES = {"id": "id", "text": "text", "title": "title", "date": "date"}
    NAMES |= {"order": ["folder", "row"]}

    @classmethod
    def start(cls, master):
        cls.temporary = TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.spark = session(master, cls.folder / "checkpoints")
        cls.rows = documents()
        cls.answers = Answers(cls.folder, cls.rows)

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "spark"):
            cls.spark.stop()
            cls.temporary.cleanup()

    def frame(self):
        return self.spark.createDataFrame(self.rows, SCHEMA)

    def shuffled(self):
        from pyspark.sql import functions as F

        return self.frame().orderBy(F.rand(3)).repartition(5, F.rand(4))

    def run_of(self, frame, **options):
        from leitong.spark import Run

        return Run(frame, source="source", **self.NAMES, **options)

    def decisions(self, run):
        return lines(run.decisions().drop("file", "line").collect())

    def check_all(self, frame):
        pairs, clusters = self.answers.cluster()
        decisions = self.answers.dedup("--keep", "earliest")
        run = self.run_of(frame, keep=["earliest"])
        self.assertEqual(lines(run.pairs().collect()), pairs)
        self.assertEqual(cluster_lines(run.clusters().collect()), clusters)
        self.assertEqual(self.decisions(run), decisions)


class Short(OnSpark):
    """In one process: what is tested at every change."""

    @classmethod
    def setUpClass(cls):
        cls.start("local[2]")

    def test_pairs_clusters_and_decisions_are_those_of_one_machine(self):
        self.check_all(self.frame().repartition(2))

    @unittest.skipIf(KIND == "short", "takes a while")
    def test_members_that_are_too_many_to_be_sent_change_nothing(self):
        from leitong import spark

        with mock.patch.object(spark, "_SENT_MEMBERS", 0):
            self.check_all(self.frame().repartition(3))

    @unittest.skipIf(KIND == "short", "takes a while")
    def test_components_that_are_taken_apart_change_nothing(self):
        whole = self.run_of(self.frame(), threshold=0.6)
        apart = self.run_of(self.frame(), threshold=0.6, component_bytes=2_000)
        count = [run.members.select("component").distinct().count() for run in (whole, apart)]
        self.assertGreater(count[1], 5)
        self.assertLess(apart.members.count(), whole.members.count())
        pairs, clusters = self.answers.cluster("--threshold", "0.6")
        self.assertEqual(lines(apart.pairs().collect()), pairs)
        self.assertEqual(cluster_lines(apart.clusters().collect()), clusters)

    @unittest.skipIf(KIND == "short", "takes a while")
    def test_an_oversized_bucket_is_joined_exactly(self):
        # One form, filled in more often than a bucket is paired.
        drawn = random.Random(3)
        form = "本站今日播报第{}号渡轮，船长提醒旅客看管好随身物品，风浪较大时请勿走上甲板。"
        texts = [form.format(number) + "祝各位一路平安。" * drawn.randrange(3) for number in range(400)]
        names = dict.fromkeys(("title", "date", "source"))
        rows = [
            {"folder": "甲", "row": at, "id": f"d{at}", "text": text, **names}
            for at, text in enumerate(texts)
        ]
        with TemporaryDirectory() as folder:
            pairs, clusters = Answers(Path(folder), rows).cluster()
        frame = self.spark.createDataFrame(rows, SCHEMA).repartition(4)
        for component_bytes in (1 << 28, 2_000):
            run = self.run_of(frame, component_bytes=component_bytes)
            self.assertEqual(lines(run.pairs().collect()), pairs)
            self.assertEqual(cluster_lines(run.clusters().collect()), clusters)

    @unittest.skipIf(KIND == "short", "takes a while")
    def test_options_mean_what_they_mean_to_the_command(self):
        from leitong.spark import clusters, dedup, near_duplicates

        options = {"threshold": 0.6, "shingle_len": 4, "all_pairs": True}
        words = ["--threshold", "0.6", "--shingle-len", "4", "--all-pairs"]
        pairs, of_command = self.answers.cluster(*words)
        found = near_duplicates(self.shuffled(), **self.NAMES, **options)
        self.assertEqual(lines(found.collect()), pairs)
        found = clusters(self.shuffled(), **self.NAMES, **options)
        self.assertEqual(cluster_lines(found.collect()), of_command)
        options = {"keep": ["latest"], "window": "3d", "templates": "drop"}
        words = ["--keep", "latest", "--window", "3d", "--templates", "drop"]
        names = {**self.NAMES, "source": "source", "file": "folder", "line": "row"}
        found = dedup(self.shuffled(), **names, **options).collect()
        places = [(row["file"], row["line"]) for row in found]
        self.assertEqual(places, [(row["folder"], row["row"]) for row in self.rows])
        self.assertEqual(lines(found, ("file", "line")), self.answers.dedup(*words))

    @unittest.skipIf(KIND == "short", "takes a while")
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

    def test_what_can_not_be_answered_is_refused(self):
        from pyspark.sql import functions as F

        frame = self.frame()
        for options in ({"method": "exact"}, {"measure": "containment"}, {"mask_boilerplate": True}):
            with self.assertRaises(lt.OptionError):
                self.run_of(frame, **options)
        with self.assertRaisesRegex(lt.ColumnError, "stands more than once"):
            self.run_of(frame.withColumn("id", F.lit("one")))
        with self.assertRaisesRegex(lt.ColumnError, "stands more than once"):
            self.run_of(frame.withColumn("row", F.lit(1)))
        with self.assertRaisesRegex(lt.ColumnError, "is missing"):
            self.run_of(frame.withColumn("id", F.lit(None)))

    @unittest.skipIf(KIND == "short", "takes a while")
    def test_passages_against_a_library_are_those_of_a_check(self):
        from leitong.spark import passages_against

        library = lt.Library.build(self.folder / "news.ltx", self.rows[:150], id="id")
        names = {name: self.NAMES[name] for name in ("id", "text", "title", "date")}
        drafts = self.rows[140:180]
        frame = self.spark.createDataFrame(drafts, SCHEMA).repartition(3)
        found = passages_against(frame, library.path, source="source", **names).collect()
        expected = []
        for draft in drafts:
            fields = ("id", "text", "title", "date", "source")
            check = library.check({name: draft[name] for name in fields if draft[name] is not None})
            for one in check.passages:
                expected.append((one["a"], one["b"], *one["span_a"], *one["span_b"], one["length"]))
        columns = ("a", "b", "start_a", "end_a", "start_b", "end_b", "length")
        self.assertGreater(len(expected), 20)
        self.assertEqual(sorted(tuple(row[name] for name in columns) for row in found), sorted(expected))


@unittest.skipUnless(KIND == "cluster", "the short form")
class LocalCluster(OnSpark):
    """Two executors that are processes of their own."""

    @classmethod
    def setUpClass(cls):
        cls.start("local-cluster[2,1,1024]")

    def test_all_is_that_of_one_machine_in_any_partitions(self):
        for count in (1, 2, 7):
            with self.subTest(count):
                self.check_all(self.frame().repartition(count))

    def test_all_is_the_same_after_the_rows_were_shuffled(self):
        self.check_all(self.shuffled())

    def test_all_is_the_same_after_an_executor_was_killed(self):
        # Early, while keys are made; in the middle; late, while components are
        # compared.
        for stages in (4, 20, 40):
            with self.subTest(stages):
                killer = Killer(self.spark, stages)
                killer.start()
                self.check_all(self.frame().repartition(7))
                killer.done.set()
                killer.join()
                self.assertIsNotNone(killer.killed)


@unittest.skipUnless(KIND == "cluster", "the short form")
class Standalone(OnSpark):
    """A master and two workers, as a cluster of many machines has them."""

    @classmethod
    def setUpClass(cls):
        import pyspark

        home = Path(pyspark.__file__).parent
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        cls.processes, cls.logs = [], TemporaryDirectory()
        environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
        environment["PYTHONPATH"] = os.path.dirname(os.path.dirname(lt.__file__))

        def begin(*words):
            program = [home / "bin" / "spark-class", *words]
            with open(Path(cls.logs.name) / f"{len(cls.processes)}.log", "wb") as log:
                began = subprocess.Popen(program, env=environment, stdout=log, stderr=log)
            cls.processes.append(began)

        deploy = "org.apache.spark.deploy"
        begin(f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        for number in (1, 2):
            work = Path(cls.logs.name) / f"work-{number}"
            options = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", work]
            begin(f"{deploy}.worker.Worker", "--host", "127.0.0.1", *options, f"spark://127.0.0.1:{port}")
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        cls.start(f"spark://127.0.0.1:{port}")

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        for process in cls.processes:
            process.terminate()
        for process in cls.processes:
            process.wait()
        cls.logs.cleanup()

    def test_all_is_that_of_one_machine_and_so_after_a_worker_lost_its_executor(self):
        self.check_all(self.frame().repartition(7))
        killer = Killer(self.spark, 20)
        killer.start()
        self.check_all(self.shuffled())
        killer.done.set()
        killer.join()
        self.assertIsNotNone(killer.killed)


if __name__ == "__main__":
    unittest.main()
