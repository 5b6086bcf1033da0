//! Policies with all that is in view of them, ready to judge.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use podline_defaulting::{Request, Stored, convert, defaulted, pod};
use podline_policies::{
    Cluster, Convert, Exemption, GroupVersionKind, Judgement, Meter, Operation, Resource, Review, Step, Subject,
    Unknown, User,
};
use serde_json::Value;

use super::document::{Document, complete};
use super::ledger::Ledger;
use super::loaded::{Loaded, LoadedEngine, is_config_map};
use super::mutation::MayChange;
use super::unknown::{Completed, Known, Tells, label_of_namespace, place};
use super::view::{Row, View, unlike};
use crate::finding::Location;
use crate::matching::Matcher;
use crate::yaml::path::FieldPath;

/// What objects are judged by besides the Standards and podline's own policies.
pub struct Engines {
    loaded: Arc<Loaded>,
    cluster: Cluster,
    /// The Namespaces among what is judged, by their names.
    namespaces: HashMap<String, Arc<Document>>,
    /// The labels of Namespaces that nobody knows yet, by the names of these.
    unknown_labels: HashMap<String, HashSet<FieldPath>>,
    user: User,
    /// Whether objects are judged as they are written.
    as_written: bool,
    /// What the policies use in the run.
    ledger: Ledger,
}

/// An object of the input, as far as its head says.
#[derive(Clone, Copy, Debug)]
pub struct Manifest<'a> {
    /// Its apiVersion.
    pub api_version: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name; "" where it is generated.
    pub name: &'a str,
    /// The namespace that it is created in.
    pub namespace: &'a str,
    /// The namespace of objects that name none.
    pub default_namespace: &'a str,
}

/// What policies say of an object.
pub enum Judged {
    /// None is for it.
    Nothing,
    /// It is too large, or nested too deep.
    TooLarge,
    /// The API server refuses it before policies see it.
    Refused(podline_defaulting::Error),
    /// What they say of the object, and of the pod that its controller would make.
    Views(Vec<View>),
}

impl fmt::Debug for Engines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.loaded.fmt(f)
    }
}

impl Engines {
    /// Policies, and who sends the objects that they judge. `context` is what is in view of them: of two objects of a
    /// name the later one counts. Namespaces, definitions and ConfigMaps among what is `judged` count where there is none
    /// of their name.
    pub fn new<'d>(
        loaded: Arc<Loaded>,
        (context, judged): (impl IntoIterator<Item = &'d Arc<Document>>, impl IntoIterator<Item = &'d Arc<Document>>),
        user: User,
        as_written: bool,
    ) -> Self {
        let (config_maps, judged): (Vec<_>, Vec<_>) = judged.into_iter().partition(|one| is_config_map(one));
        let mut cluster = cluster(&judged, context);
        let config_maps = config_maps.into_iter().filter(|_| loaded.reads_judged);
        config_maps.filter_map(|one| one.value()).for_each(|value| cluster.add_judged_config_map(value));
        let namespaces = judged.into_iter().filter(|one| one.kind == "Namespace");
        let namespaces = namespaces.map(|one| (one.name.clone(), Arc::clone(one))).collect();
        Self {
            loaded,
            cluster,
            namespaces,
            unknown_labels: HashMap::new(),
            user,
            as_written,
            ledger: Ledger::default(),
        }
    }

    /// Takes the labels of Namespaces for unknown whose text is that of something that nobody knows yet.
    pub fn doubt_labels(&mut self, is_unknown: impl Fn(&str) -> bool) {
        let of = |(name, object): (&str, &Value)| {
            let labels = object["metadata"]["labels"].as_object().into_iter().flatten();
            let unknown = labels.filter(|(_, value)| value.as_str().is_some_and(&is_unknown));
            let paths: HashSet<FieldPath> = unknown.map(|(key, _)| label_of_namespace(key)).collect();
            (!paths.is_empty()).then(|| (name.to_owned(), paths))
        };
        self.unknown_labels = self.cluster.namespaces().filter_map(of).collect();
    }

    /// Takes other objects into view that policies look at, as manifests say them: of two objects of a name the later one
    /// counts. `namespace` is that of objects that name none.
    pub fn look_at<'d>(&mut self, others: impl IntoIterator<Item = &'d Value>, namespace: &str) {
        for value in others {
            let text = |key: &str| value[key].as_str().unwrap_or_default();
            let resource = self.cluster.resource(&GroupVersionKind::new(text("apiVersion"), text("kind")));
            let object = if self.as_written {
                let mut object = value.clone();
                fill_namespace(&mut object, &resource, namespace);
                object
            } else {
                let request = Request { namespace, namespaced: resource.namespaced };
                // What the API server refuses is in no cluster.
                let Ok(stored) = defaulted(value, &request) else { continue };
                self.completed(&stored).into_owned()
            };
            let written = object["metadata"]["namespace"].as_str().filter(|written| !written.is_empty());
            if self.loaded.engines().iter().any(|one| one.engine.wants(&resource.kind, written)) {
                self.cluster.add_to_inventory(&object);
            }
        }
    }

    /// What the policies use in the run.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What was loaded.
    pub fn loaded(&self) -> &Arc<Loaded> {
        &self.loaded
    }

    /// Asks the policies about an object. `value` makes it; it is not asked for where no policy can match. `is_for` tells
    /// whether the object is one of those that policies are for. `unknown` tells the fields of the manifest whose values
    /// nobody knows yet, if there are any: then what passes says too what it depends on. `meter` counts what
    /// the policies use.
    pub fn judge(
        &self,
        manifest: &Manifest<'_>,
        meter: &Meter<'_>,
        value: impl FnOnce() -> Option<Value>,
        is_for: impl Fn(&[Matcher]) -> bool,
        unknown: Option<Tells<'_>>,
    ) -> Judged {
        let resource = self.cluster.resource(&GroupVersionKind::new(manifest.api_version, manifest.kind));
        let is_unknown = |path| unknown.is_some_and(|unknown| unknown(&FieldPath::of(path)));
        let labels = self.unknown_labels.get(manifest.namespace).filter(|_| resource.namespaced);
        let any_namespace = labels.is_some() || is_unknown("metadata.namespace");
        let asked = Manifest {
            name: if is_unknown("metadata.name") { "" } else { manifest.name },
            namespace: if any_namespace { "" } else { manifest.namespace },
            ..*manifest
        };
        // Of the object itself all may be known.
        let unknown = unknown.or(labels.map(|_| &(|_: &FieldPath| false) as Tells<'_>));
        let subject = subject(&resource, asked.name, asked.namespace);
        let engines = self.loaded.engines_for(&is_for);
        let engines: &[LoadedEngine] = &engines;
        let is_mutated = engines.iter().any(|one| one.engine.has_mutations());
        let asks_object = is_mutated || self.accepts(engines, &subject, Seen::Object);
        let asks_pod = !self.as_written && self.accepts_pod(engines, &resource, &asked);
        if !asks_object && !asks_pod {
            return Judged::Nothing;
        }
        let Some(mut value) = value() else { return Judged::TooLarge };
        complete(&mut value, manifest.api_version, manifest.kind);
        if self.as_written {
            fill_namespace(&mut value, &resource, manifest.namespace);
            let review = self.review(&resource, &value, (&self.user, meter), &|_| None);
            return Judged::Views(vec![self.view(
                (engines, &review),
                Seen::Object,
                &is_for,
                Known::as_written(unknown, labels),
            )]);
        }
        let request = Request { namespace: manifest.default_namespace, namespaced: resource.namespaced };
        let completed = match unknown {
            None => defaulted(&value, &request).map(Completed::known),
            Some(unknown) => Completed::of(&value, &request, unknown),
        };
        let Completed { stored, otherwise } = match completed {
            Ok(completed) => completed,
            Err(error) => return Judged::Refused(error),
        };
        let made = if asks_pod { pod(&stored).or_else(|| pod(otherwise.as_ref()?)) } else { None };
        let made_otherwise = if made.is_some() { otherwise.as_ref().and_then(pod) } else { None };
        let mut views = Vec::new();
        if asks_object {
            let to = |kind: &GroupVersionKind| {
                convert(&stored, &kind.api_version()).map(|converted| converted.object().clone())
            };
            let object = self.completed(&stored);
            let mut view = self.view(
                (engines, &self.review(&resource, &object, (&self.user, meter), &to)),
                Seen::Object,
                &is_for,
                Known::new((unknown, labels), &stored, otherwise.as_ref()),
            );
            if engines.iter().any(LoadedEngine::answers_as_written) {
                fill_namespace(&mut value, &resource, manifest.namespace);
                let written = self.review(&resource, &value, (&self.user, meter), &|_| None);
                let known = Known::as_written(unknown, labels);
                let as_written = |steps: &[Step]| known.is_unknown(&place(None, steps));
                let as_stored = |steps: &[Step]| {
                    let path = place(Some(&stored), steps);
                    unknown.is_some_and(|unknown| unknown(&path)) || view.is_derived(&path)
                };
                let as_written = unknown.map(|_| &as_written as Unknown<'_>);
                let rows = engines.iter().filter(|one| one.answers_as_written());
                let rows: Vec<Row> = rows.flat_map(|one| rows_of(one, &written, &is_for, as_written)).collect();
                view.otherwise_as_written = unlike((&view.rows, &as_stored), (&rows, as_written.unwrap_or(&|_| false)));
            }
            views.push(View { stored: Some(stored), ..view });
        }
        if let Some(made) = made {
            let (resource, user) = (pods(), User::named(made.user));
            let review = self.review(&resource, made.stored.object(), (&user, meter), &|_| None);
            let otherwise = made_otherwise.as_ref().map(|made| &made.stored);
            let known = Known::new((unknown, labels), &made.stored, otherwise);
            let view = self.view((engines, &review), Seen::Pod, &is_for, known);
            views.push(View { as_pod: true, stored: Some(made.stored), ..view });
        }
        Judged::Views(views)
    }

    /// The object; a custom resource with what its definition adds and drops, if that is in view.
    fn completed<'s>(&self, stored: &'s Stored) -> Cow<'s, Value> {
        if stored.is_built_in() {
            return Cow::Borrowed(stored.object());
        }
        let mut object = stored.object().clone();
        self.cluster.complete(&mut object);
        Cow::Owned(object)
    }

    fn accepts(&self, engines: &[LoadedEngine], subject: &Subject<'_>, seen: Seen) -> bool {
        asked(engines, seen).any(|one| one.engine.accepts(subject, &self.cluster))
    }

    /// Whether a policy may match the pod that a workload's controller would make.
    fn accepts_pod(&self, engines: &[LoadedEngine], resource: &Resource, manifest: &Manifest<'_>) -> bool {
        let of = (resource.kind.group.as_str(), resource.kind.version.as_str(), resource.kind.kind.as_str());
        let name = match of {
            ("apps", "v1", "Deployment" | "ReplicaSet" | "DaemonSet")
            | ("", "v1", "ReplicationController")
            | ("batch", "v1", "Job") => manifest.name,
            // Others have numbers in their names.
            ("apps", "v1", "StatefulSet") | ("batch", "v1", "CronJob") => "",
            _ => return false,
        };
        let is_mutated = engines.iter().any(|one| one.engine.has_mutations());
        is_mutated || self.accepts(engines, &subject(&pods(), name, manifest.namespace), Seen::Pod)
    }

    fn review<'r>(
        &'r self,
        resource: &'r Resource,
        object: &'r Value,
        (user, meter): (&'r User, &'r Meter<'r>),
        convert: Convert<'r>,
    ) -> Review<'r> {
        let metadata = &object["metadata"];
        let text = |key: &str| metadata[key].as_str().unwrap_or_default();
        Review {
            subject: subject(resource, text("name"), text("namespace")),
            object,
            user,
            operation: Operation::Create,
            cluster: &self.cluster,
            convert,
            meter,
        }
    }

    /// What all engines say.
    fn view(
        &self,
        (engines, review): (&[LoadedEngine], &Review<'_>),
        seen: Seen,
        is_for: &impl Fn(&[Matcher]) -> bool,
        known: Known<'_>,
    ) -> View {
        let unknown = |steps: &[Step]| known.is_unknown(&place(known.stored, steps));
        let unknown = known.unknown.is_some().then_some(&unknown as Unknown<'_>);
        let rows = asked(engines, seen).flat_map(|one| rows_of(one, review, is_for, unknown));
        let mut rows: Vec<Row> = rows.collect();
        // Of several engines too in the order of the documents.
        rows.sort_by_key(|row| row.policy.number);
        let mutating = engines.iter().filter(|one| one.engine.has_mutations());
        let mutations = mutating.flat_map(|one| {
            one.engine.mutations(review).into_iter().filter_map(|mutation| {
                let document = self.loaded.document(mutation.document)?;
                let policy = one.policies.iter().find(|policy| Arc::ptr_eq(&policy.document, document))?;
                let of = |writes: Vec<Vec<Step>>| writes.iter().map(|steps| known.place_of_all(steps)).collect();
                Some(MayChange { policy: Arc::clone(policy), writes: mutation.writes.map(of) })
            })
        });
        let mutations = mutations.filter(|one| one.policy.is_for(is_for)).collect();
        let namespace = review.subject.namespace.map(str::to_owned);
        let derived = known.derived;
        View { as_pod: false, rows, mutations, otherwise_as_written: Vec::new(), namespace, stored: None, derived }
    }

    /// The documents of what lets a judgement pass: exceptions, Namespaces.
    pub fn exemptions<'s>(&'s self, judgement: &'s Judgement) -> impl Iterator<Item = &'s Arc<Document>> {
        judgement.exempted_by.iter().filter_map(|one| match one {
            Exemption::Document(number) => self.loaded.document(*number),
            Exemption::Namespace(name) => self.namespaces.get(&**name),
        })
    }

    /// The place in a file of policies that a judgement comes from.
    pub fn origin(&self, judgement: &Judgement) -> Option<(&Arc<Document>, Location)> {
        let document = self.loaded.document(judgement.origin.document)?;
        Some((document, document.locate(&judgement.origin.path)))
    }
}

/// What policies are asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Object,
    /// The pod that the object's controller would make.
    Pod,
}

/// The engines that are asked about it.
fn asked(engines: &[LoadedEngine], seen: Seen) -> impl Iterator<Item = &LoadedEngine> {
    engines.iter().filter(move |one| seen == Seen::Object || one.engine.judges_pods_of_controllers())
}

fn rows_of(
    one: &LoadedEngine,
    review: &Review<'_>,
    is_for: &impl Fn(&[Matcher]) -> bool,
    unknown: Option<Unknown<'_>>,
) -> Vec<Row> {
    // What is not known yet may be what a policy asks for.
    if unknown.is_none() && !one.engine.accepts(&review.subject, review.cluster) {
        return Vec::new();
    }
    let row = |judgement: Judgement| {
        // Several may have a name: in namespaces, or of different kinds. What a binding says, or a template, comes from
        // its document.
        let by_document = one.by_document.get(&judgement.origin.document);
        let by_name = one.by_name.get(&*judgement.policy);
        let is_it =
            |at: &&usize| one.policies[**at].can_judge || one.policies[**at].reference.name == *judgement.policy;
        let at = by_document.filter(is_it).or(by_name).or(by_document)?;
        let policy = Arc::clone(&one.policies[*at]);
        policy.is_for(is_for).then_some(Row { policy, judgement })
    };
    let judgements = match unknown {
        None => one.engine.judge(review),
        Some(unknown) => one.engine.judge_and_explain(review, unknown),
    };
    judgements.into_iter().filter_map(row).collect()
}

fn subject<'a>(resource: &'a Resource, name: &'a str, namespace: &'a str) -> Subject<'a> {
    Subject { resource, name, namespace: resource.namespaced.then_some(namespace) }
}

fn pods() -> Resource {
    let kind = GroupVersionKind::new("v1", "Pod");
    Resource { kind, plural: "pods".to_owned(), namespaced: true }
}

fn fill_namespace(value: &mut Value, resource: &Resource, namespace: &str) {
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut)
        && resource.namespaced
    {
        let written = metadata.get("namespace").and_then(Value::as_str).unwrap_or_default();
        if written.is_empty() {
            metadata.insert("namespace".to_owned(), namespace.into());
        }
    }
}

/// Objects as the API server stores them, in view of policies: those that are judged, and before them the others. What the
/// server would refuse is not there.
fn cluster<'d>(judged: &[&'d Arc<Document>], context: impl IntoIterator<Item = &'d Arc<Document>>) -> Cluster {
    let mut cluster = Cluster::new();
    let all = judged.iter().map(|one| (*one, true)).chain(context.into_iter().map(|one| (one, false)));
    // Definitions say whether objects of their kinds live in namespaces.
    let (definitions, others): (Vec<_>, Vec<_>) = all.partition(|(one, _)| one.kind == "CustomResourceDefinition");
    for (document, is_judged) in definitions.into_iter().chain(others) {
        let Some(value) = document.value() else { continue };
        let kind = GroupVersionKind::new(&document.api_version, &document.kind);
        let request = Request { namespaced: cluster.resource(&kind).namespaced, ..Request::default() };
        let Ok(stored) = defaulted(&value, &request) else { continue };
        let object = stored.object().clone();
        if is_judged { cluster.add_judged(object) } else { cluster.add(object) }
    }
    cluster
}
