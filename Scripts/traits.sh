#!/usr/bin/env bash
# The build without TLS, which 'make demo' makes: it pushes by TCP, and refuses what wants TLS.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build "${demo_build[@]}" --product appliance >&2
bin="$(swift build "${demo_build[@]}" --show-bin-path)"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT

"$bin/appliance" demo >"$out/demo"
grep -q '^lines lost: ' "$out/demo" || die "the demo without TLS did not come to its last line"

sed 's,<protocol>TCP</protocol>,<protocol>TCP</protocol><tls>1</tls>,' \
  fixtures/scenarios/lab-tcp.xml >"$out/config.xml"
status=0
"$bin/appliance" run --config "$out/config.xml" --output "$out/run" --messages 1 \
  >/dev/null 2>"$out/errors" || status=$?
[ "$status" -eq 1 ] || die "a push by TLS without TLS ended with $status"
grep -q 'push by TLS: this build has no TLS' "$out/errors" || die "$(cat "$out/errors")"
[ ! -e "$out/run" ] || die "a run that was refused wrote $out/run"

status=0
"$bin/appliance" receive --tls 0 --cert none --key none >/dev/null 2>"$out/errors" || status=$?
[ "$status" -eq 1 ] || die "receive --tls without TLS ended with $status"
grep -q 'this build has no TLS' "$out/errors" || die "$(cat "$out/errors")"
printf 'the build without TLS: the demo runs, TLS is refused\n'
