//! One pod template to its verdicts and findings.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::Standard;
use super::admission::Asked;
use super::document::{Judge, Outcome, location};
use super::unfilled::Unfilled;
use crate::config::scope::Scope;
use crate::finding::{Finding, Related, Repair, Severity};
use crate::fix::repairs::Repairer;
use crate::manifest::injection;
use crate::manifest::object::Object;
use crate::manifest::template::Row;
use crate::manifest::typed::Template;
use crate::pod_security::check::{Check, Pod, Violation};
use crate::pod_security::{Level, Mode, defaults, evaluator};
use crate::rules;
use crate::verdict::{ContainerRef, FailedCheck, TemplateReport, Verdict};
use crate::yaml::path::{FieldPath, Segment};

/// What is known about a template before it is judged.
pub(super) struct Known<'a> {
    /// Whether the pods are what is written.
    pub complete: bool,
    /// The settings whose values nobody knows yet.
    pub unfilled: &'a [Unfilled],
}

impl Known<'_> {
    /// Whether the value at a path is known.
    pub fn knows(&self, path: impl FnOnce() -> FieldPath) -> bool {
        if self.unfilled.is_empty() {
            return true;
        }
        let path = path();
        !self.unfilled.iter().any(|one| is_open(one.path.segments(), path.segments()))
    }
}

/// Whether a value that nobody knows leaves open what stands at a path.
fn is_open(unfilled: &[Segment], path: &[Segment]) -> bool {
    let is_field =
        |segment: Option<&Segment>, name: &str| matches!(segment, Some(Segment::Field(field)) if field == name);
    if path.starts_with(unfilled) {
        return true;
    }
    // What a list of capabilities holds decides what it lacks.
    if unfilled.starts_with(path) && is_field(path.last(), "drop") {
        return true;
    }
    // Containers inherit the context of their pod.
    let inherits = path.iter().any(|segment| {
        ["runAsNonRoot", "runAsUser", "seccompProfile"].iter().any(|name| is_field(Some(segment), name))
    });
    let Some((last, pod)) = unfilled.split_last() else { return false };
    inherits && is_field(Some(last), "securityContext") && is_field(pod.last(), "spec") && path.starts_with(pod)
}

impl Judge<'_, '_> {
    /// Judges a pod template. `unfilled` are the places whose values nobody knows yet.
    pub fn template(
        &self,
        object: &Object,
        row: Option<&Row>,
        scope: Option<&Scope>,
        mut template: Template,
        unfilled: &[Unfilled],
        outcome: &mut Outcome,
    ) {
        let is_pod = template.path.segments().is_empty();
        let containers = containers(&template);
        let known = Known { complete: row.is_none_or(|row| row.complete), unfilled };
        let psp = self.judge_locally(object, &template, &known, outcome);
        let sweep = self.options.sweep.then(|| Box::new(self.sweep(object, &template, &known)));
        let first = outcome.findings.len();
        let (verdicts, admission) = if let Some(admission) = &self.options.admission {
            let is_built_in = row.is_some_and(Row::is_built_in);
            let class = template.spec.runtime_class_name.clone();
            let asked = Asked::new(admission, object, is_built_in, self.namespace_of(object), class.as_deref());
            let verdicts = self.by_modes(object, &template, &known, &asked, outcome);
            let report = asked.report(&verdicts);
            (verdicts, Some(report))
        } else {
            let standard = self.options.standard(scope);
            let defaulted = defaults::apply(is_pod, &template.annotations, &mut template.spec);
            let pod = Pod { annotations: &template.annotations, spec: &template.spec, defaulted: &defaulted };
            let (verdict, findings) = self.verdict(object, &template, &pod, &known, standard);
            merge(&mut outcome.findings, first, findings);
            (vec![verdict], None)
        };
        if verdicts.iter().any(|verdict| verdict.mode == Mode::Enforce && verdict.level > Level::Privileged) {
            self.injected(object, &template, outcome);
        }
        self.except(object, &template, first, outcome);
        let span =
            if is_pod { self.tree.span(object.node) } else { self.locator.locate(object.node, &template.path).span };
        outcome.templates.push(TemplateReport {
            complete: known.complete && unfilled.is_empty(),
            object: self.object_ref(object),
            path: template.path.to_string(),
            line: self.file.position(span.start).line,
            effective_namespace: self.namespace_of(object).to_owned(),
            source: self.source.clone().or_else(|| self.kustomize_origin(object)),
            origin: None,
            patched_by: Vec::new(),
            containers,
            service_account: template.spec.service_account_name.clone().unwrap_or_default(),
            // Where namespaces decide, an entry chooses no level.
            applied: scope.filter(|_| self.options.admission.is_none()).map(|scope| scope.place.clone()),
            verdicts,
            admission,
            sweep,
            psp,
        });
    }

    /// Notes that a webhook adds containers to the pod, which are judged with it.
    fn injected(&self, object: &Object, template: &Template, outcome: &mut Outcome) {
        for (mark, who) in injection::injections(template) {
            let path = template.locate(&mark);
            let place = self.locator.locate(object.node, &path);
            let message = format!("{who} adds containers to this pod, which are not in view and are judged with it");
            let finding = self.finding(object, rules::id::INJECTED_CONTAINERS, Severity::Note, place.span, message);
            let value = place.value.map(|value| self.tree.text()[self.tree.span(value).range()].trim_end().to_owned());
            outcome.findings.push(Finding { path: path.to_string(), value, ..finding }.bounded());
        }
    }

    /// What each mode of the namespace says: enforce of the pods that the object makes, the others of the object.
    fn by_modes(
        &self,
        object: &Object,
        template: &Template,
        known: &Known,
        asked: &Asked,
        outcome: &mut Outcome,
    ) -> Vec<Verdict> {
        let is_pod = template.path.segments().is_empty();
        let first = outcome.findings.len();
        let mut verdicts = Vec::new();
        for mode in [Mode::Enforce, Mode::Warn, Mode::Audit] {
            let standard = asked.judging.policy.of(mode);
            let (level, version) = (standard.level, standard.version);
            if !asked.is_judged(mode) {
                let resolved = version.resolve(self.options.newest);
                verdicts.push(Verdict { mode, level, version, resolved, allowed: Some(true), checks: Vec::new() });
                continue;
            }
            let mut spec = template.spec.clone();
            let defaulted = defaults::apply(is_pod || mode == Mode::Enforce, &template.annotations, &mut spec);
            let pod = Pod { annotations: &template.annotations, spec: &spec, defaulted: &defaulted };
            let (verdict, findings) = self.verdict(object, template, &pod, known, Standard { mode, level, version });
            verdicts.push(verdict);
            merge(&mut outcome.findings, first, findings);
        }
        for finding in &mut outcome.findings[first..] {
            if !is_pod && finding.severity == Severity::Error && finding.modes.contains(&Mode::Enforce) {
                let _ = write!(finding.message, "; the {} is accepted, its pods are refused", object.kind);
            }
        }
        verdicts
    }

    /// What one mode says.
    fn verdict(
        &self,
        object: &Object,
        template: &Template,
        pod: &Pod,
        known: &Known,
        standard: Standard,
    ) -> (Verdict, Vec<Finding>) {
        let Standard { mode, level, version } = standard;
        let resolved = version.resolve(self.options.newest);
        let (mut checks, mut findings) = (Vec::new(), Vec::new());
        let repairer = Repairer::new(*pod);
        for denial in evaluator::evaluate(level, resolved, pod) {
            let violations = denial.forbidden.violations.iter();
            let certain: Vec<_> =
                violations.filter(|violation| known.knows(|| template.locate(&violation.path))).collect();
            if certain.is_empty() {
                continue;
            }
            for violation in certain {
                let mut finding = self.violation(object, template, denial.check, violation);
                finding.modes = vec![mode];
                let repair = repairer.repair(denial.check.id, violation);
                finding.repair = repair.and_then(|repair| self.placed(object, template, known, repair));
                finding.severity = match mode {
                    Mode::Enforce => Severity::Error,
                    Mode::Warn => Severity::Warning,
                    Mode::Audit => Severity::Note,
                };
                // What is missing may be what the controller adds.
                if !known.complete && finding.value.is_none() {
                    finding.severity = Severity::Note;
                }
                findings.push(finding.bounded());
            }
            let (reason, detail) = (denial.forbidden.reason.into_owned(), denial.forbidden.detail);
            checks.push(FailedCheck { id: denial.check.id, reason, detail });
        }
        let states_forbidden = findings.iter().any(|finding| finding.value.is_some());
        let allowed = match (known.complete, known.unfilled.is_empty()) {
            (true, true) => Some(checks.is_empty()),
            // What nobody knows may be forbidden too, or all that there is.
            (true, false) => (!checks.is_empty()).then_some(false),
            (false, _) => states_forbidden.then_some(false),
        };
        (Verdict { mode, level, version, resolved, allowed, checks }, findings)
    }

    fn violation(&self, object: &Object, template: &Template, check: &Check, violation: &Violation) -> Finding {
        Finding {
            level: Some(check.level),
            since: check.versions.first().map(|first| first.since),
            ..self.place(object, template, rules::of_check(check.id), violation)
        }
    }

    /// A violation as a finding at its place.
    pub fn place(&self, object: &Object, template: &Template, rule: &'static str, violation: &Violation) -> Finding {
        let tree = self.tree;
        let path = template.locate(&violation.path);
        let place = self.locator.locate(object.node, &path);
        let related = violation.related.as_ref().map(|related| {
            let place = self.locator.locate(object.node, &template.locate(related));
            Related { location: location(self.file, place.span), message: "pod level".to_owned() }
        });
        Finding {
            path: path.text(usize::MAX),
            exists: path.text(place.depth),
            in_braces: tree.text()[tree.span(tree.resolve(place.nearest)).range()].starts_with('{'),
            value: place.value.map(|value| tree.text()[tree.span(value).range()].trim_end().to_owned()),
            related: related.into_iter().collect(),
            container: violation.container.clone(),
            ..self.finding(object, rule, Severity::Error, place.span, violation.message.as_str())
        }
    }

    /// A repair with paths of the object, if they can all be written there.
    fn placed(&self, object: &Object, template: &Template, known: &Known, mut repair: Repair) -> Option<Box<Repair>> {
        // Where the controller adds to the pod, or the parts of the pod stand apart, only what is written can change:
        // the resource may not have the field that is missing.
        let is_pod = known.complete && template.places.is_empty();
        for change in &mut repair.changes {
            change.path = template.locate(&change.path);
            if !is_pod && self.locator.locate(object.node, &change.path).value.is_none() {
                return None;
            }
        }
        repair.shared = self.is_shared(object, &repair);
        Some(Box::new(repair))
    }

    /// What kustomize notes about where a resource comes from.
    pub fn kustomize_origin(&self, object: &Object) -> Option<String> {
        let annotations = self.tree.get(self.tree.get(object.node, "metadata")?, "annotations")?;
        let origin = self.tree.get_str(annotations, "config.kubernetes.io/origin")?;
        let path = origin.lines().find_map(|line| line.strip_prefix("path: "));
        Some(path.unwrap_or(&origin).trim().to_owned())
    }
}

/// The containers in upstream's order.
fn containers(template: &Template) -> Vec<ContainerRef> {
    let container = |name: &str, image: Option<&String>| ContainerRef {
        name: name.to_owned(),
        image: image.cloned().unwrap_or_default(),
    };
    let spec = &template.spec;
    let init = spec.init_containers.iter().flatten().map(|one| container(&one.name, one.image.as_ref()));
    let main = spec.containers.iter().map(|one| container(&one.name, one.image.as_ref()));
    let ephemeral = spec.ephemeral_containers.iter().flatten().map(|one| container(&one.name, one.image.as_ref()));
    init.chain(main).chain(ephemeral).collect()
}

/// Adds what a further mode finds to the findings from `first` on: one place to change is one finding, which names all
/// the modes it violates and weighs as much as the most severe.
fn merge(findings: &mut Vec<Finding>, first: usize, more: Vec<Finding>) {
    if findings.len() == first {
        findings.extend(more);
        return;
    }
    let place = |finding: &Finding| (finding.rule, finding.path.clone(), finding.message.clone());
    let known: HashMap<_, usize> = (first..findings.len()).map(|at| (place(&findings[at]), at)).collect();
    for finding in more {
        if let Some(&at) = known.get(&place(&finding)) {
            let same = &mut findings[at];
            same.modes.extend(finding.modes);
            same.severity = same.severity.max(finding.severity);
        } else {
            findings.push(finding);
        }
    }
}

/// Keeps the first of several findings about one place: pods that are put together share settings.
pub(super) fn tell_once(findings: &mut Vec<Finding>, first: usize) {
    let mut seen = HashSet::with_capacity(findings.len() - first);
    let told = findings[first..].iter();
    let is_new: Vec<bool> = told.map(|one| seen.insert((one.rule, one.path.as_str(), one.message.as_str()))).collect();
    let mut is_new = std::iter::repeat_n(true, first).chain(is_new);
    findings.retain(|_| is_new.next().unwrap_or(true));
}
