#!/usr/bin/env bash
# How long `config check` takes beside `xmllint --noout` on the same files: 1,000 of 200 kB, one of 50 MB with many
# elements, one of 50 MB with long texts. Generated files, medians of three. Ends with 1 when a bar is missed.
# APPLIANCE=PATH measures a binary built elsewhere.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v xmllint >/dev/null || die "xmllint: not found, allowed: the package libxml2-utils"
APPLIANCE="$(realpath "${APPLIANCE:-$(Scripts/build-release.sh | tail -n 1)}")"
folder="$PWD/.build-bench/config"
ratio_max=5
missed=0
rm -rf "$folder"
mkdir -p "$folder/many"

# A configuration of about $1 bytes; $2: elements or texts, $3: a number that makes it another one.
configuration_of() {
  awk -v bytes="$1" -v kind="$2" -v number="$3" 'BEGIN {
    print "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!DOCTYPE config SYSTEM \"config.dtd\">\n<!--"
    print "  Product: Cisco C370 Email Security Appliance\n  Model Number: C370\n  Version: 8.0.1-023"
    print "  Serial Number: A4BADB4712A9-511AA1E\n-->\n<config>\n  <hostname>mail" number ".example.com</hostname>"
    print "  <timezone>Etc/GMT</timezone>\n  <autosupport_enabled>1</autosupport_enabled>"
    if (kind == "texts") {
      line = "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ"
      text = line
      while (length(text) < 60000) text = text "\n" line
      print "  <https_certificate>"
      for (size = 0; size < bytes; size += length(text)) print "    <certificate>" text "</certificate>"
      print "  </https_certificate>"
      bytes = 0
    }
    print "  <log_subscriptions>"
    log_text = "    <log_text>\n      <name>log_%d</name>\n      <module>mail</module>\n" \
      "      <log_level>Information</log_level>\n      <retrieval>\n        <ftp_poll>\n" \
      "          <filename>mail</filename>\n          <rolloversize>10485760</rolloversize>\n" \
      "          <rollover_max_files>10</rollover_max_files>\n        </ftp_poll>\n" \
      "      </retrieval>\n    </log_text>"
    for (size = 0; size <= bytes; size += length(text) + 1) {
      text = sprintf(log_text, ++count)
      print text
    }
    print "  </log_subscriptions>\n</config>"
  }'
}

# The median of three runs: seconds and the most memory in kB. The arguments: a command.
measured() {
  for _ in 1 2 3; do
    /usr/bin/time -o "$folder/time" -f '%e %M' "$@" >"$folder/stdout" 2>"$folder/stderr" ||
      die "'$1' failed: $(head -n 3 "$folder/stderr")"
    tail -n 1 "$folder/time"
  done | sort -n | sed -n 2p
}

# $1: words for the files, $2: the most seconds, $3: the most bytes of memory, 0 for any; the rest: the files.
compare() {
  local words="$1" seconds_max="$2" memory_max="$3"
  shift 3
  read -r appliance memory <<<"$(measured "$APPLIANCE" config check "$@")"
  read -r yardstick _ <<<"$(measured xmllint --noout "$@")"
  awk -v words="$words" -v a="$appliance" -v x="$yardstick" -v m="$memory" -v s="$seconds_max" \
    -v bytes="$memory_max" -v r="$ratio_max" 'BEGIN {
    ratio = a / (x > 0.01 ? x : 0.01)
    fine = a <= s && ratio <= r && (bytes == 0 || m * 1024 <= bytes)
    printf "config check\t%s\t%.2f s (bar %s)\txmllint %.2f s\tratio %.2f (bar %s)\t%.0f MB%s\t%s\n", words, a, s, x,
      ratio, r, m / 1024, bytes ? sprintf(" (bar %.0f)", bytes / 1048576) : "", fine ? "reached" : "missed"
    exit !fine
  }' || missed=1
}

for number in $(seq 10); do configuration_of 199000 elements "$number" >"$folder/many/0$number.xml"; done
for number in $(seq 11 1000); do
  sed "s/mail[0-9]*\.example/mail$number.example/" "$folder/many/0$((number % 10 + 1)).xml" >"$folder/many/$number.xml"
done
for kind in elements texts; do configuration_of 50000000 "$kind" 0 >"$folder/large-$kind.xml"; done

compare "1000 files of $(stat -c %s "$folder/many/500.xml") bytes" 5 0 "$folder"/many/*.xml
for kind in elements texts; do
  size="$(stat -c %s "$folder/large-$kind.xml")"
  compare "one file of $size bytes, $kind" 3 $((10 * size)) "$folder/large-$kind.xml"
done
rm -rf "$folder"
[ "$missed" -eq 0 ]
