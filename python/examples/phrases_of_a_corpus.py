"""Formulas, their spellings, and who used them first."""

from pathlib import Path

import leitong as lt

articles = lt.read(Path(__file__).parents[2] / "corpus" / "articles")
phrases = lt.phrases(articles, min_documents=3)
print(phrases)
for phrase in phrases.where(kind="formula")[:5]:
    print(phrase.display, phrase.documents, [variant.text for variant in phrase.variants[:3]])
found = phrases.find("聯防聯控")
print(found, found and found.variants)
assert len(phrases) > 10
