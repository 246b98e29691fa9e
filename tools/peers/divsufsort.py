"""pydivsufsort: a plain suffix array with LCP, over the bytes of all texts."""

from peers.work import REPEAT, texts_of

TASK = "repeats"
PACKAGES, NPM, MODULES = ["pydivsufsort", "numpy"], [], ["pydivsufsort", "numpy"]
LEAVES_OUT = "normalizing, reading, the repeats themselves: it tells which characters are in a repeat, not which strings occur where"


def sorted_suffixes(path):
    import numpy
    import pydivsufsort

    # NUL ends a document, so none may stand in one.
    texts = [text.replace("\0", "\1") for text in texts_of(path)]
    # A copy, because kasai takes no array that can't be written to.
    text = numpy.frombuffer("\0".join(texts + [""]).encode(), dtype=numpy.uint8).copy()
    suffixes = pydivsufsort.divsufsort(text)
    return text, suffixes, pydivsufsort.kasai(text, suffixes)


def find_nothing(path):
    return sorted_suffixes(path)[1][:0]


def find(path):
    import numpy

    text, suffixes, shared = sorted_suffixes(path)
    first = (text & 0xC0) != 0x80
    # Characters that begin before each byte.
    begun = numpy.concatenate(([0], numpy.cumsum(first, dtype=numpy.int32)))
    ends = numpy.flatnonzero(text == 0)
    doc = numpy.cumsum(text == 0, dtype=numpy.int32)[suffixes]
    # The end itself is of the document that it ends.
    doc -= text[suffixes] == 0
    # What a suffix shares with the next one, cut at the end of its document, in characters.
    length = numpy.minimum(shared[:-1], ends[doc[:-1]] - suffixes[:-1])
    length = numpy.minimum(length, ends[doc[1:]] - suffixes[1:])
    after = suffixes[:-1] + length
    chars = begun[after + 1] - begun[suffixes[:-1] + 1]
    # Runs of suffixes that share enough, in two documents or more.
    joined = (chars >= REPEAT) & first[suffixes[:-1]]
    starts = numpy.flatnonzero(joined & ~numpy.concatenate(([False], joined[:-1])))
    stops = numpy.flatnonzero(joined & ~numpy.concatenate((joined[1:], [False]))) + 2
    if len(starts) == 0:
        return []
    edges = numpy.stack((starts, stops), axis=1).ravel()
    # The last edge may be the end itself, which reduceat does not take.
    padded = numpy.concatenate((doc, [0]))
    least = numpy.minimum.reduceat(padded, edges)[::2]
    most = numpy.maximum.reduceat(padded, edges)[::2]
    inside = numpy.zeros(len(doc) + 1, dtype=numpy.int32)
    inside[starts[least < most]] += 1
    inside[stops[least < most]] -= 1
    at = begun[suffixes[numpy.cumsum(inside[:-1]) > 0]]
    mask = numpy.zeros(begun[-1] + REPEAT + 1, dtype=numpy.int32)
    mask[at] += 1
    mask[at + REPEAT] -= 1
    covered = numpy.concatenate(([False], numpy.cumsum(mask) > 0, [False]))
    edges = numpy.flatnonzero(covered[1:] != covered[:-1]).reshape(-1, 2)
    opening = numpy.concatenate(([0], begun[ends + 1]))
    return opening, edges


def read(found, _):
    import numpy

    if len(found) == 0:
        return set()
    opening, edges = found
    # A stretch may run from one document into the next: it is cut there.
    result = set()
    for start, end in edges.tolist():
        doc = int(numpy.searchsorted(opening, start, side="right")) - 1
        while start < end:
            stop = min(end, int(opening[doc + 1]) - 1)
            if start < stop:
                result.add((doc, start - int(opening[doc]), stop - int(opening[doc])))
            start, doc = int(opening[doc + 1]), doc + 1
    return result


FINDERS = {"pydivsufsort, sorting and LCP alone": find_nothing, "pydivsufsort, with occurrences": find}
UNSCORED = {"pydivsufsort, sorting and LCP alone"}
