//! What the whole of Gatekeeper is told: the Config, SyncSets, and the namespaces that its webhook passes over.
//! Source: gatekeeper `pkg/controller/config/process/excluder.go`, `pkg/webhook/common.go`, the chart's webhook.

use serde_json::Value;

use super::wildcard::Wildcard;
use crate::cluster::Cluster;
use crate::doubts::Doubts;
use crate::engine::Subject;
use crate::json::{items, text};
use crate::matching::{GroupVersionKind, NAME, NAMESPACE, never_sent_to_webhooks};

/// Where the chart puts Gatekeeper itself.
const OWN_NAMESPACE: &str = "gatekeeper-system";
/// The label of namespaces that the chart's webhook passes over, whatever its value is.
const IGNORE: &str = "admission.gatekeeper.sh/ignore";

/// Why nobody is asked about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exempt<'n> {
    /// The policies say so, the cluster, or Gatekeeper itself.
    Unsaid,
    /// The Namespace of this name says so, and that is among what is judged.
    By(&'n str),
}

impl Exempt<'_> {
    /// The words for it.
    pub(super) fn message(namespace: &str) -> String {
        format!("the Namespace {} has the label {IGNORE}", podline_cel::quote(namespace))
    }
}

/// What is exempt, and what the inventory holds.
#[derive(Debug, Default)]
pub(super) struct Exemptions {
    /// Namespaces of which the webhook is not asked.
    webhook: Vec<Wildcard>,
    /// Namespaces whose objects are not in the inventory.
    sync: Vec<Wildcard>,
    /// The kinds of the inventory; all if nobody says.
    synced: Option<Vec<GroupVersionKind>>,
}

impl Exemptions {
    /// Adds a Config.
    pub(super) fn configure(&mut self, spec: &Value) {
        for entry in items(&spec["match"]) {
            let has = |process: &str| items(&entry["processes"]).any(|one| one == process || one == "*");
            let namespaces = || items(&entry["excludedNamespaces"]).map(|one| Wildcard::new(text(one)));
            if has("webhook") {
                self.webhook.extend(namespaces());
            }
            if has("sync") {
                self.sync.extend(namespaces());
            }
        }
        self.sync_kinds(&spec["sync"]["syncOnly"]);
    }

    /// Adds the kinds of a Config or a SyncSet. A list says that only what is listed is there, also an empty one.
    pub(super) fn sync_kinds(&mut self, list: &Value) {
        let kind = |one: &Value| GroupVersionKind {
            group: text(&one["group"]).to_owned(),
            version: text(&one["version"]).to_owned(),
            kind: text(&one["kind"]).to_owned(),
        };
        if list.is_array() {
            self.synced.get_or_insert_default().extend(items(list).map(kind));
        }
    }

    /// Why nobody is asked about an object, if so. `labels` are its own, if they are known yet: they count for Namespaces.
    pub(super) fn exempts<'s>(
        &self,
        subject: &Subject<'s>,
        labels: Option<&Value>,
        cluster: &Cluster,
    ) -> Option<Exempt<'s>> {
        let is_namespace = subject.resource.is_namespace();
        let place = if is_namespace { subject.name } else { subject.namespace.unwrap_or_default() };
        if never_sent_to_webhooks(&subject.resource.kind)
            || place == OWN_NAMESPACE
            || self.webhook.iter().any(|one| one.matches(place))
        {
            return Some(Exempt::Unsaid);
        }
        let ignored = if is_namespace {
            labels.is_some_and(|labels| labels.get(IGNORE).is_some())
        } else {
            subject.namespace.is_some_and(|namespace| cluster.namespace_label(namespace, IGNORE).is_some())
        };
        ignored.then(|| if cluster.is_judged_namespace(place) { Exempt::By(place) } else { Exempt::Unsaid })
    }

    /// May its namespace be one of which the webhook is not asked, where nobody knows it? That of Gatekeeper itself is not
    /// meant: nobody would be told anything else.
    pub(super) fn may_exempt(&self, subject: &Subject<'_>, doubts: &Doubts<'_>) -> bool {
        let field = if subject.resource.is_namespace() { &NAME } else { &NAMESPACE };
        !self.webhook.is_empty() && doubts.is(field)
    }

    /// Is an object of this kind and namespace in the inventory?
    pub(super) fn syncs(&self, kind: &GroupVersionKind, namespace: Option<&str>) -> bool {
        self.synced.as_ref().is_none_or(|synced| synced.contains(kind))
            && !self.sync.iter().any(|one| one.matches(namespace.unwrap_or_default()))
    }
}
