//! `podline inspect`: each document as JSON, as Kubernetes reads it, or as the API server stores it.

use std::fmt::Write as _;

use podline_defaulting::{Request, Step, defaulted, pod};
use serde_json::Value;

use super::Status;
use super::content::RunContent;
use super::idle::{self, Facts};
use super::read::find;
use super::terminal::{Output, complain};
use crate::cli::Inspect;
use crate::manifest::object::{Object, objects};
use crate::report::json::to_json;
use crate::session::read::{of_blank, read};
use crate::source::file::SourceFile;
use crate::yaml::locate::Locator;
use crate::yaml::parse::{ParseError, parse};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::split::{Piece, split};
use crate::yaml::tree::{NodeId, Tree};
use crate::yaml::value::{MAX_DEPTH, to_value};
use crate::yaml::write;

/// Shows documents, one a line; as they are stored, one object a line.
pub(super) fn run(options: &Inspect) -> Status {
    idle::tell(&options.input, &Facts::of_input(&options.input));
    let (inputs, mut status) = find(&options.input);
    let (mut output, mut content) = (Output::new(), RunContent::default());
    for input in &inputs {
        let file = read(input).and_then(|file| of_blank(input, &file).map_or(Ok(file), Err));
        match file {
            Ok(file) => {
                let mut shows_any = false;
                for (index, piece) in split(&file).iter().enumerate() {
                    let document = Document { file: &file, index };
                    let (lines, shown) = document.show(piece, options.defaulted);
                    output.write(lines.as_bytes());
                    shows_any |= shown != Shown::Nothing;
                    status = status.max(if shown == Shown::Error { Status::Findings } else { Status::Clean });
                }
                if let Err(message) = content.take(input, shows_any, false) {
                    complain(message);
                    status = Status::Failed;
                }
            }
            Err(problem) => {
                complain(&problem.to_string());
                status = Status::Failed;
            }
        }
    }
    if let Some(nothing) = content.nothing().filter(|_| status == Status::Clean) {
        complain(&format!("nothing to show: {nothing}"));
        status = Status::Failed;
    }
    status.max(output.status())
}

/// What was shown of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All of it.
    Document,
    /// It holds nothing: it is null.
    Nothing,
    /// What of it cannot be read.
    Error,
}

impl Shown {
    fn of(is_readable: bool) -> Self {
        if is_readable { Self::Document } else { Self::Error }
    }
}

/// The document whose lines are written.
struct Document<'a> {
    file: &'a SourceFile,
    index: usize,
}

impl Document<'_> {
    /// The lines of a document, and what they show.
    fn show(&self, piece: &Piece, is_defaulted: bool) -> (String, Shown) {
        let tree = match parse(self.file, piece) {
            Ok(tree) => tree,
            Err(ParseError { span, message }) => return (self.error(None, span.start, &message), Shown::Error),
        };
        let start = tree.root().map_or(piece.span().start, |root| tree.span(root).start);
        if let Some(root) = tree.root().filter(|root| is_defaulted && !tree.is_null(*root)) {
            let (lines, is_readable) = self.stored(&tree, root);
            return (lines, Shown::of(is_readable));
        }
        let json = write::to_json(&tree, quote);
        let json = if is_defaulted { "null, \"pod\": null" } else { &json };
        let is_null = tree.root().is_none_or(|root| tree.is_null(root));
        (self.line(None, start, json), if is_null { Shown::Nothing } else { Shown::Document })
    }

    /// The objects of a document as the API server stores them.
    fn stored(&self, tree: &Tree<'_>, root: NodeId) -> (String, bool) {
        let found = objects(tree, root);
        let mut lines = String::new();
        for list in &found.bad_lists {
            let start = tree.span(list.node).start;
            lines.push_str(&self.error(list.list.item.as_deref(), start, "the items of a list must be a list"));
        }
        let mut ok = found.bad_lists.is_empty();
        for object in &found.objects {
            let (line, is_stored) = self.object(tree, object);
            lines.push_str(&line);
            ok &= is_stored;
        }
        (lines, ok)
    }

    /// The line of an object, and whether the API server stores it; else the line says why not.
    fn object(&self, tree: &Tree<'_>, object: &Object) -> (String, bool) {
        let item = object.item.as_deref();
        let start = tree.span(object.node).start;
        let Some(mut manifest) = to_value(tree, object.node) else {
            let message = format!("nested more than {MAX_DEPTH} levels deep, podline's limit");
            return (self.error(item, start, &message), false);
        };
        // Items of lists may leave their type to the list.
        if let (Value::Object(fields), true) = (&mut manifest, item.is_some() && object.has_type()) {
            fields.entry("apiVersion").or_insert_with(|| object.api_version.clone().into());
            fields.entry("kind").or_insert_with(|| object.kind.clone().into());
        }
        match defaulted(&manifest, &Request::default()) {
            Ok(stored) => {
                let pod = pod(&stored).map(|pod| pod.stored.known());
                let json = format!("{}, \"pod\": {}", to_json(&stored.known()), to_json(&pod));
                (self.line(item, start, &json), true)
            }
            Err(error) => {
                let path = error.steps().map(|step| match step {
                    Step::Key(key) => Segment::Field(key.to_owned().into()),
                    Step::Index(index) => Segment::Index(index),
                });
                let located = Locator::new(tree).locate(object.node, &FieldPath::new(path.collect()));
                (self.error(item, located.span.start, &error.to_string()), false)
            }
        }
    }

    /// The line of what could be read.
    fn line(&self, item: Option<&str>, start: u32, json: &str) -> String {
        let line = self.file.position(start).line;
        format!("{}\"line\": {line}, \"json\": {json}}}\n", self.begin(item))
    }

    /// The line of what could not be read.
    fn error(&self, item: Option<&str>, start: u32, message: &str) -> String {
        let start = self.file.position(start);
        let error = to_json(message);
        let begin = self.begin(item);
        format!("{begin}\"line\": {}, \"column\": {}, \"error\": {error}}}\n", start.line, start.column)
    }

    /// How each line begins: which file, document and item of a list it is about.
    fn begin(&self, item: Option<&str>) -> String {
        let mut line = format!("{{\"file\": {}, \"document\": {}, ", to_json(self.file.name()), self.index);
        if let Some(item) = item {
            // Writing to a string cannot fail.
            let _ = write!(line, "\"item\": {}, ", to_json(item));
        }
        line
    }
}

fn quote(text: &str) -> String {
    to_json(text)
}
