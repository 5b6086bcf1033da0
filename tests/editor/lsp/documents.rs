//! Documents: diagnostics follow what is written.

use serde_json::{Value, json};

use crate::lsp::POD;
use crate::lsp::client::{Session, range, uri};
use crate::support::command::Scratch;

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: web, image: registry.example/web:1}]
";

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().expect("a rule")).collect()
}

#[test]
fn a_finding_appears_where_it_is_and_goes_with_the_edit_that_mends_it() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    let diagnostics = session.diagnostics(&web);
    assert_eq!(codes(&diagnostics), ["pss/hostNamespaces"]);
    assert_eq!(diagnostics[0]["range"], range(5, 15, 19));
    assert_eq!(diagnostics[0]["severity"], 1);
    assert_eq!(diagnostics[0]["source"], "podline");
    assert_eq!(diagnostics[0]["message"], "pod must not set hostNetwork=true");
    assert!(diagnostics[0]["codeDescription"]["href"].as_str().is_some_and(|href| href.starts_with("https://")));

    session.change(&web, 2, json!([{"range": range(5, 15, 19), "text": "false"}]));
    assert!(session.diagnostics(&web).is_empty());
    session.change(&web, 3, json!([{"text": POD}]));
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": web}}));
    assert!(session.diagnostics(&web).is_empty());
    session.leave();
}

#[test]
fn diagnostics_name_the_version_that_they_are_about_and_stale_ones_are_never_sent() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    for version in 2..=40 {
        let text = if version % 2 == 0 { "false" } else { "true" };
        let end = if version % 2 == 0 { 19 } else { 20 };
        session.change(&web, version, json!([{"range": range(5, 15, end), "text": text}]));
    }
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": web}}));
    let last = session.wait(|message| message["params"]["version"] == 40);
    assert_eq!(last["params"]["diagnostics"], json!([]));
    session.leave();
}

#[test]
fn columns_are_counted_as_the_client_counts_them() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: 'é𝄞'}, spec: {hostNetwork: true}}\n";
    let before = pod.find("true").expect("there");
    let utf16 = pod[..before].encode_utf16().count();
    let utf32 = pod[..before].chars().count();
    let offers = [(json!(["utf-8", "utf-16"]), before), (json!(["utf-32"]), utf32), (json!(null), utf16)];
    for (offer, expected) in offers {
        let scratch = Scratch::repository(&[]);
        let mut session = Session::with(&scratch.path(""), json!({"general": {"positionEncodings": offer}}), json!({}));
        let web = uri(&scratch.path("web.yaml"));
        session.open(&web, pod);
        let diagnostics = session.diagnostics(&web);
        let found = diagnostics.iter().find(|one| one["code"] == "pss/hostNamespaces").expect("a finding");
        assert_eq!(found["range"]["start"], json!({"line": 0, "character": expected}), "{offer}");
        session.leave();
    }
}

#[test]
fn what_is_no_manifest_is_left_in_peace_and_the_log_says_why() {
    let scratch = Scratch::repository(&[(".gitignore", "out/\n")]);
    let mut session = Session::new(&scratch.path(""));
    let helm = "apiVersion: v1\nkind: Pod\nspec: {{ toYaml .Values.spec | nindent 2 }}\n";
    for (file, text, language, why) in [
        ("chart/templates/web.yaml", helm, "yaml", "Helm"),
        ("values.yaml", "image: x\n", "yaml", "apiVersion"),
        ("compose.yaml", "services: [", "yaml", "not well-formed"),
        ("web.tpl", POD, "helm", "Helm"),
        ("out/web.yaml", POD, "yaml", "ignored"),
        ("notes.txt", POD, "plaintext", "neither"),
    ] {
        session.settle();
        session.open_as(&uri(&scratch.path(file)), text, language);
        let log = session.notification("window/logMessage")["message"].as_str().expect("a text").to_owned();
        assert!(log.starts_with(&format!("{file} is not checked")) && log.contains(why), "{log}");
    }
    session.leave();
}

#[test]
fn a_patch_is_judged_for_what_it_sets_and_a_base_says_who_patches_it() {
    let patch =
        "{kind: Deployment, apiVersion: apps/v1, metadata: {name: web}, spec: {template: {spec: {hostPID: true}}}}";
    let operation = "- op: add\n      path: /spec/template/spec/hostIPC\n      value: true\n";
    let list = format!(
        "resources: [../base]\npatches:\n- path: p.patch\n- path: gone.yaml\n- target: {{kind: Deployment}}\n  patch: |-\n    {operation}"
    );
    let scratch = Scratch::repository(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("prod/kustomization.yaml", &list),
    ]);
    let mut session = Session::new(&scratch.path(""));
    let [patched, listed, web] =
        ["prod/p.patch", "prod/kustomization.yaml", "base/web.yaml"].map(|name| uri(&scratch.path(name)));
    // What it sets is read from the editor, and the patch may not be there yet.
    session.open_as(&patched, patch, "yaml");
    assert_eq!(codes(&session.diagnostics(&patched)), ["pss/hostNamespaces"]);

    session.open(&listed, &list);
    let diagnostics = session.diagnostics(&listed);
    let found: Vec<_> = diagnostics.iter().map(|one| (&one["code"], &one["range"]["start"]["line"])).collect();
    let expected = [("pss/hostNamespaces", 8), ("policy/configuration", 2), ("policy/configuration", 3)];
    assert_eq!(
        found,
        expected.map(|(code, line)| (json!(code), json!(line))).each_ref().map(|(code, line)| (code, line))
    );

    session.open(&web, DEPLOYMENT);
    let diagnostics = session.diagnostics(&web);
    let said = "Deployment web is patched by prod/kustomization.yaml; not built";
    assert!(diagnostics.iter().any(|one| one["message"] == said && one["severity"] == 3), "{diagnostics:#?}");
    session.leave();
}

#[test]
fn a_text_without_a_file_is_judged_too() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    session.open("untitled:Untitled-1", POD);
    assert_eq!(codes(&session.diagnostics("untitled:Untitled-1")), ["pss/hostNamespaces"]);
    session.leave();
}

#[test]
fn on_save_nothing_is_said_while_somebody_writes() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::with(&scratch.path(""), json!({}), json!({"run": "onSave"}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.change(&web, 2, json!([{"range": range(5, 15, 19), "text": "false"}]));
    std::thread::sleep(std::time::Duration::from_millis(400));
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": web}}));
    let said = session.wait(|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!((&said["params"]["version"], &said["params"]["diagnostics"]), (&json!(2), &json!([])));
    session.leave();
}

#[test]
fn on_save_who_asks_is_answered_and_nothing_else_is_said() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::with(&scratch.path(""), json!({}), json!({"run": "onSave"}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&web).len(), 1);
    // Editors ask for actions whenever the cursor moves.
    session.change(&web, 2, json!([{"range": range(6, 0, 0), "text": "  hostPID: true\n"}]));
    let place = json!({"textDocument": {"uri": web}, "range": range(6, 11, 11), "context": {"diagnostics": []}});
    let actions = session.request("textDocument/codeAction", place);
    assert_eq!(actions[0]["title"], "Set spec.hostPID to false (unsafe: may stop an image that runs)");
    assert!(!session.was_told(&web));
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": web}}));
    assert_eq!(session.diagnostics(&web).len(), 2);
    session.leave();
}

#[test]
fn a_closed_document_is_cleared_under_the_name_that_the_client_gave_it() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("a+b@c.yaml"));
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": web}}));
    assert!(session.diagnostics(&web).is_empty());
    session.leave();
}

#[test]
fn what_is_wrong_inside_of_a_waiver_is_shown_where_it_stands() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    let waiver = "hostNetwork: true # podline: ignore[hostNamespacs] it watches the node";
    session.open(&web, &POD.replace("hostNetwork: true", waiver));
    let diagnostics = session.diagnostics(&web);
    assert_eq!(codes(&diagnostics), ["pss/hostNamespaces", "policy/bad-waiver"]);
    assert_eq!(diagnostics[1]["range"]["start"]["line"], 5);
    assert!(diagnostics[1]["message"].as_str().is_some_and(|text| text.contains("did you mean")), "{diagnostics:#?}");
    session.leave();
}

#[test]
fn what_is_of_no_use_any_more_is_marked_so() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    let unused = "# podline: ignore[privileged] nobody is privileged\n";
    session.open(&web, &POD.replace("  hostNetwork: true\n", unused));
    let diagnostics = session.diagnostics(&web);
    assert_eq!(codes(&diagnostics), ["policy/unused-waiver"]);
    assert_eq!(diagnostics[0]["tags"], json!([1]), "unnecessary");
    let old = "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {}}}\n";
    session.change(&web, 2, json!([{"text": old}]));
    let diagnostics = session.diagnostics(&web);
    let removed = diagnostics.iter().find(|one| one["code"] == "manifest/removed-api").expect("a finding");
    assert_eq!(removed["tags"], json!([2]), "deprecated");
    session.leave();
}

#[test]
fn hover_before_several_values_on_a_line_shows_the_next_one() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.json"));
    let pod = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostPID": true, "hostIPC": true, "containers": []}}"#;
    session.open_as(&web, pod, "json");
    let place = pod.find("hostPID").expect("there");
    let at = json!({"textDocument": {"uri": web}, "position": {"line": 0, "character": place}});
    let hover = session.request("textDocument/hover", at);
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.contains("hostPID=true") && !text.contains("**error** pod must not set hostIPC"), "{text}");
    session.leave();
}

#[test]
fn hover_shows_the_rule_and_what_asks_for_it() {
    let scratch = Scratch::repository(&[]);
    let markdown = json!({"textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}}});
    let mut session = Session::with(&scratch.path(""), markdown, json!({}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    let at = |line: u32, character: u32| json!({"textDocument": {"uri": web}, "position": {"line": line, "character": character}});
    let hover = session.request("textDocument/hover", at(5, 16));
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert_eq!(hover["range"], range(5, 15, 19));
    assert!(text.starts_with("**error** pod must not set hostNetwork=true\n\n"), "{text}");
    assert!(text.contains("Asked for by the level baseline since v1.0. Judged at restricted:latest (v1."), "{text}");
    assert!(text.contains("# pss/hostNamespaces: "), "{text}");
    assert_eq!(session.request("textDocument/hover", at(5, 4)), hover, "on the key");
    assert_eq!(session.request("textDocument/hover", at(0, 3)), json!(null));
    assert_eq!(session.request("textDocument/hover", at(5, 19)), json!(null), "behind the value");
    session.leave();
}

#[test]
fn rules_are_offered_and_shown_inside_of_a_waiver() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, "a: 1 # podline: ignore[hostNetw, privileged] why\n# podline: \n");
    let at = |line: u32, character: u32| json!({"textDocument": {"uri": web}, "position": {"line": line, "character": character}});
    let items = session.request("textDocument/completion", at(0, 31));
    let items = items.as_array().expect("a list");
    let item = items.iter().find(|item| item["label"] == "hostNamespaces").expect("a rule");
    assert_eq!(item["textEdit"]["range"], range(0, 23, 31));
    assert!(items.iter().any(|item| item["label"] == "unknown-field"));
    assert!(!items.iter().any(|item| item["label"].as_str().is_some_and(|label| label.contains("configuration"))));
    let items = session.request("textDocument/completion", at(1, 11));
    assert_eq!(items[0]["textEdit"]["newText"], "ignore[");
    assert_eq!(session.request("textDocument/completion", at(0, 3)), json!([]));
    let hover = session.request("textDocument/hover", at(0, 36));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.starts_with("# pss/privileged")), "{hover}");
    session.leave();
}

#[test]
fn of_a_hundred_thousand_findings_an_editor_gets_a_thousand_and_the_count_of_the_rest() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    let document = format!("---\n{}", POD.replace("image: app", "image: app\n      imagge: app"));
    session.open(&web, &document.repeat(700));
    let diagnostics = session.diagnostics(&web);
    assert_eq!(diagnostics.len(), 1001);
    assert_eq!(diagnostics[1000]["message"], "400 more findings are not shown; podline check shows all of them");
    session.leave();
}
