# A builder of corpora: drop the near-duplicates of a mixed folder, lose nothing,
# and say why each went.

echo "-- One copy of everything, byte for byte"
leitong dedup corpus/articles --copy-to "$WORK/clean" --measure containment
decisions=$WORK/clean.decisions.jsonl
[ -e "$decisions" ] || fail "no decisions beside the folder"
records "$decisions" \
    '"\n".join("{} {}".format(n, reason) for reason, n in __import__("collections").Counter(row["relation"] for row in rows if row["action"] == "drop").most_common())'

echo "-- Each document is kept or dropped, and no kept file differs from its original"
same "$(records "$decisions" 'len({row["id"] for row in rows})')" \
    "$(records "$decisions" 'len(rows)')" "decisions, each of another document"
(cd "$WORK/clean" && find . -type f) | while IFS= read -r file; do
    case $file in
        ./feeds/*) ;;
        *) cmp -s "$WORK/clean/$file" "corpus/articles/$file" || fail "$file was changed" ;;
    esac
done

echo "-- The same pairs and clusters under a memory budget, and with one thread"
leitong cluster corpus/articles -o "$WORK/plain" --quiet
leitong cluster corpus/articles -o "$WORK/budget" --memory 100M --quiet
leitong cluster corpus/articles -o "$WORK/one" --threads 1 --quiet
for other in budget one; do
    for file in pairs.jsonl clusters.jsonl; do
        cmp "$WORK/plain/$file" "$WORK/$other/$file" || fail "$file differs"
    done
done

echo "-- A broken record is named and counted, and the rest is done"
printf '{"id":"a","text":"联防联控、群防群治，守住社区这道防线。"}\n{"id":"b","text":\n' > "$WORK/broken.jsonl"
exits 2 leitong dedup "$WORK/broken.jsonl" -o "$WORK/mended.jsonl" --rejects "$WORK/rejects.txt"
same "$(wc -l < "$WORK/mended.jsonl")" 1 "records that were kept"

echo "-- One clean file from the mixed folder, with what was found"
leitong dedup corpus/articles -o "$WORK/clean.jsonl" --add-columns --quiet
same "$(records "$WORK/clean.jsonl" \
    'all(row["id"] and "text" in row and "duplicates" in row for row in rows)')" True \
    "records with id, text and duplicates"
same "$(records "$WORK/clean.decisions.jsonl" 'sum(row["action"] == "keep" for row in rows)')" \
    "$(wc -l < "$WORK/clean.jsonl")" "records in the clean file"

echo "-- Lines of a site that repeat, approved and cut; under a budget the same"
leitong dedup corpus/articles --level line --suggest "$WORK/lines.txt" --quiet
grep -v '^# ' "$WORK/lines.txt" | head -n 5
leitong dedup corpus/articles --level line --cut-only "$WORK/lines.txt" -o "$WORK/cut.jsonl" --quiet
leitong dedup corpus/articles --level line --cut-only "$WORK/lines.txt" -o "$WORK/budget.jsonl" \
    --memory 100M --quiet
cmp "$WORK/cut.jsonl" "$WORK/budget.jsonl" || fail "texts differ under a budget"
records "$WORK/cut.cuts.jsonl" '"{} lines are cut, such as: {}".format(len(rows), rows[0]["text"])'
