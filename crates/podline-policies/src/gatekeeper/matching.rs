//! Which objects a constraint concerns: gatekeeper `pkg/mutation/match`.

use serde_json::Value;

use super::wildcard::Wildcard;
use crate::cluster::Cluster;
use crate::doubts::{Doubts, Truth};
use crate::engine::Subject;
use crate::json::{items, text, texts};
use crate::matching::{GroupVersionKind, LabelSelector, NAME, NAMESPACE, select_namespace};

/// Where an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Somebody sends it.
    Original,
    /// An ExpansionTemplate says that it will be made.
    Generated,
}

/// An object that constraints are asked about.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) kind: &'a GroupVersionKind,
    pub(super) object: &'a Value,
    /// Nothing for what is cluster-scoped, Namespaces too.
    pub(super) namespace: Option<&'a str>,
    pub(super) source: Source,
    pub(super) cluster: &'a Cluster,
}

impl Target<'_> {
    pub(super) fn is_namespace(&self) -> bool {
        is_namespace(self.kind)
    }

    pub(super) fn name(&self) -> &str {
        text(&self.object["metadata"]["name"])
    }
}

pub(super) fn is_namespace(kind: &GroupVersionKind) -> bool {
    kind.group.is_empty() && kind.kind == "Namespace"
}

/// `spec.match`. What is absent holds.
#[derive(Debug)]
pub(super) struct Match {
    kinds: Vec<Kinds>,
    scope: Option<Scope>,
    namespaces: Vec<Wildcard>,
    excluded: Vec<Wildcard>,
    labels: LabelSelector,
    namespace_labels: Option<LabelSelector>,
    name: Wildcard,
    source: Option<Source>,
}

#[derive(Debug)]
struct Kinds {
    groups: Vec<String>,
    kinds: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Cluster,
    Namespaced,
}

fn wildcards(list: &Value) -> Vec<Wildcard> {
    items(list).map(|one| Wildcard::new(text(one))).collect()
}

fn lists(list: &[String], wanted: &str) -> bool {
    list.is_empty() || list.iter().any(|one| one == "*" || one == wanted)
}

impl Match {
    /// As it stands in JSON, which is sound.
    pub(super) fn new(json: &Value) -> Match {
        let selector = &json["namespaceSelector"];
        Match {
            kinds: items(&json["kinds"])
                .map(|one| Kinds { groups: texts(&one["apiGroups"]), kinds: texts(&one["kinds"]) })
                .collect(),
            scope: match text(&json["scope"]) {
                "Cluster" => Some(Scope::Cluster),
                "Namespaced" => Some(Scope::Namespaced),
                // Other words say nothing.
                _ => None,
            },
            namespaces: wildcards(&json["namespaces"]),
            excluded: wildcards(&json["excludedNamespaces"]),
            labels: LabelSelector::new(&json["labelSelector"]),
            namespace_labels: selector.is_object().then(|| LabelSelector::new(selector)),
            name: Wildcard::new(text(&json["name"])),
            source: match text(&json["source"]) {
                "Original" => Some(Source::Original),
                "Generated" => Some(Source::Generated),
                _ => None,
            },
        }
    }

    /// Does the constraint concern an object?
    pub(super) fn concerns(&self, target: &Target<'_>, doubts: &Doubts<'_>) -> Truth {
        let metadata = &target.object["metadata"];
        Truth::from(self.source.is_none_or(|source| source == target.source))
            .and(|| self.matches_place(target.kind, target.name(), target.namespace, doubts))
            .and(|| self.labels.selects_labels(&metadata["labels"], doubts))
            .and(|| self.matches_namespace_labels(target, doubts))
            .and(|| {
                if !self.name.is_empty() && doubts.is(&NAME) {
                    return Truth::Unknown;
                }
                let generated = || self.name.matches_generated(text(&metadata["generateName"]));
                (self.name.is_empty() || self.name.matches(target.name()) || generated()).into()
            })
    }

    /// May it concern an object that somebody sends, as far as is known before it is completed?
    pub(super) fn accepts(&self, subject: &Subject<'_>) -> bool {
        let (kind, name) = (&subject.resource.kind, subject.name);
        let doubts = Doubts::default();
        let is_in_place = || self.matches_place(kind, name, subject.namespace, &doubts) == Truth::Yes;
        self.source != Some(Source::Generated)
            && if subject.namespace == Some("") { self.matches_kind(kind) } else { is_in_place() }
    }

    fn matches_kind(&self, kind: &GroupVersionKind) -> bool {
        self.kinds.is_empty()
            || self.kinds.iter().any(|one| lists(&one.kinds, &kind.kind) && lists(&one.groups, &kind.group))
    }

    fn matches_place(
        &self,
        kind: &GroupVersionKind,
        name: &str,
        namespace: Option<&str>,
        doubts: &Doubts<'_>,
    ) -> Truth {
        let scope = match (is_namespace(kind), namespace) {
            (false, Some(_)) => Scope::Namespaced,
            _ => Scope::Cluster,
        };
        // What is in no namespace passes both lists.
        let (here, any) = match (is_namespace(kind), namespace) {
            (true, _) => (name, name.is_empty()),
            (false, Some(namespace)) => (namespace, false),
            (false, None) => ("", true),
        };
        let field = if is_namespace(kind) { &NAME } else { &NAMESPACE };
        let listed = |list: &[Wildcard]| {
            if any || list.is_empty() {
                return Truth::No;
            }
            let matches = list.iter().any(|one| one.matches(here));
            if doubts.is(field) { Truth::Unknown } else { matches.into() }
        };
        Truth::from(self.matches_kind(kind))
            .and(|| self.scope.is_none_or(|wanted| wanted == scope).into())
            .and(|| if any || self.namespaces.is_empty() { Truth::Yes } else { listed(&self.namespaces) })
            .and(|| listed(&self.excluded).not())
    }

    fn matches_namespace_labels(&self, target: &Target<'_>, doubts: &Doubts<'_>) -> Truth {
        let Some(selector) = self.namespace_labels.as_ref().filter(|selector| !selector.is_empty()) else {
            return Truth::Yes;
        };
        if target.is_namespace() {
            return selector.selects_labels(&target.object["metadata"]["labels"], doubts);
        }
        let Some(namespace) = target.namespace else { return Truth::Yes };
        select_namespace(selector, namespace, target.cluster, doubts)
    }

    /// What it matches: groups and kinds.
    pub(super) fn kinds(&self) -> Vec<(&[String], &[String])> {
        self.kinds.iter().map(|one| (one.groups.as_slice(), one.kinds.as_slice())).collect()
    }
}
