//! One page to look at: namespaces and workloads against levels, findings with their lines, and the pages of the rules.
//!
//! The page is a single file that asks nobody for anything: its policy forbids every request, and allows only the style
//! and the script that are in it, by their hashes. All text is escaped by the template; what is unsafe to show at all is
//! escaped before.

mod finding;
mod map;
mod page;

use std::collections::{BTreeMap, HashMap};

use maud::Markup;
use sha2::{Digest, Sha256};

use super::escape::escape;
use super::format::{Run, URGENCIES, urgency};
use super::summary::Summary;
use crate::finding::{ObjectRef, ReportEntry, Severity};
use crate::rules::RuleId;
use crate::source::file::SourceFile;
use crate::verdict::{FileReport, Skipped, TemplateReport};

/// What a page shows of one file, rendered while the file's text is at hand.
pub struct Part {
    objects: Vec<Object>,
    skipped: Vec<(String, Skipped)>,
}

/// An object with what was found in it; or, with neither kind nor name, what was found outside of objects.
struct Object {
    /// The same as long as file, kind and name stay.
    id: String,
    /// `Deployment shop/web`
    title: String,
    file: String,
    line: usize,
    /// The namespace that it is created in, if it has pods.
    namespace: Option<String>,
    /// Whether its pods would be accepted at baseline and at restricted; `None` where nobody knows.
    passes: [Option<bool>; 2],
    counts: Counts,
    /// How urgent its most urgent finding is.
    urgency: usize,
    findings: Vec<(RuleId, Severity, Markup)>,
}

/// How many errors, warnings and notes, and findings of any severity that are waived or accepted.
#[derive(Clone, Copy, Default)]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
    waived: usize,
    accepted: usize,
}

impl From<&Summary> for Counts {
    fn from(summary: &Summary) -> Self {
        let Summary { errors, warnings, notes, waived, accepted, .. } = *summary;
        Self { errors, warnings, notes, waived, accepted }
    }
}

impl Counts {
    fn add(&mut self, finding: &ReportEntry) {
        *match (finding.waived.is_some(), finding.severity) {
            (true, _) if finding.is_accepted() => &mut self.accepted,
            (true, _) => &mut self.waived,
            (false, Severity::Error) => &mut self.errors,
            (false, Severity::Warning) => &mut self.warnings,
            (false, Severity::Note) => &mut self.notes,
        } += 1;
    }
}

/// Renders what is said about a file. What its templates would pass at every level fills the map.
pub fn part(file: &SourceFile, report: &FileReport) -> Part {
    let mut objects: Vec<Object> = Vec::new();
    let mut places: HashMap<Key<'_>, usize> = HashMap::new();
    for template in &report.templates {
        let at = *places.entry(key(Some(&template.object))).or_insert_with(|| {
            objects.push(with_pods(file.name(), template));
            objects.len() - 1
        });
        for (passes, level) in objects[at].passes.iter_mut().zip(levels_of(template)) {
            *passes = both(*passes, level);
        }
    }
    let mut findings: Vec<&ReportEntry> = report.findings.iter().collect();
    findings.sort_by_key(|finding| urgency(finding));
    for finding in findings {
        let object = finding.object.as_deref();
        let at = *places.entry(key(object)).or_insert_with(|| {
            objects.push(Object::new(file.name(), object, finding.location.start.line));
            objects.len() - 1
        });
        let object = &mut objects[at];
        object.counts.add(finding);
        object.urgency = object.urgency.min(urgency(finding));
        let shown = finding::article(file, finding, &object.id, &object.title);
        object.findings.push((finding.rule, finding.severity, shown));
    }
    let name = escape(file.name()).into_owned();
    Part { objects, skipped: report.skipped.iter().map(|skipped| (name.clone(), skipped.clone())).collect() }
}

/// Which objects of a file are the same one.
type Key<'a> = Option<(usize, Option<&'a str>)>;

fn key(object: Option<&ObjectRef>) -> Key<'_> {
    object.map(|object| (object.document, object.item.as_deref()))
}

fn with_pods(file: &str, template: &TemplateReport) -> Object {
    let object = Object::new(file, Some(&template.object), template.line);
    let namespace = Some(escape(&template.effective_namespace).into_owned());
    Object { namespace, passes: [Some(true); 2], ..object }
}

/// Whether a template passes baseline and restricted at the newest version of the cluster.
fn levels_of(template: &TemplateReport) -> [Option<bool>; 2] {
    let Some(level_survey) = &template.level_survey else { return [None; 2] };
    // What a controller adds may be what is missing, or what is forbidden.
    [&level_survey.baseline, &level_survey.restricted].map(|refused| match refused.last() {
        Some(true) => Some(false),
        Some(false) if template.complete => Some(true),
        _ => None,
    })
}

/// What holds for two templates of an object: it passes where both do.
fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

impl Object {
    fn new(file: &str, object: Option<&ObjectRef>, line: usize) -> Self {
        let title = object.map_or_else(|| file.to_owned(), ToString::to_string);
        let digest = Sha256::digest(format!("{file}\0{title}"));
        let id = digest.iter().take(6).fold("w-".to_owned(), |id, byte| format!("{id}{byte:02x}"));
        Self {
            id,
            title: escape(&title).into_owned(),
            file: escape(file).into_owned(),
            line,
            namespace: None,
            passes: [None; 2],
            counts: Counts::default(),
            urgency: URGENCIES,
            findings: Vec::new(),
        }
    }
}

/// How many findings of each rule, in how many objects.
type ByRule = BTreeMap<RuleId, (usize, usize)>;

/// The page, file by file.
#[derive(Default)]
pub struct Page {
    objects: Vec<Object>,
    skipped: Vec<(String, Skipped)>,
    unreadable: Vec<String>,
    /// How often an id was given: later ones of the same name get a number.
    ids: HashMap<String, usize>,
}

impl Page {
    /// Adds what a file gave.
    pub fn add(&mut self, part: Part) {
        for mut object in part.objects {
            let seen = self.ids.entry(object.id.clone()).or_default();
            *seen += 1;
            if *seen > 1 {
                object.id = format!("{}-{seen}", object.id);
            }
            self.objects.push(object);
        }
        self.skipped.extend(part.skipped);
    }

    /// Adds what kept a file from being read.
    pub fn cannot_read(&mut self, message: &str) {
        self.unreadable.push(escape(message).into_owned());
    }

    /// The whole page.
    pub fn finish(&self, run: &Run<'_>) -> String {
        page::render(self, run)
    }

    /// Findings by rule: counts, and in how many objects.
    fn by_rule(&self) -> ByRule {
        let mut rules = ByRule::new();
        for object in &self.objects {
            let mut of_object: BTreeMap<RuleId, usize> = BTreeMap::new();
            for (rule, ..) in &object.findings {
                *of_object.entry(*rule).or_default() += 1;
            }
            for (rule, findings) in of_object {
                let counted = rules.entry(rule).or_default();
                *counted = (counted.0 + findings, counted.1 + 1);
            }
        }
        rules
    }
}
