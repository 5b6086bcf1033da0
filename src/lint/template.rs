//! One pod template to its verdicts and findings.

use std::collections::{HashMap, HashSet};

use super::admission::Asked;
use super::completeness::Completeness;
use super::document::{Judge, Outcome, location};
use super::unfilled::{Unfilled, hides_container};
use super::{Standard, Surveying};
use crate::config::scope::Scope;
use crate::finding::{AskedBy, Finding, FindingBuilder, Nearest, Related, Repair, ReportEntry, Severity};
use crate::manifest::injection;
use crate::manifest::object::Object;
use crate::manifest::template::Row;
use crate::manifest::typed::Template;
use crate::pod_security::check::{Check, Pod, Violation};
use crate::pod_security::repair::Repairer;
use crate::pod_security::{Level, Mode, defaults, evaluator};
use crate::rules::{self, RuleId};
use crate::verdict::{ContainerRef, FailedCheck, TemplateReport, Verdict};
use crate::yaml::path::{FieldPath, Segment};

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
        let containers = containers(&template, unfilled);
        let completeness = Completeness::new(row.is_none_or(|row| row.complete), unfilled);
        let psp = self.judge_locally(object, &template, &completeness, outcome);
        let level_survey = (self.options.level_survey != Surveying::No)
            .then(|| Box::new(self.level_survey(object, &template, &completeness)));
        let first = outcome.findings.len();
        let (verdicts, admission, by_standards) = if let Some(admission) = &self.options.admission {
            let is_built_in = row.is_some_and(Row::is_built_in);
            let class = template.spec.runtime_class_name.clone();
            let asked = Asked::new(admission, object, is_built_in, self.namespace_of(object), class.as_deref());
            let verdicts = self.by_modes(object, &template, &completeness, &asked, outcome);
            let report = asked.report(&verdicts);
            let by_standards =
                self.is_judged_by_standards(scope, verdicts.iter().filter(|one| asked.is_judged(one.mode)));
            (verdicts, Some(report), by_standards)
        } else {
            let standard = self.options.standard(scope);
            let defaulted = defaults::apply(is_pod, &template.annotations, &mut template.spec);
            let pod = Pod { annotations: &template.annotations, spec: &template.spec, defaulted: &defaulted };
            let (verdict, findings) = self.verdict(object, &template, &pod, &completeness, standard);
            merge(&mut outcome.findings, first, findings);
            let by_standards = self.is_judged_by_standards(scope, [&verdict]);
            (vec![verdict], None, by_standards)
        };
        if verdicts.iter().any(|verdict| verdict.mode == Mode::Enforce && verdict.level > Level::Privileged) {
            self.injected(object, &template, outcome);
        }
        self.except(object, &template, first, outcome);
        outcome.templates.push(TemplateReport {
            complete: completeness.complete && unfilled.is_empty(),
            object: self.object_ref(object),
            path: template.path.clone(),
            line: self.line_of(object, &template),
            effective_namespace: self.namespace_of(object).to_owned(),
            source: self.source.clone().or_else(|| self.kustomize_origin(object)),
            origin: None,
            patched_by: Vec::new(),
            put_into: Vec::new(),
            containers,
            hides_containers: unfilled.iter().any(|one| hides_container(&template, &one.path)),
            service_account: template.spec.service_account_name.clone().unwrap_or_default(),
            // Where namespaces decide, an entry chooses no level.
            applied: scope.filter(|_| self.options.admission.is_none()).map(|scope| scope.place.clone()),
            verdicts,
            admission,
            level_survey,
            judged_by: self.judged_by(object, &template, by_standards, psp.is_some(), &outcome.evaluations),
            psp,
        });
    }

    /// The line on which a template begins.
    fn line_of(&self, object: &Object, template: &Template) -> usize {
        let is_pod = template.path.segments().is_empty();
        let span =
            if is_pod { self.tree.span(object.node) } else { self.locator.locate(object.node, &template.path).span };
        self.file.position(span.start).line
    }

    /// Notes that a webhook adds containers to the pod, which are judged with it.
    fn injected(&self, object: &Object, template: &Template, outcome: &mut Outcome) {
        for (mark, who) in injection::injections(template) {
            let path = template.locate(&mark);
            let place = self.locator.locate(object.node, &path);
            let message = format!("{who} adds containers to this pod, which are not in view and are judged with it");
            let finding = self.finding(object, rules::id::INJECTED_CONTAINERS, place.span, message);
            outcome.push(finding.path(path).value(place.value.map(|value| self.source_of(value))));
        }
    }

    /// What each mode of the namespace says: enforce of the pods that the object makes, the others of the object.
    fn by_modes(
        &self,
        object: &Object,
        template: &Template,
        completeness: &Completeness,
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
                let resolved = version.resolve(self.options.kubernetes_version);
                verdicts.push(Verdict { mode, level, version, resolved, allowed: Some(true), checks: Vec::new() });
                continue;
            }
            let mut spec = template.spec.clone();
            let defaulted = defaults::apply(is_pod || mode == Mode::Enforce, &template.annotations, &mut spec);
            let pod = Pod { annotations: &template.annotations, spec: &spec, defaulted: &defaulted };
            let (verdict, findings) =
                self.verdict(object, template, &pod, completeness, Standard { mode, level, version });
            verdicts.push(verdict);
            merge(&mut outcome.findings, first, findings);
        }
        for finding in &mut outcome.findings[first..] {
            if !is_pod && finding.severity == Severity::Error && finding.modes().contains(Mode::Enforce) {
                finding.say_more(&format!("; the {} is accepted, its pods are refused", object.kind));
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
        completeness: &Completeness,
        standard: Standard,
    ) -> (Verdict, Vec<Finding>) {
        let Standard { mode, level, version } = standard;
        let resolved = version.resolve(self.options.kubernetes_version);
        let (mut checks, mut findings) = (Vec::new(), Vec::new());
        let repairer = Repairer::new(*pod, self.lets_pod(object, template, completeness));
        for denial in evaluator::evaluate(level, resolved, pod) {
            let violations = denial.forbidden.violations.iter();
            let is_certain = |violation: &&Violation| {
                template.has_place(&violation.path) && completeness.knows(|| template.locate(&violation.path))
            };
            let certain: Vec<_> = violations.filter(is_certain).collect();
            if certain.is_empty() {
                continue;
            }
            for violation in certain {
                let finding = self.violation(object, template, denial.check, mode, violation);
                let repair = denial.check.repair.and_then(|repair| repair(&repairer, &violation.path));
                let finding =
                    finding.repair(repair.and_then(|repair| self.placed(object, template, completeness, repair)));
                // What is missing may be what the controller adds.
                let is_open = !completeness.complete && finding.is_about_a_lack();
                findings.push(if is_open { finding.severity(Severity::Note) } else { finding }.build());
            }
            let (reason, detail) = (denial.forbidden.reason.into_owned(), denial.forbidden.detail);
            checks.push(FailedCheck { id: denial.check.id, reason, detail });
        }
        let states_forbidden = findings.iter().any(|finding| finding.value.is_some());
        let allowed = match (completeness.complete, completeness.knows_all()) {
            (true, true) => Some(checks.is_empty()),
            // What nobody knows may be forbidden too, or all that there is.
            (true, false) => (!checks.is_empty()).then_some(false),
            (false, _) => states_forbidden.then_some(false),
        };
        (Verdict { mode, level, version, resolved, allowed, checks }, findings)
    }

    fn violation(
        &self,
        object: &Object,
        template: &Template,
        check: &'static Check,
        mode: Mode,
        violation: &Violation,
    ) -> FindingBuilder {
        let since = check.versions.first().map(|first| first.since);
        let severity = match mode {
            Mode::Enforce => Severity::Error,
            Mode::Warn => Severity::Warning,
            Mode::Audit => Severity::Note,
        };
        let finding = self.place(object, template, rules::of_check(check.id), violation).severity(severity);
        finding.asked_by(Some(AskedBy {
            level: check.level,
            since,
            modes: mode.into(),
            setting: check.setting.as_ref(),
        }))
    }

    /// A violation as a finding at its place.
    pub fn place(&self, object: &Object, template: &Template, rule: RuleId, violation: &Violation) -> FindingBuilder {
        let tree = self.tree;
        let path = template.locate(&violation.path);
        let place = self.locator.locate(object.node, &path);
        // What has the name of the pod's own field says so itself.
        let asks_otherwise = || template.asks.contains(&path) && path.last_name() != violation.path.last_name();
        let asks = place.value.filter(|_| asks_otherwise()).map(|value| {
            let name = FieldPath::new(path.segments().last().cloned().into_iter().collect());
            format!(" ({name}: {} asks for it)", tree.text()[tree.span(value).range()].trim_end())
        });
        // Nobody can write what is missing where the resource has no place for it.
        let unless_of_pod = violation.message.strip_prefix("pod or ").filter(|_| !template.lets.pod);
        let message = unless_of_pod.filter(|_| place.value.is_none()).unwrap_or(&violation.message);
        let message = format!("{message}{}", asks.unwrap_or_default());
        let related = violation.related.as_ref().map(|related| {
            let place = self.locator.locate(object.node, &template.locate(related));
            Related::here(location(self.file, place.span), "pod level")
        });
        let into = &tree.text()[tree.span(tree.resolve(place.nearest)).range()];
        let nearest = Nearest { depth: place.depth, in_braces: into.starts_with('{') };
        let finding = self.finding(object, rule, place.span, message);
        let finding = finding.path(path).nearest(nearest).value(place.value.map(|value| self.source_of(value)));
        finding.related(related).container(violation.container.clone())
    }

    /// A repair with paths of the object, if they can all be written there.
    fn placed(
        &self,
        object: &Object,
        template: &Template,
        completeness: &Completeness,
        mut repair: Repair,
    ) -> Option<Box<Repair>> {
        // Where the controller adds to the pod, or the parts of the pod stand apart, something is added only to what is
        // written, and where the resource has the field.
        let is_pod = completeness.complete && template.places.is_empty();
        for change in &mut repair.changes {
            let at = template.locate(&change.path);
            let field = std::mem::replace(&mut change.path, at);
            // What stands there has values of its own.
            if template.asks.contains(&change.path) {
                return None;
            }
            let is_written = |path: &FieldPath| self.locator.locate(object.node, path).value.is_some();
            if !is_pod && change.set.is_none() && self.is_alone(object, &change.path) {
                return None;
            }
            if !is_pod
                && !is_written(&change.path)
                && !home_of(template, &field, &change.path).is_some_and(|home| is_written(&home))
            {
                return None;
            }
        }
        repair.shared = self.is_shared(object, &repair);
        Some(Box::new(repair))
    }

    /// Whether nothing stands beside a field, or beside the securityContext that it is in: if it went, so would what is
    /// around it, which may mean something to the controller by being there.
    fn is_alone(&self, object: &Object, path: &FieldPath) -> bool {
        let last = path.segments().len().saturating_sub(1);
        let home = path.prefix(path.segments().iter().position(is_context).unwrap_or(last));
        let home = self.locator.locate(object.node, &home).value;
        home.is_none_or(|home| self.tree.entries(home).nth(1).is_none())
    }

    /// Whether what holds for all containers of a pod can be written at its level.
    fn lets_pod(&self, object: &Object, template: &Template, completeness: &Completeness) -> bool {
        if completeness.complete && template.places.is_empty() {
            return template.lets.pod;
        }
        let field = FieldPath::of("spec").field("securityContext");
        let home = home_of(template, &field, &template.locate(&field));
        home.is_some_and(|home| self.locator.locate(object.node, &home).value.is_some())
    }

    /// What kustomize notes about where a resource comes from.
    pub fn kustomize_origin(&self, object: &Object) -> Option<String> {
        let annotations = self.tree.get(self.tree.get(object.node, "metadata")?, "annotations")?;
        let origin = self.tree.get_str(annotations, "config.kubernetes.io/origin")?;
        let path = origin.lines().find_map(|line| line.strip_prefix("path: "));
        Some(path.unwrap_or(&origin).trim().to_owned())
    }
}

/// What a missing field of a security context would be added to: a container or a pod. None where the resource does not
/// have the field. `field` is its path in the pod, `at` in the object.
fn home_of(template: &Template, field: &FieldPath, at: &FieldPath) -> Option<FieldPath> {
    let is_of_container = matches!(field.segments(), [_, _, Segment::Index(_), ..]);
    let is_let = if is_of_container { template.lets.container } else { template.lets.pod };
    let home = at.segments().iter().position(is_context)?;
    (is_let && template.has_place(field)).then(|| at.prefix(home))
}

/// Whether a step leads into the securityContext of a pod or of a container, by whatever name.
fn is_context(step: &Segment) -> bool {
    matches!(step, Segment::Field(name) if name.ends_with("ecurityContext"))
}

/// The containers in upstream's order, but for those that are `unfilled` as a whole.
fn containers(template: &Template, unfilled: &[Unfilled]) -> Vec<ContainerRef> {
    let spec = &template.spec;
    let init = spec.init_containers.iter().flatten().map(|one| (&one.name, &one.image));
    let main = spec.containers.iter().map(|one| (&one.name, &one.image));
    let ephemeral = spec.ephemeral_containers.iter().flatten().map(|one| (&one.name, &one.image));
    let init = init.enumerate().map(|one| ("spec.initContainers", one));
    let main = main.enumerate().map(|one| ("spec.containers", one));
    let ephemeral = ephemeral.enumerate().map(|one| ("spec.ephemeralContainers", one));
    let hidden: HashSet<&FieldPath> = unfilled.iter().map(|one| &one.path).collect();
    let is_known =
        |list, index| hidden.is_empty() || !hidden.contains(&template.locate(&FieldPath::of(list).index(index)));
    let known = init.chain(main).chain(ephemeral).filter(|&(list, (index, _))| is_known(list, index));
    let container = |(name, image): (&String, &Option<String>)| ContainerRef {
        name: name.clone(),
        image: image.clone().unwrap_or_default(),
    };
    known.map(|(_, (_, one))| container(one)).collect()
}

/// Adds what a further mode finds to the findings from `first` on: one place to change is one finding, which names all
/// the modes it violates and weighs as much as the most severe.
fn merge(findings: &mut Vec<ReportEntry>, first: usize, more: Vec<Finding>) {
    if findings.len() == first {
        findings.extend(more.into_iter().map(ReportEntry::from));
        return;
    }
    let place = |finding: &Finding| (finding.rule, finding.path.clone(), finding.message.clone());
    let known: HashMap<_, usize> = (first..findings.len()).map(|at| (place(&findings[at]), at)).collect();
    for finding in more {
        if let Some(&at) = known.get(&place(&finding)) {
            findings[at].join(&finding);
        } else {
            findings.push(finding.into());
        }
    }
}

/// So many findings are compared one by one.
const FEW: usize = 24;

/// Keeps the first of several findings about one place: pods that are put together share settings.
pub(super) fn tell_once(findings: &mut Vec<ReportEntry>, first: usize) {
    // Nearly always there are few, and each of them says something else.
    let is_new =
        |(at, one): (usize, &ReportEntry)| findings[first..first + at].iter().all(|it| it.message != one.message);
    if findings.len() - first <= FEW && findings[first..].iter().enumerate().all(is_new) {
        return;
    }
    let mut seen = HashSet::with_capacity(findings.len() - first);
    let told = findings[first..].iter();
    let is_new: Vec<bool> = told.map(|one| seen.insert((one.rule, &one.path, one.message.as_str()))).collect();
    let mut is_new = std::iter::repeat_n(true, first).chain(is_new);
    findings.retain(|_| is_new.next().unwrap_or(true));
}
