//! What local policies say of a pod template.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::document::{Judge, Outcome, location};
use super::template::Known;
use crate::finding::{Change, Finding, Related, Repair, Severity};
use crate::local;
use crate::local::named::EXCEPTIONS;
use crate::local::pod::Pod;
use crate::local::policies::Said;
use crate::local::psp::{self, Answer, PspMode};
use crate::local::refusal::Refusal;
use crate::manifest::formats::RULES;
use crate::manifest::object::Object;
use crate::manifest::typed::Template;
use crate::matching::Target;
use crate::rules::id;
use crate::verdict::{PolicyVerdict, PspVerdict};
use crate::yaml::de;
use crate::yaml::path::FieldPath;

/// At most this many other policies are told of.
const MANY: usize = 8;

impl Judge<'_, '_> {
    /// Judges a pod template as it is written by what is configured besides the Standards.
    pub fn judge_locally(
        &self,
        object: &Object,
        template: &Template,
        known: &Known,
        outcome: &mut Outcome,
    ) -> Option<PspVerdict> {
        let policies = &self.options.policies;
        if policies.is_empty() {
            return None;
        }
        let is_pod = template.path.segments().is_empty();
        let pod = Pod::new(is_pod, &template.annotations, &template.labels, &template.spec);
        let labels = self.labels(object);
        let subject = self.subject(object, &labels, template);
        for said in policies.judge_pod(&subject, &pod, !is_pod) {
            outcome.findings.extend(self.said(object, template, known, &said));
        }
        let answers = policies.judge_psp(&subject, &pod)?;
        Some(self.psp(object, template, known, &answers, outcome))
    }

    /// Judges an object by what local policies say of others than pods.
    pub fn judge_object_locally(&self, object: &Object, holds_template: bool, outcome: &mut Outcome) {
        let policies = &self.options.policies;
        if policies.is_empty() {
            return;
        }
        let is_ingress = object.kind == "Ingress" && matches!(object.group(), "networking.k8s.io" | "extensions");
        let ingress = is_ingress.then(|| de::decode(self.tree, Some(object.node), RULES).0).flatten();
        let labels = self.labels(object);
        let template = Template::default();
        let subject = Target { service_account: None, ..self.subject(object, &labels, &template) };
        let seen = local::object::Object {
            kind: object.kind.clone(),
            name: object.name.clone(),
            namespace: subject.namespace.to_owned(),
            labels: labels.clone(),
            ingress,
        };
        let known = Known { complete: true, unfilled: &[] };
        for said in policies.judge_object(&subject, &seen, holds_template) {
            outcome.findings.extend(self.said(object, &template, &known, &said));
        }
    }

    /// What policies are chosen by.
    fn subject<'a>(
        &'a self,
        object: &'a Object,
        labels: &'a BTreeMap<String, String>,
        template: &'a Template,
    ) -> Target<'a> {
        Target {
            namespace: self.namespace_of(object),
            kind: &object.kind,
            name: object.called(),
            labels,
            pod_labels: Some(&template.labels),
            service_account: Some(template.spec.service_account_name.as_deref().unwrap_or_default()),
        }
    }

    /// What a named policy says, as a finding.
    fn said(&self, object: &Object, template: &Template, known: &Known, said: &Said) -> Option<Finding> {
        let mut finding = self.refusal(object, template, known, &said.refusal, false)?;
        let _ = write!(finding.message, " (policy \"{}\")", said.policy);
        if said.refusal.is_unknown {
            finding.severity = Severity::Note;
        }
        Some(finding.bounded())
    }

    /// Takes back what the Standards say of volumes for which a policy makes an exception, and says what that asks of
    /// the cluster.
    pub fn except(&self, object: &Object, template: &Template, first: usize, outcome: &mut Outcome) {
        let policies = &self.options.policies;
        if policies.is_empty() {
            return;
        }
        let labels = self.labels(object);
        let subject = self.subject(object, &labels, template);
        for finding in &mut outcome.findings[first..] {
            let Some(path) = host_path_of(template, finding) else { continue };
            let Some(policy) = policies.exception(&subject, finding.rule, path) else { continue };
            finding.message = format!(
                "policy \"{policy}\" allows {path} of the node in spite of {}: the cluster itself must enforce no \
                 more than privileged here, since baseline forbids every hostPath",
                finding.rule
            );
            finding.rule = id::ALLOWED_HOST_PATHS;
            finding.severity = Severity::Note;
            finding.repair = None;
            (finding.level, finding.since) = (None, None);
            finding.modes.clear();
        }
    }

    /// What the PodSecurityPolicies say.
    fn psp(
        &self,
        object: &Object,
        template: &Template,
        known: &Known,
        answers: &[Answer],
        outcome: &mut Outcome,
    ) -> PspVerdict {
        let mode = self.options.policies.mode();
        let mut verdict =
            PspVerdict { policies: answers.iter().map(policy_verdict).collect(), ..PspVerdict::default() };
        let Some(closest) = psp::closest(answers, mode) else {
            let error = psp::no_providers(&pod_name(object, template));
            let place = self.locator.locate(object.node, &template.path);
            let finding = self.finding(object, id::NO_USABLE_POLICY, Severity::Error, place.span, error.as_str());
            outcome.findings.push(Finding { path: template.path.to_string(), ..finding }.bounded());
            verdict.admit_error = Some(error);
            return verdict;
        };
        verdict.policy = psp::chosen(answers, mode).map(|answer| answer.policy.clone());
        if verdict.policy.is_some() {
            return verdict;
        }
        let mut related = self.other_policies(object, template, answers, closest);
        for refusal in closest.refusals(mode) {
            let is_gap = mode == PspMode::Manifest && refusal.is_filled_by(closest);
            if let Some(mut finding) = self.refusal(object, template, known, refusal, is_gap) {
                finding.message.push_str(&said_by(closest, refusal, is_gap));
                finding.related.append(&mut related);
                outcome.findings.push(finding.bounded());
            }
        }
        verdict
    }

    /// A refusal as a finding, if what it is about is known.
    pub fn refusal(
        &self,
        object: &Object,
        template: &Template,
        known: &Known,
        refusal: &Refusal,
        safe: bool,
    ) -> Option<Finding> {
        if !known.knows(|| template.locate(&refusal.violation.path)) {
            return None;
        }
        let mut finding = self.place(object, template, refusal.rule, &refusal.violation);
        // What is missing may be what the controller adds.
        if !known.complete && finding.value.is_none() {
            finding.severity = Severity::Note;
        }
        finding.repair = refusal.change.as_ref().map(|change| {
            let change = Change { path: template.locate(&change.path), set: Some(change.value.clone()) };
            Box::new(Repair { safe, shared: false, changes: vec![change] })
        });
        Some(finding)
    }

    /// Why the policies other than the closest do not admit the pod either.
    fn other_policies(
        &self,
        object: &Object,
        template: &Template,
        answers: &[Answer],
        closest: &Answer,
    ) -> Vec<Related> {
        let mode = self.options.policies.mode();
        let place = self.locator.locate(object.node, &template.path);
        let mut others: Vec<&Answer> = answers.iter().filter(|answer| answer.policy != closest.policy).collect();
        others.sort_by_key(|answer| (answer.refusals(mode).len(), &answer.policy));
        let tell = |answer: &&Answer| {
            let refusals = answer.refusals(mode);
            let first = refusals.first().map(|refusal| refusal.error.as_str()).unwrap_or_default();
            let rest = match refusals.len() {
                0 | 1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            let message = format!("policy \"{}\" does not admit it either: {first}{rest}", answer.policy);
            Related { location: location(self.file, place.span), message }
        };
        others.iter().take(MANY).map(tell).collect()
    }
}

/// The path of the node that a finding of the Standards is about.
fn host_path_of<'a>(template: &'a Template, finding: &Finding) -> Option<&'a str> {
    if !EXCEPTIONS.contains(&finding.rule) {
        return None;
    }
    let prefix = template.locate(&FieldPath::of("spec.volumes")).to_string();
    let index = finding.path.strip_prefix(&prefix)?.strip_prefix('[')?.strip_suffix("].hostPath")?;
    let volume = template.spec.volumes.as_ref()?.get(index.parse::<usize>().ok()?)?;
    Some(&volume.host_path.as_ref()?.path)
}

/// Which policy says so, and what it used to do about it.
fn said_by(answer: &Answer, refusal: &Refusal, is_gap: bool) -> String {
    let policy = &answer.policy;
    match refusal.change.as_ref().filter(|_| is_gap) {
        Some(change) => {
            let field = last_field(&change.path);
            format!("; PodSecurityPolicy \"{policy}\" used to fill it in: write {field}: {}", change.value)
        }
        None => format!(" (PodSecurityPolicy \"{policy}\")"),
    }
}

/// The last name in a path.
fn last_field(path: &FieldPath) -> String {
    let depth = path.segments().len();
    let last = path.segments().last().map(|segment| FieldPath::new(vec![segment.clone()]));
    last.filter(|_| depth > 0).unwrap_or_default().to_string()
}

fn policy_verdict(answer: &Answer) -> PolicyVerdict {
    let errors = |refusals: &[Refusal]| refusals.iter().map(|refusal| refusal.error.clone()).collect();
    let mutated = answer.mutated.iter().map(|change| (change.path.to_string(), change.value.clone()));
    PolicyVerdict {
        name: answer.policy.clone(),
        mutated: mutated.collect(),
        errors: errors(&answer.refusals),
        errors_unmutated: errors(&answer.refusals_unmutated),
    }
}

/// The name of the pod, or the beginning of the names that the controller gives.
fn pod_name(object: &Object, template: &Template) -> String {
    let is_pod = template.path.segments().is_empty();
    match (is_pod, object.name.as_str()) {
        (true, "") => object.generate_name.clone(),
        (true, name) => name.to_owned(),
        (false, "") => format!("{}-", object.generate_name),
        (false, name) => format!("{name}-"),
    }
}
