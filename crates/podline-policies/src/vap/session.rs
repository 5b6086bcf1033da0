//! One object and the policies that match it: `k8s.io/apiserver/pkg/admission/plugin/policy/validating/dispatcher.go`.

use std::sync::Arc;

use podline_cel::Document;
use serde_json::Value;

use super::evaluate::{self, Evaluation};
use super::policy::{Binding, Policy};
use super::scene::{Scene, Spent, request, request_namespace};
use super::{authorizer, params};
use crate::cluster::flavor;
use crate::doubts::{Doubts, Truth, doubted};
use crate::engine::Review;
use crate::judgement::{Actions, Decision, Judgement, Origin, Rule, Step, Violation};
use crate::matching::{Candidate, MatchResources, NAMESPACE, Resource, is_built_in};

/// As which resource constraints match an object, if they do; and the fields that nobody knows, where that is open.
pub(super) fn matched<'c>(
    constraints: &MatchResources,
    review: &Review<'_>,
    candidate: &'c Candidate<'_>,
    doubts: &Doubts<'_>,
) -> Option<(&'c Resource, Vec<Violation>)> {
    let labels = &review.object["metadata"]["labels"];
    let (resource, truth) = constraints.covers(candidate, labels, doubts)?;
    Some((resource, doubts.settle(truth)))
}

/// What several policies share while they judge one object.
pub(super) struct Session<'a> {
    review: &'a Review<'a>,
    candidate: &'a Candidate<'a>,
    /// The object and the request as the resources that matched; nothing if the object cannot be converted.
    versions: Vec<(Resource, Option<(podline_cel::Value, podline_cel::Value)>)>,
    namespace: Option<podline_cel::Value>,
    doubts: &'a Doubts<'a>,
}

impl<'a> Session<'a> {
    pub(super) fn new(review: &'a Review<'a>, candidate: &'a Candidate<'a>, doubts: &'a Doubts<'a>) -> Session<'a> {
        Session { review, candidate, versions: Vec::new(), namespace: None, doubts }
    }

    /// What a policy says about the object that it matches as `matched`, binding by binding. Where that is open, it depends
    /// on `fields`.
    pub(super) fn judge(&mut self, policy: &Policy, matched: &Resource, fields: &[Violation]) -> Vec<Judgement> {
        let cluster = self.review.cluster;
        if let Some(kind) = policy.param_kind.as_ref().filter(|kind| cluster.param_scope(kind).is_none()) {
            let text = format!("failed to configure policy: failed to find resource referenced by paramKind: '{kind}'");
            return doubted(vec![configuration_error(policy, None, text)], fields.to_vec());
        }
        let mut rows = Vec::new();
        for binding in &policy.bindings {
            if !self.review.meter.is_open(policy.document) {
                break;
            }
            let Some((_, more)) = self::matched(&binding.matches, self.review, self.candidate, self.doubts) else {
                continue;
            };
            let namespace = request_namespace(self.review);
            let found = match params::params(policy, binding.params.as_ref(), namespace, cluster) {
                Err(why) => {
                    let text = format!("failed to configure binding: {why}");
                    vec![configuration_error(policy, Some(binding), text)]
                }
                Ok(params) => {
                    params.into_iter().flat_map(|param| self.evaluate(policy, binding, param, matched)).collect()
                }
            };
            let fields = fields.iter().cloned().chain(more).chain(self.place_of_params(policy, binding));
            rows.extend(evaluate::open(policy, found, fields.collect(), "matchConstraints"));
        }
        rows
    }

    /// The namespace of the object, where params are taken from it and nobody knows it.
    fn place_of_params(&self, policy: &Policy, binding: &Binding) -> Vec<Violation> {
        let kind = policy.param_kind.as_ref().filter(|kind| self.review.cluster.param_scope(kind) == Some(true));
        let is_own = binding.params.as_ref().is_some_and(|one| one.namespace.is_empty());
        let depends = kind.is_some() && is_own && self.doubts.is(&NAMESPACE);
        self.doubts.settle(if depends { Truth::Unknown } else { Truth::Yes })
    }

    fn evaluate(
        &mut self,
        policy: &Policy,
        binding: &Binding,
        param: Option<params::Param>,
        matched: &Resource,
    ) -> Vec<Judgement> {
        let meter = self.review.meter;
        if !meter.is_open(policy.document) {
            return Vec::new();
        }
        let (name, params) = match param {
            Some(param) => (Some(Arc::from(param.name)), param.value),
            None => (None, podline_cel::Value::Null),
        };
        let namespace = self.namespace();
        let version = self.version(matched);
        let (object, request) = version.clone().unwrap_or((podline_cel::Value::Null, podline_cel::Value::Null));
        let scene = Scene { object, request, namespace, params, authorizer: None, spent: Spent::default() };
        let evaluation = Evaluation { policy, binding, param: name, scene: &scene, doubts: self.doubts };
        if version.is_none() {
            let to = matched.kind.api_version();
            let path = [Step::Key("spec".into()), Step::Key("matchConstraints".into())];
            return vec![evaluation.undecided(&format!("only the cluster can convert the object to {to}"), &path)];
        }
        let mut rows = match policy.authorizer {
            Some(_) => authorizer::decide(&evaluation, &self.asked(matched)),
            None => evaluation.rows(),
        };
        meter.pay(policy.document, scene.spent.steps());
        if matched.kind != self.review.subject.resource.kind {
            let version: Arc<str> = matched.kind.api_version().into();
            for row in &mut rows {
                row.converted = Some(version.clone());
            }
        }
        rows
    }

    /// The object and the request as the resource that matched.
    fn version(&mut self, matched: &Resource) -> Option<(podline_cel::Value, podline_cel::Value)> {
        if let Some((_, known)) = self.versions.iter().find(|(resource, _)| resource == matched) {
            return known.clone();
        }
        let own = matched.kind == self.review.subject.resource.kind;
        let tree = |json: &Value| Document::new("object", json, flavor(&matched.kind)).root();
        let object = if own {
            Some(tree(self.review.object))
        } else if is_built_in(&matched.kind) {
            (self.review.convert)(&matched.kind).as_ref().map(tree)
        } else {
            self.review.cluster.convert_custom(self.review.object, &matched.kind).as_ref().map(tree)
        };
        let made = object.map(|object| (object, request(self.review, matched)));
        self.versions.push((matched.clone(), made.clone()));
        made
    }

    fn namespace(&mut self) -> podline_cel::Value {
        let review = self.review;
        self.namespace
            .get_or_insert_with(|| match review.subject.namespace {
                Some(name) if !review.subject.resource.is_namespace() => review.cluster.namespace_document(name).root(),
                _ => podline_cel::Value::Null,
            })
            .clone()
    }

    /// What `authorizer.requestResource` asks about.
    fn asked(&self, matched: &Resource) -> podline_cel::Request {
        podline_cel::Request {
            group: matched.kind.group.clone(),
            resource: matched.plural.clone(),
            namespace: request_namespace(self.review).unwrap_or_default().to_owned(),
            name: self.review.subject.name.to_owned(),
            ..podline_cel::Request::default()
        }
    }
}

/// A policy or a binding that cannot be used denies, whatever the binding's actions are.
fn configuration_error(policy: &Policy, binding: Option<&Binding>, message: String) -> Judgement {
    let key = |key: &str| Step::Key(key.into());
    let origin = match binding {
        Some(binding) => Origin { document: binding.document, path: vec![key("spec"), key("paramRef")] },
        None => Origin { document: policy.document, path: vec![key("spec"), key("paramKind")] },
    };
    Judgement {
        policy: policy.name.clone(),
        binding: binding.map(|binding| binding.name.clone()),
        param: None,
        rule: Rule::Whole,
        decision: Decision::Error,
        actions: if policy.fails { Actions::DENY } else { Actions::NONE },
        message,
        reason: Some("Invalid".into()),
        converted: None,
        violations: Vec::new(),
        origin,
        exempted_by: Vec::new(),
    }
}
