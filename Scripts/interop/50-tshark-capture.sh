#!/usr/bin/env bash
# tshark reads the documented table out of the simulated capture, finds no malformed packet and no wrong
# checksum in any capture of the gallery, and the release build gives the golden bytes.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

install_tshark
# 514/TCP is rsh's port; the fields of TCP are the same whatever is said to be inside.
read_capture() {
  tshark -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -r "$@" \
    2>/dev/null
}

"$APPLIANCE" simulate fixtures/scenarios/documented-reset.yaml --output "$FOLDER/output" \
  >"$FOLDER/stdout" || fail "the scenario's expectations are not met"
read_capture "$FOLDER/output/captures/appliance.pcap" -T fields -E separator=' ' \
  -e tcp.srcport -e tcp.dstport -e tcp.flags -e tcp.seq -e tcp.ack -e tcp.window_size_value \
  -e tcp.len -e tcp.options.mss_val >"$FOLDER/table"
cat >"$FOLDER/documented" <<'END'
26040 514 0x0002 0 0 16384 0 1460
514 26040 0x0012 0 1 32120 0 1350
26040 514 0x0010 1 1 17550 0 
26040 514 0x0018 1 1 17550 47 
514 26040 0x0010 1 48 32073 0 
26040 514 0x0018 48 1 17550 365 
514 26040 0x0010 1 413 31755 0 
514 26040 0x0014 1 413 32120 0 
END
diff "$FOLDER/documented" "$FOLDER/table" >"$FOLDER/diff" ||
  fail "the table differs: $(head -n 6 "$FOLDER/diff")"
times="$(read_capture "$FOLDER/output/captures/appliance.pcap" -T fields -e frame.time_epoch |
  sed -E 's/^1435215004\.([0-9]{6}).*/\1/' | tr '\n' ' ')"
[ "$times" = "111889 114360 114375 114518 114877 114883 115362 116192 " ] ||
  fail "the packets pass at $times"

# pcapng names the fault at its packets; a student's capture does not.
"$APPLIANCE" simulate fixtures/scenarios/documented-reset.yaml --capture-format pcapng \
  --output "$FOLDER/comments" >/dev/null || fail "no pcapng"
read_capture "$FOLDER/comments/captures/appliance.pcapng" -Y 'tcp.flags.reset == 1' -T fields \
  -e frame.comment | grep -q 'reset-after at syslog' || fail "the RST has no comment"
"$APPLIANCE" simulate fixtures/scenarios/documented-reset.yaml --capture-format pcapng --student \
  --output "$FOLDER/student" || fail "no student's capture"
comments="$(read_capture "$FOLDER/student/captures/appliance.pcapng" -T fields -e frame.comment | tr -d '\n')"
[ -z "$comments" ] || fail "the student's capture says $comments"

for scenario in fixtures/scenarios/*.yaml; do
  name="$(basename "$scenario" .yaml)"
  "$APPLIANCE" simulate "$scenario" --output "$FOLDER/$name" >/dev/null ||
    fail "$name: expectations are not met"
  for capture in "$FOLDER/$name/captures/"*; do
    bad="$(read_capture "$capture" -Y \
      '_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0')"
    [ -z "$bad" ] || fail "$name: $(basename "$capture"): $(head -n 2 <<<"$bad")"
  done
done

"$APPLIANCE" test fixtures/scenarios --digests | grep -E '^[a-z0-9-]+ [0-9a-f]+$' >"$FOLDER/digests"
diff fixtures/golden/Scenarios/digests.txt "$FOLDER/digests" >"$FOLDER/digest-diff" ||
  fail "the release build gives other bytes: $(head -n 4 "$FOLDER/digest-diff")"
