//! The objects that expressions read. Each value in them knows its path.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::value::Value;

/// Maps with more keys than this have an index.
const INDEXED: usize = 16;

/// How the API server holds an object, which shows in a few corners of CEL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// A built-in kind: a Go struct. Lists take `int` as index only, and comparing a list or a map with
    /// anything else is an error.
    Typed,
    /// A custom resource: JSON.
    Dynamic,
}

/// A tree of JSON values under the name of a variable.
pub struct Document {
    name: Arc<str>,
    flavor: Flavor,
    nodes: Vec<Node>,
    /// For each node its parent and how it is reached from there. The root is its own parent.
    parents: Vec<(u32, Step)>,
}

enum Node {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(Arc<str>),
    List(Vec<u32>),
    Map { entries: Vec<(Arc<str>, u32)>, index: Option<HashMap<Arc<str>, u32>> },
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The key of a map.
    Key(Arc<str>),
    /// The index in a list.
    Index(usize),
}

/// Where a value stands: the variable that holds the document, and the way from there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// The variable: `object`, `params`.
    pub root: Arc<str>,
    /// The steps from the root of the document.
    pub steps: Vec<Step>,
}

/// `object.spec.containers[0].image`
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        for step in &self.steps {
            match step {
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Document {
    /// The tree of `json`, which paths name `name`. Whole numbers become `int` (those above its range `uint`).
    pub fn new(name: &str, json: &serde_json::Value, flavor: Flavor) -> Arc<Document> {
        let mut document = Document { name: name.into(), flavor, nodes: Vec::new(), parents: Vec::new() };
        let mut waiting = vec![(json, 0)];
        // Children are appended behind their parents, level by level: no recursion however deep it is.
        let mut next = 0;
        document.nodes.push(Node::Null);
        document.parents.push((0, Step::Index(0)));
        while next < waiting.len() {
            let (json, node): (_, u32) = waiting[next];
            next += 1;
            let made = document.node(json, node, &mut waiting);
            document.nodes[node as usize] = made;
        }
        Arc::new(document)
    }

    fn node<'j>(
        &mut self,
        json: &'j serde_json::Value,
        parent: u32,
        waiting: &mut Vec<(&'j serde_json::Value, u32)>,
    ) -> Node {
        let mut child = |json: &'j serde_json::Value, step: Step| {
            let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            self.nodes.push(Node::Null);
            self.parents.push((parent, step));
            waiting.push((json, id));
            id
        };
        match json {
            serde_json::Value::Null => Node::Null,
            serde_json::Value::Bool(value) => Node::Bool(*value),
            serde_json::Value::Number(number) => number_node(number),
            serde_json::Value::String(text) => Node::String(text.as_str().into()),
            serde_json::Value::Array(items) => {
                Node::List(items.iter().enumerate().map(|(at, item)| child(item, Step::Index(at))).collect())
            }
            serde_json::Value::Object(fields) => {
                let entries: Vec<(Arc<str>, u32)> = fields
                    .iter()
                    .map(|(key, value)| {
                        let key: Arc<str> = key.as_str().into();
                        (key.clone(), child(value, Step::Key(key)))
                    })
                    .collect();
                let index = (entries.len() > INDEXED).then(|| entries.iter().cloned().collect());
                Node::Map { entries, index }
            }
        }
    }

    /// The whole document as a value.
    pub fn root(self: &Arc<Self>) -> Value {
        NodeRef { document: self.clone(), node: 0 }.value()
    }

    /// The variable that holds it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The way to a node.
    pub(crate) fn path(&self, mut node: u32) -> Path {
        let mut steps = Vec::new();
        while node != 0 {
            let (parent, step) = &self.parents[node as usize];
            steps.push(step.clone());
            node = *parent;
        }
        steps.reverse();
        Path { root: self.name.clone(), steps }
    }
}

fn number_node(number: &serde_json::Number) -> Node {
    if let Some(int) = number.as_i64() {
        return Node::Int(int);
    }
    if let Some(uint) = number.as_u64() {
        return Node::Uint(uint);
    }
    Node::Double(number.as_f64().unwrap_or(f64::NAN))
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {} nodes)", self.name, self.nodes.len())
    }
}

/// A place in a document.
#[derive(Clone)]
pub struct NodeRef {
    document: Arc<Document>,
    node: u32,
}

impl fmt::Debug for NodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path())
    }
}

impl NodeRef {
    fn get(&self) -> &Node {
        &self.document.nodes[self.node as usize]
    }

    fn at(&self, node: u32) -> NodeRef {
        NodeRef { document: self.document.clone(), node }
    }

    /// Where it stands.
    pub fn path(&self) -> Path {
        self.document.path(self.node)
    }

    pub(crate) fn document(&self) -> &Arc<Document> {
        &self.document
    }

    pub(crate) fn id(&self) -> u32 {
        self.node
    }

    pub(crate) fn value(&self) -> Value {
        match self.get() {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(*value),
            Node::Int(value) => Value::Int(*value),
            Node::Uint(value) => Value::Uint(*value),
            Node::Double(value) => Value::Double(*value),
            Node::String(text) => Value::String(text.clone()),
            Node::List(_) | Node::Map { .. } => Value::Node(self.clone()),
        }
    }

    pub(crate) fn is_typed(&self) -> bool {
        self.document.flavor == Flavor::Typed
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.get(), Node::List(_))
    }

    pub(crate) fn len(&self) -> usize {
        match self.get() {
            Node::List(items) => items.len(),
            Node::Map { entries, .. } => entries.len(),
            _ => 0,
        }
    }

    pub(crate) fn element(&self, index: usize) -> Option<NodeRef> {
        match self.get() {
            Node::List(items) => items.get(index).map(|node| self.at(*node)),
            _ => None,
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<NodeRef> {
        let Node::Map { entries, index } = self.get() else { return None };
        let found = match index {
            Some(index) => index.get(name).copied(),
            None => entries.iter().find(|(key, _)| &**key == name).map(|(_, node)| *node),
        };
        found.map(|node| self.at(node))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        let entries: &[(Arc<str>, u32)] = match self.get() {
            Node::Map { entries, .. } => entries,
            _ => &[],
        };
        entries.iter().map(|(key, _)| key)
    }

    pub(crate) fn go_name(&self) -> &'static str {
        match (self.is_typed(), self.is_list()) {
            (true, true) => "*common.reflectSchemalessTypedList",
            (true, false) => "*common.reflectSchemalessTypedStruct",
            (false, true) => "*types.baseList",
            (false, false) => "*types.baseMap",
        }
    }
}
