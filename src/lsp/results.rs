//! What was found, as the client is told of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use lsp_server::ErrorCode;
use lsp_types::MessageType;

use super::judge::Analysis;
use super::messages::Judged;
use super::server::Server;
use super::unsaved::Described;
use crate::config::load::shown;

impl Server {
    /// Takes what was found in a document.
    pub(super) fn take(&mut self, judged: Judged) {
        let Some(document) = self.documents.get_mut(&judged.uri) else { return };
        document.finish(judged.cost);
        let analysis = match judged.result {
            Ok(analysis) if analysis.snapshot.revision == document.now.revision => analysis,
            // The text has changed since, and will be judged again.
            Ok(_) => return,
            Err(message) => {
                self.client.log(MessageType::ERROR, format!("{}: {message}", judged.uri));
                let waiting = std::mem::take(&mut document.waiting);
                return self.refuse(waiting, ErrorCode::InternalError, &message);
            }
        };
        document.analysis = Some(Arc::clone(&analysis));
        let waiting = std::mem::take(&mut document.waiting);
        if document.told != analysis.left {
            document.told.clone_from(&analysis.left);
            for why in &analysis.left {
                let name = document.path().map_or_else(|| judged.uri.clone(), |path| shown(path));
                self.client.log(MessageType::INFO, format!("{name} is not checked: {why}"));
            }
        }
        if std::mem::take(&mut document.tells) {
            self.publish(&judged.uri);
        }
        self.take_mistakes(&analysis);
        if let Some(path) = &analysis.snapshot.path {
            self.describe(path, analysis.described.as_ref());
        }
        for request in waiting {
            self.work_out(request, Arc::clone(&analysis));
        }
    }

    /// Takes what was seen of configuration files on the way.
    fn take_mistakes(&mut self, analysis: &Analysis) {
        let files = analysis.configuration.iter().flat_map(|configuration| &configuration.files);
        let is_wrong = |file: &PathBuf| analysis.mistakes.iter().any(|(path, _)| path == file);
        let fixed: Vec<PathBuf> =
            files.filter(|file| self.mistakes.contains_key(*file) && !is_wrong(file)).cloned().collect();
        for path in fixed {
            self.mistakes.remove(&path);
            self.publish_file(&path);
        }
        for (path, diagnostics) in &analysis.mistakes {
            if self.mistakes.get(path) != Some(diagnostics) {
                self.mistakes.insert(path.clone(), diagnostics.clone());
                self.publish_file(path);
            }
        }
    }

    /// Takes what an open document says of namespaces, or that it is closed. Others may be judged differently by that.
    pub(super) fn describe(&mut self, path: &Path, described: Option<&Arc<Described>>) {
        let Some((unsaved, differs)) = self.workspace.unsaved().with(path, described) else { return };
        self.workspace = Arc::new(self.workspace.with_unsaved(Arc::new(unsaved)));
        if !differs {
            return;
        }
        let now = Instant::now();
        for document in self.documents.values_mut().filter(|document| !document.is(path)) {
            // One that was not judged yet may be on its way.
            if document.analysis.as_ref().is_none_or(|analysis| analysis.asks_for_namespaces()) {
                self.revision += 1;
                document.outdate(self.revision);
                document.judge_now(now);
            }
        }
    }

    /// Tells the client what was last found in an open document.
    fn publish(&self, uri: &str) {
        let Some(document) = self.documents.get(uri) else { return };
        let Some(analysis) = document.current() else { return };
        let mut diagnostics = analysis.diagnostics.clone();
        // A file that another one extends says by itself what is wrong with it; what others found is added.
        if !document.now.is_configuration() {
            diagnostics.extend(document.path().and_then(|path| self.mistakes.get(path)).into_iter().flatten().cloned());
        }
        self.client.publish(document.now.uri.clone(), Some(document.now.version), diagnostics);
    }

    /// Tells the client what is wrong with a file that need not be open.
    pub(super) fn publish_file(&self, path: &Path) {
        let open = self.documents.iter().find(|(_, document)| document.is(path)).map(|(uri, _)| uri.clone());
        match open {
            Some(uri) => self.publish(&uri),
            None => {
                if let Some(uri) = super::uri::uri_of(path) {
                    self.client.publish(uri, None, self.mistakes.get(path).cloned().unwrap_or_default());
                }
            }
        }
    }
}
