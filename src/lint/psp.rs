//! What PodSecurityPolicies say of a pod template: which of them may be used, which admits its pods, and if none does, why.

use std::collections::BTreeSet;
use std::sync::Arc;

use podline_policies::User;

use super::completeness::Completeness;
use super::document::{Judge, Outcome, location};
use super::unfilled::holds_hidden;
use crate::finding::Related;
use crate::local::psp::{self, Answer, PspMode};
use crate::local::refusal::Refusal;
use crate::manifest::object::Object;
use crate::manifest::template::Row;
use crate::manifest::typed::Template;
use crate::pod_security::admission::pods_user;
use crate::pod_security::check::Violation;
use crate::rules::id;
use crate::verdict::{PolicyVerdict, PspVerdict, Usable, UsableBy};
use crate::yaml::path::FieldPath;

/// Whether the service account of the pods is no placeholder.
fn knows_account(asked: &Asked<'_>) -> bool {
    holds_hidden(asked.template.service_account()).is_none()
}

/// At most this many other policies are told of.
const MANY: usize = 8;

/// What people search for who run an older cluster.
const OLD_WORDS: &str =
    "up to Kubernetes 1.18 the cluster said: unable to validate against any pod security policy: []";

/// A template that was judged.
pub(super) struct Asked<'a> {
    pub object: &'a Object,
    pub template: &'a Template,
    pub completeness: &'a Completeness<'a>,
    /// What each policy says, whether anybody may use it or not.
    pub answers: Vec<Answer>,
}

impl Judge<'_, '_> {
    /// Looks for the policy that admits the pods of a template.
    pub fn judge_by_psp(&self, asked: &Asked<'_>, outcome: &mut Outcome) -> PspVerdict {
        let Asked { object, template, answers, .. } = asked;
        let mode = self.options.policies.mode();
        let usable = self.usable(asked);
        let names = usable.as_ref().map(Usable::policies);
        let is_usable =
            |answer: &&Answer| names.as_ref().is_none_or(|names| names.contains(answer.policy.name.as_str()));
        let candidates: Vec<&Answer> = answers.iter().filter(is_usable).collect();
        let mut verdict = PspVerdict {
            policies: answers.iter().map(policy_verdict).collect(),
            policy: psp::chosen(&candidates, mode).map(|answer| answer.policy.name.clone()),
            ..PspVerdict::default()
        };
        if verdict.policy.is_none() && usable.is_some() && !knows_account(asked) {
            self.unknown_account(asked, outcome);
        } else if verdict.policy.is_none() {
            let pod = pod_name(object, template);
            if answers.is_empty() {
                let error = psp::no_providers(&pod);
                let place = self.locator.locate(object.node, &template.path);
                let finding = self.finding(object, id::NO_USABLE_POLICY, place.span, error.as_str());
                outcome.push(finding.path(template.path.clone()));
                verdict.admit_error = Some(error);
            } else if let Some(closest) = psp::closest(&candidates, mode) {
                // What is written today may have been filled in then.
                let is_exact = usable.is_some() && mode == PspMode::Admission;
                verdict.admit_error = is_exact.then(|| psp::unable_to_admit(&pod, &candidates));
                self.refused(asked, &candidates, closest, usable.as_ref(), outcome);
            } else if let Some(usable) = &usable {
                let error = psp::unable_to_admit(&pod, &[]);
                self.nothing_usable(asked, &error, usable, outcome);
                verdict.admit_error = Some(error);
            }
        }
        verdict.usable = usable.map(Box::new);
        verdict
    }

    /// Who may use which of the policies that were asked, if rights decide.
    fn usable(&self, asked: &Asked<'_>) -> Option<Usable> {
        let Asked { object, template, answers, .. } = asked;
        let rights = self.options.policies.rights()?;
        let namespace = self.namespace_of(object);
        let of = |user: &User| {
            let may = rights.of(user, namespace);
            let names = answers.iter().map(|answer| answer.policy.name.as_str());
            let mut policies: Vec<String> = names.filter(|name| may.contains(name)).map(str::to_owned).collect();
            policies.sort_unstable();
            policies.dedup();
            UsableBy { user: user.name.clone(), policies }
        };
        // The old groups of workloads had the same controllers.
        let is_built_in = |row: &Row| row.is_built_in() || row.removed.is_some();
        let is_built_in = self.options.row_of(object).is_some_and(is_built_in);
        let is_pod = is_built_in && object.kind == "Pod";
        let controller = pods_user(&object.kind).filter(|user| is_built_in && !user.is_empty());
        let creator =
            if is_pod { Some(of(&self.options.creator)) } else { controller.map(|user| of(&User::named(user))) };
        let account = User::service_account(namespace, template.service_account());
        Some(Usable { creator, service_account: of(&account), is_pod })
    }

    /// Says that nobody knows the service account yet, nor what it may use.
    fn unknown_account(&self, asked: &Asked<'_>, outcome: &mut Outcome) {
        let message =
            "which PodSecurityPolicies its service account may use was not judged: podline does not know its name";
        let path = FieldPath::of("spec").field(asked.template.service_account_field());
        let violation = Violation::of_pod(path, message.to_owned());
        outcome.push(self.place(asked.object, asked.template, id::UNJUDGED_SETTINGS, &violation));
    }

    /// Says that nobody who counts may use any policy, and which binding would change that.
    fn nothing_usable(&self, asked: &Asked<'_>, error: &str, usable: &Usable, outcome: &mut Outcome) {
        let Asked { object, template, .. } = asked;
        let path = FieldPath::of("spec").field(asked.template.service_account_field());
        let violation = Violation::of_pod(path, format!("{error}; {}", usable.said()));
        let finding = self.place(object, template, id::NO_USABLE_POLICY, &violation);
        outcome.push(finding.advice([self.missing_binding(asked), OLD_WORDS.to_owned()]));
    }

    /// The binding that would let the service account use a policy that admits the pods.
    fn missing_binding(&self, asked: &Asked<'_>) -> String {
        let Asked { object, template, answers, .. } = asked;
        let mode = self.options.policies.mode();
        let namespace = self.namespace_of(object);
        let all: Vec<&Answer> = answers.iter().collect();
        let Some(answer) = psp::chosen(&all, mode) else {
            return "none of the policies would admit it, whoever might use them".to_owned();
        };
        let admitting = all.iter().filter(|answer| answer.refusals(mode).is_empty());
        let admitting: BTreeSet<&str> = admitting.map(|answer| answer.policy.name.as_str()).collect();
        let policy = &answer.policy.name;
        let subject = format!("the subject ServiceAccount {:?}", template.service_account());
        if admitting.len() > 1 {
            let names: Vec<String> = admitting.iter().map(|name| format!("{name:?}")).collect();
            return format!(
                "each of the PodSecurityPolicies {} would admit it; what is missing is a RoleBinding in the namespace \
                 {namespace:?} to a role with the verb use for the strictest of them, with {subject}",
                names.join(", ")
            );
        }
        let role = self.options.policies.rights().and_then(|rights| rights.role_for(policy, namespace));
        let what = role.map_or_else(
            || {
                format!(
                    "to a role with the verb use for podsecuritypolicies {policy:?} (no role that was given has it)"
                )
            },
            |role| {
                let kind = if role.namespace.is_some() { "Role" } else { "ClusterRole" };
                format!("to {kind} {:?}", role.name)
            },
        );
        format!(
            "PodSecurityPolicy {policy:?} would admit it; what is missing is a RoleBinding in the namespace {namespace:?} {what} \
             with {subject}"
        )
    }

    /// Says what the closest of the usable policies has against the pods.
    fn refused(
        &self,
        asked: &Asked<'_>,
        candidates: &[&Answer],
        closest: &Answer,
        usable: Option<&Usable>,
        outcome: &mut Outcome,
    ) {
        let Asked { object, template, completeness, .. } = asked;
        let mode = self.options.policies.mode();
        let mut related = self.other_policies(asked, candidates, closest);
        let mut advice = usable.map(Usable::said);
        for refusal in closest.refusals(mode) {
            let is_gap = mode == PspMode::Manifest && refusal.is_filled_by(closest);
            if let Some(finding) = self.refusal(object, template, completeness, refusal, is_gap) {
                let finding = finding.and(&said_by(closest, refusal, is_gap)).related(std::mem::take(&mut related));
                outcome.push(finding.advice(advice.take()).policy(Some(Arc::clone(&closest.policy))));
            }
        }
    }

    /// Why the policies other than the closest do not admit the pod either.
    fn other_policies(&self, asked: &Asked<'_>, candidates: &[&Answer], closest: &Answer) -> Vec<Related> {
        let mode = self.options.policies.mode();
        let place = self.locator.locate(asked.object.node, &asked.template.path);
        let mut others: Vec<&&Answer> =
            candidates.iter().filter(|answer| answer.policy.name != closest.policy.name).collect();
        others.sort_by_key(|answer| (answer.refusals(mode).len(), &answer.policy.name));
        let tell = |answer: &&&Answer| {
            let refusals = answer.refusals(mode);
            let first = refusals.first().map(|refusal| refusal.error.as_str()).unwrap_or_default();
            let rest = match refusals.len() {
                0 | 1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            let message = format!("policy \"{}\" does not admit it either: {first}{rest}", answer.policy.name);
            Related::here(location(self.file, place.span), message)
        };
        others.iter().take(MANY).map(tell).collect()
    }
}

/// Which policy says so, and what it used to do about it.
fn said_by(answer: &Answer, refusal: &Refusal, is_gap: bool) -> String {
    let policy = &answer.policy.name;
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
        name: answer.policy.name.clone(),
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
