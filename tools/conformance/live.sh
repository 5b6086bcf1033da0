#!/usr/bin/env bash
# Starts a kube-apiserver of its own on loopback, compares podline with it, and stops it. Arguments go to the comparison:
#
#   tools/conformance/live.sh -podline ../../target/release/podline -live 1000
#
# Needs Go, openssl, curl and etcd (Debian's etcd-server; ETCD names another). The first build of kube-apiserver takes some 10
# minutes on two cores; APISERVER names one that is built already. KEEP=folder keeps the files of the servers there.
set -euo pipefail
cd "$(dirname "$0")"

for tool in "${ETCD:=etcd}" go openssl curl; do
  command -v "$tool" >/dev/null || { echo "live.sh: $tool is missing" >&2; exit 2; }
done
work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
started=()
# shellcheck disable=SC2317 # the trap calls it
stop() {
  # kube-apiserver would take minutes to part from its etcd, and nothing is kept.
  for process in "${started[@]}"; do kill -KILL "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap stop EXIT

if [ -z "${APISERVER:-}" ]; then
  APISERVER=$work/kube-apiserver
  (cd apiserver && go build -o "$APISERVER" .)
fi

client=${ETCD_PORT:-23790} peer=$((${ETCD_PORT:-23790} + 1)) port=${APISERVER_PORT:-26443}
token=$(openssl rand -hex 16)
umask 077
openssl genrsa -out "$work/accounts.key" 2048 2>/dev/null
echo "$token,admin,admin,system:masters" >"$work/tokens.csv"

# Defaults and exemptions of every kind, so that each of them decides something.
cat >"$work/admission.yaml" <<'YAML'
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
  - name: PodSecurity
    configuration:
      apiVersion: pod-security.admission.config.k8s.io/v1
      kind: PodSecurityConfiguration
      defaults: {enforce: baseline, enforce-version: v1.33, audit: baseline, warn: restricted}
      exemptions:
        usernames: [alice, "system:serviceaccount:kube-system:job-controller"]
        namespaces: [podline-live-1, podline-live-2, podline-live-3]
        runtimeClasses: [kata]
YAML
cat >"$work/kubeconfig" <<YAML
apiVersion: v1
kind: Config
current-context: loopback
clusters: [{name: loopback, cluster: {server: "https://127.0.0.1:$port", insecure-skip-tls-verify: true}}]
users: [{name: admin, user: {token: "$token"}}]
contexts: [{name: loopback, context: {cluster: loopback, user: admin}}]
YAML

"$ETCD" --data-dir "$work/etcd" --listen-client-urls "http://127.0.0.1:$client" \
  --advertise-client-urls "http://127.0.0.1:$client" --listen-peer-urls "http://127.0.0.1:$peer" >"$work/etcd.log" 2>&1 &
started+=($!)
"$APISERVER" --etcd-servers="http://127.0.0.1:$client" --bind-address=127.0.0.1 --secure-port="$port" --cert-dir="$work/certificates" \
  --service-account-issuer=https://loopback.invalid --service-account-key-file="$work/accounts.key" \
  --service-account-signing-key-file="$work/accounts.key" --token-auth-file="$work/tokens.csv" --authorization-mode=AlwaysAllow \
  --endpoint-reconciler-type=none --service-cluster-ip-range=10.0.0.0/24 --disable-admission-plugins=ServiceAccount \
  --admission-control-config-file="$work/admission.yaml" >"$work/apiserver.log" 2>&1 &
started+=($!)

# The certificate is one that the server made for itself just now.
ask() { curl --silent --insecure --noproxy '*' --header "Authorization: Bearer $token" "$@"; }
for attempt in $(seq 120); do
  [ "$(ask "https://127.0.0.1:$port/readyz" || true)" != ok ] || break
  if [ "$attempt" -eq 120 ] || ! kill -0 "${started[1]}" 2>/dev/null; then
    tail -n 20 "$work/etcd.log" "$work/apiserver.log" >&2
    exit 2
  fi
  sleep 1
done
# Pods may only name runtime classes that are there.
for class in kata gvisor; do
  ask --fail --output /dev/null --header 'Content-Type: application/json' \
    --data "{\"apiVersion\": \"node.k8s.io/v1\", \"kind\": \"RuntimeClass\", \"metadata\": {\"name\": \"$class\"}, \"handler\": \"runc\"}" \
    "https://127.0.0.1:$port/apis/node.k8s.io/v1/runtimeclasses"
done

go build -o "$work/conformance" .
# As the owner of the cluster, and as a user whom the configuration exempts.
status=0
for user in "" alice; do
  "$work/conformance" -kubeconfig "$work/kubeconfig" -admission-config "$work/admission.yaml" -keep-namespaces -as "$user" "$@" || status=$?
done
exit "$status"
