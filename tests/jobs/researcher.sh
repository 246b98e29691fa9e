# A researcher of official language: which formulas run through these papers,
# in which variants, how formulaic is each paper?

echo "-- The formulas"
leitong phrases corpus/articles --kind formula --top 20 --table --quiet
leitong phrases corpus/articles -o "$WORK/phrases.jsonl" --timeline --quiet
same "$(records "$WORK/phrases.jsonl" \
    '{"群防群治", "打通最后一公里", "压实属地责任"} <= {row["phrase"] for row in rows}')" True \
    "the formulas of the corpus"

echo "-- Where a list of my own stands, and in which variants"
cut -f 1 corpus/truth/phrases.tsv | tail -n +2 > "$WORK/list.txt"
leitong phrases corpus/articles --known "$WORK/list.txt" -o "$WORK/known.jsonl" --quiet
records "$WORK/known.jsonl" \
    '"\n".join("{display}: {documents} documents, {n} variants".format(n=len(row["variants"]), **row) for row in rows)'
# Every phrase of the truth stands in as many documents as the truth says.
python3 -B - "$WORK/known.jsonl" <<'PYTHON'
import csv, json, sys

found = {row["phrase"]: row["documents"] for row in map(json.loads, open(sys.argv[1], encoding="utf-8"))}
with open("corpus/truth/phrases.tsv", encoding="utf-8") as file:
    for row in csv.DictReader(file, delimiter="\t"):
        if found.get(row["phrase"]) != int(row["documents"]):
            sys.exit(f"{row['phrase']}: {found.get(row['phrase'])} documents instead of {row['documents']}")
PYTHON

echo "-- How formulaic is each paper?"
leitong phrases corpus/articles --by-document "$WORK/formulaic.csv" -o "$WORK/gov.csv" --excel --quiet
head -n 5 "$WORK/formulaic.csv"

echo "-- A phrase that means nothing here is ignored"
printf '群防群治\n' > "$WORK/ignore.txt"
leitong phrases corpus/articles -o "$WORK/fewer.jsonl" --ignore "$WORK/ignore.txt" --quiet
same "$(records "$WORK/fewer.jsonl" 'any(row["phrase"] == "群防群治" for row in rows)')" False \
    "the ignored phrase in the list"

echo "-- Everything at once, with the page"
leitong scan corpus/articles -o "$WORK/out"
leitong report "$WORK/out" -o "$WORK/report.html" --quiet ||
    echo "(no page: this build has none)"
