//! One object to its verdicts and findings.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::document::{Judge, Outcome};
use super::engines::tell_mutations;
use super::no_containers::lists_of;
use super::template::tell_once;
use super::unfilled::{Unfilled, hidden, hides_container, is_of_sops, is_setting, may_become_another, with_open};
use crate::config::scope::Scope;
use crate::finding::{Finding, Severity};
use crate::manifest::namespace::is_namespace;
use crate::manifest::object::Object;
use crate::manifest::template::Row;
use crate::manifest::typed::{self, Decoded, Template, is_wrong};
use crate::manifest::{fields, kinds, policies, shape};
use crate::matching::Target;
use crate::pod_security::{NEWEST_KNOWN, Version};
use crate::rules::id;
use crate::source::span::Span;
use crate::yaml::de::{Problem, ProblemKind};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId};

/// Values of more characters than this are not repeated in a message.
const LONG: usize = 40;

impl Judge<'_, '_> {
    /// Decodes an object, reports what Kubernetes would not read as written, and judges its pod templates.
    ///
    /// Returns the entry of the configuration that is for it.
    pub fn object(&self, object: &Object, outcome: &mut Outcome) -> Option<&Scope> {
        if !self.has_type(object, outcome) {
            return self.scope(object, None);
        }
        let assumed = self.with_api_version(object);
        let object = assumed.as_ref().unwrap_or(object);
        if let Some(skipped) = self.is_hidden(object) {
            outcome.skipped.push(skipped);
            return self.scope(object, None);
        }
        let row = self.options.row_of(object);
        if row.is_none() && self.is_unknown(object, outcome) {
            return self.scope(object, None);
        }
        let Decoded { templates, problems } = self.decoded(object, row);
        let scope = self.scope(object, templates.first());
        let (open, problems): (Vec<_>, Vec<_>) = problems.into_iter().partition(|problem| self.is_open(problem));
        let unfilled = with_open(self.unfilled(object), open);
        if row.is_none() {
            self.namespace(object, outcome);
            self.labels_of_made(object, outcome);
        } else {
            self.unknown_namespace(object, outcome);
        }
        if !is_namespace(object) {
            self.labels_of_no_namespace(object, &templates, outcome);
        }
        outcome.refused += usize::from(problems.iter().any(is_wrong));
        outcome.extend(problems.iter().map(|problem| self.problem(object, problem)));
        outcome.extend(self.newer(object));
        outcome.extend(row.and_then(|row| self.removed(object, row)));
        let is_refused = problems.iter().any(is_wrong);
        if !row.is_some_and(Row::is_built_in) {
            self.unseen(object, row, scope, (&templates, is_refused), outcome);
        }
        if !is_refused {
            self.judge_object_locally(object, !templates.is_empty(), outcome);
            self.judge_by_engines(object, templates.first(), &unfilled, outcome);
            if let Some(row) = row {
                self.tell_hidden_templates(object, row, &templates, &unfilled, outcome);
            }
            let first = outcome.findings.len();
            let is_asked =
                |one: &Unfilled| is_setting(&one.path) || hides(&templates, &one.path) || self.is_image(&one.path);
            let settings: Vec<Unfilled> = unfilled.into_iter().filter(is_asked).collect();
            let is_empty = |template: &Template| template.spec.containers.is_empty();
            let lists = if templates.iter().any(is_empty) { lists_of(&templates) } else { Vec::new() };
            for template in templates {
                if self.tell_unfilled(object, &template, &settings, outcome) {
                    continue;
                }
                // A controller that adds to the pod adds containers, and a placeholder may stand for all of them.
                let is_list = |one: &Unfilled| one.path == template.locate(&FieldPath::of("spec.containers"));
                let is_open = row.is_none_or(|row| !row.complete) || settings.iter().any(is_list);
                if !is_open {
                    self.no_containers(object, &template, &lists, outcome);
                }
                self.dead_annotations(object, row, &template, outcome);
                self.misplaced_annotations(object, &template, outcome);
                self.template(object, row, scope, template, &settings, outcome);
            }
            tell_once(&mut outcome.findings, first);
            tell_mutations(outcome);
        }
        scope
    }

    /// An object as its types read it. Of a policy that others are judged by, its engine says what is wrong.
    fn decoded(&self, object: &Object, row: Option<&Row>) -> Decoded {
        let is_of_table = row.is_none() && !(policies::is_policy(object) && self.is_loaded(object));
        let problems = is_of_table.then(|| fields::problems(self.tree, object)).flatten();
        match problems {
            Some(problems) => Decoded { problems, ..Decoded::default() },
            None => typed::decode(self.tree, object, row),
        }
    }

    /// The entry of the configuration that is for an object, by the service account of its first pod template.
    fn scope(&self, object: &Object, template: Option<&Template>) -> Option<&Scope> {
        if self.options.scopes.scopes.is_empty() {
            return None;
        }
        let labels = self.labels(object);
        let service_account =
            template.map(|template| template.spec.service_account_name.as_deref().unwrap_or_default());
        let namespace = self.namespace_of(object);
        let (kind, name) = (object.kind.as_str(), object.called());
        let (user, groups) = (self.options.creator.name.as_str(), self.options.creator.groups.as_slice());
        let target = Target { namespace, kind, name, labels: &labels, pod_labels: None, service_account, user, groups };
        self.scopes.of_object(target)
    }

    /// The labels of an object's own metadata, as far as they are strings.
    pub fn labels(&self, object: &Object) -> BTreeMap<String, String> {
        let labels = self.locator.locate(object.node, &FieldPath::of("metadata.labels")).value;
        labels.map(|labels| self.tree.strings(labels).collect()).unwrap_or_default()
    }

    /// The namespace that an object is created in.
    pub fn namespace_of<'o>(&'o self, object: &'o Object) -> &'o str {
        if object.namespace.is_empty() { &self.options.namespace } else { &object.namespace }
    }

    /// Whether an object says what it is. What keeps it from doing so is an error.
    fn has_type(&self, object: &Object, outcome: &mut Outcome) -> bool {
        let tree = self.tree;
        if object.has_type() {
            return true;
        }
        for (key, text) in [("apiVersion", &object.api_version), ("kind", &object.kind)] {
            let value = tree.get(object.node, key).filter(|&value| !tree.is_null(value));
            let finding = match value {
                _ if !text.is_empty() => continue,
                Some(value) if tree.string(value).is_none() => {
                    let message = format!("{key} takes a string");
                    self.finding(object, id::WRONG_TYPE, tree.span(value), message)
                }
                _ => {
                    let (span, instead) = self.instead_of(object, key);
                    self.finding(object, id::MISSING_KIND, span, format!("the object has no {key}{instead}"))
                }
            };
            outcome.push(finding.path(FieldPath::ROOT.field(key)));
        }
        false
    }

    /// Where to show that an object lacks `kind` or `apiVersion`, and what to write for what stands there instead.
    fn instead_of(&self, object: &Object, key: &'static str) -> (Span, String) {
        let tree = self.tree;
        let lack = shape::lack(tree, object.node).unwrap_or_default();
        if let Some((misspelt, _)) = lack.misspelt.iter().find(|(_, name)| *name == key) {
            return (tree.span(*misspelt), format!("; write {key}, not {}", tree.raw(*misspelt)));
        }
        let span = self.locator.locate(object.node, &FieldPath::ROOT.field(key)).span;
        let meant = lack.meant.filter(|_| key == "apiVersion");
        (span, meant.map(|meant| format!("; write apiVersion: {meant}")).unwrap_or_default())
    }

    /// Whether a problem is none: a tool fills the value in before anything is decoded, or SOPS decrypts it.
    fn is_open(&self, problem: &Problem) -> bool {
        let tree = self.tree;
        match problem.kind {
            ProblemKind::UnknownField { .. } => {
                tree.raw(problem.node) == "sops"
                    && problem.path.segments().len() == 1
                    && tree.root().is_some_and(|root| is_of_sops(tree, root))
            }
            ProblemKind::WrongType { expected, .. } => {
                let text = tree.raw(tree.resolve(problem.node)).trim();
                // A part of a scalar is enough: `1${N}` may be a number. A text around one is no list.
                let is_scalar = !matches!(expected, "a mapping" | "a list");
                hidden(text).is_some() || is_scalar && may_become_another(text)
            }
        }
    }

    /// Whether a field is an image, and some policy asks about it.
    fn is_image(&self, path: &FieldPath) -> bool {
        let is_it =
            matches!(path.segments().last(), Some(Segment::Field(name)) if name == "image" || name == "reference");
        is_it && !self.options.policies.is_empty()
    }

    /// What a type does not allow, as a finding.
    fn problem(&self, object: &Object, problem: &Problem) -> Finding {
        let tree = self.tree;
        let path = problem.path.text(usize::MAX);
        let container = self.container_of(object, &problem.path);
        let finding = match problem.kind {
            ProblemKind::WrongType { expected, found } => {
                // A collection is shown by its key: its first line says little.
                let is_scalar = tree.kind(tree.resolve(problem.node)) == Kind::Scalar;
                let span = if is_scalar {
                    tree.span(problem.node)
                } else {
                    self.locator.locate(object.node, &problem.path).span
                };
                let subject = if path.is_empty() { "the object" } else { &path };
                let message = format!("{subject} takes {expected}, but holds {}", self.describe(problem.node, found));
                let value = &tree.text()[tree.span(problem.node).range()];
                self.finding(object, id::WRONG_TYPE, span, message).value(Some(value))
            }
            ProblemKind::UnknownField { .. } => {
                let meant = typed::meant(problem);
                let secures = meant.as_ref().is_some_and(|meant| meant.secures);
                let is_own = kinds::is_built_in(object);
                let mut severity = if secures || is_own { Severity::Error } else { Severity::Warning };
                let near = meant.filter(|meant| !meant.name.is_empty());
                let near = near.map(|meant| format!("; did you mean {}?", meant.name)).unwrap_or_default();
                let refused = match (is_own, self.newer_cluster()) {
                    (true, None) => super::repeated::REFUSED.to_owned(),
                    (true, Some(cluster)) => {
                        severity = Severity::Warning;
                        format!(
                            "Kubernetes v1.{NEWEST_KNOWN}, the newest that podline knows, does not have it, and v1.{cluster} may"
                        )
                    }
                    (false, _) => "Kubernetes ignores it".to_owned(),
                };
                let message = format!("unknown field \"{path}\": {refused}{near}");
                self.finding(object, id::UNKNOWN_FIELD, tree.span(problem.node), message).severity(severity)
            }
        };
        finding.path(problem.path.clone()).container(container).build()
    }

    /// The name of the container that a path leads into.
    pub fn container_of(&self, object: &Object, path: &FieldPath) -> Option<String> {
        let is_list = |segment: &Segment| matches!(segment, Segment::Field(name) if matches!(name.as_ref(), "containers" | "initContainers" | "ephemeralContainers"));
        let at = path.segments().iter().position(is_list)?;
        let container = self.locator.locate(object.node, &path.prefix(at + 2)).value?;
        self.tree.get_str(container, "name").map(Cow::into_owned)
    }

    /// What stands where another type belongs: `the string "2"`, `a list`.
    fn describe(&self, node: NodeId, found: &str) -> String {
        let text = self.tree.raw(self.tree.resolve(node));
        // A long value is shown by the excerpt.
        if text.is_empty() || text.chars().nth(LONG).is_some() {
            return found.to_owned();
        }
        match found.split_once(' ') {
            Some((_, "string")) => format!("the string {text:?}"),
            Some((_, what @ ("boolean" | "integer" | "number"))) => format!("the {what} {text}"),
            _ => found.to_owned(),
        }
    }

    /// An object in a group that no supported cluster serves, nor the one that is asked about.
    fn removed(&self, object: &Object, row: &Row) -> Option<Finding> {
        let (version, instead) = row.removed?;
        if matches!(version.parse(), Ok(Version::Minor(minor)) if u64::from(self.options.kubernetes_version) < minor) {
            return None;
        }
        let value = self.tree.get(object.node, "apiVersion")?;
        let message =
            format!("{} {} was removed in Kubernetes {version}; use {instead}", object.api_version, object.kind);
        let finding = self.finding(object, id::REMOVED_API, self.tree.span(value), message);
        Some(finding.path(FieldPath::of("apiVersion")).value(Some(object.api_version.as_str())).build())
    }
}

/// Whether a field holds all of a pod, or a container that stands apart.
fn hides(templates: &[Template], path: &FieldPath) -> bool {
    let is_around = |template: &Template| {
        let spec = template.locate(&FieldPath::of("spec"));
        spec.segments().starts_with(path.segments()) || template.path.segments().starts_with(path.segments())
    };
    let hides = |template: &Template| is_around(template) || hides_container(template, path);
    !path.segments().is_empty() && templates.iter().any(hides)
}
