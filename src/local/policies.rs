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
    /// The policies, each with what it is for; `None` is everything.
    psp: Vec<(Option<Matcher>, Policy)>,
    named: Vec<Named>,
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

    /// Adds PodSecurityPolicies that are for everything.
    pub fn add_psp(&mut self, policies: impl IntoIterator<Item = Policy>) {
        self.psp.extend(policies.into_iter().map(|policy| (None, policy)));
    }

    /// Adds the PodSecurityPolicies of an entry's file, for what the entry is for.
    ///
    /// # Errors
    /// The field of the entry, and what is wrong with it.
    pub fn add_psp_for(
        &mut self,
        entry: &LocalPolicy,
        policies: impl IntoIterator<Item = Policy>,
    ) -> Result<(), String> {
        if !entry.only_selects() {
            return Err("a file judges alone: write the controls into an entry of their own".to_owned());
        }
        let selector = matcher(entry)?;
        self.psp.extend(policies.into_iter().map(|policy| (Some(selector.clone()), policy)));
        Ok(())
    }

    /// Adds a named policy.
    ///
    /// # Errors
    /// The field, and what is wrong with it.
    pub fn add(&mut self, policy: LocalPolicy) -> Result<(), String> {
        self.named.push(Named::new(policy)?);
        Ok(())
    }

    /// Whether ranges stand in annotations of Namespaces.
    pub fn needs_namespaces(&self) -> bool {
        self.named.iter().any(|named| {
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
        let is_for = |selector: &Option<Matcher>| selector.as_ref().is_none_or(|selector| selector.is_for(subject));
        let mut policies =
            self.psp.iter().filter(|(selector, _)| is_for(selector)).map(|(_, policy)| policy).peekable();
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
        let named = self.named.iter().find(|one| one.selector.is_for(subject) && one.excepts(rule, host_path));
        named.map(|named| named.policy.name.as_str())
    }

    fn for_subject(&self, subject: &Target<'_>, judge: impl Fn(&Named) -> Vec<Refusal>) -> Vec<Said<'_>> {
        let named = self.named.iter().filter(|named| named.selector.is_for(subject));
        let said = named
            .flat_map(|named| judge(named).into_iter().map(|refusal| Said { policy: &named.policy.name, refusal }));
        said.collect()
    }
}
