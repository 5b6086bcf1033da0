//! Templates in CEL (`K8sNativeValidation`): gatekeeper `pkg/drivers/k8scel`.
//!
//! They are evaluated as the API server evaluates a ValidatingAdmissionPolicy, with these differences: what does not
//! compile is an error of each evaluation, match conditions see variables, and the budget is a tenth.

use std::collections::HashMap;
use std::sync::Arc;

use podline_cel::{Env, Error, Library, Program, Type, quote};
use serde_json::Value;

use super::constraint::Constraint;
use super::judged::{Answer, Asked};
use crate::environment::{Environments, Evaluator, Refused};
use crate::field::{Field, FieldError};
use crate::json::{items, text};
use crate::judgement::{Actions, Decision, Judgement, Origin, Step};
use crate::matching::MatchResources;
use crate::vap::evaluate::Evaluation;
use crate::vap::policy::{Binding, Expression, Policy, Validation};
use crate::vap::scene::{Scene, Spent};

/// What all validations of a constraint may cost.
const BUDGET: u64 = 1_000_000;
/// The variables that every template has, before its own.
const OWN_VARIABLES: [(&str, &str); 2] = [
    ("anyObject", "has(request.operation) && request.operation == \"DELETE\" && object == null ? oldObject : object"),
    ("params", "!has(params.spec) ? null : !has(params.spec.parameters) ? null: params.spec.parameters"),
];
const RESERVED_PREFIX: &str = "gatekeeper_internal_";

/// The code of a template.
pub(super) struct Rules {
    policy: Policy,
    makes_policy: bool,
    /// Where the source stands.
    field: Field,
}

impl Rules {
    /// Reads `source`, which stands at `field`.
    ///
    /// # Errors
    /// What Gatekeeper refuses; errors of expressions are none of that.
    pub(super) fn new(source: &Value, name: &str, document: usize, field: &Field) -> Result<Rules, FieldError> {
        check(source, field)?;
        let mut seen = Environments::new(false, Evaluator::Server).with_variables();
        let mut own = Environments::new(true, Evaluator::Server).with_variables();
        let mut programs: HashMap<Arc<str>, Program> = HashMap::new();
        let written = items(&source["variables"]).map(|one| (text(&one["name"]), text(&one["expression"])));
        for (name, expression) in OWN_VARIABLES.into_iter().chain(written) {
            let compiled = own.compile_plain(expression, &[]);
            seen = seen.variable(name, compiled.as_ref().ok());
            own = own.variable(name, compiled.as_ref().ok());
            if let Some(program) = compiled.map_or_else(|why| broken(&detail(why)), Some) {
                programs.insert(name.into(), program);
            }
        }
        let expression = |json: &Value, key: &str, ty: Type| {
            let text = text(&json[key]).to_owned();
            let program = seen.compile_plain(&text, &[ty]).map_err(|why| format!("compilation error: {}", detail(why)));
            Expression { text, program }
        };
        let validation = |json: &Value| Validation {
            expression: expression(json, "expression", Type::Bool),
            message: text(&json["message"]).trim().to_owned(),
            message_expression: Some(expression(json, "messageExpression", Type::String))
                .filter(|expression| !expression.text.is_empty()),
            reason: None,
        };
        let policy = Policy {
            name: name.into(),
            document,
            fails: source["failurePolicy"] != "Ignore",
            param_kind: None,
            constraints: MatchResources::default(),
            conditions: items(&source["matchCondition"]).map(|one| expression(one, "expression", Type::Bool)).collect(),
            composed_conditions: true,
            variables: Arc::new(programs),
            validations: items(&source["validations"]).map(validation).collect(),
            budget: BUDGET,
            annotations: Vec::new(),
            authorizer: None,
            bindings: Vec::new(),
        };
        Ok(Rules { policy, makes_policy: source["generateVAP"] != false, field: field.clone() })
    }

    /// Is a ValidatingAdmissionPolicy made of it?
    pub(super) fn makes_policy(&self) -> bool {
        self.makes_policy
    }

    /// What the template says of an object with a constraint.
    pub(super) fn evaluate(&self, asked: &Asked<'_>, constraint: &Constraint) -> Vec<Answer> {
        let scene = Scene { params: constraint.tree.root(), spent: Spent::default(), ..asked.scene().clone() };
        let binding = Binding {
            name: "".into(),
            document: self.policy.document,
            policy: String::new(),
            matches: MatchResources::default(),
            actions: Actions::DENY,
            params: None,
        };
        let doubts = asked.doubts;
        let evaluation = Evaluation { policy: &self.policy, binding: &binding, param: None, scene: &scene, doubts };
        // Errors that are ignored let the object pass.
        let counts = |decision| match decision {
            Decision::Error => self.policy.fails,
            _ => true,
        };
        let rows = evaluation.rows().into_iter().filter(|row| counts(row.decision));
        asked.review.meter.pay(constraint.document, scene.spent.steps());
        let answer = |row: Judgement| Answer {
            decision: row.decision,
            message: row.message,
            violations: row.violations,
            origin: Some(self.in_template(row.origin)),
        };
        rows.map(answer).collect()
    }
}

impl Rules {
    /// The place in the template of an expression of the policy that it is taken for.
    fn in_template(&self, origin: Origin) -> Origin {
        let conditions = Step::Key("matchConditions".into());
        let here = origin.path.into_iter().skip(1);
        let here = here.map(|step| if step == conditions { Step::Key("matchCondition".into()) } else { step });
        Origin { document: origin.document, path: self.field.steps().into_iter().chain(here).collect() }
    }
}

fn detail(refused: Refused) -> String {
    match refused {
        Refused::Invalid(detail) | Refused::Internal(detail) => detail,
    }
}

/// An expression that fails with these words.
fn broken(why: &str) -> Option<Program> {
    let library = Library::new().function("fails", "fails_string", "(string) -> dyn", |_, arguments| {
        let why = arguments.first().and_then(|why| why.value.as_str()).unwrap_or_default();
        Err(Error::new(why.to_owned()))
    });
    Env::builder([library]).build().compile(&format!("fails({})", quote(why))).ok()
}

/// What is refused in the source: gatekeeper `pkg/drivers/k8scel/schema/schema.go`.
fn check(source: &Value, field: &Field) -> Result<(), FieldError> {
    let refuse = |field: Field, text: String| Err(FieldError { path: field.steps(), text });
    if !source.is_object() {
        return refuse(field.clone(), "could not recognize the type".to_owned());
    }
    decoded(source, field)?;
    for (index, condition) in items(&source["matchCondition"]).enumerate() {
        let name = text(&condition["name"]);
        if name.starts_with(RESERVED_PREFIX) {
            let field = field.child("matchCondition").index(index).child("name");
            let prefix = quote(RESERVED_PREFIX);
            let what = format!("{name} is not a valid match condition; cannot have {prefix} as a prefix");
            return refuse(field, format!("invalid match condition: {what}"));
        }
    }
    for (index, variable) in items(&source["variables"]).enumerate() {
        let name = text(&variable["name"]);
        let field = field.child("variables").index(index).child("name");
        if name.starts_with(RESERVED_PREFIX) {
            let prefix = quote(RESERVED_PREFIX);
            let what = format!("{name} is not a valid variable; cannot have {prefix} as a prefix");
            return refuse(field, format!("invalid variable definition: {what}"));
        }
        if OWN_VARIABLES.iter().any(|(own, _)| *own == name) {
            let what = format!("{name} an invalid variable name, {} is a reserved keyword", quote(name));
            return refuse(field, format!("invalid variable definition: {what}"));
        }
    }
    match source.get("failurePolicy").and_then(Value::as_str) {
        None | Some("Fail" | "Ignore") => Ok(()),
        Some(other) => {
            let text = format!("invalid failure policy: unrecognized failure policy: {other}");
            refuse(field.child("failurePolicy"), text)
        }
    }
}

/// What does not fit the struct that the source is decoded into.
fn decoded(source: &Value, field: &Field) -> Result<(), FieldError> {
    let wrong = |field: Field, wanted: &str| {
        let text = format!("cannot restore {wanted} from {}", field.text());
        Err(FieldError { path: field.steps(), text })
    };
    let absent = |value: &Value| value.is_null();
    for (key, fits, wanted) in [
        ("failurePolicy", Value::is_string as fn(&Value) -> bool, "string"),
        ("generateVAP", Value::is_boolean, "bool"),
        ("validations", Value::is_array, "slice"),
        ("matchCondition", Value::is_array, "slice"),
        ("variables", Value::is_array, "slice"),
    ] {
        if !absent(&source[key]) && !fits(&source[key]) {
            return wrong(field.child(key), wanted);
        }
    }
    for list in ["validations", "matchCondition", "variables"] {
        for (index, one) in items(&source[list]).enumerate() {
            let field = field.child(list).index(index);
            if !absent(one) && !one.is_object() {
                return wrong(field, "struct");
            }
            for key in ["expression", "message", "messageExpression", "name"] {
                if !absent(&one[key]) && !one[key].is_string() {
                    return wrong(field.child(key), "string");
                }
            }
        }
    }
    Ok(())
}
