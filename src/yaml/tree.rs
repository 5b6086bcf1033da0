//! One document as an arena of nodes, each with its place in the file.

use std::ops::Range;

use crate::source::span::Span;

/// A node of a [`Tree`]. Only meaningful for the tree that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Keys and values.
    Mapping,
    /// Elements.
    Sequence,
    /// A value without parts.
    Scalar,
    /// `*name`: stands for the node that bears the anchor.
    Alias,
}

/// How a scalar is written, as far as it matters for what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: its text decides its type.
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes.
    DoubleQuoted,
    /// A block scalar, `|` or `>`.
    Block,
    /// A number in JSON, which is a number whatever its size.
    JsonNumber,
}

/// The tags that change what a scalar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// No tag: style and text decide.
    None,
    /// `!!str`
    Str,
    /// `!!bool`
    Bool,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!null`
    Null,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`
    Merge,
    /// Any other, which makes a string of what it stands before.
    Other,
}

impl Tag {
    /// The short spelling, for messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Tag::None | Tag::Other => "",
            Tag::Str => "!!str",
            Tag::Bool => "!!bool",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Null => "!!null",
            Tag::Timestamp => "!!timestamp",
            Tag::Binary => "!!binary",
            Tag::Merge => "!!merge",
        }
    }
}

/// One node. Nodes stand in the order in which they are written, so the children of a node follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub span: Span,
    /// Scalar: start and length of its value, in the file's text or in the tree's own.
    /// Alias: the target's id and 0.
    pub value: (u32, u32),
    /// The id after the last descendant.
    pub next: u32,
    pub kind: Kind,
    pub style: Style,
    pub tag: Tag,
    pub flags: u8,
}

/// Flag: the value of a scalar is not verbatim in the file and stands in the tree's own text.
pub(super) const COOKED: u8 = 1;
/// Flag: a mapping with a merge key or a repeated key, whose entries have to be settled.
pub(super) const IRREGULAR: u8 = 2;
/// Flag: a plain scalar (or one with the tag `!`), whose text decides its type.
pub(super) const IMPLICIT: u8 = 4;
/// Flag: a mapping that repeats a key.
pub(super) const REPEATS: u8 = 8;
/// Flag: a key that is a string and stands for itself.
pub(super) const NAME: u8 = 16;

/// One document of a file: its nodes, and the text they were read from.
#[derive(Debug, PartialEq, Eq)]
pub struct Tree<'t> {
    /// The text of the whole file; spans are offsets into it.
    pub(super) text: &'t str,
    /// Values that are not verbatim in `text`: escapes, folded lines, block scalars.
    pub(super) cooked: String,
    pub(super) nodes: Vec<Node>,
    /// What the parser did not read because the document had ended.
    pub(super) ignored: Option<Span>,
}

impl<'t> Tree<'t> {
    /// The root; `None` for a document without content, which is null.
    pub fn root(&self) -> Option<NodeId> {
        (!self.nodes.is_empty()).then_some(NodeId(0))
    }

    /// The file's text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Content after the document's end, which Kubernetes never reads.
    pub fn ignored(&self) -> Option<Span> {
        self.ignored
    }

    /// Whether anything stands for something else.
    pub fn has_aliases(&self) -> bool {
        self.nodes.iter().any(|node| node.kind == Kind::Alias)
    }

    /// What a node is, aliases as such.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// Where a node stands.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// How a scalar is written.
    pub fn style(&self, id: NodeId) -> Style {
        self.node(id).style
    }

    /// The tag of a node.
    pub fn tag(&self, id: NodeId) -> Tag {
        self.node(id).tag
    }

    /// The node itself, or the one that an alias stands for.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        // An anchor can only be borne by a real node, so one step is enough.
        if node.kind == Kind::Alias { NodeId(node.value.0) } else { id }
    }

    /// The value of a scalar as a string, whatever its type; "" for other nodes.
    pub fn raw(&self, id: NodeId) -> &str {
        let (source, range) = self.written(id);
        &source[range]
    }

    /// As [`Self::raw`], as bytes: cheaper where they are only compared.
    pub fn raw_bytes(&self, id: NodeId) -> &[u8] {
        let (source, range) = self.written(id);
        &source.as_bytes()[range]
    }

    /// The text that holds the value of a scalar, and where; nothing of it for other nodes.
    fn written(&self, id: NodeId) -> (&str, Range<usize>) {
        let node = self.node(id);
        if node.kind != Kind::Scalar {
            return ("", 0..0);
        }
        let (start, len) = (node.value.0 as usize, node.value.1 as usize);
        (if node.flags & COOKED == 0 { self.text } else { &self.cooked }, start..start + len)
    }

    /// The children of a node: elements, or keys and values in turn. Scalars and aliases have none.
    pub fn children(&self, id: NodeId) -> Children<'_, 't> {
        let node = self.node(id);
        let end = match node.kind {
            Kind::Mapping | Kind::Sequence => node.next,
            Kind::Scalar | Kind::Alias => id.0 + 1,
        };
        Children { tree: self, next: id.0 + 1, end }
    }

    /// The keys and values of a mapping as they are written, merge keys and repeated keys included.
    pub fn pairs(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
        let mut children = self.children(id);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// How many nodes a collection holds, nested ones included.
    pub fn descendants(&self, id: NodeId) -> usize {
        (self.node(id).next - id.0 - 1) as usize
    }

    /// The node itself and every node inside it, as written.
    pub fn inside(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.node(id).next).map(NodeId)
    }

    /// Whether a node is `outer` or written inside of it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        (outer.0..self.node(outer).next).contains(&inner.0)
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    pub(super) fn has_flag(&self, id: NodeId, flag: u8) -> bool {
        self.node(id).flags & flag != 0
    }
}

/// Iterator over the children of a node.
#[derive(Clone, Debug)]
pub struct Children<'a, 't> {
    tree: &'a Tree<'t>,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_, '_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = NodeId(self.next);
        self.next = self.tree.node(id).next;
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_node_stays_small() {
        assert_eq!(std::mem::size_of::<super::Node>(), 24);
    }
}
