//! What is said about a file: verdicts of its pod templates, findings, and what was passed over.

mod skipped;
mod usable;

use std::sync::Arc;

use podline_policies::{Actions, Decision, Rule};

use crate::finding::{FailOn, ObjectRef, Origin, PolicyRef, ReportEntry};
use crate::pod_security::admission::{Answer, Exemption, NamespaceAnswer, Policy};
use crate::pod_security::{Level, Mode, Version};
use crate::rules::{Families, RuleId};
use crate::waiver::manifest::ManifestWaiver;
use crate::yaml::path::FieldPath;
pub use skipped::{SkipReason, Skipped};
pub use usable::{Usable, UsableBy};

/// What the cluster would say about one pod template.
#[derive(Clone, Debug)]
pub struct TemplateReport {
    /// The object that holds it.
    pub object: Arc<ObjectRef>,
    /// Where it stands in the object; the object itself for a Pod.
    pub path: FieldPath,
    /// The line on which it begins.
    pub line: usize,
    /// The namespace that the object is created in.
    pub effective_namespace: String,
    /// The chart's template or kustomize's resource that it was rendered from.
    pub source: Option<String>,
    /// The place in that template, where `--source-root` leads to it.
    pub origin: Option<Box<Origin>>,
    /// Its containers, in upstream's order, but for those that nobody knows yet.
    pub containers: Vec<ContainerRef>,
    /// Whether some containers are placeholders, or encrypted.
    pub hides_containers: bool,
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
    pub level_survey: Option<Box<LevelSurvey>>,
    /// The kustomizations that patch the object and were not built: the verdict is of what stands here.
    pub patched_by: Vec<String>,
    /// Other namespaces into which kustomizations put the object that were not built: the verdict is of the one here.
    pub put_into: Vec<String>,
    /// What the cluster's PodSecurityPolicies say, if there are any for it.
    pub psp: Option<PspVerdict>,
    /// Who judged it: the Standards where they forbid something, are not turned off and it is not exempt, and policies.
    pub judged_by: Families,
}

impl TemplateReport {
    /// Whether there was something to judge: a container, or settings to which a controller adds some.
    pub fn is_judged(&self) -> bool {
        !self.containers.is_empty() || !self.complete && !self.hides_containers
    }

    /// Whether the Standards ask for privileged alone, which forbids nothing.
    pub fn is_unrestricted(&self) -> bool {
        let is_privileged = |verdict: &Verdict| verdict.level == Level::Privileged;
        !self.verdicts.is_empty() && self.verdicts.iter().all(is_privileged)
    }

    /// Whether the API server exempts it, or the pods that it makes.
    pub fn is_exempt(&self) -> bool {
        self.admission.as_ref().is_some_and(|report| report.exempt.or(report.pods.exempt).is_some())
    }

    /// That kustomizations patch it which were not built, if some do.
    pub fn patched(&self) -> Option<String> {
        let by = self.patched_by.join(", ");
        (!by.is_empty()).then(|| format!("{} is patched by {by}; not built", self.object))
    }

    /// That kustomizations put it into other namespaces than the one in which it was judged, if some do.
    pub fn put_elsewhere(&self) -> Option<String> {
        let into = self.put_into.join(", ");
        let (object, here) = (&self.object, &self.effective_namespace);
        let told = || format!("{object} is put into {into} by kustomizations that were not built; judged in {here}");
        (!into.is_empty()).then(told)
    }
}

/// What stands in the way of every level at every version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelSurvey {
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
    /// A value of the pod that nobody knows yet, as a sentence, and its line.
    pub unknown: Option<(String, usize)>,
}

/// One thing that would have to change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Obstacle {
    /// The level that it stands in the way of.
    pub level: Level,
    /// The rule.
    pub rule: RuleId,
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
    /// What admission answers where no policy is usable, or where rights decide and none of the usable ones admits the pods.
    pub admit_error: Option<String>,
    /// Who may use which of them; `None` where all may use all.
    pub usable: Option<Box<Usable>>,
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

/// What one rule of a loaded policy says about one object, before waivers and severities.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The object.
    pub object: Arc<ObjectRef>,
    /// Whether it is about the pod that the object's controller would make.
    pub as_pod: bool,
    /// The policy.
    pub policy: Arc<PolicyRef>,
    /// Its binding.
    pub binding: Option<Arc<str>>,
    /// The param that it was evaluated with.
    pub param: Option<Arc<str>>,
    /// Which of its rules.
    pub rule: Rule,
    /// What became of it.
    pub decision: Decision,
    /// What the cluster does about it.
    pub actions: Actions,
    /// What its system calls that.
    pub action_names: Vec<&'static str>,
    /// What the cluster says; "" for a pass.
    pub message: String,
    /// What lets the object pass: exceptions, and Namespaces among what is judged.
    pub exempted_by: Vec<Arc<PolicyRef>>,
}

/// A policy of an engine, or a document that its system refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldLoaded {
    /// Its engine, name and place.
    pub reference: Arc<PolicyRef>,
    /// Its kind.
    pub kind: String,
    /// Its namespace; "" where it has none.
    pub namespace: String,
    /// Why it is refused.
    pub invalid: Vec<String>,
    /// The rules that podline will never decide, each with the reason; `None` is all of it.
    pub not_judged: Vec<(Option<String>, String)>,
    /// Whether it does something about objects of which podline can judge none.
    pub is_unjudged: bool,
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

/// All that is to be said about one file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// The documents that kubectl reads from it, empty ones included.
    pub documents: usize,
    /// The documents that say what they are, empty lists included.
    pub manifests: usize,
    /// The objects in them, those of lists taken apart.
    pub objects: usize,
    /// The pod templates, in the order of the file, those without containers included.
    pub templates: Vec<TemplateReport>,
    /// Other objects that a policy judged.
    pub judged_objects: usize,
    /// The documents that say which chart's template they were rendered from, with what they say.
    pub sources: Vec<(usize, String)>,
    /// What is wrong, in the order of the file.
    pub findings: Vec<ReportEntry>,
    /// Which of that makes the exit status 1.
    pub fail_on: FailOn,
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
    /// Policies that nobody has loaded, though they could judge.
    pub unused_policies: usize,
    /// What loaded policies say, in the order of the file.
    pub evaluations: Vec<Evaluation>,
    /// The loaded policies that answer otherwise about an object as it is written.
    pub otherwise_as_written: Vec<(Arc<PolicyRef>, Arc<ObjectRef>)>,
}

impl FileReport {
    /// The report of a file that a kustomization applies as a patch: nothing in it is an object.
    pub fn of_patch() -> Self {
        Self::of_passed_over(SkipReason::Patch, Skipped::LISTED.to_owned())
    }

    /// The report of something that a walk passes over without a look into it.
    pub fn of_passed_over(reason: SkipReason, detail: String) -> Self {
        Self { skipped: vec![Skipped { document: None, reason, detail }], ..Self::default() }
    }

    /// Whether the file holds an object: one that was passed over was at least there.
    pub fn holds_object(&self) -> bool {
        self.manifests > 0 || self.skipped.iter().any(Skipped::is_manifest)
    }

    /// Why the file was passed over as a whole, if it was: then it does not count as checked.
    pub fn passed_over(&self) -> Option<&Skipped> {
        self.skipped.iter().find(|skipped| skipped.document.is_none())
    }
}
