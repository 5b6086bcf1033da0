//! Whether a policy admits a pod as it is.
//!
//! Source: `ValidatePod`, `validatePodVolumes`, `validateContainer` in `provider.go`.

use super::Provider;
use crate::local::allowed_host_paths::Mounts;
use crate::local::pod::{Container, Pod};
use crate::local::range::IdRule;
use crate::local::refusal::Refusal;
use crate::local::{
    allow_privilege_escalation, allowed_csi_drivers, allowed_flex_volumes, allowed_host_paths,
    allowed_proc_mount_types, app_armor, capabilities, fs_group, host_namespaces, host_ports, privileged,
    read_only_root_filesystem, run_as_group, run_as_user, runtime_class, se_linux, seccomp, supplemental_groups,
    sysctls, volumes,
};

/// Every reason for which a policy does not admit a pod, in upstream's order.
pub(super) fn validate(provider: &Provider, pod: &Pod) -> Vec<Refusal> {
    let spec = &provider.policy.spec;
    let mut refusals = Vec::new();
    refusals.extend(fs_group::judge(pod, spec.fs_group.rule()));
    refusals.extend(supplemental_groups::judge(pod, spec.supplemental_groups.rule()));
    refusals.extend(seccomp::pod(pod, &provider.seccomp));
    if let Some(must) = provider.se_linux() {
        refusals.extend(se_linux::pod(pod, must));
    }
    let allowed = host_namespaces::Allowed { network: spec.host_network, pid: spec.host_pid, ipc: spec.host_ipc };
    refusals.extend(host_namespaces::judge(pod, allowed));
    refusals.extend(sysctls::judge(pod, &spec.forbidden_sysctls, &spec.allowed_unsafe_sysctls));
    validate_volumes(provider, pod, &mut refusals);
    if let Some(class) = &spec.runtime_class {
        refusals.extend(runtime_class::judge(pod, &class.allowed_runtime_class_names));
    }
    for container in pod.containers() {
        validate_container(provider, pod, &container, &mut refusals);
    }
    refusals
}

fn validate_volumes(provider: &Provider, pod: &Pod, refusals: &mut Vec<Refusal>) {
    let spec = &provider.policy.spec;
    let mut mounts = Mounts::writable(pod);
    for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
        if let Some(refusal) = volumes::volume(index, volume, &spec.volumes) {
            refusals.push(refusal);
            continue;
        }
        let kind = volumes::volume_type(volume).map_or("", |kind| kind.name);
        let name = &volume.name;
        match (kind, &volume.host_path, &volume.flex_volume, &volume.csi) {
            ("hostPath", Some(source), ..) => {
                refusals.extend(allowed_host_paths::volume(index, name, source, &spec.allowed_host_paths, &mut mounts));
            }
            ("flexVolume", _, Some(source), _) => {
                refusals.extend(allowed_flex_volumes::volume(index, name, &source.driver, &spec.allowed_flex_volumes));
            }
            ("csi", _, _, Some(source)) => {
                refusals.extend(allowed_csi_drivers::volume(index, name, &source.driver, &spec.allowed_csi_drivers));
            }
            _ => {}
        }
    }
}

fn validate_container(provider: &Provider, pod: &Pod, container: &Container<'_>, refusals: &mut Vec<Refusal>) {
    let spec = &provider.policy.spec;
    refusals.extend(run_as_user::container(pod, container, spec.run_as_user.rule()));
    let group = spec.run_as_group.as_ref().map_or(IdRule::RunAsAny, |group| group.rule());
    refusals.extend(run_as_group::container(pod, container, group));
    if let Some(must) = provider.se_linux() {
        refusals.extend(se_linux::container(pod, container, must));
    }
    refusals.extend(app_armor::container(pod, container, &provider.app_armor));
    refusals.extend(seccomp::container(pod, container, &provider.seccomp));
    refusals.extend(privileged::container(container, spec.privileged));
    refusals.extend(allowed_proc_mount_types::container(container, &spec.allowed_proc_mount_types));
    refusals.extend(capabilities::container(container, provider.capabilities()));
    refusals.extend(host_ports::container(container, &spec.host_ports));
    if spec.read_only_root_filesystem {
        refusals.extend(read_only_root_filesystem::container(container));
    }
    if !spec.allows_privilege_escalation() {
        refusals.extend(allow_privilege_escalation::container(container));
    }
}
