//! What a policy fills in.
//!
//! Source: `MutatePod`, `mutateContainer` in `provider.go`.

use k8s_openapi::api::core::v1::{Capabilities, SecurityContext};
use serde_json::{Value, json};

use super::Provider;
use crate::local::pod::{Pod, for_each_security_context};
use crate::local::range::IdRule;
use crate::local::refusal::Change;
use crate::local::{app_armor, capabilities, seccomp};
use crate::yaml::path::FieldPath;

/// Fills in what a pod leaves open. The changes are sorted by path.
pub(super) fn mutate(provider: &Provider, pod: &mut Pod) -> Vec<Change> {
    let mut changes = Changes::default();
    of_pod(provider, pod, &mut changes);
    annotations(provider, pod, &mut changes);
    containers(provider, pod, &mut changes);
    let mut changes = changes.0;
    changes.sort_by_cached_key(|change| change.path.to_string());
    changes
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn set<T: Clone + Into<Value>>(&mut self, field: &mut Option<T>, path: &FieldPath, value: T) {
        self.0.push(Change { path: path.clone(), value: value.clone().into() });
        *field = Some(value);
    }
}

fn of_pod(provider: &Provider, pod: &mut Pod, changes: &mut Changes) {
    let spec = &provider.policy.spec;
    let path = FieldPath::of("spec.securityContext");
    let context = pod.spec.security_context.get_or_insert_default();
    if let (None, Some(group)) = (&context.supplemental_groups, first(spec.supplemental_groups.rule())) {
        changes.set(&mut context.supplemental_groups, &path.field("supplementalGroups"), vec![group]);
    }
    if let (None, Some(group)) = (context.fs_group, first(spec.fs_group.rule())) {
        changes.set(&mut context.fs_group, &path.field("fsGroup"), group);
    }
    if let (None, Some(must)) = (&context.se_linux_options, provider.se_linux()) {
        context.se_linux_options = Some(must.clone());
        changes.0.extend(leaves(&path.field("seLinuxOptions"), &json!(must)));
    }
    let default = spec.runtime_class.as_ref().and_then(|class| class.default_runtime_class_name.clone());
    if let (None, Some(default)) = (&pod.spec.runtime_class_name, default) {
        changes.set(&mut pod.spec.runtime_class_name, &FieldPath::of("spec.runtimeClassName"), default);
    }
}

/// The members of an object that are not empty, since those are not stored; all of it where none is left.
fn leaves(path: &FieldPath, value: &Value) -> Vec<Change> {
    let members = value.as_object().into_iter().flatten().filter(|(_, value)| *value != "");
    let leaves = members.map(|(key, value)| Change { path: path.field(key.clone()), value: value.clone() });
    let leaves: Vec<Change> = leaves.collect();
    if leaves.is_empty() { vec![Change { path: path.clone(), value: json!({}) }] } else { leaves }
}

fn annotations(provider: &Provider, pod: &mut Pod, changes: &mut Changes) {
    let path = FieldPath::of("metadata.annotations");
    let profile = seccomp::generate(pod, &provider.seccomp).map(|profile| (seccomp::OF_POD.to_owned(), profile));
    let profiles = pod.containers().filter_map(|one| app_armor::generate(pod, &one, &provider.app_armor));
    let mut set: Vec<(String, String)> = profile.into_iter().chain(profiles).collect();
    set.sort_unstable();
    // Two containers by one name have one annotation.
    set.dedup();
    for (key, value) in set {
        changes.0.push(Change { path: path.field(key.clone()), value: value.clone().into() });
        pod.annotations.insert(key, value);
    }
}

/// The id that a rule fills in.
fn first(rule: IdRule<'_>) -> Option<i64> {
    match rule {
        IdRule::MustRunAs(ranges) => ranges.first().map(|range| range.min),
        IdRule::MayRunAs(_) | IdRule::MustRunAsNonRoot | IdRule::RunAsAny => None,
    }
}

fn containers(provider: &Provider, pod: &mut Pod, changes: &mut Changes) {
    let of_pod = pod.spec.security_context.clone().unwrap_or_default();
    for_each_security_context(&mut pod.spec, |list, index, _, context| {
        let path = FieldPath::of("spec").field(list).index(index).field("securityContext");
        let mut filled = context.clone().unwrap_or_default();
        let before = changes.0.len();
        let inherited = (of_pod.run_as_user, of_pod.run_as_group, of_pod.run_as_non_root);
        container(provider, &mut filled, inherited, &path, changes);
        if changes.0.len() > before {
            *context = Some(filled);
        }
    });
}

fn container(
    provider: &Provider,
    context: &mut SecurityContext,
    (user, group, non_root): (Option<i64>, Option<i64>, Option<bool>),
    path: &FieldPath,
    changes: &mut Changes,
) {
    let spec = &provider.policy.spec;
    if let (None, Some(user)) = (context.run_as_user.or(user), first(spec.run_as_user.rule())) {
        changes.set(&mut context.run_as_user, &path.field("runAsUser"), user);
    }
    let group_rule = spec.run_as_group.as_ref().map_or(IdRule::RunAsAny, |group| group.rule());
    if let (None, Some(group)) = (context.run_as_group.or(group), first(group_rule)) {
        changes.set(&mut context.run_as_group, &path.field("runAsGroup"), group);
    }
    let is_open = context.run_as_user.or(user).is_none() && context.run_as_non_root.or(non_root).is_none();
    if is_open && matches!(spec.run_as_user.rule(), IdRule::MustRunAsNonRoot) {
        changes.set(&mut context.run_as_non_root, &path.field("runAsNonRoot"), true);
    }
    if let Some(filled) = capabilities::generate(context.capabilities.as_ref(), provider.capabilities()) {
        let before = context.capabilities.replace(filled.clone()).unwrap_or_default();
        changes.0.extend(changed_lists(path, &before, filled));
    }
    if spec.read_only_root_filesystem && context.read_only_root_filesystem.is_none() {
        changes.set(&mut context.read_only_root_filesystem, &path.field("readOnlyRootFilesystem"), true);
    }
    let refused = (!spec.allows_privilege_escalation()).then_some(false);
    let default = spec.default_allow_privilege_escalation.or(refused);
    if let (None, Some(default)) = (context.allow_privilege_escalation, default) {
        changes.set(&mut context.allow_privilege_escalation, &path.field("allowPrivilegeEscalation"), default);
    }
}

/// The lists that are others than before, if only by their order.
fn changed_lists(path: &FieldPath, before: &Capabilities, after: Capabilities) -> Vec<Change> {
    let lists = [("add", &before.add, after.add), ("drop", &before.drop, after.drop)];
    let changed = lists.into_iter().filter_map(|(field, before, after)| {
        let after = after.filter(|after| before.as_ref() != Some(after))?;
        Some(Change { path: path.field("capabilities").field(field), value: after.into() })
    });
    changed.collect()
}
