//! Which objects a policy concerns: resource rules and selectors, as the API server matches them.
//!
//! Selectors and resources serve other engines too.

mod resources;
mod selector;

use std::cell::OnceCell;

use serde_json::Value;

pub(crate) use resources::other_versions;
pub use resources::{GroupVersionKind, Resource, is_built_in, plural};
pub use selector::LabelSelector;

use crate::cluster::Cluster;
use crate::engine::{Operation, Subject};
use crate::json::{items, text, texts};

/// `matchConstraints` of a policy, `matchResources` of a binding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchResources {
    namespaces: LabelSelector,
    objects: LabelSelector,
    rules: Vec<ResourceRule>,
    excluded: Vec<ResourceRule>,
    exact: bool,
}

/// One of `resourceRules` or `excludeResourceRules`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRule {
    groups: Vec<String>,
    versions: Vec<String>,
    operations: Vec<String>,
    resources: Vec<String>,
    names: Vec<String>,
    scope: Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Any,
    Cluster,
    Namespaced,
}

impl MatchResources {
    /// As it stands in JSON; what is missing has the defaults of the API.
    pub fn new(json: &Value) -> MatchResources {
        MatchResources {
            namespaces: LabelSelector::new(&json["namespaceSelector"]),
            objects: LabelSelector::new(&json["objectSelector"]),
            rules: items(&json["resourceRules"]).map(ResourceRule::new).collect(),
            excluded: items(&json["excludeResourceRules"]).map(ResourceRule::new).collect(),
            exact: json["matchPolicy"] == "Exact",
        }
    }

    /// The rules that name what is matched.
    pub fn rules(&self) -> &[ResourceRule] {
        &self.rules
    }

    /// As which resource an object matches, as far as its kind, name and namespace say; nothing if it does not. What
    /// has no rules takes everything. Another version of the resource than the object's is found if `matchPolicy` is
    /// Equivalent.
    pub fn matches<'c>(&self, candidate: &'c Candidate<'_>) -> Option<&'c Resource> {
        if candidate.matched(&self.excluded, self.exact).is_some() {
            return None;
        }
        if self.rules.is_empty() {
            return Some(candidate.subject.resource);
        }
        candidate.matched(&self.rules, self.exact)
    }

    /// Does `namespaceSelector` select the object's namespace? A Namespace that is created is asked for its own
    /// `labels`; what is cluster-scoped always matches.
    pub fn selects_namespace(&self, subject: &Subject<'_>, labels: &Value, cluster: &Cluster) -> bool {
        if self.namespaces.is_empty() {
            return true;
        }
        if subject.resource.is_namespace() {
            return self.namespaces.matches(|key| match key {
                NAME_LABEL => Some(subject.name),
                _ => labels.get(key).map(|value| value.as_str().unwrap_or_default()),
            });
        }
        subject.namespace.is_none_or(|namespace| self.namespaces.matches(|key| cluster.namespace_label(namespace, key)))
    }

    /// Does `objectSelector` select an object with these labels?
    pub fn selects_object(&self, labels: &Value) -> bool {
        self.objects.matches_labels(labels)
    }
}

/// The label that every Namespace has.
pub(crate) const NAME_LABEL: &str = "kubernetes.io/metadata.name";

impl ResourceRule {
    fn new(json: &Value) -> ResourceRule {
        ResourceRule {
            groups: texts(&json["apiGroups"]),
            versions: texts(&json["apiVersions"]),
            operations: texts(&json["operations"]),
            resources: texts(&json["resources"]),
            names: texts(&json["resourceNames"]),
            scope: match text(&json["scope"]) {
                "Cluster" => Scope::Cluster,
                "Namespaced" => Scope::Namespaced,
                _ => Scope::Any,
            },
        }
    }

    /// The groups it names; `*` for all.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The resources it names: `pods`, `*`, `pods/*`.
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// Does it take this resource, whatever the object's name is?
    fn takes(&self, resource: &Resource, candidate: &Candidate<'_>) -> bool {
        let any = |list: &[String], wanted: &str| list.iter().any(|known| known == "*" || known == wanted);
        self.resources.iter().any(|known| takes_plural(known, &resource.plural))
            && any(&self.groups, &resource.kind.group)
            && any(&self.versions, &resource.kind.version)
            && any(&self.operations, candidate.operation.name())
            && self.takes_scope(&candidate.subject)
    }

    fn takes_scope(&self, subject: &Subject<'_>) -> bool {
        // A Namespace is cluster-scoped, although its requests have a namespace.
        let namespaced = !subject.resource.is_namespace() && subject.namespace.is_some();
        match self.scope {
            Scope::Any => true,
            Scope::Cluster => !namespaced,
            Scope::Namespaced => namespaced,
        }
    }

    fn takes_name(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|known| known == name)
    }
}

/// `pods/*` takes pods themselves too; `pods/status` never takes what is created.
fn takes_plural(known: &str, plural: &str) -> bool {
    let (resource, subresource) = known.split_once('/').unwrap_or((known, ""));
    (resource == "*" || resource == plural) && (subresource == "*" || subresource.is_empty())
}

/// An object that is asked about by many policies, before it is completed.
pub struct Candidate<'a> {
    subject: Subject<'a>,
    operation: Operation,
    cluster: &'a Cluster,
    /// The other versions of its resource, once somebody asks for them.
    equivalents: OnceCell<Vec<Resource>>,
}

impl<'a> Candidate<'a> {
    /// An object to which something happens.
    pub fn new(subject: Subject<'a>, operation: Operation, cluster: &'a Cluster) -> Candidate<'a> {
        Candidate { subject, operation, cluster, equivalents: OnceCell::new() }
    }

    /// As which resource one of the rules takes the object: its own first, then the equivalent ones, rule by rule.
    fn matched(&self, rules: &[ResourceRule], exact: bool) -> Option<&Resource> {
        let own = self.subject.resource;
        let takes =
            |rule: &ResourceRule, resource: &Resource| rule.takes(resource, self) && rule.takes_name(self.subject.name);
        if rules.iter().any(|rule| takes(rule, own)) {
            return Some(own);
        }
        if exact || rules.is_empty() {
            return None;
        }
        let others = self.equivalents.get_or_init(|| self.cluster.equivalents(own));
        rules.iter().find_map(|rule| others.iter().find(|other| takes(rule, other)))
    }
}

/// Webhooks are never asked about what configures admission.
pub(crate) fn never_sent_to_webhooks(kind: &GroupVersionKind) -> bool {
    const NEVER: [&str; 6] = [
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ];
    kind.group == "admissionregistration.k8s.io" && NEVER.contains(&kind.kind.as_str())
}
