//! What an older Kubernetes does not know yet: fields of the nine workload kinds, and kinds of Kubernetes' own groups.

mod table;

use self::table::{KINDS, NODES, OLDEST, ROOTS};
use super::object::Object;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// A field that came with a later release than the one asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newer {
    /// Its key.
    pub key: NodeId,
    /// Where it stands in the object.
    pub path: FieldPath,
    /// The minor version of the first Kubernetes that knows it.
    pub since: u32,
}

/// The fields of an object of the nine kinds that Kubernetes v1.`minor` does not know, in the order of the document;
/// none for other kinds. What stands below such a field is not looked at.
///
/// The API's types tell: a field counts as known even where its feature gate is off by default. Releases before v1.20
/// are taken for v1.20.
pub fn fields(tree: &Tree<'_>, object: &Object, minor: u32) -> Vec<Newer> {
    let mut found = Vec::new();
    let is_it = |kind: &str, group: &str| kind == object.kind && group == object.group() && object.version() == "v1";
    if let Some(&(.., node)) = ROOTS.iter().find(|(group, kind, _)| is_it(kind, group)) {
        below(tree, object.node, node, &FieldPath::ROOT, minor.max(OLDEST), &mut found);
    }
    found
}

/// Looks at a value, or at the elements of a list. The table has no cycles, so that it bounds the depth.
fn below(tree: &Tree<'_>, value: NodeId, node: usize, at: &FieldPath, minor: u32, found: &mut Vec<Newer>) {
    let value = tree.resolve(value);
    if tree.kind(value) == Kind::Sequence {
        for (index, element) in tree.elements(value).enumerate() {
            // A list in a list is no list of structs.
            if tree.kind(tree.resolve(element)) == Kind::Mapping {
                below(tree, element, node, &at.index(index), minor, found);
            }
        }
        return;
    }
    for entry in tree.entries(value) {
        let Ok(name) = tree.key(entry.key) else { continue };
        let Some(&(name, since, node)) = NODES[node].iter().find(|(known, ..)| *known == name) else { continue };
        let path = at.field(name);
        if since > minor {
            found.push(Newer { key: entry.key, path, since });
        } else if node != 0 {
            below(tree, entry.value, node, &path, minor, found);
        }
    }
}

/// The minor version that brought the kind of an object, if Kubernetes v1.`minor` does not know it yet. Kinds of custom
/// resources have none.
pub fn kind(object: &Object, minor: u32) -> Option<u32> {
    let is_it = |&&(group, version, kind, _): &&(&str, &str, &str, u32)| {
        kind == object.kind && group == object.group() && version == object.version()
    };
    KINDS.iter().find(is_it).map(|&(.., since)| since).filter(|&since| since > minor.max(OLDEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_of_the_table_leads_to_an_earlier_one() {
        for (number, fields) in NODES.iter().enumerate() {
            for &(name, since, below) in *fields {
                assert!(below < number, "{name} of {number} would go round in circles");
                assert!(since != 0 || below != 0, "{name} of {number} says nothing");
            }
        }
        assert!(ROOTS.iter().all(|&(.., node)| node < NODES.len()));
    }

    #[test]
    fn fields_that_came_within_the_range_are_newer_than_its_oldest_release() {
        assert!(NODES.iter().flat_map(|fields| fields.iter()).all(|&(_, since, _)| since == 0 || since > OLDEST));
        assert!(KINDS.iter().all(|&(.., since)| since > OLDEST));
    }
}
