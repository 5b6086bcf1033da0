//! What the API server answers, where namespaces decide.

use std::collections::BTreeMap;

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::pod_security::admission::Exemption;
use crate::verdict::{AdmissionReport, NamespaceReport};

/// What the API server answers, where namespaces decide.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct AdmissionEntry<'a> {
    /// Why the object is not judged; null if it is.
    exempt: Option<&'static str>,
    /// What its namespace demands.
    policy: PolicyEntry,
    /// Whether the object is accepted.
    allowed: bool,
    /// Why not; "" if it is.
    message: &'a str,
    /// What its creator is warned of.
    warnings: &'a [String],
    /// What the audit log notes.
    audit_annotations: &'a BTreeMap<&'static str, String>,
    /// What becomes of the pods that it makes.
    pods: PodsEntry<'a>,
}

/// A level and version for each mode.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "Demands"))]
struct PolicyEntry {
    /// What pods are refused by.
    enforce: String,
    /// What the audit log notes.
    audit: String,
    /// What creators are warned of.
    warn: String,
}

/// What becomes of the pods that an object makes.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct PodsEntry<'a> {
    /// Who creates them; null if that is not known.
    user: Option<&'a str>,
    /// Why they are not judged; null if they are.
    exempt: Option<&'static str>,
    /// Whether they are accepted; null where that is not certain.
    allowed: Option<bool>,
    /// Why not; "" if they are.
    message: &'a str,
}

impl<'a> AdmissionEntry<'a> {
    pub fn new(report: &'a AdmissionReport) -> Self {
        let AdmissionReport { exempt, policy, answer, pods } = report;
        Self {
            exempt: exempt.map(Exemption::as_str),
            policy: PolicyEntry {
                enforce: policy.enforce.to_string(),
                audit: policy.audit.to_string(),
                warn: policy.warn.to_string(),
            },
            allowed: answer.allowed,
            message: &answer.message,
            warnings: &answer.warnings,
            audit_annotations: &answer.audit,
            pods: PodsEntry {
                user: pods.user.as_deref(),
                exempt: pods.exempt.map(Exemption::as_str),
                allowed: pods.allowed,
                message: &pods.message,
            },
        }
    }
}

/// What becomes of a Namespace.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub(super) struct NamespaceEntry<'a> {
    /// Its name.
    name: &'a str,
    /// Whether it is accepted.
    allowed: bool,
    /// Why not; "" if it is.
    message: &'a str,
    /// What its creator is warned of.
    warnings: &'a [String],
}

impl<'a> NamespaceEntry<'a> {
    pub fn new(NamespaceReport { name, answer }: &'a NamespaceReport) -> Self {
        Self { name, allowed: answer.allowed, message: &answer.message, warnings: &answer.warnings }
    }
}
