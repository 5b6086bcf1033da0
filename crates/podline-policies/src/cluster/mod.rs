//! What is in view of the objects that are judged: namespaces, custom resource definitions, params.

mod inventory;
pub mod rbac;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use podline_cel::{Document, Flavor};
use serde_json::{Value, json};

use crate::json::{entries, items, text};
use crate::matching::{GroupVersionKind, NAME_LABEL, Resource, is_built_in, other_versions};
use crate::schema;
use inventory::Inventory;

/// Objects that policies refer to, each as the API server stores it.
#[derive(Default)]
pub struct Cluster {
    namespaces: HashMap<String, Namespace>,
    objects: HashMap<GroupVersionKind, Objects>,
    /// ConfigMaps among what is judged: no params.
    judged: Objects,
    definitions: Vec<Definition>,
    inventory: Inventory,
}

/// The objects of a kind, in order, and where each is by namespace and name.
#[derive(Default)]
struct Objects {
    all: Vec<Stored>,
    index: HashMap<(Option<String>, String), usize>,
}

/// A Namespace.
struct Namespace {
    object: Value,
    /// Is it among what is judged, and nowhere else?
    judged: bool,
    document: OnceLock<Arc<Document>>,
}

/// An object, and its tree once an expression asks for it.
pub struct Stored {
    namespace: Option<String>,
    object: Value,
    document: OnceLock<Arc<Document>>,
}

/// What a CustomResourceDefinition declares.
struct Definition {
    group: String,
    kind: String,
    plural: String,
    namespaced: bool,
    /// The versions that are served, and their schemas.
    versions: Vec<(String, Value)>,
    /// Do its versions differ by their `apiVersion` alone? Else a webhook of the cluster converts.
    converts: bool,
}

impl Cluster {
    /// Nothing in view.
    pub fn new() -> Cluster {
        Cluster::default()
    }

    /// Takes an object into view: a Namespace, a CustomResourceDefinition, or whatever may be a param. The last of a
    /// name counts, as if the documents were applied in order. Add definitions before the objects of their kinds, which
    /// are completed by them.
    pub fn add(&mut self, mut object: Value) {
        self.complete(&mut object);
        identify(&mut object);
        let kind = GroupVersionKind::new(text(&object["apiVersion"]), text(&object["kind"]));
        match (kind.group.as_str(), kind.kind.as_str()) {
            ("", "Namespace") => {
                let name = text(&object["metadata"]["name"]).to_owned();
                let document = OnceLock::new();
                self.namespaces.insert(name, Namespace { object: object.clone(), judged: false, document });
            }
            ("apiextensions.k8s.io", "CustomResourceDefinition") => self.define(&object),
            _ => {}
        }
        self.objects.entry(kind).or_default().set(Stored::new(object));
    }

    /// Takes an object into view that is among what is judged: a Namespace or a CustomResourceDefinition. Where a Namespace
    /// lets objects pass, that is told. One of its name that is added later counts before it.
    pub fn add_judged(&mut self, object: Value) {
        let name = (object["kind"] == "Namespace").then(|| text(&object["metadata"]["name"]).to_owned());
        self.add(object);
        if let Some(known) = name.and_then(|name| self.namespaces.get_mut(&name)) {
            known.judged = true;
        }
    }

    /// The Namespaces that are in view, by their names.
    pub fn namespaces(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.namespaces.iter().map(|(name, known)| (name.as_str(), &known.object))
    }

    /// Is the Namespace of this name known only by what is judged?
    pub(crate) fn is_judged_namespace(&self, name: &str) -> bool {
        self.namespaces.get(name).is_some_and(|known| known.judged)
    }

    /// Takes a ConfigMap into view that is among what is judged. It is no param, and one of its name that was added
    /// otherwise counts before it.
    pub fn add_judged_config_map(&mut self, mut object: Value) {
        identify(&mut object);
        self.judged.set(Stored::new(object));
    }

    /// A ConfigMap, wherever it comes from.
    pub(crate) fn config_map(&self, namespace: &str, name: &str) -> Option<&Stored> {
        let kind = GroupVersionKind::new("v1", "ConfigMap");
        self.object(&kind, Some(namespace), name).or_else(|| self.judged.get(Some(namespace), name))
    }

    /// Keeps an object for policies that look at other objects than the one that they judge: those that
    /// [`Engine::wants`](crate::Engine::wants). Of the same kind, namespace and name the last counts, as if they were applied.
    pub fn add_to_inventory(&mut self, object: &Value) {
        self.inventory.add(object);
    }

    /// What templates of Gatekeeper call `data.inventory`, if there is any.
    pub(crate) fn inventory(&self) -> Option<&podline_rego::Value> {
        self.inventory.value()
    }

    fn define(&mut self, object: &Value) {
        let spec = &object["spec"];
        let served = items(&spec["versions"]).filter(|version| version["served"] != false);
        let definition = Definition {
            group: text(&spec["group"]).to_owned(),
            kind: text(&spec["names"]["kind"]).to_owned(),
            plural: text(&spec["names"]["plural"]).to_owned(),
            namespaced: spec["scope"] != "Cluster",
            versions: served
                .map(|version| (text(&version["name"]).to_owned(), version["schema"]["openAPIV3Schema"].clone()))
                .collect(),
            converts: spec["conversion"]["strategy"] != "Webhook",
        };
        self.definitions.retain(|known| (&known.group, &known.kind) != (&definition.group, &definition.kind));
        self.definitions.push(definition);
    }

    /// Does to a custom resource what the schema of its definition does, if that is in view: unknown fields are pruned,
    /// missing ones get their defaults.
    pub fn complete(&self, object: &mut Value) {
        let kind = GroupVersionKind::new(text(&object["apiVersion"]), text(&object["kind"]));
        let Some(definition) = self.definition(&kind) else { return };
        if let Some((_, schema)) = definition.versions.iter().find(|(version, _)| *version == kind.version) {
            schema::complete(object, schema);
        }
    }

    fn definition(&self, kind: &GroupVersionKind) -> Option<&Definition> {
        self.definitions.iter().find(|known| known.group == kind.group && known.kind == kind.kind)
    }

    /// The resource of a kind: built-in, declared by a definition in view, or guessed.
    pub fn resource(&self, kind: &GroupVersionKind) -> Resource {
        if let Some(known) = Resource::built_in(kind) {
            return known;
        }
        match self.definition(kind) {
            Some(known) => known.resource(&kind.version),
            None => Resource::unknown(kind),
        }
    }

    /// The same resource in the other versions that the server serves.
    pub(crate) fn equivalents(&self, resource: &Resource) -> Vec<Resource> {
        let kind = &resource.kind;
        if is_built_in(kind) {
            return other_versions(kind).iter().filter_map(Resource::built_in).collect();
        }
        let Some(known) = self.definition(kind) else { return Vec::new() };
        let others = known.versions.iter().map(|(version, _)| version).filter(|version| **version != kind.version);
        others.map(|version| known.resource(version)).collect()
    }

    /// A custom resource in another version, or nothing if only the cluster can convert it.
    pub(crate) fn convert_custom(&self, object: &Value, to: &GroupVersionKind) -> Option<Value> {
        self.definition(to).filter(|known| known.converts)?;
        let mut converted = object.clone();
        converted.as_object_mut()?.insert("apiVersion".to_owned(), json!(to.api_version()));
        Some(converted)
    }

    /// The scope of a kind that params have: whether they live in namespaces. Nothing if the kind is unknown.
    pub fn param_scope(&self, kind: &GroupVersionKind) -> Option<bool> {
        if let Some(known) = Resource::built_in(kind) {
            return Some(known.namespaced);
        }
        if let Some(known) = self.definition(kind) {
            let served = known.versions.iter().any(|(version, _)| *version == kind.version);
            return served.then_some(known.namespaced);
        }
        let objects = self.objects.get(kind)?;
        Some(objects.all.iter().any(|object| object.namespace.is_some()))
    }

    /// The objects of a kind in order: those of a namespace, or all if the kind is cluster-scoped.
    pub fn objects<'c>(&'c self, kind: &GroupVersionKind, namespace: Option<&str>) -> impl Iterator<Item = &'c Stored> {
        let objects = self.objects.get(kind).map(|objects| objects.all.as_slice()).unwrap_or_default();
        objects.iter().filter(move |object| {
            namespace.is_none_or(|namespace| object.namespace.as_deref().unwrap_or("default") == namespace)
        })
    }

    /// The object of a name.
    pub fn object(&self, kind: &GroupVersionKind, namespace: Option<&str>, name: &str) -> Option<&Stored> {
        self.objects.get(kind)?.get(namespace, name)
    }

    /// A label of a namespace. One that is not in view has no more than its own name.
    pub fn namespace_label<'c>(&'c self, namespace: &'c str, key: &str) -> Option<&'c str> {
        if key == NAME_LABEL {
            return Some(namespace);
        }
        let labels = &self.namespaces.get(namespace)?.object["metadata"]["labels"];
        labels.get(key).map(|value| value.as_str().unwrap_or_default())
    }

    /// The labels of a namespace. One that is not in view has no more than its own name.
    pub(crate) fn namespace_labels(&self, namespace: &str) -> Vec<(String, String)> {
        let written = self.namespaces.get(namespace).map(|known| &known.object["metadata"]["labels"]);
        let written = written.into_iter().flat_map(entries).filter(|(key, _)| *key != NAME_LABEL);
        let mut labels: Vec<(String, String)> =
            written.map(|(key, value)| (key.to_owned(), text(value).to_owned())).collect();
        labels.push((NAME_LABEL.to_owned(), namespace.to_owned()));
        labels.sort();
        labels
    }

    /// A Namespace that is in view.
    pub(crate) fn namespace(&self, name: &str) -> Option<&Value> {
        self.namespaces.get(name).map(|known| &known.object)
    }

    /// What `namespaceObject` holds.
    pub(crate) fn namespace_document(&self, name: &str) -> Arc<Document> {
        match self.namespaces.get(name) {
            Some(known) => known.document.get_or_init(|| namespace_document(name, &known.object)).clone(),
            None => namespace_document(name, &Value::Null),
        }
    }
}

impl Objects {
    fn get(&self, namespace: Option<&str>, name: &str) -> Option<&Stored> {
        let at = |namespace: Option<&str>| {
            self.index.get(&(namespace.map(str::to_owned), name.to_owned())).map(|at| &self.all[*at])
        };
        // What names no namespace lives in `default`.
        at(namespace).or_else(|| if namespace == Some("default") { at(None) } else { None })
    }

    fn set(&mut self, object: Stored) {
        let key = (object.namespace.clone(), object.name().to_owned());
        if let Some(at) = self.index.get(&key) {
            self.all[*at] = object;
        } else {
            self.index.insert(key, self.all.len());
            self.all.push(object);
        }
    }
}

impl Definition {
    fn resource(&self, version: &str) -> Resource {
        let kind = GroupVersionKind { group: self.group.clone(), version: version.to_owned(), kind: self.kind.clone() };
        Resource { kind, plural: self.plural.clone(), namespaced: self.namespaced }
    }
}

impl Stored {
    fn new(object: Value) -> Stored {
        let namespace = object["metadata"]["namespace"].as_str().filter(|name| !name.is_empty()).map(str::to_owned);
        Stored { namespace, object, document: OnceLock::new() }
    }

    /// The object.
    pub fn object(&self) -> &Value {
        &self.object
    }

    /// Its name.
    pub fn name(&self) -> &str {
        text(&self.object["metadata"]["name"])
    }

    /// `name`, or `namespace/name` if the kind lives in namespaces.
    pub fn full_name(&self, namespaced: bool) -> String {
        if namespaced {
            format!("{}/{}", self.namespace.as_deref().unwrap_or("default"), self.name())
        } else {
            self.name().to_owned()
        }
    }

    /// Its tree, as the variable `params`.
    pub(crate) fn document(&self, kind: &GroupVersionKind) -> Arc<Document> {
        let flavor = flavor(kind);
        self.document.get_or_init(|| Document::new("params", &self.object, flavor)).clone()
    }
}

/// Gives an object what every stored object has. Which values these are, only the cluster knows.
fn identify(object: &mut Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    for (key, value) in [
        ("uid", "00000000-0000-0000-0000-000000000000"),
        ("creationTimestamp", "2026-01-01T00:00:00Z"),
        ("resourceVersion", "1"),
    ] {
        metadata.entry(key).or_insert_with(|| json!(value));
    }
}

/// How the API server holds objects of a kind.
pub(crate) fn flavor(kind: &GroupVersionKind) -> Flavor {
    if is_built_in(kind) { Flavor::Typed } else { Flavor::Dynamic }
}

/// The fields of a Namespace that policies see. A Namespace that is stored has an identity and a phase.
fn namespace_document(name: &str, object: &Value) -> Arc<Document> {
    let written = &object["metadata"];
    let mut labels: serde_json::Map<String, Value> =
        entries(&written["labels"]).map(|(key, value)| (key.to_owned(), value.clone())).collect();
    labels.insert(NAME_LABEL.to_owned(), json!(name));
    let mut metadata = json!({
        "name": name,
        "uid": "00000000-0000-0000-0000-000000000000",
        "resourceVersion": "1",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "labels": labels,
    });
    if entries(&written["annotations"]).next().is_some() {
        metadata["annotations"] = written["annotations"].clone();
    }
    if items(&written["finalizers"]).len() > 0 {
        metadata["finalizers"] = written["finalizers"].clone();
    }
    let json = json!({
        "metadata": metadata,
        "spec": { "finalizers": ["kubernetes"] },
        "status": { "phase": "Active" },
    });
    Document::new("namespaceObject", &json, Flavor::Typed)
}
