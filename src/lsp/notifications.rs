//! What the client tells without waiting for an answer.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lsp_server::{ErrorCode, RequestId};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, MessageType,
};
use serde_json::{Value, json};

use super::capabilities::watched_files;
use super::client::{Run, folder};
use super::documents::Document;
use super::server::Server;
use super::uri::path_of;
use crate::source::path::normal;

/// The id of the request for settings that have changed.
pub const SETTINGS: &str = "podline/settings";

/// The id of the request for settings after the start. Who has none to name may have said them otherwise.
pub const FIRST_SETTINGS: &str = "podline/first-settings";

/// When so many files change at once, another branch was checked out: each need not be looked into.
const MANY: usize = 100;

impl Server {
    /// Takes a notification.
    ///
    /// # Errors
    /// What is wrong with it: a client that misbehaves is told so in the log, and served on.
    pub(super) fn notified(&mut self, method: &str, parameters: Value) -> Result<(), NotificationError> {
        match method {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => self.open(of(parameters)?),
            "textDocument/didChange" => return self.change(of(parameters)?),
            "textDocument/didSave" => self.save(&of(parameters)?),
            "textDocument/didClose" => self.close(&of(parameters)?),
            "workspace/didChangeConfiguration" => self.change_settings(&parameters),
            "workspace/didChangeWatchedFiles" => self.change_files(&of(parameters)?),
            "workspace/didChangeWorkspaceFolders" => self.change_folders(&parameters),
            "$/cancelRequest" => {
                let id = parameters.get("id").cloned().unwrap_or_default();
                let id: RequestId = serde_json::from_value(id).map_err(NotificationError::Parameters)?;
                self.cancel(&id);
            }
            // What begins with $/ may be ignored, and so may what is not in the protocol.
            _ => {}
        }
        Ok(())
    }

    fn initialized(&mut self) {
        self.ask_for_settings(FIRST_SETTINGS);
        if self.abilities.watches_files {
            self.client.ask("podline/watch", "client/registerCapability", watched_files());
        } else {
            self.client.log(
                MessageType::INFO,
                "this editor does not watch files: podline.yaml is read again when a document is opened or saved",
            );
        }
    }

    fn open(&mut self, parameters: DidOpenTextDocumentParams) {
        let opened = parameters.text_document;
        self.look_again();
        let revision = self.next_revision();
        let key = opened.uri.as_str().to_owned();
        let mut document = Document::new(opened.uri, opened.language_id, opened.version, revision, &opened.text);
        document.judge_now(Instant::now());
        // What waits for the text that was there before would wait for ever.
        if let Some(before) = self.documents.insert(key, document) {
            before.abandon();
            self.refuse(before.waiting, ErrorCode::ContentModified, "the document was opened again");
        }
    }

    fn change(&mut self, parameters: DidChangeTextDocumentParams) -> Result<(), NotificationError> {
        let (revision, encoding, run) = (self.next_revision(), self.abilities.encoding, self.settings.run);
        let changed = parameters.text_document;
        let document = self.documents.get_mut(changed.uri.as_str());
        let document = document.ok_or_else(|| NotificationError::NotOpen(changed.uri.as_str().to_owned()))?;
        for change in &parameters.content_changes {
            encoding.apply(&mut document.now.text, change);
        }
        document.now.version = changed.version;
        document.outdate(revision);
        if run == Run::OnType {
            document.judge_soon(Instant::now());
        }
        let waiting = std::mem::take(&mut document.waiting);
        self.refuse(waiting, ErrorCode::ContentModified, "the document changed");
        Ok(())
    }

    fn save(&mut self, parameters: &DidSaveTextDocumentParams) {
        let uri = parameters.text_document.uri.as_str();
        if let Some(document) = self.documents.get_mut(uri) {
            document.judge_now(Instant::now());
        }
        let path = path_of(uri).map(|path| normal(&path));
        if path.is_some_and(|path| self.depends_on(&path)) {
            self.renew();
        } else {
            self.look_again();
        }
    }

    fn close(&mut self, parameters: &DidCloseTextDocumentParams) {
        let Some(document) = self.documents.remove(parameters.text_document.uri.as_str()) else { return };
        document.abandon();
        // What is wrong with the file itself stays, under the name by which the client knows it.
        let mistakes = document.path().and_then(|path| self.mistakes.get(path)).cloned().unwrap_or_default();
        self.client.publish(document.now.uri.clone(), None, mistakes);
        if let Some(path) = document.path() {
            self.describe(path, None);
        }
        self.refuse(document.waiting, ErrorCode::ContentModified, "the document was closed");
    }

    fn change_settings(&mut self, parameters: &Value) {
        let settings = parameters.get("settings").unwrap_or(&Value::Null);
        if settings.is_null() {
            self.ask_for_settings(SETTINGS);
        } else {
            self.set(settings);
        }
    }

    fn ask_for_settings(&self, id: &str) {
        if self.abilities.has_configuration {
            let items = json!({"items": [{"section": "podline"}]});
            self.client.ask(id, "workspace/configuration", items);
        }
    }

    fn change_files(&mut self, parameters: &DidChangeWatchedFilesParams) {
        let mut paths = parameters.changes.iter().filter_map(|change| path_of(change.uri.as_str()));
        if parameters.changes.len() > MANY || paths.any(|path| self.depends_on(&normal(&path))) {
            self.renew();
        }
    }

    /// Whether a change of this file may change what is found in others.
    fn depends_on(&self, path: &Path) -> bool {
        let analyses = self.documents.values().filter_map(|document| document.analysis.as_ref());
        // Those of the open documents count even where what was looked up before is forgotten.
        let mut used = analyses.filter_map(|analysis| analysis.configuration.as_ref());
        self.workspace.depends_on(path) || used.any(|configuration| configuration.depends_on(path))
    }

    fn change_folders(&mut self, parameters: &Value) {
        let folders = |key: &str| {
            let list = parameters.pointer(&format!("/event/{key}")).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(folder).collect::<Vec<PathBuf>>()
        };
        let removed = folders("removed");
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(folders("added"));
        self.renew();
    }

    /// Where nobody watches the files around the documents, they are looked at again now and then.
    fn look_again(&mut self) {
        if !self.abilities.watches_files {
            self.workspace = std::sync::Arc::new(self.workspace.renewed());
        }
    }
}

fn of<P: serde::de::DeserializeOwned>(parameters: Value) -> Result<P, NotificationError> {
    serde_json::from_value(parameters).map_err(NotificationError::Parameters)
}

/// What is wrong with a notification.
#[derive(Debug)]
pub(super) enum NotificationError {
    /// Its parameters are not what the protocol says.
    Parameters(serde_json::Error),
    /// It is about a document that is not open.
    NotOpen(String),
}

impl fmt::Display for NotificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameters(error) => error.fmt(f),
            Self::NotOpen(uri) => write!(f, "{uri} is not open"),
        }
    }
}
