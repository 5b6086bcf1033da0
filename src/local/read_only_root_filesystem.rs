//! Root file systems that cannot be written to.
//!
//! Restricted field: `spec.containers[*].securityContext.readOnlyRootFilesystem` (init and ephemeral containers too).
//!
//! Allowed: true.
//! Source: `validateContainer` in `provider.go`.

use super::go;
use super::pod::Container;
use super::refusal::Refusal;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/readOnlyRootFilesystem");

/// Judges one container.
pub(super) fn container(container: &Container<'_>) -> Option<Refusal> {
    let path = container.security_path("readOnlyRootFilesystem");
    let text = "must set securityContext.readOnlyRootFilesystem=true";
    match container.security_context.and_then(|context| context.read_only_root_filesystem) {
        Some(true) => None,
        Some(false) => {
            let error = go::invalid(&path, false, "ReadOnlyRootFilesystem must be set to true");
            Some(Refusal::of_container(RULE, error, container, path, text))
        }
        None => {
            let detail = "ReadOnlyRootFilesystem may not be nil and must be set to true";
            let error = go::invalid(&path, go::NULL, detail);
            Some(Refusal::of_container(RULE, error, container, path.clone(), text).mended_by(path, true))
        }
    }
}
