//! ClusterResourceSets, and what they apply from other files of the run.

use crate::support::command::Scratch;
use serde_json::Value;

const SET: &str = "\
apiVersion: addons.cluster.x-k8s.io/v1beta1
kind: ClusterResourceSet
metadata: {name: cni, namespace: clusters}
spec:
  clusterSelector: {}
  resources:
    - {kind: ConfigMap, name: cni}
";

/// A ConfigMap in this namespace with a Pod on the host's network.
fn config_map(name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\ndata:\n  pod.yaml: |\n    \
         apiVersion: v1\n    kind: Pod\n    metadata: {{name: p}}\n    spec:\n      hostNetwork: true\n      containers: \
         [{{name: c, image: registry.example/a:1}}]\n"
    )
}

/// `file:line rule severity` of each finding at baseline.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let run = Scratch::new(files).podline(&["check", "--level", "baseline", "--format", "json", "."]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let of = |one: &Value| {
        format!("{}:{} {} {}", text(&one["file"]), one["line"], text(&one["rule"]), text(&one["severity"]))
    };
    report["findings"].as_array().expect("findings").iter().map(of).collect()
}

#[test]
fn what_a_set_of_another_file_applies_is_judged() {
    let map = config_map("cni", "clusters");
    for set in ["set.yaml", "z/set.yaml", "a/set.yaml"] {
        assert_eq!(findings(&[("map.yaml", &map), (set, SET)]), ["map.yaml:10 pss/hostNamespaces error"], "{set}");
    }
}

#[test]
fn what_no_set_applies_is_told() {
    let told = ["map.yaml:10 manifest/unjudged-settings warning"];
    let files = [config_map("other", "clusters"), config_map("cni", "elsewhere"), config_map("cni", "clusters")];
    assert_eq!(findings(&[("map.yaml", &files[0]), ("set.yaml", SET)]), told, "another name");
    assert_eq!(findings(&[("map.yaml", &files[1]), ("set.yaml", SET)]), told, "another namespace");
    let secrets = SET.replace("ConfigMap", "Secret");
    assert_eq!(findings(&[("map.yaml", &files[2]), ("set.yaml", &secrets)]), told, "another kind");
    let other = SET.replace("addons.cluster.x-k8s.io", "example.com");
    assert_eq!(findings(&[("map.yaml", &files[2]), ("set.yaml", &other)]), told, "another group");
}

#[test]
fn a_set_that_cannot_be_read_applies_nothing() {
    let map = config_map("cni", "clusters");
    let broken = format!("{SET}---\n{SET}\t}}\n");
    let found = findings(&[("map.yaml", &map), ("set.yaml", &broken)]);
    assert_eq!(found[0], "map.yaml:10 pss/hostNamespaces error", "the other set of the file does: {found:?}");
    let found = findings(&[("map.yaml", &map), ("set.yaml", &format!("{SET}\t}}\n"))]);
    assert_eq!(found[0], "map.yaml:10 manifest/unjudged-settings warning", "{found:?}");
}
