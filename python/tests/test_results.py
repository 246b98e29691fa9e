"""What comes back: tables, clusters, phrases, cards, pages."""

import pickle
import signal
import threading
import time
import unittest
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt
from common import CORPUS, NAMES, NEWS, TEXT, has


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.seen = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)


class Results(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = lt.scan(NEWS, **NAMES)

    def test_members_of_a_cluster_are_documents_with_their_similarity(self):
        first = self.run_.clusters[0]
        self.assertEqual([member.id for member in first.members], ["river-1", "river-2", "river-3"])
        self.assertEqual(first.members[1].similarity, 1.0)
        self.assertLess(first.lowest, 1.0)
        compared = lt.compare(*first.members[::2])
        self.assertEqual(compared.relation, "version")
        self.assertIn("一块也", str(compared))

    def test_texts_are_compared_however_they_are_given(self):
        one, two = {"id": 1, "text": TEXT}, {"text": TEXT, "date": None}
        self.assertEqual(lt.compare(one, two).relation, "copy")
        with self.assertRaises(lt.FieldError):
            lt.compare({"body": TEXT}, TEXT)
        with self.assertRaises(TypeError):
            lt.compare(None, TEXT)

    def test_a_policy_chooses(self):
        # The third has words that the first two, which are copies, lack.
        self.assertEqual(self.run_.dedup().mask, [False, False, True, True, True])
        earliest = self.run_.dedup(keep=["earliest"])
        self.assertEqual(earliest.mask, [False, True, True, True, True])
        source = self.run_.dedup(keep=["source:南桥新闻网", "earliest"])
        self.assertEqual(source.kept, [2, 3, 4])
        self.assertEqual(source.dropped, [0, 1])
        self.assertEqual(source.decisions[0]["duplicate_of"], "river-3")

    def test_phrases_are_found_in_any_spelling(self):
        phrases = self.run_.phrases()
        phrase = phrases.find("守土有責，守土盡責")
        self.assertEqual(phrase.documents, 4)
        self.assertIn("守土有責、守土盡責", [variant.text for variant in phrase.variants])
        place = phrase.occurrences_at[0]
        text = self.run_.document(place.id).text.encode()
        self.assertEqual(text[place.start : place.end].decode(), "守土有责、守土尽责")
        self.assertIsNone(phrases.find("没有这句话"))
        best = [one.phrase for one in phrases]
        self.assertEqual([one.phrase for one in phrases[:2]], best[:2])
        self.assertEqual(phrases[-1].phrase, best[-1])
        with self.assertRaisesRegex(KeyError, "nothing: the table has phrase, display"):
            phrases.table.select("phrase", "nothing")
        self.assertTrue(all(one.documents >= 4 for one in phrases.where(min_documents=4)))
        many = self.run_.phrases(min_documents=4)
        self.assertTrue(all(one.documents >= 4 for one in many))

    def test_a_scan_and_a_run_that_becomes_one_find_the_same(self):
        later = lt.near_duplicates(NEWS, **NAMES)
        self.assertNotIn("phrases", later.counts)
        self.assertEqual(later.passages.to_jsonl(), self.run_.passages.to_jsonl())
        self.assertEqual(later.documents.to_jsonl(), self.run_.documents.to_jsonl())

    def test_every_library_reads_the_tables(self):
        run = self.run_
        tables = [run.pairs, run.clusters, run.decisions, run.edges, run.passages, run.documents]
        tables += [run.phrases(), run.phrases().families, lt.passages(NEWS, **NAMES)]
        for table in tables:
            rows = getattr(table, "table", table)
            if has("pyarrow"):
                import pyarrow as pa

                arrow = pa.table(table)
                arrow.validate(full=True)
                self.assertEqual(arrow.num_rows, len(rows))
                self.assertEqual(arrow.column_names, rows.columns)
            if has("polars"):
                import polars as pl

                self.assertEqual(pl.DataFrame(table).height, len(rows))
        if has("polars"):
            import polars as pl

            frame = pl.DataFrame(NEWS)
            self.assertEqual(frame.filter(run.dedup().mask).height, 3)
            self.assertEqual(pl.DataFrame(run.pairs)["jaccard"].to_list(), run.pairs["jaccard"])
        if has("pandas") and has("pyarrow"):
            import pandas as pd
            import pyarrow as pa

            # pandas 3 reads Arrow; an older one, which PySpark needs, through pyarrow.
            if hasattr(pd.DataFrame, "from_arrow"):
                self.assertEqual(list(pd.DataFrame.from_arrow(run.pairs)["a"]), run.pairs["a"])
            self.assertEqual(list(pa.table(run.pairs).to_pandas()["a"]), run.pairs["a"])
        if has("duckdb"):
            import duckdb

            pairs = run.pairs
            found = duckdb.sql("select count(*) from pairs where jaccard = 1").fetchall()
            self.assertEqual((len(pairs), found), (2, [(1,)]))

    @unittest.skipUnless(has("pyarrow"), "without pyarrow")
    def test_lists_are_lists_of_arrow_and_the_same_values(self):
        import pyarrow as pa

        def there(value):
            # A struct has every key.
            if isinstance(value, dict):
                return {key: there(one) for key, one in value.items() if one is not None}
            return [there(one) for one in value] if isinstance(value, list) else value

        run, none = lt.scan(CORPUS), lt.scan(["春天到了"])
        tables = [(run.passages, none.passages), (run.groups, none.groups)]
        tables += [(run.phrases().table, none.phrases().table)]
        nested = 0
        for table, empty in tables:
            arrow = pa.table(table)
            arrow.validate(full=True)
            self.assertEqual(arrow.schema, pa.table(empty).schema)
            for name in arrow.column_names:
                values, own = arrow[name].to_pylist(), table[name]
                if name == "months":
                    values = [
                        None
                        if value is None
                        else {one["month"]: one["documents"] for one in value}
                        for value in values
                    ]
                nested += pa.types.is_nested(arrow.schema.field(name).type)
                self.assertEqual(there(values), there(own), name)
        self.assertGreater(nested, 6)

    def test_an_empty_table_has_its_columns(self):
        run = lt.scan(["春天到了"])
        self.assertEqual(len(run.pairs), 0)
        self.assertEqual(run.pairs["a"], [])
        self.assertEqual(run.pairs.to_jsonl(), b"")
        if has("pyarrow"):
            import pyarrow as pa

            self.assertEqual(pa.table(run.pairs).column_names, run.pairs.columns)

    def test_cards_need_no_script(self):
        for thing in [self.run_, self.run_.pairs, self.run_.clusters, self.run_.phrases()]:
            page = Tags(thing._repr_html_())
            self.assertIn("table", page.seen)
            self.assertNotIn("script", page.seen)
        odd = lt.scan([{"id": "<script>", "text": TEXT}, {"id": "b", "text": TEXT}])
        self.assertNotIn("script", Tags(odd._repr_html_()).seen)

    @unittest.skipUnless(has("networkx"), "without networkx")
    def test_the_graph_opens_in_networkx(self):
        graph = self.run_.graph().to_networkx()
        self.assertEqual(graph.number_of_nodes(), 5)
        self.assertEqual(graph.nodes["river-1"]["source"], "江城日报")
        self.assertEqual(graph.edges["river-1", "river-2"]["relation"], "copy")

    def test_the_report_is_a_page(self):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "report.html"
            try:
                size = self.run_.report(path)
            except lt.OptionError as error:
                self.skipTest(str(error))
            self.assertEqual(path.stat().st_size, size)
            self.assertIn("<html", path.read_text(encoding="utf-8")[:2000])

    def test_errors_survive_the_way_between_processes(self):
        with self.assertRaises(lt.OptionError) as caught:
            lt.near_duplicates([TEXT], threshold=0)
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((str(again), again.option), (str(caught.exception), "threshold"))

    def test_a_lower_threshold_needs_a_new_run(self):
        with self.assertRaises(lt.OptionError):
            self.run_.rethreshold(0.5)


class LongCalls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        base = [document.text for document in lt.read(CORPUS)]
        # Long enough to be interrupted: every text in a thousand versions.
        cls.texts = [f"{text}{n}号第{n * 7919 % 1000}版" for n in range(120) for text in base]

    def test_progress_is_told_and_other_threads_run(self):
        stages, ticks, done = [], [], threading.Event()

        def count():
            while not done.is_set():
                ticks.append(time.monotonic())
                time.sleep(0.01)

        thread = threading.Thread(target=count)
        thread.start()
        lt.near_duplicates(self.texts, progress=lambda *told: stages.append(told))
        done.set()
        thread.join()
        self.assertGreater(len(ticks), 5)
        self.assertTrue(stages)
        self.assertTrue(all(len(told) == 4 for told in stages))

    def test_an_exception_of_the_callback_ends_the_call(self):
        def refuse(*_):
            raise ValueError("enough")

        with self.assertRaisesRegex(ValueError, "enough"):
            lt.scan(self.texts, progress=refuse)

    @unittest.skipUnless(hasattr(signal, "setitimer"), "without timers")
    def test_ctrl_c_interrupts(self):
        before = signal.getsignal(signal.SIGALRM)
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, 0.15)
        begin = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            lt.scan(self.texts)
            self.fail("the scan ended before it was interrupted")
        self.assertLess(time.monotonic() - begin, 30)


if __name__ == "__main__":
    unittest.main()
