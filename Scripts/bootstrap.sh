#!/usr/bin/env bash
# Installs what a build needs beside the Swift toolchain; says nothing where nothing is missing.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v swift >/dev/null ||
  die "no 'swift' in PATH: install the Swift toolchain 6.2 or later (swift.org/install) and try again"

version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')"
oldest="$(printf '%s\n' 6.2 "${version:-0}" | sort -V | head -n 1)"
[ "$oldest" = 6.2 ] ||
  die "Swift ${version:-of unknown version} found, 6.2 or later needed (swift.org/install)"

missing=()
command -v pkg-config >/dev/null || missing+=(pkg-config)
# Without pkg-config nothing can be said of libxml2, so it is asked for as well.
pkg-config --exists libxml-2.0 2>/dev/null || missing+=(libxml2-dev)
# The default configuration's zone; a slim image has no zones at all.
[ -e /usr/share/zoneinfo/Africa/Johannesburg ] || missing+=(tzdata)

[ "${#missing[@]}" -eq 0 ] || apt_install "${missing[@]}"
