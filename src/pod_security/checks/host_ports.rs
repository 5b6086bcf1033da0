//! Containers must not listen on ports of the host.
//!
//! **Restricted fields**
//! - `spec.containers[*].ports[*].hostPort`
//! - `spec.initContainers[*].ports[*].hostPort`
//! - `spec.ephemeralContainers[*].ports[*].hostPort`
//!
//! **Allowed values:** undefined/null, `0`
//!
//! Source: `policy/check_hostPorts.go`.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::Level;
use super::super::check::{Check, Container, Forbidden, Pod, VersionedCheck, Violation, name_containers, pluralize};
use super::super::repair::{Repairer, not_safe, remove, set};
use crate::manifest::repair::Repair;
use crate::yaml::path::{FieldPath, Segment};

pub(crate) const CHECK: Check = Check {
    id: "hostPorts",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 0, check: host_ports_1_0, overrides: &[] }],
    repair: Some(repair),
    setting: None,
};

fn host_ports_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut names = Vec::new();
    // Texts: upstream sorts them so.
    let mut ports = BTreeSet::new();
    let mut violations = Vec::new();
    for container in pod.containers() {
        let before = violations.len();
        for (index, port) in container.ports.iter().enumerate() {
            if let Some(host_port) = port.host_port.filter(|&host_port| host_port != 0) {
                ports.insert(host_port.to_string());
                violations.push(violation(pod, &container, index, host_port));
            }
        }
        if violations.len() > before {
            names.push(container.name);
        }
    }
    (!names.is_empty()).then(|| Forbidden {
        reason: "hostPort".into(),
        detail: format!(
            "{} {} {} {}",
            name_containers(&names),
            pluralize("uses", "use", names.len()),
            pluralize("hostPort", "hostPorts", ports.len()),
            ports.into_iter().collect::<Vec<_>>().join(", "),
        ),
        violations,
    })
}

fn violation(pod: &Pod<'_>, container: &Container<'_>, index: usize, host_port: i32) -> Violation {
    let path = container.path().field("ports").index(index).field("hostPort");
    let origin = if pod.defaulted.contains(&path) {
        ", which the API server sets from containerPort under hostNetwork"
    } else {
        ""
    };
    container.violation_at(path, &format!("must not use hostPort {host_port}{origin}"))
}

fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    let mut changes = Vec::new();
    if !of.pod.defaulted.contains(path) {
        // Without the port of the container, which the API asks for, nothing would be left.
        if container_port(of, path) == Some(0) {
            return None;
        }
        changes.push(remove(path));
    }
    // The API server would set it again.
    if of.pod.spec.host_network == Some(true) {
        changes.push(set(&FieldPath::of("spec.hostNetwork"), json!(false)));
    }
    Some(not_safe(changes))
}

/// The port of the container beside a port of the host.
fn container_port(of: &Repairer<'_>, path: &FieldPath) -> Option<i32> {
    let spec = of.pod.spec;
    let [_, Segment::Field(list), Segment::Index(index), _, Segment::Index(port), ..] = path.segments() else {
        return None;
    };
    let ports = match list.as_ref() {
        "initContainers" => &spec.init_containers.as_ref()?.get(*index)?.ports,
        "containers" => &spec.containers.get(*index)?.ports,
        _ => &spec.ephemeral_containers.as_ref()?.get(*index)?.ports,
    };
    Some(ports.as_ref()?.get(*port)?.container_port)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{from_value, json};

    use super::super::super::defaults;
    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn each_port_is_a_violation_and_sorted_as_text() {
        let forbidden = judge(
            host_ports_1_0,
            json!({
                "initContainers": [{"name": "i", "ports": [{"containerPort": 1, "hostPort": 0}]}],
                "containers": [
                    {"name": "a", "ports": [{"hostPort": 80}, {"hostPort": 8080}, {"hostPort": 443}]},
                    {"name": "b", "ports": [{"hostPort": 443}]},
                ],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "hostPort");
        assert_eq!(forbidden.detail, r#"containers "a", "b" use hostPorts 443, 80, 8080"#);
        assert_eq!(
            forbidden.paths(),
            [
                "spec.containers[0].ports[0].hostPort",
                "spec.containers[0].ports[1].hostPort",
                "spec.containers[0].ports[2].hostPort",
                "spec.containers[1].ports[0].hostPort",
            ]
        );
        let one = judge(host_ports_1_0, json!({"containers": [{"name": "a", "ports": [{"hostPort": 80}]}]})).unwrap();
        assert_eq!(one.detail, r#"container "a" uses hostPort 80"#);
        assert_eq!(one.lines(), ["spec.containers[0].ports[0].hostPort: container \"a\" must not use hostPort 80"]);
    }

    #[test]
    fn a_port_that_the_api_server_set_says_so() {
        let mut spec = from_value(json!({
            "hostNetwork": true,
            "containers": [{"name": "a", "ports": [{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}]}],
        }))
        .unwrap();
        let annotations = BTreeMap::new();
        let defaulted = defaults::apply(true, &annotations, &mut spec);
        let pod = Pod { annotations: &annotations, spec: &spec, defaulted: &defaulted };
        assert_eq!(
            host_ports_1_0(&pod).unwrap().lines(),
            [
                "spec.containers[0].ports[0].hostPort: container \"a\" must not use hostPort 80, \
                 which the API server sets from containerPort under hostNetwork",
                "spec.containers[0].ports[1].hostPort: container \"a\" must not use hostPort 81",
            ]
        );
    }
}
