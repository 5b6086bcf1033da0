//! What happens, and what is said to the client.

use std::sync::Arc;
use std::time::Duration;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, LogMessage, PublishDiagnostics, ShowMessage};
use lsp_types::{Diagnostic, LogMessageParams, MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri};
use serde::Serialize;
use serde_json::Value;

use super::judge::Analysis;
use super::outbox::Outbox;
use super::transport::{Frame, payload, refusal};
use crate::report::escape::escape;

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
pub struct Client(Outbox);

impl Client {
    /// Speaks through this channel.
    pub fn new(outbox: Outbox) -> Self {
        Self(outbox)
    }

    fn send(&self, message: impl Into<Message>) {
        self.0.send(payload(&message.into()));
    }

    /// Answers a request.
    pub fn answer(&self, id: RequestId, answer: Answer) {
        let response_result =
            answer.map_err(|(code, message)| lsp_server::ResponseError { code: code as i32, message, data: None });
        self.send(Response { id, response_result });
    }

    /// Answers what is no message.
    pub fn refuse(&self, code: ErrorCode, message: &str, id: &Value) {
        self.0.send(refusal(code, message, id));
    }

    /// Asks the client for something.
    pub fn ask(&self, id: &str, method: &str, parameters: impl Serialize) {
        let params = serde_json::to_value(parameters).unwrap_or_default();
        self.send(Request { id: id.to_owned().into(), method: method.to_owned(), params });
    }

    /// Says what is found in a document. What was said of it before and not read yet need not be said any more.
    pub fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let name = uri.as_str().to_owned();
        let parameters = PublishDiagnosticsParams { uri, diagnostics, version };
        self.0.send_latest(name, payload(&notification::<PublishDiagnostics>(parameters)));
    }

    /// Writes to the client's log. Names of files and what stands in them cannot forge a line of it.
    pub fn log(&self, typ: MessageType, message: impl AsRef<str>) {
        let message = escape(message.as_ref()).into_owned();
        self.send(notification::<LogMessage>(LogMessageParams { typ, message }));
    }

    /// Shows something to the user.
    pub fn show(&self, typ: MessageType, message: impl AsRef<str>) {
        let message = escape(message.as_ref()).into_owned();
        self.send(notification::<ShowMessage>(ShowMessageParams { typ, message }));
    }
}

fn notification<N: notification::Notification>(parameters: N::Params) -> Message
where
    N::Params: Serialize,
{
    let params = serde_json::to_value(parameters).unwrap_or_default();
    Notification { method: N::METHOD.to_owned(), params }.into()
}
