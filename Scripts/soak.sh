#!/usr/bin/env bash
# A syslog server that takes connections and never reads, at full speed for $1 seconds (600), behind the two
# and a half minutes in which a full disk buffer holds the traffic: the
# appliance's memory stays flat and below 256 MB, what finds no room is refused and counted, and the other
# subscriptions lose nothing. Prints a line of figures; ends with 1 when one of that does not hold.
# APPLIANCE=PATH tries a binary built elsewhere.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source Scripts/interop/configuration.sh
source Scripts/interop/peers.sh

seconds="${1:-600}"
memory_max_kb=$((256 * 1024))
folder="$PWD/.build-soak"
appliance_pid=""
sink=""
# shellcheck disable=SC2154 # set where the trap runs
trap 'for pid in $appliance_pid $sink; do end_process "$pid"; done; end_peers' EXIT

Scripts/bootstrap.sh
APPLIANCE="$(realpath "${APPLIANCE:-$(Scripts/build-release.sh | tail -n 1)}")"
swift build -c release --package-path Benchmarks --product countingsink >&2
tools="$(swift build -c release --package-path Benchmarks --show-bin-path)"
rm -rf "$folder"
mkdir -p "$folder"

# A pushed mail log. $1: name, $2: port, $3: elements of our own.
pushed() {
  printf '<log_text><name>%s</name><module>mail</module><log_level>3</log_level><retrieval><syslog_push>' "$1"
  printf '<hostname>127.0.0.1</hostname><port>%s</port><protocol>TCP</protocol>%s' "$2" "${3:-}"
  printf '</syslog_push></retrieval></log_text>'
}

port_is_printed() {
  grep -qs '^port ' "$folder/sink"
}

memory_kb() {
  sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$appliance_pid/status"
}

# A count of one subscription in the ledger. $1: subscription, $2: member.
count() {
  sed -n "/^    \"$1\" : {/,/^    }/p" "$folder/output/ledger.json" |
    sed -n "s/^ *\"$2\" : \([0-9]*\),*$/\1/p" | tail -n 1
}

stalled="$(free_port tcp)"
"$APPLIANCE" receive --tcp "$stalled" --never-read --output "$folder/never" </dev/null 2>"$folder/receiver" &
PEER_PIDS+=("$!")
wait_until 10 port_is_bound tcp "$stalled" || die "the receiver does not listen"
"$tools/countingsink" tcp >"$folder/sink" &
sink=$!
wait_until 5 port_is_printed || die "the sink does not start"
healthy="$(sed -n 's/^port //p' "$folder/sink")"
configuration TCP "$stalled" 1 |
  sed -e 's|<config>|<config xmlns:sim="urn:appliance-sim:delivery:1">|' -e "s|</log_subscriptions>|\
$(pushed Buffered "$stalled" '<sim:mode>buffered</sim:mode><sim:buffer_bytes>64m</sim:buffer_bytes>')\
$(pushed Healthy "$healthy")\
<log_text><name>Kept</name><module>mail</module><log_level>3</log_level><retrieval><ftp_poll><filename>kept</filename><rolloversize>10485760</rolloversize><rollover_max_files>10</rollover_max_files></ftp_poll></retrieval></log_text>\
&|" >"$folder/config.xml"
"$APPLIANCE" run --config "$folder/config.xml" --rate max --seed 7 --no-record --drain-timeout 2 \
  --output "$folder/output" </dev/null >"$folder/stdout" 2>"$folder/stderr" &
appliance_pid=$!

# The full disk buffer of the push that nobody reads holds the traffic for 120 s first (docs/DELIVERY.md).
held=$((SECONDS + 150))
: >"$folder/memory"
until [ "$SECONDS" -ge $((held + seconds)) ]; do
  sleep 1
  process_is_gone "$appliance_pid" && die "the appliance ended: $(tail -n 3 "$folder/stderr")"
  [ "$SECONDS" -lt "$held" ] || memory_kb >>"$folder/memory"
done
kill -INT "$appliance_pid"
status=0
wait "$appliance_pid" || status=$?
appliance_pid=""
wait "$sink"
sink=""
# What waits for a server that never reads cannot drain, and that is said.
[ "$status" -eq 1 ] || die "ended with $status: $(tail -n 3 "$folder/stderr")"

samples="$(wc -l <"$folder/memory")"
first="$(head -n $((samples / 2)) "$folder/memory" | sort -n | tail -n 1)"
second="$(tail -n $((samples / 2)) "$folder/memory" | sort -n | tail -n 1)"
read -r received <<<"$(sed -n 's/^lines=\([0-9]*\).*/\1/p' "$folder/sink")"
printf 'seconds %s\tmemory %s kB in the first half, %s kB in the second\n' "$samples" "$first" "$second"
for name in Mail_Log Buffered Healthy; do
  printf '%s\tlogged %s\trefused %s\tdropped from the buffer %s\tlost %s\n' "$name" "$(count "$name" logged)" \
    "$(count "$name" queueFull)" "$(count "$name" bufferDropped)" "$(count "$name" total)"
done
printf 'the healthy server read %s lines\n' "$received"

[ "$second" -lt "$memory_max_kb" ] || die "memory is not below $memory_max_kb kB"
[ "$second" -le $((first + first / 10)) ] || die "memory grows"
for name in Mail_Log Buffered; do
  [ "$(count "$name" total)" -gt 0 ] || die "$name: nothing was refused"
done
[ "$(count Healthy total)" -eq 0 ] || die "the healthy push lost lines"
[ "$received" -ge "$(count Healthy accepted)" ] || die "the healthy server misses lines"
[ "$(find "$folder/output/logs/Kept" -type f | wc -l)" -ge 10 ] || die "the kept log has no ten files"
