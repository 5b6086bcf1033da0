//! What the Kubernetes of `--kubernetes-version` does not know yet.

use super::document::Judge;
use crate::finding::{Finding, Severity};
use crate::manifest::object::Object;
use crate::manifest::since;
use crate::pod_security::NEWEST_KNOWN;
use crate::rules::id;
use crate::yaml::path::FieldPath;

impl Judge<'_, '_> {
    /// The version of the cluster, if it is newer than podline knows: it may have more fields.
    pub fn newer_cluster(&self) -> Option<u32> {
        Some(self.options.cluster).filter(|&cluster| cluster > NEWEST_KNOWN)
    }

    /// Warns about the kind of an object, or else about its fields, that came after the cluster's version. Nothing is
    /// looked at where the cluster is as new as podline.
    pub fn newer(&self, object: &Object) -> Vec<Finding> {
        let minor = self.options.kubernetes_version;
        if minor >= NEWEST_KNOWN {
            return Vec::new();
        }
        if let Some(since) = since::kind(object, minor) {
            return vec![self.newer_kind(object, since)];
        }
        let newer = since::fields(self.tree, object, minor).into_iter().map(|newer| {
            let path = &newer.path;
            let message =
                format!("Kubernetes v1.{minor} does not know the field \"{path}\" (known since v1.{})", newer.since);
            let span = self.tree.span(newer.key);
            let finding = self.finding(object, id::UNKNOWN_FIELD, span, message).severity(Severity::Warning);
            finding.container(self.container_of(object, path)).path(newer.path).build()
        });
        newer.collect()
    }

    fn newer_kind(&self, object: &Object, since: u32) -> Finding {
        let value = self.tree.get(object.node, "apiVersion").unwrap_or(object.node);
        let (version, kind, minor) = (&object.api_version, &object.kind, self.options.kubernetes_version);
        let message = format!("Kubernetes v1.{minor} does not know {version} {kind} (known since v1.{since})");
        let finding =
            self.finding(object, id::UNKNOWN_KIND, self.tree.span(value), message).severity(Severity::Warning);
        finding.path(FieldPath::of("apiVersion")).value(Some(version.as_str())).build()
    }
}
