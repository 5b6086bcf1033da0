//! What should change in an object, as a meaning.

use crate::yaml::edit::Wanted;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::NodeId;

/// A field that should hold another value, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field, from the root of its object. The index behind the last element of a list adds one.
    pub path: FieldPath,
    /// What it should hold; `None` takes it away, and with it every mapping and list that becomes empty so.
    pub set: Option<serde_json::Value>,
}

/// What would fix a finding, as a meaning: [`crate::finding::Fix`] says it in edits of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Whether it only adds what is missing, and what ran before runs after.
    pub safe: bool,
    /// Whether the edit falls into a node that aliases or merges use elsewhere too, so that it is right only together
    /// with the repairs of all the others.
    pub shared: bool,
    /// What must change, all of it together.
    pub changes: Vec<Change>,
}

impl Repair {
    /// What it wants of the object that stands there.
    pub fn wanted(&self, object: NodeId) -> Vec<Wanted<'_>> {
        let changes = self.changes.iter();
        changes.map(|change| Wanted { root: object, path: &change.path, set: change.set.as_ref() }).collect()
    }
}
