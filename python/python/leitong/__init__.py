"""Near-duplicates and reused wording in Chinese news and web text.

>>> import leitong as lt
>>> news = [
...     {"id": "甲", "text": "各地要落实联防联控、群防群治的要求，守住社区这道防线。", "date": "2020-04-15"},
...     {"id": "乙", "text": "各地要落實聯防聯控、群防群治的要求，守住社區這道防線。", "date": "2020-04-14"},
...     {"id": "丙", "text": "春天到了，公园里的花都开了。", "date": "2020-04-14"},
... ]
>>> run = lt.scan(news)
>>> run.pairs[0]["a"], run.pairs[0]["b"], run.pairs[0]["relation"]
('甲', '乙', 'copy')
>>> run.dedup(keep=["earliest"]).mask
[False, True, True]
"""

from leitong import kernel
from leitong._native import __version__
from leitong.calls import Passages, cluster, dedup, near_duplicates, passages, phrases, scan
from leitong.comparison import Comparison, compare
from leitong.documents import Document, Documents, read
from leitong.errors import (
    CancelledError,
    ChangedError,
    ColumnError,
    FieldError,
    FormatError,
    InputError,
    LeitongError,
    LibraryError,
    OptionError,
    OutputError,
    RecordError,
)
from leitong.graph import Graph
from leitong.library import Added, Check, Library
from leitong.phrases import Occurrence, Phrase, Phrases, Variant
from leitong.progress import ProgressBar
from leitong.run import Cluster, Clusters, Deduped, Member, Run
from leitong.table import Table

__all__ = [
    "Added",
    "CancelledError",
    "ChangedError",
    "Check",
    "Cluster",
    "Clusters",
    "ColumnError",
    "Comparison",
    "Deduped",
    "Document",
    "Documents",
    "FieldError",
    "FormatError",
    "Graph",
    "InputError",
    "LeitongError",
    "Library",
    "LibraryError",
    "Member",
    "Occurrence",
    "OptionError",
    "OutputError",
    "Passages",
    "Phrase",
    "Phrases",
    "ProgressBar",
    "RecordError",
    "Run",
    "Table",
    "Variant",
    "__version__",
    "cluster",
    "compare",
    "dedup",
    "kernel",
    "near_duplicates",
    "passages",
    "phrases",
    "read",
    "scan",
]
