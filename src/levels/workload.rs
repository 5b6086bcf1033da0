//! The workloads of the input: what belongs together is one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::finding::{Finding, ObjectRef};
use crate::pod_security::Level;
use crate::pod_security::admission::Exemption;
use crate::rules::id;
use crate::verdict::{FileReport, Obstacle, TemplateReport};

/// Owners of owners are followed this far; a Pod of a ReplicaSet of a Deployment of a custom resource needs three steps.
const MAX_STEPS: usize = 16;

/// A workload: an object that makes pods, and all that it owns.
#[derive(Clone, Debug, Default)]
pub struct Workload {
    /// `Deployment web`
    pub name: String,
    /// Whether baseline refuses any of its pods, by minor version.
    pub(super) baseline: Vec<bool>,
    /// Whether restricted refuses any of its pods, by minor version.
    pub(super) restricted: Vec<bool>,
    /// Whether its pods are known: a custom resource whose controller adds to them leaves that open, unless they are
    /// in the input themselves.
    pub(super) proven: bool,
    /// What stands in its way at the newest version, each once.
    pub(super) obstacles: BTreeSet<Obstacle>,
    /// The chart that it was rendered from.
    pub(super) chart: Option<String>,
    /// The images of its containers, by name.
    pub(super) images: BTreeMap<String, String>,
}

impl Workload {
    /// Whether a level refuses any of its pods.
    pub(super) fn is_refused(&self, level: Level, minor: u32) -> bool {
        let refused = match level {
            Level::Privileged => return false,
            Level::Baseline => &self.baseline,
            Level::Restricted => &self.restricted,
        };
        refused.get(minor as usize).copied().unwrap_or(false)
    }

    fn add(&mut self, template: TemplateReport) {
        let Some(mut sweep) = template.sweep else { return };
        // Whatever the level, nobody refuses a pod that is exempt. What a namespace is exempt of is said of that.
        let exemption = template.admission.as_ref().and_then(|admission| admission.pods.exempt);
        if exemption.is_some_and(|exemption| exemption != Exemption::Namespace) {
            (sweep.baseline, sweep.restricted, sweep.obstacles) = Default::default();
        }
        merge(&mut self.baseline, &sweep.baseline);
        merge(&mut self.restricted, &sweep.restricted);
        self.proven |= template.complete;
        self.obstacles.extend(sweep.obstacles);
        let source = template.source.as_deref().and_then(|source| source.split('/').next()).map(str::to_owned);
        self.chart = self.chart.take().or(source).or_else(|| sweep.chart.as_deref().map(without_version));
        self.images.extend(template.containers.into_iter().map(|one| (one.name, without_tag(&one.image))));
    }
}

fn merge(all: &mut Vec<bool>, more: &[bool]) {
    all.resize(all.len().max(more.len()), false);
    for (one, more) in all.iter_mut().zip(more) {
        *one |= more;
    }
}

/// `node-exporter` of `node-exporter-4.1.0`, as the label `helm.sh/chart` has it.
fn without_version(chart: &str) -> String {
    let version = |(at, _): &(usize, &str)| chart[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    chart.match_indices('-').find(version).map_or(chart, |(at, _)| &chart[..at]).to_owned()
}

/// The repository of an image.
fn without_tag(image: &str) -> String {
    let name = image.split('@').next().unwrap_or(image);
    let path = name.rfind('/').map_or(0, |at| at + 1);
    let end = name[path..].find(':').map_or(name.len(), |at| path + at);
    name[..end].to_owned()
}

/// The workloads of the input.
#[derive(Clone, Debug, Default)]
pub struct Workloads {
    /// By namespace, in the order of the input.
    pub(super) by_namespace: BTreeMap<String, Vec<Workload>>,
    /// Objects and documents that could not be read, so that nothing is known of their pods.
    pub unjudged: usize,
}

/// How an object is found by what it owns.
type Key = (String, String, String);

impl Workloads {
    /// Puts together what files hold: what an object of the input owns is folded into it.
    pub fn new(reports: Vec<FileReport>) -> Self {
        let mut workloads = Self { unjudged: reports.iter().map(|report| report.refused).sum(), ..Self::default() };
        for object in reports.iter().flat_map(unjudged) {
            let namespace = if object.namespace.is_empty() { "default" } else { &object.namespace };
            let workload = Workload { name: format!("{} {}", object.kind, object.name), ..Workload::default() };
            workloads.by_namespace.entry(namespace.to_owned()).or_default().push(workload);
        }
        let templates = reports.into_iter().flat_map(|report| report.templates);
        let counts = |template: &TemplateReport| template.sweep.as_ref().is_some_and(|sweep| !sweep.idle);
        let (busy, idle): (Vec<TemplateReport>, Vec<TemplateReport>) = templates.partition(counts);
        // An object that runs nothing still stands between what it owns and its own owner.
        let all: Vec<&TemplateReport> = busy.iter().chain(&idle).collect();
        let roots = roots(&all);
        drop(all);
        let mut places: HashMap<usize, (String, usize)> = HashMap::new();
        for (index, template) in busy.into_iter().enumerate() {
            let root = roots.get(&index).copied().unwrap_or(index);
            let (namespace, at) = places.entry(root).or_insert_with(|| {
                let namespace = template.effective_namespace.clone();
                let list = workloads.by_namespace.entry(namespace.clone()).or_default();
                list.push(Workload::default());
                (namespace, list.len() - 1)
            });
            let Some(workload) = workloads.by_namespace.get_mut(namespace).and_then(|list| list.get_mut(*at)) else {
                continue;
            };
            if workload.name.is_empty() || root == index {
                workload.name = name(&template);
            }
            workload.add(template);
        }
        workloads
    }
}

/// The objects of a file that hold pods which could not be judged, each once: nothing is known of them.
fn unjudged(report: &FileReport) -> Vec<&ObjectRef> {
    let mut objects: Vec<&ObjectRef> = Vec::new();
    let is_open =
        |finding: &&Finding| matches!(finding.rule, id::UNJUDGED_TEMPLATE | id::UNJUDGED_SETTINGS | id::WRONG_TYPE);
    for object in report.findings.iter().filter(is_open).filter_map(|finding| finding.object.as_deref()) {
        // Findings of one object follow each other.
        if objects.last() != Some(&object) {
            objects.push(object);
        }
    }
    objects
}

/// `Deployment web`
fn name(template: &TemplateReport) -> String {
    let object = &template.object;
    let name = if object.name.is_empty() { &object.generate_name } else { &object.name };
    format!("{} {name}", object.kind)
}

/// For each template the one whose object owns it in the end, or the first one of the same object.
fn roots(templates: &[&TemplateReport]) -> HashMap<usize, usize> {
    let (mut by_uid, mut by_name) = (HashMap::new(), HashMap::<Key, usize>::new());
    let mut of_object = HashMap::new();
    for (index, template) in templates.iter().enumerate() {
        let object = std::sync::Arc::as_ptr(&template.object);
        let first = *of_object.entry(object).or_insert(index);
        let uid = template.sweep.as_ref().map(|sweep| sweep.uid.as_str()).filter(|uid| !uid.is_empty());
        if let Some(uid) = uid {
            by_uid.entry(uid).or_insert(first);
        }
        let object = &template.object;
        let key = (template.effective_namespace.clone(), object.kind.clone(), object.name.clone());
        by_name.entry(key).or_insert(first);
    }
    let owner = |index: usize| {
        let template = templates[index];
        template.sweep.iter().flat_map(|sweep| &sweep.owners).find_map(|owner| {
            let key = || (template.effective_namespace.clone(), owner.kind.clone(), owner.name.clone());
            // Where uids are written, names alone prove nothing: an object may have been made anew.
            let by_name = || {
                let found = by_name.get(&key()).copied()?;
                let uid = templates[found].sweep.as_ref().map_or("", |sweep| sweep.uid.as_str());
                (owner.uid.is_empty() || uid.is_empty()).then_some(found)
            };
            by_uid.get(owner.uid.as_str()).copied().or_else(by_name)
        })
    };
    let mut roots = HashMap::new();
    for (index, template) in templates.iter().enumerate() {
        let mut root = of_object[&std::sync::Arc::as_ptr(&template.object)];
        let first = root;
        for _ in 0..MAX_STEPS {
            match owner(root) {
                // A circle has no root: everybody stays alone.
                Some(next) if next == first => {
                    root = first;
                    break;
                }
                Some(next) => root = next,
                None => break,
            }
        }
        if root != index {
            roots.insert(index, root);
        }
    }
    roots
}
