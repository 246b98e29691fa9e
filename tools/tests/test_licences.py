"""The list of licences names what is linked, and nothing that is not."""

import pathlib
import subprocess
import sys
import unittest

TOOL = pathlib.Path(__file__).resolve().parent.parent / "licences.py"


class Licences(unittest.TestCase):
    def test_linked_crates_and_data_are_listed_with_their_texts(self):
        text = subprocess.run([sys.executable, "-B", TOOL], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        listing, _, texts = text.partition("-" * 72)
        for part in ("rayon 1", "parquet ", "libsais ", "preact ", "src/text/script"):
            self.assertIn(part, listing)
        # Tests, benches and macros are no part of the program.
        for part in ("criterion", "proptest", "serde_derive", "syn ", "clap_mangen"):
            self.assertNotIn(f"  {part}", listing)
        self.assertIn("Permission is hereby granted", texts)
        self.assertIn("Apache License", texts)


if __name__ == "__main__":
    unittest.main()
