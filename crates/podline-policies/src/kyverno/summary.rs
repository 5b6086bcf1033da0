//! What there is to say of the policies that were loaded.

use super::matching::Match;
use super::rule::{Policy, Rule};
use super::{Engine, Unknowable, vpol};
use crate::judgement::{Actions, Step};
use crate::matching::ResourceRule;

/// What is to be said about a loaded policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary<'e> {
    /// The kind.
    pub kind: &'e str,
    /// The name: `name` or `namespace/name`.
    pub name: &'e str,
    /// Which of the documents.
    pub document: usize,
    /// What it does, by any of its rules.
    pub actions: Actions,
    /// Its rules that are judged, as written; none for a policy of `policies.kyverno.io`.
    pub rules: Vec<RuleSummary<'e>>,
    /// The kinds that its rules name, each once.
    pub kinds: Vec<String>,
    /// The resources that it names: groups and resources of its rules.
    pub resources: Vec<(&'e [String], &'e [String])>,
    /// What only the cluster can tell.
    pub unknowable: &'e [Unknowable],
}

/// A rule that is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSummary<'e> {
    /// Its name.
    pub name: &'e str,
    /// What it says where it is not met; may be empty.
    pub message: &'e str,
    /// What it does.
    pub actions: Actions,
    /// Where it stands in the document.
    pub path: &'e [Step],
}

impl Engine {
    /// What is loaded, in the order of the documents.
    pub fn summaries(&self) -> impl Iterator<Item = Summary<'_>> {
        let classic = self.policies.iter().map(classic);
        let mut all: Vec<Summary<'_>> = classic.chain(self.validating.iter().map(validating)).collect();
        all.sort_by_key(|summary| summary.document);
        all.into_iter()
    }

    /// The documents of exceptions that name no loaded policy.
    pub(super) fn dangling(&self) -> Vec<usize> {
        let classic = |one: &&super::Exception| !one.names_any(self.policies.iter().map(|policy| &*policy.key));
        let names = || self.validating.iter().map(|policy| (policy.name(), policy.kind.as_str()));
        let validating = |one: &&vpol::Exception| !one.names_any(names());
        let of_classic = self.exceptions.iter().filter(classic).map(|one| one.document);
        let mut all: Vec<usize> =
            of_classic.chain(self.validating_exceptions.iter().filter(validating).map(|one| one.document)).collect();
        all.sort_unstable();
        all
    }
}

fn classic(policy: &Policy) -> Summary<'_> {
    let rules: Vec<RuleSummary<'_>> = policy.written.iter().map(|rule| of_rule(policy, rule)).collect();
    let mut kinds = Vec::new();
    for kind in policy.written.iter().flat_map(|rule| Match::kinds(&rule.matches)) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Summary {
        kind: policy.kind,
        name: &policy.key,
        document: policy.document,
        actions: rules.iter().fold(Actions::NONE, |all, rule| all.with(rule.actions)),
        rules,
        kinds,
        resources: Vec::new(),
        unknowable: &policy.unknowable,
    }
}

/// What a rule may do: overrides for some namespaces count too.
fn of_rule<'p>(policy: &'p Policy, rule: &'p Rule) -> RuleSummary<'p> {
    let own = rule.overrides.iter().map(|one| one.action);
    let inherited = policy.overrides.iter().filter(|_| rule.action.is_none()).map(|one| one.action);
    let actions = own.chain(inherited).fold(rule.action.unwrap_or(policy.action), Actions::with);
    RuleSummary { name: &rule.name, message: &rule.message, actions, path: &rule.path }
}

fn validating(policy: &vpol::Policy) -> Summary<'_> {
    let rules = policy.constraints().map(crate::matching::MatchResources::rules).unwrap_or_default();
    let resources = rules.iter().map(|rule: &ResourceRule| (rule.groups(), rule.resources())).collect();
    Summary {
        kind: &policy.kind,
        name: &policy.key,
        document: policy.document,
        actions: policy.actions,
        rules: Vec::new(),
        kinds: Vec::new(),
        resources,
        unknowable: &policy.unknowable,
    }
}
