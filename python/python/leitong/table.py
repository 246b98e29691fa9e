"""Records as a table that every library of data frames can read."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterator
from typing import Any, overload

from leitong import _native

__all__ = ["Table"]

#: Rows that a notebook shows.
_SHOWN = 10


class Table:
    """Rows of named columns.

    Hand it to any library of data frames as it is: ``pl.DataFrame(table)``,
    ``pyarrow.table(table)``, ``pandas.DataFrame.from_arrow(table)``,
    ``duckdb.from_arrow(table)``.

    >>> import leitong as lt
    >>> run = lt.near_duplicates(["各地要落实联防联控、群防群治的要求。"] * 2)
    >>> len(run.pairs), run.pairs.columns[:3]
    (1, ['a', 'b', 'jaccard'])
    >>> run.pairs["relation"]
    ['copy']
    >>> run.pairs[0]["jaccard"]
    1.0
    """

    def __init__(self, native: _native.Table) -> None:
        self._native = native
        self._names = native.names
        self._json = set(native.json_names)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._names)

    def __len__(self) -> int:
        return len(self._native)

    @overload
    def __getitem__(self, key: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: str) -> list[Any]: ...
    @overload
    def __getitem__(self, key: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, key: int | str | slice) -> Any:
        if isinstance(key, str):
            values = self._native.column(key)
            return [_parsed(value) for value in values] if key in self._json else values
        if isinstance(key, slice):
            return [self[at] for at in range(*key.indices(len(self)))]
        at = key + len(self) if key < 0 else key
        if not 0 <= at < len(self):
            raise IndexError(f"row {key} of {len(self)}")
        cells = zip(self._names, self._native.row(at))
        return {name: _parsed(cell) if name in self._json else cell for name, cell in cells}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[at] for at in range(len(self)))

    def select(self, *names: str) -> Table:
        """Return the table with these columns alone, in this order.

        >>> import leitong as lt
        >>> run = lt.near_duplicates(["各地要落实联防联控、群防群治的要求。"] * 2)
        >>> run.pairs.select("b", "a").to_dicts()
        [{'b': '1', 'a': '0'}]
        """
        for name in names:
            if name not in self._names:
                raise KeyError(f"{name}: the table has {', '.join(self._names)}")
        return Table(self._native.select(list(names)))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries; lists and objects are parsed."""
        return list(self)

    def to_jsonl(self, path: str | os.PathLike[str] | None = None) -> bytes:
        """Return the rows as JSON Lines, with the bytes that the command writes,
        and write them to ``path`` if there is one."""
        lines = self._native.json_lines()
        if path is not None:
            with open(path, "wb") as out:
                out.write(lines)
        return lines

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._native.__arrow_c_schema__()

    def __repr__(self) -> str:
        lines = [f"Table of {len(self):,} rows: {', '.join(self._names)}"]
        lines += [json.dumps(row, ensure_ascii=False)[:160] for row in self[:5]]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return (
            f"<p>{len(self):,} rows</p>" + rows_as_html(self._names, self[:_SHOWN])
        )


def _parsed(value: str | None) -> Any:
    return None if value is None else json.loads(value)


def rows_as_html(names: list[str], rows: list[dict[str, Any]]) -> str:
    """Return rows as a table of HTML."""

    def cell(value: Any) -> str:
        if value is None:
            return "<td></td>"
        if isinstance(value, float):
            return f"<td style='text-align:right;padding:0 8px'>{value:.3f}</td>"
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        text = text if len(text) <= 80 else text[:79] + "…"
        side = "left" if isinstance(value, str) else "right"
        return f"<td style='text-align:{side};padding:0 8px'>{html.escape(text)}</td>"

    head = "".join(f"<th style='text-align:left;padding:0 8px'>{html.escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(cell(row.get(name)) for name in names) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
