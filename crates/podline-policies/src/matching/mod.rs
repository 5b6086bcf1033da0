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
use crate::doubts::{Doubts, Truth};
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

    /// Do its rules name objects?
    pub(crate) fn names_objects(&self) -> bool {
        self.rules.iter().chain(&self.excluded).any(|rule| !rule.names.is_empty())
    }

    /// The rules that name what is matched.
    pub fn rules(&self) -> &[ResourceRule] {
        &self.rules
    }

    /// As which resource an object matches, as far as its kind, name and namespace say; nothing if it does not. What
    /// has no rules takes everything. Another version of the resource than the object's is found if `matchPolicy` is
    /// Equivalent.
    pub fn matches<'c>(&self, candidate: &'c Candidate<'_>) -> Option<&'c Resource> {
        self.takes(candidate, &Doubts::default()).map(|(resource, _)| resource)
    }

    /// The same, and whether a name that nobody knows yet decides it.
    fn takes<'c>(&self, candidate: &'c Candidate<'_>, doubts: &Doubts<'_>) -> Option<(&'c Resource, Truth)> {
        let left = match candidate.matched(&self.excluded, self.exact, doubts) {
            Some((_, Truth::Unknown)) => Truth::Unknown,
            Some(_) => return None,
            None => Truth::Yes,
        };
        if self.rules.is_empty() {
            return Some((candidate.subject.resource, left));
        }
        let (resource, taken) = candidate.matched(&self.rules, self.exact, doubts)?;
        Some((resource, taken.min(left)))
    }

    /// As which resource it concerns an object with these labels, by rules and selectors; nothing if it does not. What
    /// nobody knows yet of the object may leave that open.
    pub(crate) fn covers<'c>(
        &self,
        candidate: &'c Candidate<'_>,
        labels: &Value,
        doubts: &Doubts<'_>,
    ) -> Option<(&'c Resource, Truth)> {
        let (resource, taken) = self.takes(candidate, doubts)?;
        let namespace = || self.covers_namespace(&candidate.subject, labels, candidate.cluster, doubts);
        let covered = taken.and(namespace).and(|| self.objects.selects_labels(labels, doubts));
        (covered != Truth::No).then_some((resource, covered))
    }

    /// Does `namespaceSelector` select the object's namespace? A Namespace that is created is asked for its own
    /// `labels`; what is cluster-scoped always matches.
    pub fn selects_namespace(&self, subject: &Subject<'_>, labels: &Value, cluster: &Cluster) -> bool {
        self.covers_namespace(subject, labels, cluster, &Doubts::default()) == Truth::Yes
    }

    fn covers_namespace(&self, subject: &Subject<'_>, labels: &Value, cluster: &Cluster, doubts: &Doubts<'_>) -> Truth {
        if self.namespaces.is_empty() {
            return Truth::Yes;
        }
        if subject.resource.is_namespace() {
            let label = |key: &str| match key {
                NAME_LABEL => Some(subject.name),
                _ => labels.get(key).map(|value| value.as_str().unwrap_or_default()),
            };
            return self.namespaces.selects(label, |key| match key {
                NAME_LABEL => doubts.is(&NAME),
                _ => doubts.is(&["metadata", "labels", key]),
            });
        }
        let Some(namespace) = subject.namespace else { return Truth::Yes };
        select_namespace(&self.namespaces, namespace, cluster, doubts)
    }

    /// Does `objectSelector` select an object with these labels?
    pub fn selects_object(&self, labels: &Value) -> bool {
        self.objects.matches_labels(labels)
    }
}

/// Does a selector select a namespace, of which nobody may know the name?
pub(crate) fn select_namespace(
    selector: &LabelSelector,
    namespace: &str,
    cluster: &Cluster,
    doubts: &Doubts<'_>,
) -> Truth {
    selector.selects(|key| cluster.namespace_label(namespace, key), |key| is_unknown_of_namespace(key, doubts))
}

/// Does nobody know a label of the object's namespace, or which namespace that is?
pub(crate) fn is_unknown_of_namespace(key: &str, doubts: &Doubts<'_>) -> bool {
    doubts.is(&NAMESPACE) || (key != NAME_LABEL && doubts.is(&["namespaceObject", "metadata", "labels", key]))
}

/// The field of the name.
pub(crate) const NAME: [&str; 2] = ["metadata", "name"];

/// The field of the namespace.
pub(crate) const NAMESPACE: [&str; 2] = ["metadata", "namespace"];

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

    fn takes_name(&self, name: &str, doubts: &Doubts<'_>) -> Truth {
        if !self.names.is_empty() && doubts.is(&NAME) {
            return Truth::Unknown;
        }
        (self.names.is_empty() || self.names.iter().any(|known| known == name)).into()
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

    /// As which resource one of the rules takes the object: its own first, then the equivalent ones, rule by rule. What one
    /// takes for certain counts before what one may take.
    fn matched(&self, rules: &[ResourceRule], exact: bool, doubts: &Doubts<'_>) -> Option<(&Resource, Truth)> {
        let own = self.subject.resource;
        let takes = |rule: &ResourceRule, resource: &Resource| {
            Truth::from(rule.takes(resource, self)).and(|| rule.takes_name(self.subject.name, doubts))
        };
        let of_own = Truth::any(rules.iter().map(|rule| takes(rule, own)));
        if of_own != Truth::No {
            return Some((own, of_own));
        }
        if exact || rules.is_empty() {
            return None;
        }
        let others = self.equivalents.get_or_init(|| self.cluster.equivalents(own));
        let found = |wanted| {
            let of = |rule| others.iter().find(|other| takes(rule, other) == wanted).map(|other| (other, wanted));
            rules.iter().find_map(of)
        };
        found(Truth::Yes).or_else(|| doubts.unknown().and_then(|_| found(Truth::Unknown)))
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
