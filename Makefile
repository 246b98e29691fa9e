# Two commands do everything: `make demo` and `make test`.

LEITONG = target/release/leitong
DEMO = target/demo
# Documents of the libraries that `make bench-library` builds.
LIBRARY = 10000 100000

.PHONY: demo build page test test-long test-hold test-jobs test-web test-graph test-embed test-tools wheel test-python test-spark test-spark-short bench-python bench-spark screenshots check golden bench bench-record bench-compare bench-peers bench-passages bench-library dist install man commands flame fmt clean

## demo: build, scan corpus/articles, show what was found
demo:
	@echo "The first build compiles everything: two to four minutes on two cores."
	@echo "The scan itself takes less than a second."
	@$(MAKE) --no-print-directory build
	$(LEITONG) scan corpus/articles -o $(DEMO)
	@echo
	@echo "One meeting, as two papers print it:"
	@echo
	@$(LEITONG) compare corpus/articles/epidemic/qinghe-meeting.txt corpus/articles/epidemic/qinghe-meeting.wire.txt --width 100
	@echo
	@echo "The ten best phrases:"
	@echo
	@$(LEITONG) phrases corpus/articles --table --top 10 --quiet
	@echo
	@if [ -e $(DEMO)/report.html ]; then \
		echo "Open $(DEMO)/report.html in a browser; all records are in $(DEMO)/."; \
	else \
		echo "All records are in $(DEMO)/. With Node.js, make demo also makes $(DEMO)/report.html."; \
	fi

build: page
	cargo build --release

## page: build the pages of reports and of the desk; skipped without Node.js
page:
	@web/build

## test: all tests, including those in the documentation
test:
	cargo test
	$(MAKE) test-tools
	$(MAKE) test-embed
	$(MAKE) test-hold HOLD=--short
	$(MAKE) test-graph
	$(MAKE) test-jobs

## test-hold: kill, starve and feed the commands while they work
test-hold: build
	tests/hold/run --binary $(LEITONG) $(HOLD)

## test-long: how CPU time grows with the input, on inputs that are hard, the
## Python package, also on Spark, and what holds under attack; minutes
test-long: build test-python test-spark test-hold
	python3 -B tools/growth.py --binary $(LEITONG)
	cargo build --release --example library
	rm -rf target/library-2000 && target/release/examples/library 2000 target/library-2000 0.5 20
	python3 -B tools/bench_serve.py target/library-2000 --binary $(LEITONG) --checks 50 --seconds 5

## test-graph: open the graphs in networkx, igraph and Graphviz
test-graph: build
	python3 tools/check_graphs.py

## test-jobs: the jobs that the README promises, as their users do them
test-jobs: build
	tests/jobs/run

## test-embed: the engine without the command line, in a program of its own
test-embed:
	cargo run --quiet --manifest-path examples/embed/Cargo.toml --target-dir target/embed \
		| diff examples/embed/expected.txt -

## wheel: the Python package in target/wheels/; needs Python 3.10 or later;
## PYTHON=python3.14t builds one for a free-threaded Python alone
PYTHON = python3
MATURIN = target/python/build/bin/maturin
# Cargo's profile; a test of the Python side alone is quicker with WHEEL_PROFILE=dev.
WHEEL_PROFILE ?= release
wheel: page
	@test -x $(MATURIN) || { $(PYTHON) -m venv target/python/build && \
		target/python/build/bin/pip install --quiet 'maturin>=1.9,<2'; }
	rm -f target/wheels/leitong-*.whl
	$(MATURIN) build --profile $(WHEEL_PROFILE) --locked --interpreter $(PYTHON) --manifest-path python/Cargo.toml --out target/wheels

## test-python: the package as it is installed, its docstrings and examples; left
## out where Python or pip is missing
test-python:
	python/tests/run

## test-spark: clusters of two executors find what one machine finds, also after
## one was killed; needs Java 17; minutes; PYSPARK='pyspark<4' for another one
PYSPARK = pyspark>=3.5
test-spark:
	@command -v java >/dev/null || { echo "test-spark: no Java"; exit 1; }
	python/tests/run --prepare
	target/python/test/bin/pip install --quiet -r python/tests/spark.txt '$(PYSPARK)'
	cd python/tests && ../../target/python/test/bin/python -B -m unittest test_spark

## test-spark-short: the same in one process, for every change; left out where
## Java or Python is missing
test-spark-short:
	python/tests/run-short

## bench-python: from a list of strings to pairs, beside other packages
bench-python:
	python/tests/run --prepare
	target/python/test/bin/pip install --quiet -r python/bench/requirements.txt
	target/python/test/bin/pip install --quiet --no-deps text-dedup
	target/python/test/bin/python python/bench/bench.py

## bench-spark: a million documents through a cluster of two executors, in 8 GB,
## and every decision beside that of one machine; needs Java 17
SPARK_DOCUMENTS = 1000000
bench-spark:
	@command -v java >/dev/null || { echo "bench-spark: no Java"; exit 1; }
	python/tests/run --prepare
	target/python/test/bin/pip install --quiet -r python/tests/spark.txt '$(PYSPARK)'
	target/python/test/bin/python -B python/bench/spark.py $(SPARK_DOCUMENTS) 32 target/python

## test-tools: tests of the Python tools
test-tools:
	python3 -B -m unittest discover -s tools/tests

## test-web: the report in a real browser (Chromium); skipped without one
test-web: build
	web/tests/run

## screenshots: take the pictures of the README again
screenshots: build
	web/tests/run screenshots

## check: format, lints, documentation; every warning is an error
check:
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings
	for features in "" files parquet report cli cli,parquet serve; do \
		cargo clippy --lib --no-default-features --features "$$features" -- -D warnings || exit 1; \
	done
	@if command -v $(PYTHON) >/dev/null; then \
		cargo clippy -p leitong-python -- -D warnings; \
	else \
		echo "check: no Python, so the package is not checked"; \
	fi
	@n=$$(cargo tree --locked --no-default-features -e normal --prefix none | sed 's/ (\*)//' | sort -u | wc -l); \
		echo "the engine alone has $$n packages"; [ $$n -le 60 ] || { echo "60 are allowed"; exit 1; }
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items

fmt:
	cargo fmt --all

## golden: rewrite the expected output of the command-line tests; read the diff
golden:
	LEITONG_GOLDEN=write cargo test --test golden

## bench: every stage beside a plain implementation
bench:
	cargo bench

## bench-passages: how well planted passages are found, edits included, in real texts
bench-passages:
	cargo build --release
	python3 tools/bench_passages.py --baseline --jscpd

## bench-library: build libraries of synthetic articles, and check drafts against
## them, also through a server with 200 clients; ask the first one and datasketch
## for edited drafts
bench-library:
	cargo build --release --example library
	cargo build --release
	@test -x target/datasketch/bin/python || $(PYTHON) -m venv target/datasketch
	@target/datasketch/bin/pip install --quiet --disable-pip-version-check datasketch==2.0.0 || \
		echo "bench-library: datasketch can't be installed, and is left out"
	for n in $(LIBRARY); do \
		rm -rf target/library-$$n && target/release/examples/library $$n target/library-$$n && \
		python3 -B tools/bench_serve.py target/library-$$n --binary $(LEITONG) || exit 1; \
	done
	target/datasketch/bin/python -B tools/bench_datasketch.py $(LEITONG) target/library-$(firstword $(LIBRARY))

## bench-record: run the benches and keep the figures in benches/record/
bench-record:
	python3 tools/bench_record.py write $(BENCH)

## bench-compare: run the benches and compare them with the latest record;
## BENCH="normalize shingle" runs some of them
bench-compare:
	python3 tools/bench_record.py compare $(BENCH)

## bench-peers: compare with other tools on the same corpora; writes docs/peers.md
bench-peers:
	python3 tools/bench_peers.py $(PEERS)

## dist: one static program for x86-64 Linux, its licences and checksums, in target/dist/
dist: page
	tools/dist

## install: the program, its manual pages and completions below PREFIX (~/.local)
PREFIX = $(HOME)/.local
install: build man
	install -D -m 755 $(LEITONG) $(DESTDIR)$(PREFIX)/bin/leitong
	for page in target/man/*.1; do \
		install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man1/$${page##*/} || exit 1; \
	done
	mkdir -p $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(LEITONG) completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/leitong

## commands: the pages of docs/commands/ again, from the program's options
commands:
	cargo run --example commands -- docs/commands

## man: manual pages in target/man/
man:
	cargo run --release --example man -- target/man

## flame: flame graphs of cluster, phrases and scan in target/flame/; needs perf
flame:
	python3 -B tools/flame.py $(FLAME)

clean:
	cargo clean
