//! What happens, and what is said to the client.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, LogMessage, PublishDiagnostics, ShowMessage};
use lsp_types::{Diagnostic, LogMessageParams, MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri};
use serde::Serialize;
use serde_json::Value;

use super::judge::Analysis;
use super::transport::{Frame, payload, refusal};

/// What the main loop waits for.
pub enum Event {
    /// The client sent something.
    Frame(Frame),
    /// The client is gone; with a message, not as it should.
    Closed(Option<String>),
    /// A document was judged.
    Judged(Judged),
    /// A request was worked out.
    Answered(RequestId, Answer),
}

/// A document that was judged.
pub struct Judged {
    /// The document's URI.
    pub uri: String,
    /// What was found; otherwise what kept it from being judged.
    pub result: Result<Arc<Analysis>, String>,
    /// How long it took.
    pub cost: Duration,
}

/// A result, or what is wrong.
pub type Answer = Result<Value, (ErrorCode, String)>;

/// What speaks to the client.
#[derive(Clone)]
pub struct Client(Sender<String>);

impl Client {
    /// Speaks through this channel.
    pub fn new(outbox: Sender<String>) -> Self {
        Self(outbox)
    }

    fn send(&self, message: impl Into<Message>) {
        // A client that is gone is noticed elsewhere.
        drop(self.0.send(payload(&message.into())));
    }

    /// Answers a request.
    pub fn answer(&self, id: RequestId, answer: Answer) {
        let response_result =
            answer.map_err(|(code, message)| lsp_server::ResponseError { code: code as i32, message, data: None });
        self.send(Response { id, response_result });
    }

    /// Answers what is no message.
    pub fn refuse(&self, code: ErrorCode, message: &str, id: &Value) {
        drop(self.0.send(refusal(code, message, id)));
    }

    /// Asks the client for something.
    pub fn ask(&self, id: &str, method: &str, parameters: impl Serialize) {
        let params = serde_json::to_value(parameters).unwrap_or_default();
        self.send(Request { id: id.to_owned().into(), method: method.to_owned(), params });
    }

    fn notify<N: notification::Notification>(&self, parameters: N::Params)
    where
        N::Params: Serialize,
    {
        let params = serde_json::to_value(parameters).unwrap_or_default();
        self.send(Notification { method: N::METHOD.to_owned(), params });
    }

    /// Says what is found in a document.
    pub fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        self.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version });
    }

    /// Writes to the client's log.
    pub fn log(&self, typ: MessageType, message: impl Into<String>) {
        self.notify::<LogMessage>(LogMessageParams { typ, message: message.into() });
    }

    /// Shows something to the user.
    pub fn show(&self, typ: MessageType, message: impl Into<String>) {
        self.notify::<ShowMessage>(ShowMessageParams { typ, message: message.into() });
    }
}
