//! A policy about an object.

use std::sync::Arc;

use podline_cel::{Activation, Context, Document, Error, Flavor, Limits, Value, Variables};
use serde_json::json;

use super::environment::VARIABLES;
use super::library::{need, unknown};
use super::{Exception, Expression, Policy, Validation, Variant};
use crate::blame::violations;
use crate::doubts::{Doubts, Truth, doubted};
use crate::engine::Review;
use crate::json::text;
use crate::judgement::{Decision, Exemption, Judgement, Origin, Rule, Step, Violation};
use crate::kyverno::fault::Need;
use crate::kyverno::lives_in;
use crate::matching::Candidate;
use crate::meter::steps_of;

/// What all expressions of a policy may cost together.
const BUDGET: u64 = 20_000_000;

/// What expressions see.
#[derive(Clone)]
struct Scene {
    object: Value,
    old: Value,
    request: Value,
    namespace: Value,
    exceptions: Value,
}

impl Activation for Scene {
    fn resolve(&self, name: &str) -> Option<Value> {
        Some(match name {
            "object" => self.object.clone(),
            "oldObject" => self.old.clone(),
            "request" => self.request.clone(),
            "namespaceObject" => self.namespace.clone(),
            "exceptions" => self.exceptions.clone(),
            _ => return None,
        })
    }
}

/// What was said: rule, decision, message, the validation, and the fields that were read.
struct Said {
    rule: &'static str,
    decision: Decision,
    message: String,
    validation: Option<usize>,
    violations: Vec<Violation>,
    exempted_by: Vec<Exemption>,
}

impl Said {
    fn new(decision: Decision, message: impl Into<String>) -> Said {
        Said {
            rule: "",
            decision,
            message: message.into(),
            validation: None,
            violations: Vec::new(),
            exempted_by: Vec::new(),
        }
    }

    /// An error, or that only the cluster can tell.
    fn error(prefix: &str, error: &Error) -> Said {
        match need(error) {
            Some(_) => Said::new(Decision::Undecided, error.message()),
            None => Said::new(Decision::Error, format!("{prefix}: {}", words(error))),
        }
    }
}

/// The rows of a policy: none if it does not concern the object, and more than one only where whole documents are judged.
/// Where something is not known, it is said of what passes too which fields it depends on.
pub(crate) fn judge(
    policy: &Policy,
    exceptions: &[Exception],
    review: &Review<'_>,
    doubts: &Doubts<'_>,
) -> Vec<Judgement> {
    let mut place = Vec::new();
    if !policy.namespace.is_empty() {
        let namespace = review.subject.namespace.unwrap_or_default();
        let Some(open) = lives_in(&policy.namespace, namespace, review, doubts) else { return Vec::new() };
        place = open;
    }
    let concerned = |variant: &Variant| {
        let truth = variant.matches(review, doubts);
        let fields = doubts.settle(truth).into_iter().chain(place.iter().cloned()).collect();
        (truth != Truth::No).then_some(fields)
    };
    let run = |variant| Run {
        document: policy.document,
        variant,
        exceptions,
        review,
        doubts,
        limits: Limits::default(),
        budget: std::cell::Cell::new(BUDGET),
    };
    let concerning = policy.variants.iter().filter_map(|variant| Some((variant, concerned(variant)?)));
    concerning.flat_map(|(variant, fields)| doubted(vec![row(policy, &run(variant))], fields)).collect()
}

fn row(policy: &Policy, run: &Run<'_>) -> Judgement {
    let said = run.run();
    let key = |key: &str| Step::Key(key.into());
    let mut path = vec![key("spec")];
    if let Some(at) = said.validation {
        path.extend([key("validations"), Step::Index(at), key("expression")]);
    }
    let decision = if said.decision == Decision::Fail && !policy.scored { Decision::Warn } else { said.decision };
    Judgement {
        policy: policy.key.clone(),
        binding: None,
        param: None,
        rule: Rule::Named(said.rule.into()),
        decision,
        actions: policy.actions,
        message: said.message,
        reason: None,
        converted: None,
        violations: said.violations,
        origin: Origin { document: policy.document, path },
        exempted_by: said.exempted_by,
    }
}

/// An error without the variables that it came through.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    while let Some((_, rest)) =
        text.strip_prefix("composited variable \"").and_then(|rest| rest.split_once("\" fails to evaluate: "))
    {
        text = rest.to_owned();
    }
    text
}

impl Variant {
    fn matches(&self, review: &Review<'_>, doubts: &Doubts<'_>) -> Truth {
        let Some(constraints) = &self.constraints else { return Truth::Yes };
        let labels = &review.object["metadata"]["labels"];
        let candidate = Candidate::new(review.subject, review.operation, review.cluster);
        constraints.covers(&candidate, labels, doubts).map_or(Truth::No, |(_, truth)| truth)
    }
}

struct Run<'r> {
    document: usize,
    variant: &'r Variant,
    exceptions: &'r [Exception],
    review: &'r Review<'r>,
    doubts: &'r Doubts<'r>,
    limits: Limits,
    budget: std::cell::Cell<u64>,
}

impl Run<'_> {
    fn run(&self) -> Said {
        let mut scene = self.scene();
        let mut open = Vec::new();
        match self.excepted(&mut scene, &mut open) {
            Ok(Some(said)) | Err(said) => return said,
            Ok(None) => {}
        }
        let said = match self.hold(&self.variant.conditions, &scene) {
            Ok(Truth::No) => return self.skipped(&scene),
            Ok(held) => {
                open.extend(self.doubts.settle(held));
                self.validated(scene)
            }
            Err(said) => said,
        };
        let refuses = matches!(said.decision, Decision::Fail | Decision::Error);
        if refuses && !open.is_empty() { Said { violations: open, ..said } } else { said }
    }

    /// What the validations say.
    fn validated(&self, scene: Scene) -> Said {
        let variables = Variables::new(VARIABLES, self.variant.variables.clone(), scene);
        for (at, validation) in self.variant.validations.iter().enumerate() {
            let said = self.validation(validation, &variables);
            self.review.meter.pay(self.document, variables.take_cost());
            if let Some(said) = said {
                return Said { validation: Some(at), ..said.or_default(at) };
            }
        }
        match self.annotations(&variables) {
            Ok(()) => Said { violations: self.seen(&variables), ..Said::new(Decision::Pass, "success") },
            Err(error) => Said { rule: "evaluation", ..Said::error("failed to load context", &error) },
        }
    }

    /// That the match conditions do not hold, and on demand because of what.
    fn skipped(&self, scene: &Scene) -> Said {
        let conditions = self.variant.conditions.iter().filter(|_| self.doubts.unknown().is_some());
        let violations = conditions.flat_map(|condition| self.blame(condition, scene)).collect();
        Said { violations, ..Said::new(Decision::Skip, "skip") }
    }

    fn evaluate(&self, of: &Expression, activation: &dyn Activation) -> Result<Value, Error> {
        if of.asks_user && self.review.user.name.is_empty() {
            return Err(unknown(Need::User));
        }
        let mut context = Context::new(&self.limits, false);
        let result = of.program.run(activation, &mut context).map(|traced| traced.value);
        self.review.meter.pay(self.document, steps_of(&context));
        match self.budget.get().checked_sub(context.cost()) {
            Some(rest) => self.budget.set(rest),
            None => return Err(Error::cancelled("operation cancelled: the policy costs more than it may")),
        }
        result
    }

    /// The first validation that does not hold, or cannot be evaluated.
    fn validation(&self, validation: &Validation, variables: &Arc<Variables<Scene>>) -> Option<Said> {
        if self.variant.asks_user && self.review.user.name.is_empty() && validation.expression.asks_user {
            return Some(Said::error("error", &unknown(Need::User)));
        }
        let result = self.evaluate(&validation.expression, &**variables);
        let blamed = |said: Said| Said { violations: self.blame_of(validation, variables), ..said };
        match result {
            Err(error) => return Some(blamed(Said::error("error", &error))),
            Ok(value) if !matches!(value, Value::Bool(false)) => return None,
            Ok(_) => {}
        }
        let message = match &validation.message_expression {
            None => validation.message.clone(),
            Some(expression) => match self.evaluate(expression, &**variables) {
                Ok(value) => value.as_str().unwrap_or_default().to_owned(),
                Err(error) if need(&error).is_some() => return Some(Said::error("", &error)),
                Err(error) => format!("failed to evaluate message expression: {}", words(&error)),
            },
        };
        if let Err(error) = self.annotations(variables) {
            return Some(Said::error("error", &error));
        }
        Some(blamed(Said::new(Decision::Fail, message)))
    }

    /// The fields of the object that a validation read, itself or through variables.
    fn blame_of(&self, validation: &Validation, variables: &Variables<Scene>) -> Vec<Violation> {
        // What variables hold knows only in the context in which they were evaluated where it came from.
        self.blame(&validation.expression, &*variables.anew())
    }

    /// The fields of the object that the expression read.
    fn blame(&self, of: &Expression, activation: &dyn Activation) -> Vec<Violation> {
        let mut context = Context::new(&self.limits, true);
        let result = of.program.run(activation, &mut context);
        self.review.meter.pay(self.document, steps_of(&context));
        violations(&context.reads_behind(&result))
    }

    /// The fields that all validations read, if that is asked for.
    fn seen(&self, variables: &Arc<Variables<Scene>>) -> Vec<Violation> {
        let validations = self.variant.validations.iter().filter(|_| self.doubts.unknown().is_some());
        validations.flat_map(|validation| self.blame_of(validation, variables)).collect()
    }

    fn annotations(&self, variables: &Arc<Variables<Scene>>) -> Result<(), Error> {
        for (key, value) in &self.variant.annotations {
            let result = self.evaluate(value, &**variables);
            result.map_err(|error| match need(&error) {
                Some(_) => error,
                None => Error::new(format!("failed to evaluate auditAnnotation '{key}': {}", words(&error))),
            })?;
        }
        Ok(())
    }

    /// Do all conditions hold? One that is false decides, whatever errors the others have.
    fn hold(&self, conditions: &[Expression], scene: &Scene) -> Result<Truth, Said> {
        let (mut errors, mut violations, mut holds) = (Vec::new(), Vec::new(), Truth::Yes);
        for condition in conditions {
            let is_open = || self.doubts.unknown().is_some() && self.doubts.are_in(&self.blame(condition, scene));
            match self.evaluate(condition, scene) {
                _ if is_open() => holds = Truth::Unknown,
                Ok(Value::Bool(false)) => return Ok(Truth::No),
                Ok(_) => {}
                Err(error) => {
                    violations.extend(self.blame(condition, scene));
                    errors.push(error);
                }
            }
        }
        if let Some(error) = errors.iter().find(|error| need(error).is_some()) {
            return Err(Said::error("", error));
        }
        if errors.is_empty() {
            return Ok(holds);
        }
        if !self.variant.fails {
            return Ok(Truth::No);
        }
        let texts: Vec<String> = errors.iter().map(words).collect();
        let message = format!("failed to load context: {}", texts.join("; "));
        Err(Said { rule: "evaluation", violations, ..Said::new(Decision::Error, message) })
    }

    /// What exceptions say. Those that only allow images and values are seen by the expressions.
    fn excepted(&self, scene: &mut Scene, open: &mut Vec<Violation>) -> Result<Option<Said>, Said> {
        let (mut matched, mut whole) = (Vec::new(), false);
        let (mut images, mut values) = (Vec::new(), Vec::new());
        for (at, conditions) in &self.variant.exceptions {
            let exception = &self.exceptions[*at];
            match self.hold(conditions, scene) {
                Ok(Truth::Yes) => {}
                Ok(truth) => {
                    open.extend(self.doubts.settle(truth));
                    continue;
                }
                Err(_) if whole => continue,
                Err(said) => return Err(said),
            }
            matched.push(exception);
            if exception.images.is_empty() && exception.values.is_empty() {
                whole = true;
            } else if !whole {
                images.extend(exception.images.iter().cloned());
                values.extend(exception.values.iter().cloned());
            }
        }
        scene.exceptions = exceptions(&images, &values);
        if !whole {
            return Ok(None);
        }
        let keys: Vec<&str> = matched.iter().map(|exception| exception.key.as_str()).collect();
        let passes = matched.first().is_some_and(|exception| exception.passes);
        let (decision, word) = if passes { (Decision::Pass, "passed") } else { (Decision::Exempt, "skipped") };
        let message = format!("rule is {word} due to policy exception: {}", keys.join(", "));
        let exempted_by = matched.iter().map(|exception| Exemption::Document(exception.document)).collect();
        Ok(Some(Said { rule: "exception", exempted_by, ..Said::new(decision, message) }))
    }

    fn scene(&self) -> Scene {
        let review = self.review;
        let tree = |name: &str, json: &serde_json::Value| Document::new(name, json, Flavor::Dynamic).root();
        let namespace = match review.subject.namespace {
            Some(name) if !review.subject.resource.is_namespace() => review.cluster.namespace_document(name).root(),
            _ => Value::Null,
        };
        let whole = self.variant.constraints.is_none();
        let request = if whole { json!({}) } else { request(review) };
        Scene {
            object: tree("object", review.object),
            old: tree("oldObject", &json!({})),
            request: tree("request", &request),
            namespace: if whole { Value::Null } else { namespace },
            exceptions: exceptions(&[], &[]),
        }
    }
}

impl Said {
    fn or_default(self, at: usize) -> Said {
        if self.decision == Decision::Fail && self.message.is_empty() {
            return Said { message: format!("CEL expression validation failed at index {at}"), ..self };
        }
        self
    }
}

fn exceptions(images: &[String], values: &[String]) -> Value {
    Document::new("exceptions", &json!({ "allowedImages": images, "allowedValues": values }), Flavor::Dynamic).root()
}

/// `request`; what is empty is not there.
fn request(review: &Review<'_>) -> serde_json::Value {
    let own = review.subject.resource;
    let kind = json!({ "group": own.kind.group, "version": own.kind.version, "kind": own.kind.kind });
    let resource = json!({ "group": own.kind.group, "version": own.kind.version, "resource": own.plural });
    let mut json = json!({
        "uid": "",
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "operation": review.operation.name(),
        "userInfo": { "username": review.user.name, "groups": review.user.groups },
        "object": review.object,
        "oldObject": null,
        "dryRun": false,
        "options": null,
    });
    let name = text(&review.object["metadata"]["name"]);
    if !name.is_empty() {
        json["name"] = json!(name);
    }
    if let Some(namespace) = review.subject.namespace {
        json["namespace"] = json!(namespace);
    }
    json
}
