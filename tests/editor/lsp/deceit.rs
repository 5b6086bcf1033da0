//! Texts of a manifest that would deceive whoever reads them, or do something where they are shown.

use serde_json::{Value, json};

use crate::lsp::POD;
use crate::lsp::client::{Session, uri};
use crate::support::command::Scratch;

/// Nothing of a message moves a cursor, forges a line or turns a text around.
fn is_harmless(value: &Value) -> bool {
    let is_bad = |c: char| c.is_control() && c != '\n' || ('\u{202A}'..='\u{202E}').contains(&c);
    match value {
        Value::String(text) => !text.chars().any(is_bad),
        Value::Array(all) => all.iter().all(is_harmless),
        Value::Object(all) => all.values().all(is_harmless),
        _ => true,
    }
}

#[test]
fn control_and_bidirectional_characters_are_shown_escaped_wherever_a_text_is_shown() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    let name = r#""a\u202Eb\e[2J\nc""#;
    let pod = POD.replace("name: app", &format!("name: {name}")).replace("  drop: [ALL]", "  add: [NET_RAW]");
    session.open(&web, &pod);
    let diagnostics = Value::from(session.diagnostics(&web));
    assert!(diagnostics.to_string().contains(r"\\u{202e}"), "{diagnostics:#}");
    let line = pod.lines().position(|line| line.contains("NET_RAW")).expect("there");
    let place = json!({"line": line, "character": 18});
    let hover = session.request("textDocument/hover", json!({"textDocument": {"uri": web}, "position": place}));
    let range = json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 30}});
    let parameters = json!({"textDocument": {"uri": web}, "range": range, "context": {"diagnostics": []}});
    let actions = session.request("textDocument/codeAction", parameters);
    assert!(!actions.as_array().expect("a list").is_empty());
    for shown in [&diagnostics, &hover["contents"], &actions[0]["title"]] {
        assert!(is_harmless(shown), "{shown:#}");
    }
    session.leave();
}

#[test]
fn a_line_of_the_log_cannot_be_forged_by_the_name_of_a_file() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    session.settle();
    session.open(&format!("{}%0Aforged%E2%80%AE.txt", uri(&scratch.path("a"))), POD);
    let message = session.notification("window/logMessage")["message"].clone();
    assert!(is_harmless(&message) && !message.to_string().contains('\n'), "{message}");
    assert!(
        message.as_str().is_some_and(|text| text.starts_with(r"a\nforged\u{202e}.txt is not checked")),
        "{message}"
    );
    session.leave();
}

#[test]
fn a_text_of_the_manifest_is_no_markdown_in_a_hover() {
    let scratch = Scratch::repository(&[]);
    let markdown = json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}});
    let mut session = Session::with(&scratch.path(""), markdown, json!({}));
    let web = uri(&scratch.path("web.yaml"));
    let name = "'![x](https://x.example/y.png) <img src=x> \\<b>'";
    let pod = POD.replace("name: app", &format!("name: {name}")).replace("  drop: [ALL]", "  add: [NET_RAW]");
    session.open(&web, &pod);
    let line = pod.lines().position(|line| line.contains("NET_RAW")).expect("there");
    let at = json!({"textDocument": {"uri": web}, "position": {"line": line, "character": 18}});
    let hover = session.request("textDocument/hover", at);
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.contains(r"![x]\(https://x.example/y.png) \<img src=x>"), "{text}");
    session.leave();
}
