//! `podline inspect --defaulted`: objects as the API server stores them.

use crate::support::command::{podline, run};
use crate::support::{json_lines, shared};
use serde_json::{Value, json};

/// The lines for a stream on standard input, and the exit status.
fn inspect(input: &str) -> (Vec<Value>, i32) {
    let shown = run(podline(&["inspect", "--defaulted", "-"]).write_stdin(input));
    (shown.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), shown.status)
}

#[test]
fn a_workload_is_shown_as_it_is_stored_with_its_pod() {
    let input = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      \
                 containers: [{name: web, image: nginx, bogus: 1}]\n";
    let (lines, status) = inspect(input);
    assert_eq!((lines.len(), status), (1, 0));
    let line = &lines[0];
    assert_eq!(line["json"]["spec"]["replicas"], 1);
    assert_eq!(line["json"]["spec"]["template"]["spec"]["containers"][0].get("bogus"), None);
    assert_eq!(line["json"]["metadata"], json!({ "name": "web", "namespace": "default", "generation": 1 }));
    assert_eq!(line["pod"]["kind"], "Pod");
    assert_eq!(line["pod"]["metadata"]["generateName"], "web-0000000000-");
    assert_eq!((&line["file"], &line["document"], &line["line"]), (&json!("<stdin>"), &json!(0), &json!(1)));
}

#[test]
fn what_makes_no_pods_has_none() {
    let (lines, _) = inspect("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# nothing\n");
    assert_eq!(lines[0]["pod"], Value::Null);
    assert_eq!(lines[1], json!({ "file": "<stdin>", "document": 1, "line": 5, "json": null, "pod": null }));
}

#[test]
fn a_list_is_one_line_an_item() {
    let input = "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n---\n\
                 apiVersion: v1\nkind: List\nitems: []\n";
    let (lines, status) = inspect(input);
    assert_eq!((lines.len(), status), (2, 0));
    for (line, (item, name)) in lines.iter().zip([("0", "a"), ("1", "b")]) {
        assert_eq!((&line["item"], &line["json"]["metadata"]["name"]), (&item.into(), &name.into()));
        assert_eq!((&line["json"]["apiVersion"], &line["json"]["kind"]), (&json!("v1"), &json!("ConfigMap")));
    }
}

#[test]
fn what_the_api_server_refuses_is_an_error_at_its_place() {
    let input = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  spec:\n    \
                 replicas: many\n- apiVersion: v1\n  kind: ConfigMap\n---\na: b\n---\na: [\n";
    let (lines, status) = inspect(input);
    assert_eq!(status, 1);
    let error = json!({
        "file": "<stdin>", "document": 0, "item": "0", "line": 7, "column": 15,
        "error": "spec.replicas: must be an integer",
    });
    assert_eq!(lines[0], error);
    assert_eq!(lines[1]["json"]["kind"], "ConfigMap");
    assert_eq!(lines[2]["error"], "not an object with apiVersion and kind");
    assert!(lines[3]["error"].is_string(), "what does not parse");
}

#[test]
fn what_is_nested_too_deep_is_an_error() {
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let (lines, status) = inspect(&format!("apiVersion: example.com/v1\nkind: Widget\nspec: {deep}\n"));
    assert_eq!(status, 1);
    assert!(lines[0]["error"].as_str().is_some_and(|error| error.contains("levels deep")));
}

#[test]
fn unsafe_characters_are_escaped() {
    let input = "apiVersion: v1\nkind: ConfigMap\ndata: {a: \"\\e[31m\"}\n";
    let shown = run(podline(&["inspect", "--defaulted", "-"]).write_stdin(input));
    assert!(!shown.stdout.contains('\u{1b}'), "{}", shown.stdout);
}

/// The vectors hide every node port, chosen by the cluster or written.
fn hide_node_ports(object: &mut Value) {
    for port in object.pointer_mut("/spec/ports").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(port) = port.get_mut("nodePort") {
            *port = 30000.into();
        }
    }
}

#[test]
fn a_stream_of_manifests_is_stored_as_a_real_api_server_stores_it() {
    let Some(vectors) = shared("vectors/defaulting.jsonl.gz") else { return };
    let vectors: Vec<Value> = json_lines(&vectors).collect();
    let inputs: Vec<&str> = vectors.iter().map(|vector| vector["input"].as_str().expect("an input")).collect();
    let (mut lines, status) = inspect(&inputs.join("\n---\n"));
    assert_eq!((lines.len(), status), (vectors.len(), 0));
    for (line, vector) in lines.iter_mut().zip(&vectors) {
        hide_node_ports(&mut line["json"]);
        assert_eq!((&line["json"], &line["pod"]), (&vector["object"], &vector["pod"]), "{}", vector["name"]);
    }
}
