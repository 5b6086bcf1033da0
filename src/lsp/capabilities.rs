//! What the server can do.

use lsp_types::CodeActionKind;
use serde_json::{Value, json};

use super::actions::FIX_ALL;
use super::text::Encoding;

/// The answer to `initialize`.
pub fn of_server(encoding: Encoding) -> Value {
    json!({
        "capabilities": {
            "positionEncoding": encoding.kind(),
            "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
            "hoverProvider": true,
            "codeActionProvider": {"codeActionKinds": [CodeActionKind::QUICKFIX, FIX_ALL]},
            "completionProvider": {"triggerCharacters": ["[", ",", " "]},
            "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
        },
        "serverInfo": {"name": "podline", "version": env!("CARGO_PKG_VERSION")},
    })
}

/// The files that change what is found in others, as the client is asked to watch them.
pub fn watched_files() -> Value {
    let globs = ["**/*.{yaml,yml,json,jsonl}", "**/Kustomization", "**/{.gitignore,.podlineignore}"];
    let watchers: Vec<Value> = globs.iter().map(|glob| json!({"globPattern": glob})).collect();
    json!({"registrations": [{
        "id": "podline/files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": {"watchers": watchers},
    }]})
}
