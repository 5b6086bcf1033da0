//! Custom resources that hold pod templates, or settings of pods: one row a kind, read from the code of the controller
//! that makes the pods.
//!
//! A row is *complete* where the controller hands on unchanged whatever a Pod Security check reads. Labels, environment
//! variables, owners, and volumes of the kinds that every level allows make no difference to a verdict. A controller
//! that adds containers or security contexts, or merges the template with one of its own, makes it partial.
//!
//! Operators of servers take single settings under names of their own and make the rest of the pod themselves: each of
//! their rows names the types of its resource, and has no setting that the schema of the resource does not have.

use super::parts::{Own, Parts};
use super::template::{Decode, Lets, Row};
use Own::{Container, Flags, Pod, Volumes};

/// The pod of a server whose settings stand below `$pods`: its containers, its init containers, and what it is told
/// itself.
macro_rules! server {
    ($pods:expr, [$($containers:literal),*], [$($init:literal),*], $own:expr) => {
        Parts { pods: $pods, containers: &[$($containers),*], init_containers: &[$($init),*], own: $own, ..NO_PARTS }
    };
}

mod gateways;
mod jobs;
mod models;
mod observability;
mod platforms;
mod rollouts;
mod servers;
mod storage;
mod workflows;

/// Every table, by theme.
pub(super) const TABLES: [&[Row]; 9] = [
    rollouts::ROWS,
    workflows::ROWS,
    platforms::ROWS,
    jobs::ROWS,
    models::ROWS,
    observability::ROWS,
    servers::ROWS,
    storage::ROWS,
    gateways::ROWS,
];

/// A pod without any part.
const NO_PARTS: Parts =
    Parts { pods: "", containers: &[], init_containers: &[], merged: None, by_name: &[], settings: &[], own: &[] };

/// `securityContext` is the container's, and `podSecurityContext` the pod's.
const CONTEXTS: &[Own] = &[Container("securityContext"), Pod("podSecurityContext")];
/// The same, with volumes, and hostNetwork and the like.
const BOTH: &[Own] = &[Container("securityContext"), Pod("podSecurityContext"), Volumes("volumes[*]"), Flags("")];
/// `containerSecurityContext` is the container's, and `securityContext` the pod's.
const BY_CONTAINER: &[Own] = &[Container("containerSecurityContext"), Pod("securityContext"), Volumes("volumes[*]")];
/// One `securityContext` with the fields of both.
const MERGED: &[Own] = &[Container("securityContext"), Pod("securityContext"), Volumes("volumes[*]"), Flags("")];
/// The fields of a pod's spec that stand beside its containers.
const POD_SPEC: &[Own] = &[Pod("securityContext"), Volumes("volumes[*]"), Flags("")];
const TEMPLATE: &[&str] = &["spec.template"];
const POD_TEMPLATE: &[&str] = &["spec.podTemplate"];
/// The template in the template of a set.
const SET_TEMPLATE: &[&str] = &["spec.template.spec.template"];

/// The controller makes pods of the template as it stands.
const fn complete(
    group: &'static str,
    kind: &'static str,
    paths: &'static [&'static str],
    source: &'static str,
) -> Row {
    Row {
        group,
        versions: &[],
        kind,
        paths,
        decode: Decode::Templates,
        complete: true,
        lets: Lets::BOTH,
        source,
        removed: None,
    }
}

/// The controller adds to the template, or changes it.
const fn partial(group: &'static str, kind: &'static str, paths: &'static [&'static str], source: &'static str) -> Row {
    Row { complete: false, ..complete(group, kind, paths, source) }
}

/// An engine makes a pod of each step, and adds containers of its own.
const fn steps(group: &'static str, kind: &'static str, parts: &'static [Parts], source: &'static str) -> Row {
    Row { decode: Decode::Parts(parts), ..partial(group, kind, &[], source) }
}

impl Row {
    /// With parts of pods beside its templates.
    const fn with_parts(self, parts: &'static [Parts]) -> Self {
        Self { decode: Decode::TemplatesAndParts(parts), ..self }
    }

    /// With templates that have fields of their own beside the parts of its pods.
    const fn with_templates(self, paths: &'static [&'static str]) -> Self {
        Self { paths, ..self }
    }

    /// Of these versions only.
    const fn of_versions(self, versions: &'static [&'static str]) -> Self {
        Self { versions, ..self }
    }

    /// Without a securityContext of the pod.
    const fn without_context_of_pod(self) -> Self {
        Self { lets: Lets { pod: false, container: true }, ..self }
    }

    /// Without securityContexts of containers.
    const fn without_contexts_of_containers(self) -> Self {
        Self { lets: Lets { pod: true, container: false }, ..self }
    }

    /// With templates that have fields of their own.
    const fn of_larger_templates(self) -> Self {
        Self { decode: Decode::LargerTemplates, ..self }
    }

    /// With pod specs among other fields, and no templates around them.
    const fn of_larger_specs(self) -> Self {
        Self { decode: Decode::LargerSpecs, ..self }
    }
}
