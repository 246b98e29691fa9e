"""What a long call tells, and what an error holds."""

from pathlib import Path

import leitong as lt

folder = Path(__file__).parents[2] / "corpus" / "articles"
lt.scan(folder, progress=True)
lt.scan(folder, progress=lambda stage, done, total, unit: print(stage, done, total, unit))
try:
    lt.near_duplicates([{"body": "联防联控"}], text="content")
except lt.FieldError as error:
    print(error)
    print(error.field, error.found)
