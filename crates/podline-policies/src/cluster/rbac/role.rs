//! Roles and their rules: `VerbMatches`, `APIGroupMatches`, `ResourceMatches` and `ResourceNameMatches`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Permission;
use crate::json::{entries, items, text, texts};
use crate::matching::LabelSelector;

/// A Role or a ClusterRole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    /// Which of the documents it is; none for one of the bootstrap policy.
    pub(super) document: Option<usize>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) rules: Vec<Rule>,
    /// What fills its rules: the labels of other ClusterRoles. Rules of its own are then lost.
    pub(super) aggregates: Option<Vec<LabelSelector>>,
}

/// What is allowed. All texts are compared as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    verbs: Vec<String>,
    groups: Vec<String>,
    resources: Vec<String>,
    names: Vec<String>,
}

impl Role {
    /// A sound document.
    pub(super) fn new(document: &Value, index: usize) -> Role {
        let labels = entries(&document["metadata"]["labels"]);
        let selectors = &document["aggregationRule"]["clusterRoleSelectors"];
        let aggregates = document["aggregationRule"].is_object();
        Role {
            document: Some(index),
            labels: labels.map(|(key, value)| (key.to_owned(), text(value).to_owned())).collect(),
            rules: items(&document["rules"]).map(Rule::new).collect(),
            aggregates: aggregates.then(|| items(selectors).map(LabelSelector::new).collect()),
        }
    }

    /// Does one of its own rules allow it?
    pub(super) fn allows(&self, permission: &Permission<'_>) -> bool {
        self.rules.iter().any(|rule| rule.allows(permission))
    }

    /// Does one of its own rules allow it for some name?
    pub(super) fn mentions(&self, verb: &str, groups: &[&str], resource: &str) -> bool {
        self.rules.iter().any(|rule| rule.mentions(verb, groups, resource))
    }
}

impl Rule {
    fn new(json: &Value) -> Rule {
        Rule {
            verbs: texts(&json["verbs"]),
            groups: texts(&json["apiGroups"]),
            resources: texts(&json["resources"]),
            names: texts(&json["resourceNames"]),
        }
    }

    /// Allows everything.
    pub(super) fn everything() -> Rule {
        let all = || vec!["*".to_owned()];
        Rule { verbs: all(), groups: all(), resources: all(), names: Vec::new() }
    }

    fn allows(&self, permission: &Permission<'_>) -> bool {
        let Permission { verb, groups, resource, name } = *permission;
        // `*` among names is a name.
        let is_named = || self.names.is_empty() || self.names.iter().any(|known| known == name);
        self.mentions(verb, groups, resource) && is_named()
    }

    fn mentions(&self, verb: &str, groups: &[&str], resource: &str) -> bool {
        let has = |list: &[String], wanted: &str| list.iter().any(|one| one == "*" || one == wanted);
        has(&self.verbs, verb) && has(&self.resources, resource) && groups.iter().any(|group| has(&self.groups, group))
    }
}
