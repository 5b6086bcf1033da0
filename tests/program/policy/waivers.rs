//! Waivers in manifests.

use super::{TODAY, complaints, judge, waived};
use crate::support::command::{Scratch, podline, run};

/// Two containers that lack nothing but what a level `baseline` forbids: both are privileged.
fn pod(edit: impl Fn(&str) -> String) -> String {
    edit(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: one
      image: a
      securityContext:
        privileged: true
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
    - name: two
      image: b
      securityContext: {privileged: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
",
    )
}

/// Writes a waiver on a line of its own above the first line that holds `at`.
fn above(at: &'static str) -> impl Fn(&str) -> String {
    move |text| text.replacen(at, &format!("{WAIVER}\n{at}"), 1)
}

/// Writes a waiver at the end of the first line that ends with `at`.
fn behind(at: &'static str) -> impl Fn(&str) -> String {
    move |text| text.replacen(&format!("{at}\n"), &format!("{at} {WAIVER}\n"), 1)
}

const WAIVER: &str = "# podline: ignore[privileged] it must";

#[test]
fn a_comment_covers_the_field_on_its_line_or_below_it() {
    for text in [pod(behind("privileged: true")), pod(above("        privileged: true"))] {
        let report = judge(&text);
        assert_eq!(waived(&report), ["privileged one"], "{text}");
        assert!(complaints(&report).is_empty());
    }
}

#[test]
fn a_comment_covers_all_that_is_below_its_field() {
    assert_eq!(waived(&judge(&pod(behind("      securityContext:")))), ["privileged one"]);
    assert_eq!(waived(&judge(&pod(above("  containers:")))), ["privileged one", "privileged two"]);
    assert_eq!(waived(&judge(&pod(behind("spec:")))), ["privileged one", "privileged two"]);
}

#[test]
fn a_comment_at_an_element_covers_it_and_not_its_list() {
    // Before the first element the list begins too.
    assert_eq!(waived(&judge(&pod(above("    - name: one")))), ["privileged one"]);
    assert_eq!(waived(&judge(&pod(behind("- name: one")))), ["privileged one"]);
    assert_eq!(waived(&judge(&pod(above("    - name: two")))), ["privileged two"]);
    assert_eq!(waived(&judge(&pod(behind("- name: two")))), ["privileged two"]);
}

#[test]
fn other_comments_and_blank_lines_may_stand_between_a_comment_and_its_field() {
    let text = pod(|text| text.replacen("    - name: two", &format!("{WAIVER}\n# so\n\n    - name: two"), 1));
    assert_eq!(waived(&judge(&text)), ["privileged two"]);
}

#[test]
fn a_comment_before_the_first_field_covers_the_document_and_no_other() {
    let other = pod(|text| text.replace("name: web", "name: db"));
    let plain = pod(str::to_owned);
    let both = ["privileged one", "privileged two"];
    for text in [
        format!("{WAIVER}\n{plain}---\n{other}"),
        format!("{WAIVER}\n\n---\n# Source: a\n{plain}---\n{other}"),
        format!("---\n# Source: a\n{WAIVER}\n{plain}---\n{other}"),
        format!("--- {WAIVER}\n{plain}---\n{other}"),
        format!("\u{feff}{WAIVER}\n{plain}---\n{other}"),
        format!("{other}--- {WAIVER}\n{plain}"),
        format!("{other}---\n{WAIVER}\n---\n{plain}"),
    ] {
        let report = judge(&text);
        assert_eq!(waived(&report), both, "{text}");
        let covered = report.findings.iter().filter(|finding| finding.waived.is_some());
        assert!(covered.clone().all(|one| one.object.as_ref().is_some_and(|object| object.name == "web")), "{text}");
    }
}

#[test]
fn on_the_line_of_the_first_field_a_comment_covers_that_field() {
    let report = judge(&pod(behind("apiVersion: v1")));
    assert!(waived(&report).is_empty());
    assert_eq!(complaints(&report), ["policy/unused-waiver"]);
}

#[test]
fn what_is_missing_is_waived_where_it_is_shown() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - image: b\n    name: c # podline: ignore[*] x\n";
    assert_eq!(waived(&judge(text)).len(), 4);
}

#[test]
fn in_a_list_a_comment_covers_its_item() {
    let item = |name: &str, comment: &str| {
        format!("- apiVersion: v1 {comment}\n  kind: Pod\n  metadata: {{name: {name}}}\n  spec: {{hostPID: true}}\n")
    };
    let waiver = "# podline: ignore[hostNamespaces] it must";
    let list = |before: &str, behind: &str| {
        let (one, two) = (item("one", ""), item("two", behind));
        format!("apiVersion: v1\nkind: List\n{before}\nitems:\n{one}{two}")
    };
    let names = |text: &str| {
        let report = judge(text);
        assert!(complaints(&report).is_empty(), "{text}");
        let covered = report.findings.into_iter().filter(|finding| finding.waived.is_some());
        covered.filter_map(|finding| finding.object.as_ref().map(|object| object.name.clone())).collect::<Vec<_>>()
    };
    assert_eq!(names(&list("", waiver)), ["two"]);
    assert_eq!(names(&format!("{waiver}\n{}", list("", ""))), ["one", "two"], "the head of the document");
    let above_items =
        [list(waiver, ""), format!("{waiver}\n{}", list("", "").replace("apiVersion: v1\nkind: List\n\n", ""))];
    for mut text in above_items {
        if text.starts_with('#') {
            text.push_str("apiVersion: v1\nkind: List\n");
        }
        let report = judge(&text);
        assert!(waived(&report).is_empty(), "{text}");
        assert_eq!(complaints(&report), ["policy/bad-waiver"], "{text}");
    }
}

#[test]
fn a_waiver_is_unused_only_where_the_level_of_its_object_has_its_rules() {
    let config = "level: restricted\nnamespaces: [{match: {namespaces: weak}, level: baseline}]\n";
    let waived = |namespace: &str| {
        let text = pod(|text| text.replace("name: web", &format!("name: web\n  namespace: {namespace}")));
        format!("# podline: ignore[runAsNonRoot] old image\n{text}")
    };
    let scratch = Scratch::repository(&[("podline.yaml", config), ("weak.yaml", &waived("weak"))]);
    scratch.write("strict.yaml", &waived("strict"));
    let told = scratch.podline(&["check", "--format", "concise", "--select", "policy/*"]).stdout;
    assert_eq!(
        told,
        "strict.yaml:1:3: warning[policy/unused-waiver] the waiver of runAsNonRoot covers nothing: remove it\n"
    );
}

#[test]
fn an_entry_is_unused_only_where_the_level_of_its_objects_has_its_rules() {
    let config = |namespace: &str| {
        format!(
            "level: restricted\nnamespaces: [{{match: {{namespaces: weak}}, level: baseline}}]\n\
             waivers: [{{rules: runAsNonRoot, reason: x, match: {{namespaces: {namespace}}}}}]\n"
        )
    };
    let in_namespace = |name: &str| pod(|text| text.replace("name: web", &format!("name: web\n  namespace: {name}")));
    let scratch =
        Scratch::repository(&[("weak.yaml", &in_namespace("weak")), ("strict.yaml", &in_namespace("strict"))]);
    let told = |namespace: &str| {
        scratch.write("podline.yaml", &config(namespace));
        scratch.podline(&["check", "--format", "concise", "--select", "policy/*"]).stdout.lines().count()
    };
    assert_eq!([told("weak"), told("strict"), told("gone")], [0, 1, 1]);
}

#[test]
fn a_waiver_of_an_anchor_does_not_cover_its_aliases() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: one\n    securityContext: &sc # podline: ignore[privileged] x\n      privileged: true\n  - name: two\n    securityContext: *sc\n";
    assert_eq!(waived(&judge(text)), ["privileged one"]);
    let text =
        text.replace(" # podline: ignore[privileged] x", "").replace("*sc", "*sc # podline: ignore[privileged] x");
    assert_eq!(waived(&judge(&text)), ["privileged two"]);
}

#[test]
fn a_value_is_accepted_and_no_other() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  # podline: ignore[hostPorts=\"80\"] no quotes here\n  containers: [{name: b, ports: [{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 81}]}]\n";
    assert_eq!(waived(&judge(text)), Vec::<String>::new());
    let report = judge(&text.replace("\"80\"", "80"));
    let values: Vec<_> =
        report.findings.iter().filter(|one| one.waived.is_some()).map(|one| one.value.clone()).collect();
    assert_eq!(values, [Some("80".to_owned())]);
    let quoted = text
        .replace("hostPorts=\"80\"", "capabilities_restricted=NET_ADMIN")
        .replace("ports:", "securityContext: {capabilities: {drop: [ALL], add: [\"NET_ADMIN\"]}}, ports:");
    assert_eq!(waived(&judge(&quoted)), ["capabilities_restricted b"]);
}

#[test]
fn an_annotation_covers_its_object_also_in_json() {
    let text = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "annotations":
        {"podline.dev/ignore.hostNamespaces": "it must"}}, "spec": {"hostPID": true, "hostIPC": true}}"#;
    let report = judge(text);
    assert_eq!(waived(&report), ["hostNamespaces", "hostNamespaces"]);
    assert!(complaints(&report).is_empty());
}

#[test]
fn the_narrower_of_two_waivers_counts_and_the_other_is_of_no_use() {
    let text = pod(|text| behind("privileged: true")(&above("  containers:")(text)));
    let report = judge(&text.replace("- name: two", "- name: third"));
    assert_eq!(waived(&report), ["privileged one", "privileged third"]);
    assert!(complaints(&report).is_empty(), "the wider one covers the other container");
    let twice = pod(|text| behind("privileged: true")(&above("        privileged: true")(text)));
    assert_eq!(complaints(&judge(&twice)), ["policy/unused-waiver"]);
}

#[test]
fn a_waiver_of_a_stricter_level_is_not_unused_at_a_weaker_one() {
    let text = format!("# podline: ignore[runAsNonRoot] old image\n{}", pod(str::to_owned));
    assert_eq!(complaints(&judge(&text)), ["policy/unused-waiver"]);
    let scratch = Scratch::repository(&[("pod.yaml", &text)]);
    let run = scratch.podline(&["check", "--format", "concise", "--level", "baseline"]);
    assert!(!run.stdout.contains("policy/"), "{}", run.stdout);
}

#[test]
fn a_waiver_of_what_could_not_be_judged_is_not_unused() {
    let text = format!("{WAIVER}\n{}", pod(|text| text.replace("privileged: true", "privileged: perhaps")));
    assert!(complaints(&judge(&text)).is_empty());
}

#[test]
fn what_cannot_be_judged_is_waived_by_name_only() {
    let text =
        |rule: &str| format!("# podline: ignore[{rule}] x\napiVersion: v1\nkind: Pod\nmetadata: {{name: [a]}}\n");
    assert!(waived(&judge(&text("manifest/*"))).is_empty());
    assert_eq!(waived(&judge(&text("wrong-type"))), ["wrong-type"]);
}

#[test]
fn a_waiver_holds_on_its_last_day_and_not_after_it() {
    let text = format!("{WAIVER} (until=2027-03-31)\n{}", pod(str::to_owned));
    let scratch = Scratch::repository(&[("pod.yaml", &text)]);
    let on = |day: &str| {
        let run = scratch.podline(&["check", "--format", "concise", "--today", day]);
        (run.status, run.stdout.lines().map(|line| line.replace("pod.yaml:", "")).collect::<Vec<_>>())
    };
    assert_eq!(on("2027-02-28"), (0, vec![]));
    assert_eq!(on("2027-03-31").0, 0);
    assert!(on("2027-03-31").1[0].contains("note[policy/waiver-ends-soon] the waiver of privileged ends today"));
    let (status, lines) = on("2027-04-01");
    assert_eq!((status, lines.len()), (1, 3), "both findings count again, and the waiver says so");
}

#[test]
fn waivers_for_people() {
    let file = "fixtures/waivers/accepted.yaml";
    let run = run(&mut podline(&["check", "-v", "--today", TODAY, file]));
    insta::assert_snapshot!(format!("{}--- standard error\n{}", run.stdout, run.stderr));
    assert_eq!(run.status, 1);
}

#[test]
fn waived_findings_stay_in_the_report_for_programs() {
    let run = run(&mut podline(&["check", "--format", "json", "--today", TODAY, "fixtures/waivers/accepted.yaml"]));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    let waivers: Vec<_> = findings.iter().map(|one| &one["waiver"]).filter(|waiver| !waiver.is_null()).collect();
    assert_eq!(report["summary"]["waived"], waivers.len());
    assert_eq!(
        waivers[0],
        &serde_json::json!({"source": "annotation", "reason": "it watches the node", "until": null, "file": "fixtures/waivers/accepted.yaml", "line": 11})
    );
}

#[test]
fn what_is_wrong_with_waivers() {
    let run = run(&mut podline(&["check", "--select", "policy/*", "--today", TODAY, "fixtures/waivers/bad.yaml"]));
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn the_list_of_waivers_for_people_programs_and_spreadsheets() {
    let list = |format: &str| {
        let run =
            run(&mut podline(&["waivers", "--format", format, "--today", TODAY, "fixtures/waivers/accepted.yaml"]));
        assert_eq!(run.status, 0);
        run
    };
    insta::assert_snapshot!(list("human").stdout);
    insta::assert_snapshot!(list("json").stdout);
    insta::assert_snapshot!(list("csv").stdout);
    assert!(list("human").stderr.contains("not listed: fixtures/waivers/accepted.yaml:"));
}

#[test]
fn a_cell_that_looks_like_a_formula_is_a_text() {
    let text =
        "# podline: ignore[privileged] =HYPERLINK(\"x\")\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n";
    let run = run(podline(&["waivers", "--format", "csv", "-"]).write_stdin(text));
    assert!(run.stdout.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", run.stdout);
}

#[test]
fn each_of_many_containers_has_its_own_waivers() {
    let container = |index: usize| {
        let waivers = "  # podline: ignore[pss/*] x\n  # podline: ignore[privileged] x\n";
        format!("{waivers}  - {{name: c{index}, securityContext: {{privileged: true}}}}\n")
    };
    let containers: Vec<String> = (0..100).map(container).collect();
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n";
    let report = judge(&format!("{head}{}", containers.concat()));
    assert_eq!(waived(&report).len(), 5 * 100);
}
