//! Code actions: what they write, checked by what is found afterwards.

use serde_json::{Value, json};

use crate::lsp::POD;
use crate::lsp::client::{Session, range, uri};
use crate::support::command::Scratch;

/// The actions for a range.
fn actions(session: &mut Session, web: &str, range: &Value, context: Value) -> Vec<Value> {
    let parameters = json!({"textDocument": {"uri": web}, "range": range, "context": context});
    session.request("textDocument/codeAction", parameters).as_array().expect("a list").clone()
}

fn titled<'a>(actions: &'a [Value], start: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().is_some_and(|title| title.starts_with(start)));
    found.unwrap_or_else(|| panic!("{start} is among {actions:#?}"))
}

/// Does what an action says, as an editor would: the edits are all about the text as it is.
fn apply(session: &mut Session, web: &str, version: i32, action: &Value) {
    let mut edits = action["edit"]["changes"][web].as_array().expect("edits").clone();
    let place = |edit: &Value| {
        let start = &edit["range"]["start"];
        (start["line"].as_u64(), start["character"].as_u64())
    };
    edits.sort_by_key(place);
    // From the end, so that no edit moves another.
    let changes = edits.iter().rev().map(|edit| json!({"range": edit["range"], "text": edit["newText"]}));
    session.change(web, version, changes.collect());
}

fn rules(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().expect("a rule")).collect()
}

/// The pod, whose container begins without any right: to keep it so is safe.
fn pod_without_rights() -> String {
    POD.replace("runAsNonRoot: true", "runAsNonRoot: true\n    runAsUser: 1000")
}

#[test]
fn a_repair_mends_its_finding_and_nothing_else() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, &pod_without_rights().replace("        allowPrivilegeEscalation: false\n", ""));
    let before = session.diagnostics(&web);
    assert_eq!(rules(&before), ["pss/hostNamespaces", "pss/allowPrivilegeEscalation"]);

    let offered = actions(&mut session, &web, &before[1]["range"], json!({"diagnostics": [before[1]]}));
    let safe = titled(&offered, "Set securityContext.allowPrivilegeEscalation to false");
    assert_eq!((&safe["kind"], &safe["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(safe["diagnostics"], json!([before[1]]));
    apply(&mut session, &web, 2, safe);
    assert_eq!(rules(&session.diagnostics(&web)), ["pss/hostNamespaces"]);

    let offered = actions(&mut session, &web, &range(5, 15, 15), json!({"diagnostics": []}));
    let risky = titled(&offered, "Set spec.hostNetwork to false (unsafe: may stop an image that runs)");
    assert_eq!(risky["isPreferred"], false);
    apply(&mut session, &web, 3, risky);
    assert!(session.diagnostics(&web).is_empty());
    session.leave();
}

#[test]
fn what_goes_into_a_list_and_what_comes_out_of_it_is_named() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    for (written, title) in [
        (
            "add: [NET_ADMIN]\n          drop: [ALL]",
            "Remove NET_ADMIN from capabilities.add (unsafe: may stop an image that runs)",
        ),
        ("add: []", "Add ALL to capabilities.drop"),
        ("drop: [NET_RAW]", "Add ALL to capabilities.drop"),
    ] {
        let pod = pod_without_rights().replace("  hostNetwork: true\n", "").replace("drop: [ALL]", written);
        session.open(&web, &pod);
        let found = session.diagnostics(&web);
        let offered = actions(&mut session, &web, &found[0]["range"], json!({"diagnostics": [found[0]]}));
        assert_eq!(offered[0]["title"], title, "{offered:#?}");
    }
    session.leave();
}

#[test]
fn all_that_is_safe_is_fixed_at_once() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, &pod_without_rights().replace("        allowPrivilegeEscalation: false\n", ""));
    let before = session.diagnostics(&web).len();
    let only = |kind: &str| json!({"diagnostics": [], "only": [kind]});
    let offered = actions(&mut session, &web, &range(0, 0, 0), only("source.fixAll"));
    assert_eq!(offered.len(), 1, "{offered:#?}");
    assert_eq!(offered[0]["kind"], "source.fixAll.podline");
    apply(&mut session, &web, 2, &offered[0]);
    let after = session.diagnostics(&web);
    assert!(after.len() < before, "{after:#?}");
    assert!(actions(&mut session, &web, &range(0, 0, 0), only("source.fixAll")).is_empty());
    assert!(actions(&mut session, &web, &range(0, 0, 0), only("refactor")).is_empty());
    session.leave();
}

#[test]
fn a_waiver_holds_once_somebody_wrote_the_reason() {
    let scratch = Scratch::repository(&[]);
    for (pod, line) in [(POD.to_owned(), 5), (POD.replace('\n', "\r\n"), 5)] {
        let mut session = Session::new(&scratch.path(""));
        let web = uri(&scratch.path("web.yaml"));
        session.open(&web, &pod);
        session.diagnostics(&web);
        let offered = actions(&mut session, &web, &range(line, 15, 19), json!({"diagnostics": []}));
        let waiver = titled(&offered, "Waive pss/hostNamespaces");
        apply(&mut session, &web, 2, waiver);
        assert_eq!(rules(&session.diagnostics(&web)), ["policy/bad-waiver", "pss/hostNamespaces"]);
        let text = "  # podline: ignore[hostNamespaces] ???";
        let reason = u32::try_from(text.find("???").expect("a place")).expect("small");
        session.change(&web, 3, json!([{"range": range(line, reason, reason + 3), "text": "it watches the node"}]));
        assert!(session.diagnostics(&web).is_empty());
        let at = json!({"textDocument": {"uri": web}, "position": {"line": line + 1, "character": 16}});
        let hover = session.request("textDocument/hover", at);
        assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("Waived: it watches the node")));
        session.leave();
    }
}

#[test]
fn json_gets_repairs_and_no_comments() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.json"));
    let pod = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostPID": true, "containers": []}}"#;
    session.open_as(&web, pod, "json");
    let found = session.diagnostics(&web);
    let finding = found.iter().find(|one| one["code"] == "pss/hostNamespaces").expect("a finding");
    let offered = actions(&mut session, &web, &finding["range"], json!({"diagnostics": [finding]}));
    titled(&offered, "Set spec.hostPID to false");
    assert!(!offered.iter().any(|action| action["title"].as_str().is_some_and(|title| title.contains("Waive"))));
    session.leave();
}

#[test]
fn edits_name_the_version_where_the_client_wants_it() {
    let scratch = Scratch::repository(&[]);
    let abilities = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    let mut session = Session::with(&scratch.path(""), abilities, json!({}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    session.change(&web, 7, json!([]));
    let offered = actions(&mut session, &web, &range(5, 15, 19), json!({"diagnostics": []}));
    let edit = &titled(&offered, "Set spec.hostNetwork")["edit"];
    assert_eq!(edit["documentChanges"][0]["textDocument"], json!({"uri": web, "version": 7}));
    assert_eq!(edit["documentChanges"][0]["edits"][0]["newText"], "false");
    assert_eq!(edit.get("changes"), None);
    session.leave();
}
