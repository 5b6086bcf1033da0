//! What changes objects before they are judged: rules with `mutate`, and the policies of `policies.kyverno.io` that mutate.
//! They are read and matched. What they would change is not computed.

use std::sync::Arc;

use serde_json::Value as Json;

use super::load::key;
use super::matching::{self, Match};
use crate::engine::Review;
use crate::json::{items, text};
use crate::judgement::Mutation;
use crate::matching::{Candidate, MatchResources};

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
    Rules(Vec<(Match, Match)>),
    /// `matchConstraints`
    Constraints(MatchResources),
}

impl Mutating {
    /// Nothing if it changes nothing that is created.
    pub(super) fn new(json: &Json, document: usize) -> Option<Mutating> {
        let (kind, spec) = (text(&json["kind"]), &json["spec"]);
        let changes = match kind {
            "MutatingPolicy" | "NamespacedMutatingPolicy" => {
                Changes::Constraints(MatchResources::new(&spec["matchConstraints"]))
            }
            "ClusterPolicy" | "Policy" => {
                // Rules with targets change other objects, that are there already.
                let changes = |rule: &&Json| rule["mutate"].is_object() && items(&rule["mutate"]["targets"]).len() == 0;
                let rules = items(&spec["rules"]).filter(changes);
                let rules: Vec<_> =
                    rules.map(|rule| (Match::new(&rule["match"]), Match::new(&rule["exclude"]))).collect();
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

    pub(super) fn as_mutation(&self) -> Mutation {
        Mutation { policy: self.key.clone(), binding: None, document: self.document }
    }

    /// Preconditions are not evaluated: it may turn out that nothing is changed.
    pub(super) fn may_change(&self, review: &Review<'_>) -> bool {
        if !self.namespace.is_empty() && review.subject.namespace != Some(&self.namespace) {
            return false;
        }
        match &self.changes {
            Changes::Rules(rules) => {
                let candidate = matching::Candidate::of(review);
                rules.iter().any(|(matches, excludes)| matches.matches(&candidate) && !excludes.excludes(&candidate))
            }
            Changes::Constraints(constraints) => {
                let labels = &review.object["metadata"]["labels"];
                let candidate = Candidate::new(review.subject, review.operation, review.cluster);
                constraints.matches(&candidate).is_some()
                    && constraints.selects_namespace(&review.subject, labels, review.cluster)
                    && constraints.selects_object(labels)
            }
        }
    }
}
