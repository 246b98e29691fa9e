"""A library: what is put in is found, as the command finds it."""

import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import leitong as lt
from common import CORPUS, NAMES, NEWS, command


class Library(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_documents_come_back_and_keep_their_fields(self):
        library = lt.Library.build(self.folder / "news.ltx", NEWS[:3], **NAMES)
        self.assertEqual(len(library), 3)
        document = library.get("river-2")
        self.assertEqual((document.text, document.source), (NEWS[1]["body"], "东岸晚报"))
        self.assertEqual(document.date, "2021-07-02")
        self.assertIn("river-1", library)
        self.assertIsNone(library.get("market"))

    def test_conflicts_end_as_they_are_asked_to(self):
        library = lt.Library.build(self.folder / "news.ltx", NEWS[:2], **NAMES)
        again = [{**NEWS[0], "body": "改写了。"}, NEWS[3]]
        self.assertEqual(library.add(again, **NAMES), lt.Added(added=1, replaced=0, skipped=1))
        self.assertEqual(library.get("river-1").text, NEWS[0]["body"])
        added = library.add(again, on_conflict="replace", **NAMES)
        self.assertEqual((added.added, added.replaced), (0, 2))
        self.assertEqual(library.get("river-1").text, "改写了。")
        with self.assertRaises(lt.LibraryError):
            library.add(again, on_conflict="error", **NAMES)
        with self.assertRaises(lt.OptionError):
            library.add(again, on_conflict="never", **NAMES)
        self.assertEqual(len(library), 3)

    def test_a_draft_has_what_the_command_says(self):
        path = self.folder / "articles.ltx"
        made = command("index", "create", path, CORPUS, "--quiet")
        self.assertIn(made.returncode, (0, 2), made.stderr.decode())
        library = lt.Library.open(path)
        self.assertGreater(len(library), 100)
        text = (CORPUS / "epidemic" / "qinghe-meeting.wire.txt").read_text(encoding="utf-8")
        draft = self.folder / "draft.jsonl"
        row = {"id": "draft", "text": text}
        draft.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
        done = command("check", "--library", path, draft, "--json", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        hit = library.check(row)
        self.assertEqual(json.loads(done.stdout), hit.record)
        self.assertGreater(hit.copied_share, 0.9)
        self.assertGreater(len(hit.near), 1)
        self.assertIn("draft", str(hit))
        less = library.check(row, without_ids=[one["id"] for one in hit.near])
        self.assertEqual(less.near, [])
        with self.assertRaises(lt.OptionError):
            library.check(row, threshold=0.01)

    def test_what_is_no_library_is_an_error_with_its_path(self):
        with self.assertRaises(lt.LeitongError) as caught:
            lt.Library.open(self.folder / "none.ltx")
        self.assertIn("none.ltx", caught.exception.path)
        with self.assertRaises(lt.LibraryError):
            lt.Library.build(self.folder, NEWS)


if __name__ == "__main__":
    unittest.main()
