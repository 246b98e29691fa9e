"""What each stage on Spark moves and takes, on synthetic documents.

    python spark.py [DOCUMENTS] [PARTITIONS] [FOLDER]

Documents have 500 characters; a tenth are copies, a fifth edited copies, and a
tenth end with one line of boilerplate. Starts a cluster of two executors of one
core and two gigabytes each on this machine; FOLDER takes documents, shuffles,
checkpoints and decisions, and keeps them. All processes together get 8 GB, or the run ends. At last the engine
of one machine decides on the same documents, and every decision is compared.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt

LENGTH = 500
NOTE = "本站转载此文只为传播消息，不代表本站同意文中的看法，电话3141592随时有人接听。"

#: Memory that all processes may have together.
MOST_BYTES = 8 << 30

#: Stages that are listed, those first whose tasks took longest.
LISTED = 12


def documents(batches):
    """Take numbers; give documents."""
    import numpy as np
    import pyarrow as pa

    def drawn(of, places):
        """A character for each place of each number, by mixing (SplitMix64)."""
        mixed = (of.astype(np.uint64) << np.uint64(20)) + places.astype(np.uint64)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        return mixed ^ (mixed >> np.uint64(31))

    def characters(mixed):
        return (mixed % np.uint64(6000) + np.uint64(0x4E00)).astype("<u2")

    for batch in batches:
        rows = np.asarray(batch.column("id"))
        kinds = rows % 10
        # Of each ten numbers, three are like the first.
        firsts = np.where(np.isin(kinds, (3, 6, 9)), rows - kinds, rows)
        texts = characters(drawn(firsts[:, None] + 1, np.arange(LENGTH)[None, :]))
        for kind in (6, 9):
            for edit in range(kind):
                edited = np.flatnonzero(kinds == kind)
                mixed = drawn(rows[edited] + 1, np.full(len(edited), LENGTH + edit))
                texts[edited, mixed % np.uint64(LENGTH)] = characters(mixed >> np.uint64(32))
        written = [text.tobytes().decode("utf-16-le") for text in texts]
        written = [text + NOTE if kind == 1 else text for text, kind in zip(written, kinds)]
        names = pa.array([f"d{row}" for row in rows])
        yield pa.record_batch([pa.array(rows), names, pa.array(written)], ["row", "id", "text"])


class Stages:
    """What stages wrote for others to read, and what their tasks took."""

    def __init__(self, spark):
        context = spark.sparkContext
        self.address = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/stages"

    def all(self):
        with urllib.request.urlopen(self.address) as answer:
            return json.load(answer)

    def total(self, what):
        return sum(stage[what] for stage in self.all())

    def longest(self):
        ran = [stage for stage in self.all() if stage["status"] == "COMPLETE"]
        return sorted(ran, key=lambda stage: -stage["executorRunTime"])[:LISTED]


class Memory(threading.Thread):
    """Watches the memory of this process and of all that descend from it; pages
    that several have count once. Ends them if it is too much."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most = 0
        #: The most since `begin` was called last.
        self.now_most = 0

    def begin(self):
        self.now_most = 0

    def run(self):
        while True:
            tree = descendants(os.getpid())
            total = sum(map(own_bytes, tree))
            self.most = max(self.most, total)
            self.now_most = max(self.now_most, total)
            if total > MOST_BYTES:
                print(f"{total:,} bytes of memory, {MOST_BYTES:,} are allowed", flush=True)
                for process in reversed(tree):
                    os.kill(process, signal.SIGKILL)
            # A look takes some milliseconds for each gigabyte.
            time.sleep(2)


def descendants(root):
    """A process and all that descend from it."""
    children = defaultdict(list)
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                # Behind the name: state, parent.
                words = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children[int(words[1])].append(int(process.name))
    found = [root]
    for process in found:
        found.extend(children[process])
    return found


def own_bytes(process):
    """The memory of a process; of a page that others have too, its share."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def main(count: int, partitions: int, folder: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from leitong.spark import Run
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.path.dirname(os.path.dirname(lt.__file__))
    spark = (
        SparkSession.builder.master("local-cluster[2,1,2048]")
        .config("spark.sql.shuffle.partitions", partitions)
        .config("spark.executor.memory", "2g")
        .config("spark.ui.showConsoleProgress", False)
        .config("spark.ui.retainedStages", 100_000)
        .config("spark.ui.port", 0)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", folder)
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    spark.sparkContext.setCheckpointDir(f"{folder}/checkpoints")
    stages, memory = Stages(spark), Memory()
    memory.start()
    begun = time.monotonic()

    def measured(name, work):
        time.sleep(1)
        memory.begin()
        before, begin = stages.total("shuffleWriteBytes"), time.monotonic()
        found = work()
        took = time.monotonic() - begin
        time.sleep(1)
        each = (stages.total("shuffleWriteBytes") - before) / count
        peak = memory.now_most / 1e6
        print(f"{name:<28}{each:>9.1f} bytes a document{took:>9.1f} s{peak:>9,.0f} MB", flush=True)
        return found

    source, target = f"{folder}/documents", f"{folder}/decisions"
    made = spark.range(0, count, 1, partitions).mapInArrow(
        documents, "row long, id string, text string"
    )
    measured("documents are made", lambda: made.write.parquet(source))
    frame = spark.read.parquet(source)
    run = measured(
        "ids, buckets, components",
        lambda: Run(frame, id="id", text="text", order="row", keep=["earliest"]),
    )
    print(f"{run.members.count() / count:.3f} of the documents are in components")
    measured("texts of components", lambda: run.in_components().count())
    whole = measured("windows and stories", run.counted)
    print(f"{len(whole.windows()):,} windows, {len(whole.stories()):,} of stories")
    measured("decisions", lambda: run.decisions().write.parquet(target))
    run.close()
    print(f"in all {time.monotonic() - begun:,.0f} s, memory of all processes at most")
    print(f"{memory.most / 1e6:,.0f} MB; shuffles spilled {stages.total('diskBytesSpilled') / 1e6:,.0f} MB")
    print(f"{'seconds of tasks':>16}{'tasks':>7}{'MB written':>12}  stage")
    for stage in stages.longest():
        seconds, written = stage["executorRunTime"] / 1e3, stage["shuffleWriteBytes"] / 1e6
        print(f"{seconds:>16.1f}{stage['numTasks']:>7}{written:>12,.1f}  {stage['name']}")
    spark.stop()

    begin = time.monotonic()
    columns = ["id", "action", "cluster", "duplicate_of", "similarity", "relation", "reason"]
    paths = sorted(Path(source).glob("*.parquet"))
    alone = pa.table(lt.dedup(paths, keep=["earliest"]).decisions).select(columns)
    parts = sorted(Path(target).glob("*.parquet"))
    together = pa.concat_tables(pq.read_table(part).select(columns) for part in parts)
    together = together.cast(alone.schema)
    print(f"one machine took {time.monotonic() - begin:,.0f} s")
    for name in columns:
        if not together.column(name).equals(alone.column(name)):
            sys.exit(f"{name}: not what one machine decides")
    print(f"all {alone.num_rows:,} decisions are those of one machine:", end=" ")
    print(dict(Counter(alone.column("action").to_pylist())))


if __name__ == "__main__":
    given = sys.argv[1:] + ["20000", "16", None][len(sys.argv) - 1 :]
    with TemporaryDirectory() as temporary:
        main(int(given[0]), int(given[1]), given[2] or temporary)
