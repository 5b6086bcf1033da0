//! The protocol itself: clients that misbehave are answered, and served on.

use serde_json::{Value, json};

use crate::lsp::POD;
use crate::lsp::client::{Session, range, uri};
use crate::support::command::Scratch;

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const NOT_INITIALIZED: i64 = -32002;
const CANCELLED: i64 = -32800;
const CONTENT_MODIFIED: i64 = -32801;

fn is_alive(session: &mut Session) {
    assert_eq!(session.refusal("podline/nothing", json!(null)), METHOD_NOT_FOUND);
}

fn hover(web: &str) -> Value {
    json!({"textDocument": {"uri": web}, "position": {"line": 5, "character": 16}})
}

#[test]
fn before_initialize_requests_are_refused_and_notifications_dropped() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::raw(&scratch.path(""));
    assert_eq!(session.refusal("textDocument/hover", hover("file:///a")), NOT_INITIALIZED);
    assert_eq!(session.refusal("shutdown", json!(null)), NOT_INITIALIZED);
    session.open(&uri(&scratch.path("web.yaml")), POD);
    let answer = session.request("initialize", json!({"capabilities": {}}));
    assert_eq!(answer["serverInfo"]["name"], "podline");
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(session.refusal("initialize", json!({"capabilities": {}})), INVALID_REQUEST);
    // What was opened too early is not open.
    assert_eq!(session.refusal("textDocument/hover", hover(&uri(&scratch.path("web.yaml")))), INVALID_PARAMS);
    session.leave();
}

#[test]
fn initialize_may_say_anything() {
    for parameters in [json!(null), json!([]), json!({"capabilities": {"general": 7}, "workspaceFolders": "x"})] {
        let scratch = Scratch::repository(&[]);
        let mut session = Session::raw(&scratch.path(""));
        session.request("initialize", parameters);
        session.leave();
    }
}

#[test]
fn what_is_malformed_is_refused_and_the_next_message_is_understood() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let refused = |session: &mut Session, id: Value, code: i64| {
        let answer = session.wait(|message| message.get("error").is_some() && message["id"] == id);
        assert_eq!(answer["error"]["code"], code, "{answer}");
    };
    for (bytes, code) in [
        (&b"Content-Length: 1\r\n\r\n{"[..], PARSE_ERROR),
        (b"Content-Length: 2\r\n\r\n\xFF\xFE", PARSE_ERROR),
        (b"Content-Length: 0\r\n\r\n", PARSE_ERROR),
        (b"Content-Length: 2\r\n\r\n[]", INVALID_REQUEST),
        (b"Content-Length: many\r\n\r\n{}\r\n", PARSE_ERROR),
        (b"Content-Length: 99999999999999\r\n\r\n{}\r\n", PARSE_ERROR),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", PARSE_ERROR),
        (b"\x00\x01\x02\r\n", PARSE_ERROR),
    ] {
        session.write(bytes);
        refused(&mut session, json!(null), code);
        is_alive(&mut session);
    }
    session.send(&json!({"jsonrpc": "2.0", "id": 4711}));
    refused(&mut session, json!(4711), INVALID_REQUEST);
    session.write(format!("Content-Length: 200000\r\n\r\n{}", "[".repeat(200_000)).as_bytes());
    refused(&mut session, json!(null), PARSE_ERROR);
    is_alive(&mut session);
    session.leave();
}

#[test]
fn parameters_of_the_wrong_shape_are_refused_or_logged() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    for wrong in [json!(null), json!([1]), json!({"textDocument": 1}), json!({"textDocument": {"uri": 7}})] {
        assert_eq!(session.refusal("textDocument/hover", wrong.clone()), INVALID_PARAMS, "{wrong}");
        for method in ["didOpen", "didChange", "didSave", "didClose"] {
            session.notify(&format!("textDocument/{method}"), wrong.clone());
            let log = session.wait(|message| {
                let text = message["params"]["message"].as_str().unwrap_or_default();
                text.starts_with(&format!("textDocument/{method}: "))
            });
            assert_eq!(log["params"]["type"], 2, "{log}");
        }
    }
    let position = json!({"textDocument": {"uri": web}, "position": {"line": -1, "character": "x"}});
    assert_eq!(session.refusal("textDocument/hover", position), INVALID_PARAMS);
    // A place behind the end is the end.
    let position = json!({"textDocument": {"uri": web}, "position": {"line": u32::MAX, "character": u32::MAX}});
    assert_eq!(session.request("textDocument/hover", position), json!(null));
    session.leave();
}

#[test]
fn events_out_of_order_do_no_harm() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.change(&web, 7, json!([{"text": POD}]));
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": web}}));
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": web}}));
    session.notify("$/unknown", json!({}));
    session.notify("textDocument/unknown", json!({}));
    session.send(&json!({"jsonrpc": "2.0", "id": 99, "result": {"never": "asked"}}));
    session.send(&json!({"jsonrpc": "2.0", "id": "podline/settings", "error": {"code": 1, "message": "no"}}));
    session.open(&web, "a: 1");
    session.open(&web, POD);
    session.wait(|message| message["params"]["diagnostics"].as_array().is_some_and(|all| all.len() == 1));
    // Ranges from somewhere else, and the wrong way round.
    let outside = json!({"start": {"line": 900, "character": 4}, "end": {"line": 0, "character": 0}});
    session.change(&web, 1, json!([{"range": outside, "text": ""}, {"range": range(3, 9, 2), "text": POD}]));
    session.change(&web, -5, json!([]));
    let hover = session.request("textDocument/hover", hover(&web));
    assert!(hover["contents"]["value"].is_string(), "{hover}");
    session.leave();
}

#[test]
fn a_cancelled_request_is_answered_once() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    // Long enough that the requests come before it is judged.
    session.open(&web, &format!("---\n{POD}").repeat(2000));
    let ids = [(); 20].map(|()| session.ask("textDocument/hover", hover(&web)));
    for id in ids {
        session.notify("$/cancelRequest", json!({"id": id}));
    }
    for id in ids {
        let answer = session.answer(id);
        let code = answer["error"]["code"].as_i64();
        assert!(code == Some(CANCELLED) || answer.get("result").is_some(), "{answer}");
    }
    assert_eq!(session.answer_count(), 0, "each is answered once");
    session.notify("$/cancelRequest", json!({"id": "nobody"}));
    session.notify("$/cancelRequest", json!({"id": 1.5}));
    session.leave();
}

#[test]
fn a_request_about_a_text_that_changes_meanwhile_is_given_up() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, &format!("---\n{POD}").repeat(3000));
    let id = session.ask("textDocument/hover", hover(&web));
    session.change(&web, 2, json!([{"text": POD}]));
    let answer = session.answer(id);
    assert!(answer["error"]["code"] == CONTENT_MODIFIED || answer.get("result").is_some(), "{answer}");
    assert_eq!(session.diagnostics(&web).len(), 1);
    session.leave();
}

#[test]
fn the_session_ends_as_the_protocol_says() {
    let scratch = Scratch::repository(&[]);
    let mut session = Session::new(&scratch.path(""));
    session.request("shutdown", json!(null));
    assert_eq!(session.refusal("textDocument/hover", json!({})), INVALID_REQUEST);
    assert_eq!(session.end().0, 0, "the client hangs up after shutdown");

    let mut session = Session::new(&scratch.path(""));
    session.notify("exit", json!(null));
    assert_eq!(session.end(), (1, String::new()), "exit without shutdown");

    assert_eq!(Session::raw(&scratch.path("")).end(), (1, String::new()), "nothing was ever said");

    let mut session = Session::new(&scratch.path(""));
    session.write(b"Content-Length: 100\r\n\r\n{");
    let (status, errors) = session.end();
    assert_eq!((status, errors.as_str()), (2, "podline: error: the input ends inside a message\n"));
}
