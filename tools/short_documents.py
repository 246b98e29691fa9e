#!/usr/bin/env python3
"""Writes short documents of random Han characters as JSON Lines, for runs of many
millions: 56 to 100 characters each, one of ten a copy of a document shortly
before it, or a copy with one to three characters replaced.

    tools/short_documents.py COUNT [SEED] > documents.jsonl

Fewer documents are the beginning of more.
"""

import random
import sys

# Characters that texts are made of: most of those that are in daily use.
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 6_000)]

# Documents back that a copy is made of, at most.
NEAR = 100_000


def documents(rng, count):
    """Yields texts."""
    # A ring of earlier ones.
    earlier = []
    for number in range(count):
        if earlier and rng.random() < 0.1:
            text = rng.choice(earlier)
            if rng.random() < 0.5:
                characters = list(text)
                for _ in range(rng.randint(1, 3)):
                    characters[rng.randrange(len(characters))] = rng.choice(HAN)
                text = "".join(characters)
        else:
            text = "".join(rng.choices(HAN, k=rng.randint(56, 100)))
        if len(earlier) < NEAR:
            earlier.append(text)
        else:
            earlier[number % NEAR] = text
        yield text


def main():
    count = int(sys.argv[1])
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", buffering=1 << 20, closefd=False)
    for number, text in enumerate(documents(rng, count)):
        # Nothing in these texts needs an escape.
        out.write(f'{{"id":"d{number}","text":"{text}"}}\n')
    out.close()


if __name__ == "__main__":
    main()
