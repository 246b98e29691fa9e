"""Whatever documents come as, the same is found."""

import json
import unittest
import warnings
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt
from common import NAMES, NEWS, TEXT, has

COLUMNS = {name: [row[name] for row in NEWS] for name in NEWS[0]}


def found(data, **options):
    run = lt.near_duplicates(data, **NAMES, **options)
    return run.pairs.to_jsonl(), run.decisions.to_jsonl()


class Inputs(unittest.TestCase):
    def setUp(self):
        self.expected = found(NEWS)

    def test_the_dictionaries_have_the_pairs_that_they_must(self):
        run = lt.near_duplicates(NEWS, **NAMES)
        self.assertEqual(
            [(row["a"], row["b"], row["relation"]) for row in run.pairs],
            [("river-1", "river-2", "copy"), ("river-1", "river-3", "version")],
        )
        self.assertEqual(run.texts[4].text, "")
        self.assertEqual(run.texts.by_id("river-3").source, "南桥新闻网")
        self.assertIsNone(run.texts[2].date)

    def test_of_missing_texts_with_one_title_the_first_stays(self):
        rows = [{"text": None, "title": "甲"}, {"text": "", "title": "甲"}]
        rows += [{"text": None, "title": "乙"}, {"text": TEXT, "title": "甲"}]
        clean = lt.dedup(rows)
        self.assertEqual(clean.mask, [True, False, True, True])
        self.assertEqual(len(clean.decisions), 4)

    @unittest.skipUnless(has("polars"), "without polars")
    def test_polars_frames_in_chunks_and_categories(self):
        import polars as pl

        frame = pl.DataFrame(NEWS)
        self.assertEqual(found(frame), self.expected)
        chunks = pl.concat([frame[:1], frame[1:4], frame[4:]], rechunk=False)
        self.assertEqual(chunks["body"].n_chunks(), 3)
        self.assertEqual(found(chunks), self.expected)
        categories = frame.with_columns(pl.col("paper").cast(pl.Categorical))
        self.assertEqual(found(categories), self.expected)
        self.assertEqual(found(frame.with_columns(pl.col("date").str.to_date())), self.expected)

    @unittest.skipUnless(has("pyarrow"), "without pyarrow")
    def test_arrow_tables_of_every_kind_of_string(self):
        import pyarrow as pa

        kinds = [pa.string(), pa.large_string(), pa.string_view()]
        kinds += [pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int32(), pa.large_string())]
        for kind in kinds:
            with self.subTest(kind):
                arrays = {}
                for name, values in COLUMNS.items():
                    text = pa.array(values, pa.string())
                    if pa.types.is_dictionary(kind):
                        arrays[name] = text.cast(kind.value_type).dictionary_encode().cast(kind)
                    else:
                        arrays[name] = pa.array(values, kind)
                table = pa.table(arrays)
                self.assertEqual(found(table), self.expected)
                self.assertEqual(found(table.to_batches()[0]), self.expected)
                halves = pa.concat_tables([table[:2], table[2:]])
                self.assertEqual(found(halves), self.expected)
                self.assertEqual(found(table.to_reader(2)), self.expected)

    @unittest.skipUnless(has("pyarrow"), "without pyarrow")
    def test_a_slice_of_an_array_lends_its_own_rows(self):
        import pyarrow as pa

        texts = pa.array([row["body"] for row in NEWS])
        whole = lt.near_duplicates(texts)
        part = lt.near_duplicates(pa.concat_arrays([texts])[1:4])
        self.assertEqual([document.text for document in part.texts], [row["body"] for row in NEWS[1:4]])
        self.assertEqual(len(whole.pairs), 2)
        self.assertEqual(len(part.pairs), 1)
        self.assertEqual(lt.near_duplicates(pa.chunked_array([texts, texts])).counts["documents"], 10)

    @unittest.skipUnless(has("pandas") and has("pyarrow"), "without pandas")
    def test_pandas_frames(self):
        import pandas as pd

        self.assertEqual(found(pd.DataFrame(NEWS)), self.expected)

    @unittest.skipUnless(has("duckdb") and has("pyarrow"), "without duckdb")
    def test_duckdb_relations(self):
        import duckdb
        import pyarrow as pa

        news = pa.Table.from_pylist(NEWS)
        self.assertEqual(found(duckdb.sql("select * from news")), self.expected)

    def test_files_are_read_as_the_command_reads_them(self):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "news.jsonl"
            rows = [{k: v for k, v in row.items() if v is not None} for row in NEWS[:4]]
            lines = [json.dumps(row, ensure_ascii=False) for row in rows]
            path.write_text("\n".join(lines), encoding="utf-8")
            run = lt.near_duplicates(path, **NAMES)
            self.assertEqual(run.pairs.to_jsonl(), self.expected[0])
            self.assertEqual(run.decisions[0]["line"], 1)

    def test_strings_that_all_are_paths_are_texts_with_a_warning(self):
        with TemporaryDirectory() as folder:
            paths = [str(Path(folder) / name) for name in ("a.txt", "b.txt")]
            for path in paths:
                Path(path).write_text(TEXT, encoding="utf-8")
            with self.assertWarnsRegex(UserWarning, "all 2 strings are paths of files") as caught:
                documents = lt.read(paths)
            self.assertEqual(documents[0].text, paths[0])
            self.assertEqual(caught.filename, __file__)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                lt.read([paths[0], TEXT])
                self.assertEqual(lt.read([Path(path) for path in paths])[1].text, TEXT)

    def test_numbers_and_dates_are_written_out(self):
        rows = [{"id": 7, "text": TEXT, "date": date(2020, 4, 14)}]
        document = lt.read(rows)[0]
        self.assertEqual((document.id, document.date), ("7", "2020-04-14"))

    def test_errors_have_fields(self):
        with self.assertRaises(lt.FieldError) as caught:
            lt.near_duplicates(NEWS, text="content")
        self.assertEqual(caught.exception.field, "content")
        self.assertEqual(caught.exception.role, "text")
        self.assertIn("body", caught.exception.found)
        with self.assertRaises(lt.ColumnError) as caught:
            lt.near_duplicates(["a", 7])
        self.assertEqual(caught.exception.column, "text")
        with self.assertRaises(lt.InputError) as caught:
            lt.near_duplicates(Path("no-such-file.jsonl"))
        self.assertEqual(caught.exception.path, "no-such-file.jsonl")
        with self.assertRaises(lt.OptionError) as caught:
            lt.near_duplicates([TEXT], method="cosine")
        self.assertEqual(caught.exception.option, "method")
        with self.assertRaises(lt.OptionError):
            lt.near_duplicates([TEXT], measure="containment", method="simhash")
        with self.assertRaises(TypeError):
            lt.near_duplicates([TEXT], treshold=0.5)

    def test_dictionaries_of_lists_are_columns(self):
        self.assertEqual(found(COLUMNS), self.expected)
        self.assertEqual(found({**COLUMNS, "body": tuple(COLUMNS["body"])}), self.expected)
        if has("pyarrow"):
            import pyarrow as pa

            self.assertEqual(found({**COLUMNS, "body": pa.array(COLUMNS["body"])}), self.expected)
        with self.assertRaises(lt.ColumnError):
            lt.near_duplicates({"id": "a", "text": TEXT})
        with self.assertRaises(lt.FieldError):
            lt.near_duplicates({"body": [TEXT]})

    def test_rows_without_a_value_have_none_however_it_is_written(self):
        nan = float("nan")
        self.assertEqual(lt.dedup([TEXT, nan, TEXT, None]).mask, [True, True, False, False])
        rows = [{"id": 1.0, "text": TEXT, "date": nan}, {"id": 2.5, "text": nan, "date": None}]
        documents = lt.read(rows)
        self.assertEqual(documents.ids, ["1", "2.5"])
        self.assertEqual([documents[0].date, documents[1].text], [None, ""])
        if has("pandas") and has("pyarrow"):
            import pandas as pd

            rows = [{"text": pd.NA, "date": pd.NaT}, {"text": TEXT, "date": pd.Timestamp("2020-04-14")}]
            documents = lt.read(rows)
            self.assertEqual([documents[0].date, documents[0].text], [None, ""])
            self.assertEqual(documents[1].date, "2020-04-14T00:00:00")
            self.assertEqual(lt.read([pd.NA, TEXT])[0].text, "")
            # A column of numbers in which one is missing, and one of nothing.
            frame = pd.DataFrame({"id": [7, None], "text": [TEXT, "短"], "date": [nan, nan]})
            documents = lt.read(frame)
            self.assertEqual((documents.ids, documents[0].date), (["7", "1"], None))

    def test_what_is_no_documents_is_told(self):
        for data in (None, 5, b"abc", 1.5, object()):
            with self.assertRaisesRegex(TypeError, "expected a path"):
                lt.near_duplicates(data)
        with self.assertRaisesRegex(lt.ColumnError, "row 1 has"):
            lt.near_duplicates([{"text": TEXT}, TEXT])
        with self.assertRaisesRegex(lt.ColumnError, "row 1 has"):
            lt.near_duplicates([TEXT, {"text": TEXT}])
        with self.assertRaisesRegex(lt.ColumnError, "row 1 has half of a surrogate"):
            lt.near_duplicates([TEXT, "\ud800"])
        with self.assertRaisesRegex(lt.OptionError, "up to 1024"):
            lt.near_duplicates([TEXT], threads=100_000)
        with self.assertRaises(TypeError):
            lt.near_duplicates([TEXT], progress=5)
        if has("polars"):
            import polars as pl

            with self.assertRaisesRegex(TypeError, "collect"):
                lt.near_duplicates(pl.DataFrame(NEWS).lazy(), **NAMES)

    @unittest.skipUnless(has("pyarrow"), "without pyarrow")
    def test_a_table_without_rows_must_have_its_columns_too(self):
        import pyarrow as pa

        none = pa.chunked_array([], pa.string())
        self.assertEqual(lt.dedup(pa.table({"text": none})).mask, [])
        self.assertEqual(lt.dedup(none).mask, [])
        with self.assertRaises(lt.FieldError):
            lt.dedup(pa.table({"body": none}))
        twice = pa.Table.from_arrays([pa.array([TEXT]), pa.array(["b"])], ["text", "text"])
        with self.assertRaisesRegex(lt.ColumnError, "two columns"):
            lt.dedup(twice)
        with self.assertRaises(lt.ColumnError) as caught:
            lt.dedup(pa.array([[1]]))
        self.assertEqual(caught.exception.column, "text")

    @unittest.skipUnless(has("datasets") and has("pyarrow"), "without datasets")
    def test_datasets(self):
        import datasets

        self.assertEqual(found(datasets.Dataset.from_list(NEWS)), self.expected)

    @unittest.skipUnless(has("pyarrow"), "without pyarrow")
    def test_columns_that_are_no_strings_are_named(self):
        import pyarrow as pa

        with self.assertRaises(lt.ColumnError) as caught:
            lt.near_duplicates(pa.table({"text": [[1], [2]]}))
        self.assertEqual(caught.exception.column, "text")
        with self.assertRaises(lt.FieldError) as caught:
            lt.near_duplicates(pa.table({"body": ["a"]}))
        self.assertEqual(caught.exception.found, ["body"])


if __name__ == "__main__":
    unittest.main()
