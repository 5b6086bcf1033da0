//! What the client tells without waiting for an answer.

use std::path::PathBuf;
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
use super::requests::read;
use super::server::Server;
use super::uri::path_of;
use crate::source::path::normal;

/// The id of the request for settings.
pub const SETTINGS: &str = "podline/settings";

impl Server {
    /// Takes a notification.
    ///
    /// # Errors
    /// What is wrong with it: a client that misbehaves is told so in the log, and served on.
    pub(super) fn notified(&mut self, method: &str, parameters: Value) -> Result<(), String> {
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
                let id: RequestId = serde_json::from_value(id).map_err(|error| error.to_string())?;
                self.cancel(&id);
            }
            // What begins with $/ may be left aside, and so may what somebody invents.
            _ => {}
        }
        Ok(())
    }

    fn initialized(&mut self) {
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
            self.refuse(before.waiting, ErrorCode::ContentModified, "the document was opened again");
        }
    }

    fn change(&mut self, parameters: DidChangeTextDocumentParams) -> Result<(), String> {
        let (revision, encoding, run) = (self.next_revision(), self.abilities.encoding, self.settings.run);
        let changed = parameters.text_document;
        let document = self.documents.get_mut(changed.uri.as_str());
        let document = document.ok_or_else(|| format!("{} is not open", changed.uri.as_str()))?;
        for change in &parameters.content_changes {
            encoding.apply(&mut document.now.text, change);
        }
        document.now.version = changed.version;
        document.now.revision = revision;
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
        if path.is_some_and(|path| self.workspace.depends_on(&path)) {
            self.renew();
        } else {
            self.look_again();
        }
    }

    fn close(&mut self, parameters: &DidCloseTextDocumentParams) {
        let Some(document) = self.documents.remove(parameters.text_document.uri.as_str()) else { return };
        match document.path() {
            // What is wrong with the file itself stays.
            Some(path) => self.publish_file(path),
            None => self.client.publish(document.now.uri, None, Vec::new()),
        }
        self.refuse(document.waiting, ErrorCode::ContentModified, "the document was closed");
    }

    fn change_settings(&mut self, parameters: &Value) {
        let settings = parameters.get("settings").unwrap_or(&Value::Null);
        if settings.is_null() && self.abilities.has_configuration {
            let items = json!({"items": [{"section": "podline"}]});
            self.client.ask(SETTINGS, "workspace/configuration", items);
        } else {
            self.set(settings);
        }
    }

    fn change_files(&mut self, parameters: &DidChangeWatchedFilesParams) {
        let paths = parameters.changes.iter().filter_map(|change| path_of(change.uri.as_str()));
        if paths.map(|path| normal(&path)).any(|path| self.workspace.depends_on(&path)) {
            self.renew();
        }
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

fn of<P: serde::de::DeserializeOwned>(parameters: Value) -> Result<P, String> {
    read(parameters).map_err(|(_, message)| message)
}
