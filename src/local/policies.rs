//! All policies of a run, and which of them judge what.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::LocalPolicyError;
use super::named::{Named, NamespaceAnnotations, matcher};
use super::object::Object;
use super::pod::Pod;
use super::policy::LocalPolicy;
use super::psp::{self, Answer, Policy, PspMode, Rights};
use super::refusal::Refusal;
use crate::finding::{PolicyEngine, PolicyNotes, PolicyRef};
use crate::matching::{Matcher, Target};
use crate::problem::Spot;
use crate::rules::RuleId;
use crate::verdict::ToldPolicy;

/// What is judged besides the Standards.
#[derive(Clone, Debug, Default)]
pub struct LocalPolicies {
    mode: PspMode,
    /// The policies, each with what it is for: all of that must hold.
    psp: Vec<(Vec<Matcher>, Policy)>,
    /// The same for those that have names.
    named: Vec<(Vec<Matcher>, Named)>,
    annotations: NamespaceAnnotations,
    /// Who may use which PodSecurityPolicy; `None` where all may use all.
    rights: Option<Arc<Rights>>,
}

/// What a local policy says.
#[derive(Clone, Debug)]
pub(crate) struct PolicyRefusal<'p> {
    /// The policy.
    pub policy: &'p Arc<PolicyRef>,
    /// What it refuses.
    pub refusal: Refusal,
}

impl LocalPolicies {
    /// No policies, and how those that are added are read.
    pub fn new(mode: PspMode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// What an entry is for that names a file.
    ///
    /// # Errors
    /// The field of the entry, and what is wrong with it.
    pub fn matcher(entry: &LocalPolicy) -> Result<Matcher, LocalPolicyError> {
        if !entry.only_selects() {
            return Err(LocalPolicyError::FileAndControls);
        }
        matcher(entry)
    }

    /// Adds PodSecurityPolicies that are for everything.
    pub fn add_psp(&mut self, policies: impl IntoIterator<Item = Policy>) {
        self.add_psp_within(&[], policies);
    }

    /// Adds PodSecurityPolicies for what all of these are for.
    pub fn add_psp_within(&mut self, within: &[Matcher], policies: impl IntoIterator<Item = Policy>) {
        self.psp.extend(policies.into_iter().map(|policy| (within.to_vec(), policy)));
    }

    /// Adds a named policy that stands in no file.
    ///
    /// # Errors
    /// The field, and what is wrong with it.
    pub fn add(&mut self, policy: LocalPolicy) -> Result<(), LocalPolicyError> {
        let name = policy.name.clone();
        let (file, notes) = (String::new(), PolicyNotes::default());
        self.add_within(&[], policy, PolicyRef { engine: PolicyEngine::Podline, name, file, line: 0, notes })
    }

    /// Adds a named policy that stands there, as far as all of these are for the same.
    ///
    /// # Errors
    /// The field, and what is wrong with it.
    pub fn add_at(&mut self, within: &[Matcher], policy: LocalPolicy, spot: &Spot) -> Result<(), LocalPolicyError> {
        let reference = spot.policy(PolicyEngine::Podline, &policy.name);
        self.add_within(within, policy, reference)
    }

    fn add_within(
        &mut self,
        within: &[Matcher],
        policy: LocalPolicy,
        reference: PolicyRef,
    ) -> Result<(), LocalPolicyError> {
        self.named.push((within.to_vec(), Named::new(policy, reference)?));
        Ok(())
    }

    /// Adds other policies after these.
    pub fn extend(&mut self, others: &Self) {
        self.psp.extend_from_slice(&others.psp);
        self.named.extend_from_slice(&others.named);
    }

    /// Whether ranges stand in annotations of Namespaces.
    pub fn needs_namespaces(&self) -> bool {
        self.named.iter().any(|(_, named)| {
            let policy = &named.policy;
            let ids = [&policy.run_as_user, &policy.run_as_group, &policy.supplemental_groups, &policy.fs_group];
            ids.into_iter().flatten().any(|ids| ids.ranges_from_annotation.is_some())
        })
    }

    /// Makes the annotations of a Namespace known.
    pub fn add_namespace(&mut self, name: String, annotations: BTreeMap<String, String>) {
        self.annotations.insert(name, annotations);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.psp.len() + self.named.len()
    }

    /// Whether nothing is judged besides the Standards.
    pub fn is_empty(&self) -> bool {
        self.psp.is_empty() && self.named.is_empty()
    }

    /// Whether there are PodSecurityPolicies.
    pub fn has_psp(&self) -> bool {
        !self.psp.is_empty()
    }

    /// The names of the PodSecurityPolicies that can be used.
    pub fn usable(&self) -> impl Iterator<Item = &str> {
        self.psp.iter().map(|(_, policy)| policy).filter(|policy| policy.is_usable()).map(Policy::name)
    }

    /// Has rights decide who may use which PodSecurityPolicy.
    pub fn decide_by(&mut self, rights: Rights) {
        self.rights = Some(Arc::new(rights));
    }

    /// Who may use which PodSecurityPolicy; `None` where all may use all.
    pub fn rights(&self) -> Option<&Rights> {
        self.rights.as_deref()
    }

    /// Whether some policy asks who creates an object.
    pub fn asks_for_creators(&self) -> bool {
        let within = self.psp.iter().map(|(within, _)| within).chain(self.named.iter().map(|(within, _)| within));
        let own = self.named.iter().map(|(_, named)| &named.selector);
        within.flatten().chain(own).any(Matcher::asks_for_creators)
    }

    /// How PodSecurityPolicies are read.
    pub fn mode(&self) -> PspMode {
        self.mode
    }

    /// The PodSecurityPolicies, those that do not count included, as reports name them.
    pub fn told(&self) -> Vec<ToldPolicy> {
        let told = |(_, policy): &(_, Policy)| ToldPolicy {
            name: policy.name().to_owned(),
            invalid: policy.invalid.iter().map(ToString::to_string).collect(),
            unusable: policy.unusable.as_ref().map(ToString::to_string),
        };
        self.psp.iter().map(told).collect()
    }

    /// What the PodSecurityPolicies say of a pod; `None` if none is for it.
    pub(crate) fn judge_psp(&self, subject: &Target<'_>, pod: &Pod) -> Option<Vec<Answer>> {
        let mut policies =
            self.psp.iter().filter(|(within, _)| are_for(within, subject)).map(|(_, policy)| policy).peekable();
        policies.peek()?;
        Some(psp::judge(policies, pod))
    }

    /// What the named policies say of a pod. `is_template` says that a controller makes it.
    pub(crate) fn judge_pod(&self, subject: &Target<'_>, pod: &Pod, is_template: bool) -> Vec<PolicyRefusal<'_>> {
        self.for_subject(subject, |named| {
            let mut refusals = named.judge_pod(pod, subject.namespace, &self.annotations);
            if is_template {
                refusals.extend(named.judge_pod_labels(&pod.labels));
            }
            refusals
        })
    }

    /// What the named policies say of an object.
    pub(crate) fn judge_object(
        &self,
        subject: &Target<'_>,
        object: &Object,
        holds_template: bool,
    ) -> Vec<PolicyRefusal<'_>> {
        self.for_subject(subject, |named| named.judge_object(object, holds_template))
    }

    /// Whether some named policy asks anything of an object without pods.
    pub(crate) fn asks_about(&self, subject: &Target<'_>, object: &Object) -> bool {
        self.named_for(subject).any(|named| named.asks_about(object))
    }

    /// Whether some named policy asks anything of the pods of an object.
    pub(crate) fn ask_about_pods(&self, subject: &Target<'_>) -> bool {
        self.named_for(subject).any(|named| named.asks_about_pods(subject.kind))
    }

    /// The policy for which a rule of the Standards makes way where a path of the node is mounted.
    pub(crate) fn exception(&self, subject: &Target<'_>, rule: RuleId, path: &str) -> Option<&Arc<PolicyRef>> {
        let named = self.named_for(subject).find(|one| one.excepts(rule, path));
        named.map(|named| &named.reference)
    }

    fn named_for(&self, subject: &Target<'_>) -> impl Iterator<Item = &Named> {
        let is_for = |within: &[Matcher], named: &Named| are_for(within, subject) && named.selector.is_for(subject);
        self.named.iter().filter(move |(within, named)| is_for(within, named)).map(|(_, named)| named)
    }

    fn for_subject(&self, subject: &Target<'_>, judge: impl Fn(&Named) -> Vec<Refusal>) -> Vec<PolicyRefusal<'_>> {
        let said = self.named_for(subject).flat_map(|named| {
            judge(named).into_iter().map(|refusal| PolicyRefusal { policy: &named.reference, refusal })
        });
        said.collect()
    }
}

fn are_for(within: &[Matcher], subject: &Target<'_>) -> bool {
    within.iter().all(|matcher| matcher.is_for(subject))
}
