#!/usr/bin/env bash
# Builds a Debian package of a built program, and prints its path.
#
#   packaging/deb.sh target/release/studyhall target
#
# dpkg-deb alone: the package is one program, its unit and its settings. COMPRESSION=none is for tests.
set -euo pipefail
program=$(realpath "$1")
output=$(realpath "$2")
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
architecture=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 0755 "$root"

# The program is linked to the C library only; a newer symbol of it needs at least that version.
glibc=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1 | cut -d_ -f2)

install -D -m 0755 "$program" "$root/usr/bin/studyhall"
install -D -m 0644 packaging/debian/studyhall.service "$root/usr/lib/systemd/system/studyhall.service"
install -D -m 0644 packaging/debian/studyhall.sysusers "$root/usr/lib/sysusers.d/studyhall.conf"
install -D -m 0600 packaging/debian/studyhall.env "$root/etc/studyhall/studyhall.env"
install -D -m 0644 -t "$root/usr/share/doc/studyhall" CHANGELOG.md docs/operators/*.md
install -D -m 0644 -t "$root/usr/share/doc/studyhall/monitoring" monitoring/*
install -D -m 0644 LICENSE "$root/usr/share/doc/studyhall/copyright"
[ ! -f web/dist/licenses.md ] || install -m 0644 web/dist/licenses.md "$root/usr/share/doc/studyhall/"
install -d "$root/DEBIAN"
install -m 0755 packaging/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
echo /etc/studyhall/studyhall.env >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<CONTROL
Package: studyhall
Version: $version
Architecture: $architecture
Maintainer: Studyhall <studyhall@campus.example>
Section: net
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: ca-certificates, libc6 (>= $glibc), libgcc-s1, systemd (>= 249)
Description: GraphQL server for a campus
 Profiles, posts, conversations, a live lobby and mentoring, with a web client. Runs as one
 program on SQLite, or as several nodes on PostgreSQL.
CONTROL
package="$output/studyhall_${version}_${architecture}.deb"
dpkg-deb --root-owner-group --build "-Z${COMPRESSION:-xz}" "$root" "$package" >/dev/null
echo "$package"
