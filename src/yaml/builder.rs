//! Builds a [`Tree`] from the parts of a document in the order in which they are written.

use std::collections::HashSet;

use super::scalar;
use super::tree::{COOKED, IMPLICIT, IRREGULAR, Kind, NAME, Node, NodeId, REPEATS, Style, Tag, Tree};
use crate::source::span::{Span, offset};

/// Mappings of at most this many entries are searched for repeated keys by comparing those that may be equal.
const FEW: usize = 24;
/// Room is made for a node for so many bytes of a document, which is enough for nearly all: others are copied as they
/// grow.
const BYTES_PER_NODE: usize = 12;
/// Room for collections in each other, which is enough for nearly all documents.
const DEPTH: usize = 16;

/// Grows a tree node by node.
pub(super) struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<NodeId>,
    /// The keys of the mapping that is being closed.
    keys: Vec<NodeId>,
    /// Where the last node ends: a collection in braces or brackets behind them.
    end: u32,
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
        Self { tree, open: Vec::with_capacity(DEPTH), keys: Vec::with_capacity(DEPTH), end: 0, odd: false }
    }

    /// Makes room for a document of so many bytes.
    pub fn expect(&mut self, bytes: usize) {
        self.tree.nodes.reserve(bytes / BYTES_PER_NODE + 1);
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
        let may_be_odd = || {
            let text = self.tree.raw_bytes(id);
            scalar::ODD.contains(&text.len()) && matches!(text[0], b'.' | b'+' | b'-')
        };
        self.odd |= tag != Tag::None || implicit && may_be_odd() && scalar::is_odd(self.tree.raw(id));
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
        let next = offset(self.tree.nodes.len());
        let node = &mut self.tree.nodes[id.index()];
        node.next = next;
        node.span.end = end.unwrap_or(self.end).max(node.span.start);
        self.end = node.span.end;
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
        self.end = node.span.end;
        self.tree.nodes.push(node);
        id
    }

    fn mapping_flags(&mut self, id: NodeId) -> u8 {
        let mut keys = std::mem::take(&mut self.keys);
        keys.clear();
        let mut are_names = true;
        let (mut at, end) = (id.0 + 1, self.tree.node(id).next);
        while at < end {
            let key = NodeId(at);
            if self.tree.is_name(key) {
                self.tree.nodes[key.index()].flags |= NAME;
            } else {
                are_names = false;
            }
            keys.push(key);
            let value = NodeId(self.tree.node(key).next);
            at = self.tree.node(value).next;
        }
        let flags = if are_names {
            if self.repeats_a_name(&keys) { IRREGULAR | REPEATS } else { 0 }
        } else {
            self.flags_of_odd_keys(&keys)
        };
        self.keys = keys;
        flags
    }

    /// Whether two of these keys are equal, which are strings and stand for themselves.
    fn repeats_a_name(&self, keys: &[NodeId]) -> bool {
        let tree = &self.tree;
        if keys.len() > FEW {
            let mut seen = HashSet::with_capacity(keys.len());
            return !keys.iter().all(|&key| seen.insert(tree.raw_bytes(key)));
        }
        // A bit for each key: only one whose bit is taken can be a repetition.
        let mut taken = 0u64;
        let repeats = |(position, &key): (usize, &NodeId)| {
            let text = tree.raw_bytes(key);
            let bit = 1 << (mix(text) % 64);
            let is_new = taken & bit == 0;
            taken |= bit;
            !is_new && keys[..position].iter().any(|&before| tree.raw_bytes(before) == text)
        };
        keys.iter().enumerate().any(repeats)
    }

    /// The flags of a mapping with merges, numbers or anything else among its keys.
    fn flags_of_odd_keys(&mut self, keys: &[NodeId]) -> u8 {
        let tree = &self.tree;
        let mut flags = 0;
        let mut seen = HashSet::new();
        for &key in keys {
            if tree.is_merge_key(key) {
                flags |= IRREGULAR;
                self.odd = true;
                continue;
            }
            let Ok(text) = tree.key(key) else {
                self.odd = true;
                continue;
            };
            if !seen.insert(text) {
                flags |= IRREGULAR | REPEATS;
            }
        }
        flags
    }
}

/// A number that differs for most texts that do.
fn mix(text: &[u8]) -> usize {
    let byte = |at: usize| text.get(at).copied().map_or(0, usize::from);
    let (len, last) = (text.len(), byte(text.len().wrapping_sub(1)));
    len.wrapping_mul(31) ^ byte(0).wrapping_mul(7) ^ byte(len / 2).wrapping_mul(11) ^ last.wrapping_mul(3)
}
