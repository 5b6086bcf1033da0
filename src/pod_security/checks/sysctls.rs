//! Kernel parameters may be set only where they are namespaced and cannot reach other pods.
//!
//! **Restricted fields**
//! - `spec.securityContext.sysctls[*].name`
//!
//! **Allowed values**
//! - `kernel.shm_rmid_forced`, `net.ipv4.ip_local_port_range`, `net.ipv4.tcp_syncookies`,
//!   `net.ipv4.ping_group_range`, `net.ipv4.ip_unprivileged_port_start`
//! - from v1.27 on also `net.ipv4.ip_local_reserved_ports`
//! - from v1.29 on also `net.ipv4.tcp_keepalive_time`, `net.ipv4.tcp_fin_timeout`,
//!   `net.ipv4.tcp_keepalive_intvl`, `net.ipv4.tcp_keepalive_probes`
//! - from v1.32 on also `net.ipv4.tcp_rmem`, `net.ipv4.tcp_wmem`
//! - from v1.37 on also `net.ipv4.tcp_slow_start_after_idle`, `net.ipv4.tcp_notsent_lowat`
//!
//! Source: `policy/check_sysctls.go`.

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, Violation};
use super::super::repair::{Repairer, not_safe, remove};
use crate::manifest::repair::Repair;
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "sysctls",
    level: Level::Baseline,
    versions: &[
        VersionedCheck { since: 0, check: sysctls_1_0, overrides: &[] },
        VersionedCheck { since: 27, check: sysctls_1_27, overrides: &[] },
        VersionedCheck { since: 29, check: sysctls_1_29, overrides: &[] },
        VersionedCheck { since: 32, check: sysctls_1_32, overrides: &[] },
        VersionedCheck { since: 37, check: sysctls_1_37, overrides: &[] },
    ],
    repair: Some(repair),
    setting: None,
};

/// The allowed names, each with the first version that allows it, in ascending order of version.
const ALLOWED: [(u32, &str); 14] = [
    (0, "kernel.shm_rmid_forced"),
    (0, "net.ipv4.ip_local_port_range"),
    (0, "net.ipv4.tcp_syncookies"),
    (0, "net.ipv4.ping_group_range"),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time"),
    (29, "net.ipv4.tcp_fin_timeout"),
    (29, "net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem"),
    (32, "net.ipv4.tcp_wmem"),
    (37, "net.ipv4.tcp_slow_start_after_idle"),
    (37, "net.ipv4.tcp_notsent_lowat"),
];

fn sysctls_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    sysctls(pod, 0)
}

fn sysctls_1_27(pod: &Pod<'_>) -> Option<Forbidden> {
    sysctls(pod, 27)
}

fn sysctls_1_29(pod: &Pod<'_>) -> Option<Forbidden> {
    sysctls(pod, 29)
}

fn sysctls_1_32(pod: &Pod<'_>) -> Option<Forbidden> {
    sysctls(pod, 32)
}

fn sysctls_1_37(pod: &Pod<'_>) -> Option<Forbidden> {
    sysctls(pod, 37)
}

fn sysctls(pod: &Pod<'_>, minor: u32) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut violations = Vec::new();
    let sysctls = pod.security_context().and_then(|context| context.sysctls.as_deref()).unwrap_or_default();
    for (index, sysctl) in sysctls.iter().enumerate() {
        if !allowed(minor).any(|name| name == sysctl.name) {
            names.push(sysctl.name.as_str());
            violations.push(violation(index, &sysctl.name, minor));
        }
    }
    (!names.is_empty()).then(|| Forbidden { reason: "forbidden sysctls".into(), detail: names.join(", "), violations })
}

/// The names that are allowed at a version.
fn allowed(minor: u32) -> impl Iterator<Item = &'static str> {
    ALLOWED.iter().take_while(move |(since, _)| *since <= minor).map(|(_, name)| *name)
}

fn violation(index: usize, name: &str, minor: u32) -> Violation {
    let path = FieldPath::of("spec.securityContext.sysctls").index(index).field("name");
    let allowed: Vec<&str> = allowed(minor).collect();
    Violation::of_pod(path, format!("pod must not set sysctl \"{name}\"; allowed are {}", allowed.join(", ")))
}

/// The name of the element is what is wrong; all of it goes.
fn repair(_: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    Some(not_safe(vec![remove(&path.prefix(path.segments().len() - 1))]))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::testing::judge;
    use super::*;

    fn with(names: &[&str]) -> Value {
        let sysctls: Vec<Value> = names.iter().map(|name| json!({"name": name, "value": "1"})).collect();
        json!({"securityContext": {"sysctls": sysctls}})
    }

    #[test]
    fn each_name_is_a_violation() {
        let spec = with(&["kernel.sem", "net.ipv4.tcp_syncookies", "kernel.sem", "net.ipv4.tcp_rmem"]);
        let forbidden = judge(sysctls_1_0, spec).unwrap();
        assert_eq!(forbidden.reason, "forbidden sysctls");
        assert_eq!(forbidden.detail, "kernel.sem, kernel.sem, net.ipv4.tcp_rmem");
        assert_eq!(
            forbidden.paths(),
            [
                "spec.securityContext.sysctls[0].name",
                "spec.securityContext.sysctls[2].name",
                "spec.securityContext.sysctls[3].name",
            ]
        );
        assert_eq!(
            forbidden.violations[0].message,
            "pod must not set sysctl \"kernel.sem\"; allowed are kernel.shm_rmid_forced, \
             net.ipv4.ip_local_port_range, net.ipv4.tcp_syncookies, net.ipv4.ping_group_range, \
             net.ipv4.ip_unprivileged_port_start"
        );
    }

    #[test]
    fn each_name_is_allowed_from_its_version_on() {
        for (since, name) in ALLOWED {
            for revision in CHECK.versions {
                let is_allowed = judge(revision.check, with(&[name])).is_none();
                assert_eq!(is_allowed, revision.since >= since, "{name} at v1.{}", revision.since);
            }
        }
        assert!(judge(sysctls_1_37, with(&["net/ipv4/tcp_syncookies"])).is_some(), "names count exactly");
    }
}
