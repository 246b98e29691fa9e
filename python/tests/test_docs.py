"""Examples run, in docstrings and in the folder; stubs name all there is."""

import ast
import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong
from common import CORPUS, has
from leitong import _native

EXAMPLES = Path(__file__).parents[1] / "examples"

#: What an example needs besides the package.
NEEDS = {
    "clean_a_data_frame.py": ["polars"],
    "stages_over_arrow.py": ["pyarrow"],
    "graph_in_networkx.py": ["networkx"],
}

#: Modules whose examples need more than the package.
OPTIONAL = {"leitong.graph": "networkx", "leitong.spark": "pyspark", "leitong.stages": "pyarrow"}


def load_tests(loader, tests, pattern):
    for module in pkgutil.walk_packages(leitong.__path__, "leitong."):
        if module.name.endswith(("__main__", "_native")):
            continue
        if module.name in OPTIONAL and not has(OPTIONAL[module.name]):
            continue
        tests.addTests(doctest.DocTestSuite(importlib.import_module(module.name)))
    tests.addTests(doctest.DocTestSuite(leitong))
    return tests


class Examples(unittest.TestCase):
    def test_every_example_runs(self):
        examples = sorted(EXAMPLES.glob("*.py"))
        self.assertGreater(len(examples), 5)
        for example in examples:
            if not all(map(has, NEEDS.get(example.name, []))):
                continue
            with self.subTest(example.name), TemporaryDirectory() as folder:
                done = subprocess.run(
                    [sys.executable, example],
                    cwd=folder,
                    env={**os.environ, "PYTHONIOENCODING": "utf-8"},
                    capture_output=True,
                    text=True,
                    encoding="utf-8",
                )
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout.strip())


@unittest.skipUnless(has("polars") and has("networkx"), "without polars or networkx")
class Page(unittest.TestCase):
    def test_the_example_of_the_documentation_runs(self):
        import polars as pl

        page = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
        example = page.split("```python\n")[1].split("```")[0]
        self.assertIn("lt.scan", example)
        articles = leitong.read(CORPUS)
        names = {"id": "url", "text": "body", "title": "title", "date": "date", "source": "paper"}
        rows = [{own: getattr(one, name) for name, own in names.items()} for one in articles]
        self.addCleanup(os.chdir, os.getcwd())
        with TemporaryDirectory() as folder:
            os.chdir(folder)
            Path("news").mkdir()
            pl.DataFrame(rows, infer_schema_length=None).write_parquet("news/1.parquet")
            leitong.Library.build("news.ltx", rows[:20], id="url", text="body")
            # Without Node.js there is no page to put a report in.
            has_page = True
            try:
                leitong.scan(["短"]).report("page.html")
            except leitong.OptionError:
                has_page = False
            lines = [line for line in example.splitlines() if has_page or "report" not in line]
            found = {"draft": rows[3]["body"]}
            exec(compile("\n".join(lines), "docs/python.md", "exec"), found)
            self.assertEqual(found["formulas"].find("聯防聯控").phrase, "联防联控")
            self.assertEqual(found["news"].filter(found["clean"].mask).height, sum(found["clean"].mask))
            self.assertGreater(found["hit"].copied_share, 0.9)


class Stubs(unittest.TestCase):
    def test_stubs_name_all_that_the_native_part_has(self):
        path = Path(leitong.__file__).with_name("_native.pyi")
        stubs = ast.parse(path.read_text(encoding="utf-8"))
        named = {}
        for node in stubs.body:
            if isinstance(node, ast.FunctionDef):
                named[node.name] = None
            if isinstance(node, ast.ClassDef):
                methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
                named[node.name] = {method.name for method in methods}
        real = {name for name in dir(_native) if not name.startswith("__")}
        self.assertEqual(real, set(named))
        for name, methods in named.items():
            if methods is not None:
                own = vars(getattr(_native, name))
                public = {one for one in own if not one.startswith("_") or "arrow" in one}
                self.assertEqual(public | ({"__len__"} & set(own)), methods - {"__new__"}, name)

    @unittest.skipUnless(has("mypy"), "without mypy")
    def test_the_package_is_typed(self):
        with TemporaryDirectory() as cache:
            words = ["-m", "mypy", "--strict", "--ignore-missing-imports", "--cache-dir", cache]
            done = subprocess.run(
                [sys.executable, *words, "-p", "leitong"], capture_output=True, text=True, cwd=cache
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            # Names, arguments and defaults of the native part are those of its stubs.
            words = ["-m", "mypy.stubtest", "leitong._native"]
            done = subprocess.run(
                [sys.executable, *words], capture_output=True, text=True, cwd=cache
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_all_that_is_public_has_a_docstring(self):
        for name in leitong.__all__:
            if not name.startswith("__"):
                self.assertTrue(getattr(leitong, name).__doc__, name)


if __name__ == "__main__":
    unittest.main()
