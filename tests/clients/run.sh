#!/usr/bin/env bash
# Runs every client against the built server, on SQLite and then on PostgreSQL, and ends with the audits' score on each.
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
  "$@" npm test --silent 2>&1 | tee "$report/$database" || failed=1
}
# Both run even where the first fails: which of them fail says where to look.
clients_on SQLite env -u TEST_POSTGRES_URL
clients_on PostgreSQL ../services.sh

echo
for database in SQLite PostgreSQL; do
  echo "$database: $(grep -o 'audits passed: .*' "$report/$database" || echo 'the audits did not run')"
done
exit "$failed"
