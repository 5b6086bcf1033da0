//! The workloads of the input: what belongs together is one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::report::Open;
use crate::finding::{ObjectRef, ReportEntry, Severity};
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
    /// Why they are not.
    pub(super) open: Option<Open>,
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

    fn add(&mut self, file: &str, template: TemplateReport) {
        // Of an empty pod nobody knows what it will be.
        let proven = template.complete && template.is_judged();
        if !proven && self.open.is_none() {
            let unknown = template.level_survey.as_ref().and_then(|level_survey| level_survey.unknown.clone());
            let of_kind =
                if template.complete { "no container stands in it" } else { "its controller adds to its pods" };
            let (why, line) = unknown.unwrap_or_else(|| (of_kind.to_owned(), template.line));
            self.open = Some(Open::new(name(&template), &why, file, line));
        }
        let Some(mut level_survey) = template.level_survey else { return };
        // Whatever the level, nobody refuses a pod that is exempt. What a namespace is exempt of is said of that.
        let exemption = template.admission.as_ref().and_then(|admission| admission.pods.exempt);
        if exemption.is_some_and(|exemption| exemption != Exemption::Namespace) {
            (level_survey.baseline, level_survey.restricted, level_survey.obstacles) = Default::default();
        }
        merge(&mut self.baseline, &level_survey.baseline);
        merge(&mut self.restricted, &level_survey.restricted);
        self.proven |= proven;
        self.obstacles.extend(level_survey.obstacles);
        let source = template.source.as_deref().and_then(|source| source.split('/').next()).map(str::to_owned);
        self.chart = self.chart.take().or(source).or_else(|| level_survey.chart.as_deref().map(without_version));
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
    /// What of each namespace is open: objects whose pods are known in part only.
    pub(super) open: BTreeMap<String, Vec<Open>>,
    /// What of each namespace could not be read.
    pub(super) unread: BTreeMap<String, Vec<Open>>,
    /// What could not be read, and may belong to any namespace.
    pub(super) anywhere: Vec<Open>,
    /// Objects and documents that could not be read, so that nothing is known of their pods.
    pub unjudged: usize,
}

/// What is said about a file, by its name.
#[derive(Debug)]
pub struct ReadFile {
    /// The name.
    pub name: String,
    /// The namespace of objects in it that name none.
    pub namespace: String,
    /// What is said.
    pub report: FileReport,
}

/// How an object is found by what it owns.
type Key = (String, String, String);

impl Workloads {
    /// Puts together what files hold: what an object of the input owns is folded into it.
    pub fn new(files: Vec<ReadFile>) -> Self {
        let mut workloads = Self { unjudged: files.iter().map(|file| file.report.refused).sum(), ..Self::default() };
        for file in &files {
            workloads.add_open(file);
        }
        let templates = files.into_iter().flat_map(|file| {
            let name: std::rc::Rc<str> = file.name.into();
            file.report.templates.into_iter().map(move |template| (std::rc::Rc::clone(&name), template))
        });
        let counts = |(_, template): &(_, TemplateReport)| {
            template.level_survey.as_ref().is_some_and(|level_survey| !level_survey.idle)
        };
        let (busy, idle): (Vec<_>, Vec<_>) = templates.partition(counts);
        // An object that runs nothing still stands between what it owns and its own owner.
        let all: Vec<&TemplateReport> = busy.iter().chain(&idle).map(|(_, template)| template).collect();
        let roots = roots(&all);
        drop(all);
        let mut places: HashMap<usize, (String, usize)> = HashMap::new();
        for (index, (file, template)) in busy.into_iter().enumerate() {
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
            workload.add(&file, template);
        }
        workloads
    }

    /// The namespaces in which something stands.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.by_namespace.keys().chain(self.open.keys()).chain(self.unread.keys()).map(String::as_str)
    }

    /// Notes what of a file could not be read or judged: each object once, with the first reason.
    fn add_open(&mut self, file: &ReadFile) {
        let mut last: Option<&ObjectRef> = None;
        for finding in file.report.findings.iter().filter(|finding| finding.rule.is_unjudged() || is_open(finding)) {
            let line = finding.location.start.line;
            let Some(object) = finding.object.as_deref() else {
                self.anywhere.push(Open::new("a document".to_owned(), &finding.message, &file.name, line));
                continue;
            };
            // Findings of one object follow each other.
            if last.replace(object) == Some(object) {
                continue;
            }
            let namespace = if object.namespace.is_empty() { &file.namespace } else { &object.namespace };
            let named = format!("{} {}", object.kind, object.name);
            let all = if finding.rule.is_unjudged() { &mut self.unread } else { &mut self.open };
            let one = Open::new(named, &finding.message, &file.name, line);
            all.entry(namespace.clone()).or_default().push(one);
        }
    }
}

/// Whether a finding says that pods of an object are not known: what is in a place that nobody judges, or a placeholder.
fn is_open(finding: &ReportEntry) -> bool {
    matches!(finding.rule, id::UNJUDGED_TEMPLATE | id::UNJUDGED_SETTINGS) && finding.severity > Severity::Note
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
        let uid =
            template.level_survey.as_ref().map(|level_survey| level_survey.uid.as_str()).filter(|uid| !uid.is_empty());
        if let Some(uid) = uid {
            by_uid.entry(uid).or_insert(first);
        }
        let object = &template.object;
        let key = (template.effective_namespace.clone(), object.kind.clone(), object.name.clone());
        by_name.entry(key).or_insert(first);
    }
    let owner = |index: usize| {
        let template = templates[index];
        template.level_survey.iter().flat_map(|level_survey| &level_survey.owners).find_map(|owner| {
            let key = || (template.effective_namespace.clone(), owner.kind.clone(), owner.name.clone());
            // Where uids are written, names alone prove nothing: an object may have been made anew.
            let by_name = || {
                let found = by_name.get(&key()).copied()?;
                let uid = templates[found].level_survey.as_ref().map_or("", |level_survey| level_survey.uid.as_str());
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
