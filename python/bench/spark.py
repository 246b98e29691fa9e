"""What each stage on Spark moves and takes, on synthetic documents.

    python spark.py [DOCUMENTS] [PARTITIONS] [FOLDER]

Documents have 500 characters; a tenth are copies, a fifth edited copies, and a
tenth end with one line of boilerplate. Starts a cluster of two executors of two
gigabytes each on this machine; FOLDER takes shuffles and checkpoints.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt

LENGTH = 500
NOTE = "本站转载此文只为传播消息，不代表本站同意文中的看法，电话3141592随时有人接听。"


def documents(batches):
    """Take ids; give documents."""
    import numpy as np
    import pyarrow as pa

    def drawn(seed, count):
        numbers = np.random.default_rng(seed).integers(0x4E00, 0x4E00 + 6000, count)
        return numbers.astype("<u2")

    for batch in batches:
        ids = batch.column("id").to_pylist()
        texts = []
        for number in ids:
            kind = number % 10
            characters = drawn(number - kind if kind in (3, 6, 9) else number, LENGTH)
            if kind in (6, 9):
                places = np.random.default_rng(number).integers(0, LENGTH, kind)
                characters[places] = drawn(number, kind)
            text = characters.tobytes().decode("utf-16-le")
            texts.append(text + NOTE if kind == 1 else text)
        names = pa.array([f"d{number}" for number in ids])
        yield pa.record_batch([pa.array(ids), names, pa.array(texts)], ["row", "id", "text"])


class Moved:
    """The bytes that stages wrote for others to read."""

    def __init__(self, spark):
        context = spark.sparkContext
        self.address = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/stages"

    def total(self):
        with urllib.request.urlopen(self.address) as answer:
            return sum(stage["shuffleWriteBytes"] for stage in json.load(answer))


class Memory(threading.Thread):
    """The most memory that all processes of this group had at one time."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most = 0

    def run(self):
        page = os.sysconf("SC_PAGE_SIZE")
        while True:
            total = 0
            for process in Path("/proc").iterdir():
                try:
                    # Behind the name: state, parent, group; the pages 21 further on.
                    words = (process / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(words[2]) == os.getpgrp():
                    total += int(words[21]) * page
            self.most = max(self.most, total)
            time.sleep(1)


def main(count: int, partitions: int, folder: str) -> None:
    from leitong import stages
    from leitong.spark import _DECISIONS, Run, dedup
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.path.dirname(os.path.dirname(lt.__file__))
    spark = (
        SparkSession.builder.master("local-cluster[2,1,2048]")
        .config("spark.sql.shuffle.partitions", partitions)
        .config("spark.executor.memory", "2g")
        .config("spark.ui.showConsoleProgress", False)
        .config("spark.ui.retainedStages", 100_000)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", folder)
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    spark.sparkContext.setCheckpointDir(f"{folder}/checkpoints")
    moved, memory = Moved(spark), Memory()
    memory.start()
    frame = (
        spark.range(0, count, 1, partitions)
        .mapInArrow(documents, "row long, id string, text string")
        .persist()
    )
    frame.count()

    def measured(name, work):
        time.sleep(1)
        before, begin = moved.total(), time.monotonic()
        found = work()
        took = time.monotonic() - begin
        time.sleep(1)
        each = (moved.total() - before) / count
        print(f"{name:<34}{each:>9.1f} bytes a document{took:>9.1f} s", flush=True)
        return found

    def written(made):
        made.write.format("noop").mode("overwrite").save()

    names = {"id": "id", "text": "text", "order": "row"}
    run = measured("ids, buckets, components", lambda: Run(frame, **names))
    print(f"{run.members.count() / count:.3f} of the documents are in components")
    measured("of which buckets alone", lambda: written(run.edges()))
    measured("texts of components", lambda: run.in_components().count())
    whole = measured("windows and stories", run.counted)
    print(f"{len(whole.windows()):,} windows, {len(whole.stories()):,} of stories")
    own = [("order", None), ("first", None), ("members", "long"), ("left_out", "long")]
    measured("decisions", lambda: written(run.of_parts(stages.decisions, own, _DECISIONS, whole)))
    run.close()
    kept = measured("dedup as a whole", lambda: dedup(frame, **names).groupBy("action").count().collect())
    print({row["action"]: row["count"] for row in kept})
    print(f"memory of all processes at most: {memory.most / 1e6:,.0f} MB")
    spark.stop()


if __name__ == "__main__":
    given = sys.argv[1:] + ["20000", "16", None][len(sys.argv) - 1 :]
    with TemporaryDirectory(dir=given[2]) as made:
        main(int(given[0]), int(given[1]), made)
