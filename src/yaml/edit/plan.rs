//! What is wanted of a document, brought together by the collections that it changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::super::path::Segment;
use super::super::tree::{IRREGULAR, Kind, NodeId, Style};
use super::{Edit, Editor, IN_LINE, Refused, Wanted, block, flow, render};

/// What changes in one collection.
#[derive(Default)]
pub(super) struct Group {
    /// The keys or elements that go.
    pub removed: BTreeSet<NodeId>,
    /// Keys that come, with their values.
    pub keys: Map<String, Value>,
    /// Elements that come.
    pub elements: Vec<Value>,
    /// Keys whose null or empty value becomes another.
    pub filled: BTreeMap<NodeId, Value>,
}

/// All that changes in a document.
pub(super) struct Plan<'e, 'a, 't> {
    editor: &'e Editor<'a, 't>,
    groups: BTreeMap<NodeId, Group>,
    replaced: BTreeMap<NodeId, Value>,
    /// The collection and the key or element that hold a collection, as far as paths led there.
    above: HashMap<NodeId, (NodeId, NodeId)>,
}

impl<'e, 'a, 't> Plan<'e, 'a, 't> {
    pub fn new(editor: &'e Editor<'a, 't>) -> Self {
        Self { editor, groups: BTreeMap::new(), replaced: BTreeMap::new(), above: HashMap::new() }
    }

    /// Takes in one wish.
    pub fn want(&mut self, wanted: &Wanted<'_>) -> Result<(), Refused> {
        let tree = self.editor.tree;
        let segments = wanted.path.segments();
        let mut node = wanted.root;
        for (depth, segment) in segments.iter().enumerate() {
            let parent = tree.resolve(node);
            let is_last = depth + 1 == segments.len();
            let Some(head) = self.child(parent, segment) else {
                let Some(value) = wanted.set else { return Err(Refused("there is nothing to take away")) };
                return self.add(parent, &segments[depth..], value);
            };
            let is_direct = self.editor.heads(parent).binary_search(&head).is_ok();
            let value = self.editor.value_of(parent, head);
            if is_direct {
                self.above.insert(tree.resolve(value), (parent, head));
            }
            let Some(set) = wanted.set else {
                if is_last {
                    return self.remove(parent, head, is_direct);
                }
                node = value;
                continue;
            };
            if tree.is_null(value) && !(is_last && set.is_null()) {
                if !is_direct || tree.kind(parent) != Kind::Mapping || tree.kind(value) == Kind::Alias {
                    return Err(Refused("a null that is merged or an element cannot be filled"));
                }
                return self.fill(parent, head, wrap(&segments[depth + 1..], set)?);
            }
            if is_last {
                return self.replace(value, set);
            }
            node = value;
        }
        Err(Refused("the whole object cannot be replaced"))
    }

    /// The nodes in which something changes.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.groups.keys().chain(self.replaced.keys()).copied()
    }

    /// The key or element that a step leads to.
    fn child(&self, parent: NodeId, segment: &Segment) -> Option<NodeId> {
        match segment {
            Segment::Field(name) => self.editor.locator.entry(parent, name).map(|entry| entry.key),
            Segment::Index(index) => self.editor.locator.element(parent, *index),
        }
    }

    fn add(&mut self, parent: NodeId, rest: &[Segment], value: &Value) -> Result<(), Refused> {
        let tree = self.editor.tree;
        let [first, below @ ..] = rest else { return Err(Refused("nothing is named")) };
        let is_empty = self.editor.heads(parent).is_empty();
        match (tree.kind(parent), first) {
            (Kind::Mapping, Segment::Field(name)) if !is_empty => {
                let value = wrap(below, value)?;
                let keys = &mut self.groups.entry(parent).or_default().keys;
                insert(keys, name.clone().into_owned(), value)
            }
            (Kind::Sequence, Segment::Index(_)) if !is_empty => {
                let value = wrap(below, value)?;
                let elements = &mut self.groups.entry(parent).or_default().elements;
                if !elements.contains(&value) {
                    elements.push(value);
                }
                Ok(())
            }
            (Kind::Mapping, Segment::Field(_)) | (Kind::Sequence, Segment::Index(_)) => {
                let Some(&(mapping, key)) = self.above.get(&parent) else {
                    return Err(Refused("an empty collection that is not the value of a key cannot be filled"));
                };
                if tree.kind(mapping) != Kind::Mapping || self.editor.value_of(mapping, key) != parent {
                    return Err(Refused("an empty collection that is not the value of a key cannot be filled"));
                }
                self.fill(mapping, key, wrap(rest, value)?)
            }
            _ => Err(Refused("something of another type stands there")),
        }
    }

    fn fill(&mut self, mapping: NodeId, key: NodeId, value: Value) -> Result<(), Refused> {
        let filled = &mut self.groups.entry(mapping).or_default().filled;
        if let Some(known) = filled.get_mut(&key) {
            return merge(known, value);
        }
        filled.insert(key, value);
        Ok(())
    }

    fn replace(&mut self, node: NodeId, value: &Value) -> Result<(), Refused> {
        if !matches!(self.editor.tree.kind(node), Kind::Scalar | Kind::Alias) {
            return Err(Refused("a collection cannot be replaced"));
        }
        if self.replaced.insert(node, value.clone()).is_some_and(|known| known != *value) {
            return Err(Refused("two values are wanted for one field"));
        }
        Ok(())
    }

    fn remove(&mut self, parent: NodeId, head: NodeId, is_direct: bool) -> Result<(), Refused> {
        let tree = self.editor.tree;
        if !is_direct {
            return Err(Refused("what is merged cannot be taken away"));
        }
        if tree.kind(parent) == Kind::Mapping && tree.has_flag(parent, IRREGULAR) {
            return Err(Refused("taking a key from a mapping with merges or repeated keys may uncover another"));
        }
        self.groups.entry(parent).or_default().removed.insert(head);
        Ok(())
    }

    /// Turns the taking away of all that a collection holds into the taking away of the collection.
    fn prune(&mut self) -> Result<(), Refused> {
        let mut pending: Vec<NodeId> = self.groups.keys().copied().collect();
        while let Some(parent) = pending.pop() {
            let Some(group) = self.groups.get(&parent) else { continue };
            let is_emptied = group.removed.len() == self.editor.heads(parent).len();
            if !is_emptied || group.removed.is_empty() || !group.keys.is_empty() || !group.elements.is_empty() {
                continue;
            }
            let above = self.above.get(&parent).filter(|(holder, _)| self.editor.tree.kind(*holder) == Kind::Mapping);
            let Some(&(mapping, key)) = above else {
                return Err(Refused("taking this away would leave an empty element"));
            };
            self.groups.remove(&parent);
            self.remove(mapping, key, true)?;
            pending.push(mapping);
        }
        Ok(())
    }

    /// Leaves out what goes anyway with something around it.
    fn drop_inner(&mut self) -> Result<(), Refused> {
        let editor = self.editor;
        let gone: Vec<(u32, u32)> = self
            .groups
            .iter()
            .flat_map(|(&parent, group)| group.removed.iter().map(move |&head| (parent, head)))
            .map(|(parent, head)| (head.0, editor.tree.node(editor.value_of(parent, head)).next))
            .collect();
        if gone.iter().any(|&(head, next)| editor.holds_anchor(NodeId(head), next)) {
            return Err(Refused("an alias stands for what would be taken away"));
        }
        // In the order of ids, where a range lies apart from another or within it.
        let mut gone = gone;
        gone.sort_unstable();
        let mut outer: Vec<(u32, u32)> = Vec::new();
        for (start, end) in gone {
            if outer.last().is_none_or(|last| start >= last.1) {
                outer.push((start, end));
            }
        }
        let is_gone = |node: NodeId| {
            let after = outer.partition_point(|&(start, _)| start <= node.0);
            after.checked_sub(1).is_some_and(|at| node.0 < outer[at].1)
        };
        self.groups.retain(|&parent, _| !is_gone(parent));
        self.replaced.retain(|&node, _| !is_gone(node));
        Ok(())
    }

    /// The edits, in no order.
    pub fn edits(mut self) -> Result<Vec<Edit>, Refused> {
        self.prune()?;
        self.drop_inner()?;
        let mut edits = Vec::new();
        for (&parent, group) in &self.groups {
            if self.editor.is_flow(parent) {
                flow::edits(self.editor, parent, group, &mut edits)?;
            } else {
                block::edits(self.editor, parent, group, &mut edits)?;
            }
        }
        for (&node, value) in &self.replaced {
            let start = self.editor.start_of(node);
            let quote = if self.editor.is_json { Style::DoubleQuoted } else { self.editor.tree.style(node) };
            edits.push(Edit {
                start,
                end: self.editor.end_of(node),
                text: render::flow(value, quote, false),
                depth: IN_LINE,
            });
        }
        Ok(edits)
    }
}

/// A value below these steps.
fn wrap(steps: &[Segment], value: &Value) -> Result<Value, Refused> {
    let mut value = value.clone();
    for step in steps.iter().rev() {
        value = match step {
            Segment::Field(name) => Value::Object(Map::from_iter([(name.clone().into_owned(), value)])),
            Segment::Index(0) => Value::Array(vec![value]),
            Segment::Index(_) => return Err(Refused("the elements before this one are missing")),
        };
    }
    Ok(value)
}

fn insert(keys: &mut Map<String, Value>, name: String, value: Value) -> Result<(), Refused> {
    if let Some(known) = keys.get_mut(&name) {
        return merge(known, value);
    }
    keys.insert(name, value);
    Ok(())
}

/// Brings two values together that are wanted at one place.
fn merge(known: &mut Value, other: Value) -> Result<(), Refused> {
    match (known, other) {
        (Value::Object(known), Value::Object(other)) => {
            other.into_iter().try_for_each(|(name, value)| insert(known, name, value))
        }
        (known, other) if *known == other => Ok(()),
        _ => Err(Refused("two values are wanted for one field")),
    }
}
