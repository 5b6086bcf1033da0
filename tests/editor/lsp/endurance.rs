//! What goes on for long, or is large: the server outlasts it, and ends with its editor.

#[cfg(unix)]
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::lsp::POD;
use crate::lsp::client::{Session, range, uri};
use crate::support::command::Scratch;

fn hover(web: &str) -> Value {
    json!({"textDocument": {"uri": web}, "position": {"line": 5, "character": 16}})
}

#[test]
fn a_million_lines_are_judged_while_other_documents_are_served() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let (long, web) = (uri(&scratch.path("long.yaml")), uri(&scratch.path("web.yaml")));
    let data = "    key: value\n".repeat(1_000_000);
    session.open(&long, &format!("{POD}---\napiVersion: v1\nkind: ConfigMap\ndata:\n  text: |\n{data}"));
    session.open(&web, POD);
    for version in 2..10 {
        let place = range(0, 0, 0);
        session.change(&long, version, json!([{"range": place, "text": "# x\n"}]));
    }
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": long}}));
    let said = session.wait(|message| message["params"]["uri"] == long && message["params"]["version"] == 9);
    assert_eq!(said["params"]["diagnostics"].as_array().map(Vec::len), Some(1));
    session.leave();
}

#[test]
fn texts_that_break_parsers_are_survived() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, "");
    let texts = ["[".repeat(100_000), "a: ".repeat(10_000), "\0".to_owned(), "\u{FEFF}---\n...\n%".to_owned()];
    for (version, text) in (2..).zip(texts.iter().map(|text| format!("kind: Pod\napiVersion: v1\nspec: {text}"))) {
        session.change(&web, version, json!([{"text": text}]));
        session.request("textDocument/hover", hover(&web));
    }
    session.change(&web, 99, json!([{"text": POD}]));
    session.wait(|message| message["params"]["version"] == 99);
    session.leave();
}

#[test]
fn a_text_nested_as_deeply_as_is_read_is_judged() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    let nested: Vec<String> = (1..990).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let nested = nested.concat();
    session.open(&web, &format!("apiVersion: v1\nkind: Pod\nspec:\n{nested}---\n{POD}"));
    let diagnostics = session.diagnostics(&web);
    assert!(diagnostics.iter().any(|one| one["code"] == "pss/hostNamespaces"), "{diagnostics:#?}");
    session.leave();
}

#[test]
fn a_client_that_reads_nothing_for_a_while_misses_nothing() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::that_reads_after(&scratch.path(""), Duration::from_secs(2));
    let web = uri(&scratch.path("web.yaml"));
    session.ask("initialize", json!({"capabilities": {}}));
    session.open(&web, POD);
    // More than a pipe holds, many times over.
    let ids: Vec<i32> = (0..2000).map(|_| session.ask("textDocument/hover", hover(&web))).collect();
    for id in ids {
        assert!(session.answer(id)["result"]["contents"].is_object());
    }
    session.leave();
}

#[cfg(unix)]
#[test]
fn the_server_ends_with_the_process_that_started_it() {
    let scratch = Scratch::repository(&[]);
    let mut editor = Command::new("sleep").arg("600").stdout(Stdio::null()).spawn().expect("a process");
    let mut session = Session::raw(&scratch.path(""));
    session.request("initialize", json!({"processId": editor.id(), "capabilities": {}}));
    editor.kill().expect("it runs");
    editor.wait().expect("it ends");
    // The pipe is still open.
    assert_eq!(session.wait_for_end(), 1);
}

#[test]
fn an_editor_in_another_container_is_no_dead_editor() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::raw(&scratch.path(""));
    session.request("initialize", json!({"processId": i32::MAX, "capabilities": {}}));
    std::thread::sleep(Duration::from_secs(3));
    session.leave();
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_edits() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::with(&scratch.path(""), json!({}), json!({"run": "onType"}));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, &format!("---\n{POD}").repeat(100));
    let edit = |session: &mut Session, versions: std::ops::Range<i32>| {
        for version in versions {
            let text = if version % 2 == 0 { "x" } else { "" };
            let end = if version % 2 == 0 { 2 } else { 3 };
            session.change(&web, version, json!([{"range": range(3, 2, end), "text": text}]));
            if version % 20 == 0 {
                // Each such request has the text judged.
                session.request("textDocument/hover", hover(&web));
                session.forget();
            }
        }
        session.memory()
    };
    let before = edit(&mut session, 2..1002);
    let after = edit(&mut session, 1002..11_002);
    assert!(after < before + before / 4 + 8192, "{before} KiB became {after} KiB");
    session.leave();
}
