//! Which policies the API server refuses to store, and in which words.
//!
//! Source: `ValidatePodSecurityPolicy` in `pkg/apis/policy/validation/validation.go` of Kubernetes 1.24.17, oddities of
//! its paths included.

use std::collections::BTreeMap;

use super::field_error::{Field, FieldError};
use super::sysctl_lists;
use super::types::{Ids, PodSecurityPolicy, RuntimeClass, Spec};
use crate::local::range::IdRange;
use crate::local::{app_armor, go, seccomp, volumes};
use crate::pod_security::go_quote;
use crate::yaml::path::FieldPath;

/// The errors with which the API server refuses a policy, in its order; none for one that it stores.
pub fn validate(policy: &PodSecurityPolicy) -> Vec<FieldError> {
    let mut errors = Vec::new();
    name(policy, &mut errors);
    annotations(policy.metadata.annotations.as_ref(), &mut errors);
    spec(&policy.spec, &mut errors);
    errors
}

fn name(policy: &PodSecurityPolicy, errors: &mut Vec<FieldError>) {
    match policy.name() {
        "" => errors.push(Field::from("metadata.name").required("name or generateName is required")),
        name => subdomain(&"metadata.name".into(), name, name, errors),
    }
}

fn annotations(annotations: Option<&BTreeMap<String, String>>, errors: &mut Vec<FieldError>) {
    let get = |key: &str| annotations.and_then(|all| all.get(key)).filter(|text| !text.is_empty());
    let path = |key: &'static str| {
        Field::shown_as(FieldPath::of("metadata.annotations").field(key), format!("metadata.annotations[{key}]"))
    };
    for (key, is_list) in [(app_armor::DEFAULT_PROFILE, false), (app_armor::ALLOWED_PROFILES, true)] {
        let Some(text) = get(key) else { continue };
        for profile in text.split(',').take(if is_list { usize::MAX } else { 1 }) {
            let profile = if is_list { profile } else { text };
            let is_valid =
                matches!(profile, "" | "runtime/default" | "unconfined") || profile.starts_with("localhost/");
            if !is_valid {
                let detail = format!("invalid AppArmor profile name: {}", go_quote(profile));
                errors.push(path(key).invalid(go_quote(text), &detail));
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

fn seccomp_profile(path: &Field, profile: &str, errors: &mut Vec<FieldError>) {
    if matches!(profile, "runtime/default" | "docker/default" | "unconfined") {
        return;
    }
    let Some(file) = profile.strip_prefix("localhost/") else {
        errors.push(path.invalid(go_quote(profile), "must be a valid seccomp profile"));
        return;
    };
    if file.starts_with('/') {
        errors.push(path.invalid(go_quote(file), "must be a relative path"));
    }
    if file.split('/').any(|part| part == "..") {
        errors.push(path.invalid(go_quote(file), "must not contain '..'"));
    }
}

fn spec(spec: &Spec, errors: &mut Vec<FieldError>) {
    ids(&"spec.runAsUser".into(), &spec.run_as_user, &["MustRunAs", "MustRunAsNonRoot", "RunAsAny"], errors);
    if let Some(group) = &spec.run_as_group {
        run_as_group(group, errors);
    }
    let se_linux = &spec.se_linux.rule;
    if !["MustRunAs", "RunAsAny"].contains(&se_linux.as_str()) {
        errors.push(Field::from("spec.seLinux.rule").unsupported(se_linux, &["MustRunAs", "RunAsAny"]));
    }
    let group_rules = ["MayRunAs", "MustRunAs", "RunAsAny"];
    ids(&"spec.supplementalGroups".into(), &spec.supplemental_groups, &group_rules, errors);
    ids(&"spec.fsGroup".into(), &spec.fs_group, &group_rules, errors);
    let types: Vec<&str> = std::iter::once("*").chain(volumes::names()).collect();
    for name in spec.volumes.iter().filter(|name| !types.contains(&name.as_str())) {
        errors.push(Field::from("spec.volumes").unsupported(name, &types));
    }
    capabilities(spec, errors);
    if spec.default_allow_privilege_escalation == Some(true) && !spec.allows_privilege_escalation() {
        let detail = "Cannot set DefaultAllowPrivilegeEscalation to true without also setting AllowPrivilegeEscalation \
                      to true";
        errors.push(Field::from("spec.defaultAllowPrivilegeEscalation").invalid(true, detail));
    }
    for (index, name) in spec.allowed_proc_mount_types.iter().enumerate() {
        if !["Default", "Unmasked"].contains(&name.as_str()) {
            let path = Field::from("spec.allowedProcMountTypes").index(index);
            errors.push(path.unsupported(name, &["Default", "Unmasked"]));
        }
    }
    host_paths(spec, errors);
    for (index, volume) in spec.allowed_flex_volumes.iter().enumerate() {
        if volume.driver.is_empty() {
            let list = FieldPath::of("spec.allowedFlexVolumes");
            let list = Field::shown_as(list, "spec.allowedFlexVolumes.allowedFlexVolumes");
            errors.push(list.index(index).field("driver").required("must specify a driver"));
        }
    }
    for (index, driver) in spec.allowed_csi_drivers.iter().enumerate() {
        let list = FieldPath::of("spec.allowedCSIDrivers");
        let list = Field::shown_as(list, "spec.allowedCSIDrivers.allowedCSIDriver");
        csi_driver(&list.index(index).field("name"), &driver.name, errors);
    }
    sysctl_lists::validate(&spec.allowed_unsafe_sysctls, &spec.forbidden_sysctls, errors);
    if let Some(runtime_class) = &spec.runtime_class {
        runtime_classes(runtime_class, errors);
    }
}

/// A rule that must be supported, and its ranges.
fn ids(path: &Field, ids: &Ids, rules: &[&str], errors: &mut Vec<FieldError>) {
    if !rules.contains(&ids.rule.as_str()) {
        errors.push(path.field("rule").unsupported(&ids.rule, rules));
    }
    ranges(path, ids.ranges(), errors);
}

fn ranges(path: &Field, ranges: &[IdRange], errors: &mut Vec<FieldError>) {
    for (index, IdRange { min, max }) in ranges.iter().enumerate() {
        let path = |end| path.field("ranges").index(index).field(end);
        if *min < 0 {
            errors.push(path("min").invalid(min, "min cannot be negative"));
        }
        if *max < 0 {
            errors.push(path("max").invalid(max, "max cannot be negative"));
        }
        if min > max {
            errors.push(path("min").invalid(min, "min cannot be greater than max"));
        }
    }
}

fn run_as_group(group: &Ids, errors: &mut Vec<FieldError>) {
    let path = &Field::from("spec.runAsGroup");
    let show = |IdRange { min, max }: &IdRange| format!("policy.IDRange{{Min:{min}, Max:{max}}}");
    let listed = || go::list("policy.IDRange", group.ranges.as_deref(), show);
    match group.rule.as_str() {
        "RunAsAny" if !group.ranges().is_empty() => {
            errors.push(path.field("ranges").invalid(listed(), "Ranges must be empty"));
        }
        "RunAsAny" => {}
        "MustRunAs" | "MayRunAs" => {
            if group.ranges().is_empty() {
                errors.push(path.field("ranges").invalid(listed(), "must provide at least one range"));
            }
            ranges(path, group.ranges(), errors);
        }
        rule => {
            errors.push(path.field("rule").unsupported(rule, &["MustRunAs", "RunAsAny", "MayRunAs"]));
        }
    }
}

fn capabilities(spec: &Spec, errors: &mut Vec<FieldError>) {
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let (required, allowed) = (list(&spec.required_drop_capabilities), list(&spec.allowed_capabilities));
    if !required.is_empty() && allowed.iter().any(|name| name == "*") {
        let detail = "must be empty when all capabilities are allowed by a wildcard";
        let path = unrooted("requiredDropCapabilities");
        errors.push(path.invalid(go::capabilities(Some(&required)), detail));
    }
    let default_add = list(&spec.default_add_capabilities);
    for (path, names) in [("defaultAddCapabilities", default_add), ("allowedCapabilities", allowed)] {
        for name in names.iter().filter(|name| required.contains(name)) {
            let detail = format!("capability is listed in {path} and requiredDropCapabilities");
            errors.push(unrooted(path).invalid(go_quote(name), &detail));
        }
    }
}

/// A field of the spec that is shown without `spec`.
fn unrooted(name: &'static str) -> Field {
    Field::shown_as(FieldPath::of("spec").field(name), name)
}

fn host_paths(spec: &Spec, errors: &mut Vec<FieldError>) {
    for (index, allowed) in spec.allowed_host_paths.iter().enumerate() {
        let path = Field::from("spec.allowedHostPaths").index(index);
        if allowed.path_prefix.is_empty() {
            errors.push(path.required("is required"));
            // Upstream looks no further.
            break;
        }
        if allowed.path_prefix.split('/').any(|part| part == "..") {
            errors.push(path.invalid(go_quote(&allowed.path_prefix), "must not contain '..'"));
        }
    }
}

fn csi_driver(path: &Field, name: &str, errors: &mut Vec<FieldError>) {
    if name.is_empty() {
        errors.push(path.required(""));
    }
    if name.len() > 63 {
        errors.push(path.too_long(63));
    }
    subdomain(path, name, &name.to_lowercase(), errors);
}

fn runtime_classes(classes: &RuntimeClass, errors: &mut Vec<FieldError>) {
    let list = Field::from("spec.runtimeClass.allowedRuntimeClassNames");
    let names = &classes.allowed_runtime_class_names;
    for (index, name) in names.iter().enumerate() {
        let path = list.index(index);
        if name != "*" {
            subdomain(&path, name, name, errors);
        }
        if names[..index].contains(name) {
            errors.push(path.duplicate(name));
        }
    }
    let allows = |name: &str| names.iter().any(|one| one == name);
    if let Some(default) = &classes.default_runtime_class_name {
        subdomain(&"spec.runtimeClass.defaultRuntimeClassName".into(), default, default, errors);
        if !allows(default) && !allows("*") {
            errors.push(list.required(&format!("default {} must be allowed", go_quote(default))));
        }
    }
    if allows("*") && names.len() > 1 {
        let listed = go::list("string", Some(names), |name| go_quote(name));
        errors.push(list.invalid(listed, "if '*' is present, must not specify other RuntimeClass names"));
    }
}

/// A name that must be a DNS subdomain. `shown` is how messages show it.
///
/// Source: `IsDNS1123Subdomain` in `k8s.io/apimachinery/pkg/util/validation`.
fn subdomain(path: &Field, shown: &str, name: &str, errors: &mut Vec<FieldError>) {
    if name.len() > 253 {
        errors.push(path.invalid(go_quote(shown), "must be no more than 253 characters"));
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
        errors.push(path.invalid(go_quote(shown), detail));
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
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].text, format!("spec.runAsGroup.ranges: Invalid value: {shown}: {detail}"));
            assert_eq!(errors[0].field.to_string(), "spec.runAsGroup.ranges");
        }
    }

    #[test]
    fn a_policy_needs_a_name_that_is_a_subdomain() {
        let mut policy = PodSecurityPolicy::default();
        let of_name = |policy: &PodSecurityPolicy| validate(policy).remove(0).text;
        assert_eq!(of_name(&policy), "metadata.name: Required value: name or generateName is required");
        policy.metadata.name = Some("Bad_Name".to_owned());
        assert!(of_name(&policy).starts_with("metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123"));
        policy.metadata.name = Some("a.b-c".to_owned());
        assert!(of_name(&policy).starts_with("spec.runAsUser.rule: Unsupported value"));
    }

    #[test]
    fn an_error_knows_its_field_however_that_is_shown() {
        let policy = from_value(json!({
            "metadata": {"annotations": {seccomp::DEFAULT_PROFILE: "x"}},
            "spec": {
                "requiredDropCapabilities": ["KILL"],
                "allowedCapabilities": ["*"],
                "allowedCSIDrivers": [{"name": ""}],
                "allowedFlexVolumes": [{}],
            },
        }));
        let errors = validate(&policy.unwrap());
        let field_of = |shown: &str| {
            let error = errors.iter().find(|error| error.text.starts_with(shown)).expect(shown);
            error.field.to_string()
        };
        assert_eq!(
            field_of("metadata.annotations[seccomp.security.alpha.kubernetes.io/defaultProfileName]: "),
            "metadata.annotations[\"seccomp.security.alpha.kubernetes.io/defaultProfileName\"]"
        );
        assert_eq!(field_of("requiredDropCapabilities: "), "spec.requiredDropCapabilities");
        assert_eq!(field_of("spec.allowedCSIDrivers.allowedCSIDriver[0].name: "), "spec.allowedCSIDrivers[0].name");
        assert_eq!(
            field_of("spec.allowedFlexVolumes.allowedFlexVolumes[0].driver: "),
            "spec.allowedFlexVolumes[0].driver"
        );
    }
}
