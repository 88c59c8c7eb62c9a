#!/usr/bin/env bash
# Compares a commit with a recipe of docs/ARCHITECTURE.md, "Adding things": prints the files that it
# touches, and fails when the recipe names one of them not.
#   Scripts/recipe.sh NAME COMMIT    such as: Scripts/recipe.sh 'An alert' HEAD
#   Scripts/recipe.sh                the names of the recipes
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

recipes() {
  awk '/^## / { on = ($0 == "## Adding things") } on' docs/ARCHITECTURE.md
}

case $# in
  0)
    recipes | sed -n 's/^- \*\*\([^*]*\)\*\*.*/\1/p'
    exit
    ;;
  2) ;;
  *) die "usage: Scripts/recipe.sh [NAME COMMIT]" ;;
esac

# What stands between backquotes and begins with a folder of the repository is a file or a glob.
named="$(recipes | awk -v name="- **$1**" '/^- \*\*/ { on = (index($0, name) == 1) } on' |
  { grep -oE '`(Sources|Tests|docs|fixtures|Scripts)/[^`]+`' || true; } | tr -d '`' | sort -u)"
[ -n "$named" ] || die "found no recipe \"$1\" with files, allowed:
$(recipes | sed -n 's/^- \*\*\([^*]*\)\*\*.*/\1/p')"

globs=()
while IFS= read -r glob; do globs+=(":(top,glob)$glob"); done <<<"$named"
git rev-parse --quiet --verify "$2^{commit}" >/dev/null || die "found no commit \"$2\""
touched="$(git diff-tree -r --root --no-commit-id --name-only "$2")"
[ -n "$touched" ] || die "$2 touches no file, or is a merge"
known="$(git diff-tree -r --root --no-commit-id --name-only "$2" -- "${globs[@]}")"

missing=0
while IFS= read -r file; do
  if grep -qxF -- "$file" <<<"$known"; then
    printf '  %s\n' "$file"
  else
    printf 'not in the recipe: %s\n' "$file"
    missing=$((missing + 1))
  fi
done <<<"$touched"
[ "$missing" -eq 0 ] || die "$1: not named by the recipe, of the files of $2: $missing"
