# A news desk: which of these copies do we keep, who had it first, what changed?

wire=corpus/articles/feeds/wire.jsonl
folder=corpus/articles/epidemic

echo "-- Do we have this already? Exit code 1 says yes."
exits 1 leitong dedup corpus/articles --check --quiet

echo "-- Which copies do we keep?"
exits 0 leitong dedup "$folder" --keep earliest --dry-run
leitong dedup "$folder" -o "$WORK/kept.txt" --quiet
same "$(records "$WORK/kept.decisions.jsonl" 'len(rows)')" "$(find "$folder" -type f | wc -l)" \
    "decisions, one for each article"
records "$WORK/kept.decisions.jsonl" \
    '"\n".join("{id}: {reason}".format(**row) for row in rows if row["action"] == "drop")'
# Whatever goes has a kept article in its place.
same "$(records "$WORK/kept.decisions.jsonl" \
    'all(row["duplicate_of"] in {kept["id"] for kept in rows if kept["action"] == "keep"} for row in rows if row["action"] == "drop")')" \
    True "a kept article for each that goes"

echo "-- What did they change?"
leitong compare "$folder/qinghe-meeting.txt" "$folder/qinghe-meeting.wire.txt" --width 100

echo "-- Who shares with whom, and which of the wire's articles are new?"
leitong graph "$wire" corpus/articles/feeds/county.csv -o "$WORK/sources.graphml" --level source --quiet
grep -q '<node' "$WORK/sources.graphml" || fail "no sources in the graph"
leitong dedup "$wire" -o "$WORK/wire.jsonl" --quiet
# Kept records are the input's own bytes.
while IFS= read -r line; do
    grep -qxF -- "$line" "$wire" || fail "a kept record is not one of the input"
done < "$WORK/wire.jsonl"
same "$(records "$WORK/wire.decisions.jsonl" 'sum(row["action"] == "keep" for row in rows)')" \
    "$(wc -l < "$WORK/wire.jsonl")" "kept records"

echo "-- An editor decides otherwise"
first=$(records "$WORK/kept.decisions.jsonl" 'next(row["id"] for row in rows if row["action"] == "drop")')
printf '{"id":"%s","action":"keep"}\n' "$first" > "$WORK/decisions-by-hand.jsonl"
leitong dedup "$folder" -o "$WORK/by-hand.txt" --decisions-by "$WORK/decisions-by-hand.jsonl" --quiet
same "$(records "$WORK/by-hand.decisions.jsonl" \
    '[row["action"] + ": " + row["reason"] for row in rows if row["id"] == "'"$first"'"]')" \
    "['keep: kept by hand']" "the decision on $first"
