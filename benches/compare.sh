#!/usr/bin/env bash
# podline against ripgrep and whatever other linters are on the PATH: the same files, the same cores, in turn, so that a
# busy machine is as busy for each. Prints medians of the wall time, and how they compare.
#
#   benches/compare.sh [DIRECTORY] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
directory=${1:-../shared/corpus}
rounds=${2:-15}
target=${CARGO_TARGET_DIR:-target}
podline=${PODLINE:-$target/release/podline}

[ -x "$podline" ] || cargo build --release --locked
command -v rg >/dev/null || { echo "install ripgrep first: apt-get install ripgrep" >&2; exit 1; }
[ -d "$directory" ] || { echo "$directory is not here: give a directory with manifests" >&2; exit 1; }

results=$(mktemp)
trap 'rm -f "$results"' EXIT

# Runs a command and notes its wall time, user and system time in seconds and its peak memory in KiB. A linter that finds
# something ends with a status of its own.
run() {
  local name=$1
  shift
  local TIMEFORMAT="$name %R %U %S"
  { time "$@" >/dev/null 2>&1 || true; } 2>>"$results"
}

peers=()
for peer in kubeconform kube-linter kube-score; do command -v "$peer" >/dev/null && peers+=("$peer"); done

small=$(mktemp --suffix .yaml)
trap 'rm -f "$results" "$small"' EXIT
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i}]}\n' >"$small"

for ((round = 0; round < rounds; round++)); do
  run podline "$podline" check --format concise "$directory"
  run podline-1-thread "$podline" check --format concise --threads 1 "$directory"
  run rg rg -c --no-ignore securityContext "$directory"
  run podline-one-file "$podline" check --format concise "$small"
  run empty-process /bin/true
  # The peers take seconds: once is enough.
  ((round > 0)) && continue
  for peer in ${peers[@]+"${peers[@]}"}; do
    case $peer in
      kubeconform) run "$peer" kubeconform -ignore-missing-schemas "$directory" ;;
      kube-linter) run "$peer" kube-linter lint "$directory" ;;
      kube-score) find "$directory" -name '*.yaml' -print0 >"$results.files"
        run "$peer" xargs -0 kube-score score <"$results.files"
        rm -f "$results.files" ;;
    esac
  done
done

awk '
  { n[$1]++; wall[$1, n[$1]] = $2; cpu[$1, n[$1]] = $3 + $4; if (!($1 in seen)) { order[++names] = $1; seen[$1] = 1 } }
  function median(values, name,   i, j, t, list, count) {
    count = n[name]
    for (i = 1; i <= count; i++) list[i] = values[name, i]
    for (i = 2; i <= count; i++) for (j = i; j > 1 && list[j-1] > list[j]; j--) { t = list[j]; list[j] = list[j-1]; list[j-1] = t }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
  }
  END {
    rg = median(wall, "rg"); if (rg == 0) rg = 0.001
    printf "%-18s %10s %10s %12s\n", "", "wall s", "cpu s", "wall / rg"
    for (i = 1; i <= names; i++) {
      name = order[i]
      printf "%-18s %10.3f %10.3f %12.2f\n", name, median(wall, name), median(cpu, name), median(wall, name) / rg
    }
  }' "$results"
