//! The schema of the CRDs, as far as it refuses what people write: unknown fields, types, enumerations.

use serde_json::Value as Json;

use super::{Outcome, present, refuse};
use crate::json::{entries, items, text};

const SPEC: &[&str] = &[
    "rules",
    "applyRules",
    "failurePolicy",
    "validationFailureAction",
    "validationFailureActionOverrides",
    "emitWarning",
    "admission",
    "background",
    "schemaValidation",
    "webhookTimeoutSeconds",
    "mutateExistingOnPolicyUpdate",
    "generateExisting",
    "generateExistingOnPolicyUpdate",
    "useServerSideApply",
    "webhookConfiguration",
];
const RULE: &[&str] = &[
    "name",
    "context",
    "match",
    "exclude",
    "imageExtractors",
    "preconditions",
    "celPreconditions",
    "mutate",
    "validate",
    "generate",
    "verifyImages",
    "skipBackgroundRequests",
    "reportProperties",
];
const VALIDATE: &[&str] = &[
    "failureAction",
    "failureActionOverrides",
    "allowExistingViolations",
    "message",
    "manifests",
    "foreach",
    "pattern",
    "anyPattern",
    "deny",
    "podSecurity",
    "cel",
];
const FOREACH: &[&str] =
    &["list", "elementScope", "context", "preconditions", "pattern", "anyPattern", "deny", "foreach"];
const FILTERS: &[&str] = &["any", "all", "resources", "subjects", "roles", "clusterRoles"];
const RESOURCES: &[&str] =
    &["kinds", "name", "names", "namespaces", "annotations", "selector", "namespaceSelector", "operations"];
const ENTRY: &[&str] = &["name", "configMap", "apiCall", "imageRegistry", "variable", "globalReference"];
const CONDITION: &[&str] = &["key", "operator", "value", "message"];
const CEL: &[&str] = &["expressions", "paramKind", "paramRef", "auditAnnotations", "variables"];

const CONTROLS: [&str; 16] = [
    "HostProcess",
    "Host Namespaces",
    "Privileged Containers",
    "Capabilities",
    "HostPath Volumes",
    "Host Ports",
    "AppArmor",
    "SELinux",
    "/proc Mount Type",
    "Seccomp",
    "Sysctls",
    "Volume Types",
    "Privilege Escalation",
    "Running as Non-root",
    "Running as Non-root user",
    "Host Probes / Lifecycle Hooks",
];

fn known(json: &Json, fields: &[&str], path: &str) -> Outcome {
    match entries(json).find(|(key, _)| !fields.contains(key)) {
        Some((key, _)) => refuse(format!("{path}: unknown field \"{key}\"")),
        None => Ok(()),
    }
}

fn list(json: &Json, path: &str) -> Outcome {
    if json.is_null() || json.is_array() { Ok(()) } else { refuse(format!("{path}: must be of type array")) }
}

fn map(json: &Json, path: &str) -> Outcome {
    if json.is_null() || json.is_object() { Ok(()) } else { refuse(format!("{path}: must be of type object")) }
}

/// The policy against its CRD.
pub(super) fn policy(policy: &Json) -> Outcome {
    let spec = &policy["spec"];
    if !spec.is_object() {
        return refuse("spec: Required value");
    }
    known(spec, SPEC, "spec")?;
    list(&spec["rules"], "spec.rules")?;
    for (at, one) in items(&spec["rules"]).enumerate() {
        let path = format!("spec.rules[{at}]");
        // The older version has no such field.
        let older = text(&policy["apiVersion"]).ends_with("/v2beta1");
        if older && present(&one["validate"], "allowExistingViolations") {
            return refuse(format!("{path}.validate.allowExistingViolations: unknown field"));
        }
        rule(one, &path)?;
    }
    Ok(())
}

fn rule(rule: &Json, path: &str) -> Outcome {
    if !rule.is_object() {
        return refuse(format!("{path}: must be of type object"));
    }
    known(rule, RULE, path)?;
    if !rule["name"].is_string() {
        return refuse(format!("{path}.name: Required value"));
    }
    if text(&rule["name"]).len() > 63 {
        return refuse(format!("{path}.name: Too long: may not be more than 63 bytes"));
    }
    if !rule["match"].is_object() {
        return refuse(format!("{path}.match: Required value"));
    }
    for block in ["match", "exclude"] {
        filters(&rule[block], &format!("{path}.{block}"))?;
    }
    context(&rule["context"], path)?;
    conditions(&rule["preconditions"], path)?;
    map(&rule["validate"], &format!("{path}.validate"))?;
    validate(&rule["validate"], &format!("{path}.validate"))
}

fn filters(block: &Json, path: &str) -> Outcome {
    map(block, path)?;
    known(block, FILTERS, path)?;
    if present(block, "any") && present(block, "all") {
        return refuse(format!("{path} must not validate the schema (not)"));
    }
    resources(&block["resources"], path)?;
    for key in ["any", "all"] {
        list(&block[key], &format!("{path}.{key}"))?;
        for (at, filter) in items(&block[key]).enumerate() {
            let path = format!("{path}.{key}[{at}]");
            map(filter, &path)?;
            known(filter, &FILTERS[2..], &path)?;
            resources(&filter["resources"], &path)?;
        }
    }
    Ok(())
}

fn resources(json: &Json, path: &str) -> Outcome {
    map(json, path)?;
    known(json, RESOURCES, &format!("{path}.resources"))?;
    if present(json, "name") && present(json, "names") {
        return refuse(format!("{path}.resources must not validate the schema (not)"));
    }
    for key in ["kinds", "names", "namespaces", "operations"] {
        list(&json[key], &format!("{path}.resources.{key}"))?;
    }
    let operations = ["CREATE", "CONNECT", "UPDATE", "DELETE"];
    if items(&json["operations"]).any(|one| !operations.contains(&text(one))) {
        return refuse(format!("{path}.resources.operations: Unsupported value"));
    }
    Ok(())
}

fn context(json: &Json, path: &str) -> Outcome {
    list(json, &format!("{path}.context"))?;
    for entry in items(json) {
        known(entry, ENTRY, &format!("{path}.context"))?;
        known(&entry["variable"], &["value", "jmesPath", "default"], &format!("{path}.context.variable"))?;
        known(&entry["configMap"], &["name", "namespace"], &format!("{path}.context.configMap"))?;
    }
    Ok(())
}

fn conditions(json: &Json, path: &str) -> Outcome {
    if json.is_object() {
        known(json, &["any", "all"], path)?;
    }
    let own = if json.is_array() { items(json) } else { items(&Json::Null) };
    for condition in items(&json["any"]).chain(items(&json["all"])).chain(own) {
        known(condition, CONDITION, path)?;
    }
    Ok(())
}

fn validate(json: &Json, path: &str) -> Outcome {
    known(json, VALIDATE, path)?;
    if present(json, "message") && !json["message"].is_string() {
        return refuse(format!("{path}.message: must be of type string"));
    }
    let action = text(&json["failureAction"]);
    if !action.is_empty() && !["Audit", "Enforce"].contains(&action) {
        return refuse(format!("{path}.failureAction: Unsupported value"));
    }
    known(&json["deny"], &["conditions"], &format!("{path}.deny"))?;
    conditions(&json["deny"]["conditions"], path)?;
    pod_security(&json["podSecurity"], &format!("{path}.podSecurity"))?;
    known(&json["cel"], CEL, &format!("{path}.cel"))?;
    foreach(&json["foreach"], path, 0)
}

fn foreach(json: &Json, path: &str, depth: usize) -> Outcome {
    list(json, &format!("{path}.foreach"))?;
    if depth > 32 {
        return refuse(format!("{path}.foreach: nested too deep"));
    }
    for one in items(json) {
        known(one, FOREACH, &format!("{path}.foreach"))?;
        context(&one["context"], path)?;
        conditions(&one["preconditions"], path)?;
        conditions(&one["deny"]["conditions"], path)?;
        foreach(&one["foreach"], path, depth + 1)?;
    }
    Ok(())
}

fn pod_security(json: &Json, path: &str) -> Outcome {
    if json.is_null() {
        return Ok(());
    }
    known(json, &["level", "version", "exclude"], path)?;
    let level = text(&json["level"]);
    if !["", "privileged", "baseline", "restricted"].contains(&level) {
        return refuse(format!("{path}.level: Unsupported value: \"{level}\""));
    }
    let version = text(&json["version"]);
    let minor = version.strip_prefix("v1.").and_then(|minor| minor.parse::<u32>().ok());
    if !matches!(version, "" | "latest") && !minor.is_some_and(|minor| (19..=32).contains(&minor)) {
        return refuse(format!("{path}.version: Unsupported value: \"{version}\""));
    }
    for exclude in items(&json["exclude"]) {
        let control = text(&exclude["controlName"]);
        if !CONTROLS[..15].contains(&control) {
            return refuse(format!("{path}.exclude.controlName: Unsupported value: \"{control}\""));
        }
    }
    Ok(())
}
