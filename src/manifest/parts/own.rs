//! Settings that an operator takes under names of its own: what each of them asks for of the operator's pods.

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, HostPathVolumeSource, SeccompProfile, SecurityContext, Volume,
};

use super::{CONTEXT, FLAGS, Pod};
use crate::manifest::typed::find;
use crate::yaml::de::{Problem, ProblemKind};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::NodeId;

/// What the annotation with a container's AppArmor profile begins with; the container's name follows.
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// A setting under a name of an operator's own, where it stands below the pod.
#[derive(Clone, Copy, Debug)]
pub enum Own {
    /// The securityContext of a container that the operator makes.
    Container(&'static str),
    /// The securityContext of the pod.
    Pod(&'static str),
    /// Volumes.
    Volumes(&'static str),
    /// A mapping with hostNetwork and the like.
    Flags(&'static str),
    /// A field that puts the pods on the host's network if it has this value.
    HostNetwork(&'static str, &'static str),
    /// A field that makes a container privileged if it is true.
    Privileged(&'static str),
    /// A path on the host that the pods mount.
    HostPath(&'static str),
    /// A field that has the pods mount a path on the host if it has this value.
    HostVolume(&'static str, &'static str),
    /// The source of a volume from the host, as a volume has it under `hostPath`.
    HostPathSource(&'static str),
    /// A port of the host that a container listens on.
    HostPort(&'static str),
    /// A mapping that asks for a port of the host where its `enabled` is true: the one in its `hostPort`, or this one.
    HostPortIfEnabled(&'static str, i32),
    /// The user that the pods run as where their securityContext names none.
    User(&'static str),
    /// The seccomp profile of the pod and of its containers where their securityContexts have none. It stands after
    /// them in a list of settings.
    Seccomp(&'static str),
    /// The AppArmor profile of the container that the mapping around it is for, as an annotation spells it.
    AppArmor(&'static str),
}

impl Pod<'_, '_> {
    /// Takes the settings that stand under names of the operator's own.
    pub(super) fn own(&mut self, path: &FieldPath, node: NodeId, own: &'static [Own]) {
        let before = self.decoded.problems.len();
        for setting in own {
            match *setting {
                Own::Container(pattern) => self.own_container(path, node, pattern),
                Own::Pod(pattern) => self.security_context(path, node, pattern),
                Own::Volumes(pattern) => self.volumes(path, node, pattern),
                Own::HostPathSource(pattern) => self.host_path_source(path, node, pattern),
                Own::Seccomp(pattern) => self.seccomp(path, node, pattern),
                Own::Flags(pattern) => {
                    for (below, node) in find(self.tree, node, pattern, &mut self.decoded.problems) {
                        self.flags(&path.join(&below), node, &FLAGS);
                    }
                }
                Own::HostPortIfEnabled(pattern, port) => {
                    for (below, node) in find(self.tree, node, pattern, &mut self.decoded.problems) {
                        self.host_port_if_enabled(&path.join(&below), node, port);
                    }
                }
                Own::HostNetwork(pattern, _)
                | Own::Privileged(pattern)
                | Own::HostPath(pattern)
                | Own::HostVolume(pattern, _)
                | Own::HostPort(pattern)
                | Own::User(pattern)
                | Own::AppArmor(pattern) => {
                    for (below, node) in find(self.tree, node, pattern, &mut self.decoded.problems) {
                        let at = path.join(&below);
                        if let Some(place) = self.asked(*setting, &at, node) {
                            self.asks(place, at);
                        }
                    }
                }
            }
        }
        let is_shared = |pattern| own.iter().any(|one| matches!(one, Own::Pod(other) if *other == pattern));
        if own.iter().any(|one| matches!(one, Own::Container(pattern) if is_shared(*pattern))) {
            unknown_to_both(&mut self.decoded.problems, before);
        }
    }

    /// Keeps that a field of the operator's own asks for a field of the pod.
    fn asks(&mut self, place: FieldPath, at: FieldPath) {
        self.places.push((place, at.clone()));
        self.asks.push(at);
    }

    /// Takes what a field of the operator's own asks for: the field of the pod.
    fn asked(&mut self, setting: Own, at: &FieldPath, node: NodeId) -> Option<FieldPath> {
        let tree = self.tree;
        let raw = || tree.raw(tree.resolve(node));
        let says = |value: &str| tree.string(node).map_or(raw() == value, |text| text == value);
        let spec = FieldPath::of("spec");
        match setting {
            Own::HostNetwork(_, value) if says(value) => {
                self.spec.host_network = Some(true);
                Some(spec.field("hostNetwork"))
            }
            Own::Privileged(_) if says("true") => {
                let context = SecurityContext { privileged: Some(true), ..SecurityContext::default() };
                let container = Container { security_context: Some(context), ..Container::default() };
                Some(self.made(at, container).fields("securityContext.privileged"))
            }
            Own::HostPath(_) => {
                let path = tree.string(node).filter(|path| !path.is_empty())?.into_owned();
                Some(self.host_volume(at, HostPathVolumeSource { path, type_: None }))
            }
            Own::HostVolume(_, value) if says(value) => Some(self.host_volume(at, HostPathVolumeSource::default())),
            Own::HostPort(_) => self.host_port(at, raw().parse().ok()?),
            Own::User(_) => {
                let user = raw().parse().ok()?;
                let context = self.spec.security_context.get_or_insert_default();
                // The operators take it for a default.
                if context.run_as_user.is_some() {
                    return None;
                }
                context.run_as_user = Some(user);
                Some(spec.fields("securityContext.runAsUser"))
            }
            Own::AppArmor(_) => {
                let [.., Segment::Field(container), _] = at.segments() else { return None };
                let key = format!("{APP_ARMOR}{container}");
                self.annotations.insert(key.clone(), tree.string(node)?.into_owned());
                let name = container.clone().into_owned();
                self.spec.containers.push(Container { name, ..Container::default() });
                Some(FieldPath::of("metadata.annotations").field(key))
            }
            _ => None,
        }
    }

    /// Adds a container that the operator makes because of a field: its place in the pod.
    fn made(&mut self, at: &FieldPath, container: Container) -> FieldPath {
        self.spec.containers.push(Container { name: at.to_string(), ..container });
        FieldPath::of("spec.containers").index(self.spec.containers.len() - 1)
    }

    fn host_path_source(&mut self, path: &FieldPath, node: NodeId, pattern: &'static str) {
        for (source, at) in self.below::<HostPathVolumeSource>(path, node, &[pattern]) {
            let place = self.host_volume(&at, source);
            self.places.push((place, at));
        }
    }

    /// Adds a volume from the host: the place of its source in the pod.
    fn host_volume(&mut self, at: &FieldPath, source: HostPathVolumeSource) -> FieldPath {
        let volumes = self.spec.volumes.get_or_insert_default();
        volumes.push(Volume { name: at.to_string(), host_path: Some(source), ..Volume::default() });
        FieldPath::of("spec.volumes").index(volumes.len() - 1).field("hostPath")
    }

    fn host_port(&mut self, at: &FieldPath, port: i32) -> Option<FieldPath> {
        if port == 0 {
            return None;
        }
        let ports = Some(vec![ContainerPort { host_port: Some(port), ..ContainerPort::default() }]);
        let container = self.made(at, Container { ports, ..Container::default() });
        Some(container.field("ports").index(0).field("hostPort"))
    }

    fn host_port_if_enabled(&mut self, path: &FieldPath, node: NodeId, port: i32) {
        let tree = self.tree;
        let Some(enabled) = tree.get(node, "enabled").filter(|&node| tree.raw(tree.resolve(node)) == "true") else {
            return;
        };
        let written = tree.get(node, "hostPort").filter(|&node| !tree.is_null(node));
        let (name, node) = written.map_or(("enabled", enabled), |written| ("hostPort", written));
        let port = written.map_or(Some(port), |_| tree.raw(tree.resolve(node)).parse().ok());
        let at = path.field(name);
        if let Some(place) = port.and_then(|port| self.host_port(&at, port)) {
            self.asks(place, at);
        }
    }

    /// Containers that the operator makes, by the places of their settings.
    fn own_container(&mut self, path: &FieldPath, node: NodeId, pattern: &'static str) {
        for (context, at) in self.below::<SecurityContext>(path, node, &[pattern]) {
            let place = FieldPath::of("spec.containers").index(self.spec.containers.len()).field("securityContext");
            let name = at.prefix(at.segments().len().saturating_sub(1)).to_string();
            self.spec.containers.push(Container { name, security_context: Some(context), ..Container::default() });
            self.places.push((place, at));
        }
    }

    /// The pod takes the profile, and its containers with it, unless it has one of its own: then those do that have
    /// none, or whatever container the operator makes.
    fn seccomp(&mut self, path: &FieldPath, node: NodeId, pattern: &'static str) {
        let Some((profile, at)) = self.below::<SeccompProfile>(path, node, &[pattern]).pop() else { return };
        let of_pod = self.spec.security_context.get_or_insert_default();
        if of_pod.seccomp_profile.is_none() {
            of_pod.seccomp_profile = Some(profile);
            self.places.push((FieldPath::of("spec.securityContext.seccompProfile"), at));
            return;
        }
        if self.spec.containers.is_empty() {
            self.made(&at, Container::default());
        }
        for (index, container) in self.spec.containers.iter_mut().enumerate() {
            let context = container.security_context.get_or_insert_default();
            if context.seccomp_profile.is_none() {
                context.seccomp_profile = Some(profile.clone());
                let place = FieldPath::of("spec.containers").index(index).fields("securityContext.seccompProfile");
                self.places.push((place, at.clone()));
            }
        }
    }
}

/// Where one securityContext is that of the pod and of its containers, a field is unknown if it is in neither.
fn unknown_to_both(problems: &mut Vec<Problem>, from: usize) {
    let read = problems.split_off(from);
    let is_of_context = |problem: &Problem| {
        matches!(problem.kind, ProblemKind::UnknownField { .. }) && problem.path.segments().contains(&CONTEXT)
    };
    for (index, problem) in read.iter().enumerate() {
        let is_same = |other: &Problem| is_of_context(other) && other.path == problem.path;
        let is_first = !read[..index].iter().any(is_same);
        if !is_of_context(problem) || is_first && read[index + 1..].iter().any(is_same) {
            problems.push(problem.clone());
        }
    }
}
