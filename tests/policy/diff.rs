//! `podline diff`.

use super::support::command::{Run, Scratch};

const BASE: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      hostPID: true
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: app
        image: a
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_ADMIN]}}
      - name: logs
        image: b
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, privileged: true}
";

/// The base with one value more, one less, and the containers in another order.
const HEAD: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: logs
        image: b
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, privileged: true}
      - name: app
        image: a
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [SYS_TIME, NET_ADMIN]}}
";

fn trees(base: &str, head: &str) -> Scratch {
    Scratch::repository(&[("base/web.yaml", base), ("head/web.yaml", head)])
}

/// `1 new, 1 fixed, 2 unchanged` of the JSON report.
fn counts(run: &Run) -> [u64; 3] {
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    ["new", "fixed", "unchanged"].map(|change| {
        let count = report["diff"][change].as_u64().expect("a number");
        let listed = report["findings"].as_array().expect("a list").iter();
        let listed = listed.filter(|one| one["change"] == change && one["waiver"].is_null()).count();
        assert_eq!(usize::try_from(count), Ok(listed), "{change}");
        count
    })
}

#[test]
fn new_fixed_and_unchanged_findings() {
    let scratch = trees(BASE, HEAD);
    let human = scratch.podline(&["diff", "-v", "base", "head"]);
    insta::assert_snapshot!(human.stdout);
    assert_eq!(human.status, 1);
    insta::assert_snapshot!(scratch.podline(&["diff", "--format", "concise", "base", "head"]).stdout);
    insta::assert_snapshot!(scratch.podline(&["diff", "--format", "json", "base", "head"]).stdout);
}

#[test]
fn trees_reports_and_both_compare_alike() {
    let scratch = trees(BASE, HEAD);
    for side in ["base", "head"] {
        let report = scratch.podline(&["check", "--format", "json", side]).stdout;
        scratch.write(&format!("{side}.json"), &report);
    }
    for (base, head) in [("base", "head"), ("base.json", "head.json"), ("base.json", "head"), ("base", "head.json")] {
        let run = scratch.podline(&["diff", "--format", "json", base, head]);
        assert_eq!((run.status, counts(&run)), (1, [1, 1, 2]), "{base} {head}");
    }
    insta::assert_snapshot!(scratch.podline(&["diff", "base.json", "head.json"]).stdout);
}

#[test]
fn only_what_is_new_and_weighs_enough_fails() {
    let scratch = trees(HEAD, &HEAD.replace("SYS_TIME, ", ""));
    assert_eq!(scratch.podline(&["diff", "base", "head"]).status, 0);
    assert_eq!(scratch.podline(&["diff", "head", "base"]).status, 1);
    assert_eq!(scratch.podline(&["diff", "--fail-on", "never", "head", "base"]).status, 0);
    assert_eq!(scratch.podline(&["diff", "--level", "privileged", "head", "base"]).status, 0);
    assert_eq!(scratch.podline(&["diff", "--ignore", "pss/capabilities_*", "head", "base"]).status, 0);
}

#[test]
fn a_waiver_that_is_taken_away_is_new_and_one_that_is_added_mends_nothing() {
    let waived = BASE.replace("hostPID: true", "hostPID: true # podline: ignore[hostNamespaces] it must");
    let scratch = trees(&waived, BASE);
    assert_eq!(counts(&scratch.podline(&["diff", "--format", "json", "base", "head"])), [1, 0, 2]);
    assert_eq!(counts(&scratch.podline(&["diff", "--format", "json", "head", "base"])), [0, 0, 2]);
}

#[test]
fn a_renamed_file_changes_nothing_and_an_object_in_a_known_file_is_new() {
    let scratch = Scratch::repository(&[("base/a.yaml", BASE), ("head/b.yaml", BASE)]);
    assert_eq!(counts(&scratch.podline(&["diff", "--format", "json", "base", "head"])), [0, 0, 3]);
    scratch.write("base/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    assert_eq!(counts(&scratch.podline(&["diff", "--format", "json", "base", "head"])), [3, 3, 0]);
}

#[test]
fn what_cannot_be_compared_is_no_success() {
    let scratch = trees(BASE, BASE);
    let status = |base: &str, head: &str| scratch.podline(&["diff", base, head]).status;
    assert_eq!(status("base", "missing"), 2);
    assert_eq!(status("missing", "head"), 2);
    scratch.write("newer.json", r#"{"schema": 2, "podline": "9.0.0", "findings": []}"#);
    assert_eq!(status("newer.json", "head"), 2);
    scratch.write("broken.json", r#"{"schema": 1, "podline": "0.1.0"}"#);
    assert_eq!(status("base", "broken.json"), 2);
    std::fs::create_dir(scratch.path("empty")).expect("a directory");
    assert_eq!(status("base", "empty"), 2, "a rendering that failed");
    assert_eq!(status("empty", "head"), 1, "a chart that is new");
    assert_eq!(scratch.podline(&["diff", "base"]).status, 2);
}
