#!/usr/bin/env bash
# Lines a second modelled and rendered in memory, and pushed to a counting sink on loopback: the appliance
# beside a C program that formats each line with snprintf, run alternately, medians of five; loggen beside both, and the
# lab's receiver beside rsyslogd. config check beside xmllint. Ends with 1 when a ratio is below its bar.
# BENCH_MESSAGES and BENCH_UDP_MESSAGES set the length; APPLIANCE=PATH measures a binary built elsewhere,
# and BESIDE=PATH an earlier one in the same run, which this one must not be slower than (0.95).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source Scripts/interop/configuration.sh
source Scripts/interop/peers.sh

runs=5
folder="$PWD/.build-bench"
sink=""
trap '[ -z "$sink" ] || end_process "$sink"; end_peers' EXIT

Scripts/bootstrap.sh
APPLIANCE="$(realpath "${APPLIANCE:-$(Scripts/build-release.sh | tail -n 1)}")"
[ -z "${BESIDE:-}" ] || BESIDE="$(realpath "$BESIDE")"
swift build -c release --package-path Benchmarks --product yardstick >&2
swift build -c release --package-path Benchmarks --product countingsink >&2
swift build -c release --package-path Benchmarks --product modelbench >&2
swift build -c release --package-path Benchmarks --product fleetbench >&2
tools="$(swift build -c release --package-path Benchmarks --show-bin-path)"

port_is_printed() {
  grep -qs '^port ' "$folder/sink"
}

# Runs one sender against a fresh sink and prints the sink's last line.
# $1: tcp or udp; the rest: a command that takes the port as its last argument.
measure() {
  rm -f "$folder/sink" # else the last one's port may be read
  "$tools/countingsink" "$1" >"$folder/sink" &
  sink=$!
  wait_until 5 port_is_printed || die "the sink does not start"
  shift
  "$@" "$(sed -n 's/^port //p' "$folder/sink")" >&2 || die "'$*' failed"
  wait "$sink"
  sink=""
  tail -n 1 "$folder/sink"
}

# Runs a binary at full speed. $1: it; the rest: further options. An earlier binary may not know --stamp: its lines
# at full speed had the wall clock anyway.
run_at_full_speed() {
  local binary="$1" stamp=()
  shift
  [[ "$("$binary" run --help)" != *--stamp* ]] || stamp=(--stamp wall)
  timeout 300 "$binary" run --config "$folder/config.xml" --rate max "${stamp[@]}" --seed 7 --no-record \
    --output "$folder/output" "$@" </dev/null >"$folder/stdout" 2>"$folder/stderr"
}

# The binary, the protocol, the number of messages and the port.
appliance_run() {
  local binary="$1"
  shift
  rm -rf "$folder/output"
  configuration "${1^^}" "$3" 1 >"$folder/config.xml"
  run_at_full_speed "$binary" --messages "$2" ||
    { tail -n 3 "$folder/stderr" >&2 && return 1; }
}

# What the ledger says that the one connection carried.
lines_pushed() {
  sed -n 's/^ *"\(accepted\|headerLinesWritten\)" : \([0-9]*\).*/\2/p' "$folder/output/ledger.json" |
    awk '{ sum += $1 } END { print sum }'
}

field() {
  sed -n "s/.*$1=\([0-9.]*\).*/\1/p"
}

median() {
  sort -n | sed -n "$(((runs + 1) / 2))p"
}

# Says whether a ratio reaches its bar. $1: what, $2: the ratio, $3: the bar.
bar() {
  if awk -v ratio="$2" -v bar="$3" 'BEGIN { exit !(ratio >= bar) }'; then
    printf '%s\tbar\t%s reached\n' "$1" "$3"
  else
    printf '%s\tbar\t%s missed\n' "$1" "$3"
    missed=1
  fi
}
missed=0

# $1: tcp or udp, $2: messages a run, $3: lines a yardstick run, $4: what the yardstick is called with.
compare() {
  rm -f "$folder/yardstick" "$folder/appliance" "$folder/beside"
  for _ in $(seq "$runs"); do
    measure "$1" "$tools/yardstick" "$4" "$3" >>"$folder/yardstick"
    [ -z "${BESIDE:-}" ] || measure "$1" appliance_run "$BESIDE" "$1" "$2" >>"$folder/beside"
    measure "$1" appliance_run "$APPLIANCE" "$1" "$2" >>"$folder/appliance"
    ledger_has_no total "$folder/output/ledger.json" || die "the appliance lost lines"
  done
  for sender in yardstick appliance; do
    # Bytes a line too, since the two senders' lines are not of the same length.
    printf '%s\t%s\t%s lines/s\t%s bytes a line\t%s lines received\n' "$1" "$sender" \
      "$(field lines_per_second <"$folder/$sender" | median)" \
      "$(awk -F '[= ]' '{ l += $2; b += $4 } END { printf "%.0f", b / l }' "$folder/$sender")" \
      "$(field lines <"$folder/$sender" | median)"
  done
  ratio="$(awk -v a="$(field lines_per_second <"$folder/appliance" | median)" \
    -v y="$(field lines_per_second <"$folder/yardstick" | median)" 'BEGIN { printf "%.2f", a / y }')"
  printf '%s\tratio\t%s\n' "$1" "$ratio"
  beside "$1" "$folder/appliance" "$folder/beside"
}

# Compares with the earlier binary, if there is one. $1: what; files with lines a second: $2 ours, $3 its.
beside() {
  [ -n "${BESIDE:-}" ] || return 0
  local times
  times="$(awk -v a="$(field lines_per_second <"$2" | median)" -v b="$(field lines_per_second <"$3" | median)" \
    'BEGIN { printf "%.2f", a / b }')"
  printf '%s\tratio to the earlier binary\t%s\n' "$1" "$times"
  bar "$1 beside the earlier binary" "$times" 0.95
}

rm -rf "$folder"
mkdir -p "$folder"
# In memory, on one core; then over sockets.
"$tools/modelbench" 100000 | tee "$folder/model"
# What an event of the simulated network costs, in rendered lines.
awk -F '\t' '/^model and render/ { line = $4 + 0 } /^network/ { print "network\tratio to a rendered line\t" ($3 + 0) / line }' \
  "$folder/model"
bar network "$(awk -F '\t' '/^model and render/ { line = $4 + 0 } /^network/ { print 3 * line / $3 }' "$folder/model")" 1.0
# A thousand appliances with the shipped configuration, all alive at once: each needs 0.4 MB at the most.
"$tools/fleetbench" appliance-config.xml 1000 60 | tee "$folder/fleet"
grep -q '1000 appliances.1000 connected' "$folder/fleet" || die "not every push of the fleet is connected"
bar fleet "$(awk -F '\t' '{ print 400 / ($5 + 0) }' "$folder/fleet")" 1.0
bar ledger "$(sed -n 's/^ledger\t\([0-9.]*\).*/\1/p' "$folder/model" | awk '{ printf "%.1f", 5 / $1 }')" 1.0
# A simulated day: a million messages, files written, one push with a hundred resets.
begin="$(date +%s%N)"
"$APPLIANCE" simulate Benchmarks/scenarios/day.yaml --no-capture --output "$folder/day" >"$folder/day.txt" ||
  die "the simulated day is not as expected"
awk -v ns="$(($(date +%s%N) - begin))" -v lines="$(sed -n 's/.*: \([0-9]*\) accepted/\1/p' "$folder/day.txt")" \
  'BEGIN { s = ns / 1e9; printf "simulated day\t%.1f s\t%.0f simulated s/s\t%.0f lines/s\n", s, 86400 / s, lines / s }'
rm -rf "$folder/day"
compare udp "${BENCH_UDP_MESSAGES:-50000}" 500000 udp-each
bar udp "$ratio" 1.0
compare tcp "${BENCH_MESSAGES:-300000}" 3000000 tcp
bar tcp "$ratio" 1.0

# By TLS: a server of openssl decrypts, and the sink counts what comes out of it.
# $1: the binary, $2: the number of messages.
tls_run() {
  local port
  port="$(free_port tcp)"
  openssl s_server -accept "127.0.0.1:$port" -naccept 1 -quiet -cert "$folder/certificates/server.pem" \
    -key "$folder/certificates/server.key" <&9 2>"$folder/s_server" |
    "$tools/countingsink" stdin >"$folder/sink" &
  sink=$!
  wait_until 10 port_is_bound tcp "$port" || die "openssl s_server does not listen: $(cat "$folder/s_server")"
  rm -rf "$folder/output"
  configuration TCP "$port" 1 |
    sed -e 's|<config>|<config xmlns:sim="urn:appliance-sim:delivery:1">|' \
      -e "s|<facility>mail</facility>|&<tls>1</tls><sim:tls_ca_file>$folder/certificates/ca.pem</sim:tls_ca_file>|" \
      >"$folder/config.xml"
  run_at_full_speed "$1" --messages "$2" ||
    { tail -n 3 "$folder/stderr" >&2 && die "the run by TLS failed"; }
  ledger_has_no total "$folder/output/ledger.json" || die "the appliance lost lines by TLS"
  wait "$sink"
  sink=""
  tail -n 1 "$folder/sink"
}
Scripts/certificates.sh "$folder/certificates"
# What the server would send comes from here: at the end of its input it would end the connection.
mkfifo "$folder/silence"
exec 9<>"$folder/silence"
rm -f "$folder/tls" "$folder/tls-beside"
for _ in $(seq "$runs"); do
  [ -z "${BESIDE:-}" ] || tls_run "$BESIDE" "${BENCH_MESSAGES:-300000}" >>"$folder/tls-beside"
  tls_run "$APPLIANCE" "${BENCH_MESSAGES:-300000}" >>"$folder/tls"
done
rate="$(field lines_per_second <"$folder/tls" | median)"
times="$(awk -v t="$rate" -v a="$(field lines_per_second <"$folder/appliance" | median)" 'BEGIN { printf "%.2f", t / a }')"
printf 'tls\t%s lines/s\t%s lines received\tratio to plain\t%s\n' "$rate" "$(field lines <"$folder/tls" | median)" "$times"
bar tls "$times" 0.5
beside tls "$folder/tls" "$folder/tls-beside"

# loggen, the fastest generator of the field's tools, against the same sink.
loggen_run() {
  (peer_loggen --inet --stream --rate 100000000 --interval 5 --size 140 --number 3000000 --active-connections 1 \
    127.0.0.1 "$1") 2>"$folder/loggen-messages" || { tail -n 3 "$folder/loggen-messages" >&2 && return 1; }
}
peer_loggen() {
  # Its transports are plugins, which it looks for below this prefix.
  SYSLOGNG_PREFIX="$PEERS_ROOT/usr" \
    LD_LIBRARY_PATH="$(printf '%s:' "$PEERS_ROOT"/{,usr/}lib/*-linux-gnu* "$PEERS_ROOT"/usr/lib/syslog-ng)" \
    "$(find "$PEERS_ROOT" -name loggen -type f | head -n 1)" "$@"
}
if unpack_peers && [ -n "$(find "$PEERS_ROOT" -name loggen -type f)" ]; then
  rm -f "$folder/loggen"
  for _ in $(seq 3); do measure tcp loggen_run >>"$folder/loggen"; done
  rate="$(field lines_per_second <"$folder/loggen" | sort -n | sed -n 2p)"
  times="$(awk -v a="$(field lines_per_second <"$folder/appliance" | median)" -v l="$rate" 'BEGIN { printf "%.1f", a / l }')"
  printf 'loggen\t%s lines/s\tratio\t%s\n' "$rate" "$times"
  bar loggen "$times" 5.0
fi

# Lines a second into a file: the yardstick sends, the receiver's last write ends the time.
# $1: the receiver's file, $2: its port.
into_file() {
  local begin
  begin="$(date +%s%N)"
  "$tools/yardstick" tcp 2000000 "$2"
  wait_until 60 holds_all "$1" || die "$1 does not hold all lines"
  awk -v begin="$begin" -v end="$(stat -c %.Y "$1")" \
    'BEGIN { printf "%.0f\n", 2000000 / (end - begin / 1e9) }'
}
holds_all() {
  [ "$(wc -l <"$1")" -ge 2000000 ]
}
# $1: the binary; prints its rate.
receive_run() {
  port="$(free_port tcp)"
  "$1" receive --tcp "$port" --output "$folder/received" </dev/null 2>/dev/null &
  sink=$!
  wait_until 10 port_is_bound tcp "$port" || die "the receiver does not listen"
  into_file "$folder/received" "$port"
  end_process "$sink"
  sink=""
}
rm -f "$folder/receive-rates" "$folder/receive-beside" "$folder/rsyslog-rates"
for _ in 1 2 3; do
  receive_run "$APPLIANCE" >>"$folder/receive-rates"
  [ -z "${BESIDE:-}" ] || receive_run "$BESIDE" >>"$folder/receive-beside"
  port="$(free_port tcp)"
  rm -rf "$folder/rsyslog"
  start_rsyslogd tcp "$port" "$folder/rsyslog"
  into_file "$folder/rsyslog/received" "$port" >>"$folder/rsyslog-rates"
  end_peers
done
ours="$(sort -n "$folder/receive-rates" | sed -n 2p)"
theirs="$(sort -n "$folder/rsyslog-rates" | sed -n 2p)"
times="$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.1f", a / b }')"
printf 'receive\t%s lines/s into a file\trsyslogd %s\tratio\t%s\n' "$ours" "$theirs" "$times"
bar receive "$times" 2.0
if [ -n "${BESIDE:-}" ]; then
  times="$(awk -v a="$ours" -v b="$(sort -n "$folder/receive-beside" | sed -n 2p)" 'BEGIN { printf "%.2f", a / b }')"
  printf 'receive\tratio to the earlier binary\t%s\n' "$times"
  bar "receive beside the earlier binary" "$times" 0.95
fi
# The import of configurations, beside xmllint.
APPLIANCE="$APPLIANCE" Scripts/bench-config.sh || missed=1
[ "$missed" -eq 0 ] || die "a bar is missed"
