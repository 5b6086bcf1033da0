//! What there is today: pods by level, and what cannot be read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use crate::lint::Options;
use crate::pod_security::Level;
use crate::rules::{Family, RuleId};
use crate::session::{JudgedFile, Session};
use crate::source::discover::{Input, Source};
use crate::source::path::{normal, way};
use crate::verdict::{FileReport, SkipReason, TemplateReport};

/// So many workloads of a namespace get waivers of their own, whatever the others need.
const FEW: usize = 5;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub templates: usize,
    /// What baseline and restricted say of the templates.
    pub answers: [Answers; 2],
    /// Namespaces with a template that the restricted level refuses.
    pub namespaces: BTreeMap<String, Namespace>,
    /// Whether Namespaces say by labels how their pods are to be judged.
    pub labelled: usize,
    /// Directories with files that are templates of Helm or another tool.
    pub unrendered: BTreeSet<String>,
    /// Files in which something cannot be judged, with the rules that say so.
    pub unjudged: BTreeMap<String, BTreeSet<RuleId>>,
    /// Files that cannot be opened.
    pub unreadable: BTreeSet<String>,
}

/// How many templates a level allows and denies, and of how many nobody knows before their controller made pods of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    pub allowed: usize,
    pub denied: usize,
    pub undecided: usize,
}

impl Answers {
    fn add(&mut self, answer: Option<bool>) {
        *match answer {
            Some(true) => &mut self.allowed,
            Some(false) => &mut self.denied,
            None => &mut self.undecided,
        } += 1;
    }
}

/// A namespace, and what of it each level allows.
#[derive(Debug)]
pub(super) struct Namespace {
    /// The strictest level that refuses none of its templates.
    pub level: Level,
    /// How many templates it has.
    pub templates: usize,
    /// Those that baseline refuses, by kind and name, with the rules.
    pub above_baseline: BTreeMap<(String, String), BTreeSet<RuleId>>,
}

impl Default for Namespace {
    fn default() -> Self {
        Self { level: Level::Restricted, templates: 0, above_baseline: BTreeMap::new() }
    }
}

impl Namespace {
    /// The level for its entry. A few workloads that need more get waivers; where many and most of them do, the namespace
    /// is one that runs such things.
    pub fn proposed(&self) -> Level {
        let above = self.above_baseline.len();
        let few = above <= FEW || above * 2 <= self.templates;
        if self.level == Level::Privileged && few { Level::Baseline } else { self.level }
    }
}

/// Judges all files at baseline and at restricted.
pub(super) fn survey(session: &Session) -> Survey {
    let mut survey = Survey::default();
    let judge = |input: &Input| {
        let JudgedFile { file, report } = session.judge(input).ok()??;
        let options = &session.basis(input)?.options;
        let restricted = session.report(input, &file, &Options { level: Level::Restricted, ..options.clone() });
        Some([report, restricted])
    };
    let judged = session.inputs.par_iter().filter(|input| !session.is_patch(input));
    let reports: Vec<_> = judged.map(|input| (input, judge(input))).collect();
    for (input, reports) in reports {
        match reports {
            Some(reports) => survey.add(input, &reports),
            None => survey.unreadable.extend(below_here(input)),
        }
    }
    survey.namespaces.retain(|_, namespace| namespace.level != Level::Restricted);
    survey
}

/// The path of a file from the working directory; nothing for one that lies elsewhere.
fn below_here(input: &Input) -> Option<String> {
    let Source::File(path) = &input.source else { return None };
    let way = way(&normal(Path::new(".")), &normal(path));
    (!way.starts_with("..") && !Path::new(&way).is_absolute()).then_some(way)
}

impl Survey {
    fn add(&mut self, input: &Input, [baseline, restricted]: &[FileReport; 2]) {
        self.labelled += baseline.labelled_namespaces;
        let below = below_here(input);
        if baseline.skipped.iter().any(|skipped| skipped.reason == SkipReason::Unrendered) {
            let directory = below.as_deref().map(|file| Path::new(file).parent().unwrap_or(Path::new("")));
            self.unrendered.extend(directory.map(|directory| directory.to_string_lossy().replace('\\', "/")));
        }
        let unjudged: BTreeSet<RuleId> =
            restricted.findings.iter().map(|finding| finding.rule).filter(|rule| rule.is_unjudged()).collect();
        if let Some(file) = below.filter(|_| !unjudged.is_empty()) {
            self.unjudged.insert(file, unjudged);
        }
        let templates = baseline.templates.iter().zip(&restricted.templates);
        for (at_baseline, at_restricted) in templates.filter(|(template, _)| template.is_judged()) {
            self.add_template(at_baseline, at_restricted, baseline);
        }
    }

    fn add_template(&mut self, baseline: &TemplateReport, restricted: &TemplateReport, report: &FileReport) {
        let answers = [answer(baseline), answer(restricted)];
        let level = match answers {
            [_, Some(true) | None] => Level::Restricted,
            [Some(true) | None, _] => Level::Baseline,
            _ => Level::Privileged,
        };
        self.templates += 1;
        self.answers.iter_mut().zip(answers).for_each(|(counts, answer)| counts.add(answer));
        let namespace = self.namespaces.entry(baseline.effective_namespace.clone()).or_default();
        namespace.level = namespace.level.min(level);
        namespace.templates += 1;
        if level != Level::Privileged {
            return;
        }
        let refused = report.findings.iter().filter(|finding| finding.object.as_ref() == Some(&baseline.object));
        let rules = refused.map(|finding| finding.rule).filter(|rule| rule.is_of(Family::Pss));
        let object = &baseline.object;
        let name =
            if object.name.is_empty() { format!("{}*", object.generate_name) } else { globset::escape(&object.name) };
        namespace.above_baseline.entry((object.kind.clone(), name)).or_default().extend(rules);
    }
}

/// What a level says of a template; `None` where nobody knows.
fn answer(template: &TemplateReport) -> Option<bool> {
    let answers = || template.verdicts.iter().map(|verdict| verdict.allowed);
    if answers().any(|allowed| allowed == Some(false)) {
        return Some(false);
    }
    answers().all(|allowed| allowed == Some(true)).then_some(true)
}
