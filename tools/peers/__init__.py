"""The finders that leitong is held against, one adapter a file.

An adapter says

    TASK        "pairs" or "repeats"
    PACKAGES    what pip installs for it, NPM what npm installs
    MODULES     what is imported before the clock starts
    LEAVES_OUT  what it leaves to others, for the page
    FINDERS     functions by name: from the corpus to what was found
    UNSCORED    names of finders whose result is no answer to the question

and may have `prepare(corpus)`, which makes what its finders take, and
`read(found, corpus)`, which turns what they return into the common form; both
are outside of the clock. Pairs are places of documents, the smaller first;
repeats are (document, start, end) in characters.
"""

import importlib

NAMES = ["leitong", "rensa", "datasketch", "gaoya", "near_dupes", "fastsketchlsh", "datatrove", "text_dedup"]
NAMES += ["leitong_repeats", "divsufsort", "jscpd"]


def adapter(name):
    """Returns the adapter of this name."""
    return importlib.import_module(f"peers.{name}")
