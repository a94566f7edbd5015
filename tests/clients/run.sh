#!/usr/bin/env bash
# Runs every client against the built server, and ends with the audits' score: all of them on SQLite, then those without a
# browser on PostgreSQL too. What a page shows does not depend on the database.
set -euo pipefail
cd "$(dirname "$0")"

# npm writes this file last: where it is older than our lock file, or missing, the installation is not the one we want.
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
# Both run even where the first fails: which of them fail says where to look.
clients_on SQLite env -u TEST_POSTGRES_URL npm test --silent
clients_on PostgreSQL ../services.sh npm test --silent -- "${without_browser[@]}"

echo
for database in SQLite PostgreSQL; do
  echo "$database: $(grep -o 'audits passed: .*' "$report/$database" || echo 'the audits did not run')"
done
exit "$failed"
