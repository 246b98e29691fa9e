"""The stages over columns: each beside a plain form of itself."""

import random
import unittest

import leitong as lt
from common import CORPUS, NEWS, TEXT, has
from leitong import kernel


def plain_set(text, length=5):
    normalized = kernel.normalize([text]).to_list()[0]
    return {normalized[at : at + length] for at in range(len(normalized) - length + 1)}


class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = [document.text for document in lt.read(CORPUS)]

    def test_counts_are_those_of_plain_sets(self):
        drawn = random.Random(7)
        positions = range(len(self.texts))
        a = [drawn.choice(positions) for _ in range(200)]
        b = [drawn.choice(positions) for _ in range(200)]
        for row, left, right in zip(kernel.verify(self.texts, a, b), a, b):
            left, right = plain_set(self.texts[left]), plain_set(self.texts[right])
            self.assertEqual(row["shared"], len(left & right))
            self.assertEqual((row["len_a"], row["len_b"]), (len(left), len(right)))

    def test_pairs_alone_are_those_of_a_run(self):
        run = lt.near_duplicates(self.texts, threshold=0.5)
        pairs = kernel.pairs(self.texts, threshold=0.5)
        self.assertEqual([(int(row["a"]), int(row["b"])) for row in run.pairs], list(zip(pairs["a"], pairs["b"])))
        for name in ("jaccard", "containment_a", "containment_b"):
            self.assertEqual(run.pairs[name], pairs[name])

    def test_keys_of_bands_propose_every_pair(self):
        run = lt.near_duplicates(self.texts)
        keys = kernel.band_keys(self.texts).to_list()
        for row in run.pairs:
            left, right = keys[int(row["a"])], keys[int(row["b"])]
            if left is None or right is None:
                self.assertEqual(left, right)
            else:
                self.assertTrue(any(one == other for one, other in zip(left, right)), row)

    def test_signatures_estimate_the_similarity(self):
        run = lt.near_duplicates(self.texts)
        signatures = kernel.sketch(self.texts).to_list()
        for row in run.pairs:
            left, right = signatures[int(row["a"])], signatures[int(row["b"])]
            if left is not None:
                agree = sum(one == other for one, other in zip(left, right)) / len(left)
                self.assertLess(abs(agree - row["jaccard"]), 0.25)

    def test_components_are_those_of_a_plain_search(self):
        drawn = random.Random(3)
        for _ in range(50):
            count = drawn.randrange(1, 40)
            pairs = [(drawn.randrange(count), drawn.randrange(count)) for _ in range(drawn.randrange(40))]
            names = list(range(count))
            for _ in range(count):
                for left, right in pairs:
                    names[left] = names[right] = min(names[left], names[right])
            found = kernel.components(count, [left for left, _ in pairs], [right for _, right in pairs])
            self.assertEqual(found.to_list(), names)

    def test_decisions_are_those_of_dedup(self):
        self.assertEqual(kernel.decide(NEWS, text="body")["action"].count("drop"), 2)

    def test_what_is_out_of_range_is_an_error(self):
        with self.assertRaises(IndexError):
            kernel.verify([TEXT], [0], [1])
        with self.assertRaises(ValueError):
            kernel.components(3, [0, 1], [2])
        with self.assertRaises(IndexError):
            kernel.components(3, [0], [3])
        with self.assertRaises(lt.OptionError):
            kernel.band_keys([TEXT], threshold=0)

    @unittest.skipUnless(has("pyarrow"), "without pyarrow")
    def test_columns_of_arrow_go_in_and_come_out(self):
        import pyarrow as pa

        texts = pa.array([*self.texts, None, "短"], pa.string_view())
        keys = pa.array(kernel.band_keys(texts))
        keys.validate(full=True)
        self.assertEqual(keys.type, pa.large_list(pa.field("item", pa.uint64(), nullable=False)))
        self.assertEqual(keys.null_count, sum(one is None for one in keys.to_pylist()))
        self.assertEqual(keys.to_pylist()[: len(self.texts)], kernel.band_keys(self.texts).to_list())
        normalized = pa.array(kernel.normalize(texts))
        self.assertEqual(normalized.to_pylist()[-1], "短")
        nodes = pa.array(kernel.components(4, [1], [2]))
        self.assertEqual(nodes.to_pylist(), [0, 1, 1, 3])


if __name__ == "__main__":
    unittest.main()
