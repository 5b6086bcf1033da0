//! Policies and bindings, ready to be evaluated.

use std::collections::HashMap;
use std::sync::Arc;

use podline_cel::Program;

use crate::judgement::{Actions, Step};
use crate::matching::{GroupVersionKind, LabelSelector, MatchResources};

/// Compiled expressions by name.
pub(crate) type Programs = Arc<HashMap<Arc<str>, Program>>;

/// A ValidatingAdmissionPolicy that the server takes.
pub(crate) struct Policy {
    pub(crate) name: Arc<str>,
    /// Which of the documents it is.
    pub(crate) document: usize,
    /// Do errors count as failures (`failurePolicy: Fail`)?
    pub(crate) fails: bool,
    pub(crate) param_kind: Option<GroupVersionKind>,
    pub(crate) constraints: MatchResources,
    pub(crate) conditions: Vec<Expression>,
    /// Do match conditions see variables? Not in a server.
    pub(crate) composed_conditions: bool,
    /// By their names.
    pub(crate) variables: Programs,
    pub(crate) validations: Vec<Validation>,
    /// What all validations of a binding and param may cost, with their variables; audit annotations have it anew.
    pub(crate) budget: u64,
    pub(crate) annotations: Vec<Annotation>,
    /// The first expression that names `authorizer`.
    pub(crate) authorizer: Option<Vec<Step>>,
    pub(crate) bindings: Vec<Binding>,
}

/// An expression and what it was written as.
pub(crate) struct Expression {
    pub(crate) text: String,
    /// Or why it does not compile, which is an error whenever it is evaluated. A server refuses such policies, Gatekeeper
    /// takes them.
    pub(crate) program: Result<Program, String>,
}

/// One of `validations`.
pub(crate) struct Validation {
    pub(crate) expression: Expression,
    pub(crate) message: String,
    pub(crate) message_expression: Option<Expression>,
    pub(crate) reason: Option<Arc<str>>,
}

/// One of `auditAnnotations`.
pub(crate) struct Annotation {
    pub(crate) key: Arc<str>,
    pub(crate) value: Expression,
}

/// A ValidatingAdmissionPolicyBinding that the server takes.
pub(crate) struct Binding {
    pub(crate) name: Arc<str>,
    pub(crate) document: usize,
    pub(crate) policy: String,
    pub(crate) matches: MatchResources,
    pub(crate) actions: Actions,
    pub(crate) params: Option<ParamRef>,
}

/// Which params a binding takes.
pub(crate) struct ParamRef {
    pub(crate) choice: Choice,
    /// Empty: that of the object.
    pub(crate) namespace: String,
    /// Is it an error if there are none (`parameterNotFoundAction: Deny`)?
    pub(crate) required: bool,
}

/// By name, or by labels.
pub(crate) enum Choice {
    Name(String),
    Selector(LabelSelector),
}
