//! Volumes must not be directories or files of the host.
//!
//! **Restricted fields**
//! - `spec.volumes[*].hostPath`
//!
//! **Allowed values:** undefined/null
//!
//! Source: `policy/check_hostPathVolumes.go`.

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, Violation, name_all};
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "hostPathVolumes",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 0, check: host_path_volumes_1_0, overrides: &[] }],
    // What the pod needs of the volume only its author knows.
    repair: None,
    setting: None,
};

fn host_path_volumes_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut violations = Vec::new();
    for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
        if volume.host_path.is_some() {
            names.push(&volume.name);
            let path = FieldPath::of("spec.volumes").index(index).field("hostPath");
            let message = format!("volume \"{}\" must not be a hostPath volume", volume.name);
            violations.push(Violation::of_pod(path, message));
        }
    }
    (!names.is_empty()).then(|| Forbidden {
        reason: "hostPath volumes".into(),
        detail: name_all("volume", "volumes", &names),
        violations,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn a_host_path_is_a_violation_even_if_empty() {
        let forbidden = judge(
            host_path_volumes_1_0,
            json!({"volumes": [
                {"name": "good", "emptyDir": {}},
                {"name": "null", "hostPath": null},
                {"name": "a", "hostPath": {}},
                {"name": "b", "hostPath": {"path": "/"}, "configMap": {}},
            ]}),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "hostPath volumes");
        assert_eq!(forbidden.detail, r#"volumes "a", "b""#);
        assert_eq!(
            forbidden.lines(),
            [
                "spec.volumes[2].hostPath: volume \"a\" must not be a hostPath volume",
                "spec.volumes[3].hostPath: volume \"b\" must not be a hostPath volume",
            ]
        );
    }
}
