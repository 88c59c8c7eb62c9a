#!/usr/bin/env bash
# Runs the tests of what handles raw memory or hostile bytes under Address Sanitizer; arguments replace
# the choice of tests.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
filter="${1:-LogFormatsTests|LogDeliveryTests|LogModelTests|ConfigurationXMLTests|ConfigurationSanitizingTests|MailTransportTests}"
# libxml2 keeps a few tables until the process ends, which are no leaks of ours.
export ASAN_OPTIONS=detect_leaks=0
swift test --sanitize=address --scratch-path .build-asan --filter "$filter"
