//! What the loaded policies of a cluster say of an object.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::sync::Arc;

use podline_policies::{Actions, Decision, Judgement, Rule, Violation};

use super::document::{Judge, Outcome, location};
use super::unfilled::{Unfilled, UnknownFields};
use crate::engine::document::field_path;
use crate::engine::{Document, Engines, Judged, LoadedPolicy, Manifest, Row, View, severity, written};
use crate::finding::{
    Finding, Nearest, ObjectRef, PolicyAnswer, PolicyNotes, PolicyPlace, PolicyRef, Related, ReportEntry,
};
use crate::manifest::object::Object;
use crate::manifest::typed::Template;
use crate::matching::Target;
use crate::rules::{Family, RuleId, id};
use crate::verdict::Evaluation;
use crate::yaml::path::FieldPath;
use crate::yaml::value::to_value;

impl Judge<'_, '_> {
    /// Judges an object, and the pod that its controller would make, by what was loaded. `template` is its first pod
    /// template.
    pub fn judge_by_engines(
        &self,
        object: &Object,
        template: Option<&Template>,
        unfilled: &[Unfilled],
        outcome: &mut Outcome,
    ) {
        let Some(engines) = &self.options.engines else { return };
        // What a controller makes of another object is created elsewhere, or in another form.
        if object.nesting > 0 {
            return;
        }
        let manifest = Manifest {
            api_version: &object.api_version,
            kind: &object.kind,
            name: &object.name,
            namespace: self.namespace_of(object),
            default_namespace: &self.options.namespace,
        };
        let labels = LazyCell::new(|| self.labels(object));
        let nothing = Template::default();
        let is_for = |within: &[crate::matching::Matcher]| {
            let subject = || Target {
                service_account: template.and_then(|one| one.spec.service_account_name.as_deref()),
                ..self.subject(object, &labels, template.unwrap_or(&nothing))
            };
            within.is_empty() || within.iter().all(|matcher| matcher.is_for(&subject()))
        };
        let unknown_fields = UnknownFields::of(unfilled);
        let unknown = |path: &FieldPath| unknown_fields.find(path).is_some();
        let unknown = (!unfilled.is_empty()).then_some(&unknown as &dyn Fn(&FieldPath) -> bool);
        let place = (self.file.name(), self.tree.span(object.node).start);
        let name = || format!("{} of {}", self.object_ref(object), self.file.name());
        let judged = engines.ledger().metered(place, name, |meter| {
            engines.judge(&manifest, meter, || to_value(self.tree, object.node), is_for, unknown)
        });
        match judged {
            Judged::Nothing => {}
            Judged::TooLarge => {
                let message = "not judged by the policies: it is nested too deep, or too large";
                outcome.findings.push(self.unjudged_object(object, FieldPath::ROOT, message).into());
            }
            Judged::Refused(error) => self.not_stored(object, &error, &unknown_fields, outcome),
            Judged::Views(views) => {
                let has_rows = views.iter().any(|view| !view.rows.is_empty());
                // Another policy may have counted it.
                if template.is_none() && has_rows && outcome.judged_objects == 0 {
                    outcome.judged_objects = 1;
                }
                self.views(engines, object, views, &unknown_fields, outcome);
            }
        }
    }

    /// Whether an object is a policy that others are judged by, or that was to be one and is refused.
    pub fn is_loaded(&self, object: &Object) -> bool {
        self.options.loaded.holds(self.file.name(), self.index, object.item.as_deref())
    }

    fn unjudged_object(&self, object: &Object, path: FieldPath, message: impl Into<String>) -> Finding {
        let span = self.locator.locate(object.node, &path).span;
        self.finding(object, id::UNJUDGED_OBJECT, span, message).path(path).build()
    }

    /// Says what keeps an object from being stored, and so from being judged.
    fn not_stored(
        &self,
        object: &Object,
        error: &podline_defaulting::Error,
        unknown: &UnknownFields<'_>,
        outcome: &mut Outcome,
    ) {
        let path = written(&error.steps().collect::<Vec<_>>());
        if unknown.find(&path).is_some() {
            let message = format!("not judged by the policies: the value of {path} is not known yet");
            outcome.findings.push(self.unjudged_object(object, path, message).into());
            return;
        }
        let place = self.locator.locate(object.node, &path);
        let message = format!("the API server refuses the object: {error}");
        let finding = self.finding(object, id::WRONG_TYPE, place.span, message).path(path);
        outcome.findings.push(finding.value(place.value.map(|value| self.source_of(value))).build().into());
        outcome.refused += 1;
    }

    fn views(
        &self,
        engines: &Engines,
        object: &Object,
        views: Vec<View>,
        unknown: &UnknownFields<'_>,
        outcome: &mut Outcome,
    ) {
        let mut told: HashMap<(RuleId, FieldPath, String, Option<u32>), usize> = HashMap::new();
        let is_met = |row: &Row| !matches!(row.judgement.decision, Decision::Fail | Decision::Error);
        let denies = |row: &Row| !is_met(row) && row.judgement.actions.contains(Actions::DENY);
        let is_accepted = !views.iter().any(|view| !view.as_pod && view.rows.iter().any(denies));
        for mut view in views {
            for mutation in view.mutations.drain(..) {
                match outcome.mutations.iter_mut().find(|known| Arc::ptr_eq(&known.policy, &mutation.policy)) {
                    Some(known) => known.join(mutation),
                    None => outcome.mutations.push(mutation),
                }
            }
            let otherwise = view.otherwise_as_written.drain(..);
            outcome
                .otherwise_as_written
                .extend(otherwise.map(|policy| (policy.reference.clone(), self.object_ref(object))));
            let namespace = view.namespace.take();
            let as_stored = LazyCell::new(|| self.as_stored(object, namespace.as_deref()));
            for mut row in std::mem::take(&mut view.rows) {
                self.undecide(&view, &mut row.judgement, unknown);
                let pods = view.as_pod.then(|| self.about_pods(object, &row, is_accepted));
                if let Some(finding) = self.row(engines, object, (&view, &row), pods) {
                    let key = (finding.rule, finding.path.clone(), finding.message.clone(), finding.part);
                    // A policy may say the same of an object and of its pods, and for several bindings.
                    if let Some(&at) = told.get(&key) {
                        outcome.findings[at].join(&finding);
                    } else {
                        told.insert(key, outcome.findings.len());
                        outcome.findings.push(finding.into());
                    }
                }
                let named = if row.policy.language().names_as_stored() {
                    Arc::clone(&as_stored)
                } else {
                    self.object_ref(object)
                };
                outcome.evaluations.push(evaluation(engines, named, view.as_pod, row));
            }
        }
    }

    /// The object with the namespace in which it is created, and what its name is generated from.
    fn as_stored(&self, object: &Object, namespace: Option<&str>) -> Arc<ObjectRef> {
        let written = self.object_ref(object);
        let namespace = namespace.unwrap_or(&written.namespace).to_owned();
        let name = if written.name.is_empty() { &written.generate_name } else { &written.name };
        Arc::new(ObjectRef { namespace, name: name.clone(), ..(*written).clone() })
    }

    /// What a policy says, as a finding at the field that decided. `pods` says that it is about those of a controller.
    fn row(
        &self,
        engines: &Engines,
        object: &Object,
        (view, row): (&View, &Row),
        pods: Option<Related>,
    ) -> Option<Finding> {
        let Row { policy, judgement } = row;
        let severity = severity(judgement, policy)?;
        let path = judgement.blame().map(|blame| view.path(judgement, &blame.path));
        let path = path.unwrap_or_else(|| FieldPath::of("metadata.name"));
        let place = self.locator.locate(object.node, &path);
        let part = match judgement.rule {
            Rule::Validation(index) => u32::try_from(index).ok(),
            Rule::Whole | Rule::Named(_) => None,
        };
        let tree = self.tree;
        let nearest = &tree.text()[tree.span(tree.resolve(place.nearest)).range()];
        let nearest = Nearest { depth: place.depth, in_braces: nearest.starts_with('{') };
        let finding = self
            .finding(object, policy.rule_of(judgement), place.span, message_of(policy, judgement))
            .severity(severity);
        let finding = finding.policy(Some(Arc::clone(&policy.reference))).part(part);
        let finding = finding.answer(Some(answer(engines, judgement)));
        let finding = finding.related(pods);
        let finding = finding.related(expression(engines, judgement)).container(self.container_of(object, &path));
        let value = place.value.map(|value| self.source_of(value));
        Some(finding.path(path).nearest(nearest).value(value).build())
    }

    /// Takes back what rests on values that nobody knows yet.
    fn undecide(&self, view: &View, judgement: &mut Judgement, unknown: &UnknownFields<'_>) {
        let is_known = unknown.is_empty() && !view.has_derived();
        if is_known || matches!(judgement.decision, Decision::Undecided | Decision::Exempt) {
            return;
        }
        let of = |violation: &Violation| {
            let path = view.path(judgement, &violation.path);
            let why = match unknown.find(&path) {
                Some(one) => self.why_unknown(one),
                None if path.to_string().starts_with("namespaceObject.") && view.is_derived(&path) => {
                    "its Namespace does not say it in clear".to_owned()
                }
                None if view.is_derived(&path) => "it follows from another that is not".to_owned(),
                None => return None,
            };
            Some((violation.clone(), path, why))
        };
        if let Some((violation, path, why)) = judgement.violations.iter().find_map(of) {
            judgement.violations = vec![violation];
            judgement.decision = Decision::Undecided;
            judgement.actions = Actions::NONE;
            judgement.message = format!("depends on {path}, whose value is not known yet ({why})");
        }
    }

    /// Says that a row is about the pods that an object's controller makes.
    fn about_pods(&self, object: &Object, row: &Row, is_accepted: bool) -> Related {
        let place = self.locator.locate(object.node, &FieldPath::of("kind"));
        let denies = row.judgement.actions.contains(Actions::DENY);
        let message = if is_accepted && denies {
            format!("the {} is accepted, its pods are refused", object.kind)
        } else {
            format!("this is about the pods that the {} makes", object.kind)
        };
        Related::here(location(self.file, place.span), message)
    }
}

/// What a policy says, as a row of the report.
fn evaluation(engines: &Engines, object: Arc<ObjectRef>, as_pod: bool, row: Row) -> Evaluation {
    let exempted_by = engines.exemptions(&row.judgement).map(|document| exemption(&row, document)).collect();
    let Judgement { binding, param, rule, decision, actions, message, .. } = row.judgement;
    let policy = Arc::clone(&row.policy.reference);
    let action_names = row.policy.names(actions);
    Evaluation { object, as_pod, policy, binding, param, rule, decision, actions, action_names, message, exempted_by }
}

/// An exception, as reports name it.
fn exemption(row: &Row, document: &Document) -> Arc<PolicyRef> {
    let (engine, name) = (row.policy.reference.engine, row.policy.language().name(document));
    let notes = PolicyNotes::default();
    Arc::new(PolicyRef { engine, name, file: document.file.name().to_owned(), line: document.line(), notes })
}

/// What a judgement is for whoever reads findings.
fn answer(engines: &Engines, judgement: &Judgement) -> Arc<PolicyAnswer> {
    let Judgement { decision, actions, rule, .. } = judgement;
    let is_audited = matches!(decision, Decision::Fail | Decision::Error) && *actions == Actions::AUDIT;
    let place = engines.origin(judgement).map(|(document, location)| PolicyPlace {
        file: document.file.name().into(),
        location,
        path: field_path(&judgement.origin.path),
    });
    Arc::new(PolicyAnswer { decision: *decision, rule: rule.clone(), is_audited, place })
}

/// The expression of a policy that a judgement comes from.
fn expression(engines: &Engines, judgement: &Judgement) -> Option<Related> {
    let (document, location) = engines.origin(judgement)?;
    let path = document.name_of(&judgement.origin.path);
    let message = format!("{path} of {} \"{}\"", document.kind, document.name);
    Some(Related { file: Some(document.file.name().into()), location, message })
}

/// What a finding says: the words of the cluster, where there are any.
fn message_of(policy: &LoadedPolicy, judgement: &Judgement) -> String {
    if judgement.message.is_empty() && judgement.decision == Decision::Undecided {
        return "only the cluster can tell: it depends on what the authorizer answers".to_owned();
    }
    if judgement.message.is_empty() {
        return format!("{} \"{}\" is not met", policy.kind, policy.reference.name);
    }
    judgement.message.clone()
}

/// Says beside what was found in an object which policies may change it before it is judged.
pub(super) fn tell_mutations(outcome: &mut Outcome) {
    for mutation in std::mem::take(&mut outcome.mutations) {
        let policy = &mutation.policy;
        let (document, name) = (&policy.document, &policy.reference.name);
        let message = format!("judged without the mutation of {} \"{name}\", which may cure it", policy.kind);
        let related = Related { file: Some(document.file.name().into()), location: document.locate(&[]), message };
        let is_judged = |family: Family| matches!(family, Family::Pss | Family::Local) || family.is_loaded();
        let is_cured = |entry: &&mut ReportEntry| is_judged(entry.rule.family()) && mutation.may_cure(&entry.path);
        for entry in outcome.findings.iter_mut().filter(is_cured) {
            entry.relate(related.clone());
        }
    }
}
