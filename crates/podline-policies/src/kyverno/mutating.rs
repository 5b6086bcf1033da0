//! What changes objects before they are judged: rules with `mutate`, and the policies of `policies.kyverno.io` that mutate.
//! They are read and matched. What they would change is not computed.

use std::sync::Arc;

use serde_json::Value as Json;

use super::load::key;
use super::matching::{self, Match};
use crate::doubts::{Doubts, Truth};
use crate::engine::Review;
use crate::json::{items, text};
use crate::judgement::Mutation;
use crate::matching::{Candidate, MatchResources};
use crate::writes::{Writes, all, of_mutations, of_rule};

/// A policy, as far as it says which objects it changes.
pub(super) struct Mutating {
    key: Arc<str>,
    /// Empty where it is for all.
    namespace: String,
    pub(super) document: usize,
    changes: Changes,
}

enum Changes {
    /// `match` and `exclude` of the rules.
    Rules(Vec<(Match, Match, Writes)>),
    /// `matchConstraints`
    Constraints(MatchResources, Writes),
}

impl Mutating {
    /// Nothing if it changes nothing that is created.
    pub(super) fn new(json: &Json, document: usize) -> Option<Mutating> {
        let (kind, spec) = (text(&json["kind"]), &json["spec"]);
        let changes = match kind {
            "MutatingPolicy" | "NamespacedMutatingPolicy" => {
                Changes::Constraints(MatchResources::new(&spec["matchConstraints"]), of_mutations(&spec["mutations"]))
            }
            "ClusterPolicy" | "Policy" => {
                // Rules with targets change other objects, that are there already.
                let changes = |rule: &&Json| rule["mutate"].is_object() && items(&rule["mutate"]["targets"]).len() == 0;
                let rules = items(&spec["rules"]).filter(changes);
                let read =
                    |rule: &Json| (Match::new(&rule["match"]), Match::new(&rule["exclude"]), of_rule(&rule["mutate"]));
                let rules: Vec<_> = rules.map(read).collect();
                if rules.is_empty() {
                    return None;
                }
                Changes::Rules(rules)
            }
            _ => return None,
        };
        let is_namespaced = kind == "Policy" || kind.starts_with("Namespaced");
        let key = key(json);
        let namespace = key.split_once('/').filter(|_| is_namespaced).map(|(namespace, _)| namespace.to_owned());
        Some(Mutating { key: key.into(), namespace: namespace.unwrap_or_default(), document, changes })
    }

    /// What it may change of an object, if that is one of its. Preconditions are not evaluated: it may turn out that nothing
    /// is changed.
    pub(super) fn may_change(&self, review: &Review<'_>) -> Option<Mutation> {
        if !self.namespace.is_empty() && review.subject.namespace != Some(&self.namespace) {
            return None;
        }
        let mutation = |writes| Mutation { policy: self.key.clone(), binding: None, document: self.document, writes };
        match &self.changes {
            Changes::Rules(rules) => {
                let doubts = Doubts::default();
                let candidate = matching::Candidate::of(review, &doubts);
                let concerns = |(matches, excludes, _): &&(Match, Match, Writes)| {
                    matches.matches(&candidate) == Truth::Yes && excludes.excludes(&candidate) == Truth::No
                };
                let concerning: Vec<_> = rules.iter().filter(concerns).collect();
                let writes = all(concerning.iter().map(|(_, _, writes)| writes.clone()));
                (!concerning.is_empty()).then(|| mutation(writes))
            }
            Changes::Constraints(constraints, writes) => {
                let labels = &review.object["metadata"]["labels"];
                let candidate = Candidate::new(review.subject, review.operation, review.cluster);
                constraints.covers(&candidate, labels, &Doubts::default()).map(|_| mutation(writes.clone()))
            }
        }
    }
}
