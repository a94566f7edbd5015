# Two commands do everything on a fresh machine: `make run` and `make test`.
# `make run` needs a Rust toolchain, a C compiler and, for the web pages, Node; it installs nothing else.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: run release test check web schema bench clients deny tools

web_sources := schema.graphql $(shell find web \( -name node_modules -o -name dist -o -name generated \) -prune -o -type f -print 2>/dev/null)

## Serves on SQLite at http://127.0.0.1:8000, with a demo campus from the first start on; data in ./data.
run:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web; \
	else echo "Node is not here: the API is complete, the pages say how to build them."; fi
	cargo run -- demo --once
	cargo run --quiet -- serve

## Builds one program with the web pages inside: target/release/studyhall.
release: web
	cargo build --release --features embed-web

## Builds the web pages when their sources have changed.
web: web/dist/.built

web/dist/.built: $(web_sources)
	cd web && npm ci --no-audit --no-fund --silent && npm run --silent build
	@touch $@

## Writes schema.graphql as the program has it.
schema:
	cargo run --quiet -- schema > target/schema.graphql
	@mv target/schema.graphql schema.graphql

## Everything that CI runs: installs what is missing, then checks, tests and audits.
test: tools check deny
	cargo build
	PYTHONPATH="$(CURDIR)/target/python" tests/services.sh cargo nextest run
	$(MAKE) --no-print-directory clients
	cargo nextest run --features embed-web --lib pages

## Formatting, lints, documentation.
check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --quiet

## Licences, sources and known faults of the crates we use. The list of faults is asked for only where it can be reached.
deny:
	cargo deny --log-level error check bans licenses sources
	@if cargo deny --log-level off fetch db; then cargo deny --log-level error --offline check advisories; \
	else echo "The list of known faults cannot be reached: not checked."; fi

## Clients that others wrote, against the real server, on both databases.
clients: web
	tests/clients/run.sh

bench:
	cargo bench

tools:
	tests/tools.sh
