//! A rule about an object.
//!
//! Source: kyverno `pkg/engine/engine.go`, `pkg/engine/handlers/validation/validate_resource.go`.

mod foreach;

use podline_jmespath::{Value, text};

use super::blame;
use super::conditions::{hold, join};
use super::context::{Context, Environment};
use super::exceptions::Exception;
use super::fault::{Fault, Need};
use super::rule::{Check, Conditions, Rule};
use super::variables::substitute;
use super::walk::{Mismatch, match_pattern};
use crate::doubts::Truth;
use crate::judgement::{Exemption, Violation};

/// The word for a rule that takes too much.
const BUDGET: &str = "the rule needs more work or memory than a policy may use";

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Pass,
    Fail,
    Error,
    Skip,
    /// An exception lets the object pass.
    Exempt,
    Unknown(Need),
}

/// A row to be.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) status: Status,
    pub(super) message: String,
    /// The fields to blame, the likeliest last.
    pub(super) violations: Vec<Violation>,
    /// The documents of the exceptions that let the object pass.
    pub(super) exempted_by: Vec<Exemption>,
}

impl Response {
    pub(super) fn new(status: Status, message: impl Into<String>) -> Response {
        Response { status, message: message.into(), violations: Vec::new(), exempted_by: Vec::new() }
    }

    /// That exceptions let the object pass.
    pub(super) fn exempt(message: String, by: &[&Exception]) -> Response {
        let exempted_by = by.iter().map(|exception| Exemption::Document(exception.document)).collect();
        Response { exempted_by, ..Response::new(Status::Exempt, message) }
    }

    /// `message: fault`, or that it is not known.
    pub(super) fn fault(message: &str, fault: Fault) -> Response {
        match fault {
            Fault::Text(text) => Response::new(Status::Error, format!("{message}: {text}")),
            Fault::Unknown(need) => Response::new(Status::Unknown(need), format!("depends on {}", need.text())),
            Fault::Budget => Response::new(Status::Error, BUDGET),
        }
    }
}

/// What evaluates one rule.
pub(super) struct Evaluation<'e, 'a> {
    pub(super) rule: &'a Rule,
    pub(super) context: &'e mut Context<'a>,
    /// The object with whole numbers as such.
    pub(super) object: &'e Value,
}

/// What a rule says, and its properties; nothing if it has nothing to say.
pub(super) fn respond<'a>(
    rule: &'a Rule,
    policy: &'a super::rule::Policy,
    context: &mut Context<'a>,
    scene: &super::Scene<'a>,
) -> Option<(Response, Option<Value>)> {
    context.checkpoint();
    context.add_entries(&rule.context, &policy.namespace);
    let mut properties = rule.properties.clone();
    if let Some(seen) = context.environment().seen {
        seen.borrow_mut().clear();
    }
    let mut open = Vec::new();
    let response = within(rule, policy, context, scene, (&mut properties, &mut open));
    context.reset(true);
    // Had a list other elements, there might be something to say.
    let unsaid = || context.unknown_since(0).map(|_| Response::new(Status::Skip, ""));
    let mut response = response.or_else(unsaid)?;
    if !open.is_empty() && matches!(response.status, Status::Fail | Status::Error) {
        response.violations = open;
    }
    if let Some(seen) = context.environment().seen.filter(|_| matches!(response.status, Status::Pass | Status::Skip)) {
        let place = |path| Violation { path, found: true, decided: true, passed_over: false };
        response.violations.extend(seen.take().into_iter().map(place));
    }
    Some((response, properties))
}

fn within<'a>(
    rule: &'a Rule,
    policy: &'a super::rule::Policy,
    context: &mut Context<'a>,
    scene: &super::Scene<'a>,
    (properties, open): (&mut Option<Value>, &mut Vec<Violation>),
) -> Option<Response> {
    if let Some(stopped) = precondition(&rule.preconditions, context) {
        return Some(stopped);
    }
    open.extend(context.unknown_since(0));
    if let Some(found) = properties.as_ref().and_then(|found| substitute(context, found).ok()) {
        *properties = Some(found);
    }
    let candidate = scene.candidate();
    let mut applied = Vec::new();
    for exception in scene.exceptions.iter().filter(|exception| exception.names(&policy.key, &rule.name)) {
        match exception.applies(&candidate, context) {
            Ok(Truth::Yes) => applied.push(exception),
            Ok(open_or_not) => open.extend(scene.doubts.settle(open_or_not)),
            Err(fault) => return Some(Response::fault("failed to evaluate exceptions", fault)),
        }
    }
    match &rule.check {
        Check::Other => None,
        Check::PodSecurity(subrule) => {
            super::pod_security::respond(subrule, rule, scene, context.environment(), &applied)
        }
        Check::Cel(cel) if applied.is_empty() => super::cel::respond(cel, rule, policy.document, scene),
        _ if !applied.is_empty() => Some(exempt(&applied)),
        check => {
            let mut evaluation = Evaluation { rule, context, object: scene.typed };
            evaluation.check(check, None, 0)
        }
    }
}

/// Kyverno leaves out the blank.
fn exempt(applied: &[&Exception]) -> Response {
    let keys: Vec<&str> = applied.iter().map(|exception| exception.key.as_str()).collect();
    Response::exempt(format!("rule is skipped due to policy exceptions{}", keys.join(", ")), applied)
}

/// That something could not be evaluated, because of what was read last, or could not be read.
fn faulted(message: &str, fault: Fault, context: &Context<'_>) -> Response {
    let mut violations =
        if matches!(fault, Fault::Text(_)) { blame::of_reads(context, &context.reads) } else { Vec::new() };
    violations.extend(context.unreadable.clone());
    Response { violations, ..Response::fault(message, fault) }
}

fn precondition(conditions: &Conditions, context: &mut Context<'_>) -> Option<Response> {
    context.forget_reads();
    match hold(context, conditions) {
        Err(fault) => Some(faulted("failed to evaluate preconditions", fault, context)),
        Ok((false, message)) => Some(Response::new(Status::Skip, join(&["preconditions not met", &message], "; "))),
        Ok((true, _)) => None,
    }
}

impl<'a> Evaluation<'_, 'a> {
    fn name(&self) -> &str {
        &self.rule.name
    }

    fn passed(&self) -> Response {
        Response::new(Status::Pass, format!("validation rule '{}' passed.", self.name()))
    }

    /// One check, about the object or an element of it.
    fn check(&mut self, check: &'a Check, element: Option<&Value>, nesting: usize) -> Option<Response> {
        match check {
            Check::Deny(conditions) => Some(self.deny(conditions)),
            Check::Pattern(pattern) => Some(self.pattern(pattern, element)),
            Check::AnyPattern(patterns) => Some(self.any_pattern(patterns, element)),
            Check::ForEach(lists) => self.foreach(lists, element, nesting),
            Check::PodSecurity(_) | Check::Cel(_) | Check::Other => None,
        }
    }

    fn deny(&mut self, conditions: &Conditions) -> Response {
        self.context.forget_reads();
        match hold(self.context, conditions) {
            Err(fault) => faulted("failed to check deny conditions", fault, self.context),
            Ok((false, _)) => self.passed(),
            Ok((true, message)) => {
                let violations = blame::of_conditions(self.context, &self.context.asked);
                match self.deny_message(&message) {
                    Err(Fault::Text(_)) => Response { violations, ..Response::new(Status::Fail, message) },
                    Err(fault) => Response::fault("", fault),
                    Ok(message) => Response { violations, ..Response::new(Status::Fail, message) },
                }
            }
        }
    }

    fn deny_message(&mut self, conditions: &str) -> Result<String, Fault> {
        if self.rule.message.is_empty() && conditions.is_empty() {
            return Ok(format!("validation error: rule {} failed", self.name()));
        }
        let message = join(&[&self.rule.message, conditions], "; ");
        Ok(match substitute(self.context, &Value::from(message))? {
            Value::String(text) => text.to_string(),
            _ => "the produced message didn't resolve to a string, check your policy definition.".to_owned(),
        })
    }

    fn pattern(&mut self, pattern: &Value, element: Option<&Value>) -> Response {
        self.context.forget_reads();
        let pattern = match substitute(self.context, pattern) {
            Ok(pattern) => pattern,
            Err(fault) => return faulted("variable substitution failed", fault, self.context),
        };
        let object = element.unwrap_or(self.object);
        match self.matches(object, &pattern, element) {
            Ok(()) => self.passed(),
            Err(Mismatch::Budget) => Response::fault("", super::walk::spent()),
            Err(Mismatch::Skip(text)) => Response::new(Status::Skip, text),
            Err(Mismatch::Fail { text, path, at }) => {
                let violations = blame::at_path(self.context, element, &at).into_iter().collect();
                Response { violations, ..self.failed(&text, &path) }
            }
        }
    }

    /// Matches the object, or an element of it.
    fn matches(&self, object: &Value, pattern: &Value, element: Option<&Value>) -> Result<(), Mismatch> {
        let Environment { budget, seen, .. } = self.context.environment();
        let Some(seen) = seen else { return match_pattern(object, pattern, budget, None) };
        let mut visited = Vec::new();
        let outcome = match_pattern(object, pattern, budget, Some(&mut visited));
        let places = visited.iter().filter_map(|path| blame::at_path(self.context, element, path));
        seen.borrow_mut().extend(places.map(|violation| violation.path));
        outcome
    }

    fn failed(&mut self, error: &str, path: &str) -> Response {
        let name = self.name().to_owned();
        let what = if path.is_empty() { format!("execution error: {error}") } else { format!("failed at path {path}") };
        let message = match self.message() {
            Ok(None) => format!("validation error: rule {name} {what}"),
            Ok(Some(message)) => {
                let dot = if message.ends_with('.') { "" } else { "." };
                format!("validation error: {message}{dot} rule {name} {what}")
            }
            Err(Fault::Text(_)) => {
                format!("validation error: variables substitution error in rule {name} execution error: {error}")
            }
            Err(fault) => return Response::fault("", fault),
        };
        let status = if path.is_empty() { Status::Error } else { Status::Fail };
        Response::new(status, message)
    }

    /// The rule's message; nothing if it has none.
    fn message(&mut self) -> Result<Option<String>, Fault> {
        if self.rule.message.is_empty() {
            return Ok(None);
        }
        match substitute(self.context, &Value::text(self.rule.message.as_str()))? {
            Value::String(text) => Ok(Some(text.to_string())),
            // The original panics.
            other => Ok(Some(text::json(&other))),
        }
    }

    fn any_pattern(&mut self, patterns: &Value, element: Option<&Value>) -> Response {
        self.context.forget_reads();
        let patterns = match substitute(self.context, patterns) {
            Ok(patterns) => patterns,
            Err(fault) => return faulted("variable substitution failed", fault, self.context),
        };
        let name = self.name().to_owned();
        let object = element.unwrap_or(self.object);
        let (mut failed, mut skipped, mut violations) = (Vec::new(), Vec::new(), Vec::new());
        for (at, pattern) in patterns.as_slice().unwrap_or_default().iter().enumerate() {
            match self.matches(object, &floats(pattern), element) {
                Ok(()) => {
                    return Response::new(Status::Pass, format!("validation rule '{name}' anyPattern[{at}] passed."));
                }
                Err(Mismatch::Budget) => return Response::fault("", super::walk::spent()),
                Err(Mismatch::Skip(text)) => skipped.push(format!("rule {name}[{at}] skipped: {text}")),
                Err(Mismatch::Fail { text, path, at: place }) => {
                    let what =
                        if path.is_empty() { format!("failed: {text}") } else { format!("failed at path {path}") };
                    failed.push(format!("rule {name}[{at}] {what}"));
                    violations.extend(blame::at_path(self.context, element, &place));
                }
            }
        }
        if failed.is_empty() {
            return if skipped.is_empty() {
                Response::new(Status::Pass, self.rule.message.as_str())
            } else {
                Response::new(Status::Skip, skipped.join(" "))
            };
        }
        let error = failed.join(" ");
        let message = match self.message() {
            Ok(None) => format!("validation error: {error}"),
            Ok(Some(message)) => {
                let dot = if message.ends_with('.') { "" } else { "." };
                format!("validation error: {message}{dot} {error}")
            }
            Err(Fault::Text(_)) => {
                format!("validation error: variables substitution error in rule {name} execution error: {error}")
            }
            Err(fault) => return Response::fault("", fault),
        };
        Response { violations, ..Response::new(Status::Fail, message) }
    }
}

/// `anyPattern` goes through Go's own JSON: its numbers are doubles.
fn floats(pattern: &Value) -> Value {
    match pattern {
        #[expect(clippy::cast_precision_loss, reason = "as JSON is read")]
        Value::Int(number) => Value::Number(*number as f64),
        Value::Array(items) => Value::array(items.iter().map(floats).collect()),
        Value::Object(entries) => {
            Value::object(entries.iter().map(|(key, value)| (key.clone(), floats(value))).collect())
        }
        other => other.clone(),
    }
}
