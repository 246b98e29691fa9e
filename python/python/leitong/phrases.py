"""Phrases that documents share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from leitong import _native
from leitong.table import Table

__all__ = ["Occurrence", "Phrase", "Phrases", "Variant"]


@dataclass(frozen=True)
class Variant:
    """A surface form of a phrase."""

    #: The form as it is written.
    text: str
    #: Number of occurrences written so.
    count: int


@dataclass(frozen=True)
class Occurrence:
    """A place where a phrase stands."""

    #: The id of the document.
    id: str
    #: The first byte of its text.
    start: int
    #: The byte behind the last one.
    end: int


class Phrase:
    """A phrase: every column of its record is an attribute."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["record"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def variants(self) -> list[Variant]:
        """The surface forms, the commonest first."""
        return [Variant(**one) for one in self.record["variants"]]

    @property
    def occurrences_at(self) -> list[Occurrence]:
        """Where it stands, by document and place."""
        return [Occurrence(**one) for one in self.record["where"]]

    def __repr__(self) -> str:
        record = self.record
        return f"<{record['display']}: {record['kind']}, in {record['documents']} documents>"


class Phrases:
    """Phrases, best first.

    >>> import leitong as lt
    >>> texts = [
    ...     "各街道要坚持联防联控、群防群治，把每一段堤都看住。",
    ...     "食堂的安全工作靠聯防聯控、群防群治。",
    ...     "联防联控、群防群治，老桥的质量才不会等检查组来了再说。",
    ... ]
    >>> phrases = lt.phrases(texts)
    >>> phrase = phrases.find("聯防聯控、群防群治")
    >>> phrase.documents, [variant.text for variant in phrase.variants]
    (3, ['联防联控、群防群治', '聯防聯控、群防群治'])
    """

    def __init__(
        self, table: _native.Table, families: _native.Table, documents: _native.Table
    ) -> None:
        #: The records.
        self.table = Table(table)
        #: Families of related phrases, a row for each member.
        self.families = Table(families)
        #: How formulaic each document is.
        self.documents = Table(documents)

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, key: int) -> Phrase: ...
    @overload
    def __getitem__(self, key: slice) -> list[Phrase]: ...
    def __getitem__(self, key: int | slice) -> Phrase | list[Phrase]:
        if isinstance(key, slice):
            return [Phrase(record) for record in self.table[key]]
        return Phrase(self.table[key])

    def __iter__(self) -> Iterator[Phrase]:
        return (self[at] for at in range(len(self)))

    @cached_property
    def _by_text(self) -> dict[str, int]:
        from leitong import kernel

        normalized = kernel.normalize(self.table["phrase"]).to_list()
        # The first is the best.
        return {text: row for row, text in reversed(list(enumerate(normalized)))}

    def find(self, text: str) -> Phrase | None:
        """Return the phrase that is written so, in any script, width and
        punctuation; ``None`` if there is none."""
        from leitong import kernel

        row = self._by_text.get(kernel.normalize([text]).to_list()[0])
        return None if row is None else Phrase(self.table[row])

    def where(self, kind: str | None = None, min_documents: int = 0) -> list[Phrase]:
        """Return the phrases of one kind, in so many documents."""
        kinds = self.table["kind"]
        documents = self.table["documents"]
        return [
            self[row]
            for row in range(len(self))
            if (kind is None or kinds[row] == kind) and documents[row] >= min_documents
        ]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self.table.__arrow_c_schema__()

    def __repr__(self) -> str:
        first = ", ".join(record["display"] for record in self.table[:3])
        return f"<{len(self):,} phrases: {first}>"

    def _repr_html_(self) -> str:
        return self.table.select("display", "kind", "documents", "score")._repr_html_()
