//! Which policies older versions of Kyverno answer otherwise, as far as that is known.
//!
//! Source: the differences between kyverno 1.18.2 and 1.19.1.

use serde_json::Value as Json;

use crate::json::{items, text};

/// What Kyverno before 1.19 does otherwise with a policy, each as the end of a sentence: "Kyverno before 1.19 …".
pub fn before_1_19(policy: &Json) -> Vec<&'static str> {
    let spec = &policy["spec"];
    if text(&policy["kind"]).ends_with("ValidatingPolicy") { validating(spec) } else { classic(spec) }
}

fn validating(spec: &Json) -> Vec<&'static str> {
    let constraints = &spec["matchConstraints"];
    let mut rules = items(&constraints["resourceRules"]);
    let about_pods = rules.next().is_some_and(|rule| items(&rule["resources"]).any(|one| one == "pods"));
    if !about_pods || rules.next().is_some() {
        return Vec::new();
    }
    let selects = constraints["namespaceSelector"].as_object().is_some_and(|selector| !selector.is_empty());
    let names = mentions(spec, "object.metadata.namespace");
    let found = [
        (selects, "makes no rules for controllers of it, since it has a namespaceSelector"),
        (names, "asks pod templates, which have none, for object.metadata.namespace"),
    ];
    found.into_iter().filter(|(holds, _)| *holds).map(|(_, what)| what).collect()
}

fn classic(spec: &Json) -> Vec<&'static str> {
    let actions: Vec<&str> = items(&spec["rules"]).map(|rule| text(&rule["validate"]["failureAction"])).collect();
    let differ = actions.windows(2).any(|pair| pair[0] != pair[1]);
    let found = [
        (mentions(spec, "label_match("), "compares texts only in label_match"),
        (differ, "takes one failureAction for all of its rules"),
    ];
    found.into_iter().filter(|(holds, _)| *holds).map(|(_, what)| what).collect()
}

/// Does the text stand somewhere in the document?
fn mentions(json: &Json, wanted: &str) -> bool {
    match json {
        Json::String(text) => text.contains(wanted),
        Json::Array(list) => list.iter().any(|one| mentions(one, wanted)),
        Json::Object(map) => map.values().any(|one| mentions(one, wanted)),
        _ => false,
    }
}
