"""All there is to find in a folder of files, and where it is written."""

import sys
from pathlib import Path

import leitong as lt

default = Path(__file__).parents[2] / "corpus" / "articles"
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default

run = lt.scan(folder, keep=["earliest"])
print(run)
for cluster in run.clusters[:3]:
    print(cluster, [member.id for member in cluster.members])
run.write("scan")
print(sorted(path.name for path in Path("scan").iterdir()))
