//! `podline lsp`: the language server on standard input and output.

use std::io;
use std::sync::Arc;

use super::Status;
use super::standards::{Asked, options};
use super::terminal::complain;
use crate::config::settings::Settings;
use crate::lsp::{ClientSettings, Ended, serve};

/// Serves one editor.
pub(super) fn run() -> Status {
    let judging = |editor: &ClientSettings, settings: &Settings| {
        let ClientSettings { level, newest, namespace, .. } = editor;
        let asked = Asked { level: *level, newest: *newest, namespace: namespace.clone(), ..Asked::default() };
        options(&asked, settings)
    };
    match serve(io::BufReader::new(io::stdin()), io::BufWriter::new(io::stdout()), Arc::new(judging)) {
        Ended::Properly => Status::Clean,
        // The protocol wants status 1 for an exit without shutdown.
        Ended::Abruptly => Status::Findings,
        Ended::Broken(why) => {
            complain(&why);
            Status::Failed
        }
    }
}
