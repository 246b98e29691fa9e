"""Near-duplicates on many machines, with PySpark 3.5 or later.

Pairs, relations, clusters and decisions are those of one machine that has the
documents in the same order, for any number of partitions: the stages of
:mod:`leitong.stages` bring together what may be alike and count what is spread
over the corpus, and then the engine of one machine compares whole components of
documents, unchanged. ``docs/scale.md`` says what each stage moves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from leitong import _native, stages
from leitong.stages import Whole

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import StructType
    from typing_extensions import Unpack

    from leitong.options import CompareOptions, DedupOptions

    class _CompareAndDedup(CompareOptions, DedupOptions, total=False):
        pass


__all__ = [
    "NotConvergedError",
    "Run",
    "clusters",
    "components",
    "dedup",
    "near_duplicates",
    "passages_against",
]

#: Rounds after which components must have converged: each round at least
#: halves the longest way, so that this is a chain of a billion documents.
_ROUNDS = 60

_PAIRS = "a string, b string, jaccard double, containment_a double, containment_b double, relation string"
_MEMBERS = "size long, representative string, id string, similarity double"
_DECISIONS = (
    "id string, title string, date string, source string, action string, duplicate_of string, "
    "similarity double, relation string, reason string"
)
_ALONE = "no near-duplicate"

#: How the reason begins of the one document of a cluster that stays although a
#: document of another cluster has it; the number of the cluster follows.
_LAST = "stays so that one of cluster "


class NotConvergedError(RuntimeError):
    """The components did not converge in the rounds that they were given."""


def near_duplicates(
    df: DataFrame,
    *,
    id: str,
    text: str,
    order: str | Sequence[str],
    title: str | None = None,
    date: str | None = None,
    **options: Unpack[CompareOptions],
) -> DataFrame:
    """Return the pairs of ``df`` as ``leitong cluster`` lists them: ``a``, ``b``,
    ``jaccard``, ``containment_a``, ``containment_b``, ``relation``.

    ``id`` names a column of unique values; ``order`` one or several, together
    unique, whose order is that of the documents, such as file and row: nothing
    depends on the order of arrival. The result is that of
    :func:`leitong.near_duplicates` on the documents in that order. ``title`` and
    ``date`` matter for relations, and must be named if one machine is given them.

    Components of documents that may be alike are compared whole, each by one
    task, which must hold its texts. ``method`` must be ``minhash`` and ``measure``
    ``jaccard``, as other searches have no bands; ``mask_boilerplate`` is refused.
    """
    return Run(df, id=id, text=text, order=order, title=title, date=date, **options).pairs()


def clusters(
    df: DataFrame,
    *,
    id: str,
    text: str,
    order: str | Sequence[str],
    title: str | None = None,
    date: str | None = None,
    **options: Unpack[CompareOptions],
) -> DataFrame:
    """Return the clusters of ``df`` as ``leitong cluster`` lists them, a row for
    each member: ``cluster``, ``size``, ``representative``, ``id``,
    ``similarity``. Takes what :func:`near_duplicates` takes."""
    return Run(df, id=id, text=text, order=order, title=title, date=date, **options).clusters()


def dedup(
    df: DataFrame,
    *,
    id: str,
    text: str,
    order: str | Sequence[str],
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    file: str | None = None,
    line: str | None = None,
    **options: Unpack[_CompareAndDedup],
) -> DataFrame:
    """Return the decision on every document of ``df``, as ``leitong dedup`` lists
    them: ``id``, ``title``, ``date``, ``source``, ``file``, ``line``, ``action``,
    ``cluster``, ``duplicate_of``, ``similarity``, ``relation``, ``reason``.

    Takes what :func:`near_duplicates` takes, and the options of
    :func:`leitong.dedup`; ``file`` and ``line`` name columns that are handed on.
    """
    names: Any = {"title": title, "date": date, "source": source}
    run = Run(df, id=id, text=text, order=order, **names, **options)
    return run.decisions(file=file, line=line)


#: Documents of components up to which these are sent to all machines, some 50
#: bytes for each, and the texts of others stay where they are.
_SENT_MEMBERS = 1 << 20

#: Bytes of text from which on a component is taken apart.
_COMPONENT_BYTES = 1 << 28


#: The columns of passages against a library.
_PASSAGES = (
    "a string, b string, start_a long, end_a long, start_b long, end_b long, length long, "
    "identity double, own long, edits string, moved boolean, quoted boolean, first string"
)


def passages_against(
    df: DataFrame,
    library: str,
    *,
    id: str,
    text: str,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    **options: Any,
) -> DataFrame:
    """Return the passages that documents of ``df`` have in common with a library,
    a row for each: ``a`` is the document, ``b`` the one of the library; places are
    bytes of the texts, edits JSON.

    ``library`` is a folder that every machine can read, of
    ``leitong index create``. Takes the options of :meth:`leitong.Library.check`.
    Moves nothing: each document is checked where it lies.
    """
    names = {"id": id, "text": text, "title": title, "date": date, "source": source}
    documents = df.select(*_strings(names))
    check = _passages_of(library, options)
    return documents.mapInArrow(check, _PASSAGES)


class Run:
    """Documents and their components, of which pairs, clusters and decisions are
    then found: whoever wants more than one of these makes a run once.

    Takes what :func:`dedup` takes. A component of more than ``component_bytes`` of
    text is taken apart: its candidates are compared pair by pair, in blocks of as
    many bytes, and only pairs that reach the threshold and oversized buckets hold
    it together. What is found is computed when it is asked for
    and not kept; ``persist()`` it to use it twice. The texts of components are
    kept by the executors, until :meth:`close`.
    """

    def __init__(
        self,
        df: DataFrame,
        *,
        id: str,
        text: str,
        order: str | Sequence[str],
        title: str | None = None,
        date: str | None = None,
        source: str | None = None,
        component_bytes: int = _COMPONENT_BYTES,
        **options: Unpack[_CompareAndDedup],
    ) -> None:
        from pyspark.sql import functions as F

        _check(options)
        self._options = {name: value for name, value in options.items() if value is not None}
        by = [order] if isinstance(order, str) else list(order)
        self._given, self._order = df, F.struct(*(F.col(name) for name in by))
        self._is_dated = date is not None
        self._counted: Whole | None = None
        self._told: DataFrame | None = None
        self._moved: DataFrame | None = None
        names = {"id": id, "text": text, "title": title, "date": date, "source": source}
        # The node stands for a document in the graph. Two documents with one node
        # would be in one component, and nothing else.
        node = F.xxhash64(*(F.col(name) for name in by)).alias("node")
        self._documents = df.select(node, self._order.alias("order"), *_strings(names))
        self._count = self._checked(id, by)
        #: ``node`` and ``component`` of all documents that may be like others.
        self.members = self._apart(components(self.edges()), component_bytes).persist()
        self._are_few = self.members.count() <= _SENT_MEMBERS

    def _checked(self, id: str, by: list[str]) -> int:
        """Return the number of documents; raise an error for ids or places that
        stand twice."""
        from pyspark.sql import functions as F

        from leitong.errors import ColumnError

        rows = 0
        for name, given in (("id", id), ("order", ", ".join(by))):
            counted = self._documents.groupBy(name).count()
            is_wrong = F.expr(f"count > 1 or {name} is null")
            summed = counted.agg(F.sum("count"), F.sum(is_wrong.cast("int"))).collect()[0]
            rows = summed[0] or 0
            if summed[1]:
                wrong = counted.where(is_wrong).select(name).take(1)
                value = wrong[0][0]
                shown = value if name == "id" else tuple(value)
                what = "is missing" if value is None else "stands more than once"
                raise ColumnError(f"{given}: {shown!r} {what}", column=given)
        return rows

    def edges(self) -> DataFrame:
        """Return edges ``a``, ``b`` between documents that may be alike: each hangs
        on the least of those with its key, so that they are as many as documents,
        however many have one."""
        return _stars(self._keys(self._documents).select("key", "node"))

    def _keys(self, documents: DataFrame) -> DataFrame:
        options = self._options
        return documents.select("node", "text").mapInArrow(
            lambda batches: stages.meeting_keys(batches, options),
            "key long, node long, is_wording boolean",
        )

    def _apart(self, members: DataFrame, component_bytes: int) -> DataFrame:
        """Return the members of components, of which those with more bytes of text
        are taken apart.

        What has to stay together does: the documents of an oversized bucket, which
        one machine joins exactly; copies; and pairs that reach the threshold. So
        the engine finds the same in what is left as in the whole.
        """
        from pyspark.sql import Window
        from pyspark.sql import functions as F

        members = members.persist()
        few = members.count() <= _SENT_MEMBERS
        lengths = self._documents.select("node", F.octet_length("text").alias("bytes"))
        sizes = lengths.join(F.broadcast(members) if few else members, "node").groupBy("component").agg(F.sum("bytes").alias("bytes"))
        large = sizes.where(F.col("bytes") > component_bytes).select("component", "bytes").persist()
        total = large.agg(F.sum("bytes")).collect()[0][0]
        if not total:
            return members
        nodes = members.join(large, "component").select("node")
        documents = self._documents.select("node", "text").join(nodes, "node").persist()
        keys = self._keys(documents).persist()
        wordings = keys.where("is_wording").select("key", "node")
        least = F.min("node").over(Window.partitionBy("key"))
        firsts = wordings.select("node", least.alias("first"))
        banded = keys.where("not is_wording").join(firsts, "node").select("key", "first").distinct()
        of_key = Window.partitionBy("key")
        banded = banded.withColumn("count", F.count("*").over(of_key))
        crowded = banded.where(F.col("count") > stages.LARGEST_BUCKET)
        crowds = _stars(crowded.select("key", F.col("first").alias("node")))
        paired = banded.where(F.col("count").between(2, stages.LARGEST_BUCKET))
        pairs = (
            paired.select("key", F.col("first").alias("a"))
            .join(paired.select("key", F.col("first").alias("b")), "key")
            .where("a < b")
            .select("a", "b")
            .distinct()
        )
        reaching = self._reaching(pairs, documents, -(-total // component_bytes))
        edges = _stars(wordings).unionByName(crowds).unionByName(reaching)
        whole = members.join(large, "component", "left_anti")
        return whole.unionByName(components(edges).select(whole.columns))

    def _reaching(self, pairs: DataFrame, documents: DataFrame, cuts: int) -> DataFrame:
        """Return those of some pairs that reach the threshold, compared in blocks:
        documents are cut into so many parts, and each two of these are a block."""
        from pyspark.sql import functions as F

        options = self._options
        part = {side: F.pmod(F.xxhash64(side), F.lit(cuts)) for side in "ab"}
        block = (part["a"] * cuts + part["b"]).alias("block")
        placed = pairs.select(block, "a", "b").persist()
        wanted = placed.select("block", F.col("a").alias("node")).unionByName(
            placed.select("block", F.col("b").alias("node"))
        )
        none = F.lit(None).cast("long").alias("other")
        rows = wanted.distinct().join(documents, "node").select("block", "node", none, "text")
        rows = rows.unionByName(
            placed.select(
                "block",
                F.col("a").alias("node"),
                F.col("b").alias("other"),
                F.lit(None).cast("string").alias("text"),
            )
        )
        in_order = rows.repartition("block").sortWithinPartitions("block")
        found = in_order.mapInArrow(
            lambda batches: stages.reaching(batches, options), "node long, other long"
        )
        return found.select(F.col("node").alias("a"), F.col("other").alias("b"))

    def _with_components(self) -> DataFrame:
        """Return all documents with their ``component``, which is null for those
        that meet no other.

        Where few have one, these are sent to all machines, and documents stay where
        they are; else all move to them, once, and are kept.
        """
        from pyspark.sql import functions as F

        if self._told is None:
            if self._are_few:
                self._told = self._documents.join(F.broadcast(self.members), "node", "left")
            else:
                self._told = self._documents.join(self.members, "node", "left").persist()
        return self._told

    def in_components(self) -> DataFrame:
        """Return the documents that may be like others, with their ``component``,
        those of one in one partition and in order. They are kept: their texts move
        once for all that is found."""
        if self._moved is None:
            moved = self._with_components().where("component is not null").drop("node")
            in_order = moved.repartition("component").sortWithinPartitions("component", "order")
            self._moved = in_order.persist()
        return self._moved

    def counted(self) -> Whole:
        """Return what is counted over all documents, once for the run."""
        from pyspark.sql import functions as F

        if self._counted is None:
            options = self._options
            # Documents that meet no other are components, where they are.
            alone = self._with_components().where("component is null")
            alone = alone.select(F.col("node").alias("component"), "text", "title")
            every = self.in_components().select("component", "text", "title").union(alone)
            shared = self._shared(every)
            listed = every.mapInArrow(
                lambda batches: stages.windows(batches, options, shared), "key long, count long"
            )
            summed = listed.groupBy("key").agg(F.sum("count").alias("count"))
            windows = self._sent(summed.where(F.col("count") >= stages.LEAST_DOCUMENTS))
            listed = every.mapInArrow(
                lambda batches: stages.stories(batches, options, windows, shared),
                "key long, value long",
            )
            in_order = listed.repartition("key").sortWithinPartitions("key")
            told = self._sent(
                in_order.mapInArrow(
                    lambda batches: stages.distinct_counts(batches, stages.LEAST_STORIES),
                    "key long, count long",
                )
            )
            self._counted = Whole(windows, told, self._zone())
        return self._counted

    def _shared(self, every: DataFrame) -> Callable[[], _native.Shared]:
        """Return the windows that more than one component has."""
        options, bits = self._options, stages.mark_bits(self._count)
        ranges = int(every.sparkSession.conf.get("spark.sql.shuffle.partitions") or 1)
        marks = every.mapInArrow(
            lambda batches: stages.marks(batches, options, bits, ranges), "range int, marks binary"
        )
        rows = marks.repartition(ranges, "range").mapInArrow(stages.met, "windows binary").collect()
        both = (bits, b"".join(bytes(row[0]) for row in rows))
        return _Sent(_native.Shared, self._broadcast(both))

    def _zone(self) -> int:
        """Return the commonest zone of the dates, of those that are as frequent the
        westernmost."""
        if not self._is_dated:
            return 0
        zones = self._documents.select("date").mapInArrow(stages.zones, "zone int")
        counted = zones.groupBy("zone").count().collect()
        best = max(counted, key=lambda row: (row["count"], -row["zone"]), default=None)
        return 0 if best is None else best["zone"]

    def _sent(self, counted: DataFrame) -> Callable[[], _native.Counts]:
        """Return counts over all documents, sent once to each machine."""
        rows = counted.mapInArrow(stages.packed, "keys binary, counts binary").collect()
        both = [b"".join(bytes(row[at]) for row in rows) for at in (0, 1)]
        return _Sent(_native.Counts, self._broadcast(tuple(both)))

    def _broadcast(self, value: Any) -> Any:
        return self._documents.sparkSession.sparkContext.broadcast(value)

    def of_parts(
        self,
        stage: Callable[[Any, Any, Whole], Any],
        own: Sequence[tuple[str, str | None]],
        columns: str,
        whole: Whole,
    ) -> DataFrame:
        """Return what a stage finds in all components; ``own`` are its columns
        before ``columns``, with the type of the order where none is named."""
        options, schema = self._options, self._schema(own, columns)
        documents = self.in_components()
        return documents.mapInArrow(lambda batches: stage(batches, options, whole), schema)

    def _schema(self, own: Sequence[tuple[str, str | None]], columns: str) -> StructType:
        from pyspark.sql.types import LongType, StructField, StructType

        order = self._documents.schema["order"].dataType
        fields = [StructField(name, order if kind is None else LongType()) for name, kind in own]
        # Read by the session that knows how.
        empty = self._documents.sparkSession.createDataFrame([], columns)
        return StructType(fields + empty.schema.fields)

    def close(self) -> None:
        """Let the executors forget the texts of components: what is asked for later
        moves them again."""
        for kept in (self._moved, self._told):
            if kept is not None:
                kept.unpersist()
        self._moved = self._told = None

    def pairs(self) -> DataFrame:
        """Return the pairs, as :func:`near_duplicates` does."""
        own = [("order_a", None), ("order_b", None)]
        found = self.of_parts(stages.pairs, own, _PAIRS, self.counted())
        return found.orderBy("order_a", "order_b").drop("order_a", "order_b")

    def clusters(self) -> DataFrame:
        """Return the clusters, as :func:`clusters` does."""
        own = [("first", None), ("place", "long")]
        members = self.of_parts(stages.clusters, own, _MEMBERS, self.counted()).persist()
        numbers = _numbers(members.where("place = 0").select("first", "size"))
        numbered = members.join(numbers, "first").orderBy("cluster", "place")
        return numbered.select("cluster", *_names(_MEMBERS))

    def decisions(self, *, file: str | None = None, line: str | None = None) -> DataFrame:
        """Return the decision on every document, as :func:`dedup` does."""
        from pyspark.sql import functions as F

        decided = self._decided()
        firsts = decided.where("first is not null").groupBy("first")
        numbers = _numbers(firsts.agg(F.max("members").alias("size")))
        # One machine numbers the clusters before it words the reasons.
        rest = F.expr(f"substring(reason, locate(' ', reason, {len(_LAST) + 1}))")
        reason = F.when(
            F.col("reason").startswith(_LAST), F.concat(F.lit(_LAST), F.col("cluster"), rest)
        ).otherwise(F.col("reason"))
        in_parts = decided.join(numbers, "first", "left").withColumn("reason", reason)
        alone = self._with_components().where("component is null").select(
            "order",
            "id",
            "title",
            "date",
            "source",
            F.lit("keep").alias("action"),
            F.lit(None).cast("long").alias("cluster"),
            F.lit(None).cast("string").alias("duplicate_of"),
            F.lit(None).cast("double").alias("similarity"),
            F.lit(None).cast("string").alias("relation"),
            F.lit(_ALONE).alias("reason"),
        )
        found = in_parts.select(alone.columns).unionByName(alone)
        places = [
            (F.lit(None) if name is None else F.col(name)).cast(kind).alias(role)
            for role, name, kind in (("file", file, "string"), ("line", line, "long"))
        ]
        if file is not None or line is not None:
            found = found.join(self._given.select(self._order.alias("order"), *places), "order")
        else:
            found = found.select("*", *places)
        columns = ["id", "title", "date", "source", "file", "line", "action", "cluster"]
        columns += ["duplicate_of", "similarity", "relation", "reason"]
        return found.orderBy("order").select(columns)

    def _decided(self) -> DataFrame:
        """Return the decisions on the documents of components."""
        from pyspark.sql import functions as F

        own = [("order", None), ("first", None), ("members", "long"), ("left_out", "long")]
        whole = self.counted()
        decided = self.of_parts(stages.decisions, own, _DECISIONS, whole).persist()
        left_out = decided.agg(F.sum("left_out")).collect()[0][0] or 0
        if left_out:
            # Partners were left out somewhere, and where one is missing others are
            # looked at: everywhere, as on one machine.
            whole = replace(whole, left_out=left_out)
            decided.unpersist()
            decided = self.of_parts(stages.decisions, own, _DECISIONS, whole).persist()
        return decided


class _Sent:
    """A table that was sent to every machine; made there when first asked for."""

    #: In the process of a worker, which takes one task after another.
    _made: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, make: Callable[..., Any], broadcast: Any) -> None:
        self._make = make
        self._broadcast = broadcast
        self._name = uuid4().hex

    def __call__(self) -> Any:
        made = _Sent._made.get(self._name)
        if made is None:
            # Of runs that ended nothing is kept.
            if len(_Sent._made) > 4:
                _Sent._made.clear()
            made = _Sent._made[self._name] = self._make(*self._broadcast.value)
        return made


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
    return not wrong.take(1)


def _stars(keys: DataFrame) -> DataFrame:
    """Return edges ``a``, ``b``: of the nodes with one ``key``, each other one hangs
    on the least."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    least = F.min("node").over(Window.partitionBy("key"))
    return keys.select(least.alias("a"), F.col("node").alias("b")).where("a != b")


def _numbers(firsts: DataFrame) -> DataFrame:
    """Return ``first`` and ``cluster``, the number of the cluster: the largest
    first, and of one size that with the earliest representative."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    sizes = sorted(firsts.groupBy("size").count().collect(), key=lambda row: -row["size"])
    before, rows = 0, []
    for row in sizes:
        rows.append((row["size"], before))
        before += row["count"]
    starts = firsts.sparkSession.createDataFrame(rows, "size long, before long")
    within = F.row_number().over(Window.partitionBy("size").orderBy("first"))
    numbered = firsts.join(F.broadcast(starts), "size")
    return numbered.select("first", (F.col("before") + within).cast("long").alias("cluster"))


def _strings(names: dict[str, str | None]) -> list[Column]:
    from pyspark.sql import functions as F

    return [
        (F.lit(None) if name is None else F.col(name)).cast("string").alias(role)
        for role, name in names.items()
    ]


def _names(columns: str) -> list[str]:
    return [column.split()[0] for column in columns.split(", ")]


def _check(options: Any) -> None:
    from leitong.errors import OptionError

    for name, only in (("method", "minhash"), ("measure", "jaccard")):
        if options.get(name) not in (None, only):
            raise OptionError(f"{name}: on many machines only {only} has bands", option=name)
    if options.get("mask_boilerplate"):
        what = "mask_boilerplate: sketches are made before anything is counted"
        raise OptionError(what, option="mask_boilerplate")


def _passages_of(library: str, options: dict[str, Any]) -> Any:
    """Return what turns documents into passages of a library."""

    def passages(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import leitong
        import pyarrow as pa

        opened = leitong.Library.open(library)
        names = _names(_PASSAGES)
        kinds = {"string": pa.string(), "long": pa.int64(), "double": pa.float64()}
        kinds["boolean"] = pa.bool_()
        types = [kinds[column.split()[1]] for column in _PASSAGES.split(", ")]
        schema = pa.schema(list(zip(names, types)))
        for batch in batches:
            rows = []
            for document in batch.to_pylist():
                draft = {name: value for name, value in document.items() if value is not None}
                draft.setdefault("text", "")
                check = opened.check(draft, threads=1, **options)
                for passage in check.passages:
                    row = {name: passage.get(name) for name in names}
                    row["start_a"], row["end_a"] = passage["span_a"]
                    row["start_b"], row["end_b"] = passage["span_b"]
                    row["edits"] = json.dumps(
                        passage["edits"], ensure_ascii=False, separators=(",", ":")
                    )
                    rows.append(row)
            yield pa.RecordBatch.from_pylist(rows, schema)

    return passages
