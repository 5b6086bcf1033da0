//! `podline lsp`: the language server on standard input and output.

use std::io;
use std::sync::Arc;

use super::Status;
use super::terminal::complain;
use crate::config::settings::Settings;
use crate::lsp::{ClientSettings, Ended, serve};
use crate::session::{Ask, AskedAdmission, Decides};

/// Serves one editor.
pub(super) fn run() -> Status {
    let judging = |editor: &ClientSettings, _: &Settings| ask(editor);
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

/// What the settings of an editor ask for.
fn ask(editor: &ClientSettings) -> Ask {
    let ClientSettings { level, kubernetes_version, namespace, admission, .. } = editor;
    // A level stands above the labels of namespaces.
    let decides = if *admission && level.is_none() { Decides::Always } else { Decides::AsConfigured };
    Ask {
        level: *level,
        kubernetes_version: *kubernetes_version,
        namespace: namespace.clone(),
        admission: AskedAdmission { decides, ..AskedAdmission::default() },
        tracks: super::ask::tracks(),
        ..Ask::default()
    }
}
