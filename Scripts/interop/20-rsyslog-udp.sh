#!/usr/bin/env bash
# A real rsyslogd gets every line by UDP, and the ledger does not claim to know that.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# LEDGER LAYOUT: any member named "received" with a count other than 0 is a claim.
ledger_claims_no_receipt() {
  [ -s "$FOLDER/output/ledger.json" ] || fail "no ledger.json"
  ! grep -Eo '"received"[[:space:]]*:[[:space:]]*[0-9]+' "$FOLDER/output/ledger.json" |
    grep -Evq ':[[:space:]]*0$' || fail "the ledger calls lines sent by UDP received"
}

port="$(free_port udp)"
start_rsyslogd udp "$port" "$FOLDER/rsyslog"
configuration UDP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"
run_appliance --rate 500 --messages 10000 --seed 7
received_equals_record "$PEER_PID" "$FOLDER/rsyslog" sort
ledger_claims_no_receipt
