#!/usr/bin/env bash
# A real vsftpd and a real sshd get each saved file, whole and once; a refused login and an unknown
# host key are alerts, and the files wait for the next run.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# The clients that the appliance runs.
command -v curl >/dev/null || apt_install curl
command -v scp >/dev/null || apt_install openssh-client

ftp_port="$(free_port tcp)" ssh_port="$(free_port tcp)"
start_vsftpd "$ftp_port" "$FOLDER/vsftpd" 'pass & "word"'
start_sshd "$ssh_port" "$FOLDER/sshd"

# $1: the passphrase of FTP, as XML.
transfers() {
  cat <<END
<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE config SYSTEM "config.dtd">
<!--
  Product: Cisco C370 Email Security Appliance
  Model Number: C370
  Version: 8.0.1-023
  Serial Number: A4BADB4712A9-511AA1E
-->
<config>
  <hostname>mail.example.com</hostname>
  <timezone>Africa/Johannesburg</timezone>
  <log_subscriptions>
    <log_text>
      <name>kept</name>
      <module>mail</module>
      <retrieval><ftp_poll><filename>mail</filename></ftp_poll></retrieval>
    </log_text>
    <log_text>
      <name>by_ftp</name>
      <module>mail</module>
      <retrieval>
        <ftp_push>
          <hostname>127.0.0.1</hostname><port>$ftp_port</port><directory>upload</directory>
          <username>anonymous</username><passphrase>$1</passphrase>
          <filename>mail.\$hostname</filename><rolloversize>20k</rolloversize>
        </ftp_push>
      </retrieval>
    </log_text>
    <log_text>
      <name>by_scp</name>
      <module>mail</module>
      <retrieval>
        <scp_push>
          <hostname>127.0.0.1</hostname><port>$ssh_port</port>
          <directory>$FOLDER/sshd/upload</directory><username>$(id -un)</username>
          <host_key_checking>1</host_key_checking>
          <filename>mail.\$hostname</filename><rolloversize>100k</rolloversize>
        </scp_push>
      </retrieval>
    </log_text>
  </log_subscriptions>
</config>
END
}

saved() {
  find "$FOLDER/output/logs/$1" -type f -name '*.s' | wc -l
}

# The lines of all files of a folder, oldest first, without their headers.
lines() {
  find "$1" -type f -name '*.s' | sort | xargs awk 'FNR > 3'
}

# Stamped by the wall clock: the model's time of a run at full speed ends behind the next one's start,
# and files of two runs would not be in order by their names.
# Nobody is let in: the run says so, ends after its time for draining, and keeps the files.
transfers 'wrong' >"$FOLDER/config.xml"
status=0
timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" \
  --rate max --stamp wall --messages 100 --drain-timeout 5 </dev/null >"$FOLDER/first" 2>&1 || status=$?
[ "$status" -ne 0 ] || fail "a run that could not send its files ended with 0"
for text in \
  "alert raised: Log Error: Subscription by_ftp: Failed to send a log file to 127.0.0.1: Login refused" \
  "alert raised: Log Error: Subscription by_scp: Failed to send a log file to 127.0.0.1: Host key verification failed" \
  "not sent in time: by_ftp: "; do
  grep -qF "$text" "$FOLDER/first" || fail "not told: $text: $(tail -n 5 "$FOLDER/first")"
done
[ "$(saved by_ftp)" -gt 1 ] || fail "there are only $(saved by_ftp) files to send by FTP"
[ "$(saved by_scp)" -gt 1 ] || fail "there are only $(saved by_scp) files to send by SCP"
! grep -rq 'wrong' "$FOLDER/output" "$FOLDER/first" || fail "the passphrase stands in what was left"

# The appliance's key is known to the server, and the server's to the appliance.
transfers 'pass &amp; "word"' >"$FOLDER/config.xml"
cp "$FOLDER/output/ssh/id_ed25519.pub" "$FOLDER/sshd/authorized_keys"
echo "[127.0.0.1]:$ssh_port $(cat "$FOLDER/sshd/host_key.pub")" >"$FOLDER/output/ssh/known_hosts"
run_appliance --rate max --stamp wall --messages 2000
[ "$(saved by_ftp)" -eq 0 ] || fail "$(saved by_ftp) files were not sent by FTP"
[ "$(saved by_scp)" -eq 0 ] || fail "$(saved by_scp) files were not sent by SCP"
lines "$FOLDER/output/logs/kept" >"$FOLDER/expected"
[ "$(wc -l <"$FOLDER/expected")" -ge 10000 ] || fail "too few lines to say much"
for server in vsftpd/root sshd; do
  [ -n "$(find "$FOLDER/$server/upload" -name 'mail.mail.example.com.@*.s' -print -quit)" ] ||
    fail "no file is named for the host on $server"
  lines "$FOLDER/$server/upload" >"$FOLDER/actual"
  diff "$FOLDER/expected" "$FOLDER/actual" >"$FOLDER/diff" ||
    fail "$server has other lines than were logged: $(head -n 4 "$FOLDER/diff")"
done
