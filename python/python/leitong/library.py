"""A library: documents on disk, and what they have of a draft."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leitong import _native
from leitong.comparison import _given
from leitong.documents import Document, read
from leitong.progress import Progress, Told

__all__ = ["Added", "Check", "Library"]


@dataclass(frozen=True)
class Added:
    """How many documents were added."""

    #: Documents that are new.
    added: int
    #: Documents that took the place of others.
    replaced: int
    #: Documents that were left out because of their ids.
    skipped: int


class Check:
    """What a library has of a draft.

    The columns of its record are attributes: ``near``, ``passages``, ``shares``,
    ``warnings``. Printed, it shows the draft with its passages.
    """

    def __init__(self, record: dict[str, Any], text: str) -> None:
        self.record = record
        self._text = text

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["record"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def copied_share(self) -> float:
        """The share of the draft that stands in passages."""
        share: float = self.record["shares"]["total"]
        return share

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        near, passages = len(self.record["near"]), len(self.record["passages"])
        return f"<{self.copied_share:.0%} copied: {near} near-duplicates, {passages} passages>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self._text)}</pre>"


class Library:
    """Documents on disk, as ``leitong index`` keeps them.

    >>> import leitong as lt, tempfile
    >>> text = "新建的实验小学昨天迎来第一批学生。校门口画了等候线，家长把孩子送到线前就回去。"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     library = lt.Library.build(f"{folder}/news.ltx", [{"id": "a", "text": text}])
    ...     hit = library.check("记者在城北转了一圈。" + text)
    ...     len(library), hit.near[0]["id"], hit.copied_share > 0.7, len(hit.passages)
    (1, 'a', True, 1)
    """

    def __init__(self, path: str | os.PathLike[str], native: _native.Library) -> None:
        #: The folder.
        self.path = os.fspath(path)
        self._native = native

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Library:
        """Open a library for reading; it stays as it is now."""
        return cls(path, _native.Library.open(path))

    @classmethod
    def build(cls, path: str | os.PathLike[str], data: Any, **names: Any) -> Library:
        """Make a library of ``data``, with the default settings, in a folder that
        is not there yet; takes what :meth:`add` takes."""
        if os.path.exists(path):
            from leitong.errors import LibraryError

            what = f"{os.fspath(path)}: is there already; open it, or name another folder"
            raise LibraryError(what, path=os.fspath(path))
        _add(path, data, **names)
        return cls.open(path)

    def add(self, data: Any, **names: Any) -> Added:
        """Add documents: they are on disk, and found, when this returns.

        :func:`leitong.read` says what ``data`` may be, and what names its columns.
        ``on_conflict`` says what becomes of a document whose id is taken:
        ``skip``, ``replace``, or ``error``, which adds nothing at all.
        """
        added = _add(self.path, data, **names)
        self._native = _native.Library.open(self.path)
        return added

    def __len__(self) -> int:
        return len(self._native)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._native.get(id) is not None

    def get(self, id: str) -> Document | None:
        """Return the document with an id; ``None`` if it is not there."""
        found = self._native.get(id)
        return None if found is None else Document(*found)

    def check(
        self,
        draft: str | Document | Mapping[str, Any],
        *,
        threshold: float | None = None,
        min_length: int | None = None,
        min_identity: float | None = None,
        own: Sequence[str] | None = None,
        without_ids: Sequence[str] | None = None,
        without_sources: Sequence[str] | None = None,
        threads: int = 0,
    ) -> Check:
        """Return what the library has of a draft, as ``leitong check`` does."""
        options = {
            "threshold": threshold,
            "min_length": min_length,
            "min_identity": min_identity,
            "own": None if own is None else list(own),
            "without_ids": None if without_ids is None else list(without_ids),
            "without_sources": None if without_sources is None else list(without_sources),
        }
        record, text = self._native.check(_given(draft, "draft"), options, threads)
        return Check(json.loads(record), text)

    def __repr__(self) -> str:
        return f"<library of {len(self):,} documents in {self.path}>"


def _add(
    path: str | os.PathLike[str],
    data: Any,
    *,
    on_conflict: Literal["skip", "replace", "error"] = "skip",
    threads: int = 0,
    progress: Progress = None,
    **names: Any,
) -> Added:
    documents = read(data, threads=threads, progress=progress, **names)
    with Told(progress) as callback:
        return Added(
            *_native.library_add(path, documents._native, on_conflict, threads, callback)
        )
