#!/usr/bin/env bash
# Runs all client tests on SQLite, and those without a browser on PostgreSQL too: web pages do not depend on the database.
# Prints the tests that failed and the score of the audits at the end.
set -euo pipefail
cd "$(dirname "$0")"

# npm writes this file last. If it is missing or older than the lock file, the installation is incomplete or outdated.
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --silent

report=$(mktemp -d "${TMPDIR:-/tmp}/studyhall-clients.XXXXXX")
trap 'rm -rf "$report"' EXIT

failed=0
clients_on() {
  local database=$1
  shift
  echo "== $database"
  "$@" 2>&1 | tee "$report/$database" || failed=1
}
mapfile -t without_browser < <(ls ./*.test.js | grep -Ev '/(web-|graphiql)')
# PostgreSQL runs even if SQLite fails: knowing which of them fail helps to find the cause.
clients_on SQLite env -u TEST_POSTGRES_URL npm test --silent
clients_on PostgreSQL ../services.sh npm test --silent -- "${without_browser[@]}"

for database in SQLite PostgreSQL; do
  # The reporter repeats the failures at its end. Of each, the name and the beginning of the error.
  sed '1,/^✖ failing tests:/d' "$report/$database" | grep -A 3 '^✖' | cut -c 1-300 | head -n 60 || true
done
echo
for database in SQLite PostgreSQL; do
  echo "$database: $(grep -o 'audits passed: .*' "$report/$database" || echo 'the audits did not run')"
done
exit "$failed"
