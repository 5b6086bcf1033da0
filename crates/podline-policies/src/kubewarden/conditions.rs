//! Match conditions of webhooks: `k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions`.

use std::collections::HashSet;

use podline_cel::{Context, Document, Limits, Program, Type, Value as Cel};
use serde_json::Value;

use crate::blame::violations;
use crate::cluster::flavor;
use crate::doubts::Doubts;
use crate::engine::Review;
use crate::environment::{Environments, Evaluator, Refused};
use crate::field::{Errors, Field};
use crate::json::{items, text};
use crate::judgement::Violation;
use crate::matching::Resource;
use crate::meter::steps_of;
use crate::names;
use crate::vap::scene::{Scene, Spent, request};

/// How many a policy may have, and what all of them may cost.
const MOST: usize = 64;
const BUDGET: u64 = 2_500_000;

/// The conditions of a policy.
pub(super) struct Conditions {
    all: Vec<Condition>,
    /// Does an error refuse the object (`failurePolicy: Fail`)?
    fails: bool,
}

struct Condition {
    written: String,
    program: Program,
    asks_authorizer: bool,
}

/// Do the conditions hold?
pub(super) enum Held {
    /// All of them.
    Yes,
    /// One does not.
    No,
    /// Whether one does is for the authorizer to say.
    Undecided,
    /// One cannot be evaluated, and none is false.
    Failed(Failure),
}

/// A condition that cannot be evaluated.
pub(super) struct Failure {
    pub(super) index: usize,
    pub(super) text: String,
    pub(super) reads: Vec<Violation>,
}

impl Conditions {
    /// Compiles `spec.matchConditions`. What is refused goes to `errors`.
    pub(super) fn new(spec: &Value, errors: &mut Errors) -> Conditions {
        let list = &spec["matchConditions"];
        let field = Field::new(&["spec", "matchConditions"]);
        if items(list).len() > MOST {
            errors.too_many(&field, items(list).len(), MOST);
        }
        let environments = Environments::new(false, Evaluator::Server);
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        for (index, condition) in items(list).enumerate() {
            let field = field.index(index);
            all.extend(compile(text(&condition["expression"]), &environments, &field.child("expression"), errors));
            let name = text(&condition["name"]);
            if name.is_empty() {
                errors.required(&field.child("name"), "");
                continue;
            }
            for wrong in names::qualified(name) {
                errors.invalid(&field, name, &wrong);
            }
            if !seen.insert(name) {
                errors.duplicate(&field.child("name"), name);
            }
        }
        Conditions { all, fails: spec["failurePolicy"] != "Ignore" }
    }

    /// Do they hold for an object that matched as `matched`? One that is false decides, whatever errors others have. And does
    /// what nobody knows yet leave it open that one of the others is false?
    pub(super) fn hold(
        &self,
        document: usize,
        review: &Review<'_>,
        matched: &Resource,
        object: &Value,
        doubts: &Doubts<'_>,
    ) -> (Held, bool) {
        if self.all.is_empty() {
            return (Held::Yes, false);
        }
        let scene = Scene {
            object: Document::new("object", object, flavor(&matched.kind)).root(),
            request: request(review, matched),
            namespace: Cel::Null,
            params: Cel::Null,
            authorizer: None,
            spent: Spent::default(),
        };
        let (mut failures, mut asked, mut spent, mut is_open) = (Vec::new(), false, 0_u64, false);
        for (index, condition) in self.all.iter().enumerate() {
            if condition.asks_authorizer {
                asked = true;
                continue;
            }
            let limits = Limits::default();
            let mut context = Context::new(&limits, false);
            let result = condition.program.run(&scene, &mut context);
            spent = spent.saturating_add(context.cost());
            review.meter.pay(document, steps_of(&context));
            if doubts.unknown().is_some() && doubts.are_in(&condition.reads(&scene)) {
                is_open = true;
                continue;
            }
            match result {
                Ok(traced) if matches!(traced.value, Cel::Bool(true)) => {}
                Ok(_) => return (Held::No, false),
                Err(error) => {
                    let text = format!("expression '{}' resulted in error: {error}", condition.written);
                    failures.push((index, text));
                }
            }
            if spent > BUDGET {
                let text =
                    "validation failed due to running out of cost budget, no further validation rules will be run";
                return (self.failed(vec![(index, text.to_owned())], &scene), is_open);
            }
        }
        let held = match (failures.is_empty(), asked) {
            (true, false) => Held::Yes,
            (true, true) => Held::Undecided,
            (false, _) => self.failed(failures, &scene),
        };
        (held, is_open)
    }

    fn failed(&self, failures: Vec<(usize, String)>, scene: &Scene) -> Held {
        if !self.fails {
            return Held::No;
        }
        let index = failures.first().map_or(0, |(index, _)| *index);
        let reads = self.all[index].reads(scene);
        let mut texts: Vec<String> = Vec::new();
        for (_, text) in failures {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let text = if texts.len() == 1 { texts.remove(0) } else { format!("[{}]", texts.join(", ")) };
        Held::Failed(Failure { index, text, reads })
    }
}

impl Condition {
    /// The fields of the object that it reads.
    fn reads(&self, scene: &Scene) -> Vec<Violation> {
        let limits = Limits::default();
        let mut context = Context::new(&limits, true);
        let result = self.program.run(scene, &mut context);
        violations(&context.reads_behind(&result))
    }
}

fn compile(written: &str, environments: &Environments, field: &Field, errors: &mut Errors) -> Option<Condition> {
    let trimmed = written.trim();
    if trimmed.is_empty() {
        errors.required(field, "");
        return None;
    }
    match environments.compile(trimmed, &[Type::Bool]) {
        Ok(program) => {
            let asks_authorizer = trimmed.contains("authorizer");
            return Some(Condition { written: written.to_owned(), program, asks_authorizer });
        }
        Err(Refused::Invalid(detail)) => errors.invalid(field, trimmed, &detail),
        Err(Refused::Internal(detail)) => errors.internal(field, &detail),
    }
    None
}
