//! What the API server answers, where namespaces decide.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pod_security::admission::Exemption;
use crate::verdict::{AdmissionReport, NamespaceReport};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdmissionEntry<'a> {
    exempt: Option<&'static str>,
    policy: PolicyEntry,
    allowed: bool,
    message: &'a str,
    warnings: &'a [String],
    audit_annotations: &'a BTreeMap<&'static str, String>,
    pods: PodsEntry<'a>,
}

#[derive(Serialize)]
struct PolicyEntry {
    enforce: String,
    audit: String,
    warn: String,
}

#[derive(Serialize)]
struct PodsEntry<'a> {
    user: Option<&'a str>,
    exempt: Option<&'static str>,
    allowed: Option<bool>,
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

#[derive(Serialize)]
pub(super) struct NamespaceEntry<'a> {
    name: &'a str,
    allowed: bool,
    message: &'a str,
    warnings: &'a [String],
}

impl<'a> NamespaceEntry<'a> {
    pub fn new(NamespaceReport { name, answer }: &'a NamespaceReport) -> Self {
        Self { name, allowed: answer.allowed, message: &answer.message, warnings: &answer.warnings }
    }
}
