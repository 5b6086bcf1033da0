//! `match` and `exclude`.
//!
//! Source: kyverno `pkg/engine/utils/match.go`, `pkg/utils/match`, `pkg/utils/kube/kind.go`.

use podline_jmespath::wildcard;
use serde_json::Value as Json;

use crate::cluster::Cluster;
use crate::doubts::{Doubts, Truth};
use crate::engine::{Review, Subject, User};
use crate::json::{entries, items, text, texts};
use crate::matching::{GroupVersionKind, LabelSelector, NAME, NAMESPACE, is_unknown_of_namespace};

/// A block of filters.
#[derive(Clone, Debug, Default)]
pub(super) struct Match {
    any: Vec<Filter>,
    all: Vec<Filter>,
    /// The old form: the block itself.
    own: Filter,
}

/// What a filter asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    kinds: Vec<Kind>,
    name: String,
    names: Vec<String>,
    namespaces: Vec<String>,
    annotations: Vec<(String, String)>,
    selector: Option<Json>,
    namespace_selector: Option<Json>,
    operations: Vec<String>,
    user: bool,
    subjects: Vec<Json>,
    /// Roles and ClusterRoles, which only the cluster binds.
    roles: bool,
    empty: bool,
}

/// A kind as it is written: group, version, kind, subresource, each with wildcards.
#[derive(Clone, Debug)]
struct Kind([String; 4]);

/// What is matched.
pub(super) struct Candidate<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) object: &'a Json,
    pub(super) cluster: &'a Cluster,
    /// Nobody is known if the name is empty.
    pub(super) user: &'a User,
    pub(super) doubts: &'a Doubts<'a>,
}

impl Match {
    pub(super) fn new(json: &Json) -> Match {
        Match {
            any: items(&json["any"]).map(Filter::new).collect(),
            all: items(&json["all"]).map(Filter::new).collect(),
            own: Filter::new(json),
        }
    }

    /// Does a `match` hold?
    pub(super) fn matches(&self, candidate: &Candidate<'_>) -> Truth {
        self.holds(|filter| filter.matches(candidate))
    }

    fn holds(&self, holds: impl Fn(&Filter) -> Truth) -> Truth {
        if !self.any.is_empty() {
            Truth::any(self.any.iter().map(holds))
        } else if !self.all.is_empty() {
            Truth::all(self.all.iter().map(holds))
        } else {
            holds(&self.own)
        }
    }

    /// Does an `exclude` hold?
    pub(super) fn excludes(&self, candidate: &Candidate<'_>) -> Truth {
        self.holds(|filter| filter.excludes(candidate))
    }

    /// Does an exception's `match` hold? There users are asked for even if nobody is known.
    pub(super) fn excepts(&self, candidate: &Candidate<'_>) -> Truth {
        if self.any.is_empty() && self.all.is_empty() {
            return Truth::No;
        }
        self.holds(|filter| if filter.empty { Truth::No } else { filter.holds(candidate, true) })
    }

    /// The kinds that it names, as written.
    pub(super) fn kinds(&self) -> impl Iterator<Item = String> {
        let own = (self.any.is_empty() && self.all.is_empty()).then_some(&self.own);
        self.any.iter().chain(&self.all).chain(own).flat_map(|filter| filter.kinds.iter().map(Kind::text))
    }

    /// Could it match an object of this kind?
    pub(super) fn accepts(&self, kind: &GroupVersionKind) -> bool {
        let takes = |filter: &Filter| filter.kinds.is_empty() || filter.takes_kind(kind);
        if !self.any.is_empty() {
            self.any.iter().any(takes)
        } else if !self.all.is_empty() {
            self.all.iter().all(takes)
        } else {
            takes(&self.own)
        }
    }
}

impl Filter {
    fn new(json: &Json) -> Filter {
        let resources = &json["resources"];
        let selector = |key: &str| resources.get(key).filter(|selector| !selector.is_null()).cloned();
        let listed = |key: &str| items(&json[key]).next().is_some();
        let mut filter = Filter {
            kinds: items(&resources["kinds"]).map(|kind| Kind::new(text(kind))).collect(),
            name: text(&resources["name"]).to_owned(),
            names: texts(&resources["names"]),
            namespaces: texts(&resources["namespaces"]),
            annotations: entries(&resources["annotations"])
                .map(|(key, value)| (key.to_owned(), text(value).to_owned()))
                .collect(),
            selector: selector("selector"),
            namespace_selector: selector("namespaceSelector"),
            operations: texts(&resources["operations"]),
            user: listed("subjects") || listed("roles") || listed("clusterRoles"),
            subjects: items(&json["subjects"]).cloned().collect(),
            roles: listed("roles") || listed("clusterRoles"),
            empty: false,
        };
        filter.empty = filter.describes_nothing() && !filter.user;
        filter
    }

    fn describes_nothing(&self) -> bool {
        self.kinds.is_empty()
            && self.name.is_empty()
            && self.names.is_empty()
            && self.namespaces.is_empty()
            && self.annotations.is_empty()
            && self.selector.is_none()
            && self.namespace_selector.is_none()
            && self.operations.is_empty()
    }

    /// Users do not count if nobody is known.
    fn matches(&self, candidate: &Candidate<'_>) -> Truth {
        let asks_user = self.user && !candidate.user.name.is_empty();
        if self.describes_nothing() && !asks_user {
            return Truth::No;
        }
        self.holds(candidate, asks_user)
    }

    fn excludes(&self, candidate: &Candidate<'_>) -> Truth {
        if self.empty { Truth::No } else { self.holds(candidate, self.user) }
    }

    fn takes_kind(&self, kind: &GroupVersionKind) -> bool {
        self.kinds.iter().any(|known| known.takes(kind))
    }

    fn holds(&self, candidate: &Candidate<'_>, asks_user: bool) -> Truth {
        let Candidate { subject, object, doubts, .. } = candidate;
        let kind = &subject.resource.kind;
        let metadata = &object["metadata"];
        let (name, field) = match text(&metadata["name"]) {
            "" => (text(&metadata["generateName"]), &["metadata", "generateName"]),
            name => (name, &NAME),
        };
        let any = |patterns: &[String], text: &str, field: &[&str]| {
            if !patterns.iter().all(|pattern| pattern == "*") && doubts.is(field) {
                return Truth::Unknown;
            }
            (patterns.is_empty() || patterns.iter().any(|pattern| wildcard::matches(pattern, text))).into()
        };
        let place = if kind.kind == "Namespace" { (name, field) } else { (text(&metadata["namespace"]), &NAMESPACE) };
        let own_name = if self.name.is_empty() { &[][..] } else { std::slice::from_ref(&self.name) };
        let is_for = (self.operations.is_empty() || self.operations.iter().any(|operation| operation == "CREATE"))
            && (self.kinds.is_empty() || self.takes_kind(kind));
        Truth::from(is_for)
            .and(|| any(own_name, name, field))
            .and(|| any(&self.names, name, field))
            .and(|| any(&self.namespaces, place.0, place.1))
            .and(|| Truth::all(self.annotations.iter().map(|wanted| candidate.is_annotated(wanted))))
            .and(|| self.selector.as_ref().map_or(Truth::Yes, |selector| candidate.is_selected(selector)))
            .and(|| self.namespace_selector.as_ref().map_or(Truth::Yes, |it| candidate.namespace_selected(it)))
            .and(|| (!asks_user || self.takes_user(candidate.user)).into())
    }

    fn takes_user(&self, user: &User) -> bool {
        let account = user.name.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
        let is = |subject: &Json| {
            let name = text(&subject["name"]);
            match text(&subject["kind"]) {
                "ServiceAccount" => account.is_some_and(|(namespace, account)| {
                    wildcard::matches(name, account) && wildcard::matches(text(&subject["namespace"]), namespace)
                }),
                "User" => wildcard::matches(name, &user.name),
                "Group" => user.groups.iter().any(|group| wildcard::matches(name, group)),
                _ => false,
            }
        };
        !self.roles && (self.subjects.is_empty() || (!user.name.is_empty() && self.subjects.iter().any(is)))
    }
}

impl<'a> Candidate<'a> {
    pub(super) fn of(review: &'a Review<'a>, doubts: &'a Doubts<'a>) -> Candidate<'a> {
        let Review { subject, object, cluster, user, .. } = review;
        Candidate { subject, object, cluster, user, doubts }
    }

    /// Has the object an annotation whose key and value these patterns match?
    fn is_annotated(&self, (key, value): &(String, String)) -> Truth {
        let annotations = &self.object["metadata"]["annotations"];
        let found =
            Truth::any(entries(annotations).filter(|(have, _)| wildcard::matches(key, have)).map(|(have, found)| {
                if value != "*" && self.doubts.is(&["metadata", "annotations", have]) {
                    return Truth::Unknown;
                }
                wildcard::matches(value, text(found)).into()
            }));
        if found == Truth::No && self.doubts.is(&["metadata", "annotations"]) { Truth::Unknown } else { found }
    }

    fn is_selected(&self, selector: &Json) -> Truth {
        let labels = labels_of(&self.object["metadata"]["labels"]);
        selects(selector, &labels, |key| self.doubts.is(&["metadata", "labels", key]))
    }

    fn namespace_selected(&self, selector: &Json) -> Truth {
        // A selector of namespaces never holds for a Namespace.
        if self.subject.resource.is_namespace() {
            return Truth::No;
        }
        let labels = namespace_labels(self.subject, self.cluster);
        let is_unknown = |key: &str| self.subject.namespace.is_some() && is_unknown_of_namespace(key, self.doubts);
        selects(selector, &labels, is_unknown)
    }
}

/// The labels of the object's namespace; none for what is cluster-scoped.
pub(super) fn namespace_labels(subject: &Subject<'_>, cluster: &Cluster) -> Vec<(String, String)> {
    subject.namespace.map(|namespace| cluster.namespace_labels(namespace)).unwrap_or_default()
}

pub(super) fn labels_of(labels: &Json) -> Vec<(String, String)> {
    entries(labels).map(|(key, value)| (key.to_owned(), text(value).to_owned())).collect()
}

/// A selector whose `matchLabels` may hold wildcards: those become the first label that matches. Nobody knows the values of
/// the labels that `is_unknown` names.
pub(super) fn selects(selector: &Json, labels: &[(String, String)], is_unknown: impl Fn(&str) -> bool) -> Truth {
    let mut selector = selector.clone();
    let expanded: serde_json::Map<String, Json> = entries(&selector["matchLabels"])
        .map(|(key, value)| {
            let value = text(value);
            if !wildcard::contains(key) && !wildcard::contains(value) {
                return (key.to_owned(), Json::from(value));
            }
            let found =
                labels.iter().find(|(have, found)| wildcard::matches(key, have) && wildcard::matches(value, found));
            let unknown = || labels.iter().find(|(have, _)| wildcard::matches(key, have) && is_unknown(have));
            match found.or_else(unknown) {
                Some((key, value)) => (key.clone(), Json::from(value.as_str())),
                None => (key.replace(['*', '?'], "0"), Json::from(value.replace(['*', '?'], "0"))),
            }
        })
        .collect();
    if selector.get("matchLabels").is_some() {
        selector["matchLabels"] = Json::Object(expanded);
    }
    let label = |key: &str| labels.iter().find(|(have, _)| have == key).map(|(_, value)| value.as_str());
    LabelSelector::new(&selector).selects(label, is_unknown)
}

impl Kind {
    /// What of it says something: `Pod`, `apps/v1/Deployment`.
    fn text(&self) -> String {
        let [group, version, kind, sub] = self.0.each_ref().map(String::as_str);
        let parts: Vec<&str> = match (group, version) {
            ("*", "*") => vec![kind],
            ("*", version) => vec![version, kind],
            (group, version) => vec![group, version, kind],
        };
        let sub = Some(sub).filter(|sub| !sub.is_empty());
        parts.into_iter().chain(sub).collect::<Vec<_>>().join("/")
    }

    fn new(written: &str) -> Kind {
        let mut parts: Vec<&str> = written.split('/').collect();
        let last = parts.pop().unwrap_or_default();
        parts.extend(last.split('.'));
        let four = |group: &str, version: &str, kind: &str, sub: &str| {
            Kind([group.to_owned(), version.to_owned(), kind.to_owned(), sub.to_owned()])
        };
        match parts[..] {
            [kind] => four("*", "*", kind, ""),
            ["*", "*"] => four("*", "*", "*", "*"),
            ["*", sub] if sub.to_lowercase() == sub => four("*", "*", "*", sub),
            [version, kind] if is_version(version) => four("*", version, kind, ""),
            [kind, sub] => four("*", "*", kind, sub),
            [version, kind, sub] if is_version(version) => four("*", version, kind, sub),
            [group, version, kind] => four(group, version, kind, ""),
            [group, version, kind, sub] => four(group, version, kind, sub),
            _ => four("", "", "", ""),
        }
    }

    fn takes(&self, kind: &GroupVersionKind) -> bool {
        let [group, version, name, sub] = &self.0;
        wildcard::matches(group, &kind.group)
            && wildcard::matches(version, &kind.version)
            && wildcard::matches(name, &kind.kind)
            && wildcard::matches(sub, "")
    }
}

/// `^(v\d+((alpha|beta)\d+)?|\*)$`
pub(super) fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else { return text == "*" };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match rest.find(['a', 'b']) {
        None => digits(rest),
        Some(at) => {
            let tail = rest[at..].strip_prefix("alpha").or_else(|| rest[at..].strip_prefix("beta"));
            digits(&rest[..at]) && tail.is_some_and(digits)
        }
    }
}
