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
