//! What a module looks at: an object, the ways to its fields, and the pod in it.

use std::cell::RefCell;

use serde_json::Value;

use crate::json::text;
use crate::judgement::{Step, Violation};

/// A field of the object, and the way to it.
#[derive(Clone)]
pub(super) struct Field<'a> {
    /// Null if nothing stands there.
    pub(super) json: &'a Value,
    way: Vec<Way<'a>>,
    reads: Option<&'a Reads>,
}

/// The fields that a module looked at and that hold no others, if somebody wants to know.
pub(super) type Reads = RefCell<Vec<Violation>>;

#[derive(Clone, Copy)]
enum Way<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Field<'a> {
    /// The object itself.
    fn root(json: &'a Value, reads: Option<&'a Reads>) -> Field<'a> {
        Field { json, way: Vec::new(), reads }
    }

    /// The field of that name, or where it would stand.
    pub(super) fn key(&self, key: &'a str) -> Field<'a> {
        self.below(&self.json[key], Way::Key(key))
    }

    /// The field at the end of these names.
    pub(super) fn at(&self, keys: &[&'a str]) -> Field<'a> {
        keys.iter().fold(self.clone(), |field, key| field.key(key))
    }

    fn below(&self, json: &'a Value, step: Way<'a>) -> Field<'a> {
        let mut way = Vec::with_capacity(self.way.len() + 1);
        way.extend_from_slice(&self.way);
        way.push(step);
        let field = Field { json, way, reads: self.reads };
        if let Some(reads) = self.reads.filter(|_| !json.is_object() && !json.is_array()) {
            reads.borrow_mut().push(Violation { decided: false, ..field.blame() });
        }
        field
    }

    /// The elements of the list that stands here.
    pub(super) fn items(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let (list, whole) = (self.json.as_array().map(Vec::as_slice).unwrap_or_default(), self.clone());
        list.iter().enumerate().map(move |(index, item)| whole.below(item, Way::Index(index)))
    }

    /// The entries of the map that stands here.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Field<'a>)> + use<'a> {
        let (map, whole) = (self.json.as_object().into_iter().flatten(), self.clone());
        map.map(move |(key, value)| (key.as_str(), whole.below(value, Way::Key(key))))
    }

    /// Does something stand here? Null is nothing.
    pub(super) fn exists(&self) -> bool {
        !self.json.is_null()
    }

    /// Is it the boolean `true`?
    pub(super) fn is_true(&self) -> bool {
        self.json.as_bool() == Some(true)
    }

    /// The text, if one stands here.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.json.as_str()
    }

    /// The whole number, if one stands here.
    pub(super) fn int(&self) -> Option<i64> {
        self.json.as_i64()
    }

    /// Says that this field decided.
    pub(super) fn blame(&self) -> Violation {
        let step = |way: &Way<'_>| match way {
            Way::Key(key) => Step::Key((*key).into()),
            Way::Index(index) => Step::Index(*index),
        };
        Violation { path: self.way.iter().map(step).collect(), found: self.exists(), decided: true, passed_over: false }
    }
}

/// An object that a module is asked about.
pub(super) struct Object<'a> {
    /// The kind in the request.
    pub(super) kind: &'a str,
    /// Its root.
    pub(super) root: Field<'a>,
}

/// The words of the SDK for kinds that have no pods.
pub(super) const NO_WORKLOAD: &str = "Object should be one of these kinds: Deployment, ReplicaSet, StatefulSet, \
                                      DaemonSet, ReplicationController, Job, CronJob, Pod";

/// Where each kind has the spec of its pods.
const WORKLOADS: [(&str, &str, &[&str]); 8] = [
    ("Pod", "v1", &["spec"]),
    ("Deployment", "apps/v1", TEMPLATE),
    ("ReplicaSet", "apps/v1", TEMPLATE),
    ("StatefulSet", "apps/v1", TEMPLATE),
    ("DaemonSet", "apps/v1", TEMPLATE),
    ("ReplicationController", "v1", TEMPLATE),
    ("Job", "batch/v1", TEMPLATE),
    ("CronJob", "batch/v1", &["spec", "jobTemplate", "spec", "template", "spec"]),
];
const TEMPLATE: &[&str] = &["spec", "template", "spec"];

impl<'a> Object<'a> {
    /// `reads` takes the fields that are looked at.
    pub(super) fn new(kind: &'a str, json: &'a Value, reads: Option<&'a Reads>) -> Object<'a> {
        Object { kind, root: Field::root(json, reads) }
    }

    /// The spec of the pods in any workload, or nothing if it has none.
    ///
    /// # Errors
    /// It is no workload.
    pub(super) fn pod_spec(&self) -> Result<Option<Field<'a>>, ()> {
        let version = text(&self.root.json["apiVersion"]);
        let known = WORKLOADS.iter().find(|(kind, known, _)| *kind == self.kind && *known == version);
        let (_, _, way) = known.ok_or(())?;
        let spec = self.root.at(way);
        Ok(spec.json.is_object().then_some(spec))
    }

    /// Is it of this kind?
    pub(super) fn is(&self, api_version: &str, kind: &str) -> bool {
        text(&self.root.json["apiVersion"]) == api_version && text(&self.root.json["kind"]) == kind
    }

    /// The spec of a Pod; nothing if it has none.
    ///
    /// # Errors
    /// It is no Pod: what the decoder says.
    pub(super) fn pod(&self) -> Result<Option<Field<'a>>, String> {
        for (key, expected) in [("apiVersion", "v1"), ("kind", "Pod")] {
            let found = text(&self.root.json[key]);
            if found != expected {
                return Err(format!("invalid value: string {found:?}, expected {expected}"));
            }
        }
        let spec = self.root.key("spec");
        Ok(spec.json.is_object().then_some(spec))
    }
}

/// The containers of a pod, list by list in the order given.
pub(super) fn containers<'a>(spec: &Field<'a>, lists: &[&'a str]) -> Vec<Field<'a>> {
    lists.iter().flat_map(|list| spec.key(list).items()).collect()
}

/// `containers`, then those that run before, then those added later.
pub(super) const ALL: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// A field of the securityContext of a container or pod.
pub(super) fn security<'a>(of: &Field<'a>, key: &'a str) -> Field<'a> {
    of.at(&["securityContext", key])
}

/// The name of a container or volume.
pub(super) fn name<'a>(of: &Field<'a>) -> &'a str {
    of.json["name"].as_str().unwrap_or_default()
}
