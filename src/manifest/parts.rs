//! Pods whose parts stand apart: containers without a pod spec around them, with settings of the pod written elsewhere.
//!
//! Workflow engines make a pod of each step. What the user writes is put together here as the spec of that pod, and
//! every part of it remembers where it stands. The engine adds containers of its own, so that a verdict is never
//! complete.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, Volume};
use serde::Deserialize;

use super::merge::merge;
use super::template::Lets;
use super::typed::{Decoded, Template, decode_at, find};
use crate::yaml::de::{Problem, ProblemKind};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{NodeId, Tree};

mod own;

pub use own::Own;

/// Where the parts of a pod stand.
pub struct Parts {
    /// What becomes one pod each: `spec.templates[*]`.
    pub pods: &'static str,
    /// Containers, below each of these. "" is the pod itself, and no list at all means
    /// that they stand in another object.
    pub containers: &'static [&'static str],
    /// Init containers, below each of these.
    pub init_containers: &'static [&'static str],
    /// A container that others are merged over, and the list of these: `("stepTemplate", "steps")`.
    pub merged: Option<(&'static str, &'static str)>,
    /// Settings of the pod that stand under its name elsewhere; they are stronger than the others.
    pub by_name: &'static [ByName],
    /// Mappings with the settings of a pod's spec (securityContext, host namespaces, volumes), the strongest first.
    /// Each is below the pod, or, with a leading slash, below the object.
    pub settings: &'static [&'static str],
    /// Settings under names of the operator's own, below the pod.
    pub own: &'static [Own],
}

impl Parts {
    /// The ways to the pods and to their containers, as patterns.
    pub fn ways(&self) -> impl Iterator<Item = String> {
        let below = self.containers.iter().chain(self.init_containers).filter(|way| !way.is_empty());
        let below = below.map(|way| format!("{}.{way}", self.pods).trim_start_matches('.').to_owned());
        [self.pods.to_owned()].into_iter().chain(below)
    }

    /// Which securityContexts can be written in them.
    fn lets(&self) -> Lets {
        let has = |is_it: fn(&Own) -> bool| self.own.iter().any(is_it);
        Lets {
            pod: !self.settings.is_empty() || !self.by_name.is_empty() || has(|own| matches!(own, Own::Pod(_))),
            container: !self.containers.is_empty()
                || !self.init_containers.is_empty()
                || has(|own| matches!(own, Own::Container(_))),
        }
    }
}

/// Settings of a pod in a list of the object's, under the name of what the pod is made for.
#[derive(Clone, Copy, Debug)]
pub struct ByName {
    /// The list: `spec.taskRunSpecs[*]`.
    pub list: &'static str,
    /// The field with the name, which is that of the mapping around the pod.
    pub key: &'static str,
    /// The mapping with the settings, below the element.
    pub settings: &'static str,
}

/// A mapping that has no fields but the API's, wherever it stands.
const CONTEXT: Segment = Segment::Field(std::borrow::Cow::Borrowed("securityContext"));

/// The scalar settings of a pod's spec that checks read.
const FLAGS: [&str; 4] = ["hostNetwork", "hostPID", "hostIPC", "hostUsers"];

/// Puts together the pods of an object.
pub(super) fn pods(tree: &Tree<'_>, object: NodeId, parts: &'static Parts, decoded: &mut Decoded) {
    for (path, node) in find(tree, object, parts.pods, &mut decoded.problems) {
        // Settings alone make a pod only where its containers stand in another object.
        let is_within = |template: &Template| template.path.segments().starts_with(path.segments());
        let is_open = !parts.own.is_empty();
        if parts.containers.is_empty() && !is_open && decoded.templates.iter().any(is_within) {
            continue;
        }
        let mut pod = Pod::new(tree, decoded);
        pod.containers(&path, node, parts);
        // A step without containers of its own only orders others.
        let is_empty = pod.spec.containers.is_empty() && pod.spec.init_containers.is_none();
        if is_empty && !parts.containers.is_empty() && !is_open {
            continue;
        }
        pod.own(&path, node, parts.own);
        pod.by_name(object, &path, parts.by_name);
        pod.settings(object, &path, node, parts);
        let Pod { spec, annotations, places, asks, .. } = pod;
        if !places.is_empty() {
            let lets = parts.lets();
            decoded.templates.push(Template { path, places, asks, lets, annotations, spec, ..Template::default() });
        }
    }
}

struct Pod<'a, 't> {
    tree: &'a Tree<'t>,
    decoded: &'a mut Decoded,
    spec: PodSpec,
    annotations: BTreeMap<String, String>,
    /// Where each part of the pod stands in the object.
    places: Vec<(FieldPath, FieldPath)>,
    /// The fields of the operator's own that ask for a setting.
    asks: Vec<FieldPath>,
}

impl<'a, 't> Pod<'a, 't> {
    fn new(tree: &'a Tree<'t>, decoded: &'a mut Decoded) -> Self {
        Self {
            tree,
            decoded,
            spec: PodSpec::default(),
            annotations: BTreeMap::new(),
            places: Vec::new(),
            asks: Vec::new(),
        }
    }
}

impl Pod<'_, '_> {
    fn containers(&mut self, path: &FieldPath, node: NodeId, parts: &'static Parts) {
        let mut containers = self.below::<Container>(path, node, parts.containers);
        let (template, list) = parts.merged.unwrap_or_default();
        let template = parts.merged.and_then(|_| self.below::<Container>(path, node, &[template]).pop());
        let depth = path.segments().len();
        let is_step = |at: &FieldPath| matches!(at.segments().get(depth), Some(Segment::Field(name)) if name == list);
        if let Some(template) = &template {
            // What no container takes of it is judged all the same, and means nothing.
            self.places.push((FieldPath::of(list), template.1.clone()));
            if !containers.iter().any(|(_, at)| is_step(at)) {
                containers.push(template.clone());
            }
        }
        for (mut container, at) in containers {
            let place = FieldPath::of("spec.containers").index(self.spec.containers.len());
            if let Some((template, from)) = template.as_ref().filter(|_| is_step(&at)) {
                let (merged, taken) = merge(container, template);
                container = merged;
                self.places.extend(taken.into_iter().map(|(part, field)| (place.join(&part), from.join(&field))));
            }
            self.spec.containers.push(named(container, &at));
            self.places.push((place, at));
        }
        for (container, at) in self.below::<Container>(path, node, parts.init_containers) {
            let list = self.spec.init_containers.get_or_insert_default();
            list.push(named(container, &at));
            self.places.push((FieldPath::of("spec.initContainers").index(list.len() - 1), at));
        }
    }

    fn settings(&mut self, object: NodeId, path: &FieldPath, node: NodeId, parts: &'static Parts) {
        for pattern in parts.settings {
            let (path, node, pattern, flags) = match pattern.strip_prefix('/') {
                Some(pattern) => (&FieldPath::ROOT, object, pattern, &FLAGS[..]),
                None => (path, node, *pattern, &[][..]),
            };
            for (below, node) in find(self.tree, node, pattern, &mut self.decoded.problems) {
                self.take(&path.join(&below), node, flags);
            }
        }
    }

    /// Takes the settings that stand elsewhere under the name of the mapping around the pod.
    fn by_name(&mut self, object: NodeId, path: &FieldPath, by_name: &'static [ByName]) {
        if by_name.is_empty() {
            return;
        }
        let tree = self.tree;
        let around = &path.segments()[..path.segments().len().saturating_sub(1)];
        let step = |node, segment: &Segment| match segment {
            Segment::Field(name) => tree.get(node, name),
            Segment::Index(index) => tree.elements(node).nth(*index),
        };
        let around = around.iter().try_fold(object, step);
        let Some(name) = around.and_then(|around| tree.get_str(around, "name")) else { return };
        for one in by_name {
            for (at, element) in find(tree, object, one.list, &mut self.decoded.problems) {
                if tree.get_str(element, one.key).is_none_or(|other| other != name) {
                    continue;
                }
                for (below, node) in find(tree, element, one.settings, &mut self.decoded.problems) {
                    self.take(&at.join(&below), node, &FLAGS);
                }
            }
        }
    }

    fn security_context(&mut self, path: &FieldPath, node: NodeId, pattern: &'static str) {
        if self.spec.security_context.is_none()
            && let Some((context, at)) = self.below(path, node, &[pattern]).pop()
        {
            self.spec.security_context = Some(context);
            self.places.push((FieldPath::of("spec.securityContext"), at));
        }
    }

    /// Takes the settings that one mapping has, and none of a stronger one.
    fn take(&mut self, path: &FieldPath, node: NodeId, flags: &[&'static str]) {
        self.security_context(path, node, "securityContext");
        self.volumes(path, node, "volumes[*]");
        self.flags(path, node, flags);
    }

    fn volumes(&mut self, path: &FieldPath, node: NodeId, pattern: &'static str) {
        for (mut volume, at) in self.below::<Volume>(path, node, &[pattern]) {
            // Where only the source of a volume stands, it has no name.
            if volume.name.is_empty() {
                volume.name = at.to_string();
            }
            let volumes = self.spec.volumes.get_or_insert_default();
            self.places.push((FieldPath::of("spec.volumes").index(volumes.len()), at));
            volumes.push(volume);
        }
    }

    fn flags(&mut self, path: &FieldPath, node: NodeId, flags: &[&'static str]) {
        let spec = FieldPath::of("spec");
        for &name in flags {
            if self.flag(name).is_none()
                && let Some((value, at)) = self.below(path, node, &[name]).pop()
            {
                *self.flag(name) = Some(value);
                self.places.push((spec.field(name), at));
            }
        }
    }

    fn flag(&mut self, name: &str) -> &mut Option<bool> {
        match name {
            "hostNetwork" => &mut self.spec.host_network,
            "hostPID" => &mut self.spec.host_pid,
            "hostIPC" => &mut self.spec.host_ipc,
            _ => &mut self.spec.host_users,
        }
    }

    /// Decodes what stands at these patterns below a node, with its paths.
    fn below<T: for<'de> Deserialize<'de>>(
        &mut self,
        path: &FieldPath,
        node: NodeId,
        patterns: &[&'static str],
    ) -> Vec<(T, FieldPath)> {
        let mut values = Vec::new();
        let mut found = Vec::new();
        for pattern in patterns {
            found.extend(find(self.tree, node, pattern, &mut self.decoded.problems));
        }
        for (below, node) in found {
            let at = path.join(&below);
            let (value, problems) = decode_at::<T>(self.tree, node, &at);
            // The engine's own fields stand beside those of a container or a volume, not below them.
            let own = at.segments().len() + usize::from(at.segments().last() != Some(&CONTEXT));
            let says = |problem: &Problem| {
                matches!(problem.kind, ProblemKind::WrongType { .. }) || problem.path.segments().len() > own
            };
            self.decoded.problems.extend(problems.into_iter().filter(says));
            values.extend(value.map(|value| (value, at)));
        }
        values
    }
}

/// A container, by the name that it is known by: its own, Argo's `main`, or its place.
fn named(mut container: Container, at: &FieldPath) -> Container {
    if container.name.is_empty() {
        container.name = match at.segments() {
            [.., Segment::Field(last)] if matches!(last.as_ref(), "container" | "script") => "main".to_owned(),
            [.., Segment::Field(list), Segment::Index(index)] => format!("{list}[{index}]"),
            [.., Segment::Field(last)] => last.clone().into_owned(),
            _ => String::new(),
        };
    }
    container
}

/// Where a field of a pod stands: in the place of the longest part of the spec that holds it.
pub(super) fn locate(places: &[(FieldPath, FieldPath)], field: &FieldPath) -> Option<FieldPath> {
    let holds = |part: &FieldPath| field.segments().starts_with(part.segments());
    let held = places.iter().filter(|(part, _)| holds(part));
    let (part, at) = held.max_by_key(|(part, _)| part.segments().len())?;
    let rest: Vec<Segment> = field.segments()[part.segments().len()..].to_vec();
    Some(at.join(&FieldPath::new(rest)))
}
