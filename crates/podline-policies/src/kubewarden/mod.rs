//! Kubewarden: its policies that name well-known modules.
//!
//! Modules are WebAssembly that a policy server runs. podline runs none: it knows what the official ones do, by their
//! names. What its controller makes of a policy (webhooks) and what a policy server makes of a module's answer are
//! those of kubewarden-controller at May 2026, the modules those of kubewarden/policies at August 2026.
//!
//! # The way of an object
//! `rules` (which objects a policy is asked about) → `conditions` → a module's `answer`, or those of a group's members
//! in its `expression` → `verdict`.
//!
//! # What differs from a cluster
//! Each policy judges the object as it is stored; what a mutating policy would change is not seen by the others.

mod answer;
mod conditions;
mod expression;
mod load;
mod modules;
mod object;
mod policy;
mod reference;
mod rules;
mod schema;
mod settings;
mod unknown;
mod verdict;

use serde_json::Value;

pub use crate::field::FieldError;
pub use crate::refusal::Refusal;
pub use load::{claims, load};

use crate::cluster::Cluster;
use crate::doubts::{Doubts, Truth, Unknown, doubted};
use crate::engine::{Operation, Review, Subject};
use crate::judgement::{Actions, Decision, Judgement, Step, Violation};
use crate::matching::{Candidate, NAME, NAMESPACE, Resource, is_built_in, never_sent_to_webhooks};
use conditions::Held;
use object::{Object, Reads};
use policy::Policy;

/// What became of the documents.
pub struct Loaded {
    /// The policies that can be judged by.
    pub engine: Engine,
    /// The documents that Kubewarden refuses, in order. The text of refused settings is the module's own.
    pub refused: Vec<Refusal>,
    /// Fields that no such kind has, by document: the API server drops them (and kubectl refuses them, if it is not told
    /// otherwise), so that what they were to say is not judged.
    pub unknown: Vec<(usize, FieldError)>,
    /// The policies whose module podline does not know, in order. They judge nothing.
    pub not_judged: Vec<NotJudged>,
}

/// A sound policy that podline cannot judge by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// Which of the documents.
    pub document: usize,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Why.
    pub why: String,
    /// The module, in the document.
    pub path: Vec<Step>,
}

/// What is to be said about a loaded policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary<'e> {
    /// The kind.
    pub kind: &'static str,
    /// The name.
    pub name: &'e str,
    /// The namespace.
    pub namespace: Option<&'e str>,
    /// Which of the documents.
    pub document: usize,
    /// What it does: deny, or (in mode monitor) only log.
    pub actions: Actions,
    /// Its modules by name, in the order of a group's members.
    pub modules: Vec<&'e str>,
    /// What only a registry or the cluster can tell, of each module that asks for it: the reason, and the module in the
    /// document.
    pub unknowable: Vec<(&'static str, Vec<Step>)>,
    /// What it matches: groups and resources of its rules.
    pub resources: Vec<(&'e [String], &'e [String])>,
}

/// All policies that were loaded.
pub struct Engine {
    policies: Vec<Policy>,
}

impl Engine {
    /// What is loaded.
    pub fn summaries(&self) -> impl Iterator<Item = Summary<'_>> {
        self.policies.iter().map(Policy::summary)
    }
}

impl crate::engine::Engine for Engine {
    fn accepts(&self, subject: &Subject<'_>, cluster: &Cluster) -> bool {
        let candidate = Candidate::new(*subject, Operation::Create, cluster);
        // Labels of a Namespace are its own, which are not known yet. Nor need the name and the namespace be.
        let any_label = subject.resource.is_namespace() || subject.namespace == Some("");
        let any_name = subject.name.is_empty();
        !never_sent_to_webhooks(&subject.resource.kind)
            && self.policies.iter().map(|policy| &policy.rules).any(|rules| {
                (any_name || rules.matches(&candidate).is_some())
                    && (any_label || rules.selects_namespace(subject, &Value::Null, cluster))
            })
    }

    fn judge(&self, review: &Review<'_>) -> Vec<Judgement> {
        if never_sent_to_webhooks(&review.subject.resource.kind) {
            return Vec::new();
        }
        let candidate = Candidate::new(review.subject, review.operation, review.cluster);
        let doubts = Doubts::default();
        let open = self.policies.iter().filter(|policy| review.meter.is_open(policy.document));
        open.filter_map(|policy| judge(policy, review, (&candidate, &doubts), None)).collect()
    }

    fn judge_and_explain(&self, review: &Review<'_>, unknown: Unknown<'_>) -> Vec<Judgement> {
        if never_sent_to_webhooks(&review.subject.resource.kind) {
            return Vec::new();
        }
        let candidate = Candidate::new(review.subject, review.operation, review.cluster);
        let doubts = Doubts::about(unknown);
        let judge = |policy: &Policy| {
            let reads = Reads::default();
            let row = judge(policy, review, (&candidate, &doubts), Some(&reads))?;
            Some(if row.decision == Decision::Pass { Judgement { violations: reads.take(), ..row } } else { row })
        };
        self.policies.iter().filter(|policy| review.meter.is_open(policy.document)).filter_map(judge).collect()
    }
}

/// What one policy says, or nothing if it is not asked. `reads` takes the fields that its modules look at.
fn judge(
    policy: &Policy,
    review: &Review<'_>,
    (candidate, doubts): (&Candidate<'_>, &Doubts<'_>),
    reads: Option<&Reads>,
) -> Option<Judgement> {
    let labels = &review.object["metadata"]["labels"];
    let (matched, concerned) = policy.rules.covers(candidate, labels, doubts)?;
    let mut fields = doubts.settle(concerned);
    if !policy.selects_namespaces {
        // That a namespace is Kubewarden's own is not what an unknown name says.
        let is_place = |field: &Violation| field.is_at(&NAMESPACE) || field.is_at(&NAME);
        fields.retain(|field| !is_place(field) || policy.rules.names_objects());
    }
    let converted = (matched.kind != review.subject.resource.kind).then(|| convert(review, matched));
    let object = match &converted {
        None => review.object,
        Some(Some(object)) => object,
        Some(None) => {
            let to = matched.kind.api_version();
            return Some(policy.undecided(format!("only the cluster can convert the object to {to}")));
        }
    };
    let (held, is_open) = policy.conditions.hold(policy.document, review, matched, object, doubts);
    fields.extend(doubts.settle(if is_open { Truth::Unknown } else { Truth::Yes }));
    let row = match held {
        Held::No => return None,
        Held::Yes => policy.verdict(&Object::new(&matched.kind.kind, object, reads)),
        Held::Failed(failure) => policy.condition_failed(failure),
        Held::Undecided => {
            policy.undecided("only the cluster's authorizer can tell whether the policy matches".to_owned())
        }
    };
    let row = doubted(vec![row], fields).pop()?;
    Some(Judgement { converted: converted.is_some().then(|| matched.kind.api_version().into()), ..row })
}

fn convert(review: &Review<'_>, to: &Resource) -> Option<Value> {
    if is_built_in(&to.kind) {
        (review.convert)(&to.kind)
    } else {
        review.cluster.convert_custom(review.object, &to.kind)
    }
}
