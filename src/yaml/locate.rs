//! Where a path leads in a document, and which keys of it are repeated.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::entries::Entry;
use super::path::{FieldPath, Segment};
use super::tree::{IRREGULAR, Kind, NodeId, REPEATS, Tree};
use crate::source::span::Span;

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The value at the path; `None` where there is none, or null.
    pub value: Option<NodeId>,
    /// What to point at: a scalar value itself, the key (or the head of the element) of a collection, and for what is
    /// absent the key (or the head of the element) that is nearest to where it would stand.
    pub span: Span,
    /// How many steps of the path exist.
    pub depth: usize,
    /// The last node on the path that exists.
    pub nearest: NodeId,
}

/// Lists of more nodes than this, and mappings of more keys, are indexed when they are first looked into, so that a
/// thousand paths into one of them cost no more than one walk over it.
const LARGE: usize = 64;

/// Follows paths in one document.
pub struct Locator<'a, 't> {
    tree: &'a Tree<'t>,
    lists: RefCell<HashMap<NodeId, Vec<NodeId>>>,
    mappings: RefCell<HashMap<NodeId, HashMap<Cow<'a, str>, Entry>>>,
}

impl<'a, 't> Locator<'a, 't> {
    /// For paths in this document.
    pub fn new(tree: &'a Tree<'t>) -> Self {
        Self { tree, lists: RefCell::default(), mappings: RefCell::default() }
    }

    /// Follows a path from `root` as far as it leads.
    pub fn locate(&self, root: NodeId, path: &FieldPath) -> Located {
        let (mut node, mut parent) = (root, root);
        let mut span = self.head(root);
        for (depth, segment) in path.segments().iter().enumerate() {
            let step = match segment {
                Segment::Field(name) => self.entry(node, name).map(|entry| (self.tree.span(entry.key), entry.value)),
                Segment::Index(index) => self.element(node, *index).map(|element| (self.head(element), element)),
            };
            let Some((head, next)) = step else { return Located { value: None, span, depth, nearest: node } };
            span = head;
            parent = node;
            node = next;
        }
        let depth = path.segments().len();
        if self.tree.is_null(node) {
            return Located { value: None, span, depth: depth.saturating_sub(1), nearest: parent };
        }
        if self.tree.kind(self.tree.resolve(node)) == Kind::Scalar {
            span = self.tree.span(node);
        }
        Located { value: Some(node), span, depth, nearest: node }
    }

    /// What stands for a whole element or object: its name if it has one, else its first key, else itself.
    fn head(&self, id: NodeId) -> Span {
        let tree = self.tree;
        let resolved = tree.resolve(id);
        if resolved != id || tree.kind(resolved) != Kind::Mapping {
            return tree.span(id);
        }
        let name = tree.pairs(id).take(LARGE).find(|&(key, _)| tree.raw_bytes(key) == b"name");
        match (name, tree.pairs(id).next()) {
            (Some((key, value)), _) if tree.kind(value) == Kind::Scalar => {
                Span { start: tree.span(key).start, end: tree.span(value).end.max(tree.span(key).end) }
            }
            (_, Some((key, _))) => tree.span(key),
            (_, None) => tree.span(id),
        }
    }

    pub(super) fn element(&self, id: NodeId, index: usize) -> Option<NodeId> {
        let id = self.tree.resolve(id);
        if self.tree.descendants(id) <= LARGE {
            return self.tree.elements(id).nth(index);
        }
        let mut lists = self.lists.borrow_mut();
        lists.entry(id).or_insert_with(|| self.tree.elements(id).collect()).get(index).copied()
    }

    pub(super) fn entry(&self, id: NodeId, key: &str) -> Option<Entry> {
        let id = self.tree.resolve(id);
        // What a mapping merges may be far larger than itself.
        let is_small = || self.tree.descendants(id) <= LARGE || self.tree.pairs(id).nth(LARGE).is_none();
        if !self.tree.has_flag(id, IRREGULAR) && is_small() {
            return self.tree.entry(id, key);
        }
        let mut mappings = self.mappings.borrow_mut();
        let tree = self.tree;
        let index = mappings
            .entry(id)
            .or_insert_with(|| tree.entries(id).filter_map(|entry| Some((tree.key(entry.key).ok()?, entry))).collect());
        index.get(key).copied()
    }
}

/// A key that stands more than once in a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The path of the mapping from where the search began; all repeated keys of a mapping share it.
    parent: Arc<[Segment]>,
    /// The entry that loses.
    pub lost: Entry,
    /// The entry after it with the same key.
    pub wins: Entry,
}

impl Repeated {
    /// The path of the key from where the search began.
    pub fn path(&self, tree: &Tree<'_>) -> FieldPath {
        FieldPath::new(self.parent.to_vec()).field(tree.key(self.wins.key).unwrap_or_default().into_owned())
    }
}

/// Every key that is repeated at or below `root` (or what it stands for as an alias), in the order of the document.
pub fn repeated_keys(tree: &Tree<'_>, root: NodeId) -> Vec<Repeated> {
    let root = tree.resolve(root);
    let mut repeated = Vec::new();
    if tree.inside(root).any(|id| tree.has_flag(id, REPEATS)) {
        walk(tree, root, |id, path| {
            if tree.has_flag(id, REPEATS) {
                repeats_of(tree, id, path, &mut repeated);
            }
        });
    }
    repeated
}

/// The repeated keys of one mapping alone.
pub fn repeats_of(tree: &Tree<'_>, id: NodeId, path: &[Segment], repeated: &mut Vec<Repeated>) {
    let mut last: HashMap<Cow<'_, str>, Entry> = HashMap::new();
    let parent: Arc<[Segment]> = path.into();
    for (key, value) in tree.pairs(id).filter(|&(key, _)| !tree.is_merge_key(key)) {
        let Ok(text) = tree.key(key) else { continue };
        let wins = Entry { key, value };
        if let Some(lost) = last.insert(text, wins) {
            repeated.push(Repeated { parent: Arc::clone(&parent), lost, wins });
        }
    }
}

/// Visits every node from `root` on with its path, as written and in the order of the document. Keeps its own stack.
pub fn walk(tree: &Tree<'_>, root: NodeId, mut visit: impl FnMut(NodeId, &[Segment])) {
    walk_into(tree, root, |_, id, path| {
        visit(id, path);
        true
    });
}

/// As [`walk`], with the key of each value of a mapping, and only into those nodes for which `visit` says so.
pub fn walk_into(tree: &Tree<'_>, root: NodeId, mut visit: impl FnMut(Option<NodeId>, NodeId, &[Segment]) -> bool) {
    let mut path = Vec::new();
    if !visit(None, root, &path) {
        return;
    }
    let mut open = vec![(root, tree.children(root), 0)];
    while let Some((parent, children, count)) = open.last_mut() {
        let Some(child) = children.next() else {
            open.pop();
            path.pop();
            continue;
        };
        let (segment, key, child) = if tree.kind(*parent) == Kind::Mapping {
            let Some(value) = children.next() else { continue };
            (Segment::Field(tree.key(child).unwrap_or_default().into_owned().into()), Some(child), value)
        } else {
            (Segment::Index(*count), None, child)
        };
        *count += 1;
        path.push(segment);
        if visit(key, child, &path) {
            open.push((child, tree.children(child), 0));
        } else {
            path.pop();
        }
    }
}

/// As [`walk_into`], but into those nodes alone inside of which some node is wanted, be it a key: making a path for each
/// node costs far more than a look at it.
pub fn walk_to(
    tree: &Tree<'_>,
    root: NodeId,
    wanted: impl Fn(NodeId) -> bool,
    mut visit: impl FnMut(Option<NodeId>, NodeId, &[Segment]) -> bool,
) {
    let mut wanted = tree.inside(root).filter(|&id| wanted(id)).peekable();
    walk_into(tree, root, |key, node, path| {
        while wanted.next_if(|&next| next < node).is_some() {}
        visit(key, node, path) && wanted.peek().is_some_and(|&next| tree.contains(node, next))
    });
}
