#!/usr/bin/env bash
# Checks that need no build: formatting, shell scripts, and what git tracks.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

swift_files | xargs -0 swift format lint --strict --parallel

# The lock file names commits that differ between mirrors; direct dependencies are exact instead.
tracked="$(git ls-files -- '*Package.resolved' '.build*' '*/.build*' dist out)"
[ -z "$tracked" ] || die "git must not track: $tracked"

scripts=()
while IFS= read -r -d '' file; do scripts+=("$file"); done \
  < <(git ls-files -z --cached --others --exclude-standard -- '*.sh' .ci/run)
for script in "${scripts[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then
  shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
fi

# Types that grew too large; what it prints is of interest when there are any.
sizes="$(Scripts/sizes.sh 2>&1)" || die "Scripts/sizes.sh:
$sizes"

echo "lint: no findings"
