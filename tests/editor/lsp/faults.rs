//! A fault of podline itself: the session goes on.

use std::io::{BufReader, Write, pipe};
use std::sync::Arc;
use std::thread;

use podline::lsp::{Ended, serve};
use serde_json::{Value, json};

use crate::lsp::client::read;

#[test]
fn a_panic_while_judging_is_an_error_of_its_request_alone() {
    let (input, mut to_server) = pipe().expect("a pipe");
    let (from_server, output) = pipe().expect("a pipe");
    // What a configuration means is asked for while a document is judged.
    let server = thread::spawn(move || serve(BufReader::new(input), output, Arc::new(|_, _| panic!("a fault"))));
    let mut send = |message: Value| {
        let text = message.to_string();
        write!(to_server, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
    };
    let mut output = BufReader::new(from_server);
    let mut answer = |id: i32| loop {
        let message = read(&mut output).expect("the server answers");
        if message["id"] == id {
            return message;
        }
    };
    let document = json!({"uri": "untitled:a", "languageId": "yaml", "version": 1, "text": "a: 1"});
    let hover = json!({"textDocument": {"uri": "untitled:a"}, "position": {"line": 0, "character": 0}});
    send(json!({"id": 1, "method": "initialize", "params": {"capabilities": {}}}));
    send(json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
    for id in 2..5 {
        send(json!({"id": id, "method": "textDocument/hover", "params": hover}));
        let answer = answer(id);
        assert_eq!(answer["error"]["code"], -32603, "{answer}");
    }
    send(json!({"id": 5, "method": "shutdown"}));
    assert_eq!(answer(5)["result"], Value::Null);
    send(json!({"method": "exit"}));
    assert_eq!(server.join().expect("no panic"), Ended::Properly);
}
