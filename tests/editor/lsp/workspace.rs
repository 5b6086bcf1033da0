//! What documents learn from other files and folders of the workspace.

use serde_json::json;

use crate::lsp::POD;
use crate::lsp::client::{Session, range, uri};
use crate::support::command::Scratch;

/// A Namespace whose level stands on line 5 (from 0), from column 40 on.
fn namespace(level: &str) -> String {
    let label = format!("    pod-security.kubernetes.io/enforce: {level}\n");
    format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: default\n  labels:\n{label}")
}

/// A repository where namespaces decide, and the addresses of a pod and of a file with its Namespace, at baseline. The
/// pod is open.
fn among_namespaces() -> (Scratch, Session, String, String) {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "admission: true\n"),
        ("cluster/namespaces.yaml", &namespace("baseline")),
    ]);
    let mut session = Session::new(&scratch.path(""));
    let (web, shop) = (uri(&scratch.path("web.yaml")), uri(&scratch.path("cluster/namespaces.yaml")));
    session.open(&web, POD);
    (scratch, session, web, shop)
}

#[test]
fn labels_of_namespaces_decide_where_that_is_configured() {
    let (scratch, mut session, web, shop) = among_namespaces();
    assert_eq!(session.diagnostics(&web)[0]["code"], "pss/hostNamespaces");
    scratch.write("cluster/namespaces.yaml", &namespace("privileged"));
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": shop}}));
    assert!(session.diagnostics(&web).is_empty());

    // The text of a Namespace counts while it is written, and does not contradict what is still in its file.
    session.open(&shop, &format!("{}---\n{POD}", namespace("baseline")));
    let diagnostics = session.diagnostics(&shop);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    assert_eq!(diagnostics[0]["code"], "pss/hostNamespaces");

    scratch.write("podline.yaml", "admission:\n  config: cluster/admission.yaml\n");
    scratch.write("cluster/admission.yaml", "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\ndefaults: {enforce: strict}\n");
    let config = uri(&scratch.path("podline.yaml"));
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": config}}));
    let wrong = session.diagnostics(&uri(&scratch.path("cluster/admission.yaml")));
    assert!(!wrong.is_empty() && wrong[0]["range"]["start"]["line"] == 2, "{wrong:#?}");
    session.leave();
}

#[test]
fn labels_decide_before_they_are_saved() {
    let (scratch, mut session, web, shop) = among_namespaces();
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.open(&shop, &namespace("baseline"));
    assert!(session.diagnostics(&shop).is_empty());
    assert_eq!(session.diagnostics(&web).len(), 1, "judged again, to the same end");
    session.change(&shop, 2, json!([{"range": range(5, 40, 48), "text": "privileged"}]));
    assert!(session.diagnostics(&web).is_empty());
    // What is not saved is gone with the document.
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": shop}}));
    assert_eq!(session.diagnostics(&web).len(), 1);
    // A file that does not exist yet describes namespaces too, and once its text says nothing of them, it does not.
    let new = uri(&scratch.path("new.yaml"));
    session.open(&new, &namespace("privileged"));
    assert!(session.diagnostics(&web).is_empty());
    session.change(&new, 2, json!([{"text": "a: 1\n"}]));
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.leave();
}

#[test]
fn a_document_is_not_judged_again_for_an_edit_that_says_nothing_new_of_namespaces() {
    let scratch = Scratch::repository(&[("podline.yaml", "admission: true\n")]);
    let mut session = Session::new(&scratch.path(""));
    let (web, shop) = (uri(&scratch.path("web.yaml")), uri(&scratch.path("namespaces.yaml")));
    session.open(&shop, &namespace("baseline"));
    assert!(session.diagnostics(&shop).is_empty());
    session.open(&web, POD);
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.settle();
    session.change(&shop, 2, json!([{"range": range(0, 0, 0), "text": "# shop\n"}]));
    assert!(session.diagnostics(&shop).is_empty());
    let hover = json!({"textDocument": {"uri": web}, "position": {"line": 5, "character": 16}});
    assert!(session.request("textDocument/hover", hover)["contents"].is_object());
    assert!(!session.was_told(&web));
    session.leave();
}

#[test]
fn every_folder_has_the_configuration_that_lies_in_it() {
    let scratch = Scratch::new(&[]);
    for (folder, level) in [("one", "privileged"), ("two", "restricted")] {
        scratch.write(&format!("{folder}/podline.yaml"), &format!("level: {level}\n"));
    }
    let mut session = Session::new(&scratch.path("one"));
    let (one, two) = (uri(&scratch.path("one/a/web.yaml")), uri(&scratch.path("two/a/web.yaml")));
    session.open(&one, POD);
    assert!(session.diagnostics(&one).is_empty());
    let folder = json!({"uri": uri(&scratch.path("two")), "name": "two"});
    let added = json!({"event": {"added": [folder], "removed": []}});
    session.notify("workspace/didChangeWorkspaceFolders", added);
    assert!(session.diagnostics(&one).is_empty());
    session.open(&two, POD);
    assert_eq!(session.diagnostics(&two).len(), 1);
    session.leave();
}
