#!/usr/bin/env bash
# Runs all client tests on SQLite, and those without a browser on PostgreSQL too: web pages do not depend on the database.
# Prints the score of the audits at the end.
set -euo pipefail
cd "$(dirname "$0")"

# npm writes this file last. If it is missing or older than the lock file, the installation is incomplete or outdated.
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --silent

report=$(mktemp -d "${TMPDIR:-/tmp}/studyhall-clients.XXXXXX")
trap 'rm -rf "$report"' EXIT

# A page waits more than it computes, so two files run at a time. A file that fails is run again by itself: only a test that
# fails without company is a failure. One that passes then is printed as flaky, which is a defect too, but of the test.
failed=0
clients_on() {
  local database=$1 files=("${@:2}")
  echo "== $database"
  "${runner[@]}" node --test --test-timeout=400000 --test-concurrency=2 \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=./support/failed-files.js --test-reporter-destination="$report/failed" \
    "${files[@]}" 2>&1 | tee "$report/$database" && return
  [ -s "$report/failed" ] || { failed=1; return; }
  mapfile -t files < "$report/failed"
  echo "== $database, again: ${files[*]##*/}"
  if "${runner[@]}" npm test --silent -- --test-concurrency=1 "${files[@]}" 2>&1 | tee -a "$report/$database"; then
    flaky+=("${files[@]##*/}")
  else
    failed=1
  fi
}
flaky=()
mapfile -t all < <(ls ./*.test.js)
mapfile -t without_browser < <(ls ./*.test.js | grep -Ev '/(web-|graphiql)')
# PostgreSQL runs even if SQLite fails: knowing which of them fail helps to find the cause.
runner=(env -u TEST_POSTGRES_URL)
clients_on SQLite "${all[@]}"
runner=(../services.sh)
clients_on PostgreSQL "${without_browser[@]}"

echo
for database in SQLite PostgreSQL; do
  echo "$database: $(grep -o 'audits passed: .*' "$report/$database" || echo 'the audits did not run')"
done
[ ${#flaky[@]} = 0 ] || echo "Flaky: ${flaky[*]}"
exit "$failed"
