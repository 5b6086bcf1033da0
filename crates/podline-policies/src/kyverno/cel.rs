//! `validate.cel`, and `webhookConfiguration.matchConditions`: the API server's own validations, which Kyverno runs
//! itself.
//!
//! A rule is read as a ValidatingAdmissionPolicy that matches everything. What the server would refuse in one, Kyverno
//! only finds when it evaluates, and calls it a failure. Source: kyverno
//! `pkg/engine/handlers/validation/validate_cel.go`, `pkg/engine/internal/match.go`.

use serde_json::{Value as Json, json};

use super::Scene;
use super::evaluate::{Response, Status};
use super::fault::Need;
use super::rule::Rule;
use crate::doubts::Doubts;
use crate::engine::{Engine as _, Review};
use crate::environment::Evaluator;
use crate::json::{items, text};
use crate::judgement::{Decision, Judgement, Rule as Judged, Violation};
use crate::meter::Meter;
use crate::vap;

/// A rule's expressions.
pub(super) struct Cel {
    /// The validations in groups that are evaluated together: all of them, unless one does not compile.
    parts: Vec<Part>,
    /// The messages of the validations, trimmed.
    messages: Vec<String>,
    params: bool,
    names_user: bool,
}

enum Part {
    /// These validations, from this index on.
    Compiled { engine: vap::Engine, from: usize },
    /// One that does not compile.
    Broken(String),
}

impl std::fmt::Debug for Cel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cel").field("messages", &self.messages).finish_non_exhaustive()
    }
}

/// An engine of one policy, or why the server refuses it.
fn load(conditions: &Json, variables: &Json, validations: &[Json]) -> Result<vap::Engine, String> {
    let named =
        |(at, condition): (usize, &Json)| json!({ "name": format!("c{at}"), "expression": condition["expression"] });
    let everything = json!({ "apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"] });
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": "kyverno" },
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": { "resourceRules": [everything] },
            "matchConditions": items(conditions).enumerate().map(named).collect::<Vec<_>>(),
            "variables": items(variables).collect::<Vec<_>>(),
            "validations": validations,
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": "kyverno" },
        "spec": { "policyName": "kyverno", "validationActions": ["Deny"] },
    });
    let loaded = vap::load_for(&[policy, binding], Evaluator::Embedded);
    match loaded.refused.first().and_then(|refused| refused.errors.first()) {
        None if loaded.refused.is_empty() => Ok(loaded.engine),
        error => Err(error.map_or_else(String::new, |error| detail(&error.text))),
    }
}

/// What stands behind the field and its value.
fn detail(text: &str) -> String {
    let at = ["must evaluate to", "compilation failed:", "program instantiation failed:"];
    at.iter().find_map(|start| text.find(start)).map_or_else(|| text.to_owned(), |at| text[at..].to_owned())
}

impl Cel {
    pub(super) fn new(rule: &Json) -> Cel {
        let cel = &rule["validate"]["cel"];
        let fallback = text(&rule["validate"]["message"]);
        let validations: Vec<Json> = items(&cel["expressions"])
            .map(|one| {
                let expression = text(&one["messageExpression"]);
                let mut validation = json!({ "expression": one["expression"] });
                if !expression.trim().is_empty() {
                    validation["messageExpression"] = json!(expression);
                }
                validation
            })
            .collect();
        let messages = items(&cel["expressions"])
            .map(|one| Some(text(&one["message"])).filter(|message| !message.is_empty()).unwrap_or(fallback))
            .map(|message| message.trim().to_owned())
            .collect();
        let (conditions, variables) = (&rule["celPreconditions"], &cel["variables"]);
        let parts = match load(conditions, variables, &validations) {
            Ok(engine) => vec![Part::Compiled { engine, from: 0 }],
            Err(_) => split(conditions, variables, &validations),
        };
        let mut expressions = items(conditions).chain(items(variables)).chain(&validations);
        let names_user = expressions.any(|one| text(&one["expression"]).contains("userInfo"));
        Cel { parts, messages, params: cel["paramKind"].is_object(), names_user }
    }
}

/// The validations one by one, behind the preconditions alone.
fn split(conditions: &Json, variables: &Json, validations: &[Json]) -> Vec<Part> {
    let broken = |why: String| Part::Broken(format!("compilation error: {why}"));
    let first = match load(conditions, &Json::Null, &[json!({ "expression": "true" })]) {
        Ok(engine) => Part::Compiled { engine, from: 0 },
        Err(why) => return vec![broken(why)],
    };
    let one_by_one = validations.iter().enumerate().map(|(from, one)| {
        // A message expression that does not compile gives no message.
        let plain = json!({ "expression": one["expression"] });
        let loaded = load(conditions, variables, std::slice::from_ref(one));
        match loaded.or_else(|_| load(conditions, variables, &[plain])) {
            Ok(engine) => Part::Compiled { engine, from },
            Err(why) => broken(why),
        }
    });
    std::iter::once(first).chain(one_by_one).collect()
}

/// What expressions of the policy of a document say; what they use is the policy's.
fn ask(engine: &vap::Engine, document: usize, review: &Review<'_>, doubts: &Doubts<'_>) -> Vec<Judgement> {
    let meter = Meter::default();
    let inner = Review { meter: &meter, ..*review };
    let rows = match doubts.unknown() {
        Some(unknown) => engine.judge_and_explain(&inner, unknown),
        None => engine.judge(&inner),
    };
    review.meter.pay(document, meter.total());
    rows
}

/// What the rule says about an object.
pub(super) fn respond(cel: &Cel, rule: &Rule, document: usize, scene: &Scene<'_>) -> Option<Response> {
    let mut seen = Vec::new();
    let unknown = |need: Need| Some(Response::new(Status::Unknown(need), format!("depends on {}", need.text())));
    if cel.params {
        return unknown(Need::Cluster);
    }
    if cel.names_user && scene.review.user.name.is_empty() {
        return unknown(Need::User);
    }
    for part in &cel.parts {
        let (engine, from) = match part {
            Part::Broken(message) => return Some(Response::new(Status::Fail, message.as_str())),
            Part::Compiled { engine, from } => (engine, *from),
        };
        let rows = ask(engine, document, scene.review, scene.doubts);
        if rows.is_empty() {
            return Some(Response::new(Status::Skip, "cel preconditions not met"));
        }
        for row in rows {
            let message = match (&row.decision, &row.rule) {
                (Decision::Pass, _) => {
                    seen.extend(row.violations);
                    continue;
                }
                (Decision::Undecided, _) => return unknown(Need::Authorizer),
                (Decision::Fail, Judged::Validation(at)) => cel.message(from + at, row.message),
                _ => row.message,
            };
            let response = Response::new(Status::Fail, message);
            return Some(Response { violations: row.violations, ..response });
        }
    }
    let passed = Response::new(Status::Pass, format!("Validation rule '{}' passed.", rule.name));
    Some(Response { violations: seen, ..passed })
}

impl Cel {
    /// The message of an expression, or the one that is written.
    fn message(&self, at: usize, given: String) -> String {
        match self.messages.get(at) {
            Some(written) if !written.is_empty() && given.starts_with("failed expression: ") => written.clone(),
            _ => given,
        }
    }
}

/// Conditions on the request: where one is false, or an error, the policy says nothing.
pub(super) struct MatchConditions(vap::Engine);

impl std::fmt::Debug for MatchConditions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MatchConditions")
    }
}

impl MatchConditions {
    /// Nothing if there are none.
    ///
    /// # Errors
    /// Why they do not compile.
    pub(super) fn new(json: &Json) -> Result<Option<MatchConditions>, String> {
        if items(json).next().is_none() {
            return Ok(None);
        }
        // What does not hold for objects that they let through says what it was that they depended on.
        let engine = load(json, &Json::Null, &[json!({ "expression": "false" })]);
        engine
            .map(|engine| Some(MatchConditions(engine)))
            .map_err(|why| format!("match conditions compilation errors: {why}"))
    }

    /// Whether they hold, and the fields that leave it open.
    pub(super) fn hold(&self, document: usize, review: &Review<'_>, doubts: &Doubts<'_>) -> (bool, Vec<Violation>) {
        let rows = ask(&self.0, document, review, doubts);
        let holds = !rows.is_empty() && rows.iter().all(|row| row.decision == Decision::Fail);
        (holds, rows.into_iter().flat_map(|row| row.violations).filter(|_| holds).collect())
    }
}
