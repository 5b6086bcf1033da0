//! What the expressions of one evaluation see: `k8s.io/apiserver/pkg/admission/plugin/cel/activation.go`.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use podline_cel::{
    Activation, Authorizer, Context, Document, Error, Flavor, Limits, Read, Value, Variables, authorizer,
    request_resource,
};
use serde_json::json;

use super::policy::{Expression, Policy};
use crate::engine::Review;
use crate::environment::VARIABLES;
use crate::matching::Resource;
use crate::meter::steps_of;

/// The variables of an evaluation. Copies share their content.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) object: Value,
    pub(crate) request: Value,
    /// Null for what is cluster-scoped, and in match conditions.
    pub(crate) namespace: Value,
    /// Null if the binding names none.
    pub(crate) params: Value,
    /// `authorizer` and `authorizer.requestResource`. Messages and audit annotations have none.
    pub(crate) authorizer: Option<(Value, Value)>,
    pub(crate) spent: Spent,
}

/// The steps of all evaluations that see a scene or a copy of it.
#[derive(Clone, Default)]
pub(crate) struct Spent(Arc<AtomicU64>);

impl Spent {
    pub(crate) fn add(&self, steps: u64) {
        self.0.fetch_add(steps, Ordering::Relaxed);
    }

    pub(crate) fn steps(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Activation for Scene {
    fn resolve(&self, name: &str) -> Option<Value> {
        match name {
            "object" => Some(self.object.clone()),
            "oldObject" => Some(Value::Null),
            "request" => Some(self.request.clone()),
            "namespaceObject" => Some(self.namespace.clone()),
            "params" => Some(self.params.clone()),
            "authorizer" => self.authorizer.as_ref().map(|(whole, _)| whole.clone()),
            "authorizer.requestResource" => self.authorizer.as_ref().map(|(_, resource)| resource.clone()),
            _ => None,
        }
    }
}

impl Scene {
    /// The same for a match condition.
    pub(super) fn of_conditions(&self) -> Scene {
        Scene { namespace: Value::Null, ..self.clone() }
    }

    /// The same for messages and audit annotations.
    pub(super) fn without_authorizer(&self) -> Scene {
        Scene { authorizer: None, ..self.clone() }
    }

    /// The same with somebody who answers `authorizer`.
    pub(super) fn with_authorizer(&self, answer: &Authorizer, asked: &podline_cel::Request) -> Scene {
        let authorizer = (authorizer(answer.clone()), request_resource(asked.clone(), answer.clone()));
        Scene { authorizer: Some(authorizer), ..self.clone() }
    }
}

/// The budget is spent: nothing more is evaluated.
pub(super) struct OutOfBudget;

impl OutOfBudget {
    pub(super) const TEXT: &str =
        "validation failed due to running out of cost budget, no further validation rules will be run";
}

/// The bytes and the steps without cost that expressions which are evaluated together may take together. The server
/// has no such limits; real policies stay a thousand times below them.
const MEMORY: usize = 256 << 20;
const WORK: u64 = 100_000_000;

/// Expressions that are evaluated together, and share the values of their variables.
pub(super) struct Composition {
    sees: Sees,
    spent: Spent,
    memory: Cell<usize>,
    work: Cell<u64>,
}

enum Sees {
    /// No variables.
    Plain(Scene),
    /// Variables, each evaluated at most once.
    Composed(Arc<Variables<Scene>>),
}

impl Composition {
    pub(super) fn new(policy: &Policy, scene: Scene) -> Composition {
        if policy.variables.is_empty() {
            return Composition::plain(scene);
        }
        let spent = scene.spent.clone();
        Composition::of(Sees::Composed(Variables::new(VARIABLES, policy.variables.clone(), scene)), spent)
    }

    /// What match conditions see.
    pub(super) fn of_conditions(policy: &Policy, scene: Scene) -> Composition {
        if policy.composed_conditions { Composition::new(policy, scene) } else { Composition::plain(scene) }
    }

    /// Expressions that see no variables.
    fn plain(scene: Scene) -> Composition {
        let spent = scene.spent.clone();
        Composition::of(Sees::Plain(scene), spent)
    }

    fn of(sees: Sees, spent: Spent) -> Composition {
        Composition { sees, spent, memory: Cell::new(MEMORY), work: Cell::new(WORK) }
    }

    fn activation(&self) -> &dyn Activation {
        match &self.sees {
            Sees::Plain(scene) => scene,
            Sees::Composed(variables) => &**variables,
        }
    }

    /// Evaluates an expression. Its cost and that of the variables that it was the first to read is taken from `budget`.
    ///
    /// # Errors
    /// If the budget does not suffice. Errors of the expression itself are a value.
    pub(super) fn evaluate(&self, of: &Expression, budget: &mut u64) -> Result<Result<Value, Error>, OutOfBudget> {
        let program = match &of.program {
            Ok(program) => program,
            Err(why) => return Ok(Err(Error::new(why.clone()))),
        };
        let limits = self.limits();
        let mut context = Context::new(&limits, false);
        let result = program.run(self.activation(), &mut context).map(|traced| traced.value);
        self.work.set(self.work.get().saturating_sub(context.worked()));
        let variables = match &self.sees {
            Sees::Plain(_) => 0,
            Sees::Composed(variables) => {
                // What variables hold stays.
                self.memory.set(self.memory.get().saturating_sub(context.memory()));
                variables.take_cost()
            }
        };
        self.spent.add(variables.saturating_add(steps_of(&context)));
        let spent = variables.saturating_add(context.cost());
        *budget = budget.checked_sub(spent).ok_or(OutOfBudget)?;
        Ok(result)
    }

    fn limits(&self) -> Limits {
        let one = Limits::default();
        Limits { cost: one.cost, memory: one.memory.min(self.memory.get()), work: one.work.min(self.work.get()) }
    }
}

/// How far an expression is followed that met a limit: to the first fields that it reads.
const FOLLOWED: u64 = 1_000;

/// What an expression that does not pass reads, evaluated once more for that. `cancelled` is one that met a limit.
pub(super) fn explain(policy: &Policy, scene: &Scene, of: &Expression, cancelled: bool) -> Vec<Read> {
    let Ok(program) = &of.program else { return Vec::new() };
    let whole = Limits::default();
    let limits = if cancelled { Limits { cost: FOLLOWED, ..whole } } else { whole };
    let mut context = Context::new(&limits, true);
    let composition = Composition::new(policy, scene.clone());
    let result = program.run(composition.activation(), &mut context);
    scene.spent.add(steps_of(&context));
    context.reads_behind(&result)
}

/// The variable `request`, for an object that matched as `matched`.
pub(crate) fn request(review: &Review<'_>, matched: &Resource) -> Value {
    let own = review.subject.resource;
    let kind = |of: &Resource| json!({ "group": of.kind.group, "version": of.kind.version, "kind": of.kind.kind });
    let resource = |of: &Resource| json!({ "group": of.kind.group, "version": of.kind.version, "resource": of.plural });
    let mut user = json!({ "username": review.user.name });
    if !review.user.groups.is_empty() {
        user["groups"] = json!(review.user.groups);
    }
    let mut json = json!({
        "kind": kind(matched),
        "resource": resource(matched),
        "requestKind": kind(own),
        "requestResource": resource(own),
        "name": review.subject.name,
        "operation": review.operation.name(),
        "userInfo": user,
        "dryRun": false,
        "options": { "kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1" },
    });
    if let Some(namespace) = request_namespace(review) {
        json["namespace"] = json!(namespace);
    }
    Document::new("request", &json, Flavor::Typed).root()
}

/// The namespace of the request: of a Namespace its own name.
pub(super) fn request_namespace<'r>(review: &Review<'r>) -> Option<&'r str> {
    if review.subject.resource.is_namespace() { Some(review.subject.name) } else { review.subject.namespace }
}
