//! `podline diff`.

use crate::support::command::{Run, Scratch, podline, run};

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
    scratch.write("newer.json", r#"{"schema": 3, "podline": "9.0.0", "findings": []}"#);
    assert_eq!(status("newer.json", "head"), 2);
    scratch.write("broken.json", r#"{"schema": 1, "podline": "0.1.0"}"#);
    assert_eq!(status("base", "broken.json"), 2);
    std::fs::create_dir(scratch.path("empty")).expect("a directory");
    assert_eq!(status("base", "empty"), 2, "a rendering that failed");
    assert_eq!(status("empty", "head"), 1, "a chart that is new");
    assert_eq!(scratch.podline(&["diff", "base"]).status, 2);
}

#[test]
fn an_option_that_a_comparison_has_no_use_for_is_refused_and_a_default_of_the_environment_is_not() {
    let scratch = trees(BASE, BASE);
    for option in ["--statistics", "--fix", "--unsafe-fixes", "--accepted=b.json", "--write-accepted=b.json", "--diff"]
    {
        let run = scratch.podline(&["diff", option, "base", "head"]);
        assert_eq!(run.status, 2, "{option}");
        let name = option.split('=').next().expect("a name");
        assert!(run.stderr.contains(&format!("podline diff does not take {name}")), "{}", run.stderr);
    }
    let mut command = podline(&["diff", "base", "head"]);
    let command = command.current_dir(scratch.path("")).env("PODLINE_STATISTICS", "1").env("PODLINE_FORMAT", "sarif");
    assert_eq!(run(command).status, 0);
}

/// A report of a tree, judged at this level.
fn report(scratch: &Scratch, tree: &str, level: &str) {
    let report = scratch.podline(&["check", "--format", "json", "--level", level, tree]).stdout;
    scratch.write(&format!("{tree}.json"), &report);
}

#[test]
fn reports_of_different_levels_are_no_answer() {
    let scratch = trees(BASE, BASE);
    report(&scratch, "base", "restricted");
    report(&scratch, "head", "baseline");
    let run = scratch.podline(&["diff", "base.json", "head.json"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("(restricted:latest (v1.37), now baseline:latest (v1.37))"), "{}", run.stderr);
    assert_eq!(scratch.podline(&["diff", "base.json", "head"]).status, 0);
    assert_eq!(scratch.podline(&["diff", "--level", "baseline", "base.json", "head"]).status, 2);
}

#[test]
fn reports_of_different_versions_are_compared_and_that_is_said() {
    let scratch = trees(BASE, BASE);
    report(&scratch, "base", "restricted:v1.25");
    report(&scratch, "head", "restricted");
    let run = scratch.podline(&["diff", "base.json", "head.json"]);
    assert_eq!(run.status, 0);
    assert!(run.stderr.contains("judged by different levels: 1 of the 1 pod templates"), "{}", run.stderr);
    let other = scratch.read("base.json").replace(env!("CARGO_PKG_VERSION"), "0.0.1");
    scratch.write("base.json", &other);
    let run = scratch.podline(&["diff", "base.json", "head.json"]);
    assert!(run.stderr.contains("BASE was judged by podline 0.0.1"), "{}", run.stderr);
}

#[test]
fn what_is_no_longer_judged_is_not_fixed() {
    let unjudged = [
        format!("# {{{{ .Values.x }}}}\n{}", BASE.replace("hostPID: true", "hostPID: {{ .Values.pid }}")),
        BASE.replace("kind: Deployment", "kind: Deploymint"),
        BASE.replace("hostPID: true", "hostPID: 'yes'"),
        BASE.replace("spec:\n  template", "spec: [\n  template"),
    ];
    for head in unjudged {
        let scratch = trees(BASE, &head);
        scratch.write("head/other.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n");
        let run = scratch.podline(&["diff", "--format", "json", "base", "head"]);
        assert_eq!(counts(&run)[1..], [0, 0], "{head}{}", run.stdout);
        assert!(run.stdout.contains("\"unjudged\":3"), "{}", run.stdout);
        assert!(run.stderr.contains("3 findings of BASE are not fixed"), "{}", run.stderr);
        scratch.write("head.json", &scratch.podline(&["check", "--format", "json", "head"]).stdout);
        let by_report = scratch.podline(&["diff", "--format", "json", "base", "head.json"]);
        assert!(by_report.stdout.contains("\"unjudged\":3"), "{head}{}", by_report.stdout);
    }
    let removed = trees(&format!("{BASE}---\n{}", BASE.replace("name: web", "name: db")), BASE);
    assert_eq!(counts(&removed.podline(&["diff", "--format", "json", "base", "head"])), [0, 3, 3]);
}

#[test]
fn what_the_configuration_of_head_denies_fails_the_diff() {
    let scratch = trees(BASE, BASE);
    scratch.write("head/secret.yaml", "data: ENC[AES256_GCM,data:a,type:str]\nsops: {mac: x, version: '3'}\n");
    scratch.write("base/podline.yaml", "deny: encrypted\n");
    assert_eq!(scratch.podline(&["diff", "base", "head"]).status, 0, "HEAD is judged by its own configuration");
    scratch.write("head/podline.yaml", "deny: encrypted\n");
    let run = scratch.podline(&["diff", "base", "head"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("1 encrypted: denied by the configuration"), "{}", run.stderr);
    assert_eq!(scratch.podline(&["diff", "--deny=policy", "base", "head"]).status, 0, "the command line wins");
}

#[test]
fn what_head_passes_over_can_be_denied() {
    let scratch = trees(BASE, BASE);
    scratch.write("head/secret.yaml", "data: ENC[AES256_GCM,data:a,type:str]\nsops: {mac: x, version: '3'}\n");
    assert_eq!(scratch.podline(&["diff", "base", "head"]).status, 0);
    assert_eq!(scratch.podline(&["diff", "--deny=encrypted", "base", "head"]).status, 1);
    assert_eq!(scratch.podline(&["diff", "--deny=all", "head", "base"]).status, 0);
}

#[test]
fn markdown_says_which_namespaces_are_judged_by_other_levels() {
    let namespace = |level: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{pod-security.kubernetes.io/enforce: {level}}}}}\n---\n"
        )
    };
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {hostPID: true, containers: [{name: c, image: a}]}}\n";
    let scratch = Scratch::repository(&[
        ("base/a.yaml", &(namespace("baseline") + pod)),
        ("head/a.yaml", &(namespace("privileged") + pod)),
    ]);
    let run = scratch.podline(&["diff", "--admission", "--format", "markdown", "base", "head"]);
    let row = "| <code>shop</code> | <code>enforce baseline&#58;latest (v1.37)";
    assert!(run.stdout.contains("### Judged by other levels\n") && run.stdout.contains(row), "{}", run.stdout);
    let run = scratch.podline(&["diff", "--admission", "--format", "markdown", "base", "base"]);
    assert!(!run.stdout.contains("other levels"), "{}", run.stdout);
}

#[test]
fn what_is_denied_in_the_head_is_told_in_markdown() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\nspec: {}\n";
    let pod = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
    let scratch =
        Scratch::repository(&[("base/a.yaml", pod), ("head/a.yaml", pod), ("head/templates/b.yaml", template)]);
    let run = scratch.podline(&["diff", "--deny", "unrendered", "--format", "markdown", "base", "head"]);
    assert!(run.status == 1 && run.stdout.contains("**denied: 1 unrendered**"), "{}", run.stdout);
}
