"""A run: pairs, clusters, decisions, phrases, passages."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from leitong import _native
from leitong.documents import Document, Documents
from leitong.graph import Graph
from leitong.phrases import Phrases
from leitong.progress import Progress, Told
from leitong.table import Table, rows_as_html

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from leitong.options import DedupOptions, PhraseOptions

__all__ = ["Cluster", "Clusters", "Deduped", "Member", "Run"]

#: Clusters that a notebook shows.
_SHOWN = 5


@dataclass(frozen=True)
class Member(Document):
    """A document in a cluster."""

    #: Its similarity to the representative; 1 for the representative itself.
    similarity: float = 1.0


class Cluster:
    """Documents that are like one another.

    >>> import leitong as lt
    >>> run = lt.near_duplicates(["各地要落实联防联控、群防群治的要求。"] * 3)
    >>> cluster = run.clusters[0]
    >>> len(cluster), cluster.representative.id, cluster.lowest
    (3, '0', 1.0)
    """

    def __init__(self, number: int, documents: Documents, rows: list[tuple[int, float]]) -> None:
        self.number = number
        self._documents = documents
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def members(self) -> list[Member]:
        """The documents: the representative first, then the most similar."""
        return [
            Member(*self._documents[position]._fields(), position, similarity)
            for position, similarity in self._rows
        ]

    @property
    def representative(self) -> Member:
        """The document with the most partners."""
        return self.members[0]

    @property
    def positions(self) -> list[int]:
        """The members as positions in the input."""
        return [position for position, _ in self._rows]

    @property
    def lowest(self) -> float:
        """The lowest similarity of a member to the representative."""
        return min(similarity for _, similarity in self._rows)

    def __repr__(self) -> str:
        first = self.representative
        return f"<cluster {self.number}: {len(self)} documents, {first.title or first.id!r}>"


class Clusters:
    """All clusters, the largest first; as Arrow, a row for each member.

    Has a length and takes positions and slices.
    """

    # No Sequence: polars would read its items instead of its columns.

    def __init__(self, run: _native.Run, documents: Documents) -> None:
        self.table = Table(run.clusters())
        similarities = iter(self.table["similarity"])
        self._documents = documents
        self._rows = [
            [(position, next(similarities)) for position in members]
            for members in run.cluster_members()
        ]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, key: int) -> Cluster: ...
    @overload
    def __getitem__(self, key: slice) -> list[Cluster]: ...
    def __getitem__(self, key: int | slice) -> Cluster | list[Cluster]:
        if isinstance(key, slice):
            return [self[at] for at in range(*key.indices(len(self)))]
        at = key + len(self) if key < 0 else key
        if not 0 <= at < len(self):
            raise IndexError(f"cluster {key} of {len(self)}")
        return Cluster(at + 1, self._documents, self._rows[at])

    def __iter__(self) -> Iterator[Cluster]:
        return (self[at] for at in range(len(self)))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self.table.__arrow_c_schema__()

    def __repr__(self) -> str:
        return f"<{len(self):,} clusters>"

    def _repr_html_(self) -> str:
        return _clusters_as_html(self)


class Deduped:
    """Which documents stay.

    >>> import leitong as lt
    >>> text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。"
    >>> clean = lt.dedup([text, "春天到了，公园里的花都开了。", text])
    >>> clean.mask
    [True, True, False]
    >>> clean.decisions[2]["reason"]
    'same text as 0 (first of 2 in the input)'
    """

    def __init__(self, run: Run, native: _native.Decided) -> None:
        #: The run that the decisions rest on.
        self.run = run
        self._native = native

    @cached_property
    def mask(self) -> list[bool]:
        """Whether each document stays, in input order."""
        return self._native.mask()

    @cached_property
    def decisions(self) -> Table:
        """A row for each document, with the reason."""
        return Table(self._native.table())

    @property
    def kept(self) -> list[int]:
        """The positions of the documents that stay."""
        return [position for position, stays in enumerate(self.mask) if stays]

    @property
    def dropped(self) -> list[int]:
        """The positions of the documents that go."""
        return [position for position, stays in enumerate(self.mask) if not stays]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.decisions.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self.decisions.__arrow_c_schema__()

    def __repr__(self) -> str:
        dropped = self._native.dropped()
        return f"<{len(self.run.texts) - dropped:,} documents stay, {dropped:,} go>"


class Run:
    """What was compared, and all that was found.

    >>> import leitong as lt
    >>> text = "到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。"
    >>> run = lt.scan([text, text.replace("二十", "三十")], threshold=0.5)
    >>> run.pairs[0]["b"], round(run.pairs[0]["jaccard"], 2)
    ('1', 0.62)
    >>> len(run.rethreshold(0.9).pairs)
    0
    """

    def __init__(self, native: _native.Run) -> None:
        self._native = native
        #: The documents, to be looked up by position or id.
        self.texts = Documents(native.documents)

    @cached_property
    def pairs(self) -> Table:
        """The pairs: exact similarities, and the relation."""
        return Table(self._native.pairs())

    @cached_property
    def clusters(self) -> Clusters:
        """The clusters, the largest first."""
        return Clusters(self._native, self.texts)

    @cached_property
    def decisions(self) -> Table:
        """What stays and what goes by the policy of the run, with reasons."""
        return Table(self._native.decisions().table())

    @property
    def threshold(self) -> float:
        """The least similarity of a pair."""
        return self._native.threshold

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of everything."""
        return self._native.counts()

    @property
    def histogram(self) -> list[tuple[float, int]]:
        """The number of pairs in each hundredth of similarity."""
        return self._native.histogram()

    @property
    def warnings(self) -> list[str]:
        """What to know before trusting the result."""
        return self._native.warnings()

    def document(self, id: str) -> Document:
        """Return the document with an id; ``KeyError`` if there is none."""
        return self.texts.by_id(id)

    def rethreshold(self, threshold: float, *, progress: Progress = None) -> Run:
        """Return what a run at a higher threshold finds, from these pairs.

        Relations and clusters are made anew. A run of its own finds the same,
        unless this one left pairs of large families out, of which
        ``counts["partners_left_out"]`` tells.
        """
        with Told(progress) as callback:
            return Run(self._native.rethreshold(threshold, callback))

    def dedup(self, **options: Unpack[DedupOptions]) -> Deduped:
        """Return which documents stay; without options, by the policy of the run.

        >>> import leitong as lt
        >>> text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。"
        >>> rows = [{"text": text, "date": "2020-04-15"}, {"text": text, "date": "2020-04-14"}]
        >>> lt.near_duplicates(rows).dedup(keep=["earliest"]).mask
        [False, True]
        """
        if not options:
            return Deduped(self, self._native.decisions())
        return Deduped(self, self._native.decide(listed(options)))

    def phrases(
        self, *, threads: int = 0, progress: Progress = None, **options: Unpack[PhraseOptions]
    ) -> Phrases:
        """Return the phrases that the documents share.

        Without options, those that a scan found. With options the suffixes are
        sorted again; ``phrases().where(kind="formula")`` chooses among what is
        there instead.
        """
        with Told(progress) as callback:
            if not options and self._native.is_scan:
                return Phrases(*self._native.phrases(callback))
            native = self._native.documents
            return Phrases(*_native.phrases(native, listed(options), threads, callback))

    @cached_property
    def edges(self) -> Table:
        """What links documents; a run that was no scan becomes one."""
        return Table(self._native.edges(None))

    @cached_property
    def passages(self) -> Table:
        """The passages that documents share, edits included.

        A run that was no scan becomes one first.
        """
        return Table(self._native.passages(None))

    @cached_property
    def groups(self) -> Table:
        """The same passage in many documents; a run that was no scan becomes one."""
        return Table(self._native.groups(None))

    @cached_property
    def documents(self) -> Table:
        """How formulaic each document is; a run that was no scan becomes one."""
        return Table(self._native.phrases(None)[2])

    def graph(self) -> Graph:
        """Return the graph of the documents; a run that was no scan becomes one."""
        return Graph(self.decisions, self.edges)

    def write(self, folder: str | os.PathLike[str], *, progress: Progress = None) -> None:
        """Write the folder that ``leitong scan`` writes, but for the page."""
        with Told(progress) as callback:
            self._native.write(folder, callback)

    def report(
        self,
        path: str | os.PathLike[str],
        *,
        limit: int | None = None,
        progress: Progress = None,
    ) -> int:
        """Write the page that shows the run, one file of at most ``limit`` bytes
        (20 million); return its size. A run that was no scan becomes one."""
        with Told(progress) as callback:
            return self._native.report(path, limit, callback)

    def __repr__(self) -> str:
        counts = self.counts
        return (
            f"<run of {counts['documents']:,} documents: {counts['pairs']:,} pairs at "
            f"{self.threshold}, {counts['clusters']:,} clusters>"
        )

    def _repr_html_(self) -> str:
        counts = self.counts
        named = ("documents", "copies", "pairs", "clusters", "phrases", "edges")
        cells = "".join(
            f"<td style='text-align:left'><b>{counts[name]:,}</b> {name}</td>"
            for name in named
            if name in counts
        )
        warnings = "".join(f"<li>{html.escape(one)}</li>" for one in self.warnings[:5])
        return (
            f"<table><tr>{cells}</tr></table>"
            + _histogram_as_html(self.histogram)
            + _clusters_as_html(self.clusters)
            + (f"<ul>{warnings}</ul>" if warnings else "")
        )


def listed(options: Any) -> dict[str, Any]:
    """Return options with lists where there are other sequences."""
    lists = ("keep", "ignore", "no_fold")
    return {
        name: ([value] if isinstance(value, str) else list(value))
        if name in lists and value is not None
        else value
        for name, value in options.items()
    }


def _histogram_as_html(bins: list[tuple[float, int]]) -> str:
    if not bins:
        return "<p>no pairs</p>"
    most = max(pairs for _, pairs in bins)
    bars = "".join(
        f"<rect x='{at * 8}' y='{60 - 60 * pairs / most:.1f}' width='7' "
        f"height='{60 * pairs / most:.1f}' fill='#4477aa'><title>{start:.2f}: {pairs:,} "
        "pairs</title></rect>"
        for at, (start, pairs) in enumerate(bins)
    )
    width = 8 * len(bins)
    return (
        f"<svg width='{width}' height='76' role='img' aria-label='pairs by similarity'>{bars}"
        f"<text x='0' y='74' font-size='11' fill='currentColor'>{bins[0][0]:.2f}</text>"
        f"<text x='{width}' y='74' font-size='11' text-anchor='end' fill='currentColor'>1</text>"
        "</svg>"
    )


def _clusters_as_html(clusters: Clusters) -> str:
    rows = []
    for cluster in clusters[:_SHOWN]:
        first = cluster.representative
        rows.append(
            {
                "cluster": cluster.number,
                "documents": len(cluster),
                "lowest": cluster.lowest,
                "representative": first.title or first.id,
                "text": first.text.strip()[:60],
            }
        )
    names = ["cluster", "documents", "lowest", "representative", "text"]
    return rows_as_html(names, rows) if rows else ""
