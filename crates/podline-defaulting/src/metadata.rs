//! The metadata of an object that is being created.
//!
//! Source: `BeforeCreate` and `FillObjectMetaSystemFields` in k8s.io/apiserver `pkg/registry/rest`.

use crate::Request;
use crate::node::{Data, Map, Node, list, map};

/// Stands for every uid that the API server would make.
pub(crate) const ZERO_UID: &str = "00000000-0000-0000-0000-000000000000";
/// Stands for the time of creation.
pub(crate) const A_TIME: &str = "2026-01-01T00:00:00Z";
/// Stands for the five random characters of a generated name.
const RANDOM: &str = "00000";
/// In bytes, of a name before its random characters.
const LONGEST_BASE: usize = 58;

/// Sets what the API server sets, whatever was written; a generation that it does not set stays. `scoped` says whether the object belongs to a namespace.
pub(crate) fn fill(metadata: &mut Map, api_version: &str, scoped: bool, request: &Request<'_>) {
    for field in
        ["creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "resourceVersion", "selfLink", "uid"]
    {
        metadata.remove(field);
    }
    if !scoped {
        metadata.remove("namespace");
    } else if metadata.text("namespace").is_empty() {
        metadata.insert("namespace", Node::new(request.namespace.to_owned()));
    }
    if metadata.text("name").is_empty() && !metadata.text("generateName").is_empty() {
        let name = generated_name(metadata.text("generateName"));
        metadata.insert("name", Node::new(name));
    }
    metadata.insert("uid", Node::new(ZERO_UID));
    metadata.insert("creationTimestamp", Node::new(A_TIME));
    metadata.insert("managedFields", Node::new(list([managed_by(api_version).into()])));
}

/// The name that is made of `generateName`.
pub(crate) fn generated_name(base: &str) -> String {
    let end = (0..=LONGEST_BASE.min(base.len())).rev().find(|end| base.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{RANDOM}", &base[..end])
}

/// One entry of managedFields: podline owns nothing.
fn managed_by(api_version: &str) -> Map {
    let entries: [(&str, Data); 6] = [
        ("apiVersion", api_version.to_owned().into()),
        ("fieldsType", "FieldsV1".into()),
        ("fieldsV1", Map::default().into()),
        ("manager", "podline".into()),
        ("operation", "Update".into()),
        ("time", A_TIME.into()),
    ];
    map(entries)
}
