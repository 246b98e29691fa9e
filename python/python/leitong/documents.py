"""Documents: from lists, data frames or files."""

from __future__ import annotations

import math
import os
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from leitong import _native
from leitong.errors import ColumnError, FieldError
from leitong.progress import Progress, Told

__all__ = ["Document", "Documents", "read"]

_ROLES = ("id", "text", "title", "date", "source")

#: Options that only files have.
_OF_FILES = ("input_format", "lines", "encoding", "strict")


@dataclass(frozen=True)
class Document:
    """A document.

    >>> import leitong as lt
    >>> documents = lt.read([{"id": "a", "text": "聯防、聯控", "date": "2020-04-14"}])
    >>> documents[0].date
    '2020-04-14'
    """

    #: Its id, which no other document of its run has.
    id: str
    #: Its text as it was read.
    text: str
    #: Its headline, if it has one.
    title: str | None = None
    #: Its date as it was written, if it has one.
    date: str | None = None
    #: Its publisher or site, if it has one.
    source: str | None = None
    #: Its position in the input, from 0.
    position: int = 0

    def _fields(self) -> tuple[str, str, str | None, str | None, str | None]:
        return self.id, self.text, self.title, self.date, self.source


class Documents(Sequence[Document]):
    """Documents that were read and normalized, to be looked at and compared.

    >>> import leitong as lt
    >>> documents = lt.read(["联防联控", "群防群治"])
    >>> len(documents), documents[1].id, documents.normalized(0)
    (2, '1', '联防联控')
    >>> documents.by_id("1").text
    '群防群治'
    """

    def __init__(self, native: _native.Documents) -> None:
        self._native = native

    def __len__(self) -> int:
        return len(self._native)

    @overload
    def __getitem__(self, key: int) -> Document: ...
    @overload
    def __getitem__(self, key: slice) -> list[Document]: ...
    def __getitem__(self, key: int | slice) -> Document | list[Document]:
        if isinstance(key, slice):
            return [self[at] for at in range(*key.indices(len(self)))]
        at = key + len(self) if key < 0 else key
        if not 0 <= at < len(self):
            raise IndexError(f"document {key} of {len(self)}")
        return Document(*self._native.get(at), position=at)

    @property
    def ids(self) -> list[str]:
        """The ids in order."""
        return self._native.ids()

    def by_id(self, id: str) -> Document:
        """Return the document with an id; ``KeyError`` if there is none."""
        position: int = self._native.find(id)
        return self[position]

    def normalized(self, position: int) -> str:
        """Return the text as it is compared."""
        return self._native.normalized(position)

    @property
    def warnings(self) -> list[str]:
        """What is odd about the documents or how they were read."""
        return self._native.warnings()

    @property
    def skipped(self) -> list[tuple[str, int, str]]:
        """What was left out: the input, the line (0 for a whole file), why."""
        return self._native.skipped()

    def __repr__(self) -> str:
        return f"<{len(self):,} documents>"


def read(
    data: Any,
    *,
    id: str | None = None,
    text: str | None = None,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    no_fold: Sequence[str] | None = None,
    shingle_len: int | str | None = None,
    input_format: str | None = None,
    lines: bool | None = None,
    encoding: str | None = None,
    strict: bool | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Documents:
    """Return documents, to use in several calls.

    ``data`` is one of

    - a path, or a list of ``pathlib.Path``: files, folders and patterns, read as
      the command reads them;
    - anything with ``__arrow_c_stream__`` or ``__arrow_c_array__``: data frames of
      polars, pandas, pyarrow and duckdb, datasets, or one column of texts;
    - a list of strings, each a text (with a warning if all are paths of files);
    - a list of dictionaries, or a dictionary of lists.

    ``id``, ``text``, ``title``, ``date`` and ``source`` name the columns or
    fields; what is not named is looked for under these very names, and only a
    text must be there. Without an id, a document's id is its position. A text
    that is missing (``None``, or what pandas writes for it) is an empty one, so that a mask has a value for every row; of
    empty texts with one title, the first stays.

    >>> import leitong as lt
    >>> lt.read([{"url": "a", "body": "联防联控"}], id="url", text="body")
    <1 documents>
    """
    if isinstance(data, Documents):
        if no_fold is not None:
            raise TypeError("no_fold: the documents are normalized already; give it to read()")
        return data
    names = dict(zip(_ROLES, (id, text, title, date, source)))
    how = {"no_fold": _as_list(no_fold), "shingle_len": shingle_len}
    of_files = dict(zip(_OF_FILES, (input_format, lines, encoding, strict)))
    return read_with(data, names, how, of_files, threads, progress)


def read_with(
    data: Any,
    names: Mapping[str, str | None],
    how: Mapping[str, Any],
    of_files: Mapping[str, Any],
    threads: int,
    progress: Progress,
) -> Documents:
    """Return documents, with options that only the engine's own calls have:
    ``wording_only`` keeps what pairs need, and neither texts nor what tells texts
    of one wording apart."""
    how = dict(how)
    with Told(progress) as callback:
        paths = _paths(data)
        if paths is not None:
            options = {**names, **how, **of_files}
            return Documents(_native.documents_from_paths(paths, options, threads, callback))
        for name, value in of_files.items():
            if value is not None:
                raise TypeError(f"{name}: only files have it")
        table = _arrow(data)
        if table is not None:
            options = {**names, **how}
            return Documents(_native.documents_from_arrow(table, options, threads, callback))
        columns = _columns(data, names)
        return Documents(_native.documents_from_columns(columns, how, threads, callback))


def _as_list(values: Sequence[str] | None) -> list[str] | None:
    if isinstance(values, str):
        return [values]
    return None if values is None else list(values)


def _paths(data: Any) -> list[str] | None:
    if isinstance(data, (str, os.PathLike)):
        return [os.fspath(data)]
    if isinstance(data, (list, tuple)) and data:
        if all(isinstance(one, os.PathLike) for one in data):
            return [os.fspath(one) for one in data]
    return None


def _arrow(data: Any) -> Any:
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return data
    # Of Hugging Face, before it had the interface.
    if type(data).__module__.partition(".")[0] == "datasets" and hasattr(data, "with_format"):
        return data.with_format("arrow")[:]
    return None


def _columns(data: Any, names: Mapping[str, str | None]) -> dict[str, Any]:
    if isinstance(data, Mapping):
        return _named(data, names)
    if isinstance(data, (bytes, bytearray)) or not isinstance(data, Iterable):
        raise _not_documents(data)
    try:
        rows = data if isinstance(data, list) else list(data)
    except TypeError as error:
        raise _not_documents(data) from error
    if not rows or not isinstance(rows[0], Mapping):
        _warn_of_paths(rows)
        return {"text": rows}
    for at, row in enumerate(rows):
        if not isinstance(row, Mapping):
            what = f"rows: expected dictionaries as in row 0, row {at} has {type(row)}"
            raise ColumnError(what, column="text")
    found = sorted({str(name) for row in rows for name in row})
    columns: dict[str, list[str | None]] = {}
    for role, name in names.items():
        wanted = name or role
        if any(wanted in row for row in rows):
            columns[role] = [as_text(row.get(wanted)) for row in rows]
        elif name is not None or role == "text":
            raise _no_field("rows", wanted, found, role)
    return columns


def _warn_of_paths(rows: list[Any]) -> None:
    """Warns if all texts are paths of files: what is in the files was meant."""
    if rows and all(isinstance(one, str) and _is_file(one) for one in rows):
        warnings.warn(
            f"all {len(rows):,} strings are paths of files, but strings in a list are texts; "
            "to read the files, give [pathlib.Path(one) for one in data]",
            stacklevel=_frames_to_the_caller(),
        )


def _is_file(text: str) -> bool:
    # A longer string is no path anywhere.
    if len(text) > 4096 or "\n" in text:
        return False
    try:
        return os.path.isfile(text)
    except ValueError:
        return False


def _frames_to_the_caller() -> int:
    """Returns how many frames above the one that asks the caller of the package stands."""
    frame, number = sys._getframe(1), 1
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == "leitong":
        frame, number = frame.f_back, number + 1
    return number


def _named(data: Mapping[str, Any], names: Mapping[str, str | None]) -> dict[str, Any]:
    """Return columns of a dictionary of them."""
    columns: dict[str, Any] = {}
    for role, name in names.items():
        wanted = name or role
        if wanted in data:
            values = data[wanted]
            if isinstance(values, str) or not (_arrow(values) or isinstance(values, Iterable)):
                what = f"column {wanted!r}: expected a list, got {type(values)}; [data] is one document"
                raise ColumnError(what, column=wanted)
            columns[role] = values if _arrow(values) is not None else [as_text(one) for one in values]
        elif name is not None or role == "text":
            raise _no_field("columns", wanted, sorted(map(str, data)), role)
    return columns


def _no_field(where: str, field: str, found: list[str], role: str) -> FieldError:
    what = (
        f"{where}: no field {field!r} (fields there: {', '.join(found)}); "
        f"name the field that holds the {role}"
    )
    return FieldError(what, input=where, field=field, found=found, role=role)


def _not_documents(data: Any) -> TypeError:
    kind = type(data)
    if hasattr(data, "collect"):
        return TypeError(f"{kind} has no rows yet; call its collect() first")
    return TypeError(
        "expected a path, a list of strings or dictionaries, or a data frame, "
        f"got {kind.__module__}.{kind.__qualname__}"
    )


def as_text(value: Any) -> str | None:
    """Return a value of a field as the text that a column of it would have."""
    if value is None or isinstance(value, str):
        return value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if value.is_integer():
            return str(int(value))
    # Dates write themselves as they are read; numbers are ids.
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
