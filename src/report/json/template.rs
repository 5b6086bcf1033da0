//! What the report says of a pod template.

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Serialize;

use super::admission::AdmissionEntry;
use super::entries::{Object, OriginEntry};
use crate::verdict::{PspVerdict, TemplateReport, UsableBy, Verdict};

/// A pod template that was judged.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Template<'a> {
    /// The file.
    file: &'a str,
    #[serde(flatten)]
    object: Object<'a>,
    /// Where it stands in the object; "" for a Pod.
    path: String,
    /// The line on which it begins, from 1.
    line: usize,
    /// The namespace that the object is created in.
    effective_namespace: &'a str,
    /// What it was rendered from, by a comment of Helm or an annotation of kustomize.
    source: Option<&'a str>,
    #[serde(flatten)]
    origin: Option<OriginEntry<'a>>,
    /// Whether the pods are what is written; false where a controller adds to it.
    complete: bool,
    /// The kustomizations that patch the object and were not built.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    patched_by: &'a [String],
    /// Other namespaces into which kustomizations put the object that were not built, where that may matter.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    put_into: &'a [String],
    /// What the cluster would say, one a mode, before waivers and local rules.
    verdicts: Vec<VerdictEntry<'a>>,
    /// What the API server answers, where namespaces decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    admission: Option<AdmissionEntry<'a>>,
    #[serde(flatten)]
    psp: Option<PspEntry<'a>>,
}

impl<'a> Template<'a> {
    pub fn new(file: &'a str, template: &'a TemplateReport) -> Self {
        Self {
            file,
            object: Object::new(&template.object),
            path: template.path.to_string(),
            line: template.line,
            effective_namespace: &template.effective_namespace,
            source: template.source.as_deref(),
            origin: template.origin.as_deref().map(OriginEntry::new),
            complete: template.complete,
            patched_by: &template.patched_by,
            put_into: &template.put_into,
            verdicts: template.verdicts.iter().map(VerdictEntry::new).collect(),
            admission: template.admission.as_ref().map(AdmissionEntry::new),
            psp: template.psp.as_ref().map(PspEntry::new),
        }
    }
}

/// What the cluster says of a pod at one level.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct VerdictEntry<'a> {
    /// What becomes of a pod that is not allowed.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["enforce", "audit", "warn"])))]
    mode: &'static str,
    /// The level.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["privileged", "baseline", "restricted"])))]
    level: &'static str,
    /// The version as it was asked for.
    version: String,
    /// The version whose policy judged.
    resolved: String,
    /// Whether the pod is allowed; null where its controller adds to it and nothing forbidden is stated.
    allowed: Option<bool>,
    /// The checks that refuse it, in upstream's order.
    checks: Vec<CheckEntry<'a>>,
}

impl<'a> VerdictEntry<'a> {
    fn new(verdict: &'a Verdict) -> Self {
        let checks = verdict.checks.iter();
        Self {
            mode: verdict.mode.as_str(),
            level: verdict.level.as_str(),
            version: verdict.version.to_string(),
            resolved: format!("v1.{}", verdict.resolved),
            allowed: verdict.allowed,
            checks: checks
                .map(|check| CheckEntry { id: check.id, reason: &check.reason, detail: &check.detail })
                .collect(),
        }
    }
}

/// A check that refuses a pod, in upstream's words.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct CheckEntry<'a> {
    /// Upstream's id.
    id: &'a str,
    /// The reason.
    reason: &'a str,
    /// The detail.
    detail: &'a str,
}

/// What the PodSecurityPolicies say of a template.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct PspEntry<'a> {
    /// Each of them.
    policies: Vec<PolicyVerdictEntry<'a>>,
    /// The one that admits; null if none does.
    policy: Option<&'a str>,
    /// The error of the old cluster; null if the pod is admitted.
    admit_error: Option<&'a str>,
    /// Which of them may be used, where roles and bindings decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    usable: Option<UsableEntry<'a>>,
}

impl<'a> PspEntry<'a> {
    fn new(psp: &'a PspVerdict) -> Self {
        let policies = psp.policies.iter().map(|policy| PolicyVerdictEntry {
            name: &policy.name,
            admitted: policy.errors.is_empty(),
            admitted_unmutated: policy.errors_unmutated.is_empty(),
            mutated: &policy.mutated,
            errors: &policy.errors,
            errors_unmutated: &policy.errors_unmutated,
        });
        let (policy, admit_error) = (psp.policy.as_deref(), psp.admit_error.as_deref());
        let usable = psp.usable.as_deref().map(|usable| UsableEntry {
            creator: usable.creator.as_ref().map(UsableByEntry::new),
            service_account: UsableByEntry::new(&usable.service_account),
        });
        Self { policies: policies.collect(), policy, admit_error, usable }
    }
}

/// Who may use which PodSecurityPolicies for the pods of a template.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct UsableEntry<'a> {
    /// Who creates the pods; null where that is not known.
    creator: Option<UsableByEntry<'a>>,
    /// The account that they run as.
    service_account: UsableByEntry<'a>,
}

/// What one user may use.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct UsableByEntry<'a> {
    /// The user; "" for nobody in particular.
    user: &'a str,
    /// The policies, by name.
    policies: &'a [String],
}

impl<'a> UsableByEntry<'a> {
    fn new(by: &'a UsableBy) -> Self {
        Self { user: &by.user, policies: &by.policies }
    }
}

/// What one PodSecurityPolicy says of a template.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct PolicyVerdictEntry<'a> {
    /// Its name.
    name: &'a str,
    /// Whether it admits the pod, filled in.
    admitted: bool,
    /// Whether it admits the pod as written.
    admitted_unmutated: bool,
    /// What it fills in: path and value.
    mutated: &'a [(String, serde_json::Value)],
    /// What it has against the pod, filled in.
    errors: &'a [String],
    /// What it has against the pod as written.
    errors_unmutated: &'a [String],
}
