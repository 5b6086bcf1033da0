//! All policies of a run, and which of them judge what.

use std::collections::BTreeMap;

use super::named::{Named, NamespaceAnnotations, matcher};
use super::object::Object;
use super::pod::Pod;
use super::policy::LocalPolicy;
use super::psp::{self, Answer, Policy, PspMode};
use super::refusal::Refusal;
use crate::matching::{Matcher, Target};
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
}

/// What a local policy says.
#[derive(Clone, Debug)]
pub(crate) struct Said<'p> {
    /// The policy.
    pub policy: &'p str,
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
    pub fn matcher(entry: &LocalPolicy) -> Result<Matcher, String> {
        if !entry.only_selects() {
            return Err(
                "an entry with a file takes no other keys than name and match: write the controls into another entry"
                    .to_owned(),
            );
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

    /// Adds a named policy.
    ///
    /// # Errors
    /// The field, and what is wrong with it.
    pub fn add(&mut self, policy: LocalPolicy) -> Result<(), String> {
        self.add_within(&[], policy)
    }

    /// Adds a named policy, as far as all of these are for the same.
    ///
    /// # Errors
    /// The field, and what is wrong with it.
    pub fn add_within(&mut self, within: &[Matcher], policy: LocalPolicy) -> Result<(), String> {
        self.named.push((within.to_vec(), Named::new(policy)?));
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

    /// Whether nothing is judged besides the Standards.
    pub fn is_empty(&self) -> bool {
        self.psp.is_empty() && self.named.is_empty()
    }

    /// How PodSecurityPolicies are read.
    pub fn mode(&self) -> PspMode {
        self.mode
    }

    /// The PodSecurityPolicies, those that do not count included, as reports name them.
    pub fn told(&self) -> Vec<ToldPolicy> {
        let told = |(_, policy): &(_, Policy)| ToldPolicy {
            name: policy.name.clone(),
            invalid: policy.invalid.clone(),
            unusable: policy.unusable.clone(),
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
    pub(crate) fn judge_pod(&self, subject: &Target<'_>, pod: &Pod, is_template: bool) -> Vec<Said<'_>> {
        self.for_subject(subject, |named| {
            let mut refusals = named.judge_pod(pod, subject.namespace, &self.annotations);
            if is_template {
                refusals.extend(named.judge_pod_labels(&pod.labels));
            }
            refusals
        })
    }

    /// What the named policies say of an object.
    pub(crate) fn judge_object(&self, subject: &Target<'_>, object: &Object, holds_template: bool) -> Vec<Said<'_>> {
        self.for_subject(subject, |named| named.judge_object(object, holds_template))
    }

    /// The policy for which a rule of the Standards makes way where a path of the node is mounted.
    pub(crate) fn exception(&self, subject: &Target<'_>, rule: &str, host_path: &str) -> Option<&str> {
        let named = self.named_for(subject).find(|one| one.excepts(rule, host_path));
        named.map(|named| named.policy.name.as_str())
    }

    fn named_for(&self, subject: &Target<'_>) -> impl Iterator<Item = &Named> {
        let is_for = |within: &[Matcher], named: &Named| are_for(within, subject) && named.selector.is_for(subject);
        self.named.iter().filter(move |(within, named)| is_for(within, named)).map(|(_, named)| named)
    }

    fn for_subject(&self, subject: &Target<'_>, judge: impl Fn(&Named) -> Vec<Refusal>) -> Vec<Said<'_>> {
        let said = self
            .named_for(subject)
            .flat_map(|named| judge(named).into_iter().map(|refusal| Said { policy: &named.policy.name, refusal }));
        said.collect()
    }
}

fn are_for(within: &[Matcher], subject: &Target<'_>) -> bool {
    within.iter().all(|matcher| matcher.is_for(subject))
}
