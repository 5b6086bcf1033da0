//! Rules for the controllers of pods, made of rules for pods.
//!
//! Source: kyverno `pkg/autogen/v1`.

use serde_json::{Value as Json, json};

use crate::json::{items, text, texts};

const CONTROLLERS: [&str; 7] =
    ["DaemonSet", "Deployment", "Job", "StatefulSet", "ReplicaSet", "ReplicationController", "CronJob"];

/// The annotation that says for which controllers.
const ANNOTATION: &str = "pod-policies.kyverno.io/autogen-controllers";

/// The kind with its group and version, as the rules name it.
fn qualified(kind: &str) -> String {
    match kind {
        "DaemonSet" | "Deployment" | "StatefulSet" | "ReplicaSet" => format!("apps/v1/{kind}"),
        "Job" | "CronJob" => format!("batch/v1/{kind}"),
        "ReplicationController" | "Pod" => format!("v1/{kind}"),
        kind => kind.to_owned(),
    }
}

/// A rule that applies to a kind: the written one by its index, or one that was generated.
pub(super) struct Generated {
    /// The rule that it was made of.
    pub(super) index: usize,
    /// The new rule; nothing for one that stays as it is.
    pub(super) rule: Option<Json>,
}

/// For each kind of controller that the policy is generated for: its rules, in the order in which they run.
pub(super) fn rules(policy: &Json) -> Vec<(&'static str, Vec<Generated>)> {
    let spec = &policy["spec"];
    if !can_generate(spec) {
        return Vec::new();
    }
    let kinds = asked(policy);
    let all: Vec<&'static str> = CONTROLLERS.iter().copied().chain(["Pod"]).collect();
    all.into_iter()
        .filter(|kind| kinds.iter().any(|asked| asked == kind))
        .filter_map(|kind| {
            let generated: Vec<Generated> = items(&spec["rules"])
                .enumerate()
                .flat_map(|(index, rule)| {
                    let rules = [for_controllers(rule, kind), for_cron_jobs(rule, kind)];
                    rules.into_iter().flatten().map(move |rule| Generated { index, rule: Some(rule) })
                })
                .collect();
            if generated.is_empty() {
                return None;
            }
            let written = items(&spec["rules"]).enumerate().filter(|(_, rule)| !is_generated(rule));
            let mut rules: Vec<Generated> = written.map(|(index, _)| Generated { index, rule: None }).collect();
            rules.extend(generated);
            Some((kind, rules))
        })
        .collect()
}

/// All generated rules, for the checks that see them all.
pub(super) fn all_rules(policy: &Json) -> Vec<Json> {
    let spec = &policy["spec"];
    let written = || items(&spec["rules"]).cloned().collect::<Vec<_>>();
    if !can_generate(spec) {
        return written();
    }
    let kinds = asked(policy).join(",");
    let generated: Vec<Json> = items(&spec["rules"])
        .flat_map(|rule| {
            let others: Vec<&str> = kinds.split(',').filter(|kind| *kind != "CronJob").collect();
            let others = if others.is_empty() { None } else { for_controllers(rule, &others.join(",")) };
            let cron = if kinds.contains("CronJob") { for_cron_jobs(rule, "CronJob") } else { None };
            [others, cron].into_iter().flatten()
        })
        .collect();
    if generated.is_empty() {
        return written();
    }
    let mut all: Vec<Json> = items(&spec["rules"]).filter(|rule| !is_generated(rule)).cloned().collect();
    all.extend(generated);
    all
}

/// The controllers that the policy asks for: those of its annotation, or all.
fn asked(policy: &Json) -> Vec<String> {
    match policy["metadata"]["annotations"].get(ANNOTATION) {
        Some(annotation) => text(annotation).split(',').map(str::to_owned).collect(),
        None => CONTROLLERS.iter().map(|kind| (*kind).to_owned()).collect(),
    }
}

/// What the annotation says, where there is one.
pub(super) fn annotation(policy: &Json) -> Option<&str> {
    policy["metadata"]["annotations"].get(ANNOTATION).map(text)
}

fn is_generated(rule: &Json) -> bool {
    text(&rule["name"]).starts_with("autogen-")
}

/// Off for the whole policy if any rule cannot be carried over, or if none is about pods.
fn can_generate(spec: &Json) -> bool {
    let mut needed = false;
    for rule in items(&spec["rules"]) {
        let set = |json: &Json| !json.is_null() && json != "";
        let mutate = &rule["mutate"];
        let patches = set(&mutate["patchesJson6902"])
            || items(&mutate["foreach"]).any(|foreach| set(&foreach["patchesJson6902"]));
        if set(&rule["generate"]) || patches {
            return false;
        }
        for block in [&rule["match"], &rule["exclude"]] {
            let filters = items(&block["any"]).chain(items(&block["all"])).chain([block]);
            for filter in filters {
                let resources = &filter["resources"];
                let kinds = texts(&resources["kinds"]);
                let restricted = set(&resources["name"])
                    || items(&resources["names"]).next().is_some()
                    || set(&resources["selector"])
                    || set(&resources["annotations"]);
                if restricted || (kinds.len() > 1 && contains_pod(&kinds)) {
                    return false;
                }
                needed = needed || kinds.iter().any(|kind| kind == "Pod" || CONTROLLERS.contains(&kind.as_str()));
            }
        }
    }
    needed
}

/// Is one of the kinds Pod, with or without its group and version?
fn contains_pod(kinds: &[String]) -> bool {
    kinds.iter().any(|kind| bare(kind) == "Pod")
}

/// `GetKindFromGVK` without the subresource.
fn bare(kind: &str) -> String {
    let parts: Vec<&str> = kind.split('/').collect();
    let dotted = |text: &str| text.replacen('.', "/", 1);
    let kind = match parts[..] {
        [kind] => dotted(kind),
        ["*", "*"] => "*/*".to_owned(),
        [version, kind] if super::matching::is_version(version) => dotted(kind),
        [group, _, kind] if !super::matching::is_version(group) => dotted(kind),
        [kind, sub] | [_, kind, sub] | [_, _, kind, sub] => format!("{kind}/{sub}"),
        _ => String::new(),
    };
    let split: Vec<&str> = kind.split('/').collect();
    if split.len() == 2 { split[0].to_owned() } else { kind }
}

fn kinds_of(block: &Json) -> Vec<String> {
    let filters = [block].into_iter().chain(items(&block["all"])).chain(items(&block["any"]));
    filters.flat_map(|filter| texts(&filter["resources"]["kinds"])).collect()
}

/// The rule for controllers that are no CronJob.
fn for_controllers(rule: &Json, kinds: &str) -> Option<Json> {
    let kinds: Vec<&str> = kinds.split(',').filter(|kind| *kind != "CronJob").collect();
    if kinds.is_empty() {
        return None;
    }
    let base = shifted(rule, &kinds)?;
    Some(replaced(&base, "spec.template", is_cel(rule)))
}

/// The rule with a pod template around its patterns.
fn shifted(rule: &Json, kinds: &[&str]) -> Option<Json> {
    if is_generated(rule) {
        return None;
    }
    let excluded = kinds_of(&rule["exclude"]);
    if !contains_pod(&kinds_of(&rule["match"])) || !(excluded.is_empty() || contains_pod(&excluded)) {
        return None;
    }
    let known: Vec<&str> = kinds.iter().copied().filter(|kind| CONTROLLERS.contains(kind)).collect();
    let mut kinds = if known.is_empty() { kinds.to_vec() } else { known };
    kinds.sort_unstable();
    let kinds: Vec<String> = kinds.into_iter().map(qualified).collect();
    let name = named("autogen", text(&rule["name"]));
    wrapped(rule, &name, "template", &kinds, true)
}

fn for_cron_jobs(rule: &Json, kinds: &str) -> Option<Json> {
    if !kinds.contains("CronJob") {
        return None;
    }
    let base = shifted(rule, &["CronJob"])?;
    let name = named("autogen-cronjob", text(&rule["name"]));
    let wrapped = wrapped(&base, &name, "jobTemplate", &[qualified("CronJob")], false)?;
    Some(replaced(&wrapped, "spec.jobTemplate.spec.template", is_cel(rule)))
}

fn is_cel(rule: &Json) -> bool {
    rule["validate"]["cel"].is_object()
}

/// Names are cut at 63 bytes.
fn named(prefix: &str, name: &str) -> String {
    let name = format!("{prefix}-{name}");
    let mut end = name.len().min(63);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

/// The rule for other kinds, with its patterns one level deeper.
fn wrapped(rule: &Json, name: &str, key: &str, kinds: &[String], pods_only: bool) -> Option<Json> {
    let mut rule = rule.clone();
    rule["name"] = json!(name);
    // Conditions that hold nothing are lost, also those that hold for nothing (`any: []`).
    if let Some(conditions) = rule.get("preconditions")
        && [conditions, &conditions["any"], &conditions["all"]].iter().all(|list| items(list).next().is_none())
    {
        rule["preconditions"] = Json::Null;
    }
    for block in ["match", "exclude"] {
        if rule.get(block).is_none_or(Json::is_null) {
            continue;
        }
        set_kinds(&mut rule[block], kinds, pods_only, block == "match");
    }
    let validate = rule.get_mut("validate").filter(|validate| validate.is_object())?;
    let wrap = |pattern: &Json| json!({ "spec": { key: pattern } });
    let present = |validate: &Json, key: &str| validate.get(key).is_some_and(|value| !value.is_null());
    let keep = |validate: &mut Json, kind: &str| {
        if let Some(map) = validate.as_object_mut() {
            map.retain(|key, _| {
                matches!(
                    key.as_str(),
                    "message" | "failureAction" | "failureActionOverrides" | "allowExistingViolations"
                ) || key == kind
            });
        }
    };
    if present(validate, "pattern") {
        validate["pattern"] = wrap(&validate["pattern"]);
        keep(validate, "pattern");
    } else if present(validate, "deny") {
        keep(validate, "deny");
    } else if present(validate, "podSecurity") {
        keep(validate, "podSecurity");
    } else if present(validate, "anyPattern") {
        validate["anyPattern"] = items(&validate["anyPattern"]).map(wrap).collect();
        keep(validate, "anyPattern");
    } else if present(validate, "foreach") {
        keep(validate, "foreach");
    } else if !present(validate, "cel") {
        return None;
    }
    Some(rule)
}

/// Filters that name pods get the controllers; with CronJobs, all filters.
fn set_kinds(block: &mut Json, kinds: &[String], pods_only: bool, is_match: bool) {
    for list in ["any", "all"] {
        if items(&block[list]).next().is_none() {
            continue;
        }
        for filter in block[list].as_array_mut().into_iter().flatten() {
            if !pods_only || contains_pod(&texts(&filter["resources"]["kinds"])) {
                filter["resources"]["kinds"] = json!(kinds);
            }
        }
        return;
    }
    if is_match || items(&block["resources"]["kinds"]).next().is_some() {
        block["resources"]["kinds"] = json!(kinds);
    }
}

/// The rule with the paths in its texts moved into the pod template.
fn replaced(rule: &Json, template: &str, cel: bool) -> Json {
    let prefix = if cel { "" } else { "request." };
    let mut pairs = Vec::new();
    for part in ["spec", "metadata"] {
        for object in ["object", "oldObject"] {
            pairs.push((format!("{prefix}{object}.{part}"), format!("{prefix}{object}.{template}.{part}")));
        }
    }
    replace_texts(rule, &pairs)
}

fn replace_texts(json: &Json, pairs: &[(String, String)]) -> Json {
    let replace = |text: &str| {
        let mut text = text.to_owned();
        for (old, new) in pairs {
            if text.contains(old.as_str()) {
                text = text.replace(old.as_str(), new);
            }
        }
        text
    };
    match json {
        Json::String(text) => Json::String(replace(text)),
        Json::Array(list) => list.iter().map(|item| replace_texts(item, pairs)).collect(),
        Json::Object(map) => {
            Json::Object(map.iter().map(|(key, value)| (replace(key), replace_texts(value, pairs))).collect())
        }
        other => other.clone(),
    }
}
