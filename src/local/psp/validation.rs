//! Which policies the API server refuses to store, and in which words.
//!
//! Source: `ValidatePodSecurityPolicy` in `pkg/apis/policy/validation/validation.go` of Kubernetes 1.24.17, oddities of
//! its paths included.

use std::collections::BTreeMap;

use super::sysctl_lists;
use super::types::{Ids, PodSecurityPolicy, RuntimeClass, Spec};
use crate::local::range::IdRange;
use crate::local::{app_armor, go, seccomp, volumes};
use crate::pod_security::go_quote;

/// The errors with which the API server refuses a policy, in its order; none for one that it stores.
pub fn validate(policy: &PodSecurityPolicy) -> Vec<String> {
    let mut errors = Vec::new();
    name(policy, &mut errors);
    annotations(policy.metadata.annotations.as_ref(), &mut errors);
    spec(&policy.spec, &mut errors);
    errors
}

fn name(policy: &PodSecurityPolicy, errors: &mut Vec<String>) {
    match policy.name() {
        "" => errors.push(go::required("metadata.name", "name or generateName is required")),
        name => subdomain("metadata.name", name, name, errors),
    }
}

fn annotations(annotations: Option<&BTreeMap<String, String>>, errors: &mut Vec<String>) {
    let get = |key: &str| annotations.and_then(|all| all.get(key)).filter(|text| !text.is_empty());
    let path = |key: &str| format!("metadata.annotations[{key}]");
    for (key, is_list) in [(app_armor::DEFAULT_PROFILE, false), (app_armor::ALLOWED_PROFILES, true)] {
        let Some(text) = get(key) else { continue };
        for profile in text.split(',').take(if is_list { usize::MAX } else { 1 }) {
            let profile = if is_list { profile } else { text };
            let is_valid =
                matches!(profile, "" | "runtime/default" | "unconfined") || profile.starts_with("localhost/");
            if !is_valid {
                let detail = format!("invalid AppArmor profile name: {}", go_quote(profile));
                errors.push(go::invalid(path(key), go_quote(text), &detail));
            }
        }
    }
    if let Some(profile) = get(seccomp::DEFAULT_PROFILE) {
        seccomp_profile(&path(seccomp::DEFAULT_PROFILE), profile, errors);
    }
    if let Some(listed) = get(seccomp::ALLOWED_PROFILES) {
        for profile in listed.split(',').filter(|profile| *profile != "*") {
            seccomp_profile(&path(seccomp::ALLOWED_PROFILES), profile, errors);
        }
    }
}

fn seccomp_profile(path: &str, profile: &str, errors: &mut Vec<String>) {
    if matches!(profile, "runtime/default" | "docker/default" | "unconfined") {
        return;
    }
    let Some(file) = profile.strip_prefix("localhost/") else {
        errors.push(go::invalid(path, go_quote(profile), "must be a valid seccomp profile"));
        return;
    };
    if file.starts_with('/') {
        errors.push(go::invalid(path, go_quote(file), "must be a relative path"));
    }
    if file.split('/').any(|part| part == "..") {
        errors.push(go::invalid(path, go_quote(file), "must not contain '..'"));
    }
}

fn spec(spec: &Spec, errors: &mut Vec<String>) {
    ids("spec.runAsUser", &spec.run_as_user, &["MustRunAs", "MustRunAsNonRoot", "RunAsAny"], errors);
    if let Some(group) = &spec.run_as_group {
        run_as_group(group, errors);
    }
    let se_linux = &spec.se_linux.rule;
    if !["MustRunAs", "RunAsAny"].contains(&se_linux.as_str()) {
        errors.push(go::unsupported("spec.seLinux.rule", se_linux, &["MustRunAs", "RunAsAny"]));
    }
    let group_rules = ["MayRunAs", "MustRunAs", "RunAsAny"];
    ids("spec.supplementalGroups", &spec.supplemental_groups, &group_rules, errors);
    ids("spec.fsGroup", &spec.fs_group, &group_rules, errors);
    let types: Vec<&str> = std::iter::once("*").chain(volumes::NAMES).collect();
    for name in spec.volumes.iter().filter(|name| !types.contains(&name.as_str())) {
        errors.push(go::unsupported("spec.volumes", name, &types));
    }
    capabilities(spec, errors);
    if spec.default_allow_privilege_escalation == Some(true) && !spec.allows_privilege_escalation() {
        let detail = "Cannot set DefaultAllowPrivilegeEscalation to true without also setting AllowPrivilegeEscalation \
                      to true";
        errors.push(go::invalid("spec.defaultAllowPrivilegeEscalation", true, detail));
    }
    for (index, name) in spec.allowed_proc_mount_types.iter().enumerate() {
        if !["Default", "Unmasked"].contains(&name.as_str()) {
            let path = format!("spec.allowedProcMountTypes[{index}]");
            errors.push(go::unsupported(path, name, &["Default", "Unmasked"]));
        }
    }
    host_paths(spec, errors);
    for (index, volume) in spec.allowed_flex_volumes.iter().enumerate() {
        if volume.driver.is_empty() {
            let path = format!("spec.allowedFlexVolumes.allowedFlexVolumes[{index}].driver");
            errors.push(go::required(path, "must specify a driver"));
        }
    }
    for (index, driver) in spec.allowed_csi_drivers.iter().enumerate() {
        csi_driver(&format!("spec.allowedCSIDrivers.allowedCSIDriver[{index}].name"), &driver.name, errors);
    }
    sysctl_lists::validate(&spec.allowed_unsafe_sysctls, &spec.forbidden_sysctls, errors);
    if let Some(runtime_class) = &spec.runtime_class {
        runtime_classes(runtime_class, errors);
    }
}

/// A rule that must be supported, and its ranges.
fn ids(path: &str, ids: &Ids, rules: &[&str], errors: &mut Vec<String>) {
    if !rules.contains(&ids.rule.as_str()) {
        errors.push(go::unsupported(format!("{path}.rule"), &ids.rule, rules));
    }
    ranges(path, ids.ranges(), errors);
}

fn ranges(path: &str, ranges: &[IdRange], errors: &mut Vec<String>) {
    for (index, IdRange { min, max }) in ranges.iter().enumerate() {
        let path = |end| format!("{path}.ranges[{index}].{end}");
        if *min < 0 {
            errors.push(go::invalid(path("min"), min, "min cannot be negative"));
        }
        if *max < 0 {
            errors.push(go::invalid(path("max"), max, "max cannot be negative"));
        }
        if min > max {
            errors.push(go::invalid(path("min"), min, "min cannot be greater than max"));
        }
    }
}

fn run_as_group(group: &Ids, errors: &mut Vec<String>) {
    let path = "spec.runAsGroup";
    let show = |IdRange { min, max }: &IdRange| format!("policy.IDRange{{Min:{min}, Max:{max}}}");
    let listed = || go::list("policy.IDRange", group.ranges.as_deref(), show);
    match group.rule.as_str() {
        "RunAsAny" if !group.ranges().is_empty() => {
            errors.push(go::invalid(format!("{path}.ranges"), listed(), "Ranges must be empty"));
        }
        "RunAsAny" => {}
        "MustRunAs" | "MayRunAs" => {
            if group.ranges().is_empty() {
                errors.push(go::invalid(format!("{path}.ranges"), listed(), "must provide at least one range"));
            }
            ranges(path, group.ranges(), errors);
        }
        rule => {
            errors.push(go::unsupported(format!("{path}.rule"), rule, &["MustRunAs", "RunAsAny", "MayRunAs"]));
        }
    }
}

fn capabilities(spec: &Spec, errors: &mut Vec<String>) {
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let (required, allowed) = (list(&spec.required_drop_capabilities), list(&spec.allowed_capabilities));
    if !required.is_empty() && allowed.iter().any(|name| name == "*") {
        let detail = "must be empty when all capabilities are allowed by a wildcard";
        errors.push(go::invalid("requiredDropCapabilities", go::capabilities(Some(&required)), detail));
    }
    let default_add = list(&spec.default_add_capabilities);
    for (path, names) in [("defaultAddCapabilities", default_add), ("allowedCapabilities", allowed)] {
        for name in names.iter().filter(|name| required.contains(name)) {
            let detail = format!("capability is listed in {path} and requiredDropCapabilities");
            errors.push(go::invalid(path, go_quote(name), &detail));
        }
    }
}

fn host_paths(spec: &Spec, errors: &mut Vec<String>) {
    for (index, allowed) in spec.allowed_host_paths.iter().enumerate() {
        let path = format!("spec.allowedHostPaths[{index}]");
        if allowed.path_prefix.is_empty() {
            errors.push(go::required(path, "is required"));
            // Upstream looks no further.
            break;
        }
        if allowed.path_prefix.split('/').any(|part| part == "..") {
            errors.push(go::invalid(path, go_quote(&allowed.path_prefix), "must not contain '..'"));
        }
    }
}

fn csi_driver(path: &str, name: &str, errors: &mut Vec<String>) {
    if name.is_empty() {
        errors.push(go::required(path, ""));
    }
    if name.len() > 63 {
        errors.push(format!("{path}: Too long: must have at most 63 bytes"));
    }
    subdomain(path, name, &name.to_lowercase(), errors);
}

fn runtime_classes(classes: &RuntimeClass, errors: &mut Vec<String>) {
    let list = "spec.runtimeClass.allowedRuntimeClassNames";
    let names = &classes.allowed_runtime_class_names;
    for (index, name) in names.iter().enumerate() {
        let path = format!("{list}[{index}]");
        if name != "*" {
            subdomain(&path, name, name, errors);
        }
        if names[..index].contains(name) {
            errors.push(format!("{path}: Duplicate value: {}", go_quote(name)));
        }
    }
    let allows = |name: &str| names.iter().any(|one| one == name);
    if let Some(default) = &classes.default_runtime_class_name {
        subdomain("spec.runtimeClass.defaultRuntimeClassName", default, default, errors);
        if !allows(default) && !allows("*") {
            errors.push(go::required(list, &format!("default {} must be allowed", go_quote(default))));
        }
    }
    if allows("*") && names.len() > 1 {
        let listed = go::list("string", Some(names), |name| go_quote(name));
        errors.push(go::invalid(list, listed, "if '*' is present, must not specify other RuntimeClass names"));
    }
}

/// A name that must be a DNS subdomain. `shown` is how messages show it.
///
/// Source: `IsDNS1123Subdomain` in `k8s.io/apimachinery/pkg/util/validation`.
fn subdomain(path: &str, shown: &str, name: &str, errors: &mut Vec<String>) {
    if name.len() > 253 {
        errors.push(go::invalid(path, go_quote(shown), "must be no more than 253 characters"));
    }
    let is_label = |label: &str| {
        let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = label.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.into_iter().all(|b| b.is_some_and(|&b| is_inner(b))) && bytes.iter().all(|&b| is_inner(b) || b == b'-')
    };
    if !name.split('.').all(is_label) {
        let detail = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \
                      and must start and end with an alphanumeric character (e.g. 'example.com', regex used for \
                      validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
        errors.push(go::invalid(path, go_quote(shown), detail));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn ranges_that_were_not_written_are_nil() {
        let detail = "must provide at least one range";
        for (group, shown) in [
            (json!({"rule": "MustRunAs"}), "[]policy.IDRange(nil)"),
            (json!({"rule": "MustRunAs", "ranges": []}), "[]policy.IDRange{}"),
        ] {
            let mut errors = Vec::new();
            run_as_group(&from_value(group).unwrap(), &mut errors);
            assert_eq!(errors, [format!("spec.runAsGroup.ranges: Invalid value: {shown}: {detail}")]);
        }
    }

    #[test]
    fn a_policy_needs_a_name_that_is_a_subdomain() {
        let mut policy = PodSecurityPolicy::default();
        let of_name = |policy: &PodSecurityPolicy| validate(policy).into_iter().next().unwrap_or_default();
        assert_eq!(of_name(&policy), "metadata.name: Required value: name or generateName is required");
        policy.metadata.name = Some("Bad_Name".to_owned());
        assert!(of_name(&policy).starts_with("metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123"));
        policy.metadata.name = Some("a.b-c".to_owned());
        assert!(of_name(&policy).starts_with("spec.runAsUser.rule: Unsupported value"));
    }
}
