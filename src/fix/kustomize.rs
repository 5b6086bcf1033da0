//! Repairs as patches of kustomize, for manifests that one does not own: one patch an object, and a component that lists
//! them.
//!
//! A patch is what an object lacks to be its fixed self. For the API's own kinds it is a strategic merge patch, which
//! finds containers by their names; custom resources, whose lists kustomize cannot merge, get a JSON patch (RFC 6902).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::value::change;
use super::{Repairs, by_document};
use crate::finding::{Change, ObjectRef, ReportEntry};
use crate::lint::{Options, lint};
use crate::manifest::object::{Object, objects};
use crate::manifest::template::row_of;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;
use crate::yaml::edit::document;
use crate::yaml::parse::parse;
use crate::yaml::path::FieldPath;
use crate::yaml::split::split;
use crate::yaml::value::to_value;

/// What the files that podline writes begin with, by which it knows them again.
pub const HEADER: &str = "# Written by podline check --fix-as kustomize; the next run writes it again.\n";

/// The patch of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// The object.
    pub object: Arc<ObjectRef>,
    /// The patch, as YAML.
    pub yaml: String,
    /// Whether it is a JSON patch, which names no object itself.
    pub is_json_patch: bool,
    /// The indices of the findings that it fixes.
    pub findings: Vec<usize>,
    /// Whether the cluster allows the object with it: the patch was applied, and the result judged.
    pub allowed: bool,
}

/// An object that gets no patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The object.
    pub object: Arc<ObjectRef>,
    /// Why.
    pub reason: &'static str,
}

/// The patches that fix the findings of a file, as far as `repairs` go, in the order of the objects.
pub fn patches(
    file: &SourceFile,
    findings: &[ReportEntry],
    repairs: Repairs,
    options: &Options,
) -> Vec<Result<Patch, LeftOut>> {
    let pieces = split(file);
    let mut patches = Vec::new();
    for (index, findings) in by_document(findings, |finding| repairs.include(finding)) {
        let Some(tree) = pieces.get(index).and_then(|piece| parse(file, piece).ok()) else { continue };
        let Some(root) = tree.root() else { continue };
        let is_list = tree.get_str(root, "kind").is_some_and(|kind| kind.ends_with("List"));
        let mut by_item: BTreeMap<Option<String>, Vec<(usize, &ReportEntry)>> = BTreeMap::new();
        for (at, finding) in findings {
            let item = finding.object.as_ref().and_then(|object| object.item.clone());
            by_item.entry(item).or_default().push((at, finding));
        }
        for object in objects(&tree, root).objects {
            let Some(findings) = by_item.get(&object.item) else { continue };
            let Some(reference) = findings.first().and_then(|(_, finding)| finding.object.clone()) else { continue };
            let patch = if object.item.is_some() && !is_list {
                Err("it is part of a template")
            } else if object.name.is_empty() {
                Err("it has no name by which a patch could find it")
            } else {
                let value = to_value(&tree, object.node).ok_or("it is nested too deep, or too large");
                value.and_then(|value| patch(file.name(), &object, &reference, &value, findings, options))
            };
            patches.push(patch.map_err(|reason| LeftOut { object: reference, reason }));
        }
    }
    patches
}

fn patch(
    file: &str,
    object: &Object,
    reference: &Arc<ObjectRef>,
    old: &Value,
    findings: &[(usize, &ReportEntry)],
    options: &Options,
) -> Result<Patch, &'static str> {
    let repairs = findings.iter().filter_map(|(_, finding)| finding.repair.as_deref());
    let changes: Vec<&Change> = repairs.flat_map(|repair| &repair.changes).collect();
    let mut new = old.clone();
    let root = FieldPath::ROOT;
    change(&mut new, changes.into_iter().map(|change| (&root, change)));
    let is_json_patch = !row_of(object).is_some_and(crate::manifest::template::Row::is_built_in);
    let (yaml, patched) = if is_json_patch {
        let mut operations = Vec::new();
        json_patch(old, &new, "", &mut operations);
        let operations = Value::Array(operations);
        (document(&operations), new.clone())
    } else {
        let mut patch = difference("", old, &new)?;
        let mut patched = old.clone();
        merge("", &mut patched, &patch);
        let mut metadata = json!({"name": object.name});
        if !object.namespace.is_empty() {
            metadata["namespace"] = json!(object.namespace);
        }
        let whole = patch.as_object_mut().ok_or("it is not a mapping")?;
        let more = whole.remove("metadata").unwrap_or(Value::Null);
        if let (Some(metadata), Value::Object(more)) = (metadata.as_object_mut(), more) {
            metadata.extend(more);
        }
        whole.insert("metadata".to_owned(), metadata);
        whole.insert("apiVersion".to_owned(), json!(object.api_version));
        whole.insert("kind".to_owned(), json!(object.kind));
        (document(&patch), patched)
    };
    if patched != new {
        return Err("a strategic merge patch cannot say what must change");
    }
    let judged = judge(file, &patched, options)?;
    let verdicts = judged.templates.iter().flat_map(|template| &template.verdicts);
    Ok(Patch {
        object: Arc::clone(reference),
        yaml: format!("{HEADER}{yaml}"),
        is_json_patch,
        findings: findings.iter().map(|&(at, _)| at).collect(),
        allowed: !judged.templates.is_empty() && verdicts.into_iter().all(|verdict| verdict.allowed == Some(true)),
    })
}

/// Judges an object with its patch, as one of its file.
fn judge(file: &str, object: &Value, options: &Options) -> Result<FileReport, &'static str> {
    let file = SourceFile::new(file, object.to_string().into_bytes()).map_err(|_| "it is too large")?;
    Ok(lint(&file, true, options))
}

/// The keys by which a strategic merge knows the elements of a list, of those lists that repairs change inside.
///
/// Source: `patchMergeKey` and `x-kubernetes-list-map-keys` in the API's OpenAPI document.
fn merge_keys(list: &str) -> Option<&'static [&'static str]> {
    match list {
        "containers" | "initContainers" | "ephemeralContainers" | "volumes" => Some(&["name"]),
        "ports" => Some(&["containerPort", "protocol"]),
        _ => None,
    }
}

/// The elements of a list by their keys; `None` where two have the same, or one has none.
fn keyed<'v>(list: &str, elements: &'v [Value]) -> Option<BTreeMap<String, &'v Value>> {
    let keys = merge_keys(list)?;
    let mut by_key = BTreeMap::new();
    for element in elements {
        element.get(keys[0])?;
        let key = keys.iter().map(|key| element.get(key).map(Value::to_string).unwrap_or_default());
        if by_key.insert(key.collect::<Vec<_>>().join("/"), element).is_some() {
            return None;
        }
    }
    Some(by_key)
}

/// The strategic merge patch that makes `new` of `old`; `{}` where they are equal.
fn difference(name: &str, old: &Value, new: &Value) -> Result<Value, &'static str> {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut patch = Map::new();
            for key in old.keys().filter(|key| !new.contains_key(*key)) {
                patch.insert(key.clone(), Value::Null);
            }
            for (key, value) in new.iter().filter(|(key, value)| old.get(*key) != Some(*value)) {
                let known = old.get(key).filter(|known| !known.is_null());
                patch.insert(
                    key.clone(),
                    known.map_or_else(|| Ok(value.clone()), |known| difference(key, known, value))?,
                );
            }
            Ok(Value::Object(patch))
        }
        (Value::Array(old), Value::Array(new)) if merge_keys(name).is_some() => {
            let (Some(before), Some(after)) = (keyed(name, old), keyed(name, new)) else {
                return Err("two elements of a list have the same name, so a patch cannot tell them apart");
            };
            let mut elements = Vec::new();
            for (key, value) in after {
                let Some(known) = before.get(&key).filter(|known| **known != value) else { continue };
                let mut element = difference("", known, value)?;
                for key in merge_keys(name).unwrap_or_default() {
                    if let (Some(element), Some(value)) = (element.as_object_mut(), value.get(key)) {
                        element.insert((*key).to_owned(), value.clone());
                    }
                }
                elements.push(element);
            }
            Ok(Value::Array(elements))
        }
        _ => Ok(new.clone()),
    }
}

/// Applies a strategic merge patch, as far as [`difference`] makes use of it.
fn merge(name: &str, value: &mut Value, patch: &Value) {
    match (value, patch) {
        (Value::Object(map), Value::Object(patch)) => {
            for (key, patch) in patch {
                match map.get_mut(key).filter(|value| !value.is_null()) {
                    _ if patch.is_null() => _ = map.remove(key),
                    Some(value) => merge(key, value, patch),
                    None => _ = map.insert(key.clone(), patch.clone()),
                }
            }
        }
        (Value::Array(elements), Value::Array(patches)) if merge_keys(name).is_some() => {
            let keys = merge_keys(name).unwrap_or_default();
            for patch in patches {
                let is_it = |element: &&mut Value| keys.iter().all(|key| element.get(key) == patch.get(key));
                if let Some(element) = elements.iter_mut().find(is_it) {
                    merge("", element, patch);
                }
            }
        }
        (value, patch) => value.clone_from(patch),
    }
}

/// The operations of RFC 6902 that make `new` of `old`.
fn json_patch(old: &Value, new: &Value, path: &str, operations: &mut Vec<Value>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => {
            let below = |key: &str| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
            for key in old.keys().filter(|key| !new.contains_key(*key)) {
                operations.push(json!({"op": "remove", "path": below(key)}));
            }
            for (key, value) in new {
                match old.get(key) {
                    Some(known) => json_patch(known, value, &below(key), operations),
                    None => operations.push(json!({"op": "add", "path": below(key), "value": value})),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                json_patch(old, new, &format!("{path}/{index}"), operations);
            }
        }
        _ => operations.push(json!({"op": "replace", "path": path, "value": new})),
    }
}

/// The names of the patches' files, in order, and the component that lists them.
pub fn component(patches: &[Patch]) -> (Vec<String>, String) {
    let mut names: Vec<String> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries = Vec::new();
    for patch in patches {
        let object = &patch.object;
        let parts = [object.kind.as_str(), object.namespace.as_str(), object.name.as_str()];
        let stem: String = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
        let stem: String = stem.chars().take(200).map(plain).collect();
        let count = seen.entry(stem.clone()).or_default();
        *count += 1;
        let name = if *count == 1 { format!("{stem}.yaml") } else { format!("{stem}.{count}.yaml") };
        let mut entry = json!({"path": name});
        if patch.is_json_patch {
            entry["target"] = target(object);
        }
        entries.push(entry);
        names.push(name);
    }
    let component = json!({
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "patches": entries,
    });
    (names, format!("{HEADER}{}", document(&component)))
}

/// What a JSON patch is for. kustomize reads names as regular expressions.
fn target(object: &ObjectRef) -> Value {
    let (group, version) = object.api_version.split_once('/').unwrap_or(("", &object.api_version));
    let mut target = json!({"version": version, "kind": object.kind, "name": object.name.replace('.', "\\.")});
    if !group.is_empty() {
        target["group"] = json!(group);
    }
    if !object.namespace.is_empty() {
        target["namespace"] = json!(object.namespace);
    }
    target
}
