"""Two texts side by side."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

from leitong import _native
from leitong.documents import Document, as_text
from leitong.errors import FieldError

__all__ = ["Comparison", "compare"]


class Comparison:
    """What two texts share, and what changed.

    The columns of its record are attributes: ``jaccard``, ``relation``,
    ``passages``, ``changes``, ``evidence`` and the rest. Printed, it shows the
    texts side by side, changes in brackets.
    """

    def __init__(self, record: dict[str, Any], text: str) -> None:
        self.record = record
        self._text = text

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["record"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<{self.relation}: jaccard {self.jaccard:.4f}, {len(self.changes)} changes>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self._text)}</pre>"


def compare(
    a: str | Document | Mapping[str, Any],
    b: str | Document | Mapping[str, Any],
    *,
    shingle_len: int | str | None = None,
    no_fold: Sequence[str] | None = None,
    width: int = 100,
    context: int | None = 1,
) -> Comparison:
    """Compare two texts or documents, as ``leitong compare`` does.

    ``context`` is the number of unchanged sentences around each change that are
    shown; ``None`` shows all.

    >>> import leitong as lt
    >>> text = "到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。"
    >>> compared = lt.compare(text, text.replace("二十", "三十"))
    >>> round(compared.jaccard, 2), [(one["text_a"], one["text_b"]) for one in compared.changes]
    (0.62, [('二', '三')])
    """
    options = {"shingle_len": shingle_len, "no_fold": None if no_fold is None else list(no_fold)}
    json_text, text = _native.compare(
        _given(a, "a"), _given(b, "b"), options, width, context
    )
    return Comparison(json.loads(json_text), text)


def _given(
    document: str | Document | Mapping[str, Any], name: str
) -> tuple[str, str, str | None, str | None, str | None]:
    if isinstance(document, Document):
        return document._fields()
    if isinstance(document, str):
        return name, document, None, None, None
    if not isinstance(document, Mapping):
        raise TypeError(f"{name}: expected a text, a document or a dictionary, got {type(document)}")
    if "text" not in document:
        found = sorted(map(str, document))
        what = f"{name}: no field 'text' (fields there: {', '.join(found)})"
        raise FieldError(what, input=name, field="text", found=found, role="text")
    fields = [as_text(document.get(role)) for role in ("id", "text", "title", "date", "source")]
    return fields[0] or name, fields[1] or "", fields[2], fields[3], fields[4]
