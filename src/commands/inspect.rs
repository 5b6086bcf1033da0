//! `podline inspect`: each document as JSON, as Kubernetes reads it.

use std::fmt::Write as _;

use super::Status;
use super::read::find;
use super::terminal::{Output, complain};
use crate::cli::Inspect;
use crate::report::json::to_json;
use crate::session::read::read;
use crate::source::file::SourceFile;
use crate::yaml::parse::{ParseError, parse};
use crate::yaml::split::{Piece, split};
use crate::yaml::write;

/// Shows documents, one a line.
pub(super) fn run(options: &Inspect) -> Status {
    let (inputs, mut status) = find(&options.input);
    let mut output = Output::new();
    for input in &inputs {
        match read(input) {
            Ok(file) => {
                for (index, piece) in split(&file).iter().enumerate() {
                    let (line, ok) = show(&file, index, piece);
                    output.write(line.as_bytes());
                    status = status.max(if ok { Status::Clean } else { Status::Findings });
                }
            }
            Err(problem) => {
                complain(&problem.to_string());
                status = Status::Failed;
            }
        }
    }
    status.max(output.status())
}

/// The line for one document, and whether it could be read.
fn show(file: &SourceFile, index: usize, piece: &Piece) -> (String, bool) {
    let name = to_json(file.name());
    let mut line = format!("{{\"file\": {name}, \"document\": {index}, ");
    let ok = match parse(file, piece) {
        Ok(tree) => {
            let start = tree.root().map_or(piece.span().start, |root| tree.span(root).start);
            // Writing to a string cannot fail.
            let _ =
                write!(line, "\"line\": {}, \"json\": {}}}", file.position(start).line, write::to_json(&tree, quote));
            true
        }
        Err(ParseError { span, message }) => {
            let start = file.position(span.start);
            let error = to_json(&message);
            let _ = write!(line, "\"line\": {}, \"column\": {}, \"error\": {error}}}", start.line, start.column);
            false
        }
    };
    line.push('\n');
    (line, ok)
}

fn quote(text: &str) -> String {
    to_json(text)
}
