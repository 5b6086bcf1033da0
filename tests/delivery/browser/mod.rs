//! The HTML page in a real browser. Skips, saying so, where there is no Chromium.

#![allow(clippy::print_stdout, reason = "a test that skips says so")]

mod chromium;

use std::fmt::Write as _;

use crate::support::command::{Scratch, podline, run};
use serde_json::{Value, json};

/// Markup in every place that a manifest can put text into.
const HOSTILE: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: "<img src=x onerror=document.title='owned'>"
  namespace: "</script><script>document.title='owned'</script>"
spec:
  template:
    spec:
      hostNetwork: true
      containers:
        - name: "\"><svg onload=document.title='owned'>"
          securityContext: {privileged: true, "<b onmouseover=alert(1)>": 1}
---
apiVersion: v1
kind: Pod
metadata: {name: calm, namespace: calm}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - {name: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}
"#;

/// The page of some files, and what the findings in them are.
fn page(files: &[(&str, &str)]) -> (String, Value) {
    let scratch = Scratch::new(files);
    let mut command = podline(&["check", "--no-config", "--output", "html=page.html", "--format", "json"]);
    let json = run(command.current_dir(scratch.path("."))).stdout;
    let page = std::fs::read_to_string(scratch.path("page.html")).expect("a page");
    (page, serde_json::from_str(&json).expect("JSON"))
}

/// Whether there is a browser; says so if not.
fn browser() -> bool {
    let there = chromium::find().is_some();
    if !there {
        println!("skipped: no chromium on the path");
    }
    there
}

#[test]
fn what_manifests_say_is_shown_as_text() {
    let (page, report) = page(&[("a.yaml", HOSTILE)]);
    assert!(!page.contains("<img") && !page.contains("<svg") && !page.contains("<b "), "markup of the manifest");
    if !browser() {
        return;
    }
    let seen = chromium::visit(&page, include_str!("text.js"));
    let findings = report["findings"].as_array().expect("a list").len();
    assert_eq!(seen.result["articles"], json!(findings));
    assert_eq!(seen.result["foreign"], json!([]), "elements and handlers that are not the page's own");
    assert_eq!(seen.result["shown"], json!(true), "the name of the object");
    assert_eq!(seen.result["title"], json!(format!("podline: {findings} errors")));
    assert_eq!(seen.console, Vec::<String>::new());
    assert_eq!(seen.requests, ["GET /driver", "GET /page", "POST /result"]);
}

#[test]
fn the_filter_the_keyboard_and_the_links_work() {
    if !browser() {
        return;
    }
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/example/shop.yaml"));
    let (page, report) = page(&[("a.yaml", HOSTILE), ("shop.yaml", &example.expect("the example"))]);
    let findings = report["findings"].as_array().expect("a list");
    let of_rule = |rule: &str| findings.iter().filter(|finding| finding["rule"] == rule).count();
    let seen = chromium::visit(&page, include_str!("filter.js"));
    let result = &seen.result;
    assert_eq!(result["all"], json!(findings.len()));
    assert_eq!(result["byText"], json!(of_rule("pss/hostNamespaces")));
    assert_eq!(result["address"], json!("#text=hostnetwork"));
    assert_eq!(result["byRule"], json!(of_rule("pss/capabilities_restricted")));
    assert_eq!(result["groupedByRule"], json!(true));
    assert_eq!(result["objectShown"], json!(true), "under its rule a finding says what it belongs to");
    assert_eq!(
        result["byNamespace"],
        json!(findings.iter().filter(|one| one["object"]["namespace"] == "shop").count())
    );
    assert_eq!(result["cleared"], json!(findings.len()));
    assert_eq!(result["keys"], json!([true, true, true, true]), "j, j, k and /");
    assert_eq!(result["linked"], json!(true), "a link to a finding that was filtered out shows it");
    assert_eq!(result["ruleOpen"], json!(true), "a link to a rule opens its page");
    assert_eq!(result["shared"], result["byRule"], "a filter that is shared");
    let top = result["top"].as_i64().expect("a place");
    assert!((0..200).contains(&top), "the findings are at the top of the window: {result}");
    assert_eq!(result["map"], json!(["✓ passes", "✓ passes", "✓ passes"]), "the calm pod");
    assert_eq!(seen.console, Vec::<String>::new());
}

#[test]
fn ten_thousand_findings_can_be_filtered() {
    if !browser() {
        return;
    }
    let mut many = String::new();
    for pod in 0..2_000 {
        let _ = write!(
            many,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{pod}, namespace: n{}}}\nspec:\n  hostPID: true\n  containers: [{{name: app}}]\n",
            pod % 20
        );
    }
    let (page, report) = page(&[("many.yaml", &many)]);
    let findings = report["findings"].as_array().expect("a list").len();
    assert_eq!(findings, 10_000);
    let seen = chromium::visit(&page, include_str!("many.js"));
    assert_eq!(seen.result["all"], json!(findings));
    assert_eq!(seen.result["filtered"], json!(1), "one finding has the text pod-1999 and hostPID");
    assert_eq!(seen.result["regrouped"], json!(5), "rules");
    assert_eq!(seen.console, Vec::<String>::new());
    // A person waits a second; a busy machine is given ten times as long.
    for what in ["load", "filter", "regroup"] {
        assert!(seen.result["milliseconds"][what].as_f64().expect("a time") < 10_000.0, "{}", seen.result);
    }
    println!("{} bytes, {}", page.len(), seen.result["milliseconds"]);
}
