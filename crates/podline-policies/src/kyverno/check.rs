//! What the cluster refuses: the schema of the API server, and Kyverno's own webhook for policies.
//!
//! Source: kyverno `pkg/validation/policy`, `pkg/policy/validate`, `api/kyverno/v1`, the CRDs of 1.19.1. The words are
//! similar to Kyverno's.

pub(super) mod blame;
mod conflict;
mod schema;
mod validate;
mod variables;

use podline_jmespath::Expression;
use serde_json::Value as Json;

use super::autogen;
use super::rule::OPERATORS;
use crate::json::{entries, items, text, texts};
use validate::{labels, validate};

type Outcome = Result<(), String>;

fn refuse(text: impl Into<String>) -> Outcome {
    Err(text.into())
}

fn present(json: &Json, key: &str) -> bool {
    json.get(key).is_some_and(|value| !value.is_null())
}

/// Would the cluster take this policy?
///
/// # Errors
/// Why not.
pub(super) fn policy(policy: &Json) -> Outcome {
    schema::policy(policy)?;
    let namespaced = policy["kind"] == "Policy";
    if !namespaced && !text(&policy["metadata"]["namespace"]).is_empty() {
        return refuse("A clusterpolicy should not have the namespace defined");
    }
    let spec = &policy["spec"];
    let background = spec["background"] != false;
    variables::policy(policy, background)?;
    if autogen::annotation(policy).is_some_and(|kinds| kinds.split(',').any(|kind| kind == "all")) {
        return refuse("metadata.annotations: Forbidden: Autogen annotation does not support 'all' anymore");
    }
    written(spec, namespaced)?;
    if namespaced && items(&spec["validationFailureActionOverrides"]).next().is_some() {
        return refuse("spec.validationFailureActionOverrides is supported only with ClusterPolicy");
    }
    if spec["admission"] == false && !background {
        return refuse("disabling both admission and background processing is not allowed");
    }
    let rules = autogen::all_rules(policy);
    for (at, rule) in rules.iter().enumerate() {
        kinds(rule, background).map_err(|why| format!("path: spec.rules[{at}].{why}"))?;
    }
    for (at, rule) in rules.iter().enumerate() {
        let path = |why: String| format!("path: spec.rules[{at}].{why}");
        resources(rule).map_err(path)?;
        variables::elements(rule)?;
        context(&rule["context"], namespaced, rule).map_err(path)?;
        if match_filters(rule).any(|filter| items(&filter["resources"]["kinds"]).next().is_none()) {
            return refuse(
                "at least one element must be specified in a kind block, the kind attribute is mandatory when working with the resources element",
            );
        }
        validate(rule).map_err(|why| format!("path: spec.rules[{at}].validate.{why}"))?;
        labels(rule)?;
    }
    Ok(())
}

/// The rules as written.
fn written(spec: &Json, namespaced: bool) -> Outcome {
    let mut names = Vec::new();
    for (at, rule) in items(&spec["rules"]).enumerate() {
        let name = text(&rule["name"]);
        if names.contains(&name) {
            return refuse(format!("spec.rules[{at}].name: Duplicate rule name: '{name}'"));
        }
        names.push(name);
        let kinds = ["mutate", "validate", "generate", "verifyImages"].iter().filter(|kind| has(rule, kind)).count();
        if kinds != 1 {
            let what = if kinds == 0 { "No operation" } else { "Multiple operations" };
            return refuse(format!("spec.rules[{at}]: {what} defined in the rule '{name}'"));
        }
        if conflict::excludes_all(rule) {
            return refuse(format!("spec.rules[{at}]: Rule is matching an empty set"));
        }
        if namespaced {
            let blocks = [&rule["match"], &rule["exclude"]].into_iter();
            let mut filters = blocks.flat_map(|block| items(&block["any"]).chain(items(&block["all"])).chain([block]));
            if filters.any(|filter| items(&filter["resources"]["namespaces"]).next().is_some()) {
                return refuse(format!(
                    "spec.rules[{at}]: Forbidden: Filtering namespaces not allowed in namespaced policies"
                ));
            }
        }
        excluded_controls(&rule["validate"]["podSecurity"]).map_err(|why| format!("spec.rules[{at}].{why}"))?;
    }
    Ok(())
}

/// Is there a rule of this kind? An empty one is none.
fn has(rule: &Json, kind: &str) -> bool {
    match &rule[kind] {
        Json::Object(map) => !map.is_empty(),
        Json::Array(list) => !list.is_empty(),
        _ => false,
    }
}

/// The filters of `match`: those that are listed, or the block itself.
fn match_filters(rule: &Json) -> impl Iterator<Item = &Json> {
    let block = &rule["match"];
    let listed = ["any", "all"].into_iter().find(|list| items(&block[*list]).next().is_some());
    let own = listed.is_none().then_some(block);
    listed.into_iter().flat_map(|list| items(&block[list])).chain(own)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(list) => list.is_empty(),
        Json::Object(map) => map.values().all(is_empty),
        _ => false,
    }
}

const RESTRICTED: [&str; 6] = [
    "Volume Types",
    "Privilege Escalation",
    "Running as Non-root",
    "Running as Non-root user",
    "Seccomp",
    "Capabilities",
];

fn excluded_controls(subrule: &Json) -> Outcome {
    for (at, exclude) in items(&subrule["exclude"]).enumerate() {
        let control = text(&exclude["controlName"]);
        let path = format!("podSecurity.exclude[{at}]");
        let images = items(&exclude["images"]).next().is_some();
        let needs = ["Capabilities", "Privileged Containers", "Host Ports", "/proc Mount Type", "Privilege Escalation"];
        let forbids = ["Host Namespaces", "HostPath Volumes", "Sysctls", "Volume Types"];
        if !images && needs.contains(&control) {
            return refuse(format!("{path}.images: Invalid value: exclude.images must be specified"));
        }
        if images && forbids.contains(&control) {
            return refuse(format!("{path}.images: Invalid value: exclude.images must not be specified"));
        }
        if text(&exclude["restrictedField"]).is_empty() && items(&exclude["values"]).next().is_some() {
            return refuse(format!("{path}.restrictedField: Invalid value: must be specified with values"));
        }
        let both = ["Seccomp", "Capabilities"].contains(&control);
        if subrule["level"] == "baseline" && !both && RESTRICTED.contains(&control) {
            return refuse(format!("{path}.controlName: Invalid control name defined at the given level"));
        }
    }
    Ok(())
}

/// `*` stands alone, and not where a rule runs in the background.
fn kinds(rule: &Json, background: bool) -> Outcome {
    for block in ["match", "exclude"] {
        let json = &rule[block];
        for filter in items(&json["any"]).chain(items(&json["all"])).chain([json]) {
            let kinds = texts(&filter["resources"]["kinds"]);
            if !kinds.iter().any(|kind| kind == "*") {
                continue;
            }
            if background {
                return refuse(format!("{block}.kinds: wildcard policy not allowed in background mode"));
            }
            if kinds.len() > 1 {
                return refuse(format!("{block}.kinds: wildcard policy can not deal with more than one kind"));
            }
            let validate = &rule["validate"];
            if has(rule, "generate") || has(rule, "verifyImages") || present(validate, "foreach") {
                return refuse(format!("{block}.kinds: wildcard policy does not support rule type"));
            }
            let patterns = [&validate["pattern"]].into_iter().chain(items(&validate["anyPattern"]));
            if patterns.flat_map(entries).any(|(key, _)| key != "metadata") {
                return refuse(format!(
                    "{block}.kinds: policy can only deal with the metadata field of the resource if the rule does not match any kind"
                ));
            }
        }
    }
    Ok(())
}

fn resources(rule: &Json) -> Outcome {
    for block in ["exclude", "match"] {
        let json = &rule[block];
        let listed = items(&json["any"]).chain(items(&json["all"])).next().is_some();
        if listed && !is_empty(&json["resources"]) {
            return refuse(format!("{block}.: can't specify any/all together with {block} resources"));
        }
    }
    if match_filters(rule).any(|filter| is_empty(&filter["resources"])) {
        return refuse("match.resources.: match resources not specified");
    }
    conditions(&rule["preconditions"], "preconditions", true).map_err(|why| format!("validate.{why}"))?;
    let validate = &rule["validate"];
    conditions(&validate["deny"]["conditions"], "conditions", true).map_err(|why| format!("validate.deny.{why}"))?;
    foreach(&validate["foreach"], 0)
}

fn foreach(lists: &Json, depth: usize) -> Outcome {
    if depth > 32 {
        return refuse("validate.foreach: nested too deep");
    }
    for one in items(lists) {
        conditions(&one["preconditions"], "preconditions", false).map_err(|why| format!("validate.foreach.{why}"))?;
        conditions(&one["deny"]["conditions"], "conditions", false)
            .map_err(|why| format!("validate.foreach.deny.{why}"))?;
        foreach(&one["foreach"], depth + 1)?;
    }
    Ok(())
}

fn conditions(json: &Json, key: &str, whole: bool) -> Outcome {
    let list = if json.is_array() { items(json) } else { items(&Json::Null) };
    for condition in items(&json["any"]).chain(items(&json["all"])).chain(list) {
        let operator = text(&condition["operator"]);
        if whole && (!present(condition, "key") || !present(condition, "value") || operator.is_empty()) {
            return refuse(format!("{key}.: entered value of `key`, `value` or `operator` is missing or misspelled"));
        }
        if !OPERATORS.iter().any(|(name, _)| *name == operator) {
            return refuse(format!("{key}.: entered value of `operator` is invalid"));
        }
        if whole && text(&condition["key"]).replace(' ', "") == "{{request.operation}}" {
            operations(&condition["value"]).map_err(|why| format!("{key}.{why}"))?;
        }
    }
    Ok(())
}

fn operations(value: &Json) -> Outcome {
    let known = |text: &str| matches!(text, "CREATE" | "UPDATE" | "DELETE" | "CONNECT");
    match value {
        Json::String(text) if text.starts_with("{{") && text.ends_with("}}") => Ok(()),
        Json::String(text) if known(text) => Ok(()),
        Json::Array(list) if list.iter().all(|one| known(text(one))) => Ok(()),
        _ => refuse("value: only CREATE, UPDATE, DELETE, CONNECT are allowed"),
    }
}

fn context(json: &Json, namespaced: bool, rule: &Json) -> Outcome {
    if items(json).next().is_some() && present(&rule["validate"], "cel") {
        return refuse(": context variables are not supported for CEL expressions in validate rules");
    }
    for entry in items(json) {
        let name = text(&entry["name"]);
        if name.is_empty() {
            return refuse(": a name is required for context entries");
        }
        let reserved =
            ["images", "request", "serviceAccountName", "serviceAccountNamespace", "element", "elementIndex"];
        if reserved.iter().any(|word| name == *word || name.starts_with(&format!("{word}."))) {
            return refuse(format!(": entry name {name} is invalid as it conflicts with a pre-defined variable"));
        }
        let sources = ["configMap", "apiCall", "globalReference", "imageRegistry", "variable"];
        let given: Vec<&str> = sources.into_iter().filter(|source| present(entry, source)).collect();
        let [source] = given[..] else {
            return refuse(
                ": exactly one of configMap or apiCall or imageRegistry or variable is required for context entries",
            );
        };
        let source_json = &entry[source];
        let path = text(&source_json["jmesPath"]);
        if !path.is_empty() && !super::variables::has_variable(path) {
            Expression::parse(path).map_err(|why| format!(": failed to parse JMESPath {path}: {why}"))?;
        }
        match source {
            "configMap" if text(&source_json["name"]).is_empty() => {
                return refuse(": a name is required for configMap context entry");
            }
            "configMap" if text(&source_json["namespace"]).is_empty() => {
                return refuse(": a namespace is required for configMap context entry");
            }
            "globalReference" if namespaced => {
                return refuse(": globalReference is not allowed in namespaced policies");
            }
            "globalReference" if text(&source_json["name"]).is_empty() => {
                return refuse(": a name is required for globalReference context entry");
            }
            "imageRegistry" if text(&source_json["reference"]).is_empty() => {
                return refuse(": a ref is required for imageRegistry context entry");
            }
            "apiCall" if !text(&source_json["urlPath"]).is_empty() && present(source_json, "service") => {
                return refuse(": a URLPath cannot be used for service API calls");
            }
            "variable" if path.is_empty() && !present(source_json, "value") => {
                return refuse(": a variable must define a value or a jmesPath expression");
            }
            "variable" if path.is_empty() && present(source_json, "default") => {
                return refuse(": a variable must define a default value only when a jmesPath expression is defined");
            }
            _ => {}
        }
    }
    Ok(())
}
