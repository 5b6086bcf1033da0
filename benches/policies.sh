#!/usr/bin/env bash
# What it costs to judge by fifty policies of a cluster (fixtures/benches/fifty-policies.yaml) as well: podline with and
# without them on the same files, in turn, so that a busy machine is as busy for each. kyverno's command line applies the
# same policies if it is on the PATH, once. Prints medians, and how they compare with podline alone.
#
#   benches/policies.sh [DIRECTORY] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
directory=${1:-../shared/corpus}
rounds=${2:-9}
policies=fixtures/benches/fifty-policies.yaml
podline=${PODLINE:-${CARGO_TARGET_DIR:-target}/release/podline}

[ -x "$podline" ] || cargo build --release --locked
[ -d "$directory" ] || { echo "$directory is not here: give a directory with manifests" >&2; exit 1; }

results=$(mktemp)
trap 'rm -f "$results"' EXIT

# Runs a command and notes its wall time, user and system time in seconds. Findings give it a status of its own; of what
# cannot judge at all the time says nothing.
run() {
  local name=$1 status=0
  shift
  local TIMEFORMAT="$name %R %U %S"
  { time "$@" >/dev/null 2>&1 || status=$?; } 2>>"$results"
  ((status <= 2)) || { echo "$name ended with $status" >&2; exit 1; }
}

# A report on the policies first: a figure of policies that are refused, or that judge nothing, would be worth nothing.
loaded=$("$podline" policies --policy "$policies" fixtures/example | grep -c '(ValidatingAdmissionPolicy, ')
((loaded == 50)) || { echo "$loaded of 50 policies were loaded" >&2; exit 1; }

for ((round = 0; round < rounds; round++)); do
  for threads in 1 0; do
    with=(check --format concise)
    name=""
    if ((threads == 1)); then with+=(--threads 1); name=-1-thread; fi
    run "alone$name" "$podline" "${with[@]}" "$directory"
    run "fifty-policies$name" "$podline" "${with[@]}" --policy "$policies" "$directory"
  done
done
if command -v kyverno >/dev/null; then
  run kyverno kyverno apply "$policies" --resource "$directory"
fi

awk '
  { n[$1]++; wall[$1, n[$1]] = $2; cpu[$1, n[$1]] = $3 + $4; if (!($1 in seen)) { order[++names] = $1; seen[$1] = 1 } }
  function median(values, name,   i, j, t, list, count) {
    count = n[name]
    for (i = 1; i <= count; i++) list[i] = values[name, i]
    for (i = 2; i <= count; i++) for (j = i; j > 1 && list[j-1] > list[j]; j--) { t = list[j]; list[j] = list[j-1]; list[j-1] = t }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
  }
  END {
    printf "%-26s %10s %10s %12s %12s\n", "", "wall s", "cpu s", "wall / alone", "cpu / alone"
    for (i = 1; i <= names; i++) {
      name = order[i]
      base = name ~ /1-thread/ ? "alone-1-thread" : "alone"
      printf "%-26s %10.3f %10.3f %12.2f %12.2f\n", name, median(wall, name), median(cpu, name),
        median(wall, name) / (median(wall, base) + 1e-9), median(cpu, name) / (median(cpu, base) + 1e-9)
    }
  }' "$results"
