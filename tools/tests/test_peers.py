"""What the comparison with other finders counts."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import peers
from peers import jscpd, page, truth


class Truth(unittest.TestCase):
    def test_the_join_finds_what_all_with_all_finds(self):
        base = "".join(chr(0x4E00 + at * 7919 % 3000) for at in range(400))
        texts = [base[at : at + 200 + at % 7] + str(at % 3) for at in range(0, 120, 3)] + ["", "abc"]
        self.assertGreater(len(truth.all_pairs(texts)), 50)
        self.assertEqual(truth.pairs(texts), truth.all_pairs(texts))

    def test_repeats_are_what_two_documents_have_not_what_one_has_twice(self):
        own = "".join(chr(0x4E00 + at) for at in range(30))
        shared = "".join(chr(0x5E00 + at) for at in range(25))
        texts = [own + own + shared, "x" + shared + "y"]
        masks = truth.repeats(texts)
        self.assertEqual([sum(mask) for mask in masks], [25, 25])
        self.assertEqual(truth.score_repeats([(0, 60, 85), (1, 1, 26)], masks, texts), (1.0, 1.0))
        self.assertEqual(truth.score_repeats([(0, 35, 85)], masks, texts), (0.5, 0.5))

    def test_wording_has_no_width_case_punctuation_or_space(self):
        self.assertEqual(truth.wording("Ａb，c 。１\n"), "abc1")


class Adapters(unittest.TestCase):
    def test_every_adapter_says_what_is_asked_of_it(self):
        for name in peers.NAMES:
            adapter = peers.adapter(name)
            self.assertIn(adapter.TASK, ("pairs", "repeats"), name)
            self.assertLessEqual(adapter.UNSCORED, set(adapter.FINDERS), name)
            self.assertTrue(adapter.LEAVES_OUT and adapter.FINDERS, name)
            self.assertIsInstance(adapter.PACKAGES + adapter.NPM + adapter.MODULES, list, name)

    def test_bytes_of_a_spaced_file_lead_back_to_characters(self):
        for text in ["", "ab", "联防\n联x\n\n控"]:
            spaced = "\n".join(" ".join(line) for line in text.split("\n"))
            starts = jscpd.byte_starts(text)
            self.assertEqual([spaced.encode()[at:].decode()[0] for at in starts], list(text))

    def test_spread_names_the_median_and_both_ends(self):
        self.assertEqual(page.spread([3.0, 1.0, 2.0]), "2.0 (1.0–3.0)")


if __name__ == "__main__":
    unittest.main()
