"""Near-duplicate pairs on many machines, with PySpark 3.5 or later.

Stages that take and give Arrow batches: sketches by ``mapInArrow``, buckets by a
shuffle of 16 bytes a band, components by large-star and small-star, then whole
documents by component, in each of which the engine of one machine finds the
pairs, unchanged. So the pairs are those of one machine, in any number of
partitions. ``docs/scale.md`` says what each stage moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from typing_extensions import Unpack

    from leitong.options import CompareOptions

__all__ = ["NotConvergedError", "components", "near_duplicates"]

#: Rounds after which components must have converged: each round at least
#: halves the longest way, so that this is a chain of a billion documents.
_ROUNDS = 60

#: The columns of pairs, as the command names them. The relation is left out:
#: it depends on the wording of the whole corpus.
_PAIRS = ("a", "b", "jaccard", "containment_a", "containment_b")

#: The band of the text itself: copies meet there, also those that are too
#: short to have a shingle.
_TEXT = -1


class NotConvergedError(RuntimeError):
    """The components did not converge in the rounds that they were given."""


def near_duplicates(
    df: DataFrame,
    *,
    id: str,
    text: str,
    order: str,
    title: str | None = None,
    **options: Unpack[CompareOptions],
) -> DataFrame:
    """Return the pairs of ``df`` with their exact similarities: ``a``, ``b``,
    ``jaccard``, ``containment_a``, ``containment_b``.

    ``id`` and ``order`` name columns whose values are unique; ``order``, whole
    numbers, is the order of the documents, whatever the order of their arrival.
    The pairs are those that :func:`leitong.near_duplicates` finds of the same
    documents in that order, whatever the partitions. ``title`` matters for texts
    that say little of their article, and must be named if one machine is given
    it.

    A pair shares a band, and so a component; each component is compared by one
    task, which must hold its texts. ``method`` must be ``minhash``, and
    ``measure`` ``jaccard``: other searches have no bands. ``mask_boilerplate``
    depends on the whole corpus and is refused.
    """
    from pyspark.sql import functions as F

    _check(options)
    columns = [
        F.col(order).cast("long").alias("order"),
        F.col(id).cast("string").alias("id"),
        F.col(text).cast("string").alias("text"),
        (F.lit(None) if title is None else F.col(title)).cast("string").alias("title"),
    ]
    documents = df.select(*columns)
    given = {name: value for name, value in options.items() if value is not None}
    keys = documents.select("order", "text").mapInArrow(
        _keys_of(given), "order long, band int, key long"
    )
    # Used several times, and gone once the components are known.
    keys = keys.persist()
    # Copies of one text have all keys in common: one of them goes on with the
    # keys of bands, and the others hang on it.
    first = keys.where(F.col("band") == _TEXT).groupBy("key").agg(F.min("order").alias("first"))
    texts = keys.where(F.col("band") == _TEXT).join(first, "key")
    copies = texts.where(F.col("order") != F.col("first")).select(
        F.col("first").alias("a"), F.col("order").alias("b")
    )
    firsts = texts.where(F.col("order") == F.col("first")).select("order")
    banded = keys.where(F.col("band") != _TEXT).join(firsts, "order")
    buckets = banded.groupBy("band", "key").agg(F.min("order").alias("a"), F.count("*").alias("n"))
    # A star for each bucket: linear, however large it is.
    stars = (
        banded.join(buckets.where("n > 1").drop("n"), ["band", "key"])
        .where(F.col("a") != F.col("order"))
        .select("a", F.col("order").alias("b"))
    )
    edges = copies.unionByName(stars).distinct()
    members = components(edges)
    keys.unpersist()
    moved = documents.join(members, documents["order"] == members["node"]).drop("node")
    in_order = moved.repartition("component").sortWithinPartitions("component", "order")
    found = in_order.mapInArrow(
        _pairs_of(given),
        "order_a long, order_b long, a string, b string, jaccard double, "
        "containment_a double, containment_b double",
    )
    return found.orderBy("order_a", "order_b").select(*_PAIRS)


def components(edges: DataFrame, *, rounds: int = _ROUNDS) -> DataFrame:
    """Return ``node`` and ``component``, the least node that edges connect it
    with, for every node of ``edges``, which has the columns ``a`` and ``b``.

    Large-star and small-star in turns (Kiveris, Lattanzi, Mirrokni, Rastogi,
    Vassilvitskii: Connected components in MapReduce and beyond. SoCC 2014), until
    it is seen that every node hangs on its component's least one. Raises
    :class:`NotConvergedError` after so many rounds without that. With a checkpoint
    folder of the Spark context each round outlives the loss of an executor.
    """
    from pyspark.sql import functions as F

    least, most = F.least("a", "b"), F.greatest("a", "b")
    edges = _cut(edges.where("a != b").select(most.alias("a"), least.alias("b")).distinct())
    for _ in range(rounds):
        if _is_proven(edges):
            roots = edges.select(F.col("b").alias("node")).distinct()
            return edges.select(
                F.col("a").alias("node"), F.col("b").alias("component")
            ).unionByName(roots.select("node", F.col("node").alias("component")))
        # Large-star: larger neighbours hang on the least of the neighbourhood.
        both = edges.unionByName(edges.select(F.col("b").alias("a"), F.col("a").alias("b")))
        least_of = both.groupBy("a").agg(F.least(F.min("b"), F.col("a")).alias("least"))
        large = (
            both.join(least_of, "a")
            .where(F.col("b") > F.col("a"))
            .select(F.col("b").alias("a"), F.col("least").alias("b"))
            .distinct()
        )
        # Small-star: a node and its smaller neighbours hang on the least of them.
        small_of = large.groupBy("a").agg(F.min("b").alias("least"))
        hung = large.join(small_of, "a").select(F.col("b").alias("a"), F.col("least").alias("b"))
        own = small_of.select("a", F.col("least").alias("b"))
        edges = _cut(hung.unionByName(own).where("a != b").distinct())
    raise NotConvergedError(f"components: not converged in {rounds} rounds")


def _cut(edges: DataFrame) -> DataFrame:
    """Return the edges as they are now, without the way to them: on the disk of
    the checkpoint folder if there is one, or else on the executors alone."""
    context = edges.sparkSession.sparkContext
    return edges.checkpoint() if context.getCheckpointDir() else edges.localCheckpoint()


def _is_proven(edges: DataFrame) -> bool:
    """Return whether every node hangs on one other alone, which hangs on none:
    then each star is a component, because no round parts what is connected."""
    from pyspark.sql import functions as F

    ends = edges.select(F.col("a").alias("node"), F.lit(1).alias("hangs")).unionByName(
        edges.select(F.col("b").alias("node"), F.lit(0).alias("hangs")).distinct()
    )
    of_node = ends.groupBy("node").agg(F.sum("hangs").alias("hangs"), F.min("hangs").alias("least"))
    # Hangs on two, or hangs on one and has another hang on it.
    wrong = of_node.where("hangs > 1 or (hangs = 1 and least = 0)")
    return wrong.limit(1).count() == 0


def _check(options: Any) -> None:
    from leitong.errors import OptionError

    for name, only in (("method", "minhash"), ("measure", "jaccard")):
        if options.get(name) not in (None, only):
            raise OptionError(f"{name}: on many machines only {only} has bands", option=name)
    if options.get("mask_boilerplate"):
        what = "mask_boilerplate: depends on the whole corpus, which no machine holds"
        raise OptionError(what, option="mask_boilerplate")


#: Options that sketches depend on.
_OF_SKETCHES = ("threshold", "recall", "shingle_len", "seed", "no_fold")


def _keys_of(options: dict[str, Any]) -> Any:
    """Return what turns documents into the keys of their bands and of their
    texts."""

    def keys(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import hashlib

        import pyarrow as pa
        from leitong import kernel

        sketching = {name: options[name] for name in _OF_SKETCHES if name in options}
        folding = {"no_fold": options["no_fold"]} if "no_fold" in options else {}
        for batch in batches:
            texts = batch.column("text")
            orders = batch.column("order").to_pylist()
            found: tuple[list[int], list[int], list[int]] = ([], [], [])
            banded = pa.array(kernel.band_keys(texts, threads=1, **sketching)).to_pylist()
            normalized = kernel.normalize(texts, threads=1, **folding).to_list()
            for order, bands, wording in zip(orders, banded, normalized):
                digest = hashlib.blake2b(wording.encode(), digest_size=8).digest()
                each = [(_TEXT, int.from_bytes(digest, "little"))]
                each += enumerate(bands or [])
                for band, key in each:
                    found[0].append(order)
                    found[1].append(band)
                    # Spark has no numbers without a sign.
                    found[2].append(key - (1 << 64) if key >> 63 else key)
            arrays = [
                pa.array(column, kind)
                for column, kind in zip(found, (pa.int64(), pa.int32(), pa.int64()))
            ]
            yield pa.RecordBatch.from_arrays(arrays, ["order", "band", "key"])

    return keys


def _pairs_of(options: dict[str, Any]) -> Any:
    """Return what turns documents, sorted by component and order, into pairs."""

    def pairs(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for table in _by_component(batches):
            yield from _found(table, options, pa)

    return pairs


def _by_component(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Return the rows of each component, of batches that are sorted by it."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    last = None
    for batch in batches:
        names = batch.column("component").to_pylist()
        start = 0
        for row in range(len(names) + 1):
            at_end = row == len(names)
            if not at_end and names[row] == last:
                continue
            if row > start:
                held.append(batch.slice(start, row - start))
            if at_end:
                break
            if held:
                yield pa.Table.from_batches(held)
            held, last, start = [], names[row], row
    if held:
        yield pa.Table.from_batches(held)


def _found(table: pa.Table, options: dict[str, Any], pa: Any) -> Iterator[pa.RecordBatch]:
    from leitong import kernel
    from leitong.errors import ColumnError

    columns = {name: table.column(name).to_pylist() for name in ("order", "id")}
    for name, values in columns.items():
        twice = [one for one, next_ in zip(sorted(values), sorted(values)[1:]) if one == next_]
        if twice:
            raise ColumnError(f"{name}: {twice[0]!r} stands more than once", column=name)
    texts = table.select(["text", "title"])
    found = kernel.pairs(texts, title="title", threads=1, **options)
    sides = [found[side] for side in "ab"]
    arrays = [pa.array([columns["order"][at] for at in side], pa.int64()) for side in sides]
    arrays += [pa.array([columns["id"][at] for at in side], pa.string()) for side in sides]
    arrays += [pa.array(found[name], pa.float64()) for name in _PAIRS[2:]]
    yield pa.RecordBatch.from_arrays(arrays, ["order_a", "order_b", *_PAIRS])
