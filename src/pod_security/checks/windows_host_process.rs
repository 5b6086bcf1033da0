//! Windows containers must not run as processes of the host.
//!
//! **Restricted fields**
//! - `spec.securityContext.windowsOptions.hostProcess`
//! - `spec.containers[*].securityContext.windowsOptions.hostProcess`
//! - `spec.initContainers[*].securityContext.windowsOptions.hostProcess`
//! - `spec.ephemeralContainers[*].securityContext.windowsOptions.hostProcess`
//!
//! **Allowed values:** undefined/null, `false`
//!
//! Source: `policy/check_windowsHostProcess.go`.

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck};
use super::super::repair;
use super::super::setting::Setters;

pub(crate) const CHECK: Check = Check {
    id: "windowsHostProcess",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 0, check: windows_host_process_1_0, overrides: &[] }],
    repair: Some(repair::set_false),
    setting: None,
};

fn windows_host_process_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let text = "must not set securityContext.windowsOptions.hostProcess=true";
    let mut setters = Setters::default();
    let mut violations = Vec::new();
    for setting in pod.settings(
        |context| context.windows_options.as_ref()?.host_process,
        |context| context.windows_options.as_ref()?.host_process,
    ) {
        if setting.value == Some(true) {
            setters.add(&setting);
            violations.push(setting.violation("securityContext.windowsOptions.hostProcess", text));
        }
    }
    (!setters.is_empty()).then(|| Forbidden {
        reason: "hostProcess".into(),
        detail: format!("{setters} {text}"),
        violations,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::{container_with, judge};
    use super::*;

    #[test]
    fn the_pod_and_its_containers_are_judged() {
        let host_process = json!({"windowsOptions": {"hostProcess": true}});
        let forbidden = judge(
            windows_host_process_1_0,
            json!({
                "securityContext": host_process,
                "containers": [{"name": "a", "securityContext": host_process}, {"name": "b"}],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "hostProcess");
        assert_eq!(
            forbidden.detail,
            r#"pod and container "a" must not set securityContext.windowsOptions.hostProcess=true"#
        );
        assert_eq!(
            forbidden.lines(),
            [
                "spec.securityContext.windowsOptions.hostProcess: \
                 pod must not set securityContext.windowsOptions.hostProcess=true",
                "spec.containers[0].securityContext.windowsOptions.hostProcess: \
                 container \"a\" must not set securityContext.windowsOptions.hostProcess=true",
            ]
        );
        let of_pod = Some("spec.securityContext.windowsOptions.hostProcess".to_owned());
        assert_eq!(forbidden.related(), [None, of_pod]);
        let off = container_with(&json!({"windowsOptions": {"hostProcess": false}}));
        assert!(judge(windows_host_process_1_0, off).is_none());
    }
}
