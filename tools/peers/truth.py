"""The ground truth of a corpus, counted plainly and without leitong."""

import collections
import math
import unicodedata

from peers.work import REPEAT, THRESHOLD, windows


def wording(text):
    """Returns a text without case, width, punctuation and spaces."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LMN")


def is_pair(left, right):
    """Returns whether two sets reach the threshold."""
    shared = len(left & right)
    return shared > 0 and shared >= THRESHOLD * (len(left) + len(right) - shared)


def all_pairs(texts):
    """Returns every similar pair by comparing all with all."""
    sets = [windows(text) for text in texts]
    return {(a, b) for b in range(len(sets)) for a in range(b) if is_pair(sets[a], sets[b])}


def pairs(texts):
    """Returns the same as `all_pairs`, by a plain prefix join."""
    sets = [windows(text) for text in texts]
    counts = collections.Counter(shingle for shingles in sets for shingle in shingles)
    index, found = collections.defaultdict(list), set()
    for at in sorted(range(len(sets)), key=lambda at: len(sets[at])):
        shingles = sorted(sets[at], key=lambda shingle: (counts[shingle], shingle))
        prefix = shingles[: len(shingles) - math.ceil(THRESHOLD * len(shingles) - 1e-9) + 1]
        for other in {other for shingle in prefix for other in index[shingle]}:
            if is_pair(sets[at], sets[other]):
                found.add((min(at, other), max(at, other)))
        for shingle in prefix:
            index[shingle].append(at)
    return found


def covered(repeats, texts):
    """Returns a mask for each text: 1 where a character is in a repeat."""
    masks = [bytearray(len(text)) for text in texts]
    for doc, start, end in repeats:
        masks[doc][start:end] = b"\1" * (min(end, len(masks[doc])) - start)
    return masks


def repeats(texts):
    """Returns masks of the characters in strings of REPEAT characters that occur in two texts."""
    owner = {}
    for doc, text in enumerate(texts):
        for at in range(len(text) - REPEAT + 1):
            window = text[at : at + REPEAT]
            if owner.setdefault(window, doc) != doc:
                owner[window] = -1
    found = set()
    for doc, text in enumerate(texts):
        for at in range(len(text) - REPEAT + 1):
            if owner[text[at : at + REPEAT]] == -1:
                found.add((doc, at, at + REPEAT))
    return covered(found, texts)


def score_pairs(found, truth):
    """Returns recall and precision."""
    hits = len(found & truth)
    return hits / max(len(truth), 1), hits / max(len(found), 1)


def score_repeats(found, truth, texts):
    """Returns recall and precision, in characters."""
    masks = covered(found, texts)
    hits = sum((int.from_bytes(a, "big") & int.from_bytes(b, "big")).bit_count() for a, b in zip(masks, truth))
    return hits / max(sum(map(sum, truth)), 1), hits / max(sum(map(sum, masks)), 1)
