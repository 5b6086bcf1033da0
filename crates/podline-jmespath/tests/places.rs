//! Where what an expression finds stands in the data.

use podline_jmespath::{Budget, Expression, Runtime, Step, Value};
use serde_json::json;

/// The places that an expression names, each as `a.b[0]`, and `*` in front where there is one for each element found.
fn places(expression: &str) -> String {
    let data = Value::from_json(&json!({
        "spec": {
            "replicas": 3,
            "containers": [
                { "name": "a", "image": "a:1", "env": [{ "name": "X" }, { "name": "Y" }] },
                { "name": "b", "securityContext": { "privileged": true } },
            ],
            "initContainers": [{ "name": "i", "image": "i:1" }],
        },
        "labels": { "a": "1", "b": "2" },
    }));
    let budget = Budget::default();
    let runtime = Runtime { now: (0, 0), yaml: &|_| Err("no YAML".to_owned()), budget: &budget };
    let found = Expression::parse(expression).expect("an expression").places(&data, &runtime);
    let text = |place: &Vec<Step>| {
        let steps = place.iter().map(|step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::Index(at) => format!("[{at}]"),
        });
        steps.collect::<String>().trim_start_matches('.').to_owned()
    };
    let all = found.places.iter().map(text).collect::<Vec<_>>().join(" ");
    if found.each { format!("* {all}") } else { all }
}

#[test]
fn fields_and_indices_are_where_they_are_written_also_if_nothing_is_there() {
    assert_eq!(
        places("spec.containers[1].securityContext.privileged"),
        "spec.containers[1].securityContext.privileged"
    );
    assert_eq!(places("spec.containers[-1].name"), "spec.containers[1].name");
    assert_eq!(places("labels.app"), "labels.app");
    assert_eq!(places("annotations.x.y"), "annotations.x.y");
}

#[test]
fn a_projection_has_a_place_for_each_element_that_is_found() {
    assert_eq!(places("spec.containers[].image"), "* spec.containers[0].image");
    assert_eq!(places("spec.containers[].name"), "* spec.containers[0].name spec.containers[1].name");
    assert_eq!(
        places("spec.containers[].env[].name"),
        "* spec.containers[0].env[0].name spec.containers[0].env[1].name"
    );
    assert_eq!(places("spec.containers[?securityContext.privileged].name"), "* spec.containers[1].name");
    assert_eq!(places("labels.*"), "* labels.a labels.b");
    let nested = places("spec.[initContainers, containers][].env[?name != 'X'][].name");
    assert_eq!(nested, "* spec.containers[0].env[1].name");
    let both = "* spec.initContainers[0].name spec.containers[0].name spec.containers[1].name";
    assert_eq!(places("spec.[initContainers, containers][].name"), both);
}

#[test]
fn where_nothing_is_found_it_is_where_it_was_looked_for() {
    assert_eq!(places("spec.containers[].ports[]"), "spec.containers[0] spec.containers[1]");
    assert_eq!(places("spec.containers[].securityContext.keys(@)[?@ == 'x']"), "* spec.containers[1]");
}

#[test]
fn what_is_computed_stands_where_its_parts_do() {
    assert_eq!(places("length(spec.containers[?securityContext.privileged])"), "spec.containers[1]");
    assert_eq!(places("spec.replicas > `2` && labels.a == '1'"), "spec.replicas labels.a");
    assert_eq!(places("spec.paused || spec.replicas"), "spec.replicas");
    assert_eq!(places("spec.containers[].to_upper(image || 'x')"), "* spec.containers[0] spec.containers[1]");
    assert_eq!(places("'x'"), "");
    assert_eq!(places("contains(to_array(spec.containers[].env[].name), 'Y')"), "spec.containers[0].env[1].name");
}
