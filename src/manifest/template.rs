//! Where each kind keeps its pod template: one row a kind.

use super::custom::CUSTOM;
use super::object::Object;
use super::parts::Parts;
use super::typed::{self, Decoded};
use crate::yaml::tree::{NodeId, Tree};

/// A kind that holds pod templates.
pub struct Row {
    /// The API group; "" is the core group.
    pub group: &'static str,
    /// The versions that have it; an empty list means every version.
    pub versions: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Where the pod template stands. "" is the object itself, which is a pod. `[*]` stands for every element, `*` for
    /// every key.
    pub paths: &'static [&'static str],
    /// What of the object is decoded into the API's types.
    pub decode: Decode,
    /// Whether the pods are what is written, so that the verdict holds for them. Some controllers add to it.
    pub complete: bool,
    /// Where this was read.
    pub source: &'static str,
    /// The newest Kubernetes that served it, for groups that no supported cluster serves: `(removed in, use instead)`.
    pub removed: Option<(&'static str, &'static str)>,
}

impl Row {
    /// Whether it is one of the nine kinds that the API server judges.
    pub fn is_built_in(&self) -> bool {
        matches!(self.decode, Decode::Whole(_))
    }

    /// `apps/v1`, for a row with one version.
    pub fn api_version(&self) -> String {
        let version = self.versions.first().copied().unwrap_or_default();
        if self.group.is_empty() { version.to_owned() } else { format!("{}/{version}", self.group) }
    }
}

/// What of an object is decoded.
pub enum Decode {
    /// All of it, by this function.
    Whole(fn(&Tree<'_>, NodeId) -> Decoded),
    /// Its metadata and its pod templates.
    Templates,
    /// Its metadata and its pod templates, in which the API has fields of its own: unknown ones say nothing.
    LargerTemplates,
    /// Its metadata and its pod specs, which stand at the paths without a template around them, among fields of its
    /// own.
    LargerSpecs,
    /// Its metadata and the parts of its pods.
    Parts(&'static [Parts]),
}

/// The nine kinds that the API server judges, decoded whole.
const BUILT_IN: &[Row] = &[
    whole("", "Pod", &[""], typed::pod),
    whole("", "PodTemplate", &["template"], typed::pod_template),
    whole("", "ReplicationController", &["spec.template"], typed::replication_controller),
    whole("apps", "ReplicaSet", &["spec.template"], typed::replica_set),
    whole("apps", "Deployment", &["spec.template"], typed::deployment),
    whole("apps", "StatefulSet", &["spec.template"], typed::stateful_set),
    whole("apps", "DaemonSet", &["spec.template"], typed::daemon_set),
    whole("batch", "Job", &["spec.template"], typed::job),
    whole("batch", "CronJob", &["spec.jobTemplate.spec.template"], typed::cron_job),
];

/// Built-in kinds in groups that no supported cluster serves any more.
const REMOVED: &[Row] = &[
    removed("extensions", &["v1beta1"], "Deployment", &["spec.template"], ("v1.16", "apps/v1")),
    removed("extensions", &["v1beta1"], "DaemonSet", &["spec.template"], ("v1.16", "apps/v1")),
    removed("extensions", &["v1beta1"], "ReplicaSet", &["spec.template"], ("v1.16", "apps/v1")),
    removed("extensions", &["v1beta1"], "Job", &["spec.template"], ("v1.6", "batch/v1")),
    removed("apps", &["v1alpha1", "v1beta1", "v1beta2"], "StatefulSet", &["spec.template"], ("v1.16", "apps/v1")),
    removed("apps", &["v1beta1", "v1beta2"], "Deployment", &["spec.template"], ("v1.16", "apps/v1")),
    removed("apps", &["v1beta2"], "DaemonSet", &["spec.template"], ("v1.16", "apps/v1")),
    removed("apps", &["v1beta2"], "ReplicaSet", &["spec.template"], ("v1.16", "apps/v1")),
    removed("batch", &["v1beta1"], "CronJob", &["spec.jobTemplate.spec.template"], ("v1.25", "batch/v1")),
    removed("batch", &["v2alpha1"], "CronJob", &["spec.jobTemplate.spec.template"], ("v1.21", "batch/v1")),
];

const EXTRACTOR: &str = "k8s.io/pod-security-admission admission/admission.go (DefaultPodSpecExtractor)";
const MIGRATION_GUIDE: &str = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/";

const fn whole(
    group: &'static str,
    kind: &'static str,
    paths: &'static [&'static str],
    decode: fn(&Tree<'_>, NodeId) -> Decoded,
) -> Row {
    Row {
        group,
        versions: &["v1"],
        kind,
        paths,
        decode: Decode::Whole(decode),
        complete: true,
        source: EXTRACTOR,
        removed: None,
    }
}

const fn removed(
    group: &'static str,
    versions: &'static [&'static str],
    kind: &'static str,
    paths: &'static [&'static str],
    removed: (&'static str, &'static str),
) -> Row {
    Row {
        group,
        versions,
        kind,
        paths,
        decode: Decode::Templates,
        complete: true,
        source: MIGRATION_GUIDE,
        removed: Some(removed),
    }
}

/// Every row, the built-in kinds first. A new kind is one row in one of these tables.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    BUILT_IN.iter().chain(REMOVED).chain(CUSTOM)
}

/// The row of an object's kind, if it is known to hold pod templates.
pub fn row_of(object: &Object) -> Option<&'static Row> {
    rows().find(|row| {
        row.kind == object.kind
            && row.group == object.group()
            && (row.versions.is_empty() || row.versions.contains(&object.version()))
    })
}
