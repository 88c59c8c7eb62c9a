#!/usr/bin/env bash
# Feeds libFuzzer's inputs to the import of configurations. $1: seconds (default 600).
# Begins with the files of fixtures; what it finds out stays in .build-fuzz/corpus, and an input that
# traps, hangs or leaks in .build-fuzz/found, with exit code 1.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds="${1:-600}"
[[ "$seconds" =~ ^[1-9][0-9]*$ ]] || die "seconds: found '$seconds', allowed: a whole number from 1"
Scripts/bootstrap.sh

folder="$PWD/.build-fuzz"
options=(-c release --package-path Fuzz --scratch-path "$folder"
  -Xswiftc "-sanitize=fuzzer,address"
  # gold, the default on Debian, ends with an internal error here.
  -Xswiftc -use-ld=lld)
swift build "${options[@]}" --product fuzzimport >&2
program="$(swift build "${options[@]}" --show-bin-path)/fuzzimport"

mkdir -p "$folder/corpus" "$folder/found"
# Words of the format, so that the fuzzer need not guess them: names of elements and of attributes.
grep -ohE '<[A-Za-z_0-9]+|</[A-Za-z_0-9]+>|<!\[CDATA\[|<!--|-->|]]>|&#?[a-z]+;' \
  fixtures/configurations/*/*.xml appliance-config.xml | tr -d '\000' | sort -u |
  sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&"/' >"$folder/words"

# libxml2 keeps a few tables until the process ends, which are no leaks of ours.
export ASAN_OPTIONS=detect_leaks=0
"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=20000 \
  -dict="$folder/words" -artifact_prefix="$folder/found/" -print_final_stats=1 -verbosity=1 \
  "$folder/corpus" fixtures/configurations/accepted fixtures/configurations/rejected
echo "fuzz: $seconds seconds, nothing found"
