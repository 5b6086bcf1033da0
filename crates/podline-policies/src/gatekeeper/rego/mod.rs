//! Templates in Rego: frameworks `pkg/client/drivers/rego`.

mod inventory;
mod rewrite;
mod source;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use podline_rego::{Answer as Answered, Host, Limits, Policy, Query, Read, Value as RegoValue};
use serde_json::Value;

use super::constraint::Constraint;
use super::judged::{Answer, Asked};
use crate::blame::violations;
use crate::field::{Field, FieldError};
use crate::judgement::{Decision, Origin, Step, Violation};
use crate::matching::GroupVersionKind;
use crate::meter::steps;
use inventory::Wanted;

/// The functions that no file has the answers of.
const OF_THE_CLUSTER: [&str; 6] = [
    "external_data",
    "io.jwt.decode_verify without a time",
    "net.lookup_ip_addr",
    "rand.intn",
    "time.now_ns",
    "uuid.rfc4122",
];

/// The code of a template.
pub(super) struct Rules {
    policy: Policy,
    wanted: Vec<Wanted>,
    unknowable: Vec<&'static str>,
    /// The line of the rule for violations, if there is one alone.
    violation: Option<usize>,
    host: Arc<Host>,
    /// Where it stands: which of the documents, and the field.
    document: usize,
    field: Field,
}

/// A violation: its details as text, its message, and the fields that it comes from.
type Found = ((String, String), Vec<Violation>);

impl Rules {
    /// Reads `source`, which stands at `field`.
    ///
    /// # Errors
    /// What Gatekeeper refuses.
    pub(super) fn new(
        source: &Value,
        (document, field): (usize, &Field),
        host: &Arc<Host>,
    ) -> Result<Rules, FieldError> {
        let source::Compiled { policy, wanted, unknowable, violation } = source::compile(source, field)?;
        Ok(Rules { policy, wanted, unknowable, violation, host: Arc::clone(host), document, field: field.clone() })
    }

    /// Does the code look at other objects?
    pub(super) fn wants_others(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Does it look at other objects of a kind?
    pub(super) fn wants(&self, kind: &GroupVersionKind) -> bool {
        self.wanted.iter().any(|wanted| wanted.matches(kind))
    }

    /// What only the cluster can tell of what it asks.
    pub(super) fn unknowable(&self) -> Vec<&'static str> {
        self.unknowable.clone()
    }

    /// What the template says of an object, with each of its constraints that concern it. Where it cannot be evaluated with
    /// one of them, that is the answer for all.
    pub(super) fn evaluate(&self, asked: &Asked<'_>, constraints: &[&Constraint]) -> Vec<Vec<Answer>> {
        let mut all = Vec::with_capacity(constraints.len());
        for constraint in constraints {
            match self.ask(asked, constraint) {
                Ok(answers) => all.push(answers),
                Err(error) => {
                    let origin = self.origin_of(&error);
                    let answer = || vec![Answer { origin: origin.clone(), ..told(Decision::Error, error.clone()) }];
                    return constraints.iter().map(|_| answer()).collect();
                }
            }
        }
        all
    }

    fn ask(&self, asked: &Asked<'_>, constraint: &Constraint) -> Result<Vec<Answer>, String> {
        let (review, parameters) = (asked.input().clone(), constraint.parameters.clone());
        let input = RegoValue::object([("review".into(), review), ("parameters".into(), parameters)]);
        let inventory = asked.target.cluster.inventory();
        let data = RegoValue::object(inventory.map(|inventory| ("inventory".into(), inventory.clone())));
        let query = Query { path: &[source::MODULE, source::RULE], input: Some(&input), data: &data, host: &self.host };
        let limits = Limits::default();
        let (answer, spent) = self.policy.evaluate_counting(&query, &limits);
        let pay = || asked.review.meter.pay(constraint.document, steps(spent.steps, spent.bytes));
        pay();
        let explain = || {
            pay();
            self.policy.explain(&query, &limits)
        };
        match answer {
            Answered::Error(error) => Err(error),
            Answered::Undecided(undecided) => {
                let name = &undecided.name;
                let is_of_cluster = OF_THE_CLUSTER.contains(&&**name);
                let why = if is_of_cluster { "only a running cluster can answer" } else { "podline does not evaluate" };
                let told = told(Decision::Undecided, format!("depends on {name}, which {why}"));
                Ok(vec![Answer { origin: self.origin(&undecided.file, undecided.row), ..told }])
            }
            Answered::Defined(RegoValue::Set(found)) if !found.is_empty() => {
                let explained = explain().members;
                // A set that no rule has put together has one list of reasons for all.
                let of = |at: usize, member: &RegoValue| explained.get(at).filter(|(known, _)| known == member);
                let reads = |(at, member)| of(at, member).or(explained.first()).map_or(&[][..], |(_, reads)| reads);
                let answers = collected(found.iter().enumerate().map(|(at, member)| (member, reads((at, member)))))?;
                let origin = self.violation.and_then(|row| self.origin(source::MODULE, row));
                Ok(answers.into_iter().map(|answer| Answer { origin: origin.clone(), ..answer }).collect())
            }
            Answered::Defined(_) | Answered::Undefined if asked.doubts.unknown().is_some() => {
                let touched = explain().touched;
                Ok(vec![passed(asked.target.object, touched)])
            }
            Answered::Defined(_) | Answered::Undefined => Ok(Vec::new()),
        }
    }

    /// The line that an error names: `template:6: eval_conflict_error: …`.
    fn origin_of(&self, error: &str) -> Option<Origin> {
        let (file, row) = error.split_once(": ")?.0.rsplit_once(':')?;
        self.origin(file, row.parse().ok()?)
    }

    /// A line of a module.
    fn origin(&self, file: &str, row: usize) -> Option<Origin> {
        let text = source::field_of(file, &self.field)?;
        Some(Origin { document: self.document, path: text.line(u32::try_from(row).ok()?).steps() })
    }
}

fn told(decision: Decision, message: String) -> Answer {
    Answer { decision, message, violations: Vec::new(), origin: None }
}

/// That nothing is found depends on the fields of `input` that were looked at; of the whole object if nobody knows.
fn passed(object: &Value, touched: Option<Vec<Vec<Step>>>) -> Answer {
    let mut leaves = Vec::new();
    // All of `input` holds the object.
    let review = |path: Vec<Step>| if path.is_empty() { vec![Step::Key("review".into())] } else { path };
    for path in touched.unwrap_or_else(|| vec![Vec::new()]) {
        let read = Read { path: review(path), found: true, decided: false };
        let Some(podline_cel::Read { path: podline_cel::Path { root, steps }, .. }) = field(&read) else { continue };
        if &*root == "object" {
            let value = steps.iter().try_fold(object, child);
            add_leaves(value.unwrap_or(&Value::Null), &mut steps.clone(), &mut leaves);
        } else {
            // What the request and the Namespace say comes from fields of the object too.
            leaves.extend(violations(&[podline_cel::Read {
                path: podline_cel::Path { root, steps },
                found: true,
                decided: false,
                passed_over: false,
            }]));
        }
    }
    Answer { violations: leaves, ..told(Decision::Pass, String::new()) }
}

fn child<'v>(value: &'v Value, step: &Step) -> Option<&'v Value> {
    match step {
        Step::Key(key) => value.get(&**key),
        Step::Index(index) => value.get(*index),
    }
}

fn add_leaves(value: &Value, path: &mut Vec<Step>, leaves: &mut Vec<Violation>) {
    let mut below = |step: Step, value: &Value| {
        path.push(step);
        add_leaves(value, path, leaves);
        path.pop();
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| below(Step::Key(key.as_str().into()), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| below(Step::Index(index), item)),
        _ => leaves.push(Violation { path: path.clone(), found: true, decided: false, passed_over: false }),
    }
}

/// The violations in a set, by details and messages, equal ones once. What has no message vanishes.
///
/// # Errors
/// If a message is no text: upstream the whole review fails.
fn collected<'m>(members: impl Iterator<Item = (&'m RegoValue, &'m [Read])>) -> Result<Vec<Answer>, String> {
    let mut all: BTreeMap<(String, String), Vec<Violation>> = BTreeMap::new();
    for (member, reads) in members {
        if let Some((key, fields)) = found(member, reads)? {
            all.entry(key).or_insert(fields);
        }
    }
    let answer = |((_, message), violations)| Answer { violations, ..told(Decision::Fail, message) };
    Ok(all.into_iter().map(answer).collect())
}

fn found(member: &RegoValue, reads: &[Read]) -> Result<Option<Found>, String> {
    let Some(fields) = member.as_object() else { return Ok(None) };
    let Some(message) = fields.get_str("msg") else { return Ok(None) };
    let Some(message) = message.as_str() else {
        let (written, ty) = (podline_rego::json::write(message).unwrap_or_default(), go_type(message));
        return Err(format!(
            "admission.k8s.gatekeeper.sh: Rego: extracting message binding: .msg accessor error: {written} is of the type \
             {ty}, expected string"
        ));
    };
    let details = fields.get_str("details").and_then(|details| podline_rego::json::write(details).ok());
    let reads: Vec<podline_cel::Read> = reads.iter().filter_map(field).collect();
    Ok(Some(((details.unwrap_or_default(), message.to_owned()), violations(&reads))))
}

/// What Go calls the type of a value.
fn go_type(value: &RegoValue) -> &'static str {
    match value {
        RegoValue::Null => "<nil>",
        RegoValue::Bool(_) => "bool",
        RegoValue::Number(_) => "json.Number",
        RegoValue::String(_) => "string",
        RegoValue::Array(_) | RegoValue::Set(_) => "[]interface {}",
        RegoValue::Object(_) => "map[string]interface {}",
    }
}

/// A place in `input` as one of the object, the request or the Namespace.
fn field(read: &Read) -> Option<podline_cel::Read> {
    let key = |at: usize| match read.path.get(at) {
        Some(Step::Key(key)) => &**key,
        _ => "",
    };
    let (root, steps) = match (key(0), key(1)) {
        ("review", "object") => ("object", &read.path[2..]),
        ("review", "namespaceObject") => ("namespaceObject", &read.path[2..]),
        ("review", "") => ("object", &[][..]),
        ("review", _) => ("request", &read.path[1..]),
        _ => return None,
    };
    let path = podline_cel::Path { root: root.into(), steps: steps.to_vec() };
    Some(podline_cel::Read { path, found: read.found, decided: read.decided, passed_over: false })
}
