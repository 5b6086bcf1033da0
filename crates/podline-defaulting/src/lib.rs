//! Kubernetes objects as the API server 1.37 stores them at the moment when admission policies see them.
//!
//! A policy never sees the manifest: it sees the object after decoding, defaulting, mutating admission and the
//! strategy's preparation. [`defaulted`] makes that object of a manifest, [`pod`] the pod that a workload's controller
//! would create of it, and [`convert`] another version of the same object. Every value knows the place in the manifest
//! that it came from, or that it stands in none ([`Stored::origin`]).
//!
//! The crate looks at the object alone. What other objects would add is left out: pull secrets of a service account,
//! the values of priority classes, limit ranges, default storage classes.
//!
//! ```
//! use podline_defaulting::{Request, Step, defaulted, pod};
//! use serde_json::json;
//!
//! let manifest = json!({
//!     "apiVersion": "apps/v1",
//!     "kind": "Deployment",
//!     "metadata": { "name": "web" },
//!     "spec": { "template": { "spec": { "containers": [{ "name": "web", "image": "nginx" }] } } },
//! });
//! let deployment = defaulted(&manifest, &Request::default()).unwrap();
//! assert_eq!(deployment.object()["spec"]["replicas"], 1);
//!
//! let pod = pod(&deployment).unwrap();
//! assert_eq!(pod.user, "system:serviceaccount:kube-system:replicaset-controller");
//! let image = [Step::Key("spec"), Step::Key("containers"), Step::Index(0), Step::Key("image")];
//! let origin = pod.stored.origin(&image);
//! assert!(origin.is_written());
//! assert_eq!(origin.to_string(), "spec.template.spec.containers[0].image");
//! ```
//!
//! # JSON
//! Maps are compared and kept as `serde_json` has them, in the order of their keys. Quantities, timestamps and
//! Secret data are written as the API server writes them; whole floats are integers.
//!
//! # What stands for what only a cluster knows
//! Uids are zeros, times are the first of January 2026, random characters are zeros, addresses and ports of Services
//! are 10.96.0.1, 30000 and 30001. [`Stored::known`] is the object without uid, times and managed fields.
//!
//! # The way of an object
//! `decode` (with `schema`, the shape of the built-in kinds, and `defaults`, those of types) → `metadata` → `kinds`
//! (version defaults, admission, allocation, strategy) → `stored`. `pods` begins at what is stored.
#![forbid(unsafe_code)]

mod decode;
mod defaults;
mod error;
pub mod image;
mod kinds;
mod metadata;
mod node;
mod place;
mod pods;
mod quantity;
pub mod schema;
mod stored;
mod time;
mod unknown;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

pub use crate::error::{Error, Problem};
pub use crate::place::Step;
pub use crate::pods::{ControllerPod, pod};
pub use crate::stored::{Origin, Stored};
pub use crate::unknown::Unknown;

use crate::node::{Data, Map, Node};
use crate::place::{Places, ROOT};
use crate::schema::{OBJECT_META, TYPES, Type};

/// How an object is created: what the manifest does not say.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The namespace of objects that name none.
    pub namespace: &'a str,
    /// Whether an object of a kind that is not built in belongs to a namespace: what its
    /// CustomResourceDefinition says.
    pub namespaced: bool,
}

impl Default for Request<'_> {
    fn default() -> Self {
        Self { namespace: "default", namespaced: true }
    }
}

/// The object that the API server makes of a manifest, as admission policies see it when it is created.
///
/// Thirty built-in kinds are decoded, defaulted and admitted as their Go types are: workloads and pods, PodTemplate,
/// Service, Ingress, IngressClass, NetworkPolicy, ConfigMap, Secret, ServiceAccount, the four kinds of roles and
/// bindings, Namespace, LimitRange, ResourceQuota, PriorityClass, PodDisruptionBudget, HorizontalPodAutoscaler (v1 and
/// v2), PersistentVolume, PersistentVolumeClaim and StorageClass. All others keep their JSON as custom resources do, but
/// for the metadata ([`Stored::is_built_in`]).
///
/// # Errors
/// The API server refuses the manifest: it is no object, or some value of it has the wrong sort.
pub fn defaulted(manifest: &Value, request: &Request<'_>) -> Result<Stored, Error> {
    completed(manifest, request, None)
}

/// The same of a manifest of which some values are not known yet. Where the type of a field does not let the text of a
/// placeholder stand, a value stands for it that the field can have. [`Stored::unlike`] tells what follows from these.
///
/// # Errors
/// As [`defaulted`]; also where what nobody knows is a list or a map.
pub fn defaulted_unknown(manifest: &Value, request: &Request<'_>, unknown: Unknown<'_>) -> Result<Stored, Error> {
    completed(manifest, request, Some(unknown))
}

fn completed(manifest: &Value, request: &Request<'_>, unknown: Option<Unknown<'_>>) -> Result<Stored, Error> {
    let text = |key| manifest.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else {
        return Err(Error::new(&[], Problem::NoObject));
    };
    let mut places = Places::default();
    let (object, is_built_in) = match schema::type_of(api_version, kind) {
        Some(of) => (built_in(manifest, of, request, (&mut places, unknown))?, true),
        None => (custom(manifest, request, (&mut places, unknown))?, false),
    };
    let root = Node { place: ROOT, data: object.into() };
    Ok(Stored::new(root, Arc::new(places), is_built_in))
}

fn built_in(
    manifest: &Value,
    of: &Type,
    request: &Request<'_>,
    (places, unknown): (&mut Places, Option<Unknown<'_>>),
) -> Result<Map, Error> {
    let mut object = decode::decode(manifest, of, places, unknown)?;
    let (api_version, kind) = (object.text("apiVersion").to_owned(), object.text("kind").to_owned());
    let metadata = object.map_or_new("metadata");
    metadata::fill(metadata, &api_version, kinds::is_namespaced(&kind), request);
    if kinds::has_generation(&kind) {
        metadata.insert("generation", Node::new(1));
    }
    // Whatever was written as status was checked, and is dropped.
    if let Some(status) = decode::empty_field(of, "status") {
        object.insert("status", Node::new(status));
    }
    kinds::finish(&kind, &mut object, manifest, places)?;
    Ok(object)
}

fn custom(
    manifest: &Value,
    request: &Request<'_>,
    (places, unknown): (&mut Places, Option<Unknown<'_>>),
) -> Result<Map, Error> {
    let Value::Object(fields) = manifest else { return Err(Error::new(&[], Problem::NoObject)) };
    let mut object = Map::with_capacity(fields.len() + 1);
    for (key, value) in fields {
        let place = places.below(ROOT, Step::Key(key));
        let data = match (key.as_str(), value) {
            ("metadata", value) => decode::decode_part(value, &TYPES[OBJECT_META], place, places, unknown)?.into(),
            (_, value) => Data::Raw(decode::raw(value)),
        };
        object.insert(Cow::Owned(key.clone()), Node { place, data });
    }
    let api_version = manifest.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    let metadata = object.map_or_new("metadata");
    metadata::fill(metadata, api_version, request.namespaced, request);
    metadata.insert("generation", Node::new(1));
    Ok(object)
}

/// The same object in another version of its kind, as policies see it that match that version: HorizontalPodAutoscalers
/// in `autoscaling/v1` and `autoscaling/v2`. `None` where nothing else is served.
pub fn convert(stored: &Stored, api_version: &str) -> Option<Stored> {
    if !stored.is_built_in() {
        return None;
    }
    let object = kinds::convert(stored.to_map()?, api_version)?;
    Some(stored.with(Node { place: ROOT, data: object.into() }))
}
