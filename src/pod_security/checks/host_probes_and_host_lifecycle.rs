//! Probes and lifecycle hooks must not name a host: the kubelet, which performs them, would call it from the node.
//!
//! **Restricted fields**, each in `spec.containers[*]`, `spec.initContainers[*]` and `spec.ephemeralContainers[*]`
//! - `livenessProbe.httpGet.host`, `livenessProbe.tcpSocket.host`
//! - `readinessProbe.httpGet.host`, `readinessProbe.tcpSocket.host`
//! - `startupProbe.httpGet.host`, `startupProbe.tcpSocket.host`
//! - `lifecycle.postStart.httpGet.host`, `lifecycle.postStart.tcpSocket.host`
//! - `lifecycle.preStop.httpGet.host`, `lifecycle.preStop.tcpSocket.host`
//!
//! **Allowed values:** undefined/null, empty
//!
//! Source: `policy/check_hostProbesAndhostLifecycle.go`.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{HTTPGetAction, LifecycleHandler, Probe, TCPSocketAction};

use super::super::Level;
use super::super::check::{Check, Container, Forbidden, Pod, VersionedCheck, join_quote, name_containers, pluralize};
use super::super::repair;

pub(crate) const CHECK: Check = Check {
    id: "hostProbesAndHostLifecycle",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 34, check: host_probes_and_host_lifecycle_1_34, overrides: &[] }],
    repair: Some(repair::take_away),
    setting: None,
};

fn host_probes_and_host_lifecycle_1_34(pod: &Pod<'_>) -> Option<Forbidden> {
    // Unlike the other checks, upstream's sorts the names and drops repeated ones.
    let mut names = BTreeSet::new();
    let mut hosts = BTreeSet::new();
    let mut violations = Vec::new();
    for container in pod.containers() {
        for (field, host) in hosts_of(&container) {
            names.insert(container.name);
            hosts.insert(host);
            let text = format!("must not set {field} to \"{host}\"; it must be empty or unset");
            violations.push(container.violation(field, &text));
        }
    }
    (!names.is_empty()).then(|| Forbidden {
        reason: "probe or lifecycle host".into(),
        detail: format!(
            "{} {} {} {}",
            name_containers(&names),
            pluralize("uses", "use", names.len()),
            pluralize("probe or lifecycle host", "probe or lifecycle hosts", hosts.len()),
            join_quote(&hosts),
        ),
        violations,
    })
}

/// The hosts that a container names, with the fields below the container.
fn hosts_of<'a>(container: &Container<'a>) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
    let [liveness, readiness, startup] =
        [container.liveness_probe, container.readiness_probe, container.startup_probe].map(hosts_of_probe);
    let post_start = hosts_of_hook(container.lifecycle.and_then(|lifecycle| lifecycle.post_start.as_ref()));
    let pre_stop = hosts_of_hook(container.lifecycle.and_then(|lifecycle| lifecycle.pre_stop.as_ref()));
    [
        ("livenessProbe.httpGet.host", liveness.0),
        ("livenessProbe.tcpSocket.host", liveness.1),
        ("readinessProbe.httpGet.host", readiness.0),
        ("readinessProbe.tcpSocket.host", readiness.1),
        ("startupProbe.httpGet.host", startup.0),
        ("startupProbe.tcpSocket.host", startup.1),
        ("lifecycle.postStart.httpGet.host", post_start.0),
        ("lifecycle.postStart.tcpSocket.host", post_start.1),
        ("lifecycle.preStop.httpGet.host", pre_stop.0),
        ("lifecycle.preStop.tcpSocket.host", pre_stop.1),
    ]
    .into_iter()
    .filter(|(_, host)| !host.is_empty())
}

fn hosts_of_probe(probe: Option<&Probe>) -> (&str, &str) {
    hosts(probe.and_then(|probe| probe.http_get.as_ref()), probe.and_then(|probe| probe.tcp_socket.as_ref()))
}

fn hosts_of_hook(hook: Option<&LifecycleHandler>) -> (&str, &str) {
    hosts(hook.and_then(|hook| hook.http_get.as_ref()), hook.and_then(|hook| hook.tcp_socket.as_ref()))
}

/// The hosts of `httpGet` and `tcpSocket`, empty where there is none.
fn hosts<'a>(http_get: Option<&'a HTTPGetAction>, tcp_socket: Option<&'a TCPSocketAction>) -> (&'a str, &'a str) {
    let http_host = http_get.and_then(|action| action.host.as_deref());
    let tcp_host = tcp_socket.and_then(|action| action.host.as_deref());
    (http_host.unwrap_or_default(), tcp_host.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn names_and_hosts_are_sorted_and_unique() {
        let local = json!({"httpGet": {"host": "127.0.0.1", "port": 1}});
        let forbidden = judge(
            host_probes_and_host_lifecycle_1_34,
            json!({"containers": [
                {"name": "z", "livenessProbe": local, "startupProbe": local},
                {"name": "a", "lifecycle": {"preStop": {"tcpSocket": {"host": "10.0.0.1", "port": 1}}}},
                {"name": "good", "readinessProbe": {"httpGet": {"host": "", "port": 1}}},
            ]}),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "probe or lifecycle host");
        assert_eq!(forbidden.detail, r#"containers "a", "z" use probe or lifecycle hosts "10.0.0.1", "127.0.0.1""#);
        assert_eq!(
            forbidden.lines(),
            [
                "spec.containers[0].livenessProbe.httpGet.host: container \"z\" must not set \
                 livenessProbe.httpGet.host to \"127.0.0.1\"; it must be empty or unset",
                "spec.containers[0].startupProbe.httpGet.host: container \"z\" must not set \
                 startupProbe.httpGet.host to \"127.0.0.1\"; it must be empty or unset",
                "spec.containers[1].lifecycle.preStop.tcpSocket.host: container \"a\" must not set \
                 lifecycle.preStop.tcpSocket.host to \"10.0.0.1\"; it must be empty or unset",
            ]
        );
    }

    #[test]
    fn every_field_is_read() {
        for action in ["httpGet", "tcpSocket"] {
            let handler = json!({action: {"host": "x", "port": 1}});
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                let spec = json!({"containers": [{"name": "a", probe: handler}]});
                let forbidden = judge(host_probes_and_host_lifecycle_1_34, spec).unwrap();
                assert_eq!(forbidden.paths(), [format!("spec.containers[0].{probe}.{action}.host")]);
                assert_eq!(forbidden.detail, r#"container "a" uses probe or lifecycle host "x""#);
            }
            for hook in ["postStart", "preStop"] {
                let spec = json!({"containers": [{"name": "a", "lifecycle": {hook: handler}}]});
                let forbidden = judge(host_probes_and_host_lifecycle_1_34, spec).unwrap();
                assert_eq!(forbidden.paths(), [format!("spec.containers[0].lifecycle.{hook}.{action}.host")]);
            }
        }
    }
}
