//! What the Kubernetes of `--kubernetes-version` does not know yet.

use super::document::Judge;
use crate::finding::{Finding, Severity};
use crate::manifest::object::Object;
use crate::manifest::since;
use crate::pod_security::NEWEST_KNOWN;
use crate::rules::id;

impl Judge<'_, '_> {
    /// Warns about the kind of an object, or else about its fields, that came after the cluster's version. Nothing is
    /// looked at where the cluster is as new as podline.
    pub fn newer(&self, object: &Object) -> Vec<Finding> {
        let minor = self.options.newest;
        if minor >= NEWEST_KNOWN {
            return Vec::new();
        }
        if let Some(since) = since::kind(object, minor) {
            return vec![self.newer_kind(object, since)];
        }
        let newer = since::fields(self.tree, object, minor).into_iter().map(|newer| {
            let path = newer.path.to_string();
            let message =
                format!("Kubernetes v1.{minor} does not know the field \"{path}\" (known since v1.{})", newer.since);
            let span = self.tree.span(newer.key);
            let finding = self.finding(object, id::UNKNOWN_FIELD, Severity::Warning, span, message);
            Finding { path, container: self.container_of(object, &newer.path), ..finding }.bounded()
        });
        newer.collect()
    }

    fn newer_kind(&self, object: &Object, since: u32) -> Finding {
        let value = self.tree.get(object.node, "apiVersion").unwrap_or(object.node);
        let (version, kind, minor) = (&object.api_version, &object.kind, self.options.newest);
        let message = format!("Kubernetes v1.{minor} does not know {version} {kind} (known since v1.{since})");
        let finding = self.finding(object, id::UNKNOWN_KIND, Severity::Warning, self.tree.span(value), message);
        Finding { path: "apiVersion".to_owned(), value: Some(version.clone()), ..finding }.bounded()
    }
}
