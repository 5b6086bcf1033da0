//! Labels and annotations by which a pod asks for containers that a webhook adds to it.

use super::typed::Template;
use crate::yaml::path::FieldPath;

/// What asks for an injection.
struct Mark {
    key: &'static str,
    /// Whether this value asks for it.
    asks: fn(&str) -> bool,
    /// Who adds the containers.
    who: &'static str,
}

/// The marks, each with the document that describes it.
const MARKS: &[Mark] = &[
    // https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
    Mark { key: "sidecar.istio.io/inject", asks: is_true, who: "Istio" },
    Mark { key: "istio.io/rev", asks: |value| !value.is_empty(), who: "Istio" },
    // https://linkerd.io/2/features/proxy-injection/
    Mark { key: "linkerd.io/inject", asks: |value| matches!(value, "enabled" | "ingress"), who: "Linkerd" },
    // https://developer.hashicorp.com/consul/docs/k8s/annotations-and-labels
    Mark { key: "consul.hashicorp.com/connect-inject", asks: is_true, who: "Consul" },
    // https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations
    Mark { key: "vault.hashicorp.com/agent-inject", asks: is_true, who: "Vault" },
    // https://docs.dapr.io/reference/arguments-annotations-overview/
    Mark { key: "dapr.io/enabled", asks: is_true, who: "Dapr" },
    // https://kuma.io/docs/latest/reference/kubernetes-annotations/
    Mark { key: "kuma.io/sidecar-injection", asks: |value| matches!(value, "enabled" | "true"), who: "Kuma" },
    // https://github.com/open-telemetry/opentelemetry-operator#sidecar-injection
    Mark { key: "sidecar.opentelemetry.io/inject", asks: |value| value != "false", who: "OpenTelemetry" },
];

/// The values that strconv.ParseBool takes for true.
fn is_true(value: &str) -> bool {
    matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

/// The marks on a pod: where each stands, relative to the template, and who adds containers.
pub fn injections(template: &Template) -> Vec<(FieldPath, &'static str)> {
    let mut found = Vec::new();
    for (field, map) in [("metadata.labels", &template.labels), ("metadata.annotations", &template.annotations)] {
        if map.is_empty() {
            continue;
        }
        for mark in MARKS {
            if map.get(mark.key).is_some_and(|value| (mark.asks)(value)) {
                found.push((FieldPath::of(field).field(mark.key), mark.who));
            }
        }
    }
    // Labels and annotations may say the same.
    let mut told = Vec::new();
    found.retain(|&(_, who)| {
        !told.contains(&who) && {
            told.push(who);
            true
        }
    });
    found
}
