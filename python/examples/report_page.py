"""One file that shows a run, to open in a browser or to send."""

from pathlib import Path

import leitong as lt

run = lt.scan(Path(__file__).parents[2] / "corpus" / "articles")
try:
    print(run.report("report.html"), "bytes")
except lt.OptionError as error:
    print(error)
