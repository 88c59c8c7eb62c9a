#!/usr/bin/env bash
# A real rsyslogd with its gtls driver gets every line by TLS, in order, from a client whose
# certificate it checks.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

port="$(free_port tcp)"
Scripts/certificates.sh "$FOLDER/certificates"
start_rsyslogd_tls "$port" "$FOLDER/rsyslog" "$FOLDER/certificates"
configuration TCP "$port" "$(free_port tcp)" |
  sed -e 's|<config>|<config xmlns:sim="urn:appliance-sim:delivery:1">|' \
    -e "s|<facility>mail</facility>|&<tls>1</tls><sim:tls_ca_file>$FOLDER/certificates/ca.pem</sim:tls_ca_file><sim:tls_certificate_file>$FOLDER/certificates/client.pem</sim:tls_certificate_file><sim:tls_key_file>$FOLDER/certificates/client.key</sim:tls_key_file>|" \
    >"$FOLDER/config.xml"
run_appliance --rate max --messages 10000 --seed 7
received_equals_record "$PEER_PID" "$FOLDER/rsyslog" cat

# Without a certificate it is refused: rsyslogd sends no alert of TLS and resets the connection.
start_rsyslogd_tls "$port" "$FOLDER/strict" "$FOLDER/certificates"
sed -i 's|<sim:tls_certificate_file>.*</sim:tls_key_file>||' "$FOLDER/config.xml"
status=0
timeout 60 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/refused" --rate max --fail-on-loss \
  --messages 10 --drain-timeout 2 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" || status=$?
[ "$status" -ne 0 ] || fail "a client without a certificate was taken"
[ ! -s "$FOLDER/strict/received" ] || fail "lines of a client without a certificate were taken"
grep -q "connection 1 failed" "$FOLDER/stderr" ||
  fail "the refusal is not told: $(tail -n 3 "$FOLDER/stderr")"

# An authority that is not the server's: said in so many words.
sed -i 's|/ca.pem|/other-ca.pem|' "$FOLDER/config.xml"
timeout 60 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/untrusted" --rate max \
  --messages 10 --drain-timeout 2 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" || true
grep -q "TLS certificate of the server is signed by an unknown authority" "$FOLDER/stderr" ||
  fail "the unknown authority is not told: $(tail -n 3 "$FOLDER/stderr")"

# A server that speaks no version as new as is asked for: a cause of its own, too.
old="$(free_port tcp)"
openssl s_server -accept "127.0.0.1:$old" -tls1_2 -quiet -cert "$FOLDER/certificates/server.pem" \
  -key "$FOLDER/certificates/server.key" </dev/null >"$FOLDER/s_server" 2>&1 &
PEER_PIDS+=("$!")
wait_until 10 port_is_bound tcp "$old" || fail "openssl s_server does not listen: $(cat "$FOLDER/s_server")"
sed -i -e 's|/other-ca.pem|/ca.pem|' -e "s|<port>$port</port>|<port>$old</port>|" \
  -e 's|<tls>1</tls>|&<sim:tls_minimum_version>1.3</sim:tls_minimum_version>|' "$FOLDER/config.xml"
timeout 60 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/old-version" --rate max \
  --messages 10 --drain-timeout 2 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" || true
grep -q "TLS handshake failed, no common protocol version" "$FOLDER/stderr" ||
  fail "the old version is not told: $(tail -n 3 "$FOLDER/stderr")"
