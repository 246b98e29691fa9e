"""The stages of the engine, for engines that hold the texts themselves.

Texts are lists of strings or columns of Arrow, of any library. What comes back
is an Arrow array (``pyarrow.array(keys)``, ``polars.Series(keys)``) or a table,
and a list on request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leitong import _native
from leitong.progress import Progress, Told
from leitong.table import Table

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from leitong.options import CompareOptions

__all__ = ["band_keys", "components", "decide", "normalize", "pairs", "sketch", "verify"]


def normalize(
    texts: Any, *, no_fold: Sequence[str] | None = None, threads: int = 0
) -> _native.Array:
    """Return the texts as they are compared.

    >>> from leitong import kernel
    >>> kernel.normalize(["<b>聯(lián)防</b>、聯(lián)控！"]).to_list()
    ['联防联控']
    """
    return _native.normalize(texts, _options(no_fold=no_fold), threads)


def sketch(
    texts: Any,
    *,
    threshold: float | None = None,
    recall: float | None = None,
    shingle_len: int | str | None = None,
    seed: int | None = None,
    no_fold: Sequence[str] | None = None,
    threads: int = 0,
) -> _native.Array:
    """Return the MinHash signature of each text; null where a text is too short
    to have a shingle.

    The share of slots in which two signatures agree is an estimate of the Jaccard
    similarity. Threshold and recall say how many slots there are.

    >>> from leitong import kernel
    >>> one, two = kernel.sketch(["各地要落实联防联控的要求"] * 2).to_list()
    >>> one == two, len(one)
    (True, 210)
    """
    options = _options(
        threshold=threshold, recall=recall, shingle_len=shingle_len, seed=seed, no_fold=no_fold
    )
    return _native.sketch(texts, options, threads)


def band_keys(
    texts: Any,
    *,
    threshold: float | None = None,
    recall: float | None = None,
    shingle_len: int | str | None = None,
    seed: int | None = None,
    no_fold: Sequence[str] | None = None,
    threads: int = 0,
) -> _native.Array:
    """Return the keys of all bands of each text: two texts are candidates where
    a band has the same key. Null where a text is too short to have a shingle.

    >>> from leitong import kernel
    >>> keys = kernel.band_keys(["各地要落实联防联控的要求", "各地要落實聯防聯控的要求！", "短"])
    >>> one, two, three = keys.to_list()
    >>> one == two, three
    (True, None)
    """
    options = _options(
        threshold=threshold, recall=recall, shingle_len=shingle_len, seed=seed, no_fold=no_fold
    )
    return _native.band_keys(texts, options, threads)


def pairs(
    data: Any,
    *,
    id: str | None = None,
    text: str | None = None,
    title: str | None = None,
    threads: int = 0,
    progress: Progress = None,
    **options: Unpack[CompareOptions],
) -> Table:
    """Return the pairs as positions, with their exact similarities, and nothing
    else: relations and clusters take most of the time where texts are much alike.

    >>> from leitong import kernel
    >>> texts = ["各地要落实联防联控、群防群治的要求"] * 2
    >>> kernel.pairs(texts).to_dicts()
    [{'a': 0, 'b': 1, 'jaccard': 1.0, 'containment_a': 1.0, 'containment_b': 1.0}]
    """
    from leitong.calls import _prepared

    names = {"id": id, "text": text, "title": title}
    documents, given = _prepared(
        data, names, None, threads, progress, options, wording_only=True
    )
    with Told(progress) as callback:
        return Table(_native.pairs(documents._native, given, threads, callback))


def verify(
    texts: Any,
    a: Sequence[int],
    b: Sequence[int],
    *,
    shingle_len: int | str | None = None,
    no_fold: Sequence[str] | None = None,
    threads: int = 0,
) -> Table:
    """Count exactly what the texts at the positions ``a`` and ``b`` share; a row
    for each pair.

    >>> from leitong import kernel
    >>> texts = ["各地要落实联防联控的要求", "各地要落实联防联控的规定"]
    >>> kernel.verify(texts, [0], [1]).select("shared", "len_a", "jaccard").to_dicts()
    [{'shared': 6, 'len_a': 8, 'jaccard': 0.6}]
    """
    options = _options(shingle_len=shingle_len, no_fold=no_fold)
    return Table(_native.verify(texts, list(a), list(b), options, threads))


def components(count: int, a: Sequence[int], b: Sequence[int]) -> _native.Array:
    """Return for each of ``count`` nodes the least node that pairs connect it
    with.

    >>> from leitong import kernel
    >>> kernel.components(5, [3, 1], [4, 3]).to_list()
    [0, 1, 2, 1, 1]
    """
    return _native.components(count, list(a), list(b))


def decide(data: Any, **options: Any) -> Table:
    """Compare documents and decide on each: all that is left to do where an
    engine has brought together what may belong together.

    Takes what :func:`leitong.dedup` takes; returns a row for each document.

    >>> from leitong import kernel
    >>> texts = ["各地要落实联防联控、群防群治的要求"] * 2
    >>> kernel.decide(texts)["action"]
    ['keep', 'drop']
    """
    from leitong.calls import dedup

    return dedup(data, **options).decisions


def _options(**options: Any) -> dict[str, Any]:
    if options.get("no_fold") is not None:
        options["no_fold"] = list(options["no_fold"])
    return options
