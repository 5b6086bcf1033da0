//! ValidatingPolicy, NamespacedValidatingPolicy and PolicyException of `policies.kyverno.io`.
//!
//! Source: kyverno `pkg/cel/policies/vpol`, `pkg/cel/autogen`.

mod environment;
mod evaluate;
mod library;
mod load;

use std::collections::HashMap;
use std::sync::Arc;

use podline_cel::Program;
use serde_json::Value as Json;

use crate::judgement::Actions;
use crate::matching::{Candidate, MatchResources};

pub(super) use evaluate::judge;
pub(super) use library::ASKING;
pub(super) use load::{Read, Reader, claims};

/// A policy, with the ones that are generated for controllers.
pub(super) struct Policy {
    pub(super) key: Arc<str>,
    /// Empty for a ValidatingPolicy.
    pub(super) namespace: String,
    pub(super) kind: String,
    pub(super) document: usize,
    pub(super) actions: Actions,
    pub(super) scored: bool,
    /// What only the cluster can tell.
    pub(super) unknowable: Vec<super::Unknowable>,
    /// The policy as written, then as it was generated.
    variants: Vec<Variant>,
}

/// A policy for one shape of objects.
struct Variant {
    /// Nothing where the document itself is judged, whatever it is.
    constraints: Option<MatchResources>,
    /// Does an error of a condition count (`failurePolicy: Fail`)?
    fails: bool,
    conditions: Vec<Expression>,
    variables: Arc<HashMap<Arc<str>, Program>>,
    validations: Vec<Validation>,
    annotations: Vec<(String, Expression)>,
    /// By their number among the exceptions.
    exceptions: Vec<(usize, Vec<Expression>)>,
    /// Does a variable ask who sends the object?
    asks_user: bool,
}

impl Policy {
    /// The name, without a namespace: exceptions name it so.
    pub(super) fn name(&self) -> &str {
        self.key.rsplit('/').next().unwrap_or_default()
    }

    /// What the policy as written matches; nothing where whole documents are judged.
    pub(super) fn constraints(&self) -> Option<&MatchResources> {
        self.variants.first()?.constraints.as_ref()
    }

    /// Could it match an object of this kind?
    pub(super) fn accepts(&self, candidate: &Candidate<'_>) -> bool {
        let takes = |variant: &Variant| variant.constraints.as_ref().is_none_or(|one| one.matches(candidate).is_some());
        self.variants.iter().any(takes)
    }
}

struct Expression {
    program: Program,
    asks_user: bool,
}

struct Validation {
    expression: Expression,
    message: String,
    message_expression: Option<Expression>,
}

/// An exception.
pub(super) struct Exception {
    key: String,
    pub(super) document: usize,
    /// Names and kinds of policies.
    policies: Vec<(String, String)>,
    conditions: Json,
    images: Vec<String>,
    values: Vec<String>,
    passes: bool,
}
