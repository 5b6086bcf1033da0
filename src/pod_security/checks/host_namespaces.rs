//! Pods must not share the host's network, process and IPC namespaces.
//!
//! **Restricted fields**
//! - `spec.hostNetwork`
//! - `spec.hostPID`
//! - `spec.hostIPC`
//!
//! **Allowed values:** undefined/null, `false`
//!
//! Source: `policy/check_hostNamespaces.go`.

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, Violation};
use super::super::repair;
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "hostNamespaces",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 0, check: host_namespaces_1_0, overrides: &[] }],
    repair: Some(repair::set_false),
    setting: None,
};

fn host_namespaces_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let fields =
        [("hostNetwork", pod.spec.host_network), ("hostPID", pod.spec.host_pid), ("hostIPC", pod.spec.host_ipc)];
    let mut set = Vec::new();
    let mut violations = Vec::new();
    for (field, _) in fields.into_iter().filter(|(_, value)| *value == Some(true)) {
        set.push(format!("{field}=true"));
        let path = FieldPath::of("spec").field(field);
        violations.push(Violation::of_pod(path, format!("pod must not set {field}=true")));
    }
    (!set.is_empty()).then(|| Forbidden { reason: "host namespaces".into(), detail: set.join(", "), violations })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn each_namespace_is_a_violation() {
        let spec = json!({"hostIPC": true, "hostNetwork": true, "hostPID": true});
        let forbidden = judge(host_namespaces_1_0, spec).unwrap();
        assert_eq!(forbidden.reason, "host namespaces");
        assert_eq!(forbidden.detail, "hostNetwork=true, hostPID=true, hostIPC=true");
        assert_eq!(
            forbidden.lines(),
            [
                "spec.hostNetwork: pod must not set hostNetwork=true",
                "spec.hostPID: pod must not set hostPID=true",
                "spec.hostIPC: pod must not set hostIPC=true",
            ]
        );
        assert!(judge(host_namespaces_1_0, json!({"hostIPC": false})).is_none());
    }
}
