//! Which fields of `input` a result is blamed on.

mod support;

use serde_json::{Value, json};
use support::{explain, path};

/// The fields that decided each member of `r`, in order.
fn decided(rules: &str, input: &Value) -> Vec<String> {
    fields(rules, input, true)
}

/// The other fields that are read for them.
fn told(rules: &str, input: &Value) -> Vec<String> {
    fields(rules, input, false)
}

fn fields(rules: &str, input: &Value, decided: bool) -> Vec<String> {
    let members = explain(rules, input).members;
    let paths = members
        .iter()
        .map(|(_, reads)| reads.iter().filter(|read| read.decided == decided).map(path).collect::<Vec<_>>().join(" "));
    paths.collect()
}

fn pod() -> Value {
    json!({"spec": {"hostPID": true, "containers": [
        {"name": "a", "image": "x:1", "securityContext": {"privileged": false}},
        {"name": "b", "image": "y", "securityContext": {"privileged": true}},
    ]}, "metadata": {"labels": {"app": "web"}}})
}

#[test]
fn the_field_of_the_container_that_iteration_is_at() {
    let rules = "r contains c.name if { some c in input.spec.containers; c.securityContext.privileged }";
    assert_eq!(decided(rules, &pod()), ["spec.containers.1.securityContext.privileged"]);
    assert_eq!(told(rules, &pod()), ["spec.containers.1.name spec.containers.1"]);
}

#[test]
fn the_place_where_nothing_stands() {
    let rules =
        "r contains c.name if { some c in input.spec.containers; not c.securityContext.readOnlyRootFilesystem }";
    assert_eq!(
        decided(rules, &pod()),
        [
            "?spec.containers.0.securityContext.readOnlyRootFilesystem",
            "?spec.containers.1.securityContext.readOnlyRootFilesystem"
        ]
    );
    assert_eq!(
        decided("r contains 1 if not input.spec.securityContext.runAsUser", &pod()),
        ["?spec.securityContext.runAsUser"]
    );
}

#[test]
fn a_container_keeps_its_place_in_a_set_that_a_rule_makes() {
    let rules =
        "all contains c if some c in input.spec.containers\nr contains c.name if { some c in all; c.image == \"y\" }";
    assert_eq!(decided(rules, &pod()), ["spec.containers.1.image"]);
}

#[test]
fn what_a_function_looked_at() {
    let rules = "ok(c) if c.securityContext.privileged == false\nok(c) if contains(c.image, \"@\")\nr contains c.name if { some c in input.spec.containers; not ok(c) }";
    assert_eq!(decided(rules, &pod()), ["spec.containers.1.securityContext.privileged spec.containers.1.image"]);
}

#[test]
fn a_scalar_that_was_handed_on() {
    let rules = "bad(image) if not contains(image, \":\")\nr contains c.name if { some c in input.spec.containers; image := c.image; bad(image) }";
    assert_eq!(decided(rules, &pod()), ["spec.containers.1.image"]);
}

#[test]
fn what_is_only_told_does_not_decide() {
    let rules =
        "r contains msg if { input.spec.hostPID; name := input.metadata.labels.app; msg := sprintf(\"%v\", [name]) }";
    assert_eq!(decided(rules, &pod()), ["spec.hostPID"]);
    assert_eq!(told(rules, &pod()), ["metadata.labels.app"]);
}

#[test]
fn the_labels_that_are_missing() {
    let rules = "r contains missing if { have := {l | input.metadata.labels[l]}; missing := {\"team\"} - have; count(missing) > 0 }";
    assert_eq!(decided(rules, &pod()), ["?metadata.labels.team"]);
    assert_eq!(decided(rules, &json!({"metadata": {"name": "x"}})), ["?metadata.labels"]);
    // What was collected are values, and none of the keys.
    let images = "r contains missing if { have := {c.image | some c in input.spec.containers}; missing := {\"z\"} - have; count(missing) > 0 }";
    let read = "spec.containers.0 spec.containers.0.image spec.containers.1 spec.containers.1.image";
    assert_eq!(decided(images, &pod()), [read]);
    let get = "r contains 1 if object.get(input, [\"metadata\", \"annotations\", \"a\"], \"\") == \"\"";
    assert_eq!(decided(get, &pod()), ["?metadata.annotations.a"]);
}

#[test]
fn what_made_a_member_that_another_rule_asks_for() {
    let rules = "general contains {\"msg\": msg, \"field\": f} if { f := \"containers\"; some c in input.spec[f]; c.image == \"y\"; msg := c.name }\nr contains msg if general[{\"msg\": msg, \"field\": \"containers\"}]";
    assert_eq!(decided(rules, &pod()), ["spec.containers.1.image"]);
}

#[test]
fn the_branches_that_did_not_hold() {
    let rules = "level := \"high\" if input.spec.hostNetwork\nelse := \"none\"\nr contains 1 if level == \"none\"";
    assert_eq!(decided(rules, &pod()), ["?spec.hostNetwork"]);
}

#[test]
fn the_place_that_walk_found() {
    let rules =
        "r contains 1 if { walk(input, [path, value]); path[count(path) - 1] == \"privileged\"; value == true }";
    assert_eq!(decided(rules, &pod()), ["spec.containers.1.securityContext.privileged"]);
}

#[test]
fn what_every_element_was_asked() {
    let rules = "r contains 1 if every c in input.spec.containers { c.image != \"z\" }";
    assert_eq!(decided(rules, &pod()), ["spec.containers spec.containers.0.image spec.containers.1.image"]);
}
