#!/usr/bin/env bash
# At the end of an at-least-once run each server answers our FIN with its own: rsyslogd, syslog-ng, and
# rsyslogd by TLS. That confirms nothing, and the ledger calls no line received, though these three had read
# all, which their files show. One that dies with lines in its kernel resets instead, and gets them again
# when it is back. With sim:close_confirms the close counts as the receipt.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# $1: of the run's ledger.
figure() {
  sed -n "s/^ *\"$1\" : \([0-9]*\),*\$/\1/p" "$FOLDER/output/ledger.json" | tail -n 1
}

# $1: the server's name; $2: its folder.
ends_in_order() {
  rm -rf "$FOLDER/output"
  run_appliance --rate max --messages 2000 --seed 7 --delivery at-least-once
  grep -q "closed gracefully, [0-9]* lines acknowledged, not confirmed as read" "$FOLDER/stderr" ||
    fail "$1 did not close in order: $(tail -n 3 "$FOLDER/stderr")"
  [ "$(figure received)" -eq 0 ] || fail "$1 said nothing, and $(figure received) lines are received"
  [ "$(figure closedInOrder)" -gt 0 ] || fail "$1: the ledger knows of no close in order"
  [ "$(figure lostAtMost)" -ge "$(figure closedInOrder)" ] || fail "$1: lostAtMost leaves them out"
  # All the same it had read all of it.
  wait_until 20 has_lines "$2/received" "$(figure accepted)" || true
  end_process "$PEER_PID"
  [ "$(wc -l <"$2/received")" -ge "$(figure accepted)" ] ||
    fail "$1 wrote $(wc -l <"$2/received") of $(figure accepted) lines"
}

port="$(free_port tcp)"
smtp_port="$(free_port tcp)"
start_smtp_sink "$smtp_port" "$FOLDER/smtp-sink"
configuration TCP "$port" "$smtp_port" >"$FOLDER/config.xml"
start_syslog_ng "$port" "$FOLDER/syslog-ng"
ends_in_order syslog-ng "$FOLDER/syslog-ng"
start_rsyslogd tcp "$port" "$FOLDER/rsyslog"
ends_in_order rsyslogd "$FOLDER/rsyslog"

Scripts/certificates.sh "$FOLDER/certificates"
start_rsyslogd_tls "$port" "$FOLDER/tls" "$FOLDER/certificates"
cp "$FOLDER/config.xml" "$FOLDER/plain.xml"
sed -i -e 's|<config>|<config xmlns:sim="urn:appliance-sim:delivery:1">|' \
  -e "s|<facility>mail</facility>|&<tls>1</tls><sim:tls_ca_file>$FOLDER/certificates/ca.pem</sim:tls_ca_file><sim:tls_certificate_file>$FOLDER/certificates/client.pem</sim:tls_certificate_file><sim:tls_key_file>$FOLDER/certificates/client.key</sim:tls_key_file>|" \
  "$FOLDER/config.xml"
ends_in_order "rsyslogd by TLS" "$FOLDER/tls"

start_rsyslogd tcp "$port" "$FOLDER/trusted"
sed -e 's|<config>|<config xmlns:sim="urn:appliance-sim:delivery:1">|' \
  -e 's|<facility>mail</facility>|&<sim:close_confirms>1</sim:close_confirms>|' \
  "$FOLDER/plain.xml" >"$FOLDER/config.xml"
rm -rf "$FOLDER/output"
run_appliance --rate max --messages 200 --seed 7 --delivery at-least-once
[ "$(figure received)" -gt 0 ] || fail "a close that is said to confirm confirms nothing"
end_process "$PEER_PID"

# Its kernel takes and acknowledges everything, its application never reads a byte.
start_rsyslogd tcp "$port" "$FOLDER/dies"
kill -STOP "$PEER_PID"
timeout 120 "$APPLIANCE" run --config "$FOLDER/plain.xml" --output "$FOLDER/death" --rate max \
  --messages 50 --seed 7 --delivery at-least-once </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" &
appliance=$!
# State 05 is FIN-WAIT-2: the server's kernel acknowledged all, the FIN included.
has_all() { awk -v port=":$(printf %04X "$port")\$" '$3 ~ port && $4 == "05"' /proc/net/tcp | grep -q .; }
wait_until 20 has_all || fail "no FIN is acknowledged: $(tail -n 3 "$FOLDER/stderr")"
kill -KILL "$PEER_PID"
wait "$PEER_PID" 2>/dev/null || true
start_rsyslogd tcp "$port" "$FOLDER/lives"
status=0
wait "$appliance" || status=$?
[ "$status" -eq 0 ] || fail "the appliance ended with $status: $(tail -n 3 "$FOLDER/stderr")"
[ ! -s "$FOLDER/dies/received" ] || fail "the server that was stopped read lines"
end_process "$PEER_PID"
# The header lines went with the first connection.
# shellcheck disable=SC2016 # awk's own
find "$FOLDER/death/logs/Mail_Log" -type f -print0 | sort -zV | xargs -0 awk 'FNR > 3 { print substr($0, 26) }' |
  sort -u >"$FOLDER/logged"
sed 's/^[^|]*|[^|]*|[^|]*|[^|]*| //' "$FOLDER/lives/received" | sort -u >"$FOLDER/received"
missing="$(comm -23 "$FOLDER/logged" "$FOLDER/received" | wc -l)"
[ "$missing" -eq 0 ] || fail "$missing texts never came: $(comm -23 "$FOLDER/logged" "$FOLDER/received" | head -n 2)"
[ "$(wc -l <"$FOLDER/logged")" -ge 300 ] || fail "the record holds too little: $(wc -l <"$FOLDER/logged")"
