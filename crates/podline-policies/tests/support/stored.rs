//! Objects as the API server stores them.

use podline_defaulting::{Request, Stored, defaulted};
use podline_policies::{Cluster, GroupVersionKind};
use serde_json::Value;

/// The object that a manifest is stored as, or nothing if it is refused.
pub fn stored(manifest: &Value, cluster: &Cluster) -> Option<Stored> {
    let text = |key: &str| manifest[key].as_str().unwrap_or_default();
    let kind = GroupVersionKind::new(text("apiVersion"), text("kind"));
    let namespaced = cluster.resource(&kind).namespaced;
    defaulted(manifest, &Request { namespaced, ..Request::default() }).ok()
}
