//! Who may use which PodSecurityPolicies: the roles and bindings of the cluster, and of the files of policies.

use std::sync::Arc;

use podline_policies::rbac::{self, Rbac};
use podline_policies::{FieldError, Step};
use serde_json::Value;

use super::Session;
use super::admission::Decided;
use super::basis::{Basis, Remark};
use crate::engine::Document;
use crate::local::psp::{PspMode, Rights, rights, traps};
use crate::problem::{About, Problem};

/// Roles and bindings, and where they stand.
#[derive(Debug, Default)]
pub struct Roles {
    /// What they say.
    pub rbac: Rbac,
    /// The documents that it counts.
    pub documents: Vec<Arc<Document>>,
}

impl Session {
    /// Has roles and bindings decide who may use which PodSecurityPolicy. Costs nothing where there are none.
    pub(super) fn look_at_rights(&mut self, decided: &Decided, of_cluster: &[Arc<Document>]) -> Vec<Problem> {
        let is_cluster_given = !decided.cluster.is_empty();
        self.bases_mut().flat_map(|basis| basis.look_at_rights(of_cluster, is_cluster_given)).collect()
    }

    /// The roles and bindings that decide for some file, with the PodSecurityPolicies that they are about.
    pub fn roles(&self) -> impl Iterator<Item = (&Roles, &Basis)> {
        self.bases().filter_map(|basis| Some((basis.roles.as_ref()?, basis)))
    }
}

impl Basis {
    /// Has roles and bindings decide who may use which PodSecurityPolicy, if they were given: in the mode `admission` also
    /// where a cluster was given that has none. In the mode `manifest` they say nothing unless some role is about policies.
    pub fn look_at_rights(&mut self, of_cluster: &[Arc<Document>], is_cluster_given: bool) -> Vec<Problem> {
        if !self.options.policies.has_psp() {
            return Vec::new();
        }
        let of_cluster = of_cluster.iter().filter(|one| rbac::claims(&one.api_version)).map(|one| (one, true));
        // What stands beside the policies is newer than what the cluster holds.
        let brought = self.brought_roles.iter().map(|one| (&one.document, one.is_named));
        let documents: Vec<(&Arc<Document>, bool)> = of_cluster.chain(brought).collect();
        let mode = self.options.policies.mode();
        if documents.is_empty() && (mode == PspMode::Manifest || !is_cluster_given) {
            return Vec::new();
        }
        let values: Vec<Value> = documents.iter().map(|(document, _)| document.value().unwrap_or_default()).collect();
        let loaded = rbac::load(&values, &self.options.namespace);
        if mode == PspMode::Manifest && !rights::are_granted(&loaded.rbac) {
            return Vec::new();
        }
        let (mut problems, mut remarks) = (Vec::new(), Vec::new());
        for refusal in &loaded.refused {
            let (document, is_named) = documents[refusal.document];
            let refused = refusal.errors.iter().map(|error| invalid(document, error));
            if is_named { problems.extend(refused) } else { self.refused.extend(refused) }
        }
        for ((document, is_named), value) in documents.iter().zip(&values) {
            if value.is_null() {
                let problem = at(document, &[], "is nested too deep, or too large, to be read");
                if *is_named { problems.push(problem) } else { self.refused.push(problem) }
            }
        }
        for (number, error) in &loaded.unknown {
            let message = format!("{}: Kubernetes ignores it", error.text);
            problems.push(at(documents[*number].0, &error.path, &message).as_note());
        }
        let names: Vec<&str> = self.options.policies.usable().collect();
        for trap in traps::find(&loaded.rbac, &names) {
            let problem = at(documents[trap.document].0, &trap.path, &trap.message);
            remarks.push(Remark { rule: trap.rule, problem, advice: trap.advice });
        }
        let rights = Rights::new(&loaded.rbac, names);
        let documents = documents.into_iter().map(|(document, _)| Arc::clone(document)).collect();
        self.roles = Some(Roles { rbac: loaded.rbac, documents });
        self.remarks = remarks;
        Arc::make_mut(&mut self.options.policies).decide_by(rights);
        problems
    }
}

/// What the API server refuses of a role or a binding.
fn invalid(document: &Document, error: &FieldError) -> Problem {
    at(document, &error.path, &format!("is invalid: {}", error.text))
}

/// What there is to say of a role or a binding: `ClusterRole "r" …`.
fn at(document: &Document, path: &[Step], message: &str) -> Problem {
    let span = document.locate(path).span;
    let message = format!("{} {:?} {message}", document.kind, document.name);
    Problem::at(About::Policies, &document.file, span, message)
}
