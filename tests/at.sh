#!/usr/bin/env bash
# Runs a command with the clock moved to DATE, from where it continues. Without a command, it runs every test.
#
#   tests/at.sh '2027-03-28 01:58' tests/services.sh cargo nextest run mentoring
#   tests/at.sh '18 months'
#
# DATE has any format that GNU date reads. libfaketime moves the clock of the command and of all its child processes. It
# moves the date and not the monotonic clock, so timeouts keep their length. Two programs hang under libfaketime and run
# without it: rustc (tests/at/cargo), and Chromium (tests/clients/support/browser.js moves the date of its pages).
set -euo pipefail

if [ $# = 0 ]; then
  echo "usage: tests/at.sh DATE [COMMAND...]" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! command -v faketime >/dev/null; then
  echo "installing faketime"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends faketime >/dev/null
fi

# With an absolute date, each new process would start at that date again. In a nested call the offsets add up.
date=$(date -d "$1" +%s)
offset=$(printf '%+d' $((date - $(date +%s) + ${FAKETIME:-0})))
shift

if [ $# = 0 ]; then
  cd "$root"
  # Registries are reached with the real clock: at that date their certificates may have expired.
  make --no-print-directory tools web
  # The migrations wait until a timeout of PostgreSQL: none of those ends, because libfaketime moves no clock in the handler
  # of a signal that interrupts a wait.
  set -- make --no-print-directory --keep-going except='- test(/^operating::a_migration_waits_for/)' nextest clients
fi
PATH="$root/tests/at:$PATH" exec env -u LD_PRELOAD -u FAKETIME -u FAKETIME_SHARED \
  faketime -m --exclude-monotonic -f "$offset" "$@"
