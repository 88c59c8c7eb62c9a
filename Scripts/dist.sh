#!/usr/bin/env bash
# Makes dist/appliance-sim-VERSION-linux-ARCH.tar.gz, whose binary needs no Swift and no libxml2, and
# proves that from the unpacked archive.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

binary="$(Scripts/build-release.sh | tail -n 1)"
version="$(cat VERSION)"
name="appliance-sim-$version-linux-$(uname -m)"
archive="dist/$name.tar.gz"

rm -rf "dist/$name" "$archive" dist/unpacked
mkdir -p "dist/$name" dist/unpacked
# The toolchain brings this; 'strip' comes with binutils, which a slim image lacks.
llvm-objcopy --strip-all "$binary" "dist/$name/appliance"
cp -R "${archived[@]}" "dist/$name/"
tar --create --gzip --file "$archive" --directory dist --sort=name --owner=0 --group=0 "$name"
rm -rf "dist/$name"

tar --extract --file "$archive" --directory dist/unpacked
program="dist/unpacked/$name/appliance"
needed="$(ldd "$program" | sed -n 's/^[[:space:]]*\([^ ]*\) =>.*/\1/p')"
foreign="$(grep -Ev '^(libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so' <<<"$needed" || true)"
[ -z "$foreign" ] || die "the binary needs more than the C and C++ runtime: $(tr '\n' ' ' <<<"$foreign")"
reported="$(env -i "$program" --version)"
[[ "$reported" == *"$version"* ]] || die "--version prints '$reported', VERSION says $version"
env -i "$program" --help >/dev/null
Scripts/dist-proof.sh "dist/unpacked/$name"
rm -rf dist/unpacked

echo "$archive"
