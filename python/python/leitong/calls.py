"""The calls that take documents and return what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leitong import _native
from leitong.documents import Documents, read, read_with
from leitong.phrases import Phrases
from leitong.progress import Progress, Told
from leitong.run import Deduped, Run, listed
from leitong.table import Table

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from leitong.options import (
        CompareOptions,
        DedupOptions,
        PassageOptions,
        PhraseOptions,
        ScanOptions,
    )

    class _CompareAndDedup(CompareOptions, DedupOptions, total=False):
        pass


__all__ = ["Passages", "cluster", "dedup", "near_duplicates", "passages", "phrases", "scan"]

#: ``news`` has a rule of its own for boilerplate: see the command's --preset.
_PRESETS: dict[str, dict[str, Any]] = {
    "news": {"threshold": 0.5, "mask_boilerplate": True},
    "web": {"threshold": 0.8, "mask_boilerplate": True},
    "strict": {"threshold": 0.95},
}


def _prepared(
    data: Any,
    names: dict[str, Any],
    preset: str | None,
    threads: int,
    progress: Progress,
    options: Any,
    *,
    wording_only: bool = False,
) -> tuple[Documents, dict[str, Any]]:
    if preset is not None:
        if preset not in _PRESETS:
            from leitong.errors import OptionError

            what = f"preset: expected {', '.join(_PRESETS)}, got {preset!r}"
            raise OptionError(what, option="preset")
        options = {**_PRESETS[preset], **options}
    options = listed(options)
    if isinstance(data, Documents):
        documents = read(data, no_fold=options.pop("no_fold", None))
    else:
        how = {name: options.get(name) for name in ("no_fold", "shingle_len")}
        how["wording_only"] = wording_only
        documents = read_with(data, names, how, {}, threads, progress)
    return documents, options


def scan(
    data: Any,
    *,
    id: str | None = None,
    text: str | None = None,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    preset: str | None = None,
    threads: int = 0,
    progress: Progress = None,
    **options: Unpack[ScanOptions],
) -> Run:
    """Find pairs, clusters, phrases and shared passages in one pass.

    :func:`leitong.read` says what ``data`` may be, and what names its columns.
    Finds what ``leitong scan`` finds of the same documents and options.

    >>> import leitong as lt
    >>> text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。"
    >>> lt.scan([text, text, "春天到了，公园里的花都开了。"])
    <run of 3 documents: 1 pairs at 0.8, 1 clusters>
    """
    names = {"id": id, "text": text, "title": title, "date": date, "source": source}
    documents, given = _prepared(data, names, preset, threads, progress, options)
    with Told(progress) as callback:
        return Run(_native.scan(documents._native, given, threads, callback))


def near_duplicates(
    data: Any,
    *,
    id: str | None = None,
    text: str | None = None,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    preset: str | None = None,
    threads: int = 0,
    progress: Progress = None,
    **options: Unpack[CompareOptions],
) -> Run:
    """Find pairs and clusters, as ``leitong cluster`` does.

    >>> import leitong as lt
    >>> text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。"
    >>> run = lt.near_duplicates([text, text.replace("联防联控", "聯防聯控")])
    >>> run.pairs[0]["jaccard"]
    1.0
    """
    names = {"id": id, "text": text, "title": title, "date": date, "source": source}
    documents, given = _prepared(data, names, preset, threads, progress, options)
    with Told(progress) as callback:
        return Run(_native.near_duplicates(documents._native, given, threads, callback))


#: The same under the name of the command.
cluster = near_duplicates


def dedup(
    data: Any,
    *,
    id: str | None = None,
    text: str | None = None,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    preset: str | None = None,
    threads: int = 0,
    progress: Progress = None,
    **options: Unpack[_CompareAndDedup],
) -> Deduped:
    """Find which documents stay, as ``leitong dedup`` does.

    >>> import leitong as lt
    >>> text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。"
    >>> lt.dedup([text, text], keep=["longest"]).mask
    [True, False]
    """
    names = {"id": id, "text": text, "title": title, "date": date, "source": source}
    documents, given = _prepared(data, names, preset, threads, progress, options)
    with Told(progress) as callback:
        run = Run(_native.near_duplicates(documents._native, given, threads, callback))
    return run.dedup()


def phrases(
    data: Any,
    *,
    id: str | None = None,
    text: str | None = None,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    threads: int = 0,
    progress: Progress = None,
    **options: Unpack[PhraseOptions],
) -> Phrases:
    """Find the phrases that documents share, as ``leitong phrases --timeline``
    does."""
    names = {"id": id, "text": text, "title": title, "date": date, "source": source}
    documents, given = _prepared(data, names, None, threads, progress, options)
    with Told(progress) as callback:
        return Phrases(*_native.phrases(documents._native, given, threads, callback))


class Passages(Table):
    """Passages that documents share, edits included; ``groups`` brings together
    those that several documents have.

    >>> import leitong as lt
    >>> text = "新建的实验小学昨天迎来第一批学生。校门口画了等候线，家长把孩子送到线前就回去。"
    >>> found = lt.passages(["记者在城北转了一圈。" + text, text + "附近的文具店从早忙到晚。"])
    >>> len(found), found[0]["identity"], found.groups[0]["size"]
    (1, 1.0, 2)
    """

    def __init__(self, table: _native.Table, groups: _native.Table) -> None:
        super().__init__(table)
        #: A row for each group.
        self.groups = Table(groups)


def passages(
    data: Any,
    *,
    id: str | None = None,
    text: str | None = None,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    threads: int = 0,
    progress: Progress = None,
    **options: Unpack[PassageOptions],
) -> Passages:
    """Find the passages that documents share, as ``leitong passages`` does."""
    names = {"id": id, "text": text, "title": title, "date": date, "source": source}
    documents, given = _prepared(data, names, None, threads, progress, options)
    with Told(progress) as callback:
        return Passages(*_native.passages(documents._native, given, threads, callback))
