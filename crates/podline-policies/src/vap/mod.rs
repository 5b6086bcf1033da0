//! ValidatingAdmissionPolicy.
//!
//! Facts and texts are those of k8s.io/apiserver v0.37 and a real kube-apiserver 1.37.

mod authorizer;
mod binding;
mod compile;
mod constraints;
mod decode;
pub(crate) mod evaluate;
mod load;
mod mutating;
mod params;
pub(crate) mod policy;
pub(crate) mod scene;
mod session;

use serde_json::Value;

pub use crate::field::FieldError;
pub use crate::refusal::Refusal;
pub(crate) use load::load_for;
pub use load::{claims, load};

use crate::cluster::Cluster;
use crate::doubts::{Doubts, Unknown};
use crate::engine::{Operation, Review, Subject};
use crate::judgement::{Actions, Judgement, Mutation, Step};
use crate::matching::{Candidate, GroupVersionKind};
use mutating::MutatingPolicy;
use policy::Policy;
use session::{Session, matched};

/// What became of the documents.
pub struct Loaded {
    /// The policies that the server takes, with their bindings.
    pub engine: Engine,
    /// The documents that it refuses, in order.
    pub refused: Vec<Refusal>,
    /// Fields that no such kind has, by document: the server drops them (and kubectl refuses them, if it is not told
    /// otherwise), so that what they were to say is not judged.
    pub unknown: Vec<(usize, FieldError)>,
    /// The bindings whose policy is not there (or is refused): they do nothing.
    pub dangling: Vec<usize>,
}

/// What is to be said about a loaded policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary<'e> {
    /// The kind.
    pub kind: &'static str,
    /// The name.
    pub name: &'e str,
    /// Which of the documents.
    pub document: usize,
    /// Its bindings: name, document, actions. Without any it does nothing.
    pub bindings: Vec<(&'e str, usize, Actions)>,
    /// What it matches: groups and resources of its rules.
    pub resources: Vec<(&'e [String], &'e [String])>,
    /// The first expression that names the cluster's authorizer: what depends on its answers stays undecided.
    pub authorizer: Option<&'e [Step]>,
}

/// All policies that were loaded.
pub struct Engine {
    policies: Vec<Policy>,
    mutating: Vec<MutatingPolicy>,
}

impl Engine {
    /// What is loaded, validating policies first.
    pub fn summaries(&self) -> impl Iterator<Item = Summary<'_>> {
        let validating = self.policies.iter().map(|policy| Summary {
            kind: "ValidatingAdmissionPolicy",
            name: &policy.name,
            document: policy.document,
            bindings: policy
                .bindings
                .iter()
                .map(|binding| (&*binding.name, binding.document, binding.actions))
                .collect(),
            resources: policy.constraints.rules().iter().map(|rule| (rule.groups(), rule.resources())).collect(),
            authorizer: policy.authorizer.as_deref(),
        });
        validating.chain(self.mutating.iter().map(MutatingPolicy::summary))
    }
}

impl crate::engine::Engine for Engine {
    fn accepts(&self, subject: &Subject<'_>, cluster: &Cluster) -> bool {
        let candidate = Candidate::new(*subject, Operation::Create, cluster);
        // A name that is not generated yet may be any, and so may a namespace that nobody knows and the labels of a
        // Namespace.
        let any_name = subject.name.is_empty();
        let any_label = subject.resource.is_namespace() || subject.namespace == Some("");
        self.asked(subject).any(|policy| {
            let constraints = &policy.constraints;
            (any_name || constraints.matches(&candidate).is_some())
                && (any_label || constraints.selects_namespace(subject, &Value::Null, cluster))
        })
    }

    fn judge(&self, review: &Review<'_>) -> Vec<Judgement> {
        self.judge_by_all(review, &Doubts::default())
    }

    fn judge_and_explain(&self, review: &Review<'_>, unknown: Unknown<'_>) -> Vec<Judgement> {
        self.judge_by_all(review, &Doubts::about(unknown))
    }

    fn has_mutations(&self) -> bool {
        !self.mutating.is_empty()
    }

    fn mutations(&self, review: &Review<'_>) -> Vec<Mutation> {
        if never_judged(&review.subject.resource.kind) {
            return Vec::new();
        }
        let candidate = Candidate::new(review.subject, review.operation, review.cluster);
        self.mutating.iter().filter_map(|policy| policy.matches(review, &candidate)).collect()
    }
}

impl Engine {
    fn judge_by_all(&self, review: &Review<'_>, doubts: &Doubts<'_>) -> Vec<Judgement> {
        let candidate = Candidate::new(review.subject, review.operation, review.cluster);
        let mut session = Session::new(review, &candidate, doubts);
        self.asked(&review.subject)
            .filter(|policy| review.meter.is_open(policy.document))
            .filter_map(|policy| Some((policy, matched(&policy.constraints, review, &candidate, doubts)?)))
            .flat_map(|(policy, (matched, fields))| session.judge(policy, matched, &fields))
            .collect()
    }

    /// The policies that judge objects of a kind at all.
    fn asked(&self, subject: &Subject<'_>) -> impl Iterator<Item = &Policy> {
        let never = never_judged(&subject.resource.kind);
        self.policies.iter().filter(move |policy| !policy.bindings.is_empty() && (!never || is_static(&policy.name)))
    }
}

/// Is it a policy of the API server's own files? Those judge policies too.
pub(super) fn is_static(name: &str) -> bool {
    name.ends_with(".static.k8s.io")
}

/// Policies, their bindings and reviews of access are not judged by policies.
fn never_judged(kind: &GroupVersionKind) -> bool {
    match kind.group.as_str() {
        "admissionregistration.k8s.io" => load::KINDS.contains(&kind.kind.as_str()),
        "authentication.k8s.io" | "authorization.k8s.io" => true,
        _ => false,
    }
}
