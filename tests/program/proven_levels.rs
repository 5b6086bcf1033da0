//! `podline levels` says only what is proven.

use crate::support::command::{Run, Scratch, podline, run};

fn levels(arguments: &[&str], text: &str) -> Run {
    run(podline(&["levels"]).args(arguments).arg("-").write_stdin(text))
}

fn namespace(name: &str, labels: &str) -> String {
    format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{{labels}}}}}}}\n---\n")
}

fn deployment(namespace: &str, pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n  selector: {{}}\n  \
         template:\n    spec: {pod}\n---\n"
    )
}

const BASELINE: &str = "{containers: [{name: a, image: b}]}";

#[test]
fn a_namespace_of_which_something_cannot_be_read_is_unknown_and_gets_no_label() {
    let text = namespace("shop", "")
        + &deployment("shop", "{hostPID: perhaps, containers: []}")
        + &deployment("pay", BASELINE);
    let table = levels(&["-v"], &text).stdout;
    assert!(table.contains("shop       0          none          unknown"), "{table}");
    assert!(
        table.contains("shop is unknown, since something of it could not be read:\n  Deployment web (<stdin>:"),
        "{table}"
    );
    assert!(table.contains("1 cannot be told"), "{table}");
    let patch = levels(&["--patch"], &text).stdout;
    assert!(patch.contains("# shop: left as it is, since Deployment web could not be read (<stdin>:9: "), "{patch}");
    assert!(!patch.contains("name: \"shop\"") && patch.contains("name: \"pay\""), "{patch}");
    let required = levels(&["--require", "privileged"], &text);
    assert!(required.status == 1 && required.stderr.contains("do not reach it: shop"), "{}", required.stderr);
}

#[test]
fn a_document_that_cannot_be_read_leaves_every_namespace_open() {
    let text = deployment("shop", BASELINE) + "apiVersion: v1\nkind: Pod\nmetadata: [\n";
    let patch = levels(&["--patch"], &text).stdout;
    assert!(
        patch.contains("# shop: enforce is left as it is, since nothing is proven: a document (<stdin>:"),
        "{patch}"
    );
    assert!(!patch.contains("/enforce:") && patch.contains("/warn: restricted"), "{patch}");
}

#[test]
fn nothing_is_enforced_where_nothing_runs_unless_somebody_asks_for_it() {
    let text = namespace("empty", "");
    let patch = levels(&["--patch"], &text).stdout;
    assert!(
        patch.contains("# empty: enforce is left as it is, since nothing is proven: it has no workloads here"),
        "{patch}"
    );
    assert!(!patch.contains("/enforce:") && patch.contains("/audit: restricted"), "{patch}");
    assert!(levels(&["--patch", "--unproven"], &text).stdout.contains("/enforce: restricted"));
    let kept = levels(&["--patch"], &namespace("empty", "pod-security.kubernetes.io/enforce: baseline")).stdout;
    assert!(kept.contains("/enforce: baseline"), "what it enforces stays: {kept}");
}

#[test]
fn what_stands_in_the_way_next_is_warned_of_first() {
    let patch = levels(&["--patch"], &deployment("shop", BASELINE)).stdout;
    assert!(patch.contains("/enforce: baseline") && patch.contains("/warn: restricted"), "{patch}");
    let patch = levels(&["--patch"], &deployment("shop", "{hostPID: true, containers: [{name: a, image: b}]}")).stdout;
    assert!(patch.contains("# shop: enforce is left as it is, since baseline refuses some"), "{patch}");
    assert!(!patch.contains("/enforce:") && patch.contains("/warn: baseline"), "{patch}");
}

#[test]
fn a_controller_is_blamed_only_where_there_is_one() {
    let service = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s}\nspec: {template: {spec: {containers: [{image: a}]}}}\n---\n";
    let told = levels(&["-v"], service).stdout;
    assert!(told.contains("Service s (<stdin>:4): its controller adds to its pods"), "{told}");
    let told = levels(&["-v"], &deployment("shop", "{containers: []}")).stdout;
    assert!(told.contains("Deployment web (<stdin>:6): no container stands in it"), "{told}");
    let told = levels(&["-v"], &deployment("shop", "{hostPID: '${PID}', containers: [{name: a, image: b}]}")).stdout;
    assert!(told.contains("${PID}") && !told.contains("controller"), "{told}");
}

#[test]
fn a_level_is_required_of_what_is_known() {
    let open = namespace("shop", "") + &deployment("shop", "{hostPID: '${PID}', containers: [{name: a, image: b}]}");
    let run = levels(&["--require", "baseline"], &open);
    assert!(run.status == 1 && run.stderr.contains("do not reach it: shop"), "{}", run.stderr);
    assert!(run.stderr.contains("not all is known of the pods in shop"), "{}", run.stderr);
    assert_eq!(levels(&["--require", "baseline", "--unproven"], &open).status, 0, "somebody asks for it");
    assert_eq!(levels(&["--require", "privileged"], &open).status, 0, "all pods reach it");
    let unknown = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t, namespace: thing}\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}\n";
    assert_eq!(levels(&["--require", "baseline"], unknown).status, 1, "nobody knows what it makes");
    let setting =
        "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t, namespace: thing}\nspec: {privileged: true}\n";
    assert_eq!(levels(&["--require", "baseline"], setting).status, 1, "it may ask for a privileged pod");
    assert_eq!(levels(&["--require", "restricted"], &namespace("empty", "")).status, 0, "there is nothing to refuse");
}

#[test]
fn what_nobody_has_rendered_is_not_counted_and_that_is_said() {
    let text =
        deployment("shop", BASELINE) + "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\nspec: {}\n";
    let scratch = Scratch::repository(&[("all.yaml", &text)]);
    let run = scratch.podline(&["levels"]);
    assert!(run.stderr.contains("not counted: 1 unrendered"), "{}{}", run.stdout, run.stderr);
}
