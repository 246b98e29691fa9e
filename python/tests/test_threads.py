"""Threads of Python use the same objects at once, with the GIL or without it."""

import subprocess
import sys
import sysconfig
import threading
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt
from common import CORPUS, NAMES, NEWS

#: Threads that begin together.
THREADS = 8


def together(work):
    """Run work in several threads that begin at one moment; return what each
    returned."""
    begin, found = threading.Barrier(THREADS), [None] * THREADS

    def one(at):
        begin.wait()
        found[at] = work()

    threads = [threading.Thread(target=one, args=(at,)) for at in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


class Threads(unittest.TestCase):
    def test_threads_that_share_a_run_find_the_same(self):
        documents = lt.read(CORPUS)
        shared = lt.scan(documents, threads=2)

        def ask(run):
            return (
                run.pairs.to_dicts(),
                [cluster.positions for cluster in run.clusters],
                run.dedup(keep=["earliest"]).mask,
                run.edges.to_dicts(),
                [phrase.phrase for phrase in run.phrases()],
                [run.document(one.id).position for one in documents],
            )

        expected = ask(lt.scan(lt.read(CORPUS), threads=1))
        self.assertGreater(len(expected[0]), 10)
        # Nothing was asked of it before: what is made when it is asked for is
        # made by all at once.
        self.assertEqual(together(lambda: ask(shared)), [expected] * THREADS)

    def test_threads_that_begin_runs_of_their_own_find_the_same(self):
        expected = lt.near_duplicates(NEWS, threshold=0.5, **NAMES).pairs.to_dicts()
        self.assertTrue(expected)
        found = together(lambda: lt.near_duplicates(NEWS, threshold=0.5, **NAMES).pairs.to_dicts())
        self.assertEqual(found, [expected] * THREADS)

    def test_threads_that_ask_one_library_get_the_same_answer(self):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "news.ltx"
            library = lt.Library.build(path, NEWS, **NAMES)
            draft = NEWS[0]["body"][:60]
            expected = library.check(draft).passages
            self.assertTrue(expected)
            found = together(lambda: library.check(draft).passages)
            self.assertEqual(found, [expected] * THREADS)

    @unittest.skipUnless(sysconfig.get_config_var("Py_GIL_DISABLED"), "this Python has a GIL")
    def test_the_package_leaves_a_gil_that_is_off_alone(self):
        program = "import leitong, sys; print(sys._is_gil_enabled())"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        self.assertEqual((done.stdout, done.returncode), ("False\n", 0), done.stderr)


if __name__ == "__main__":
    unittest.main()
