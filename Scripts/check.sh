#!/usr/bin/env bash
# Lint, and the tests of the targets that differ from a commit (default: where this branch left
# origin/main, or the last commit). What is not committed counts too.
# Arguments: the commit.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

base="${1:-$(git merge-base HEAD origin/main 2>/dev/null || echo HEAD)}"
git rev-parse --quiet --verify "$base^{commit}" >/dev/null || die "found $base, allowed: a commit"

# Test targets, one a line; 'all' where a change touches every target.
changed_tests() {
  { git diff --name-only "$base"; git ls-files --others --exclude-standard; } | sort -u |
    while IFS= read -r path; do
      case "$path" in
        Package.swift | Tests/Support/* | Sources/Core/TestKit/* | Sources/Shell/C*/module.modulemap) echo all ;;
        Sources/ApplianceCommand/*) echo ApplianceCommandTests ;;
        Sources/*/*/*) echo "$(cut -d/ -f3 <<<"$path")Tests" ;;
        Tests/*/*) cut -d/ -f2 <<<"$path" ;;
        fixtures/* | appliance-config.xml) echo all ;;
      esac
    done | sort -u
}

Scripts/lint.sh
names="$(changed_tests)"
if grep -qx all <<<"$names"; then
  printf 'every target may be touched: all tests run\n'
  exec Scripts/test.sh
fi
chosen=TidyTests
for name in $names; do
  [ "$name" = TidyTests ] || [ ! -d "Tests/$name" ] || chosen+="|$name"
done
printf 'tests since %s: %s\n' "$(git rev-parse --short "$base")" "${chosen//|/, }"
exec Scripts/test.sh --filter "^($chosen)\\."
