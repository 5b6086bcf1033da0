//! Where each kind keeps its pod template: one row a kind.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::object::{self, Object};
use super::parts::Parts;
use super::rows::TABLES;
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
    /// Which securityContexts the schema of the resource has.
    pub lets: Lets,
    /// Where this was read.
    pub source: &'static str,
    /// The newest Kubernetes that served it, for groups that no supported cluster serves: `(removed in, use instead)`.
    pub removed: Option<(&'static str, &'static str)>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.api_version(), self.kind)
    }
}

impl Row {
    /// Whether it is one of the nine kinds that the API server judges.
    pub fn is_built_in(&self) -> bool {
        matches!(self.decode, Decode::Whole(_))
    }

    /// Whether it is the row of an object's kind.
    pub fn is_of(&self, object: &Object) -> bool {
        self.is_of_type(&object.api_version, &object.kind)
    }

    /// Whether it is the row of a kind.
    pub fn is_of_type(&self, api_version: &str, kind: &str) -> bool {
        self.kind == kind
            && self.group == object::group(api_version)
            && (self.versions.is_empty() || self.versions.contains(&object::version(api_version)))
    }

    /// `apps/v1`, for a row with one version.
    pub fn api_version(&self) -> String {
        let version = self.versions.first().copied().unwrap_or_default();
        if self.group.is_empty() { version.to_owned() } else { format!("{}/{version}", self.group) }
    }
}

/// Which securityContexts of a pod a resource lets its users write: what is missing in one that it does not have, nobody
/// can add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lets {
    /// That of the pod.
    pub pod: bool,
    /// Those of its containers.
    pub container: bool,
}

impl Lets {
    /// Both, as in a pod's own spec.
    pub const BOTH: Self = Self { pod: true, container: true };
}

impl Default for Lets {
    fn default() -> Self {
        Self::BOTH
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
    /// Its metadata and what stands at the paths: pod templates or pod specs, as they are found.
    Found,
    /// Its metadata and the parts of its pods, and the pod templates at the paths, which may have fields of their own.
    Parts(&'static [Parts]),
    /// Its metadata and its pod templates, and parts of pods beside them.
    TemplatesAndParts(&'static [Parts]),
}

impl Decode {
    /// The parts of pods that it reads.
    pub fn parts(&self) -> &'static [Parts] {
        match *self {
            Self::Parts(parts) | Self::TemplatesAndParts(parts) => parts,
            _ => &[],
        }
    }
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
        lets: Lets::BOTH,
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
        lets: Lets::BOTH,
        source: MIGRATION_GUIDE,
        removed: Some(removed),
    }
}

/// Every row, the built-in kinds first. A new kind is one row in one of these tables.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    BUILT_IN.iter().chain(REMOVED).chain(TABLES.into_iter().flatten())
}

/// A row that is not in the table: of a kind that only a configuration knows.
///
/// Rows are made once for the same words and live as long as the program, as those of the table do: an editor that
/// reads its configuration again and again makes no more of them.
pub fn row_for(group: &str, version: &str, kind: &str, paths: &[&str], complete: bool) -> &'static Row {
    static MADE: Mutex<Vec<&'static Row>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let versions: &[&str] = if version == "*" { &[] } else { &[version] };
    let is_it = |row: &Row| {
        (row.group, row.kind, row.versions, row.paths, row.complete) == (group, kind, versions, paths, complete)
    };
    if let Some(row) = made.iter().find(|row| is_it(row)) {
        return row;
    }
    let keep = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let row: &'static Row = Box::leak(Box::new(Row {
        group: keep(group),
        versions: Box::leak(versions.iter().map(|version| keep(version)).collect()),
        kind: keep(kind),
        paths: Box::leak(paths.iter().map(|path| keep(path)).collect()),
        decode: Decode::Found,
        complete,
        lets: Lets::BOTH,
        source: "the configuration",
        removed: None,
    }));
    made.push(row);
    row
}

/// The name in a step of a way to pods: what stands before the `[*]` that go into lists.
pub fn name_of_step(step: &str) -> &str {
    let mut name = step;
    while let Some(before) = name.strip_suffix("[*]") {
        name = before;
    }
    name
}

/// The row of an object's kind, if it is known to hold pod templates.
pub fn row_of(object: &Object) -> Option<&'static Row> {
    rows_of_kind(&object.kind).iter().find(|row| row.is_of(object)).copied()
}

/// Those of [`rows`] that are of a kind, in any group.
pub fn rows_of_kind(kind: &str) -> &'static [&'static Row] {
    // There are some hundred kinds, and each object of a run is looked up.
    static BY_KIND: LazyLock<HashMap<&str, Vec<&Row>>> = LazyLock::new(|| {
        let mut by_kind: HashMap<&str, Vec<&Row>> = HashMap::new();
        rows().for_each(|row| by_kind.entry(row.kind).or_default().push(row));
        by_kind
    });
    BY_KIND.get(kind).map_or(&[], Vec::as_slice)
}
