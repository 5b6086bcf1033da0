//! What an upgrade of the cluster alone would change.

use super::namespace::NamespaceWorkloads;
use super::report::Upgrade;
use crate::pod_security::Mode;
use crate::pod_security::admission::Policy;

/// What changes for each mode of a namespace: `latest`, and versions that the cluster does not know yet, mean something
/// else after it.
pub(super) fn upgrade(namespace: &NamespaceWorkloads<'_>, today: &Policy, from: u32, to: u32) -> Vec<Upgrade> {
    let mut changes = Vec::new();
    for mode in [Mode::Enforce, Mode::Audit, Mode::Warn] {
        let standard = today.of(mode);
        let (before, after) = (standard.version.resolve(from), standard.version.resolve(to));
        let mut change = Upgrade {
            mode: mode.as_str().to_owned(),
            standard: standard.to_string(),
            from: format!("v1.{before}"),
            to: format!("v1.{after}"),
            refused: Vec::new(),
            accepted: Vec::new(),
        };
        for workload in namespace.workloads() {
            match (workload.is_refused(standard.level, before), workload.is_refused(standard.level, after)) {
                (false, true) => change.refused.push(workload.name.clone()),
                (true, false) => change.accepted.push(workload.name.clone()),
                _ => {}
            }
        }
        if !change.refused.is_empty() || !change.accepted.is_empty() {
            changes.push(change);
        }
    }
    changes
}
