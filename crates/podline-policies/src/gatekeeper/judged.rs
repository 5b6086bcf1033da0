//! What templates are asked, and what they answer.

use std::cell::OnceCell;

use podline_cel::{Document, Flavor};

use super::matching::Target;
use super::review::{cel_request, namespace_object, review};
use crate::doubts::Doubts;
use crate::engine::Review;
use crate::judgement::{Decision, Origin, Violation};
use crate::matching::is_built_in;
use crate::vap::scene::{Scene, Spent};

/// An object that several templates are asked about.
pub(super) struct Asked<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) review: &'a Review<'a>,
    /// What nobody knows yet. Where there is any, it is said of what passes too what that depends on.
    pub(super) doubts: &'a Doubts<'a>,
    scene: OnceCell<Scene>,
    input: OnceCell<podline_rego::Value>,
}

/// One thing that a template says of an object.
pub(super) struct Answer {
    pub(super) decision: Decision,
    pub(super) message: String,
    /// The fields of the object that it comes from.
    pub(super) violations: Vec<Violation>,
    /// The place in the template that it comes from, if that is known.
    pub(super) origin: Option<Origin>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(target: &'a Target<'a>, review: &'a Review<'a>, doubts: &'a Doubts<'a>) -> Asked<'a> {
        Asked { target, review, doubts, scene: OnceCell::new(), input: OnceCell::new() }
    }

    /// `input.review`.
    pub(super) fn input(&self) -> &podline_rego::Value {
        self.input.get_or_init(|| {
            let target = self.target;
            let mut whole = review(target, self.review);
            whole["namespaceObject"] = namespace_object(target);
            let object = crate::rego::sent(target.object);
            let podline_rego::Value::Object(mut fields) = crate::rego::sent(&whole) else { return object };
            std::sync::Arc::make_mut(&mut fields).insert("object".into(), object);
            podline_rego::Value::Object(fields)
        })
    }

    /// What CEL sees, but for the constraint.
    pub(super) fn scene(&self) -> &Scene {
        self.scene.get_or_init(|| {
            let target = self.target;
            let flavor = if is_built_in(target.kind) { Flavor::Typed } else { Flavor::Dynamic };
            let namespace = target.namespace.filter(|_| !target.is_namespace());
            Scene {
                object: Document::new("object", target.object, flavor).root(),
                request: Document::new("request", &cel_request(target, self.review), Flavor::Typed).root(),
                namespace: namespace
                    .map_or(podline_cel::Value::Null, |name| target.cluster.namespace_document(name).root()),
                params: podline_cel::Value::Null,
                authorizer: None,
                spent: Spent::default(),
            }
        })
    }
}
