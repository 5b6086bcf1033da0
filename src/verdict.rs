//! What is said about a file: verdicts of its pod templates, findings, and what was passed over.

use std::sync::Arc;

use crate::finding::{Finding, ObjectRef, Origin};
use crate::pod_security::admission::{Answer, Exemption, NamespaceAnswer, Policy};
use crate::pod_security::{Level, Mode, Version};
use crate::waiver::manifest::ManifestWaiver;

/// What the cluster would say about one pod template.
#[derive(Clone, Debug)]
pub struct TemplateReport {
    /// The object that holds it.
    pub object: Arc<ObjectRef>,
    /// Where it stands in the object; "" for a Pod.
    pub path: String,
    /// The line on which it begins.
    pub line: usize,
    /// The namespace that the object is created in.
    pub effective_namespace: String,
    /// The chart's template or kustomize's resource that it was rendered from.
    pub source: Option<String>,
    /// The place in that template, where `--source-root` leads to it.
    pub origin: Option<Box<Origin>>,
    /// Its containers, in upstream's order.
    pub containers: Vec<ContainerRef>,
    /// The account that its pods run as; "" for the namespace's default.
    pub service_account: String,
    /// The place of the configuration's entry that is for it: `podline.yaml:14`.
    pub applied: Option<String>,
    /// Whether the pods are what is written. Some controllers of custom resources add to it.
    pub complete: bool,
    /// The verdicts, one a mode.
    pub verdicts: Vec<Verdict>,
    /// What the API server answers, if namespaces decide.
    pub admission: Option<AdmissionReport>,
    /// What every level and version would say, if that was asked for.
    pub sweep: Option<Box<Sweep>>,
    /// The kustomizations that patch the object and were not built: the verdict is of what stands here.
    pub patched_by: Vec<String>,
    /// What the cluster's PodSecurityPolicies say, if there are any for it.
    pub psp: Option<PspVerdict>,
}

/// What stands in the way of every level at every version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Whether baseline refuses the pod, by minor version.
    pub baseline: Vec<bool>,
    /// Whether restricted refuses the pod, by minor version.
    pub restricted: Vec<bool>,
    /// What would have to change for each of them at the newest version of the cluster.
    pub obstacles: Vec<Obstacle>,
    /// How the object is known to those that it owns.
    pub uid: String,
    /// Who owns the object.
    pub owners: Vec<Owner>,
    /// Whether the object runs nothing: a ReplicaSet of no replicas, a pod that has finished.
    pub idle: bool,
    /// The chart that the object says it comes from.
    pub chart: Option<String>,
}

/// One thing that would have to change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Obstacle {
    /// The level that it stands in the way of.
    pub level: Level,
    /// The rule.
    pub rule: &'static str,
    /// The container; `None` for the pod.
    pub container: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// A reference to an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its uid; "" where it is missing.
    pub uid: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// What the API server answers to the creation of an object that holds a pod template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmissionReport {
    /// Why the object is not judged.
    pub exempt: Option<Exemption>,
    /// The levels and versions that hold in its namespace.
    pub policy: Policy,
    /// The answer.
    pub answer: Answer,
    /// What becomes of the pods that it makes.
    pub pods: PodsReport,
}

/// What the API server answers to the creation of the pods that an object makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodsReport {
    /// Who creates them, if that is known.
    pub user: Option<String>,
    /// Why they are not judged.
    pub exempt: Option<Exemption>,
    /// Whether they are accepted; `None` where their controller adds to them, and nothing that is forbidden is stated.
    pub allowed: Option<bool>,
    /// Why not; "" if they are. The object's name stands for theirs.
    pub message: String,
}

/// What the API server answers to the creation of a Namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceReport {
    /// Its name.
    pub name: String,
    /// The answer.
    pub answer: NamespaceAnswer,
}

/// A PodSecurityPolicy, and whether it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldPolicy {
    /// Its name.
    pub name: String,
    /// The errors with which the API server refuses it.
    pub invalid: Vec<String>,
    /// Why admission passes over it although it is stored.
    pub unusable: Option<String>,
}

/// What PodSecurityPolicies say about one pod template.
#[derive(Clone, Debug, Default)]
pub struct PspVerdict {
    /// What each usable policy says.
    pub policies: Vec<PolicyVerdict>,
    /// The policy that admits the pods: as admission would choose, or the first by name that admits them as written.
    pub policy: Option<String>,
    /// What admission answers where no policy is usable.
    pub admit_error: Option<String>,
}

/// What one PodSecurityPolicy says, in upstream's words.
#[derive(Clone, Debug, Default)]
pub struct PolicyVerdict {
    /// The policy.
    pub name: String,
    /// The fields that it fills in, from the pod, with their new values; sorted by path.
    pub mutated: Vec<(String, serde_json::Value)>,
    /// Why it does not admit the pods after that.
    pub errors: Vec<String>,
    /// Why it does not admit the pods as they are written.
    pub errors_unmutated: Vec<String>,
}

/// A container of a pod template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerRef {
    /// Its name.
    pub name: String,
    /// Its image, as written.
    pub image: String,
}

/// The answer of the Standards at one level and version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of a pod that is not allowed.
    pub mode: Mode,
    /// The level.
    pub level: Level,
    /// The version as it was asked for.
    pub version: Version,
    /// The minor version whose policy judged.
    pub resolved: u32,
    /// Whether the pod is allowed; `None` where the controller adds to the pod, and nothing that is forbidden is
    /// stated.
    pub allowed: Option<bool>,
    /// The checks that refuse the pod as it is written, in upstream's order.
    pub checks: Vec<FailedCheck>,
}

/// A check that refuses a pod, in upstream's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCheck {
    /// Upstream's id of the check.
    pub id: &'static str,
    /// Upstream's reason.
    pub reason: String,
    /// Upstream's detail.
    pub detail: String,
}

/// Why something was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// No document with apiVersion and kind.
    NotManifest,
    /// A template of Helm or another tool, not its result.
    Unrendered,
    /// A patch of kustomize: a part of an object.
    Patch,
    /// Encrypted by SOPS.
    Encrypted,
    /// A policy, a schema or a review, in which a pod is a pattern.
    Policy,
    /// A link that leads out of the repository, or out of the directory that was named.
    Outside,
    /// A named pipe, a socket or a device.
    Special,
}

impl SkipReason {
    /// Every reason.
    pub const ALL: [SkipReason; 7] = [
        SkipReason::NotManifest,
        SkipReason::Unrendered,
        SkipReason::Patch,
        SkipReason::Encrypted,
        SkipReason::Policy,
        SkipReason::Outside,
        SkipReason::Special,
    ];

    /// The name that reports and options use.
    pub fn as_str(self) -> &'static str {
        match self {
            SkipReason::NotManifest => "not-manifest",
            SkipReason::Unrendered => "unrendered",
            SkipReason::Patch => "patch",
            SkipReason::Encrypted => "encrypted",
            SkipReason::Policy => "policy",
            SkipReason::Outside => "outside",
            SkipReason::Special => "special",
        }
    }
}

/// Something that was not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The document, from 0; `None` for the whole file.
    pub document: Option<usize>,
    /// Why.
    pub reason: SkipReason,
    /// What was seen.
    pub detail: String,
}

impl Skipped {
    /// Whether it was an object all the same, and no other kind of file.
    pub fn is_manifest(&self) -> bool {
        self.reason != SkipReason::NotManifest
    }
}

/// All that is to be said about one file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// The documents that kubectl reads from it, empty ones included.
    pub documents: usize,
    /// The documents that say what they are, empty lists included.
    pub manifests: usize,
    /// The objects in them, those of lists taken apart.
    pub objects: usize,
    /// The pod templates that were judged, in the order of the file.
    pub templates: Vec<TemplateReport>,
    /// The documents that say which chart's template they were rendered from, with what they say.
    pub sources: Vec<(usize, String)>,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Finding>,
    /// What was not judged.
    pub skipped: Vec<Skipped>,
    /// Documents that cannot be read, and objects that Kubernetes would refuse to decode: their pods were not judged.
    pub refused: usize,
    /// Namespaces that say by labels how their pods are to be judged.
    pub labelled_namespaces: usize,
    /// The waivers that stand in the file, those that cover nothing included.
    pub waivers: Vec<ManifestWaiver>,
    /// What the API server answers to its Namespaces, if namespaces decide.
    pub namespaces: Vec<NamespaceReport>,
}

impl FileReport {
    /// The report of a file that a kustomization applies as a patch: nothing in it is an object.
    pub fn of_patch() -> Self {
        Self::of_passed_over(SkipReason::Patch, "listed by a kustomization".to_owned())
    }

    /// The report of something that a walk passes over without a look into it.
    pub fn of_passed_over(reason: SkipReason, detail: String) -> Self {
        Self { skipped: vec![Skipped { document: None, reason, detail }], ..Self::default() }
    }

    /// Whether the file holds an object: one that was passed over was at least there.
    pub fn holds_object(&self) -> bool {
        self.manifests > 0 || self.skipped.iter().any(Skipped::is_manifest)
    }
}
