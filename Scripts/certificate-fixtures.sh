#!/usr/bin/env bash
# Makes the certificates of fixtures/certificates anew, with other keys: fixtures of a reader, worth nothing elsewhere.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v openssl >/dev/null || die "openssl is not here"
target="$PWD/fixtures/certificates"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

cat >ca.cnf <<END
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
countryName = optional
organizationName = optional
END

# $1: name of the file, $2: serial number, $3: subject, $4: subjectAltName or nothing, $5: first second, $6: last second,
# the rest: options of the key.
certificate() {
  local name="$1" serial="$2" subject="$3" names="$4" start="$5" end="$6"
  shift 6
  openssl genpkey "$@" -out key.pem 2>/dev/null
  openssl req -new -key key.pem -subj "$subject" -out request.pem
  : >index.txt
  echo "$serial" >serial
  printf '%s\n' "basicConstraints=CA:FALSE" ${names:+"subjectAltName=$names"} >extensions
  openssl ca -batch -config ca.cnf -selfsign -keyfile key.pem -in request.pem -out "$target/$name.pem" -notext \
    -extfile extensions -startdate "$start" -enddate "$end" 2>ca.log || { cat ca.log >&2 && exit 1; }
}

mkdir -p "$target"
certificate rsa-2048 0102030405 "/C=ZA/O=Example/CN=mail.example.com" \
  "DNS:mail.example.com,DNS:*.example.org,IP:192.0.2.10,IP:2001:db8::10" 20140601000000Z 20240601000000Z \
  -algorithm RSA -pkeyopt rsa_keygen_bits:2048
certificate rsa-1024 07 "/CN=short.example.com" "" 20100101000000Z 20491231235959Z \
  -algorithm RSA -pkeyopt rsa_keygen_bits:1024
certificate ec-256 ff00 "/CN=curve.example.com" "DNS:curve.example.com" 20150101000000Z 20600101000000Z \
  -algorithm EC -pkeyopt ec_paramgen_curve:P-256
certificate ed25519 01 "/CN=edwards.example.com" "" 20160101000000Z 99991231235959Z -algorithm ED25519
