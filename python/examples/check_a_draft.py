"""Where a draft comes from: a library, asked before something is printed."""

from pathlib import Path

import leitong as lt

articles = Path(__file__).parents[2] / "corpus" / "articles"
library = lt.Library.build("articles.ltx", articles)
print(library)

draft = (articles / "epidemic" / "qinghe-meeting.txt").read_text(encoding="utf-8")
hit = library.check("今天早上，记者到了现场。" + draft)
print(hit)
print(f"{hit.copied_share:.0%}", [near["id"] for near in hit.near][:3])
assert hit.copied_share > 0.5
