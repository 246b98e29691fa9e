"""The options of calls, as the command names them, with underscores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

__all__ = ["CompareOptions", "DedupOptions", "PassageOptions", "PhraseOptions", "ScanOptions"]


class CompareOptions(TypedDict, total=False):
    """What a near-duplicate is, and how it is looked for."""

    #: The least similarity of a pair, above 0 and up to 1; 0.8.
    threshold: float | None
    #: ``jaccard``, or ``containment`` (the share of the shorter text).
    measure: Literal["jaccard", "containment"] | None
    #: ``minhash``, ``simhash`` or ``exact`` (a join that misses no pair).
    method: Literal["minhash", "simhash", "exact"] | None
    #: Characters of a shingle, 5; or ``"word:3"`` for words.
    shingle_len: int | str | None
    #: The probability that a pair at the threshold is found; 0.999.
    recall: float | None
    #: The seed of the hash functions; 1.
    seed: int | None
    #: With simhash, the most bits in which fingerprints may differ.
    max_distance: int | None
    #: List every pair, also among many copies and in large families.
    all_pairs: bool | None
    #: Leave out of similarity what many otherwise unlike documents share.
    mask_boilerplate: bool | None
    #: ``star``: all reach the threshold with the first; or ``components``.
    clusters: Literal["star", "components"] | None
    #: Steps of normalization to leave out: ``width``, ``case``, ``script``,
    #: ``annotation``, ``punctuation``, ``markup``, ``invisible``.
    no_fold: Sequence[str] | None


class DedupOptions(TypedDict, total=False):
    """Which of several documents stays."""

    #: Keys in their order: ``first``, ``earliest``, ``latest``, ``longest``,
    #: ``source:A,B``.
    keep: Sequence[str] | None
    #: ``keep`` or ``drop`` texts of one template.
    templates: Literal["keep", "drop"] | None
    #: The most time between two documents: ``3d``, ``12h``.
    window: str | None
    #: Compare documents of one source only.
    within: Literal["source"] | None
    #: Compare documents of different sources only.
    across: Literal["source"] | None


class PhraseOptions(TypedDict, total=False):
    """Which phrases are wanted."""

    #: Shortest phrase in normalized characters; 4.
    min_length: int | None
    #: Fewest documents; 2.
    min_documents: int | None
    #: The first so many alone.
    top: int | None
    #: ``score``, ``documents`` or ``length``.
    sort: Literal["score", "documents", "length"] | None
    #: One kind alone.
    kind: (
        Literal["formula", "idiom", "term", "name", "number", "quotation", "boilerplate"] | None
    )
    #: Phrases to leave out.
    ignore: Sequence[str] | None
    #: Dates and sources of phrases; on.
    timeline: bool | None


class PassageOptions(TypedDict, total=False):
    """Which passages are wanted."""

    #: Fewest characters; 30.
    min_length: int | None
    #: Least share of equal columns; 0.6.
    min_identity: float | None
    #: Leave out what stands between quotation marks.
    without_quotes: bool | None
    #: The most time between two documents: ``3d``, ``12h``.
    window: str | None
    #: Compare documents of one source only.
    within: Literal["source"] | None
    #: Compare documents of different sources only.
    across: Literal["source"] | None
    #: Steps of normalization to leave out.
    no_fold: Sequence[str] | None


class ScanOptions(CompareOptions, DedupOptions, PhraseOptions, total=False):
    """The options of every stage of a scan."""

    #: Shortest passage that two documents share; 30.
    min_passage: int | None
    #: Least share of equal columns of a passage; 0.6.
    min_identity: float | None
    #: Fewest equal characters in passages that link two documents; 50.
    min_shared: int | None
    #: Fewest documents that make a phrase a formula; 5.
    formula_documents: int | None
    #: Leave out what stands between quotation marks.
    without_quotes: bool | None
    #: Leave out formulas.
    without_formulas: bool | None
