# Two commands do everything: `make demo` and `make test`.

LEITONG = target/release/leitong
DEMO = target/demo

.PHONY: demo build page test test-web test-graph test-tools screenshots check golden bench bench-record bench-compare bench-peers flame fmt clean

## demo: build, scan corpus/articles, show what was found
demo: build
	$(LEITONG) scan corpus/articles -o $(DEMO)
	@echo
	@echo "The three largest clusters:"
	@head -n 3 $(DEMO)/clusters.jsonl
	@echo
	@echo "Three documents that would go, and why:"
	@grep '"drop"' $(DEMO)/decisions.jsonl | head -n 3
	@echo
	@echo "The five best phrases:"
	@head -n 5 $(DEMO)/phrases.jsonl | cut -c 1-120
	@echo
	@if [ -e $(DEMO)/report.html ]; then \
		echo "Open $(DEMO)/report.html in a browser; all records are in $(DEMO)/."; \
	else \
		echo "All records are in $(DEMO)/. With Node.js, make demo also makes $(DEMO)/report.html."; \
	fi

build: page
	cargo build --release

## page: what report.html is made from; needs Node.js, and is left out without
page:
	@web/build

## test: all tests, those of the documentation included
test:
	cargo test
	$(MAKE) test-tools
	$(MAKE) test-graph

## test-graph: what graph writes opens in networkx, igraph and Graphviz
test-graph: build
	python3 tools/check_graphs.py

## test-tools: the tools that measure
test-tools:
	python3 -B -m unittest discover -s tools/tests

## test-web: the report in a real browser (Chromium); skips what is not there
test-web: build
	web/tests/run

## screenshots: the pictures of the README, taken anew
screenshots: build
	web/tests/run screenshots

## check: format, lints, documentation; no warning passes
check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items

fmt:
	cargo fmt

## golden: write the expected output of the command-line tests anew; read the diff
golden:
	LEITONG_GOLDEN=write cargo test --test golden

## bench: every stage beside the plain way
bench:
	cargo bench

## bench-record: run the benches and keep the figures in benches/record/
bench-record:
	python3 tools/bench_record.py write $(BENCH)

## bench-compare: run the benches and hold them against the latest record;
## BENCH="fold shingle" runs a few
bench-compare:
	python3 tools/bench_record.py compare $(BENCH)

## bench-peers: leitong and public finders on the same corpora; writes docs/peers.md
bench-peers:
	python3 tools/bench_peers.py $(PEERS)

## flame: flame graphs of cluster, phrases and scan in target/flame/; needs perf
flame:
	python3 -B tools/flame.py $(FLAME)

clean:
	cargo clean
