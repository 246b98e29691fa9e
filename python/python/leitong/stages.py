"""The stages that engines of many machines run, over batches of Arrow.

Each takes batches and gives batches, knows no engine, and does not depend on how
rows came to lie in them, but where it says that they are sorted. An engine reads
documents, shuffles rows between the stages, and finds components of a graph:

1. :func:`meeting_keys`: documents that may be alike have a key in common; each
   hangs on the first one with its key, and components follow; a document that
   meets no other is one by itself;
2. :func:`marks`, then :func:`met`: which windows of eight characters stand in
   more than one component, from two bytes of each;
3. :func:`windows`, summed by window: in how many documents of different wording
   each of these stands;
4. :func:`stories`, then :func:`distinct_counts`: in how many stories;
5. :func:`zones`: the commonest time zone decides how times without one compare;
6. :func:`pairs`, :func:`clusters` or :func:`decisions` of whole components, each
   by the engine of one machine, unchanged. What stands in one component alone is
   counted there.

``leitong.spark`` runs them with PySpark. They need pyarrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from leitong import _native
from leitong.run import listed

__all__ = [
    "NO_COUNTS",
    "Whole",
    "clusters",
    "decisions",
    "distinct_counts",
    "mark_bits",
    "marks",
    "meeting_keys",
    "met",
    "packed",
    "pairs",
    "parts",
    "reaching",
    "stories",
    "windows",
    "zones",
]

#: Bytes of documents that are compared at a time, if components are smaller: to
#: begin a run for each of a million pairs of copies would take longer than it.
AT_A_TIME = 4 << 20

#: Fewest documents and fewest stories that are counted: what stands in fewer
#: decides nothing.
LEAST_DOCUMENTS = 3
LEAST_STORIES = 2

#: Windows that are packed at a time: 32 MB.
_PACKED_AT_A_TIME = 1 << 22

#: The threshold where none is given, as in the command.
_THRESHOLD = 0.8

#: Documents with one key that are paired with one another; more are joined with
#: one another by the engine, in one component.
LARGEST_BUCKET = 256

#: Options that sketches depend on.
_OF_SKETCHES = ("threshold", "recall", "shingle_len", "seed", "no_fold")

#: Options that normalized texts depend on.
_OF_TEXTS = ("shingle_len", "no_fold")

Batches = Iterable[pa.RecordBatch]
Made = Iterator[pa.RecordBatch]


def NO_COUNTS() -> _native.Counts:  # noqa: N802
    """Return the counts of a corpus in which nothing stands twice."""
    return _native.Counts(b"", b"")


@dataclass(frozen=True)
class Whole:
    """What has to be known of the whole corpus to tell what is in a part.

    The tables are asked for where they are used: they are large, and an engine
    may hold them once for each machine.
    """

    #: The documents of each window.
    windows: Callable[[], _native.Counts] = NO_COUNTS
    #: The stories of each window.
    stories: Callable[[], _native.Counts] = NO_COUNTS
    #: The commonest zone, in minutes east of UTC.
    zone: int = 0
    #: The documents whose partners are not all listed, in all parts but this.
    left_out: int = 0


@dataclass(frozen=True)
class Part:
    """Whole components, compared."""

    #: The order of the documents, a value for each.
    orders: pa.Array
    run: _native.Run
    #: The positions of the members of each cluster.
    members: list[list[int]] = field(default_factory=list)


def meeting_keys(batches: Batches, options: Mapping[str, Any]) -> Made:
    """Take ``node`` and ``text``; give a row ``key``, ``node``, ``is_wording`` for
    each key of a document: that of its wording, and those of its bands, which are
    64 bits of a hash each.

    >>> import pyarrow as pa
    >>> batch = pa.record_batch({"node": [7, 9], "text": ["各地要落实联防联控的要求"] * 2})
    >>> [keys] = meeting_keys([batch], {})
    >>> keys.num_rows, len(keys.column("key").unique())
    (62, 31)
    """
    given = _of(options, _OF_SKETCHES)
    for batch in batches:
        lists = _array(_native.meeting_keys(batch.column("text"), given, 1))
        of = pc.list_parent_indices(lists)
        # The first of each document is that of its wording.
        first = pc.not_equal(of[1:], of[:-1])
        is_wording = pa.concat_arrays([pa.array([True] * min(len(of), 1)), first])
        yield pa.record_batch(
            {
                "key": _signed(pc.list_flatten(lists)),
                "node": batch.column("node").take(of),
                "is_wording": is_wording,
            }
        )


def mark_bits(documents: int) -> int:
    """Return the bits of a window's hash that tell most windows of a corpus of so
    many documents apart: with a hundred windows a document, of a hundred windows
    one has the bits of another one."""
    return min(max(documents, 1).bit_length() + 14, 62)


def marks(batches: Batches, options: Mapping[str, Any], bits: int, ranges: int) -> Made:
    """Take ``component``, ``text`` and ``title``, sorted by component; give
    ``range`` and ``marks``: the upper ``bits`` of the windows of each component,
    of which each range holds a part, written in some two bytes each."""

    def written(held: list[pa.Array]) -> Made:
        rows = _native.packed(pa.concat_arrays(held), bits, ranges)
        numbers, packed = (list(side) for side in zip(*rows)) if rows else ([], [])
        arrays = [pa.array(numbers, pa.int32()), pa.array(packed, pa.binary())]
        yield pa.record_batch(arrays, ["range", "marks"])

    held: list[pa.Array] = []
    count = 0
    for documents, of in _documents(batches, options):
        held.append(_array(_native.windows(documents, of, None, 1)[0]))
        count += len(held[-1])
        if count >= _PACKED_AT_A_TIME:
            yield from written(held)
            held, count = [], 0
    if held:
        yield from written(held)


def met(batches: Batches) -> Made:
    """Take the ``marks`` of whole ranges; give ``windows``, the upper bits of those
    that stand in more than one component: what :class:`leitong._native.Shared`
    takes.

    >>> import pyarrow as pa
    >>> texts = ["各地要落实联防联控的要求", "各地要落实联防联控的规定，守住防线"]
    >>> rows = {"component": [1, 2], "text": texts, "title": pa.nulls(2, pa.string())}
    >>> made = list(marks([pa.record_batch(rows)], {}, 40, 1))
    >>> [found] = met(made)
    >>> 0 < len(found["windows"][0].as_py()) // 8 < 8
    True
    """
    packed = [one for batch in batches for one in batch.column("marks").to_pylist()]
    yield pa.record_batch([pa.array([_native.met(packed)], pa.binary())], ["windows"])


def windows(
    batches: Batches, options: Mapping[str, Any], shared: Callable[[], _native.Shared]
) -> Made:
    """Take ``component``, ``text`` and ``title``, sorted by component; give a row
    ``key``, ``count`` for each window of a component that others have: its hash,
    and the number of documents of different wording there."""
    for documents, of in _documents(batches, options):
        found, counts = map(_array, _native.windows(documents, of, shared(), 1))
        yield pa.record_batch({"key": _signed(found), "count": counts.cast(pa.int64())})


def stories(
    batches: Batches,
    options: Mapping[str, Any],
    counts: Callable[[], _native.Counts],
    shared: Callable[[], _native.Shared],
) -> Made:
    """Take ``component``, ``text`` and ``title``, sorted by component; give a row
    ``key``, ``value`` for each window that others have and that a document has
    outside of boilerplate, and its story. ``counts`` are those of all
    documents."""
    for documents, of in _documents(batches, options):
        found, told = map(_array, _native.told(documents, of, counts(), shared(), 1))
        yield pa.record_batch({"key": _signed(found), "value": told.cast(pa.int64())})


def _documents(
    batches: Batches, options: Mapping[str, Any]
) -> Iterator[tuple[_native.Documents, pa.ChunkedArray]]:
    """Take ``component``, ``text`` and ``title``, sorted by component; give the
    documents of whole components, and the component of each."""
    given = {**_of(options, _OF_TEXTS), "title": "title"}
    for table in parts(batches):
        documents = _native.documents_from_arrow(table.select(["text", "title"]), given, 1, None)
        yield documents, table.column("component")


def distinct_counts(batches: Batches, least: int) -> Made:
    """Take ``key`` and ``value``, sorted by key; give ``key`` and ``count``, the
    number of different values, where it is ``least`` or more.

    >>> import pyarrow as pa
    >>> rows = pa.record_batch({"key": [1, 1, 2, 2, 2], "value": [5, 5, 5, 6, 5]})
    >>> [two] = distinct_counts([rows.slice(0, 3), rows.slice(3)], 2)
    >>> two.to_pylist()
    [{'key': 2, 'count': 2}]
    """
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.num_rows == 0:
            continue
        last = batch.column("key")[-1]
        # The last key may go on in the next batch.
        same = pc.sum(pc.equal(batch.column("key"), last)).as_py()
        if same < batch.num_rows:
            held.append(batch.slice(0, batch.num_rows - same))
            yield from _counted(held, least)
            held = []
        elif held and held[-1].column("key")[-1] != last:
            yield from _counted(held, least)
            held = []
        held.append(batch.slice(batch.num_rows - same))
        if len(held) > 64:
            # Of a key that very many have, each value once.
            unique = pa.Table.from_batches(held).group_by(["key", "value"]).aggregate([])
            held = unique.combine_chunks().to_batches()
    yield from _counted(held, least)


def _counted(held: list[pa.RecordBatch], least: int) -> Made:
    if not held:
        return
    counted = pa.Table.from_batches(held).group_by("key").aggregate([("value", "count_distinct")])
    counted = counted.rename_columns(["key", "count"])
    yield from counted.filter(pc.field("count") >= least).combine_chunks().to_batches()


def packed(batches: Batches) -> Made:
    """Take ``key`` and ``count``; give the same in few rows ``keys``, ``counts``,
    which hold the bytes of many: what :class:`leitong._native.Counts` takes."""
    for batch in batches:
        keys = batch.column("key").cast(pa.int64())
        counts = batch.column("count").cast(pa.int32())
        both = [_bytes(keys, 8), _bytes(counts, 4)]
        yield pa.record_batch([pa.array([one], pa.binary()) for one in both], ["keys", "counts"])


def _bytes(numbers: pa.Array, width: int) -> bytes:
    start = numbers.offset * width
    held: bytes = numbers.buffers()[1].to_pybytes()
    return held[start : start + len(numbers) * width]


def zones(batches: Batches) -> Made:
    """Take ``date``; give ``zone``, minutes east of UTC, for each date that states
    one."""
    for batch in batches:
        found = [zone for zone in _native.zones(batch.column("date")) if zone is not None]
        yield pa.record_batch([pa.array(found, pa.int32())], ["zone"])


def parts(batches: Batches, by: str = "component") -> Iterator[pa.Table]:
    """Take batches that are sorted by a column; give the rows of whole values of
    it, of one or of many small ones."""
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        if size >= AT_A_TIME:
            last = held[-1].column(by)[-1]
            same = pc.sum(pc.equal(batch.column(by), last)).as_py() or 0
            if same < batch.num_rows:
                held.append(batch.slice(0, same))
                yield pa.Table.from_batches(held)
                held, size = [], 0
                batch = batch.slice(same)
        held.append(batch)
        size += batch.nbytes
    if held:
        yield pa.Table.from_batches(held)


def reaching(batches: Batches, options: Mapping[str, Any]) -> Made:
    """Take rows sorted by ``block``, documents with ``node`` and ``text``, and pairs
    with ``node`` and ``other``; give the ``node`` and ``other`` of pairs of a block
    that reach the threshold."""
    from leitong import kernel

    given = _of(options, _OF_TEXTS)
    threshold = options.get("threshold") or _THRESHOLD
    for table in parts(batches, "block"):
        documents = table.filter(pc.field("other").is_null())
        pairs = table.filter(pc.field("other").is_valid())
        nodes = documents.column("node").combine_chunks()
        sides = [
            pc.index_in(pairs.column(side), value_set=nodes).to_pylist()
            for side in ("node", "other")
        ]
        found = kernel.verify(documents.column("text"), *sides, threads=1, **given)
        # What is too much here is compared once more, and only costs time.
        reaches = pc.greater_equal(pa.array(found["jaccard"], pa.float64()), threshold - 1e-9)
        yield from pairs.select(["node", "other"]).filter(reaches).combine_chunks().to_batches()


def _compared(batches: Batches, options: Mapping[str, Any], whole: Whole) -> Iterator[Part]:
    """Take ``component``, ``order``, ``id``, ``text``, ``title``, ``date`` and
    ``source``, sorted by component and order."""
    names = {name: name for name in ("id", "text", "title", "date", "source")}
    names.update(_of(options, _OF_TEXTS))
    given = listed(options)
    for table in parts(batches):
        documents = _native.documents_from_arrow(table.select(list(names)[:5]), names, 1, None)
        counts = (whole.windows(), whole.stories())
        run = _native.compare_part(documents, given, counts, whole.zone, whole.left_out, 1)
        orders = table.column("order").combine_chunks()
        yield Part(orders, run, run.cluster_members())


def pairs(batches: Batches, options: Mapping[str, Any], whole: Whole) -> Made:
    """Take documents as :func:`decisions` does; give ``order_a``, ``order_b`` and
    the columns of pairs."""
    for part in _compared(batches, options, whole):
        table = _table(part.run.pairs())
        a, b = (part.orders.take(pa.array(side, pa.int64())) for side in part.run.pair_positions())
        yield _batch({"order_a": a, "order_b": b}, table)


def clusters(batches: Batches, options: Mapping[str, Any], whole: Whole) -> Made:
    """Take documents as :func:`decisions` does; give the columns of clusters, but
    for their number, and ``first``, the order of the representative, and
    ``place``, that of the member in its cluster."""
    for part in _compared(batches, options, whole):
        table = _table(part.run.clusters()).drop_columns(["cluster"])
        firsts = [cluster[0] for cluster in part.members for _ in cluster]
        places = [place for cluster in part.members for place in range(len(cluster))]
        first = part.orders.take(pa.array(firsts, pa.int64()))
        yield _batch({"first": first, "place": pa.array(places, pa.int64())}, table)


def decisions(batches: Batches, options: Mapping[str, Any], whole: Whole) -> Made:
    """Take ``component``, ``order``, ``id``, ``text``, ``title``, ``date`` and
    ``source``, sorted by component and order; give ``order``, the columns of
    decisions, ``first`` and ``members``, the order of the representative of the
    document's cluster and the size of it, and ``left_out``, on the first row of
    each part, the number of its documents whose partners are not all listed."""
    for part in _compared(batches, options, whole):
        table = _table(part.run.decisions().table()).drop_columns(["file", "line"])
        numbers = table.column("cluster").to_pylist()
        firsts = [None if at is None else part.members[at - 1][0] for at in numbers]
        sizes = [None if at is None else len(part.members[at - 1]) for at in numbers]
        counts = part.run.counts()
        left_out = counts["partners_left_out"] - whole.left_out + counts["cut_short"]
        own = {
            "order": part.orders,
            "first": part.orders.take(pa.array(firsts, pa.int64())),
            "members": pa.array(sizes, pa.int64()),
            "left_out": pa.array([left_out] + [0] * (len(numbers) - 1), pa.int64()),
        }
        yield _batch(own, table.drop_columns(["cluster"]))


def _of(options: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return listed({name: options[name] for name in names if options.get(name) is not None})


def _array(lent: _native.Array) -> pa.Array:
    return pa.array(lent)


def _signed(keys: pa.Array) -> pa.Array:
    """Return numbers of 64 bits as those with a sign: most engines have no
    others."""
    if pa.types.is_large_list(keys.type):
        keys = pc.list_flatten(keys)
    return keys.view(pa.int64())


def _table(lent: _native.Table) -> pa.Table:
    """Return a table with the types that all engines have."""
    table = pa.table(lent)
    kinds = {pa.large_string(): pa.string(), pa.uint64(): pa.int64()}
    fields = [pa.field(one.name, kinds.get(one.type, one.type)) for one in table.schema]
    return table.cast(pa.schema(fields))


def _batch(own: Mapping[str, pa.Array], table: pa.Table) -> pa.RecordBatch:
    arrays = list(own.values()) + [_combined(column) for column in table.columns]
    return pa.record_batch(arrays, [*own, *table.column_names])


def _combined(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        return pa.concat_arrays(combined.chunks) if combined.num_chunks else pa.array([], column.type)
    return combined
