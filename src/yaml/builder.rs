//! Builds a [`Tree`] from the parts of a document in the order in which they are written.

use std::collections::HashSet;

use super::scalar;
use super::tree::{COOKED, IMPLICIT, IRREGULAR, Kind, Node, NodeId, REPEATS, Style, Tag, Tree};
use crate::source::span::{Span, offset};

/// Mappings of at most this many entries are searched for repeated keys by comparing each with each.
const FEW: usize = 12;

/// Grows a tree node by node.
pub(super) struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<NodeId>,
    /// Whether the document holds anything that asks for [`super::validate`].
    pub odd: bool,
}

/// The value of a scalar: where it stands in the file, or what it became.
pub(super) enum Value<'v> {
    Verbatim(Span),
    Cooked(&'v str),
}

impl<'t> Builder<'t> {
    pub fn new(text: &'t str) -> Self {
        let tree = Tree { text, cooked: String::new(), nodes: Vec::new(), ignored: None };
        Self { tree, open: Vec::new(), odd: false }
    }

    /// How many collections are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.tree.nodes.is_empty()
    }

    pub fn scalar(&mut self, span: Span, value: &Value<'_>, style: Style, tag: Tag, implicit: bool) -> NodeId {
        let (value, cooked) = match value {
            Value::Verbatim(span) => ((span.start, span.end - span.start), 0),
            Value::Cooked(text) => {
                let start = offset(self.tree.cooked.len());
                self.tree.cooked.push_str(text);
                ((start, offset(text.len())), COOKED)
            }
        };
        let flags = cooked | if implicit { IMPLICIT } else { 0 };
        let id = self.push(Node { span, value, next: 0, kind: Kind::Scalar, style, tag, flags });
        self.odd |= tag != Tag::None || implicit && scalar::is_odd(self.tree.raw(id));
        id
    }

    pub fn alias(&mut self, span: Span, target: NodeId) {
        self.odd = true;
        let value = (target.0, 0);
        self.push(Node { span, value, next: 0, kind: Kind::Alias, style: Style::Plain, tag: Tag::None, flags: 0 });
    }

    /// Opens a mapping or sequence that begins at `start`.
    pub fn open(&mut self, kind: Kind, start: u32) -> NodeId {
        let span = Span { start, end: start };
        let node = Node { span, value: (0, 0), next: 0, kind, style: Style::Plain, tag: Tag::None, flags: 0 };
        let id = self.push(node);
        self.open.push(id);
        id
    }

    /// Closes the innermost collection. Without an `end` it ends where its last child ends.
    pub fn close(&mut self, end: Option<u32>) {
        let Some(id) = self.open.pop() else { return };
        let last = self.tree.nodes.last().map_or(0, |node| node.span.end);
        let next = offset(self.tree.nodes.len());
        let node = &mut self.tree.nodes[id.index()];
        node.next = next;
        node.span.end = end.unwrap_or(last).max(node.span.start);
        if node.kind == Kind::Mapping {
            let flags = self.mapping_flags(id);
            self.tree.nodes[id.index()].flags |= flags;
        }
    }

    /// The finished tree.
    pub fn finish(mut self, ignored: Option<Span>) -> Tree<'t> {
        self.tree.ignored = ignored;
        self.tree
    }

    fn push(&mut self, mut node: Node) -> NodeId {
        let id = NodeId(offset(self.tree.nodes.len()));
        node.next = id.0 + 1;
        self.tree.nodes.push(node);
        id
    }

    fn mapping_flags(&mut self, id: NodeId) -> u8 {
        let tree = &self.tree;
        let count = tree.pairs(id).count();
        let mut flags = 0;
        let mut seen = HashSet::new();
        for (position, (key, _)) in tree.pairs(id).enumerate() {
            if tree.is_merge_key(key) {
                flags |= IRREGULAR;
                self.odd = true;
                continue;
            }
            let Ok(text) = tree.key(key) else {
                self.odd = true;
                continue;
            };
            let repeated = if count <= FEW {
                let mut before = tree.pairs(id).take(position);
                before.any(|(other, _)| !tree.is_merge_key(other) && tree.key(other).is_ok_and(|other| other == text))
            } else {
                !seen.insert(text)
            };
            if repeated {
                flags |= IRREGULAR | REPEATS;
            }
        }
        flags
    }
}
