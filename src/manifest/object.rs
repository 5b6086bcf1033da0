//! The objects of a document: one, or those of a list.

use std::borrow::Cow;

use crate::yaml::locate::walk;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// An object of a document, by its type and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Where it stands in a list: `"2"`, in a list within a list `"2.0"`, inside another object by its path:
    /// `"spec.workload.manifests[0]"`; `None` for the document itself.
    pub item: Option<String>,
    /// Where it stands in its document: `items[2]`.
    pub path: FieldPath,
    /// Its node.
    pub node: NodeId,
    /// `apps/v1`; "" where it is missing.
    pub api_version: String,
    /// `Deployment`; "" where it is missing.
    pub kind: String,
    /// As written; "" where it is missing.
    pub namespace: String,
    /// As written; "" where it is missing.
    pub name: String,
    /// `metadata.generateName`, from which the API server makes the name where there is none; "" where it is missing.
    pub generate_name: String,
    /// How many objects it stands inside of, lists not counted.
    pub nesting: usize,
}

impl Object {
    /// The group of the apiVersion: `apps`; "" for the core group.
    pub fn group(&self) -> &str {
        group(&self.api_version)
    }

    /// The version of the apiVersion: `v1`.
    pub fn version(&self) -> &str {
        version(&self.api_version)
    }

    /// Its name, or what its name begins with where the API server makes it.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.generate_name } else { &self.name }
    }

    /// Whether it is a ConfigMap or a Secret, whose strings are files of whatever kind.
    pub fn holds_data(&self) -> bool {
        self.group().is_empty() && matches!(self.kind.as_str(), "ConfigMap" | "Secret")
    }

    /// Whether it says what it is, as every object must.
    pub fn has_type(&self) -> bool {
        !self.api_version.is_empty() && !self.kind.is_empty()
    }
}

/// The group of an apiVersion: `apps`; "" for the core group.
pub fn group(api_version: &str) -> &str {
    slash(api_version).map_or("", |at| &api_version[..at])
}

/// The version of an apiVersion: `v1`.
pub fn version(api_version: &str) -> &str {
    slash(api_version).map_or(api_version, |at| &api_version[at + 1..])
}

/// Where the slash of an apiVersion stands. They are short, and looked at often.
fn slash(api_version: &str) -> Option<usize> {
    api_version.bytes().position(|byte| byte == b'/')
}

/// A list that is none, so that Kubernetes reads no object from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadList {
    /// The list itself.
    pub list: Object,
    /// The `items` that are no list.
    pub node: NodeId,
}

/// What a document holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The objects, those of lists taken out.
    pub objects: Vec<Object>,
    /// The lists that they were taken out of.
    pub lists: Vec<Object>,
    /// The lists that cannot be read.
    pub bad_lists: Vec<BadList>,
}

/// Finds the objects of a document, in order, lists taken apart (lists in lists too).
///
/// A document is a list if it has a kind, an apiVersion and `items`, whatever its kind; an OpenShift Template is a list
/// of its `objects`. Items without kind and apiVersion take the list's: a PodList holds Pods.
/// Source: `unstructuredJSONScheme.decodeToList` in `k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go`.
/// kubectl refuses a List in a List; a linter is asked for what is in it.
pub fn objects(tree: &Tree<'_>, root: NodeId) -> Found {
    objects_at(tree, root, None, FieldPath::ROOT)
}

/// As [`objects`], of what stands somewhere in a document: `item` and `path` say where.
pub fn objects_at(tree: &Tree<'_>, root: NodeId, item: Option<String>, path: FieldPath) -> Found {
    let mut found = Found::default();
    let mut pending = vec![describe(tree, root, item, path)];
    while let Some(object) = pending.pop() {
        let Some(members) = members(tree, &object) else {
            found.objects.push(object);
            continue;
        };
        let members = match members {
            Ok(members) => members,
            Err(node) => {
                found.bad_lists.push(BadList { list: object, node });
                continue;
            }
        };
        let first = pending.len();
        for (index, item, path) in members {
            let position = match &object.item {
                Some(outer) => format!("{outer}.{index}"),
                None => index.to_string(),
            };
            let mut item = describe(tree, item, Some(position), object.path.join(&path));
            if item.kind.is_empty() && item.api_version.is_empty() {
                object.kind.strip_suffix("List").unwrap_or(&object.kind).clone_into(&mut item.kind);
                item.api_version.clone_from(&object.api_version);
            }
            pending.push(item);
        }
        pending[first..].reverse();
        found.lists.push(object);
    }
    found
}

/// Whatever says inside of an object that it is one, at any depth, as findings name it.
pub fn objects_inside(tree: &Tree<'_>, object: &Object) -> Vec<Object> {
    let mut found = Vec::new();
    walk(tree, object.node, |node, path| {
        if !path.is_empty() && tree.get(node, "apiVersion").is_some() && tree.get(node, "kind").is_some() {
            let path = FieldPath::new(path.to_vec());
            found.push(describe(tree, node, Some(inner_item(object, &path)), object.path.join(&path)));
        }
    });
    found
}

/// How an object is known that stands at a path of another.
pub fn inner_item(outer: &Object, path: &FieldPath) -> String {
    let item = outer.item.as_ref().map(|item| format!("{item}.")).unwrap_or_default();
    item + &path.to_string()
}

/// A member of a list: its index, its node, and its path from the list.
type Member = (usize, NodeId, FieldPath);

/// The members of an object that is a list, with their indices and paths; or the value that should be a list and is none.
fn members(tree: &Tree<'_>, object: &Object) -> Option<Result<Vec<Member>, NodeId>> {
    if !object.has_type() {
        return None;
    }
    let (list, path, member) = match (object.group(), object.kind.as_str()) {
        ("" | "template.openshift.io", "Template") => (tree.get(object.node, "objects")?, "objects", None),
        ("kro.run", "ResourceGraphDefinition") => {
            (tree.get(tree.get(object.node, "spec")?, "resources")?, "spec.resources", Some("template"))
        }
        _ => (tree.get(object.node, "items")?, "items", None),
    };
    if tree.kind(tree.resolve(list)) != Kind::Sequence && !tree.is_null(list) {
        return Some(Err(list));
    }
    let members = tree.elements(list).enumerate();
    // A resource of a graph may only refer to one that exists: it has no template.
    let path = FieldPath::of(path);
    let member = |(index, node)| {
        let path = path.index(index);
        Some(match member {
            None => (index, node, path),
            Some(key) => (index, tree.get(node, key)?, path.field(key)),
        })
    };
    Some(Ok(members.filter_map(member).collect()))
}

fn describe(tree: &Tree<'_>, node: NodeId, item: Option<String>, path: FieldPath) -> Object {
    let text = |parent: Option<NodeId>, key| {
        parent.and_then(|parent| tree.get_str(parent, key)).map(Cow::into_owned).unwrap_or_default()
    };
    let metadata = tree.get(node, "metadata");
    Object {
        item,
        path,
        node,
        api_version: text(Some(node), "apiVersion"),
        kind: text(Some(node), "kind"),
        namespace: text(metadata, "namespace"),
        name: text(metadata, "name"),
        generate_name: text(metadata, "generateName"),
        nesting: 0,
    }
}
