#!/usr/bin/env bash
# Starts the services that the tests need, runs a command, and stops them.
#
#   tests/services.sh cargo nextest run
#
# Starts PostgreSQL on a free port, with its data in a temporary directory and without flushing to disk. The tests read
# its address from TEST_POSTGRES_URL; if that is already set, its server is used instead. POSTGRES_BIN is the directory of
# the programs of another version. Fails if transactions had a deadlock: they take their locks in one order.
set -euo pipefail

# The tests flush thousands of commits to disk. In memory that costs nothing, and a killed process loses nothing either.
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -gt 8388608 ]; then
  export TMPDIR=/dev/shm
fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_package() {
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_postgres() {
  if [ -n "${POSTGRES_BIN:-}" ]; then
    realpath "$POSTGRES_BIN"
  else
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1
  fi
}

if [ -z "${TEST_POSTGRES_URL:-}" ]; then
  [ -n "$(find_postgres)" ] || install_package postgresql
  bin=$(find_postgres)
  dir=$(mktemp -d "${TMPDIR:-/tmp}/studyhall-test.XXXXXX")
  # PostgreSQL refuses to run as root.
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir"
    as_postgres() { runuser -u postgres -- "$@"; }
  else
    as_postgres() { "$@"; }
  fi
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  stop_postgres() {
    as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
  }
  trap stop_postgres EXIT
  (
    cd "$dir"
    as_postgres "$bin/initdb" -D "$dir/data" -U studyhall -A trust --no-sync -E UTF8 --locale=C >/dev/null
    as_postgres "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-p $port -k $dir -c listen_addresses=127.0.0.1 \
      -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=128MB" \
      start >/dev/null
    as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U studyhall studyhall
  )
  export TEST_POSTGRES_URL="postgres://studyhall@127.0.0.1:$port/studyhall"
fi

status=0
"$@" || status=$?
if [ -n "${dir:-}" ] && grep -q "deadlock detected" "$dir/log"; then
  grep -A 8 "deadlock detected" "$dir/log" | head -n 60 >&2
  echo "Transactions had a deadlock. They must take their locks in the order that docs/developers/architecture.md lists." >&2
  [ "$status" != 0 ] || status=1
fi
exit "$status"
