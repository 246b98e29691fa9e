"""What can go wrong. Every message says where, what, and what to do."""

from __future__ import annotations

from typing import Any

__all__ = [
    "CancelledError",
    "ChangedError",
    "ColumnError",
    "FieldError",
    "FormatError",
    "InputError",
    "LeitongError",
    "LibraryError",
    "OptionError",
    "OutputError",
    "RecordError",
]


class LeitongError(Exception):
    """Any error of leitong; ``fields`` holds what the message is made of.

    >>> import leitong as lt
    >>> try:
    ...     lt.near_duplicates(["联防联控"], threshold=2)
    ... except lt.LeitongError as error:
    ...     print(error.fields)
    {'option': 'threshold'}
    """

    fields: dict[str, Any]

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.fields = fields
        for name, value in fields.items():
            setattr(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # With keyword arguments an exception does not survive the way between
        # two processes by itself.
        return _again, (type(self), self.args[0], self.fields)


def _again(kind: type[LeitongError], message: str, fields: dict[str, Any]) -> LeitongError:
    return kind(message, **fields)


class InputError(LeitongError):
    """A file or folder is missing or can't be opened."""

    #: The path as it was given.
    path: str
    #: The number of the system's error, if it gave one.
    errno: int | None


class OutputError(LeitongError):
    """A file can't be created or written."""

    #: The path that was to be written.
    path: str
    #: The number of the system's error, if it gave one.
    errno: int | None


class FieldError(LeitongError, KeyError):
    """The input has no field or column of a name."""

    #: The name of the input.
    input: str
    #: The name that was looked for.
    field: str
    #: The names that there are.
    found: list[str]
    #: What the field holds: id, text, title, date or source.
    role: str

    def __str__(self) -> str:
        # KeyError shows its argument in quotes.
        return str(self.args[0])


class FormatError(LeitongError):
    """An input is in no format that can be read."""

    #: The name of the input.
    input: str


class ChangedError(LeitongError):
    """A file changed while it was read."""

    #: The name of the input.
    input: str


class RecordError(LeitongError):
    """A record can't be read, and the call was strict."""

    #: The name of the input.
    input: str
    #: The line where the record begins, from 1; 0 for a whole file.
    line: int


class OptionError(LeitongError, ValueError):
    """An option has a value that it can't have, or excludes another."""

    #: The name of the option.
    option: str


class ColumnError(LeitongError, ValueError):
    """A column of documents does not fit the others, or holds no strings."""

    #: The name of the column.
    column: str


class LibraryError(LeitongError):
    """A library is damaged, locked by another writer, or none at all."""

    #: The folder or the file of it.
    path: str


class CancelledError(LeitongError):
    """The call was cancelled."""
