//! What a waiver in a manifest covers: a field and what is below it, an element, an object or the whole document.

use crate::manifest::object::Object;
use crate::yaml::locate::repeated_keys;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Children, Kind, NodeId, Tree};

/// What a waiver covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything in the document.
    Document,
    /// A field of an object and what is below it; all of the object where the path is its root.
    Field {
        /// The object's place in a list.
        item: Option<String>,
        /// The path in the object.
        path: FieldPath,
    },
}

/// A field with its key, or an element of a list.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where it begins: at its key.
    start: u32,
    /// Its value.
    node: NodeId,
    key: Option<NodeId>,
    /// Its place among the elements of a list.
    index: usize,
    /// The entry that it is inside of.
    parent: Option<usize>,
}

/// All fields and elements of a document, in the order of the text.
pub(crate) struct Entries<'a, 't> {
    tree: &'a Tree<'t>,
    /// In the order in which they are written; what begins at the same place, the outermost first.
    list: Vec<Entry>,
    /// The objects of the document, in its order.
    objects: &'a [Object],
    /// What stands behind keys that are given again further down: the cluster never sees it.
    lost: Vec<NodeId>,
}

impl<'a, 't> Entries<'a, 't> {
    pub fn new(tree: &'a Tree<'t>, root: NodeId, objects: &'a [Object]) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut open: Vec<(NodeId, Children<'_, '_>, usize, Option<usize>)> =
            vec![(root, tree.children(root), 0, None)];
        while let Some((node, children, count, parent)) = open.last_mut() {
            let Some(first) = children.next() else {
                open.pop();
                continue;
            };
            let (key, value) = match tree.kind(*node) {
                Kind::Mapping => (Some(first), children.next()),
                _ => (None, Some(first)),
            };
            let Some(value) = value else { continue };
            let start = tree.span(first).start;
            entries.push(Entry { start, node: value, key, index: *count, parent: *parent });
            *count += 1;
            open.push((value, tree.children(value), 0, Some(entries.len() - 1)));
        }
        let lost = repeated_keys(tree, root).into_iter().map(|repeated| repeated.lost.value).collect();
        Self { tree, list: entries, objects, lost }
    }

    /// Whether an entry stands behind a key that is given again further down, or is one.
    pub fn is_lost(&self, entry: usize) -> bool {
        let node = self.list[entry].node;
        self.lost.iter().any(|&lost| self.tree.contains(lost, node))
    }

    /// Where the first field begins.
    pub fn first(&self) -> Option<u32> {
        self.list.first().map(|entry| entry.start)
    }

    /// The outermost entry that begins on a line, before `end`.
    pub fn on_line(&self, line: u32, end: u32) -> Option<usize> {
        let at = self.list.partition_point(|entry| entry.start < line);
        self.list.get(at).filter(|entry| entry.start < end).map(|_| at)
    }

    /// The outermost entry that begins next.
    pub fn after(&self, offset: u32) -> Option<usize> {
        let at = self.list.partition_point(|entry| entry.start < offset);
        (at < self.list.len()).then_some(at)
    }

    /// Where an entry begins.
    pub fn start(&self, entry: usize) -> u32 {
        self.list[entry].start
    }

    /// The entries whose key begins with a text, with that key.
    pub fn keyed(&self, prefix: &str) -> impl Iterator<Item = (usize, NodeId, NodeId)> {
        let keyed = self.list.iter().enumerate().filter_map(|(at, entry)| Some((at, entry.key?, entry.node)));
        keyed.filter(move |&(_, key, _)| self.tree.raw(key).starts_with(prefix))
    }

    /// What an entry means; `None` where it holds several objects, as `items` of a List does: one waiver for all of them
    /// would also be for those that somebody adds.
    pub fn scope(&self, entry: usize) -> Option<Scope> {
        let node = self.list[entry].node;
        if let Some(object) = self.object_around(node) {
            return Some(Scope::Field { item: object.item.clone(), path: self.path(entry, object) });
        }
        let first = self.objects.partition_point(|object| object.node < node);
        let inside = self.objects[first..].iter().take_while(|object| self.tree.contains(node, object.node));
        match inside.count() {
            // A field of the list itself.
            0 => Some(Scope::Field { item: None, path: self.path_to(entry, None) }),
            1 => Some(Scope::Field { item: self.objects[first].item.clone(), path: FieldPath::ROOT }),
            _ => None,
        }
    }

    /// The object that holds a node, or is it.
    pub fn object_around(&self, node: NodeId) -> Option<&'a Object> {
        let after = self.objects.partition_point(|object| object.node <= node);
        for object in self.objects[..after].iter().rev() {
            if self.tree.contains(object.node, node) {
                return Some(object);
            }
            // Those before it may only be inside of the one that holds it if they are inside of one at all.
            if object.nesting == 0 {
                break;
            }
        }
        None
    }

    /// The object that an entry is part of, or is.
    pub fn object_of(&self, entry: usize) -> Option<&'a Object> {
        self.object_around(self.list[entry].node)
    }

    /// The path of an entry in its object.
    pub fn path(&self, entry: usize, object: &Object) -> FieldPath {
        self.path_to(entry, Some(object.node))
    }

    fn path_to(&self, entry: usize, end: Option<NodeId>) -> FieldPath {
        let mut segments = Vec::new();
        let mut at = Some(entry);
        while let Some(entry) = at.map(|at| self.list[at]).filter(|entry| Some(entry.node) != end) {
            segments.push(match entry.key {
                Some(key) => Segment::Field(self.tree.key(key).unwrap_or_default().into_owned().into()),
                None => Segment::Index(entry.index),
            });
            at = entry.parent;
        }
        segments.reverse();
        FieldPath::new(segments)
    }
}
