#!/usr/bin/env bash
# How long `config check` takes beside `xmllint --noout` on the same files: 1,000 of 200 kB of four kinds (known elements, 2,200
# unknown distinct names each, as many that are near to known ones, 1,000 findings each), 300 of 100 kB with forty sections that
# nobody models and a fault in every eighth, one of 50 MB with many elements, one of 50 MB with long texts; and how much memory 800 files with 1,000 findings each take in every format. Generated files,
# medians of three. Ends with 1 when a bar is missed.
# APPLIANCE=PATH measures a binary built elsewhere.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v xmllint >/dev/null || die "xmllint: not found, allowed: the package libxml2-utils"
APPLIANCE="$(realpath "${APPLIANCE:-$(Scripts/build-release.sh | tail -n 1)}")"
folder="$PWD/.build-bench/config"
ratio_max=3
missed=0
rm -rf "$folder"
mkdir -p "$folder"

# A configuration of about $1 bytes; $2: elements, texts, unknown, near, sections or findings, $3: a number that makes it another one.
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
    size = 0
    if (kind == "unknown") {
      # Distinct in each file, and near to nothing.
      for (i = 0; i < 2200; i++) {
        name = sprintf("section_%d_of_policy_%x", i, (i * 7919 + number * 104729) % 16777216)
        text = "  <" name ">value " i "</" name ">"
        print text
        size += length(text) + 1
      }
    }
    if (kind == "near") {
      split("hostname timezone interfaces smtp_routes listeners bounce_profiles default_gateway", known, " ")
      for (i = 0; i < 2200; i++) {
        word = known[i % 7 + 1]
        at = int(i / 7) % length(word)
        name = substr(word, 1, at) sprintf("%c", 97 + int(i / 60) % 26) substr(word, at + 1) sprintf("%c", 97 + i % 26)
        text = "  <" name ">value " i "</" name ">"
        print text
        size += length(text) + 1
      }
    }
    if (kind == "sections") {
      for (i = 0; i < 40; i++) {
        print "  <policy_area_" i "_" number % 7 ">"
        for (j = 0; j < 22; j++) {
          text = sprintf("    <rule_of_%d><label>rule %d of %d</label><weight>%d</weight><act>deliver</act></rule_of_%d>",
            i, number, j, i * j, i)
          print text
          size += length(text) + 1
        }
        print "  </policy_area_" i "_" number % 7 ">"
      }
    }
    print "  <log_subscriptions>"
    log_text = "    <log_text>\n      <name>log_%d</name>\n      <module>mail</module>\n" \
      "      <log_level>Information</log_level>\n      <retrieval>\n        <ftp_poll>\n" \
      "          <filename>mail</filename>\n          <rolloversize>10485760</rolloversize>\n" \
      "          <rollover_max_files>10</rollover_max_files>\n        </ftp_poll>\n" \
      "      </retrieval>\n    </log_text>"
    if (kind == "findings") {
      sub("Information", "Informatoin", log_text)
      sub("10485760", "1O485760", log_text)
      sub(">10<", ">1O<", log_text)
    }
    for (; size <= bytes; size += length(text) + 1) {
      text = sprintf(log_text, ++count)
      print text
    }
    print "  </log_subscriptions>\n</config>"
  }'
}

# The median of three runs: seconds and the most memory in kB. The arguments: a command.
measured() {
  for _ in 1 2 3; do
    # Exit code 1 says that something was found.
    /usr/bin/time -o "$folder/time" -f '%e %M' "$@" >"$folder/stdout" 2>"$folder/stderr" || [ $? -eq 1 ] ||
      die "'$1' failed: $(head -n 3 "$folder/stderr")"
    tail -n 1 "$folder/time"
  done | sort -n | sed -n 2p
}

# $1: words for the files, $2: the most bytes of memory, 0 for any; the rest: the files.
compare() {
  local words="$1" memory_max="$2"
  shift 2
  read -r appliance memory <<<"$(measured "$APPLIANCE" config check "$@")"
  read -r yardstick _ <<<"$(measured xmllint --noout "$@")"
  awk -v words="$words" -v a="$appliance" -v x="$yardstick" -v m="$memory" \
    -v bytes="$memory_max" -v r="$ratio_max" 'BEGIN {
    ratio = a / (x > 0.01 ? x : 0.01)
    fine = ratio <= r && (bytes == 0 || m * 1024 <= bytes)
    printf "config check\t%s\t%.2f s\txmllint %.2f s\tratio %.2f (bar %s)\t%.0f MB%s\t%s\n", words, a, x,
      ratio, r, m / 1024, bytes ? sprintf(" (bar %.0f)", bytes / 1048576) : "", fine ? "reached" : "missed"
    exit !fine
  }' || missed=1
}

for kind in elements unknown near findings; do
  mkdir -p "$folder/$kind"
  for number in $(seq 10); do configuration_of 199000 "$kind" "$number" >"$folder/$kind/0$number.xml"; done
  for number in $(seq 11 1000); do
    sed "s/mail[0-9]*\.example/mail$number.example/" "$folder/$kind/0$((number % 10 + 1)).xml" >"$folder/$kind/$number.xml"
  done
done
compare "1000 files of 200 kB, all known" 0 "$folder"/elements/*.xml
compare "1000 files of 200 kB, 2200 unknown names each" 0 "$folder"/unknown/*.xml
compare "1000 files of 200 kB, 2200 near names each" 0 "$folder"/near/*.xml
compare "1000 files of 200 kB, 1000 findings each" 0 "$folder"/findings/*.xml

mkdir -p "$folder/sections"
for number in $(seq 300); do
  configuration_of 100000 sections "$number" >"$folder/sections/$number.xml"
  [ $((number % 8)) -ne 0 ] || sed -i '0,/<rolloversize>10485760/s//<rolloversize>1O485760/' "$folder/sections/$number.xml"
done
compare "300 files of 100 kB, 40 sections not modelled each" 0 "$folder"/sections/*.xml
rm -rf "$folder/sections"

# 800 files with 1,000 findings each, in every format.
memory_max=300
for number in $(seq 801 1000); do rm "$folder/findings/$number.xml"; done
for format in text concise json junit sarif github markdown; do
  read -r seconds memory <<<"$(measured "$APPLIANCE" config check --format "$format" "$folder/findings")"
  [ "$(wc -c <"$folder/stdout")" -gt 50000000 ] || die "--format $format: the findings are not there"
  awk -v f="$format" -v s="$seconds" -v m="$memory" -v max="$memory_max" -v b="$(stat -c %s "$folder/stdout")" 'BEGIN {
    fine = m / 1024 <= max
    printf "config check\t800 files, 800000 findings as %s\t%.2f s\t%.0f MB written\t%.0f MB (bar %d)\t%s\n", f, s, b / 1e6,
      m / 1024, max, fine ? "reached" : "missed"
    exit !fine
  }' || missed=1
done
rm -rf "$folder"/{elements,unknown,near,findings}

for kind in elements texts; do configuration_of 50000000 "$kind" 0 >"$folder/large-$kind.xml"; done
for kind in elements texts; do
  size="$(stat -c %s "$folder/large-$kind.xml")"
  compare "one file of $size bytes, $kind" $((10 * size)) "$folder/large-$kind.xml"
done
rm -rf "$folder"
[ "$missed" -eq 0 ]
