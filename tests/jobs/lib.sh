# What the jobs share. Not a program of its own.

# Runs leitong without progress.
leitong() {
    "$LEITONG" "$@"
}

# Ends the job with a message.
fail() {
    echo "job: $*" >&2
    exit 1
}

# Runs a command that has to end with this exit code.
exits() {
    local expected=$1 code=0
    shift
    "$@" || code=$?
    [ "$code" = "$expected" ] || fail "exit code $code instead of $expected: $*"
}

# Prints what a Python expression over the records of a JSON Lines file gives:
# `records FILE 'EXPRESSION over rows'`.
records() {
    python3 -B -c '
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
print(eval(sys.argv[2]))' "$1" "$2"
}

# Compares what was found with what was expected.
same() {
    [ "$1" = "$2" ] || fail "$3: $1 instead of $2"
}
