#!/usr/bin/env bash
# What it costs to judge by thirty constraints of Gatekeeper's library, against gator test with the same templates,
# constraints and manifests: both in turn, so that a busy machine is as busy for each. Prints medians of processor and wall
# time, the most memory that each took, and how all compare with podline --as-written, which judges the same objects as
# gator. Without that option podline judges the pods of all workloads as well.
#
# gator is built outside of the project, and has to be on the PATH (without it podline alone is measured):
#
#   go install github.com/open-policy-agent/gatekeeper/v3/cmd/gator@latest
#
#   benches/gatekeeper.sh LIBRARY [DIRECTORY] [ROUNDS]
# LIBRARY is a copy of github.com/open-policy-agent/gatekeeper-library.
set -euo pipefail
cd "$(dirname "$0")/.."
library=${1:?give a copy of open-policy-agent/gatekeeper-library}/library
directory=${2:-../shared/corpus/rendered}
rounds=${3:-5}
podline=${PODLINE:-${CARGO_TARGET_DIR:-target}/release/podline}

# All of the PodSecurityPolicy templates that have constraints for pods, and of the others those that ask no other object.
chosen=(
  pod-security-policy/{allow-privilege-escalation,apparmor,capabilities,flexvolume-drivers,forbidden-sysctls,fsgroup}
  pod-security-policy/{host-filesystem,host-namespaces,host-network-ports,host-probes-lifecycle,host-process}
  pod-security-policy/{privileged-containers,proc-mount,read-only-root-filesystem,seccomp,seccompv2,selinux,users,volumes}
  general/{allowedrepos,automount-serviceaccount-token,block-nodeport-services,containerlimits,containerrequests}
  general/{disallowedtags,ephemeralstoragelimit,imagedigests,replicalimits,requiredlabels,requiredprobes}
)

[ -x "$podline" ] || cargo build --release --locked
[ -d "$directory" ] || { echo "$directory is not here: give a directory with manifests" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
policies=$scratch/policies results=$scratch/results
mkdir "$policies"
for one in "${chosen[@]}"; do
  name=${one//\//-}
  cp "$library/$one/template.yaml" "$policies/$name-template.yaml"
  constraints=("$library/$one"/samples/*/constraint.yaml)
  cp "${constraints[0]}" "$policies/$name-constraint.yaml"
done

# A report on the policies first: a figure of policies that are refused, or that judge nothing, would be worth nothing.
loaded=$("$podline" policies --policy "$policies" --format json fixtures/example | grep -c '"ConstraintTemplate"' || true)
((loaded == 30)) || { echo "$loaded of 30 templates were loaded" >&2; exit 1; }

# Runs a command and notes wall time, user and system time in seconds, and the most memory in kilobytes. Findings give it a
# status of its own; of what cannot judge at all the time says nothing.
run() {
  local name=$1 status=0
  shift
  /usr/bin/time -f "$name %e %U %S %M" -o "$scratch/time" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  ((status <= 2)) || { echo "$name ended with $status" >&2; tail -3 "$scratch/err" >&2; exit 1; }
  tail -1 "$scratch/time" >>"$results"
}

for ((round = 0; round < rounds; round++)); do
  with=(check --no-config --level privileged --format json --policy "$policies")
  run as-written "$podline" "${with[@]}" --as-written "$directory"
  run as-written-1 "$podline" "${with[@]}" --as-written --threads 1 "$directory"
  run with-pods "$podline" "${with[@]}" "$directory"
  run with-pods-1 "$podline" "${with[@]}" --threads 1 "$directory"
  if command -v gator >/dev/null; then
    run gator gator test --filename "$policies" --filename "$directory" --output json
  fi
done

awk '
  { n[$1]++; wall[$1, n[$1]] = $2; cpu[$1, n[$1]] = $3 + $4; memory[$1, n[$1]] = $5; if (!($1 in seen)) { order[++names] = $1; seen[$1] = 1 } }
  function median(values, name,   i, j, t, list, count) {
    count = n[name]
    for (i = 1; i <= count; i++) list[i] = values[name, i]
    for (i = 2; i <= count; i++) for (j = i; j > 1 && list[j-1] > list[j]; j--) { t = list[j]; list[j] = list[j-1]; list[j-1] = t }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
  }
  END {
    printf "%-14s %10s %10s %10s %17s %17s\n", "", "wall s", "cpu s", "memory MB", "wall / as-written", "cpu / as-written"
    for (i = 1; i <= names; i++) {
      name = order[i]
      printf "%-14s %10.3f %10.3f %10.0f %17.2f %17.2f\n", name, median(wall, name), median(cpu, name),
        median(memory, name) / 1024, median(wall, name) / (median(wall, "as-written") + 1e-9),
        median(cpu, name) / (median(cpu, "as-written") + 1e-9)
    }
  }' "$results"
