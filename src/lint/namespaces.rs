//! The namespaces of a run: read before anything is judged, so that the order of files does not matter.

use std::collections::HashMap;

use rayon::prelude::*;

use super::document::{Judge, Outcome, location};
use super::{MANY_DOCUMENTS, Options, Standing};
use crate::finding::{Finding, ObjectRef, Related, ReportEntry};
use crate::manifest::namespace::{self, Label};
use crate::manifest::object::{self, Object};
use crate::manifest::suggest::nearest;
use crate::pod_security::Level;
use crate::pod_security::admission::{Configuration, Judging, LabelError, Labels, PREFIX, Policy, validate_namespace};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::verdict::NamespaceReport;
use crate::yaml::parse::parse;
use crate::yaml::path::FieldPath;
use crate::yaml::split::{Piece, split};
use crate::yaml::tree::Tree;

/// Where an object stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    file: String,
    document: usize,
    item: Option<String>,
    /// The place of its name.
    span: Span,
    line: usize,
}

/// A namespace that somebody described.
#[derive(Clone, Debug)]
struct Declared {
    labels: Labels,
    place: Place,
}

/// The namespaces of a run.
#[derive(Clone, Debug, Default)]
pub struct Namespaces {
    /// The first description of each, and the labels of the last one.
    declared: HashMap<String, (Declared, Labels)>,
    /// Where each is first used.
    used: HashMap<String, Place>,
    none: Labels,
}

impl Namespaces {
    /// Takes what the next file says. Of two descriptions of one namespace the later one counts, as it does for a
    /// cluster to which they are applied in turn.
    pub fn add(&mut self, survey: Survey) {
        for (name, declared) in survey.declared {
            let labels = declared.labels.clone();
            self.declared.entry(name).and_modify(|known| known.1 = labels.clone()).or_insert((declared, labels));
        }
        for (name, place) in survey.used {
            self.used.entry(name).or_insert(place);
        }
    }

    /// The names of those that somebody described.
    pub fn described(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str)
    }

    /// Whether somebody described a namespace.
    pub fn is_described(&self, name: &str) -> bool {
        self.declared.contains_key(name)
    }

    /// The Pod Security labels of a namespace. One that nobody described has none.
    pub fn labels(&self, name: &str) -> &Labels {
        self.declared.get(name).map_or(&self.none, |(_, labels)| labels)
    }
}

/// What a file says of namespaces.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    declared: Vec<(String, Declared)>,
    used: Vec<(String, Place)>,
    /// Documents that may describe a namespace and cannot be read: the place, and what is wrong.
    pub unreadable: Vec<(Span, String)>,
}

impl Survey {
    /// Whether the file describes a namespace.
    pub fn describes(&self) -> bool {
        !self.declared.is_empty()
    }

    /// The namespaces that the file describes, each with its labels.
    pub fn described(&self) -> impl Iterator<Item = (&str, &Labels)> {
        self.declared.iter().map(|(name, declared)| (name.as_str(), &declared.labels))
    }

    /// This one, of a file whose workloads are not judged.
    #[must_use]
    pub fn without_workloads(self) -> Self {
        Self { used: Vec::new(), ..self }
    }
}

/// Reads the Namespaces of a file, and which namespaces its workloads use.
pub fn survey(file: &SourceFile, options: &Options) -> Survey {
    let pieces = split(file);
    let one = |(index, piece): (usize, &Piece)| survey_document(file, index, piece, options);
    let surveys: Vec<Survey> = if pieces.len() > MANY_DOCUMENTS {
        pieces.par_iter().enumerate().map(one).collect()
    } else {
        pieces.iter().enumerate().map(one).collect()
    };
    let mut all = Survey::default();
    for Survey { declared, used, unreadable } in surveys {
        all.declared.extend(declared);
        all.used.extend(used);
        all.unreadable.extend(unreadable);
    }
    all
}

fn survey_document(file: &SourceFile, document: usize, piece: &Piece, options: &Options) -> Survey {
    let mut survey = Survey::default();
    let tree = match parse(file, piece) {
        Ok(tree) => tree,
        Err(error) => {
            if file.text()[piece.span().range()].contains("Namespace") {
                survey.unreadable.push((error.span, error.message));
            }
            return survey;
        }
    };
    let Some(root) = tree.root() else { return survey };
    for object in object::objects(&tree, root).objects {
        let place = || {
            let span = name_span(&tree, &object);
            let line = file.position(span.start).line;
            Place { file: file.name().to_owned(), document, item: object.item.clone(), span, line }
        };
        if namespace::is_namespace(&object) {
            let labels = labels_of(&namespace::labels(&tree, &object, PREFIX));
            survey.declared.push((object.name.clone(), Declared { labels, place: place() }));
        } else if options.row_of(&object).is_some() {
            let named = Some(&object.namespace).filter(|name| !name.is_empty());
            let used = named.unwrap_or(&options.namespace);
            // Most objects of a document are in one namespace.
            if survey.used.last().is_none_or(|(last, _)| last != used) {
                survey.used.push((used.to_owned(), place()));
            }
        }
    }
    survey
}

fn name_span(tree: &Tree<'_>, object: &Object) -> Span {
    let name = tree.get(object.node, "metadata").and_then(|metadata| tree.get(metadata, "name"));
    tree.span(name.unwrap_or(object.node))
}

fn labels_of(written: &[Label]) -> Labels {
    let mut labels = Labels::default();
    for label in written {
        labels.insert(&label.key, &label.value);
    }
    labels
}

/// What is wrong with the Namespaces of a file that is read for their labels only.
pub fn lint_namespaces(file: &SourceFile, options: &Options) -> Vec<ReportEntry> {
    let mut findings = Vec::new();
    let scopes = options.scopes.of_file(file.name());
    let standing = Standing::from(true);
    for (index, piece) in split(file).iter().enumerate() {
        let Ok(tree) = parse(file, piece) else { continue };
        let Some(root) = tree.root() else { continue };
        let judge = Judge::new(file, &tree, index, piece, &standing, options, &scopes);
        for object in object::objects(&tree, root).objects {
            let mut outcome = Outcome::default();
            judge.namespace(&object, &mut outcome);
            findings.extend(outcome.findings);
        }
    }
    findings
}

impl Judge<'_, '_> {
    /// Counts a Namespace that says by labels how its pods are to be judged, and says what is wrong with these.
    pub fn namespace(&self, object: &Object, outcome: &mut Outcome) {
        if !namespace::is_namespace(object) {
            return;
        }
        let written = namespace::labels(self.tree, object, PREFIX);
        outcome.labelled_namespaces += usize::from(!written.is_empty());
        self.labels_of_namespaces(
            object,
            &FieldPath::of("metadata.labels"),
            &FieldPath::of("metadata.annotations"),
            outcome,
        );
        let labels = labels_of(&written);
        let Some(admission) = &self.options.admission else { return };
        let configuration = &admission.configuration;
        let answer = validate_namespace(&object.name, &labels, configuration);
        outcome.namespaces.push(NamespaceReport { name: object.name.clone(), answer });
        outcome.extend(self.conflict(object, &labels, &admission.namespaces));
    }

    /// Says what is wrong with the labels and annotations of a Namespace, or of those that are made by an object.
    pub fn labels_of_namespaces(
        &self,
        object: &Object,
        labels: &FieldPath,
        annotations: &FieldPath,
        outcome: &mut Outcome,
    ) {
        let entries = |list: &FieldPath| namespace::entries_of(self.tree, self.locator.locate(object.node, list).value);
        let written = entries(labels);
        self.idle_labels(object, (labels, &written), (annotations, &entries(annotations)), outcome);
        let nobody = Configuration::default();
        let configuration = self.options.admission.as_ref().map_or(&nobody, |admission| &admission.configuration);
        let judging = Judging::new(&labels_of(&written), &configuration.defaults);
        for error in &judging.errors {
            let label = written.iter().find(|label| label.key.strip_prefix(PREFIX) == Some(error.name));
            // What is filled in later is unknown, and not wrong.
            let label = label.filter(|label| super::unfilled::holds_hidden(&label.value).is_none());
            outcome.extend(label.map(|label| self.bad_label(object, (labels, label), error, &judging.policy)));
        }
    }

    /// A label with a value that means nothing.
    fn bad_label(
        &self,
        object: &Object,
        (list, label): (&FieldPath, &Label),
        error: &LabelError,
        policy: &Policy,
    ) -> Finding {
        let tree = self.tree;
        let is_null = tree.is_null(label.value_node);
        let span = tree.span(if is_null { label.key_node } else { label.value_node });
        let near = meant(error).map(|near| format!(" (did you mean {near}?)")).unwrap_or_default();
        let standard = match error.name.split('-').next() {
            Some("audit") => policy.audit,
            Some("warn") => policy.warn,
            _ => policy.enforce,
        };
        let mode = error.name.strip_suffix("-version").unwrap_or(error.name);
        let message = format!(
            "{PREFIX}{} {}, not {:?}{near}: the API server refuses such a Namespace, and takes {standard} for {mode} in \
             one that has the label already",
            error.name,
            error.allowed(),
            error.value,
        );
        let path = list.field(label.key.clone());
        let value = (!is_null).then(|| &tree.text()[span.range()]);
        self.finding(object, id::BAD_NAMESPACE_LABEL, span, message).path(path).value(value).build()
    }

    /// A Namespace that was described before, with other labels.
    fn conflict(&self, object: &Object, labels: &Labels, namespaces: &Namespaces) -> Option<Finding> {
        let (first, _) = namespaces.declared.get(&object.name)?;
        if first.labels == *labels {
            return None;
        }
        let Place { file, line, span, .. } = &first.place;
        let message = format!(
            "Namespace {:?} has other Pod Security labels here ({labels}) than in {file}:{line} ({})",
            object.name, first.labels
        );
        let here = name_span(self.tree, object);
        let finding = self.finding(object, id::CONFLICTING_NAMESPACES, here, message);
        // Other files are named in the message: what is related stands in the same file.
        let is_here = file == self.file.name();
        let related = is_here.then(|| Related::here(location(self.file, *span), first.labels.to_string()));
        Some(finding.path(FieldPath::of("metadata.name")).related(related).build())
    }

    /// A namespace that nobody described, at the first of its workloads.
    pub fn unknown_namespace(&self, object: &Object, outcome: &mut Outcome) {
        let Some(admission) = &self.options.admission else { return };
        let namespace = self.namespace_of(object);
        let namespaces = &admission.namespaces;
        if namespaces.declared.contains_key(namespace) || admission.configuration.exempts_namespace(namespace) {
            return;
        }
        let is_here =
            |place: &Place| place.document == self.index && place.item == object.item && place.file == self.file.name();
        if !namespaces.used.get(namespace).is_some_and(is_here) {
            return;
        }
        let Policy { enforce, audit, warn } = admission.configuration.defaults;
        let message = format!(
            "nothing that was read describes the namespace {namespace:?}: its pods are judged by the defaults, enforce \
             {enforce}, audit {audit}, warn {warn} (name its file with --cluster)"
        );
        let path = FieldPath::of(if object.namespace.is_empty() { "metadata.name" } else { "metadata.namespace" });
        let span = self.locator.locate(object.node, &path).span;
        let finding = Finding::within(self.file, id::UNKNOWN_NAMESPACE, span, message);
        let object: Option<std::sync::Arc<ObjectRef>> = Some(self.object_ref(object));
        outcome.push(finding.path(path).object(object));
    }
}

/// What a bad value was probably meant to be.
fn meant(error: &LabelError) -> Option<String> {
    if error.name.ends_with("-version") {
        let number = error.value.trim_start_matches(['v', 'V']).split('.').collect::<Vec<_>>();
        let [major, minor, ..] = number.as_slice() else { return None };
        let meant = format!("v{major}.{minor}");
        return meant.parse::<crate::pod_security::Version>().is_ok().then_some(meant);
    }
    nearest(&error.value, Level::ALL.map(Level::as_str)).map(str::to_owned)
}
