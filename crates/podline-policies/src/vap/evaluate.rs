//! One policy, one binding, one param: `k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go`.

use std::sync::Arc;

use podline_cel::{Error, Value};

use super::policy::{Annotation, Binding, Expression, Policy, Validation};
use super::scene::{Composition, OutOfBudget, Scene, explain};
use crate::blame::violations;
use crate::doubts::{Doubts, Truth, doubted};
use crate::judgement::{Actions, Decision, Judgement, Origin, Rule, Step, Violation};

/// What a server lets all validations of a binding and param cost.
pub(super) const BUDGET: u64 = 10_000_000;
/// What all match conditions may cost.
const CONDITIONS_BUDGET: u64 = 2_500_000;
/// What one expression may cost.
const EXPRESSION: u64 = 1_000_000;

const LONGEST_MESSAGE: usize = 5 * 1024;
const LONGEST_ANNOTATION: usize = 10 * 1024;

/// A policy with a binding, a param, and what its expressions see.
pub(crate) struct Evaluation<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) binding: &'a Binding,
    pub(crate) param: Option<Arc<str>>,
    pub(crate) scene: &'a Scene,
    /// What nobody knows yet. Where there is any, it is said of all validations what they depend on: that costs another
    /// evaluation.
    pub(crate) doubts: &'a Doubts<'a>,
}

/// The results of the validations, in order.
type Results = Vec<Result<Value, Error>>;

impl Evaluation<'_> {
    /// The rows: the validations in order, then the audit annotations; one alone if there is no more to say; none if
    /// a match condition is false.
    pub(crate) fn rows(&self) -> Vec<Judgement> {
        let (concerned, instead) = self.conditions();
        let fields = self.doubts.settle(concerned);
        let rows = match instead {
            _ if concerned == Truth::No => return Vec::new(),
            Some(row) => vec![*row],
            None => self.validations(),
        };
        open(self.policy, rows, fields, "matchConditions")
    }

    fn validations(&self) -> Vec<Judgement> {
        let mut budget = self.policy.budget;
        let Ok(results) = self.results(&mut budget) else { return vec![self.out_of_budget()] };
        let Ok(annotations) = self.annotations() else { return vec![self.out_of_budget()] };
        let mut rows: Vec<Judgement> = match self.messages(&results, budget) {
            Ok(messages) => results
                .iter()
                .zip(messages)
                .enumerate()
                .map(|(index, (result, message))| self.validation(index, result, message))
                .collect(),
            Err(OutOfBudget) => {
                results.iter().enumerate().map(|(index, result)| self.without_message(index, result)).collect()
            }
        };
        rows.extend(annotations);
        rows
    }

    /// Do the match conditions hold? One that is false decides, whatever errors the others have. Where one cannot be
    /// evaluated, there is a row to stand for all others.
    fn conditions(&self) -> (Truth, Option<Box<Judgement>>) {
        if self.policy.conditions.is_empty() {
            return (Truth::Yes, None);
        }
        let scene = self.scene.of_conditions();
        let composition = Composition::of_conditions(self.policy, scene.clone());
        let mut budget = CONDITIONS_BUDGET;
        let mut failed: Vec<(usize, String, bool)> = Vec::new();
        let mut holds = Truth::Yes;
        for (index, condition) in self.policy.conditions.iter().enumerate() {
            match composition.evaluate(condition, &mut budget) {
                Err(OutOfBudget) if self.policy.fails => return (holds, Some(Box::new(self.out_of_budget()))),
                Err(OutOfBudget) => return (Truth::No, None),
                Ok(result) if self.is_open(condition, &scene, &result) => holds = holds.min(Truth::Unknown),
                Ok(Err(error)) => failed.push((index, error_text(condition, &error), error.is_cancelled())),
                Ok(Ok(value)) => holds = holds.min(matches!(value, Value::Bool(true)).into()),
            }
        }
        match failed.first() {
            Some((index, _, cancelled)) if holds != Truth::No && self.policy.fails => {
                let origin = self.origin(&["spec", "matchConditions"], Some(*index), "expression");
                let row = self.row(Rule::Whole, Decision::Error, aggregate(&failed), origin);
                let reads = explain(self.policy, &scene, &self.policy.conditions[*index], *cancelled);
                (holds, Some(Box::new(Judgement { violations: violations(&reads), ..row })))
            }
            Some(_) => (Truth::No, None),
            None => (holds, None),
        }
    }

    /// Whether what a condition gives depends on what nobody knows.
    fn is_open(&self, condition: &Expression, scene: &Scene, result: &Result<Value, Error>) -> bool {
        let cancelled = result.as_ref().is_err_and(Error::is_cancelled);
        let reads = || violations(&explain(self.policy, scene, condition, cancelled));
        self.doubts.unknown().is_some() && self.doubts.are_in(&reads())
    }

    fn results(&self, budget: &mut u64) -> Result<Results, OutOfBudget> {
        let composition = Composition::new(self.policy, self.scene.clone());
        self.policy.validations.iter().map(|validation| composition.evaluate(&validation.expression, budget)).collect()
    }

    /// What the message expressions give. The server evaluates all of them, also those of validations that pass:
    /// that shows only where the budget could be spent, and only there it is done here.
    fn messages(&self, results: &Results, mut budget: u64) -> Result<Vec<Option<String>>, OutOfBudget> {
        let validations = &self.policy.validations;
        let count = validations.iter().filter(|validation| validation.message_expression.is_some()).count();
        let most = (count + self.policy.variables.len()) as u64 * EXPRESSION;
        let needed = |result: &Result<Value, Error>| most > budget || is_fail(result);
        let needed: Vec<bool> = results.iter().map(needed).collect();
        if count == 0 || !needed.contains(&true) {
            return Ok(vec![None; results.len()]);
        }
        let composition = Composition::new(self.policy, self.scene.without_authorizer());
        let mut message = |validation: &Validation, needed: bool| match &validation.message_expression {
            Some(expression) if needed => {
                Ok(composition.evaluate(expression, &mut budget)?.ok().as_ref().and_then(usable))
            }
            _ => Ok(None),
        };
        validations.iter().zip(needed).map(|(validation, needed)| message(validation, needed)).collect()
    }

    fn validation(&self, index: usize, result: &Result<Value, Error>, message: Option<String>) -> Judgement {
        let validation = &self.policy.validations[index];
        let (decision, message) = match result {
            Ok(Value::Bool(true)) => (Decision::Pass, String::new()),
            Ok(_) => (Decision::Fail, message.unwrap_or_else(|| fallback(validation))),
            Err(error) => (Decision::Error, error_text(&validation.expression, error)),
        };
        let mut row = self.validation_row(index, decision, message);
        if decision != Decision::Pass || self.doubts.unknown().is_some() {
            let cancelled = result.as_ref().is_err_and(Error::is_cancelled);
            row.violations = violations(&explain(self.policy, self.scene, &validation.expression, cancelled));
        }
        row
    }

    /// A validation whose messages cost too much: an error whatever its result is.
    fn without_message(&self, index: usize, result: &Result<Value, Error>) -> Judgement {
        if result.is_err() {
            return self.validation(index, result, None);
        }
        self.validation_row(index, Decision::Error, format!("failed messageExpression: {}", OutOfBudget::TEXT))
    }

    fn validation_row(&self, index: usize, decision: Decision, message: String) -> Judgement {
        let origin = self.origin(&["spec", "validations"], Some(index), "expression");
        let row = self.row(Rule::Validation(index), decision, message, origin);
        let reason = match decision {
            Decision::Fail => self.policy.validations[index].reason.clone().or_else(|| Some("Invalid".into())),
            _ => row.reason,
        };
        Judgement { reason, ..row }
    }

    /// The rows of the audit annotations. They are evaluated whatever the validations say.
    fn annotations(&self) -> Result<Vec<Judgement>, OutOfBudget> {
        let mut rows = Vec::new();
        if self.policy.annotations.is_empty() {
            return Ok(rows);
        }
        let scene = self.scene.without_authorizer();
        let composition = Composition::new(self.policy, scene.clone());
        let mut budget = self.policy.budget;
        for (index, annotation) in self.policy.annotations.iter().enumerate() {
            let result = composition.evaluate(&annotation.value, &mut budget)?;
            rows.extend(self.annotation(index, annotation, &scene, result));
        }
        Ok(rows)
    }

    fn annotation(
        &self,
        index: usize,
        annotation: &Annotation,
        scene: &Scene,
        result: Result<Value, Error>,
    ) -> Option<Judgement> {
        let cancelled = result.as_ref().is_err_and(Error::is_cancelled);
        let (decision, message) = match result {
            Ok(Value::String(text)) if !text.trim().is_empty() => (Decision::Pass, shortened(text.trim())),
            Ok(_) => return None,
            Err(_) if !self.policy.fails => return None,
            Err(error) => (Decision::Error, error_text(&annotation.value, &error)),
        };
        let rule = Rule::Named(format!("auditAnnotations[{}]", annotation.key).into());
        let origin = self.origin(&["spec", "auditAnnotations"], Some(index), "valueExpression");
        let mut row = self.row(rule, decision, message, origin);
        if decision == Decision::Error {
            // These deny whatever the binding says.
            row.actions = Actions::DENY;
            row.violations = violations(&explain(self.policy, scene, &annotation.value, cancelled));
        }
        Some(row)
    }

    fn out_of_budget(&self) -> Judgement {
        self.row(
            Rule::Whole,
            Decision::Error,
            OutOfBudget::TEXT.to_owned(),
            self.origin(&["spec"], None, "validations"),
        )
    }

    /// That nobody knows what the policy says, and because of what in it.
    pub(super) fn undecided(&self, why: &str, path: &[Step]) -> Judgement {
        let origin = Origin { document: self.policy.document, path: path.to_vec() };
        self.row(Rule::Whole, Decision::Undecided, why.to_owned(), origin)
    }

    fn row(&self, rule: Rule, decision: Decision, message: String, origin: Origin) -> Judgement {
        let actions = match decision {
            Decision::Fail => self.binding.actions,
            Decision::Error if self.policy.fails => self.binding.actions,
            _ => Actions::NONE,
        };
        Judgement {
            policy: self.policy.name.clone(),
            binding: Some(self.binding.name.clone()),
            param: self.param.clone(),
            rule,
            decision,
            actions,
            message,
            reason: (decision == Decision::Error).then(|| "Invalid".into()),
            converted: None,
            violations: Vec::new(),
            origin,
            exempted_by: Vec::new(),
        }
    }

    fn origin(&self, list: &[&str], index: Option<usize>, key: &str) -> Origin {
        let steps = list.iter().map(|key| Step::Key((*key).into()));
        let path = steps.chain(index.map(Step::Index)).chain([Step::Key(key.into())]).collect();
        Origin { document: self.policy.document, path }
    }
}

/// Rows of which it is open whether they concern the object, because of these fields, if there are any. Then all of the policy
/// is, by what this part of it asks for.
pub(super) fn open(policy: &Policy, rows: Vec<Judgement>, fields: Vec<Violation>, part: &str) -> Vec<Judgement> {
    if fields.is_empty() {
        return rows;
    }
    let key = |key: &str| Step::Key(key.into());
    let mut rows = doubted(rows, fields);
    for row in rows.iter_mut().filter(|row| matches!(row.decision, Decision::Fail | Decision::Error)) {
        row.rule = Rule::Whole;
        row.origin = Origin { document: policy.document, path: vec![key("spec"), key(part)] };
    }
    rows
}

fn is_fail(result: &Result<Value, Error>) -> bool {
    matches!(result, Ok(value) if !matches!(value, Value::Bool(true)))
}

fn error_text(of: &Expression, error: &Error) -> String {
    match &of.program {
        Ok(_) => format!("expression '{}' resulted in error: {error}", of.text),
        Err(why) => why.clone(),
    }
}

/// Several errors in one text, each once.
fn aggregate(failed: &[(usize, String, bool)]) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for (_, text, _) in failed {
        if !texts.contains(&text.as_str()) {
            texts.push(text);
        }
    }
    match texts[..] {
        [one] => one.to_owned(),
        _ => format!("[{}]", texts.join(", ")),
    }
}

/// The message that an expression gave, if the server takes it.
fn usable(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim().to_owned();
    (!text.is_empty() && text.len() <= LONGEST_MESSAGE && !text.contains('\n')).then_some(text)
}

/// The message of a validation whose message expression gives none.
fn fallback(validation: &Validation) -> String {
    if validation.message.is_empty() {
        format!("failed expression: {}", validation.expression.text.trim())
    } else {
        validation.message.clone()
    }
}

/// The value of an annotation as it is published.
fn shortened(text: &str) -> String {
    match text.as_bytes().get(..LONGEST_ANNOTATION) {
        Some(start) => String::from_utf8_lossy(start).into_owned(),
        None => text.to_owned(),
    }
}
