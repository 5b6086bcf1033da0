//! Containers must keep the masks over `/proc`, which hide what concerns the whole host.
//!
//! **Restricted fields**
//! - `spec.containers[*].securityContext.procMount`
//! - `spec.initContainers[*].securityContext.procMount`
//! - `spec.ephemeralContainers[*].securityContext.procMount`
//!
//! **Allowed values:** undefined/null, `Default`; from v1.35 on anything in a pod with `hostUsers: false`
//!
//! Source: `policy/check_procMount_baseline.go`.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, join_quote, name_containers};
use super::super::repair::{Repairer, not_safe};
use crate::manifest::repair::Repair;
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "procMount",
    level: Level::Baseline,
    versions: &[
        VersionedCheck { since: 0, check: proc_mount_1_0, overrides: &[] },
        VersionedCheck { since: 35, check: proc_mount_1_35, overrides: &[] },
    ],
    repair: Some(repair),
    setting: None,
};

pub(super) fn proc_mount_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut types = BTreeSet::new();
    let mut violations = Vec::new();
    for container in pod.containers() {
        let proc_mount = container.security_context.and_then(|context| context.proc_mount.as_deref());
        if let Some(bad) = proc_mount.filter(|&kind| kind != "Default") {
            names.push(container.name);
            types.insert(bad);
            let text = format!("must not set securityContext.procMount to \"{bad}\"; only \"Default\" is allowed");
            violations.push(container.violation("securityContext.procMount", &text));
        }
    }
    (!names.is_empty()).then(|| Forbidden {
        reason: "procMount".into(),
        detail: format!("{} must not set securityContext.procMount to {}", name_containers(&names), join_quote(types)),
        violations,
    })
}

fn proc_mount_1_35(pod: &Pod<'_>) -> Option<Forbidden> {
    if pod.has_user_namespace() { None } else { proc_mount_1_0(pod) }
}

pub(super) fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    Some(not_safe(vec![of.set_on_linux(path, json!("Default"))]))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn only_default_is_allowed() {
        let with = |name: &str, kind: &str| json!({"name": name, "securityContext": {"procMount": kind}});
        let spec =
            json!({"containers": [with("a", "Unmasked"), with("good", "Default"), with("b", ""), {"name": "c"}]});
        let forbidden = judge(proc_mount_1_0, spec).unwrap();
        assert_eq!(forbidden.reason, "procMount");
        assert_eq!(forbidden.detail, r#"containers "a", "b" must not set securityContext.procMount to "", "Unmasked""#);
        assert_eq!(
            forbidden.lines()[0],
            "spec.containers[0].securityContext.procMount: container \"a\" must not set \
             securityContext.procMount to \"Unmasked\"; only \"Default\" is allowed"
        );
        assert_eq!(forbidden.violations.len(), 2);
    }

    #[test]
    fn user_namespaces_relax_from_1_35_on() {
        let unmasked = json!([{"name": "a", "securityContext": {"procMount": "Unmasked"}}]);
        let relaxed = json!({"hostUsers": false, "containers": unmasked});
        assert!(judge(proc_mount_1_0, relaxed.clone()).is_some());
        assert!(judge(proc_mount_1_35, relaxed).is_none());
        assert!(judge(proc_mount_1_35, json!({"hostUsers": true, "containers": unmasked})).is_some());
    }
}
