#!/usr/bin/env bash
# A real rsyslogd gets every line by UDP, and the ledger does not claim to know that.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

port="$(free_port udp)"
start_rsyslogd udp "$port" "$FOLDER/rsyslog"
configuration UDP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"
run_appliance --rate 500 --messages 10000 --seed 7
received_equals_record "$PEER_PID" "$FOLDER/rsyslog" sort
ledger_has_no received "$FOLDER/output/ledger.json" ||
  fail "the ledger is missing, or calls lines sent by UDP received"
