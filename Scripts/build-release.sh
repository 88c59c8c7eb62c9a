#!/usr/bin/env bash
# The one release build that interop, bench and dist share; the last line printed is its path.
# The Swift runtime and libxml2 are linked in, so that what is checked is what is shipped.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# SwiftPM asks pkg-config how to link libxml2. This answers with a folder that holds only archives,
# since a linker that finds a shared library beside the archive takes the shared one. Libraries without
# an archive (not Debian's) stay shared.
prefer_static_libxml2() {
  local static="$PWD/.build-static" system
  system="$(pkg-config --variable=libdir libxml-2.0)"
  rm -rf "$static"
  mkdir -p "$static"
  for flag in $(pkg-config --static --libs-only-l libxml-2.0); do
    local archive="$system/lib${flag#-l}.a"
    # libm's archive is a linker script of glibc, which stays shared.
    [ "$flag" = -lm ] || [ ! -e "$archive" ] || ln -s "$archive" "$static/"
  done
  cat >"$static/libxml-2.0.pc" <<END
Name: libXML
Version: $(pkg-config --modversion libxml-2.0)
Description: libxml2 with the static archives first
Libs: -L$static $(pkg-config --static --libs-only-l libxml-2.0)
Cflags: $(pkg-config --cflags libxml-2.0)
END
  export PKG_CONFIG_PATH="$static"
}

Scripts/bootstrap.sh
prefer_static_libxml2
options=(-c release --static-swift-stdlib)
swift build "${options[@]}" --product appliance >&2
printf '%s/appliance\n' "$(swift build "${options[@]}" --show-bin-path)"
