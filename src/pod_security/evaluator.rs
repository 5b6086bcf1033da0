//! Which checks judge a pod at a level and version, and in which order.

use std::sync::LazyLock;

use super::check::{Check, CheckFn, Forbidden, Pod};
use super::checks::ALL;
use super::{Level, NEWEST_KNOWN};

/// A check that refuses a pod, and why.
#[derive(Clone, Debug)]
pub(crate) struct Denial {
    pub check: &'static Check,
    pub forbidden: Forbidden,
}

/// The checks that refuse a pod at a level of Kubernetes 1.`minor`, in upstream's order. Versions newer than the
/// newest known one are judged as that one.
///
/// Source: `EvaluatePod` in `policy/registry.go`.
pub(crate) fn evaluate(level: Level, minor: u32, pod: &Pod<'_>) -> Vec<Denial> {
    let denial = |&(check, judge): &Selected| judge(pod).map(|forbidden| Denial { check, forbidden });
    selected(level, minor).iter().filter_map(denial).collect()
}

/// Whether a level at a version asks for what a check restricts, be it by a stricter check that overrides it.
pub(crate) fn judges(level: Level, minor: u32, check: &str) -> bool {
    ALL.iter().any(|one| one.id == check && one.level <= level && one.revision(minor.min(NEWEST_KNOWN)).is_some())
}

/// The ids of the checks of a level at a version, in upstream's order.
pub(crate) fn checks(level: Level, minor: u32) -> impl Iterator<Item = &'static str> {
    selected(level, minor).iter().map(|(check, _)| check.id)
}

/// The minor versions at which some check begins or changes: between two of them nothing does.
pub(crate) fn boundaries() -> &'static [u32] {
    static BOUNDARIES: LazyLock<Vec<u32>> = LazyLock::new(|| {
        let mut minors: Vec<u32> =
            ALL.iter().flat_map(|check| check.versions.iter().map(|revision| revision.since)).collect();
        minors.sort_unstable();
        minors.dedup();
        minors
    });
    &BOUNDARIES
}

/// A check and its revision at some version.
type Selected = (&'static Check, CheckFn);

/// The checks of a level at a version, chosen once for all.
fn selected(level: Level, minor: u32) -> &'static [Selected] {
    static BASELINE: LazyLock<Vec<Vec<Selected>>> = LazyLock::new(|| (0..=NEWEST_KNOWN).map(baseline).collect());
    static RESTRICTED: LazyLock<Vec<Vec<Selected>>> = LazyLock::new(|| (0..=NEWEST_KNOWN).map(restricted).collect());
    let by_minor = match level {
        Level::Privileged => return &[],
        Level::Baseline => &BASELINE,
        Level::Restricted => &RESTRICTED,
    };
    &by_minor[minor.min(NEWEST_KNOWN) as usize]
}

/// The baseline checks at a version, sorted by id.
fn baseline(minor: u32) -> Vec<Selected> {
    of_level(Level::Baseline, minor)
}

/// The baseline checks that no restricted check overrides at this version, then the restricted checks.
fn restricted(minor: u32) -> Vec<Selected> {
    let restricted = of_level(Level::Restricted, minor);
    let overridden: Vec<&str> = restricted
        .iter()
        .filter_map(|(check, _)| check.revision(minor))
        .flat_map(|revision| revision.overrides)
        .copied()
        .collect();
    let mut all = baseline(minor);
    all.retain(|(check, _)| !overridden.contains(&check.id));
    all.extend(restricted);
    all
}

fn of_level(level: Level, minor: u32) -> Vec<Selected> {
    let of_level = ALL.iter().filter(|check| check.level == level);
    let mut found: Vec<Selected> = of_level.filter_map(|check| Some((check, check.revision(minor)?.check))).collect();
    found.sort_unstable_by_key(|(check, _)| check.id);
    found
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::{from_value, json};

    use super::*;

    fn ids(level: Level, minor: u32) -> Vec<&'static str> {
        selected(level, minor).iter().map(|(check, _)| check.id).collect()
    }

    #[test]
    fn revisions_begin_where_upstream_has_them() {
        let mut found: Vec<_> = ALL
            .iter()
            .map(|check| (check.level, check.id, check.versions.iter().map(|revision| revision.since).collect()))
            .collect();
        found.sort();
        let expected: Vec<(Level, &str, Vec<u32>)> = vec![
            (Level::Baseline, "appArmorProfile", vec![0]),
            (Level::Baseline, "capabilities_baseline", vec![0]),
            (Level::Baseline, "hostNamespaces", vec![0]),
            (Level::Baseline, "hostPathVolumes", vec![0]),
            (Level::Baseline, "hostPorts", vec![0]),
            (Level::Baseline, "hostProbesAndHostLifecycle", vec![34]),
            (Level::Baseline, "privileged", vec![0]),
            (Level::Baseline, "procMount", vec![0, 35]),
            (Level::Baseline, "seLinuxOptions", vec![0, 31]),
            (Level::Baseline, "seccompProfile_baseline", vec![0, 19]),
            (Level::Baseline, "sysctls", vec![0, 27, 29, 32, 37]),
            (Level::Baseline, "windowsHostProcess", vec![0]),
            (Level::Restricted, "allowPrivilegeEscalation", vec![8, 25]),
            (Level::Restricted, "capabilities_restricted", vec![22, 25]),
            (Level::Restricted, "procMount_restricted", vec![35]),
            (Level::Restricted, "restrictedVolumes", vec![0]),
            (Level::Restricted, "runAsNonRoot", vec![0, 35]),
            (Level::Restricted, "runAsUser", vec![23, 35]),
            (Level::Restricted, "seccompProfile_restricted", vec![19, 25]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn overridden_checks_are_dropped_while_they_are_overridden() {
        for (overridden, since) in
            [("hostPathVolumes", 0), ("seccompProfile_baseline", 19), ("capabilities_baseline", 22), ("procMount", 35)]
        {
            for minor in 0..=NEWEST_KNOWN {
                assert!(ids(Level::Baseline, minor).contains(&overridden), "{overridden} at baseline v1.{minor}");
                let runs = ids(Level::Restricted, minor).contains(&overridden);
                assert_eq!(runs, minor < since, "{overridden} at restricted v1.{minor}");
            }
        }
    }

    #[test]
    fn checks_run_in_upstreams_order() {
        assert_eq!(ids(Level::Privileged, 37), [""; 0]);
        assert_eq!(
            ids(Level::Restricted, 37),
            [
                "appArmorProfile",
                "hostNamespaces",
                "hostPorts",
                "hostProbesAndHostLifecycle",
                "privileged",
                "seLinuxOptions",
                "sysctls",
                "windowsHostProcess",
                "allowPrivilegeEscalation",
                "capabilities_restricted",
                "procMount_restricted",
                "restrictedVolumes",
                "runAsNonRoot",
                "runAsUser",
                "seccompProfile_restricted",
            ]
        );
        assert_eq!(ids(Level::Restricted, 99), ids(Level::Restricted, 37));
    }

    #[test]
    fn denials_name_their_check() {
        let spec = from_value(json!({"hostPID": true, "containers": [{"name": "a"}]})).unwrap();
        let pod = Pod { annotations: &BTreeMap::new(), spec: &spec, defaulted: &BTreeSet::new() };
        let denied =
            |level, minor| -> Vec<_> { evaluate(level, minor, &pod).iter().map(|denial| denial.check.id).collect() };
        assert_eq!(denied(Level::Privileged, 37), [""; 0]);
        assert_eq!(denied(Level::Baseline, 37), ["hostNamespaces"]);
        assert_eq!(denied(Level::Restricted, 8), ["hostNamespaces", "allowPrivilegeEscalation", "runAsNonRoot"]);
    }
}
