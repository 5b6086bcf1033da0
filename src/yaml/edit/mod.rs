//! Edits of a document's text that give fields other values, or take them away.
//!
//! Nothing is written anew: an edit touches the lines of its field and keeps indentation, block or flow style, line ends
//! and comments as they stand there. Nothing here knows Kubernetes.

mod block;
mod comments;
mod flow;
mod plan;
mod render;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use serde_json::Value;

pub use comments::{comments, has_odd_lines};
pub use render::document;

use super::locate::Locator;
use super::path::FieldPath;
use super::split::Piece;
use super::tree::{Kind, NodeId, Style, Tree};
use crate::source::span::{Span, offset};
use plan::Plan;

/// A field that should hold another value.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'c> {
    /// The node that the path begins at.
    pub root: NodeId,
    /// The field. The index behind the last element of a list adds one.
    pub path: &'c FieldPath,
    /// What it should hold; `None` takes it away, and with it every collection that becomes empty so and is the value
    /// of a key.
    pub set: Option<&'c Value>,
}

/// A range of the file's text, and what belongs there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The range; empty for an insertion.
    pub span: Span,
    /// What takes its place.
    pub text: String,
}

/// Why there is no edit that does what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Nodes that are looked at to learn how a document is indented.
const LOOKED_AT: usize = 2000;

/// Makes the edits of one document.
pub struct Editor<'a, 't> {
    tree: &'a Tree<'t>,
    locator: Locator<'a, 't>,
    /// Where the document begins in the file.
    start: usize,
    is_json: bool,
    eol: &'static str,
    /// How much deeper a mapping stands than its key.
    indent: usize,
    /// How much deeper the dashes of a list stand than its key.
    dash_indent: usize,
    /// The nodes that aliases stand for, as ranges of ids that do not overlap, in order.
    aliased: Vec<(u32, u32)>,
    /// The keys or elements of the collections that were looked into.
    heads: RefCell<HashMap<NodeId, Rc<[NodeId]>>>,
}

impl<'a, 't> Editor<'a, 't> {
    /// For a document, which `piece` of its file was read into `tree`.
    pub fn new(tree: &'a Tree<'t>, piece: &Piece) -> Self {
        let text = &tree.text()[piece.span().range()];
        let first = memchr::memchr(b'\n', text.as_bytes());
        let is_crlf = first.is_some_and(|at| at > 0 && text.as_bytes()[at - 1] == b'\r');
        let mut editor = Self {
            tree,
            locator: Locator::new(tree),
            start: piece.span().start as usize,
            is_json: matches!(piece, Piece::Json(_)),
            eol: if is_crlf { "\r\n" } else { "\n" },
            indent: 2,
            dash_indent: 0,
            aliased: aliased(tree),
            heads: RefCell::default(),
        };
        editor.learn_style();
        editor
    }

    /// The edits that do all that is wanted, in the order of the text; none overlaps another.
    ///
    /// # Errors
    /// What is wanted contradicts itself, or stands where it cannot be edited without writing more of the text anew.
    pub fn edits(&self, wanted: &[Wanted<'_>]) -> Result<Vec<TextEdit>, Refused> {
        let mut plan = Plan::new(self);
        for one in wanted {
            plan.want(one)?;
        }
        let mut edits = plan.edits()?;
        // At one place, what stands deeper belongs to what is before it.
        edits.sort_by_key(|edit| (edit.start, edit.end, usize::MAX - edit.depth));
        let mut end = 0;
        let mut text_edits = Vec::with_capacity(edits.len());
        for edit in edits {
            if edit.start < end {
                return Err(Refused("two edits overlap"));
            }
            end = edit.end;
            text_edits.push(TextEdit { span: Span::new(edit.start, edit.end), text: edit.text });
        }
        Ok(text_edits)
    }

    /// Whether edits of what is wanted change a node that aliases or merges use elsewhere too.
    pub fn is_shared(&self, wanted: &[Wanted<'_>]) -> bool {
        if self.aliased.is_empty() {
            return false;
        }
        let mut plan = Plan::new(self);
        wanted.iter().any(|one| plan.want(one).is_err()) || plan.nodes().any(|node| self.is_aliased(node))
    }

    fn is_aliased(&self, node: NodeId) -> bool {
        let after = self.aliased.partition_point(|&(start, _)| start <= node.0);
        after.checked_sub(1).is_some_and(|at| node.0 < self.aliased[at].1)
    }

    /// Whether an alias stands for something inside a node.
    fn holds_anchor(&self, from: NodeId, next: u32) -> bool {
        let at = self.aliased.partition_point(|&(start, _)| start < from.0);
        self.aliased.get(at).is_some_and(|&(start, _)| start < next)
    }

    fn learn_style(&mut self) {
        let (mut indent, mut dash) = (None, None);
        let Some(root) = self.tree.root() else { return };
        for node in self.tree.inside(root).take(LOOKED_AT) {
            if self.tree.kind(node) != Kind::Mapping || self.is_flow(node) {
                continue;
            }
            for (key, value) in self.tree.pairs(node).take(LOOKED_AT) {
                let learnt = match self.tree.kind(value) {
                    Kind::Mapping => &mut indent,
                    Kind::Sequence => &mut dash,
                    Kind::Scalar | Kind::Alias => continue,
                };
                if learnt.is_none() && !self.is_flow(value) && self.line_of(key) != self.line_of(value) {
                    *learnt = self.column(value).checked_sub(self.column(key));
                }
            }
            if indent.is_some() && dash.is_some() {
                break;
            }
        }
        self.indent = indent.filter(|indent| (1..=16).contains(indent)).unwrap_or(self.indent);
        self.dash_indent = dash.filter(|&dash| dash <= 16).unwrap_or(self.dash_indent);
    }

    /// Whether a collection stands between brackets or braces.
    fn is_flow(&self, node: NodeId) -> bool {
        let start = self.start_of(node);
        let first = self.tree.children(node).next();
        matches!(self.text().as_bytes().get(start), Some(b'{' | b'['))
            && first.is_none_or(|first| self.start_of(first) > start)
    }

    /// The keys of a mapping or the elements of a list, as written.
    fn heads(&self, node: NodeId) -> Rc<[NodeId]> {
        let mut heads = self.heads.borrow_mut();
        let list = heads.entry(node).or_insert_with(|| {
            if self.tree.kind(node) == Kind::Mapping {
                self.tree.pairs(node).map(|(key, _)| key).collect()
            } else {
                self.tree.children(node).collect()
            }
        });
        Rc::clone(list)
    }

    /// What belongs to a key, or the element itself.
    fn value_of(&self, parent: NodeId, head: NodeId) -> NodeId {
        if self.tree.kind(parent) == Kind::Mapping { NodeId(self.tree.node(head).next) } else { head }
    }

    /// The last node without children in what is written in block style, or the flow collection that is last.
    fn last_of(&self, node: NodeId) -> NodeId {
        let mut node = node;
        while matches!(self.tree.kind(node), Kind::Mapping | Kind::Sequence) && !self.is_flow(node) {
            let Some(&head) = self.heads(node).last() else { break };
            node = self.value_of(node, head);
        }
        node
    }

    /// Where the content of a node ends: the blank lines behind a block scalar are none of it.
    fn end_of(&self, node: NodeId) -> usize {
        let last = self.last_of(node);
        let span = self.tree.span(last);
        if self.tree.kind(last) == Kind::Scalar && self.tree.style(last) == Style::Block {
            return span.start as usize + self.text()[span.range()].trim_end().len();
        }
        span.end as usize
    }

    fn text(&self) -> &'t str {
        self.tree.text
    }

    fn start_of(&self, node: NodeId) -> usize {
        self.tree.span(node).start as usize
    }

    /// Where the line begins that holds this place.
    fn line_start(&self, at: usize) -> usize {
        memchr::memrchr(b'\n', &self.text().as_bytes()[..at]).map_or(0, |newline| newline + 1)
    }

    /// Where the line ends that holds this place, before its line end.
    fn line_end(&self, at: usize) -> usize {
        let bytes = self.text().as_bytes();
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline);
        if end > at && end < bytes.len() && bytes[end - 1] == b'\r' { end - 1 } else { end }
    }

    fn line_of(&self, node: NodeId) -> usize {
        self.line_start(self.start_of(node))
    }

    /// How many characters stand before a node on its line. A byte order mark is none.
    fn column(&self, node: NodeId) -> usize {
        let start = self.start_of(node);
        self.text()[self.line_start(start)..start].chars().filter(|&c| c != '\u{FEFF}').count()
    }
}

/// The depth of an edit within a line, which comes before all lines that are added behind it.
const IN_LINE: usize = usize::MAX;

/// A replacement, and how deep the lines are indented that it adds.
struct Edit {
    start: usize,
    end: usize,
    text: String,
    depth: usize,
}

/// The nodes that aliases stand for, as ranges of ids.
fn aliased(tree: &Tree<'_>) -> Vec<(u32, u32)> {
    let aliases = tree.nodes.iter().filter(|node| node.kind == Kind::Alias);
    let mut targets: Vec<(u32, u32)> =
        aliases.map(|alias| (alias.value.0, tree.node(NodeId(alias.value.0)).next)).collect();
    targets.sort_unstable();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (start, end) in targets {
        // Ranges of nodes lie apart or within each other.
        if ranges.last().is_none_or(|last| start >= last.1) {
            ranges.push((start, offset(end as usize)));
        }
    }
    ranges
}
