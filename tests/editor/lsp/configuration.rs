//! `podline.yaml` and the editor's settings.

use serde_json::{Value, json};

use crate::lsp::POD;
use crate::lsp::client::{Session, range, uri};
use crate::support::command::Scratch;

fn messages(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["message"].as_str().expect("a text")).collect()
}

fn rules(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().expect("a rule")).collect()
}

fn saved(session: &mut Session, path: &str) {
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": path}}));
}

#[test]
fn mistakes_are_shown_while_the_configuration_is_written() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let config = uri(&scratch.path("podline.yaml"));
    session.open(&config, "level: restrictd\nruls: {}\n");
    let diagnostics = session.diagnostics(&config);
    assert_eq!(diagnostics.len(), 2, "{diagnostics:?}");
    assert_eq!(diagnostics[0]["range"], range(0, 7, 16));
    assert!(messages(&diagnostics)[0].contains("did you mean restricted?"), "{diagnostics:?}");
    session.change(&config, 2, json!([{"text": "extends: nowhere.yaml\n"}]));
    assert!(messages(&session.diagnostics(&config))[0].contains("nowhere.yaml"));
    session.change(&config, 3, json!([{"text": "level: baseline\n"}]));
    assert!(session.diagnostics(&config).is_empty());
    session.leave();
}

#[test]
fn the_nearest_configuration_holds_and_is_read_again_when_it_is_saved() {
    let scratch =
        Scratch::repository(&[("apps/podline.yaml", "rules:\n  hostNamespaces: note\n"), ("podline.yaml", "")]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("apps/web/web.yaml"));
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&web)[0]["severity"], 3);
    scratch.write("apps/podline.yaml", "rules:\n  hostNamespaces: off\n");
    saved(&mut session, &uri(&scratch.path("apps/podline.yaml")));
    assert!(session.diagnostics(&web).is_empty());
    scratch.write("apps/podline.yaml", "exclude: web.yaml\n");
    session.settle();
    saved(&mut session, &uri(&scratch.path("apps/podline.yaml")));
    assert!(session.notification("window/logMessage")["message"].to_string().contains("podline.yaml excludes it"));
    session.leave();
}

#[test]
fn a_broken_configuration_is_shown_at_its_place_and_what_it_is_for_says_that_it_is_not_checked() {
    let scratch = Scratch::repository(&[("podline.yaml", "extends: base.yaml\n"), ("base.yaml", "level: x\n")]);
    let watching = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut session = Session::with(&scratch.path(""), watching, json!({}));
    let registered = session.wait(|message| message["method"] == "client/registerCapability");
    assert_eq!(registered["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    session.send(&json!({"jsonrpc": "2.0", "id": registered["id"], "result": null}));

    let (web, base) = (uri(&scratch.path("web.yaml")), uri(&scratch.path("base.yaml")));
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&base).len(), 1);
    let expected = "podline.yaml cannot be used, so this file is not checked: base.yaml:1:8: level takes ";
    let told = session.diagnostics(&web);
    assert!(told.len() == 1 && messages(&told)[0].starts_with(expected), "{told:#?}");
    scratch.write("base.yaml", "level: baseline\n");
    session.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": base, "type": 2}]}));
    assert!(session.diagnostics(&base).is_empty());
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.leave();
}

#[test]
fn the_editors_settings_stand_above_the_configuration() {
    let scratch = Scratch::repository(&[("podline.yaml", "level: restricted\n")]);
    let mut session = Session::with(&scratch.path(""), json!({}), json!({"level": "privileged"}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    assert!(session.diagnostics(&web).is_empty());
    let settings = |level: &str| json!({"settings": {"podline": {"level": level}}});
    session.notify("workspace/didChangeConfiguration", settings("baseline"));
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.notify("workspace/didChangeConfiguration", settings("strict"));
    let message = session.notification("window/showMessage")["message"].clone();
    assert!(message.as_str().is_some_and(|text| text.starts_with("podline: the setting podline.level")), "{message}");
    session.leave();
}

#[test]
fn settings_are_asked_for_where_the_client_only_says_that_they_changed() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::with(&scratch.path(""), json!({"workspace": {"configuration": true}}), json!({}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    for _ in ["at the start", "now"] {
        let asked = session.wait(|message| message["method"] == "workspace/configuration");
        assert_eq!(asked["params"]["items"], json!([{"section": "podline"}]));
        session.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": [{"level": "privileged"}]}));
    }
    assert!(session.diagnostics(&web).is_empty());
    session.leave();
}

#[test]
fn settings_of_the_start_hold_until_the_editor_names_others() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::with(&scratch.path(""), json!({}), json!({"level": "privileged"}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    assert!(session.diagnostics(&web).is_empty());
    // What Zed and Emacs say after the start, whatever was set.
    for settings in [json!({}), json!({"podline": {}}), json!({"yaml": {"level": "restricted"}})] {
        session.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
        session.notify("textDocument/didSave", json!({"textDocument": {"uri": web}}));
        assert!(session.diagnostics(&web).is_empty(), "{settings}");
    }
    session.leave();
}

#[test]
fn who_names_no_settings_when_asked_after_the_start_keeps_those_that_it_sent() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::with(&scratch.path(""), json!({"workspace": {"configuration": true}}), json!({}));
    let asked = session.wait(|message| message["method"] == "workspace/configuration");
    session.notify("workspace/didChangeConfiguration", json!({"settings": {"level": "privileged"}}));
    session.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": [null]}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    assert!(session.diagnostics(&web).is_empty());
    session.leave();
}

#[test]
fn mistakes_of_a_configuration_are_no_findings_of_the_manifest() {
    let scratch = Scratch::repository(&[("podline.yaml", "level: strict\n")]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    // Where the mistake stands in its own file.
    let place = range(0, 8, 8);
    let hover = json!({"textDocument": {"uri": web}, "position": place["start"]});
    assert_eq!(session.request("textDocument/hover", hover), json!(null));
    let actions = json!({"textDocument": {"uri": web}, "range": place, "context": {"diagnostics": []}});
    assert_eq!(session.request("textDocument/codeAction", actions), json!([]));
    session.leave();
}

#[test]
fn a_configuration_that_is_deleted_takes_its_mistakes_along() {
    let scratch = Scratch::repository(&[("podline.yaml", "level: strict\n")]);
    let mut session = Session::new(&scratch.path(""));
    let (web, config) = (uri(&scratch.path("web.yaml")), uri(&scratch.path("podline.yaml")));
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&config).len(), 1);
    assert_eq!(session.diagnostics(&web)[0]["code"], "policy/configuration");
    std::fs::remove_file(scratch.path("podline.yaml")).expect("a file");
    session.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": config, "type": 3}]}));
    assert!(session.diagnostics(&config).is_empty());
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.leave();
}

#[test]
fn what_a_configuration_extends_counts_for_all_that_is_open_though_nobody_watches_files() {
    let scratch = Scratch::repository(&[
        ("a/podline.yaml", "level: restricted\n"),
        ("b/podline.yaml", "extends: ../base.yaml\n"),
        ("base.yaml", "level: restricted\n"),
    ]);
    let mut session = Session::new(&scratch.path(""));
    let (a, b) = (uri(&scratch.path("a/web.yaml")), uri(&scratch.path("b/web.yaml")));
    session.open(&b, POD);
    assert_eq!(session.diagnostics(&b).len(), 1);
    // Whenever a document is opened, what was read before is forgotten.
    session.open(&a, POD);
    assert_eq!(session.diagnostics(&a).len(), 1);
    scratch.write("base.yaml", "level: privileged\n");
    saved(&mut session, &uri(&scratch.path("base.yaml")));
    assert!(session.diagnostics(&b).is_empty());
    session.leave();
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_the_folder_is_read() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::new(&[
        ("secret/base.yaml", "hunter2: 1\n"),
        ("folder/podline.yaml", "level: restricted\nextends: ../secret/base.yaml\n"),
        ("folder/policy/podline.yaml", ""),
    ]);
    std::fs::create_dir(scratch.path("folder/linked")).expect("a directory");
    std::fs::create_dir(scratch.path("folder/linked/.git")).expect("a directory");
    symlink("../../secret/base.yaml", scratch.path("folder/linked/podline.yaml")).expect("a link");
    symlink("../secret", scratch.path("folder/out")).expect("a link");
    let mut session = Session::new(&scratch.path("folder"));
    let config = uri(&scratch.path("folder/podline.yaml"));
    session.open(&uri(&scratch.path("folder/web.yaml")), POD);
    let diagnostics = session.diagnostics(&config);
    assert_eq!(diagnostics[0]["range"], range(1, 9, 28));
    assert!(messages(&diagnostics)[0].starts_with("../secret/base.yaml leads to /"), "{diagnostics:?}");
    session.open(&uri(&scratch.path("folder/linked/web.yaml")), POD);
    let diagnostics = session.diagnostics(&uri(&scratch.path("folder/linked/podline.yaml")));
    assert!(messages(&diagnostics)[0].contains("cannot be read: leads to /"), "{diagnostics:?}");
    assert!(!format!("{diagnostics:?}").contains("hunter2"));
    session.open(&uri(&scratch.path("folder/out/web.yaml")), POD);
    let is_about_it = |message: &Value| message["params"]["message"].to_string().contains("out/web.yaml");
    let told = session.wait(|message| message["method"] == "window/logMessage" && is_about_it(message)).to_string();
    assert!(told.contains("leads to /"), "{told}");
}

#[cfg(unix)]
#[test]
fn an_entry_of_a_kustomization_that_leads_out_is_shown_where_it_is_written() {
    let scratch = Scratch::new(&[("secret/x.yaml", "hunter2: 1\n"), ("folder/base/a", "")]);
    let mut session = Session::new(&scratch.path("folder"));
    for name in ["kustomization.yaml", "Kustomization"] {
        let uri = uri(&scratch.path("folder").join(name));
        session.open(&uri, "resources:\n- base\n- ../secret/x.yaml\n");
        let diagnostics = session.diagnostics(&uri);
        assert_eq!(diagnostics[0]["range"], range(2, 2, 18), "{diagnostics:?}");
        assert!(messages(&diagnostics)[0].starts_with("../secret/x.yaml leads to /"), "{diagnostics:?}");
    }
    session.leave();
}

#[test]
fn keys_values_and_rules_are_offered_and_shown_in_a_configuration() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let config = uri(&scratch.path("podline.yaml"));
    session.open(&config, "level: \nex\nrules:\n  host-x: off\n");
    let at = |line: u32, character: u32| json!({"textDocument": {"uri": config}, "position": {"line": line, "character": character}});
    let labels = |items: &Value| -> Vec<String> {
        items
            .as_array()
            .expect("a list")
            .iter()
            .map(|item| item["label"].as_str().expect("a text").to_owned())
            .collect()
    };
    let levels = session.request("textDocument/completion", at(0, 7));
    assert_eq!(labels(&levels), ["privileged", "baseline", "restricted"]);
    let keys = session.request("textDocument/completion", at(1, 2));
    assert!(labels(&keys).contains(&"exclude".to_owned()) && !labels(&keys).contains(&"level".to_owned()), "{keys}");
    let exclude = keys.as_array().and_then(|keys| keys.iter().find(|key| key["label"] == "exclude")).expect("a key");
    assert_eq!(exclude["textEdit"], json!({"range": range(1, 0, 2), "newText": "exclude: "}));
    let rules = session.request("textDocument/completion", at(3, 8));
    let rule =
        rules.as_array().and_then(|rules| rules.iter().find(|rule| rule["label"] == "hostPorts")).expect("a rule");
    assert_eq!(rule["textEdit"]["range"], range(3, 2, 8));
    let hover = session.request("textDocument/hover", at(2, 1));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("How much rules weigh")), "{hover}");
    session.leave();
}

#[test]
fn what_a_configuration_accepts_is_not_shown_and_what_its_policies_demand_is() {
    let waivers = "waivers:\n  - rules: [hostNamespaces]\n    reason: it watches the node\n    match: {names: web}\n";
    let scratch = Scratch::repository(&[("podline.yaml", waivers)]);
    let mut session = Session::new(&scratch.path(""));
    let (web, config) = (uri(&scratch.path("web.yaml")), uri(&scratch.path("podline.yaml")));
    session.open(&web, POD);
    assert!(session.diagnostics(&web).is_empty());

    let policies =
        "policies:\n  - name: ours\n    requiredLabels:\n      - name: team\n  - name: theirs\n    file: psp.yaml\n";
    scratch.write("podline.yaml", policies);
    saved(&mut session, &config);
    let wrong = session.diagnostics(&config);
    assert!(messages(&wrong)[0].contains("psp.yaml: cannot be read"), "{wrong:#?}");
    assert_eq!(wrong[0]["range"]["start"]["line"], 4);
    assert_eq!(
        rules(&session.diagnostics(&web)),
        ["local/requiredLabels", "pss/hostNamespaces", "policy/configuration"]
    );

    scratch.write("podline.yaml", policies.split_once("  - name: theirs").expect("the second").0);
    saved(&mut session, &config);
    assert_eq!(rules(&session.diagnostics(&web)), ["local/requiredLabels", "pss/hostNamespaces"]);
    session.leave();
}

#[test]
fn what_was_accepted_is_not_shown() {
    let scratch = Scratch::repository(&[("deploy/web.yaml", POD)]);
    let run = scratch.podline(&["check", "deploy", "--write-accepted", "policy/accepted.jsonl"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    scratch.write("podline.yaml", "accepted: policy/accepted.jsonl\n");
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("deploy/web.yaml"));
    session.open(&web, POD);
    assert!(session.diagnostics(&web).is_empty());
    session.change(&web, 2, json!([{"range": range(6, 0, 0), "text": "  hostPID: true\n"}]));
    assert_eq!(messages(&session.diagnostics(&web)), ["pod must not set hostPID=true"]);
    session.leave();
}

#[cfg(unix)]
#[test]
fn a_configuration_that_names_pipes_keeps_nobody_waiting() {
    let policies = "policies:\n  - name: ours\n    file: pipe\n";
    for (name, text) in [("accepted", "accepted: pipe\n"), ("policies", policies), ("extends", "extends: pipe\n")] {
        let scratch = Scratch::repository(&[("podline.yaml", text)]);
        assert!(std::process::Command::new("mkfifo").arg(scratch.path("pipe")).status().expect("mkfifo").success());
        let mut session = Session::new(&scratch.path(""));
        session.open(&uri(&scratch.path("web.yaml")), POD);
        let wrong = session.diagnostics(&uri(&scratch.path("podline.yaml")));
        assert!(messages(&wrong)[0].contains("not a regular file"), "{name}: {wrong:#?}");
        session.leave();
    }
}

/// A PodSecurityPolicy that allows everything, and a role to use it.
const WIDE: &str = "apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: wide}
spec:
  privileged: true
  allowPrivilegeEscalation: true
  allowedCapabilities: ['*']
  volumes: ['*']
  hostPID: true
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules:
- {apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use]}
---
";

#[test]
fn what_is_odd_about_roles_and_what_a_directory_brings_that_is_refused_is_shown_where_it_stands() {
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: all}\n\
                   roleRef: {kind: ClusterRole, name: wide}\nsubjects:\n- {kind: Group, name: 'system:authenticated'}\n";
    let roles = format!("{WIDE}{binding}");
    let bad = "apiVersion: policies.kubewarden.io/v1\nkind: ClusterAdmissionPolicy\nmetadata: {name: bad}\nspec:\n  module: ghcr.io/kubewarden/policies/pod-privileged:v1\n";
    let files = [
        ("podline.yaml", "policies:\n- {name: ours, file: rules}\n"),
        ("rules/psp.yaml", &roles),
        ("rules/bad.yaml", bad),
    ];
    let scratch = Scratch::repository(&files);
    let mut session = Session::new(&scratch.path(""));
    let (web, odd) = (uri(&scratch.path("web.yaml")), uri(&scratch.path("rules/psp.yaml")));
    session.open(&web, POD);
    assert_eq!(rules(&session.diagnostics(&odd)), ["policy/for-every-workload"]);
    assert_eq!(rules(&session.diagnostics(&uri(&scratch.path("rules/bad.yaml")))), ["policy/refused"]);
    scratch.write("rules/psp.yaml", &roles.replace("system:authenticated", "ours"));
    saved(&mut session, &odd);
    assert!(session.diagnostics(&odd).is_empty());
    session.leave();
}
