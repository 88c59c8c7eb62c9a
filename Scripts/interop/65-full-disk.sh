#!/usr/bin/env bash
# The disk buffer and the log files on a disk that fills up while the appliance runs: it goes on by
# memory, tells it, and writes again once there is room; no line is lost while the server takes them, and
# those that the server's absence costs are counted.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
disk="$FOLDER/disk"
mkdir -p "$disk"
[ "$(id -u)" -eq 0 ] || kernel_forbids "a disk of its own needs root here"
mount -t tmpfs -o size=3m appliance-sim "$disk" 2>/dev/null || kernel_forbids "tmpfs cannot be mounted here"
trap 'end_peers; umount "$disk"' EXIT

port="$(free_port tcp)" smtp="$(free_port tcp)"
configuration TCP "$port" "$smtp" >"$FOLDER/config.xml"

told() {
  grep -qF "$1" "$FOLDER/stderr"
}

start_receiver() {
  "$APPLIANCE" receive --tcp "$port" --output "$FOLDER/received.$1" </dev/null 2>/dev/null &
  RECEIVER=$!
  PEER_PIDS+=("$RECEIVER")
  wait_until 10 port_is_bound tcp "$port" || fail "the receiver does not listen"
}

start_receiver 1
timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$disk/output" --rate 50 \
  --delivery buffered --no-record --format json </dev/null >"$FOLDER/ledger.json" \
  2>"$FOLDER/stderr" &
appliance=$!
PEER_PIDS+=("$appliance")
wait_until 20 has_lines "$FOLDER/received.1" 500 || fail "no lines arrive"
dd if=/dev/zero of="$disk/filler" bs=64k 2>/dev/null || true
wait_until 20 told "Mail_Log: disk buffer: No space left on device" || fail "a full disk is not told"
told "alert raised: Log Error: Subscription Mail_Log: Could not write to its disk buffer" ||
  fail "a full disk is no alert: $(tail -n 3 "$FOLDER/stderr")"
# Lines go on arriving by memory.
before="$(wc -l <"$FOLDER/received.1")"
wait_until 20 has_lines "$FOLDER/received.1" "$((before + 500))" || fail "nothing arrives any more"
# With the server gone, memory alone holds them, and does not for long.
end_process "$RECEIVER"
sleep 6
rm "$disk/filler"
wait_until 90 told "Mail_Log: the disk buffer is written again" || fail "it is not written again"
start_receiver 2
wait_until 30 has_lines "$FOLDER/received.2" 100 || fail "nothing arrives behind the outage"
kill -TERM "$appliance"
wait_until 40 process_is_gone "$appliance" || fail "the appliance does not end"
status=0
wait "$appliance" || status=$?

figure() {
  sed -n "s/^ *\"$1\" : \([0-9]*\),*\$/\1/p" "$FOLDER/ledger.json" | "${2:-head}" -n 1
}
accepted="$(figure accepted)"
[ -n "$accepted" ] || fail "no ledger (exit code $status): $(tail -n 3 "$FOLDER/stderr")"
sum="$(figure acknowledged)"
lost="$(figure bufferUnwritable)" total="$(figure total)" queued="$(figure queued)"
arrived="$(cat "$FOLDER/received.1" "$FOLDER/received.2" | grep -vcE 'Info: (Begin Logfile|Version: |Time offset)')"
[ "$((sum + total + queued))" -eq "$accepted" ] ||
  fail "of $accepted lines $sum are acknowledged, $total lost, $queued queued"
# What was acknowledged arrived; what was lost may have arrived as well.
[ "$arrived" -ge "$sum" ] || fail "$sum lines are acknowledged and $arrived arrived; lost: ${lost:-0}"
