"""The tools that leitong is compared with, one adapter in each file.

An adapter defines

    TASK        "pairs" or "repeats"
    PACKAGES    its pip packages; NPM its npm packages
    MODULES     modules imported before the clock starts
    LEAVES_OUT  the parts of the work that it does not do, for the page
    FINDERS     functions by name, from the corpus to the result
    UNSCORED    names of finders whose result is not scored

and may define `prepare(corpus)`, which makes the input of its finders, and
`read(found, corpus)`, which turns their results into the common form; neither is
timed. A pair is two positions of documents, the smaller first; a repeat is
(document, start, end) in characters.
"""

import importlib

NAMES = ["leitong", "rensa", "datasketch", "gaoya", "near_dupes", "fastsketchlsh", "datatrove", "text_dedup"]
NAMES += ["leitong_repeats", "divsufsort", "jscpd"]


def adapter(name):
    """Returns the adapter of this name."""
    return importlib.import_module(f"peers.{name}")
