#!/usr/bin/env bash
# tshark reads the captures of live runs, real and synthesised, in both formats, and finds no malformed
# packet; both tell the same of the same connections: who connected, what was written, who reset.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
install_tshark

# The bytes of the pushes' streams, connection by connection.
streams() {
  tshark -r "$1" -Y "tcp.dstport == $port && tcp.len > 0 && !tcp.analysis.retransmission" \
    -T fields -e tcp.stream -e tcp.payload 2>/dev/null
}

# How many packets of a capture pass a filter.
packets() {
  tshark -r "$1" -Y "$2" 2>/dev/null | wc -l
}

port="$(free_port tcp)"
configuration TCP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"

# One run with a reset. $1: kind, $2: format.
captured_run() {
  local kind="$1" format="$2" file="$FOLDER/$1.$2"
  "$APPLIANCE" receive --tcp "$port" --reset-after-lines 40 --resets 1 \
    --output "$FOLDER/$kind.$format.received" </dev/null 2>/dev/null &
  PEER_PIDS+=("$!")
  local receiver=$!
  wait_until 10 port_is_bound tcp "$port" || fail "the receiver does not listen"
  # Nobody takes the alert's mail, so the run ends undrained.
  timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/$kind.$format.output" \
    --rate 50 --messages 100 --drain-timeout 3 --capture "$file" --capture-kind "$kind" \
    </dev/null >"$FOLDER/$kind.$format.stdout" 2>"$FOLDER/$kind.$format.stderr" || true
  end_process "$receiver"
  grep -q "^capture $file: [0-9]* packets" "$FOLDER/$kind.$format.stderr" ||
    fail "$kind $format: not told: $(tail -n 3 "$FOLDER/$kind.$format.stderr")"
  [ "$(packets "$file" _ws.malformed)" -eq 0 ] || fail "$kind $format: malformed packets"
  [ "$(packets "$file" "tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == $port")" -eq 2 ] ||
    fail "$kind $format: not two connections"
  [ "$(packets "$file" "tcp.flags.reset == 1 && tcp.srcport == $port")" -ge 1 ] ||
    fail "$kind $format: no RST of the server"
  [ "$(packets "$file" "tcp.port != $port && tcp.flags.syn == 1")" -ge 1 ] ||
    fail "$kind $format: nothing of the alert mail"
  # The second connection's stream is what the receiver read of it.
  streams "$file" | awk -v last="$(streams "$file" | tail -n 1 | cut -f 1)" '$1 == last { printf "%s", $2 }' |
    perl -ne 'print pack("H*", $_)' >"$FOLDER/$kind.$format.stream"
  [ -s "$FOLDER/$kind.$format.stream" ] || fail "$kind $format: no stream"
  tail -c "$(wc -c <"$FOLDER/$kind.$format.stream")" "$FOLDER/$kind.$format.received" |
    cmp -s - "$FOLDER/$kind.$format.stream" ||
    fail "$kind $format: the stream is not what the receiver read"
}

for format in pcap pcapng; do
  captured_run synthesised "$format"
  bad="$(tshark -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r "$FOLDER/synthesised.$format" -Y \
    'ip.checksum.status == 0 or tcp.checksum.status == 0 or tcp.analysis.flags' 2>/dev/null)"
  [ -z "$bad" ] || fail "synthesised $format: $(head -n 2 <<<"$bad")"
done
mark="synthesised by appliance-sim from socket events, not captured"
capinfos "$FOLDER/synthesised.pcapng" | grep -qF "$mark" || fail "the pcapng does not say what it is"
grep -qF "$mark" "$FOLDER/synthesised.pcap.stderr" || fail "the run does not say what the pcap is"
grep -qF "$mark" "$FOLDER/synthesised.pcap.output/report.json" || fail "the report does not say it"

# Real packets need a right that not everybody has.
probe="$(timeout 30 "$APPLIANCE" demo --capture "$FOLDER/probe.pcap" --capture-kind packets 2>&1)" ||
  { grep -q "CAP_NET_RAW" <<<"$probe" && kernel_forbids "packet sockets are not allowed here"; } ||
  fail "demo: $(tail -n 2 <<<"$probe")"
for format in pcap pcapng; do captured_run packets "$format"; done
# Of loopback each packet is there once: the kernel repeats none of so short a run.
[ "$(packets "$FOLDER/packets.pcap" "tcp.analysis.retransmission")" -eq 0 ] ||
  fail "packets of loopback stand in the capture twice"
