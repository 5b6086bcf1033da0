//! The evaluator: what rules say of an input.
//!
//! It gives what OPA's topdown evaluation gives: bodies are searched for all their solutions with backtracking, rules are
//! evaluated once for a query, partial rules only as far as they are asked for. Where OPA calls the rest of a query from
//! within a rule, here a rule is evaluated to its end first; only which of several errors comes first can show that.
//!
//! Source: `v1/topdown/eval.go`.

mod body;
mod budget;
mod build;
mod call;
mod depth;
mod lower;
mod machine;
mod memo;
mod nesting;
mod plan;
mod rules;
mod step;
mod stop;
mod telling;
mod touched;
mod trace;
mod tree;
mod unify;
mod with;

use std::sync::Arc;

use machine::Machine;
use memo::Outcome;
use plan::Plan;
use stop::Stop;

use crate::compile::Program;
use crate::context::{Budget, Context, Host, Patterns};
use crate::stack;
use crate::value::Value;

pub use stop::Limits;
pub use trace::Read;

const NO_ROOM: &str = "there is no memory to evaluate it in";

/// Modules that can be evaluated, by many threads at once.
#[derive(Debug)]
pub struct Policy {
    plan: Plan,
    patterns: Patterns,
}

/// What a query gives.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The rule has a value.
    Defined(Value),
    /// It has none.
    Undefined,
    /// It cannot be evaluated: two values where one belongs, or more steps or memory than it may use. In OPA's words
    /// where OPA has some.
    Error(String),
    /// It asks for what only a running cluster knows.
    Undecided(Undecided),
}

/// A call that cannot be answered offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The built-in.
    pub name: Arc<str>,
    /// The module.
    pub file: Arc<str>,
    /// The line of the call.
    pub row: usize,
}

/// An answer with the fields of `input` that it depends on.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What [`Policy::evaluate`] gives.
    pub answer: Answer,
    /// Of a set or an object that rules made, each member (of an object: each key) with the fields that it depends on,
    /// in order.
    pub members: Vec<(Value, Vec<Read>)>,
    /// The fields that the answer as a whole depends on: of an empty set those by which its rules failed.
    pub reads: Vec<Read>,
    /// The fields that were looked at at all, with all that is below them: other values elsewhere in `input` give the same
    /// answer. Nothing if that is not known.
    pub touched: Option<Vec<Vec<podline_cel::Step>>>,
    /// What it used of its limits.
    pub used: Limits,
}

/// What a query is evaluated with.
#[derive(Clone, Copy, Debug)]
pub struct Query<'q> {
    /// The path of a rule below `data`: `["template", "violation"]`.
    pub path: &'q [&'q str],
    /// `input`, if there is one.
    pub input: Option<&'q Value>,
    /// The documents below `data`.
    pub data: &'q Value,
    /// What built-ins ask of the program.
    pub host: &'q Host,
}

impl Explanation {
    fn of(answer: Answer) -> Explanation {
        Explanation { answer, members: Vec::new(), reads: Vec::new(), touched: None, used: Limits::NONE }
    }
}

impl Policy {
    /// What can be evaluated of a compiled program.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn new(program: Program) -> Result<Policy, String> {
        let nesting = nesting::nesting(&program);
        let plan = stack::run(nesting > stack::SHALLOW, || lower::lower(program, nesting));
        Ok(Policy { plan: plan.ok_or(NO_ROOM)?, patterns: Patterns::default() })
    }

    /// What stands at a path below `data`.
    pub fn evaluate(&self, query: &Query, limits: &Limits) -> Answer {
        self.run(query, limits, false).answer
    }

    /// The same, and what it used.
    pub fn evaluate_counting(&self, query: &Query, limits: &Limits) -> (Answer, Limits) {
        let Explanation { answer, used, .. } = self.run(query, limits, false);
        (answer, used)
    }

    /// The same as [`Policy::evaluate`], with the fields of `input` that decided. It takes longer, so ask only where something is wrong.
    pub fn explain(&self, query: &Query, limits: &Limits) -> Explanation {
        self.run(query, limits, true)
    }

    fn run(&self, query: &Query, limits: &Limits, traced: bool) -> Explanation {
        let work = || self.on_this_thread(query, limits, traced);
        stack::run(self.plan.depth > stack::SHALLOW, work)
            .unwrap_or_else(|| Explanation::of(Answer::Error(NO_ROOM.into())))
    }

    fn on_this_thread(&self, query: &Query, limits: &Limits, traced: bool) -> Explanation {
        let budget = Budget::new(limits.steps, limits.bytes);
        let context = Context::new(&budget, query.host, &self.patterns);
        let mut machine = Machine::new(&self.plan, query.input.cloned(), query.data, &context, traced);
        let path: Vec<Value> = query.path.iter().map(|name| Value::text(*name)).collect();
        let explanation = match machine.query(&path) {
            Ok(outcome) => machine.explain(outcome),
            Err(Stop::Error(text) | Stop::Limit(text)) => Explanation::of(Answer::Error(text)),
            Err(Stop::Undecided { name, place }) => {
                Explanation::of(Answer::Undecided(Undecided { name, file: place.file, row: place.row }))
            }
        };
        let (steps, bytes) = budget.left();
        let used = Limits { steps: limits.steps.saturating_sub(steps), bytes: limits.bytes.saturating_sub(bytes) };
        Explanation { used, ..explanation }
    }
}

impl Machine<'_> {
    /// What stands at a path.
    fn query(&mut self, path: &[Value]) -> Result<Outcome, Stop> {
        let mut node = Some(0);
        for (at, key) in path.iter().enumerate() {
            node = node.and_then(|node| self.plan.nodes[node].children.get(key)).copied();
            let Some(group) = node.and_then(|node| self.plan.nodes[node].group) else { continue };
            let mut outcome = self.document(group, &[])?;
            let rest = &path[at + 1..];
            outcome.value = outcome.value.and_then(|value| step::find(&value, rest).cloned());
            return Ok(outcome);
        }
        let value = self.extent(node, &mut path.to_vec())?;
        Ok(Outcome { value, ..Outcome::default() })
    }

    /// The answer, and if it was traced the fields that it depends on.
    fn explain(&self, outcome: Outcome) -> Explanation {
        let Outcome { value, reasons } = outcome;
        let Some(trace) = &self.trace else {
            return Explanation::of(value.map_or(Answer::Undefined, Answer::Defined));
        };
        let members = value.as_ref().and_then(|value| trace.members(value)).into_iter().flatten();
        let members = members.map(|(key, reasons)| (key.clone(), trace.reads(reasons))).collect();
        let reads = trace.reads(&reasons);
        let touched = trace.touched();
        Explanation {
            answer: value.map_or(Answer::Undefined, Answer::Defined),
            members,
            reads,
            touched,
            used: Limits::NONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Base, Expr, ExprKind, Group, GroupKind, Node, Reference, Rule, Term};

    fn reference(base: Base, path: Vec<Term>) -> Term {
        Term::Ref(Box::new(Reference { base, path }))
    }

    /// `r contains x if { x := input.list[_]; not x == 1 }`
    fn program() -> Program {
        let expr = |kind, negated| Expr { kind, negated, with: Vec::new(), row: 2 };
        let list = reference(Base::Input, vec![Term::Value("list".into()), Term::Var(1)]);
        let rule = Rule {
            file: "m.rego".into(),
            row: 2,
            head_row: 2,
            slots: 2,
            args: Vec::new(),
            path: Vec::new(),
            key: Some(Term::Var(0)),
            value: None,
            body: vec![
                expr(ExprKind::Unify(Term::Var(0), list), false),
                expr(ExprKind::Unify(Term::Var(0), Term::Value(1i64.into())), true),
            ],
            otherwise: Vec::new(),
        };
        let group = Group {
            path: vec!["r".into()],
            node: 1,
            kind: GroupKind::Set,
            rules: vec![rule],
            default: None,
            early_exit: false,
            result: None,
        };
        let root = Node { children: [("r".into(), 1)].into(), group: None };
        Program { groups: vec![group], nodes: vec![root, Node { group: Some(0), ..Node::default() }] }
    }

    #[test]
    fn all_solutions_of_a_body_are_found_and_each_knows_what_it_was_read_from() {
        let policy = Policy::new(program()).expect("room");
        let input = Value::from_json(&serde_json::json!({"list": [3, 1, 2]}));
        let (data, host) = (Value::object([]), Host::default());
        let query = Query { path: &["r"], input: Some(&input), data: &data, host: &host };
        let Answer::Defined(value) = policy.evaluate(&query, &Limits::default()) else { panic!("undefined") };
        assert_eq!(value.to_string(), "{2, 3}");
        let members = policy.explain(&query, &Limits::default()).members;
        let fields: Vec<_> = members.iter().filter_map(|(_, reads)| reads.last()).map(|read| &read.path[1]).collect();
        assert_eq!(fields, [&podline_cel::Step::Index(2), &podline_cel::Step::Index(0)]);
    }
}
