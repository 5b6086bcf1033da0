//! Requests about a document, once it was judged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lsp_server::ErrorCode;
use lsp_types::request::{CodeActionRequest, Completion, HoverRequest, Request as _};
use lsp_types::{CodeActionParams, CompletionParams, CompletionResponse, HoverParams};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::Client;
use super::judge::{Analysis, Snapshot};
use super::messages::Answer;
use super::{actions, completion, hover};
use crate::rules::Catalogue;

/// What a request needs before it can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The text alone.
    Text,
    /// What was found in it.
    Analysis,
}

/// What a request about a document needs; `None` for a method that is not known.
pub fn needs(method: &str) -> Option<Needs> {
    match method {
        Completion::METHOD => Some(Needs::Text),
        HoverRequest::METHOD | CodeActionRequest::METHOD => Some(Needs::Analysis),
        _ => None,
    }
}

/// Answers a request that needs the text alone, and the rules that there are.
pub fn answer_of_text(
    method: &str,
    parameters: Value,
    snapshot: &Snapshot,
    rules: &Catalogue,
    client: &Client,
) -> Answer {
    match method {
        Completion::METHOD => {
            let at = read::<CompletionParams>(parameters)?.text_document_position.position;
            let items = completion::complete(snapshot, at, rules, client);
            result(CompletionResponse::Array(items))
        }
        _ => Err(unknown(method)),
    }
}

/// Answers a request about a document that was judged. Once `cancelled` is set, any answer will do.
pub fn answer(
    method: &str,
    parameters: Value,
    analysis: &Analysis,
    client: &Client,
    cancelled: &Arc<AtomicBool>,
) -> Answer {
    if cancelled.load(Ordering::Relaxed) {
        return Ok(Value::Null);
    }
    match method {
        CodeActionRequest::METHOD => {
            let parameters = read::<CodeActionParams>(parameters)?;
            result(actions::actions(analysis, &parameters, client, cancelled))
        }
        HoverRequest::METHOD => {
            let at = read::<HoverParams>(parameters)?.text_document_position_params.position;
            result(hover::hover(analysis, at, client.encoding, client.shows_markdown))
        }
        _ => Err(unknown(method)),
    }
}

/// What is said to a method that is not known.
pub fn unknown(method: &str) -> (ErrorCode, String) {
    (ErrorCode::MethodNotFound, format!("podline does not know {method}"))
}

/// Reads parameters.
pub fn read<P: DeserializeOwned>(parameters: Value) -> Result<P, (ErrorCode, String)> {
    serde_json::from_value(parameters).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn result(value: impl Serialize) -> Answer {
    serde_json::to_value(value).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}
