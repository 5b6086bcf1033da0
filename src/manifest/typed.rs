//! Decoding into the API's own types, as the API server decodes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec};
use k8s_openapi::api::core::v1::{
    Pod, PodSecurityContext, PodSpec, PodTemplate, PodTemplateSpec, ReplicationController, ReplicationControllerSpec,
    SecurityContext,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;
use serde::de::value::Error as Refused;
use serde::de::{Deserializer, Error as _, Visitor};

use super::formats::RULES;
use super::object::Object;
use super::parts;
use super::template::{Decode, Lets, Row, name_of_step};
use crate::yaml::de::{self, Problem, ProblemKind};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId, Tree};

/// A pod template, decoded: what the judges look at.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Where it stands in its object; the root for a Pod.
    pub path: FieldPath,
    /// Where parts of the pod stand in the object, for those that are not simply below the path.
    pub places: Vec<(FieldPath, FieldPath)>,
    /// The fields of the controller's own, by their places in the object, that ask for a setting of the pod.
    pub asks: Vec<FieldPath>,
    /// Which securityContexts can be written there.
    pub lets: Lets,
    /// The annotations of its metadata.
    pub annotations: BTreeMap<String, String>,
    /// The labels of its metadata.
    pub labels: BTreeMap<String, String>,
    /// The pod's spec.
    pub(crate) spec: PodSpec,
}

impl Template {
    /// The account that the pods run as, by its field or the deprecated one: the namespace's own where none is named.
    pub fn service_account(&self) -> &str {
        let written = [&self.spec.service_account_name, &self.spec.service_account];
        let written = written.into_iter().flatten().find(|name| !name.is_empty());
        written.map_or("default", String::as_str)
    }

    /// The field of the pod's spec that names its account: the deprecated one only where it alone does.
    pub fn service_account_field(&self) -> &'static str {
        let names = |field: &Option<String>| field.as_ref().is_some_and(|name| !name.is_empty());
        let is_old = !names(&self.spec.service_account_name) && names(&self.spec.service_account);
        if is_old { "serviceAccount" } else { "serviceAccountName" }
    }

    /// Whether a field of the pod has a place in the object. What has none only its controller can write.
    pub fn has_place(&self, field: &FieldPath) -> bool {
        self.places.is_empty() || parts::locate(&self.places, field).is_some()
    }

    /// Where a field of the pod stands in the object.
    pub fn locate(&self, field: &FieldPath) -> FieldPath {
        parts::locate(&self.places, field).unwrap_or_else(|| self.path.join(field))
    }
}

/// An object, decoded: its templates, and what its types do not allow.
#[derive(Debug, Default)]
pub struct Decoded {
    /// The pod templates, in the order of the document.
    pub templates: Vec<Template>,
    /// What is wrong, with paths relative to the object.
    pub problems: Vec<Problem>,
}

/// Decodes an object: all of it, or its metadata and its pod templates, as its row says; without a row its metadata
/// alone.
pub fn decode(tree: &Tree<'_>, object: &Object, row: Option<&Row>) -> Decoded {
    if let Some(Row { decode: Decode::Whole(decode), .. }) = row {
        return decode(tree, object.node);
    }
    let mut decoded = Decoded::default();
    if let Some(metadata) = tree.get(object.node, "metadata") {
        let (_, problems) = decode_at::<ObjectMeta>(tree, metadata, &FieldPath::of("metadata"));
        decoded.problems.extend(problems);
    }
    for parts in row.map_or(&[][..], |row| row.decode.parts()) {
        parts::pods(tree, object.node, parts, &mut decoded);
    }
    for (row, pattern) in row.iter().flat_map(|row| row.paths.iter().map(move |pattern| (row, pattern))) {
        for (path, node) in find(tree, object.node, pattern, &mut decoded.problems) {
            let (template, problems) = template_at(tree, path, node, &row.decode);
            let name = |mut template: Template| {
                if !row.complete {
                    name_by_place(&mut template.spec);
                }
                Template { lets: row.lets, ..template }
            };
            decoded.templates.extend(template.map(name));
            decoded.problems.extend(problems);
        }
    }
    decoded
}

/// Gives containers without a name that of their place: a controller that adds to the pod names them itself.
fn name_by_place(spec: &mut PodSpec) {
    let init = spec.init_containers.iter_mut().flatten().enumerate().map(|one| ("initContainers", one));
    let main = spec.containers.iter_mut().enumerate().map(|one| ("containers", one));
    for (list, (index, container)) in init.chain(main).filter(|(_, (_, container))| container.name.is_empty()) {
        container.name = format!("{list}[{index}]");
    }
}

/// Whether a value has another type than its field, which Kubernetes refuses.
pub fn is_wrong(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::WrongType { .. })
}

/// Decodes the pod template, or the pod spec, at a path of a custom resource.
fn template_at(tree: &Tree<'_>, path: FieldPath, node: NodeId, decode: &Decode) -> (Option<Template>, Vec<Problem>) {
    let is_spec = match decode {
        Decode::LargerSpecs => true,
        Decode::Found => tree.get(node, "containers").is_some(),
        _ => false,
    };
    let (template, mut problems) = if is_spec {
        let (spec, problems) = decode_at::<PodSpec>(tree, node, &path);
        let places = vec![(FieldPath::of("spec"), path.clone())];
        let template = spec.map(|spec| Template { path, places, spec, ..Template::default() });
        (template, problems)
    } else {
        let (template, problems) = decode_at::<PodTemplateSpec>(tree, node, &path);
        (template.map(|template| from_template(path, template)), problems)
    };
    if !matches!(decode, Decode::Templates | Decode::TemplatesAndParts(_)) {
        problems.retain(|problem| !matches!(problem.kind, ProblemKind::UnknownField { .. }));
    }
    (template, problems)
}

/// Decodes a part of an object, with the paths of its problems relative to the object.
pub(super) fn decode_at<T: for<'de> Deserialize<'de>>(
    tree: &Tree<'_>,
    node: NodeId,
    at: &FieldPath,
) -> (Option<T>, Vec<Problem>) {
    let (value, mut problems) = de::decode(tree, Some(node), RULES);
    for problem in &mut problems {
        problem.path = at.join(&problem.path);
    }
    (value, problems)
}

/// Every place that a pattern such as `spec.nodeSets[*].podTemplate` leads to, except where null stands. `**key` is the
/// place before it, and whatever stands under that key below it, at any depth. What should be a list and is none is a
/// problem.
pub(super) fn find(
    tree: &Tree<'_>,
    root: NodeId,
    pattern: &str,
    problems: &mut Vec<Problem>,
) -> Vec<(FieldPath, NodeId)> {
    let mut found = vec![(FieldPath::ROOT, root)];
    for step in pattern.split('.').filter(|step| !step.is_empty()) {
        if let Some(key) = step.strip_prefix("**") {
            found = found.into_iter().flat_map(|(path, node)| nested(tree, path, node, key)).collect();
            continue;
        }
        let name = name_of_step(step);
        let lists = (step.len() - name.len()) / "[*]".len();
        found = found
            .into_iter()
            .flat_map(|(path, node)| {
                children(tree, node, name).map(|(key, child)| (path.field(key), child)).collect::<Vec<_>>()
            })
            .collect();
        for _ in 0..lists {
            found = found.into_iter().flat_map(|(path, node)| elements(tree, path, node, problems)).collect();
        }
    }
    found.retain(|&(_, node)| !tree.is_null(node));
    found
}

/// A node, and whatever stands under a key below it. What several aliases stand for is found once.
fn nested(tree: &Tree<'_>, path: FieldPath, node: NodeId, key: &str) -> Vec<(FieldPath, NodeId)> {
    let mut seen = HashSet::from([tree.resolve(node)]);
    let mut found = vec![(path.clone(), node)];
    let mut pending = vec![(path, node)];
    while let Some((path, node)) = pending.pop() {
        let entries =
            tree.entries(node).filter_map(|entry| Some((tree.key(entry.key).ok()?.into_owned(), entry.value)));
        let mut below: Vec<_> = entries.map(|(name, value)| (name == key, path.field(name), value)).collect();
        below.extend(tree.elements(node).enumerate().map(|(index, value)| (false, path.index(index), value)));
        for (is_it, path, value) in below {
            if !seen.insert(tree.resolve(value)) {
                continue;
            }
            if is_it {
                found.push((path.clone(), value));
            }
            pending.push((path, value));
        }
    }
    found.sort_by_key(|(_, node)| tree.span(*node).start);
    found
}

fn elements(tree: &Tree<'_>, path: FieldPath, node: NodeId, problems: &mut Vec<Problem>) -> Vec<(FieldPath, NodeId)> {
    let found = match tree.kind(tree.resolve(node)) {
        Kind::Sequence => {
            return tree.elements(node).enumerate().map(|(index, element)| (path.index(index), element)).collect();
        }
        Kind::Mapping => "a mapping",
        Kind::Scalar | Kind::Alias => tree.scalar(node).map_or("something unreadable", |value| value.type_name()),
    };
    if !tree.is_null(node) {
        problems.push(Problem { node, path, kind: ProblemKind::WrongType { expected: "a list", found } });
    }
    Vec::new()
}

/// The value of a key of a mapping, or of every key for `*`.
fn children<'a>(tree: &'a Tree<'_>, node: NodeId, name: &'a str) -> impl Iterator<Item = (String, NodeId)> + 'a {
    tree.entries(node).filter_map(move |entry| {
        let key = tree.key(entry.key).ok()?;
        (name == "*" || name == key).then(|| (key.into_owned(), entry.value))
    })
}

fn from_template(path: FieldPath, template: PodTemplateSpec) -> Template {
    let metadata = template.metadata.unwrap_or_default();
    Template {
        path,
        places: Vec::new(),
        asks: Vec::new(),
        lets: Lets::BOTH,
        annotations: metadata.annotations.unwrap_or_default(),
        labels: metadata.labels.unwrap_or_default(),
        spec: template.spec.unwrap_or_default(),
    }
}

/// What a field holds, or its zero value. Which fields are optional changes between releases of the API.
fn or_default<T: Default>(field: impl Into<Option<T>>) -> T {
    field.into().unwrap_or_default()
}

/// Decodes a whole object and takes its template out.
fn whole<T: for<'de> Deserialize<'de>>(
    tree: &Tree<'_>,
    node: NodeId,
    path: &'static str,
    template: fn(T) -> Option<PodTemplateSpec>,
) -> Decoded {
    let (value, problems) = de::decode(tree, Some(node), RULES);
    let template = value.and_then(template).map(|template| from_template(FieldPath::of(path), template));
    Decoded { templates: template.into_iter().collect(), problems }
}

pub(super) fn pod(tree: &Tree<'_>, node: NodeId) -> Decoded {
    let (pod, problems) = de::decode::<Pod>(tree, Some(node), RULES);
    let template = pod.map(|pod| Template {
        path: FieldPath::ROOT,
        places: Vec::new(),
        asks: Vec::new(),
        lets: Lets::BOTH,
        annotations: pod.metadata.annotations.unwrap_or_default(),
        labels: pod.metadata.labels.unwrap_or_default(),
        spec: pod.spec.unwrap_or_default(),
    });
    Decoded { templates: template.into_iter().collect(), problems }
}

pub(super) fn pod_template(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<PodTemplate>(tree, node, "template", |object| Some(or_default(object.template)))
}

/// The only one of the nine kinds whose template may be absent, in which case it makes no pods.
pub(super) fn replication_controller(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<ReplicationController>(tree, node, "spec.template", |object| {
        or_default::<ReplicationControllerSpec>(object.spec).template
    })
}

pub(super) fn replica_set(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<ReplicaSet>(tree, node, "spec.template", |object| Some(or_default(or_default(object.spec).template)))
}

pub(super) fn deployment(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<Deployment>(tree, node, "spec.template", |object| Some(or_default(object.spec).template))
}

pub(super) fn stateful_set(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<StatefulSet>(tree, node, "spec.template", |object| Some(or_default(object.spec).template))
}

pub(super) fn daemon_set(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<DaemonSet>(tree, node, "spec.template", |object| Some(or_default(object.spec).template))
}

pub(super) fn job(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<Job>(tree, node, "spec.template", |object| Some(or_default::<JobSpec>(object.spec).template))
}

pub(super) fn cron_job(tree: &Tree<'_>, node: NodeId) -> Decoded {
    whole::<CronJob>(tree, node, "spec.jobTemplate.spec.template", |object| {
        let job = or_default(object.spec).job_template;
        Some(or_default::<JobSpec>(job.spec).template)
    })
}

/// Where a field that its parent does not have probably belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The name to write instead, relative to the parent: `runAsNonRoot`, `securityContext.privileged`.
    pub name: String,
    /// Whether what was written would have been a part of a securityContext.
    pub secures: bool,
}

/// Where an object says what it shall be.
const SPEC: Segment = Segment::Field(Cow::Borrowed("spec"));

/// What an unknown field was probably meant to be.
pub fn meant(problem: &Problem) -> Option<Meant> {
    let ProblemKind::UnknownField { known } = problem.kind else { return None };
    let (Segment::Field(name), parents) = problem.path.segments().split_last()? else { return None };
    // What slipped out of the metadata of an object or a template.
    let is_of_metadata = matches!(name.as_ref(), "labels" | "annotations" | "name" | "namespace");
    if known.contains(&"metadata") && is_of_metadata || parents == [SPEC] && is_of_metadata && name.ends_with('s') {
        return Some(Meant { name: format!("metadata.{name}"), secures: false });
    }
    let within = parents.iter().any(|segment| matches!(segment, Segment::Field(name) if name == "securityContext"));
    if let Some(near) = super::suggest::nearest(name, known.iter().copied()) {
        return Some(Meant { name: near.to_owned(), secures: within || near == "securityContext" });
    }
    // A field of the securityContext that stands beside it.
    if known.contains(&"securityContext") {
        let fields = if known.contains(&"containers") {
            fields_of::<PodSecurityContext>()
        } else {
            fields_of::<SecurityContext>()
        };
        let near = super::suggest::nearest(name, fields.iter().copied())?;
        return Some(Meant { name: format!("securityContext.{near}"), secures: true });
    }
    // Pod and container have different ones.
    if within && fields_of::<SecurityContext>().contains(&name.as_ref()) {
        return Some(Meant { name: format!("containers[*].securityContext.{name}"), secures: true });
    }
    within.then(|| Meant { name: String::new(), secures: true })
}

/// The names of a type's fields, as its `Deserialize` hands them to serde.
pub(crate) fn fields_of<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    struct Capture<'a>(&'a mut &'static [&'static str]);
    impl<'de> Deserializer<'de> for Capture<'_> {
        type Error = Refused;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refused> {
            Err(Refused::custom("only a look at the fields"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Refused> {
            *self.0 = fields;
            Err(Refused::custom("only a look at the fields"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
    let mut fields: &'static [&'static str] = &[];
    // It always errs: the fields are what is wanted.
    drop(T::deserialize(Capture(&mut fields)));
    fields
}
