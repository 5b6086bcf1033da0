//! By which levels the two sides were judged: findings of different levels are not better or worse than each other.

use std::collections::{BTreeMap, HashMap};

use super::Side;
use crate::commands::Status;
use crate::commands::terminal::{complain, hint};
use crate::pod_security::{Level, Mode, Version};
use crate::report::format::LevelChange;
use crate::verdict::TemplateReport;

/// What a pod template was judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    /// The object that holds it: kind, namespace, name, and where it stands in the object.
    pub template: [String; 4],
    /// Mode, level, version and the minor version that it means, one a verdict.
    pub standards: Vec<(Mode, Level, Version, u32)>,
    /// Whether the labels of namespaces decided, or entries of a configuration may have.
    pub by_namespace: bool,
}

impl From<&TemplateReport> for Judged {
    fn from(template: &TemplateReport) -> Self {
        let object = &template.object;
        let verdicts = template.verdicts.iter();
        Self {
            template: [object.kind.clone(), object.namespace.clone(), object.name.clone(), template.path.to_string()],
            standards: verdicts.map(|one| (one.mode, one.level, one.version, one.resolved)).collect(),
            by_namespace: template.admission.is_some(),
        }
    }
}

/// How the levels of two sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// All that both hold was judged by other levels, and no namespace decided: it is another question that was asked.
    Asked(String),
    /// Some of it was, or by other versions.
    Partly(String),
}

/// Compares what templates that both sides hold were judged by.
pub(super) fn compare<'a>(
    base: impl Iterator<Item = &'a Judged>,
    head: impl Iterator<Item = &'a Judged>,
) -> Option<Difference> {
    let base: HashMap<&[String; 4], &Judged> = base.map(|judged| (&judged.template, judged)).collect();
    let both: Vec<_> = head.filter_map(|head| Some((*base.get(&head.template)?, head))).collect();
    let levels = |judged: &Judged| judged.standards.iter().map(|one| (one.0, one.1)).collect::<Vec<_>>();
    let other_level = both.iter().filter(|(base, head)| levels(base) != levels(head)).count();
    let differing: Vec<_> = both.iter().filter(|(base, head)| base.standards != head.standards).collect();
    let (base, head) = differing.first()?;
    let [kind, namespace, name, _] = &head.template;
    let slash = if namespace.is_empty() { "" } else { "/" };
    let (count, all) = (differing.len(), both.len());
    let message = format!(
        "BASE and HEAD were judged by different levels: {count} of the {all} pod templates in both, such as {kind} \
         {namespace}{slash}{name} ({}, now {})",
        text(base),
        text(head)
    );
    let asked = other_level == both.len() && !both.iter().any(|(base, head)| base.by_namespace || head.by_namespace);
    Some(if asked { Difference::Asked(message) } else { Difference::Partly(message) })
}

/// The namespaces of which some template of both sides was judged otherwise: each once, with what it was by first.
pub(super) fn changed(base: &Side, head: &Side) -> Vec<LevelChange> {
    let judged = |side: &'_ Side| side.files.iter().flat_map(|file| file.judged.clone()).collect::<Vec<_>>();
    let (base, head) = (judged(base), judged(head));
    let base: HashMap<&[String; 4], &Judged> = base.iter().map(|judged| (&judged.template, judged)).collect();
    let mut changes: BTreeMap<&str, LevelChange> = BTreeMap::new();
    for head in &head {
        let Some(base) = base.get(&head.template).filter(|base| base.standards != head.standards) else { continue };
        let namespace = head.template[1].as_str();
        changes.entry(namespace).or_insert_with(|| LevelChange {
            namespace: namespace.to_owned(),
            before: text(base),
            now: text(head),
        });
    }
    changes.into_values().collect()
}

/// `restricted:latest (v1.37)`, for each mode where there are several.
fn text(judged: &Judged) -> String {
    let show = |(mode, level, version, resolved): &(Mode, Level, Version, u32)| {
        let mode = if judged.standards.len() > 1 { format!("{} ", mode.as_str()) } else { String::new() };
        let resolved = if *version == Version::Latest { format!(" (v1.{resolved})") } else { String::new() };
        format!("{mode}{level}:{version}{resolved}")
    };
    let standards: Vec<String> = judged.standards.iter().map(show).collect();
    if standards.is_empty() { "nothing".to_owned() } else { standards.join(", ") }
}

/// Says what keeps two sides from being compared fairly. What was asked of reports that cannot be undone is an error.
pub(super) fn tell_differences(base: &Side, head: &Side) -> Status {
    let here = env!("CARGO_PKG_VERSION");
    let (one, other) = (base.podline.as_deref().unwrap_or(here), head.podline.as_deref().unwrap_or(here));
    if one != other {
        hint(&format!("BASE was judged by podline {one}, HEAD by podline {other}: findings may differ by that alone"));
    }
    let judged = |side: &'_ Side| side.files.iter().flat_map(|file| file.judged.clone()).collect::<Vec<_>>();
    match compare(judged(base).iter(), judged(head).iter()) {
        Some(Difference::Asked(message)) if base.is_report || head.is_report => {
            complain(&message);
            Status::Failed
        }
        Some(Difference::Asked(message) | Difference::Partly(message)) => {
            hint(&message);
            Status::Clean
        }
        None => Status::Clean,
    }
}
