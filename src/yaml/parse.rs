//! Parses one document into a [`Tree`], with libyaml's grammar.
//!
//! libyaml-safer makes the same events as the parser of Kubernetes, which is a port of the same library. What the two
//! do differently is settled here before and after it runs.

use std::collections::HashMap;

use libyaml_safer::{Encoding, Event, EventData, MappingStyle, Parser, ScalarStyle, SequenceStyle};

use super::builder::{Builder, Value};
use super::fast;
use super::guard;
use super::json;
use super::prepare::{MAX_REPAIRS, Prepared, TAG_REFUSED};
use super::split::{Piece, split};
use super::tree::{Kind, NodeId, Style, Tag, Tree};
use super::validate::validate;
use crate::source::file::SourceFile;
use crate::source::span::{Span, offset};

/// Flow collections may be nested this deep. Go's limit is 10,000; the deepest manifest ever seen had 14.
pub const MAX_FLOW_DEPTH: usize = 128;
/// Collections of any kind may be nested this deep. Go's limit is 10,000.
pub const MAX_DEPTH: usize = 1000;

/// A document may begin with this many `%` directives: libyaml compares each `%TAG` with all before it. Nobody needs
/// more than two.
pub const MAX_DIRECTIVES: usize = 100;

/// Why a document cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What is to blame.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

impl ParseError {
    pub(super) fn at(start: usize, message: impl Into<String>) -> Self {
        Self { span: Span::new(start, start), message: message.into() }
    }
}

/// Reads one document of a file.
///
/// # Errors
/// Whatever keeps Kubernetes from reading the document, and nesting beyond podline's own limits.
pub fn parse<'t>(file: &'t SourceFile, piece: &Piece) -> Result<Tree<'t>, ParseError> {
    match piece {
        Piece::Yaml(span) => parse_yaml(file, *span),
        Piece::Json(span) => json::parse(file.text(), *span),
        Piece::Error { span, message } => Err(ParseError { span: *span, message: message.clone() }),
    }
}

/// The documents of a file that can be read, in its order.
pub fn well_formed(file: &SourceFile) -> impl Iterator<Item = Tree<'_>> {
    split(file).into_iter().filter_map(|piece| parse(file, &piece).ok())
}

fn parse_yaml(file: &SourceFile, span: Span) -> Result<Tree<'_>, ParseError> {
    match fast::read(file, span) {
        Some(builder) => finish(builder, None),
        None => parse_with_libyaml(file, span),
    }
}

/// As [`parse`], for a YAML document of the common subset alone; `None` for any other. For tests and benchmarks.
#[doc(hidden)]
pub fn parse_fast<'t>(file: &'t SourceFile, piece: &Piece) -> Option<Result<Tree<'t>, ParseError>> {
    let Piece::Yaml(span) = piece else { return None };
    fast::read(file, *span).map(|builder| finish(builder, None))
}

/// As [`parse`], for a YAML document, and always with libyaml-safer. For tests and benchmarks.
///
/// # Errors
/// Those of [`parse`], which all come from here.
#[doc(hidden)]
pub fn parse_with_libyaml(file: &SourceFile, span: Span) -> Result<Tree<'_>, ParseError> {
    let bad = first_bad_character(file, span);
    // libyaml-safer looks at the whole text before it says anything: it is given what Kubernetes can read.
    let readable = Span { start: span.start, end: bad.as_ref().map_or(span.end, |bad| bad.span.start) };
    let mut prepared = Prepared::new(file.text(), readable);
    if let Some(span) = prepared.mark_left {
        let message = "a byte order mark inside a text that also holds every private-use character: podline's limit";
        return Err(ParseError { span, message: message.to_owned() });
    }
    if let Some(at) = directive_beyond_limit(&prepared.text) {
        let message = format!("more than {MAX_DIRECTIVES} directives, podline's limit");
        return Err(ParseError::at(prepared.start + at, message));
    }
    let mut attempt = read(file, &prepared);
    for _ in 0..MAX_REPAIRS {
        match &attempt {
            Err(error) if prepared.repair(file.text(), error) => attempt = read(file, &prepared),
            _ => break,
        }
    }
    let (builder, end) = match (attempt, bad) {
        (Ok(read), None) => read,
        // Behind the document's end nobody looks, except for the rest of the chunk in which it lies.
        (Ok(read), Some(bad)) if is_out_of_sight(span, read.1, bad.span) => read,
        (Err(error), Some(bad)) if error.span.start < bad.span.start => return Err(error),
        (_, Some(bad)) | (Err(bad), None) => return Err(bad),
    };
    finish(builder, ignored_after(file.text(), end, span.end as usize))
}

/// Makes the tree, and follows its aliases and merges where there are any.
fn finish(builder: Builder<'_>, ignored: Option<Span>) -> Result<Tree<'_>, ParseError> {
    let odd = builder.odd;
    let tree = builder.finish(ignored);
    if odd {
        validate(&tree).map_err(|refusal| ParseError { span: tree.span(refusal.node), message: refusal.message })?;
    }
    Ok(tree)
}

/// Where in a text the first directive stands that is one too many.
fn directive_beyond_limit(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut count = 0;
    for line in text.split_inclusive(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let content = line.trim_start();
        if line.starts_with('%') {
            count += 1;
            if count > MAX_DIRECTIVES {
                return Some(at);
            }
        } else if !content.is_empty() && !content.starts_with('#') {
            return None;
        }
        at += line.len();
    }
    None
}

/// Reads the first document of a prepared text: its nodes, and where it ends in the file.
fn read<'t>(file: &'t SourceFile, prepared: &Prepared<'t>) -> Result<(Builder<'t>, usize), ParseError> {
    let read = guard::call(|| {
        let mut input = prepared.text.as_bytes();
        let mut parser = Parser::new();
        parser.set_encoding(Encoding::Utf8);
        parser.set_input_string(&mut input);
        let builder = Builder::new(file.text());
        let mut reader = Reader { file, prepared, builder, anchors: HashMap::new(), flow: Vec::new() };
        let end = reader.read(&mut parser)?;
        Ok((reader.builder, end))
    });
    read.unwrap_or_else(|| match guard::comma_behind_tag(&prepared.text) {
        Some(comma) => Err(ParseError::at(prepared.offset(comma as u64), TAG_REFUSED)),
        None => Err(ParseError::at(prepared.start, "a tag must be followed by a blank or a line break")),
    })
}

/// Whether Kubernetes' reader, which takes 512 bytes at a time, never gets to a bad character behind the document's
/// end.
fn is_out_of_sight(document: Span, end: usize, bad: Span) -> bool {
    let seen = (end + LOOK_AHEAD).saturating_sub(document.start as usize).next_multiple_of(CHUNK);
    bad.start as usize >= document.start as usize + seen
}

/// How much the reader of go.yaml.in/yaml/v2 takes at a time, in bytes.
const CHUNK: usize = 512;
/// How far its scanner looks ahead, in bytes.
const LOOK_AHEAD: usize = 4;

/// The first character that Kubernetes' reader refuses wherever it stands, even in a comment.
///
/// Source: `yaml_parser_update_buffer` in `readerc.go` of go.yaml.in/yaml/v2.
fn first_bad_character(file: &SourceFile, span: Span) -> Option<ParseError> {
    let text = &file.text()[span.range()];
    let control = text.char_indices().find(|&(_, c)| !is_allowed(c)).map(|(at, c)| (span.start + offset(at), c));
    let invalid = file.first_invalid(span);
    match (control, invalid) {
        (Some((at, c)), invalid) if invalid.is_none_or(|invalid| at < invalid) => Some(ParseError {
            span: Span { start: at, end: at + offset(c.len_utf8()) },
            message: format!("control characters are not allowed (U+{:04X})", u32::from(c)),
        }),
        (_, Some(at)) => Some(ParseError {
            span: Span { start: at, end: at + 3 },
            message: "the text is not valid in the file's encoding here (invalid UTF-8 or UTF-16)".to_owned(),
        }),
        _ => None,
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Turns events into nodes. Keeps its own stack: no recursion over what a user wrote.
struct Reader<'a, 't> {
    file: &'t SourceFile,
    prepared: &'a Prepared<'t>,
    builder: Builder<'t>,
    anchors: HashMap<String, NodeId>,
    /// For each open collection, whether it is written in flow style.
    flow: Vec<bool>,
}

impl Reader<'_, '_> {
    /// Reads the first document. Returns where it ends.
    fn read(&mut self, parser: &mut Parser<&mut &[u8]>) -> Result<usize, ParseError> {
        loop {
            let event = parser.parse().map_err(|error| self.error(&error))?;
            let start = self.prepared.offset(event.start_mark.index);
            let end = self.prepared.offset(event.end_mark.index);
            match &event.data {
                EventData::StreamEnd | EventData::DocumentEnd { .. } => return Ok(end),
                _ => self.node(&event, start, end)?,
            }
        }
    }

    fn node(&mut self, event: &Event, start: usize, end: usize) -> Result<(), ParseError> {
        match &event.data {
            EventData::Alias { anchor } => {
                let target = self.anchors.get(anchor).copied();
                let Some(target) = target else {
                    return Err(ParseError {
                        span: Span::new(start, end),
                        message: format!("unknown anchor {anchor:?}: anchors do not reach across documents"),
                    });
                };
                self.builder.alias(Span::new(start, end), target);
            }
            EventData::Scalar { anchor, tag, value, plain_implicit, style, .. } => {
                let id =
                    self.scalar((start, end), (anchor.is_some(), tag.as_deref()), value, *plain_implicit, *style)?;
                self.anchor(anchor.as_ref(), id);
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let start = self.after_properties(start, anchor.is_some(), tag.is_some());
                self.open(Kind::Sequence, *style == SequenceStyle::Flow, anchor.as_ref(), start)?;
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let start = self.after_properties(start, anchor.is_some(), tag.is_some());
                self.open(Kind::Mapping, *style == MappingStyle::Flow, anchor.as_ref(), start)?;
            }
            EventData::SequenceEnd | EventData::MappingEnd => {
                // A block collection ends where the next token begins, past comments: its last child tells better.
                let flow = self.flow.pop().unwrap_or(false);
                self.builder.close(flow.then(|| offset(end)));
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, kind: Kind, flow: bool, anchor: Option<&String>, start: usize) -> Result<(), ParseError> {
        let deep = if flow && self.flow.iter().filter(|&&flow| flow).count() >= MAX_FLOW_DEPTH {
            Some(("in brackets or braces ", MAX_FLOW_DEPTH))
        } else {
            (self.builder.depth() >= MAX_DEPTH).then_some(("", MAX_DEPTH))
        };
        if let Some((what, limit)) = deep {
            return Err(ParseError::at(start, format!("nested {what}more than {limit} levels deep, podline's limit")));
        }
        let id = self.builder.open(kind, offset(start));
        self.flow.push(flow);
        self.anchor(anchor, id);
        Ok(())
    }

    fn scalar(
        &mut self,
        (start, end): (usize, usize),
        (anchored, tag): (bool, Option<&str>),
        value: &str,
        implicit: bool,
        style: ScalarStyle,
    ) -> Result<NodeId, ParseError> {
        let start = self.after_properties(start, anchored, tag.is_some()).min(end);
        let span = Span::new(start, end.min(self.file.text().len()));
        let (style, quote) = match style {
            ScalarStyle::SingleQuoted => (Style::SingleQuoted, 1),
            ScalarStyle::DoubleQuoted => (Style::DoubleQuoted, 1),
            ScalarStyle::Literal | ScalarStyle::Folded => (Style::Block, 0),
            _ => (Style::Plain, 0),
        };
        match style {
            Style::DoubleQuoted => self.refuse_escaped_slash(span)?,
            Style::Plain if self.flow.last() == Some(&true) => self.refuse_question_mark(span)?,
            _ => {}
        }
        let inner = Span { start: span.start + quote, end: span.end.saturating_sub(quote) };
        let value = self.prepared.restore(value);
        let value = value.as_ref();
        let verbatim = inner.start <= inner.end && self.file.text().get(inner.range()) == Some(value);
        let value = if verbatim { Value::Verbatim(inner) } else { Value::Cooked(value) };
        Ok(self.builder.scalar(span, &value, style, tag.map_or(Tag::None, tag_of), implicit))
    }

    /// libyaml reads `\/` in double quotes as `/`; the parser of Kubernetes does not know it.
    fn refuse_escaped_slash(&self, span: Span) -> Result<(), ParseError> {
        let bytes = self.file.text().get(span.range()).unwrap_or_default().as_bytes();
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
            at += found;
            if bytes.get(at + 1) == Some(&b'/') {
                let start = span.start as usize + at;
                return Err(ParseError {
                    span: Span::new(start, start + 2),
                    message: "unknown escape character: \\/".to_owned(),
                });
            }
            at = (at + 2).min(bytes.len());
        }
        Ok(())
    }

    /// libyaml reads a `?` in a plain scalar; the parser of Kubernetes ends one there if it stands in a flow collection,
    /// and then misses a comma or the end.
    fn refuse_question_mark(&self, span: Span) -> Result<(), ParseError> {
        let text = self.file.text().get(span.range()).unwrap_or_default();
        text.find('?').map_or(Ok(()), |at| {
            let start = span.start as usize + at;
            Err(ParseError {
                span: Span::new(start, start + 1),
                message: "\"?\" ends a plain scalar in brackets or braces: put the text in quotes".to_owned(),
            })
        })
    }

    fn anchor(&mut self, anchor: Option<&String>, id: NodeId) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.clone(), id);
        }
    }

    /// Where a node's own text begins, behind the anchor and the tag that it has. What comes then may have its own.
    fn after_properties(&self, start: usize, mut anchored: bool, mut tagged: bool) -> usize {
        let text = self.file.text();
        let mut at = start.min(text.len());
        if !anchored && !tagged {
            return at;
        }
        while at < text.len() {
            let rest = &text[at..];
            let skip = match rest.as_bytes()[0] {
                b'!' if tagged => {
                    tagged = false;
                    rest.find(char::is_whitespace)
                }
                b'&' if anchored => {
                    anchored = false;
                    rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).map(|end| end + 1)
                }
                b' ' | b'\t' | b'\r' | b'\n' => rest.find(|c: char| !matches!(c, ' ' | '\t' | '\r' | '\n')),
                b'#' => rest.find('\n'),
                _ => break,
            };
            at += skip.unwrap_or(rest.len()).max(1);
        }
        at.min(text.len())
    }

    fn error(&self, error: &libyaml_safer::Error) -> ParseError {
        // What is missing at the end is missing behind the last word, not on the empty line after it.
        let end = self.prepared.offset(self.prepared.text.trim_end().len() as u64);
        let place = |index: u64| self.prepared.offset(index).min(end);
        let mut message = error.problem().to_owned();
        if let (Some(context), Some(mark)) = (error.context(), error.context_mark()) {
            let line = self.file.position(offset(place(mark.index))).line;
            message = format!("{message} {context} that begins on line {line}");
        }
        ParseError::at(error.problem_mark().map_or(self.prepared.start, |mark| place(mark.index)), message)
    }
}

/// The first content between a document's end and the end of what was given to the parser.
fn ignored_after(text: &str, end: usize, limit: usize) -> Option<Span> {
    let mut at = end;
    for line in text.get(end..limit)?.split_inclusive(['\n', '\r']) {
        let content = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        if !content.is_empty() && !content.starts_with('#') && content != "..." {
            let start = at + line.find(content).unwrap_or_default();
            return Some(Span::new(start, start + content.len()));
        }
        at += line.len();
    }
    None
}

fn tag_of(tag: &str) -> Tag {
    match tag.strip_prefix("tag:yaml.org,2002:").unwrap_or(tag) {
        "str" => Tag::Str,
        "bool" => Tag::Bool,
        "int" => Tag::Int,
        "float" => Tag::Float,
        "null" => Tag::Null,
        "timestamp" => Tag::Timestamp,
        "binary" => Tag::Binary,
        "merge" => Tag::Merge,
        _ => Tag::Other,
    }
}
