//! A local policy that is ready to judge.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use globset::GlobSet;

use super::allowed_host_paths::{self, Access, Mounts};
use super::allowed_registries::{self, Registry};
use super::error::{Fault, LocalPolicyError};
use super::object::Object;
use super::pod::{Container, Pod};
use super::policy::{IdPolicy, LocalPolicy};
use super::range::{IdRange, IdRule};
use super::refusal::Refusal;
use super::required_labels::RequiredLabel;
use super::{
    allow_privilege_escalation, allowed_csi_drivers, allowed_flex_volumes, allowed_ingress_classes,
    allowed_ingress_hosts, allowed_proc_mount_types, app_armor, capabilities, forbidden_image_tags, fs_group,
    host_namespaces, host_ports, privileged, read_only_root_filesystem, require_image_digest, required_env,
    required_labels, required_volumes, run_as_group, run_as_user, runtime_class, se_linux, seccomp,
    supplemental_groups, sysctls, volumes,
};
use crate::finding::PolicyRef;
use crate::matching::{self, Matcher, Section};
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

/// Reads what a policy is for.
///
/// # Errors
/// The key, and what is wrong with it.
pub(super) fn matcher(policy: &LocalPolicy) -> Result<Matcher, LocalPolicyError> {
    Matcher::new(&policy.objects, Section::Policies, Path::new("/")).map_err(LocalPolicyError::Match)
}

/// A policy whose texts have been read.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub selector: Matcher,
    pub policy: LocalPolicy,
    /// Its name, and where it stands.
    pub reference: Arc<PolicyRef>,
    registries: Vec<Registry>,
    tags: GlobSet,
    labels: Vec<(RequiredLabel, GlobSet)>,
    seccomp: Option<seccomp::Rules>,
    app_armor: Option<app_armor::Rules>,
}

/// The annotations of the Namespaces that are known.
pub type NamespaceAnnotations = BTreeMap<String, BTreeMap<String, String>>;

/// The rules of the Standards that a policy can be an exception of.
pub(crate) const EXCEPTIONS: [RuleId; 2] =
    [RuleId::built_in("pss/restrictedVolumes"), RuleId::built_in("pss/hostPathVolumes")];

impl Named {
    /// Reads the texts of a policy.
    ///
    /// # Errors
    /// The field, and what is wrong with it.
    pub fn new(policy: LocalPolicy, reference: PolicyRef) -> Result<Self, LocalPolicyError> {
        let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        let registries = list(&policy.allowed_registries);
        let registries: Result<_, Fault> = registries.iter().map(|text| Registry::parse(text)).collect();
        for host in list(&policy.allowed_ingress_hosts) {
            allowed_ingress_hosts::check(&host).map_err(|fault| fault.at("allowedIngressHosts"))?;
        }
        if let Some(unknown) =
            policy.exceptions.iter().find(|rule| !EXCEPTIONS.iter().any(|known| known == rule.as_str()))
        {
            return Err(Fault::NotExcepted(unknown.clone()).at("exceptions"));
        }
        if !policy.exceptions.is_empty() && policy.allowed_host_paths.as_ref().is_none_or(Vec::is_empty) {
            return Err(Fault::NoExceptedPaths.at("exceptions"));
        }
        check_ids(&policy)?;
        if policy.only_selects() {
            return Err(LocalPolicyError::AsksNothing);
        }
        let labels = policy.required_labels.iter().flatten();
        let labels: Result<_, LocalPolicyError> =
            labels.map(|label| Ok((label.clone(), globs("requiredLabels", &label.values)?))).collect();
        Ok(Self {
            selector: matcher(&policy)?,
            registries: registries.map_err(|fault| fault.at("allowedRegistries"))?,
            tags: globs("forbiddenImageTags", &list(&policy.forbidden_image_tags))?,
            labels: labels?,
            seccomp: policy.allowed_seccomp_profiles.as_deref().map(seccomp::Rules::of_list),
            app_armor: policy.allowed_app_armor_profiles.as_deref().map(app_armor::Rules::of_list),
            policy,
            reference: Arc::new(reference),
        })
    }

    /// Judges a pod.
    pub fn judge_pod(&self, pod: &Pod, namespace: &str, annotations: &NamespaceAnnotations) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let ids = Ids { namespace, annotations: annotations.get(namespace) };
        self.pod_level(pod, &ids, &mut refusals);
        self.volumes(pod, &mut refusals);
        for container in pod.containers() {
            self.container(pod, &container, &mut refusals);
        }
        self.images(pod, &mut refusals);
        refusals
    }

    /// Judges the labels of pods that a template makes.
    pub fn judge_pod_labels(&self, labels: &BTreeMap<String, String>) -> Vec<Refusal> {
        required_labels::judge("Pod", labels, false, &self.labels)
    }

    /// Judges an object. A Pod's labels are judged here, those of other pods with their template.
    pub fn judge_object(&self, object: &Object, holds_template: bool) -> Vec<Refusal> {
        let mut refusals = required_labels::judge(&object.kind, &object.labels, holds_template, &self.labels);
        if let Some(ingress) = &object.ingress {
            if let Some(hosts) = &self.policy.allowed_ingress_hosts {
                refusals.extend(allowed_ingress_hosts::judge(object, ingress, hosts));
            }
            if let Some(classes) = &self.policy.allowed_ingress_classes {
                refusals.extend(allowed_ingress_classes::judge(ingress, classes));
            }
        }
        refusals
    }

    /// Whether the policy asks anything of the pods of an object of this kind, or of its labels.
    pub fn asks_about_pods(&self, kind: &str) -> bool {
        let asks_labels = [kind, "Pod"].iter().any(|kind| required_labels::asks_about(kind, true, &self.labels));
        asks_labels || self.policy.asks_about_pods()
    }

    /// Whether the policy asks anything of an object without pods.
    pub fn asks_about(&self, object: &Object) -> bool {
        let asks_ingress = self.policy.allowed_ingress_hosts.is_some() || self.policy.allowed_ingress_classes.is_some();
        required_labels::asks_about(&object.kind, false, &self.labels) || object.ingress.is_some() && asks_ingress
    }

    /// Whether a rule of the Standards makes way for a path of the node.
    pub fn excepts(&self, rule: RuleId, host_path: &str) -> bool {
        let allowed = self.policy.allowed_host_paths.as_deref().unwrap_or_default();
        self.policy.exceptions.iter().any(|one| rule == one.as_str())
            && !allowed.is_empty()
            && allowed_host_paths::access(host_path, allowed) != Access::Denied
    }

    fn pod_level(&self, pod: &Pod, ids: &Ids<'_>, refusals: &mut Vec<Refusal>) {
        let policy = &self.policy;
        if let Some(group) = &policy.fs_group {
            let judged = ids.with(RuleId::built_in("local/fsGroup"), group, |rule| {
                fs_group::judge(pod, rule).into_iter().collect()
            });
            refusals.extend(judged);
        }
        if let Some(groups) = &policy.supplemental_groups {
            refusals.extend(ids.with(RuleId::built_in("local/supplementalGroups"), groups, |rule| {
                supplemental_groups::judge(pod, rule)
            }));
        }
        for (rule, user, judge) in [
            (RuleId::built_in("local/runAsUser"), &policy.run_as_user, run_as_user::container as JudgeId),
            (RuleId::built_in("local/runAsGroup"), &policy.run_as_group, run_as_group::container as JudgeId),
        ] {
            if let Some(user) = user {
                refusals.extend(ids.with(rule, user, |rule| {
                    pod.containers().filter_map(|container| judge(pod, &container, rule)).collect()
                }));
            }
        }
        if let Some(must) = policy.must_label() {
            refusals.extend(se_linux::pod(pod, &must));
            refusals.extend(pod.containers().flat_map(|container| se_linux::container(pod, &container, &must)));
        }
        let allowed = host_namespaces::Allowed {
            network: policy.host_network.unwrap_or(true),
            pid: policy.host_pid.unwrap_or(true),
            ipc: policy.host_ipc.unwrap_or(true),
        };
        refusals.extend(host_namespaces::judge(pod, allowed));
        if policy.forbidden_sysctls.is_some() || policy.allowed_unsafe_sysctls.is_some() {
            let forbidden = policy.forbidden_sysctls.as_deref().unwrap_or_default();
            // Who only forbids some does not care for the others.
            let any = ["*".to_owned()];
            let allowed = policy.allowed_unsafe_sysctls.as_deref().unwrap_or(&any);
            refusals.extend(sysctls::judge(pod, forbidden, allowed));
        }
        if let Some(allowed) = &policy.allowed_runtime_class_names {
            refusals.extend(runtime_class::judge(pod, allowed));
        }
    }

    fn volumes(&self, pod: &Pod, refusals: &mut Vec<Refusal>) {
        let policy = &self.policy;
        let mut mounts = Mounts::writable(pod);
        for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
            let name = &volume.name;
            if let Some(refusal) = policy.volumes.as_ref().and_then(|allowed| volumes::volume(index, volume, allowed)) {
                refusals.push(refusal);
                continue;
            }
            if let (Some(allowed), Some(source)) = (&policy.allowed_host_paths, &volume.host_path) {
                refusals.extend(allowed_host_paths::volume(index, name, source, allowed, &mut mounts));
            }
            if let (Some(allowed), Some(source)) = (&policy.allowed_flex_volumes, &volume.flex_volume) {
                refusals.extend(allowed_flex_volumes::volume(index, name, &source.driver, allowed));
            }
            if let (Some(allowed), Some(source)) = (&policy.allowed_csi_drivers, &volume.csi) {
                refusals.extend(allowed_csi_drivers::volume(index, name, &source.driver, allowed));
            }
        }
        refusals.extend(required_volumes::judge(pod, policy.required_volumes.as_deref().unwrap_or_default()));
    }

    fn container(&self, pod: &Pod, container: &Container<'_>, refusals: &mut Vec<Refusal>) {
        let policy = &self.policy;
        if let Some(rules) = &self.app_armor {
            refusals.extend(app_armor::container(pod, container, rules));
        }
        if let Some(rules) = &self.seccomp {
            refusals.extend(seccomp::container(pod, container, rules));
        }
        refusals.extend(privileged::container(container, policy.privileged.unwrap_or(true)));
        if let Some(allowed) = &policy.allowed_proc_mount_types {
            refusals.extend(allowed_proc_mount_types::container(container, allowed));
        }
        let any = ["*".to_owned()];
        let rules = capabilities::Rules {
            default_add: &[],
            required_drop: policy.required_drop_capabilities.as_deref().unwrap_or_default(),
            allowed: policy.allowed_capabilities.as_deref().unwrap_or(&any),
        };
        refusals.extend(capabilities::by_control(container, rules));
        if let Some(ranges) = &policy.host_ports {
            refusals.extend(host_ports::container(container, ranges));
        }
        if policy.read_only_root_filesystem == Some(true) {
            refusals.extend(read_only_root_filesystem::container(container));
        }
        if policy.allow_privilege_escalation == Some(false) {
            refusals.extend(allow_privilege_escalation::container(container));
        }
        if let Some(listed) = &policy.allowed_registries {
            refusals.extend(allowed_registries::container(container, &self.registries, listed));
        }
    }

    fn images(&self, pod: &Pod, refusals: &mut Vec<Refusal>) {
        let policy = &self.policy;
        if let Some(listed) = &policy.allowed_registries {
            refusals.extend(allowed_registries::volumes(pod, &self.registries, listed));
        }
        if policy.require_image_digest == Some(true) {
            refusals.extend(require_image_digest::judge(pod));
        }
        if policy.forbidden_image_tags.is_some() {
            refusals.extend(forbidden_image_tags::judge(pod, &self.tags));
        }
        refusals.extend(required_env::judge(pod, policy.required_env.as_deref().unwrap_or_default()));
    }
}

/// Judges an id of a container.
type JudgeId = fn(&Pod, &Container<'_>, IdRule<'_>) -> Option<Refusal>;

/// The ids of one namespace.
struct Ids<'a> {
    namespace: &'a str,
    annotations: Option<&'a BTreeMap<String, String>>,
}

impl Ids<'_> {
    /// Judges by the ranges of the namespace. Where nobody knows them, that is said.
    fn with(&self, rule: RuleId, ids: &IdPolicy, judge: impl FnOnce(IdRule<'_>) -> Vec<Refusal>) -> Vec<Refusal> {
        let Some(ranges) = self.ranges(ids) else {
            let message = self.unknown(ids);
            let refusal = Refusal::of_pod(rule, String::new(), FieldPath::of("spec"), message);
            return vec![Refusal { is_unknown: true, ..refusal }];
        };
        match ids.rule.as_str() {
            "" | "MustRunAs" => judge(IdRule::MustRunAs(&ranges)),
            "MayRunAs" => judge(IdRule::MayRunAs(&ranges)),
            "MustRunAsNonRoot" => judge(IdRule::MustRunAsNonRoot),
            _ => Vec::new(),
        }
    }

    fn ranges(&self, ids: &IdPolicy) -> Option<Vec<IdRange>> {
        if matches!(ids.rule.as_str(), "RunAsAny" | "MustRunAsNonRoot") {
            return Some(Vec::new());
        }
        let of_table = ids.ranges_by_namespace.get(self.namespace).and_then(|text| IdRange::parse_list(text));
        let of_namespace = || {
            let annotation = self.annotations?.get(ids.ranges_from_annotation.as_ref()?)?;
            IdRange::parse_list(annotation)
        };
        let for_all = || Some(ids.ranges.clone()).filter(|ranges| !ranges.is_empty());
        of_table.or_else(of_namespace).or_else(for_all)
    }

    fn unknown(&self, ids: &IdPolicy) -> String {
        let namespace = self.namespace;
        match (&ids.ranges_from_annotation, self.annotations) {
            (Some(annotation), None) => {
                format!(
                    "not judged: the Namespace {namespace}, whose annotation {annotation} holds the range, was not read"
                )
            }
            (Some(annotation), Some(annotations)) => match annotations.get(annotation) {
                Some(value) => {
                    format!("not judged: {annotation}={value:?} of the Namespace {namespace} is not a range")
                }
                None => format!("not judged: the Namespace {namespace} has no annotation {annotation}"),
            },
            (None, _) => format!("not judged: rangesByNamespace has no range for the namespace {namespace}"),
        }
    }
}

impl LocalPolicy {
    /// The SELinux options that pods and containers must have.
    fn must_label(&self) -> Option<k8s_openapi::api::core::v1::SELinuxOptions> {
        let se_linux = self.se_linux.as_ref().filter(|one| one.rule != "RunAsAny")?;
        Some(se_linux.se_linux_options.options())
    }
}

fn check_ids(policy: &LocalPolicy) -> Result<(), LocalPolicyError> {
    let ids = [
        ("runAsUser", &policy.run_as_user),
        ("runAsGroup", &policy.run_as_group),
        ("supplementalGroups", &policy.supplemental_groups),
        ("fsGroup", &policy.fs_group),
    ];
    for (field, ids) in ids.into_iter().filter_map(|(field, ids)| Some((field, ids.as_ref()?))) {
        let is_known = match ids.rule.as_str() {
            "" | "MustRunAs" | "MayRunAs" | "RunAsAny" => true,
            rule => rule == "MustRunAsNonRoot" && field == "runAsUser",
        };
        if !is_known {
            return Err(Fault::NotARule(ids.rule.clone()).at(format!("{field}.rule")));
        }
        let needs_ranges = matches!(ids.rule.as_str(), "" | "MustRunAs" | "MayRunAs");
        let has_ranges =
            !ids.ranges.is_empty() || !ids.ranges_by_namespace.is_empty() || ids.ranges_from_annotation.is_some();
        if needs_ranges && !has_ranges {
            return Err(Fault::NoRanges.at(field));
        }
        if let Some(range) = ids.ranges.iter().find(|range| range.min < 0 || range.min > range.max) {
            return Err(Fault::NotARange(range.min, range.max).at(format!("{field}.ranges")));
        }
        let bad = ids.ranges_by_namespace.iter().find(|(_, text)| IdRange::parse_list(text).is_none());
        if let Some((namespace, text)) = bad {
            let fault = Fault::NotARangeOf(text.clone(), namespace.clone());
            return Err(fault.at(format!("{field}.rangesByNamespace")));
        }
    }
    Ok(())
}

fn globs(field: &str, patterns: &[String]) -> Result<GlobSet, LocalPolicyError> {
    matching::globs::globs(patterns).map_err(|error| Fault::Glob(error).at(field))
}
