//! From the compiler's program to steps.

use std::sync::Arc;

use super::plan::{
    Block, Callee, Collect, Collection, Every, Group, Kind, Op, Pattern, Place, Plan, Replacement, Rule, Slot, Step,
    Target, With,
};
use crate::builtins;
use crate::compile::{self as source, Base, ExprKind, Program, Reference, Term};
use crate::value::Value;

/// Makes the plan of a program.
pub(crate) fn lower(program: Program, nesting: usize) -> Plan {
    let groups = program.groups.iter().map(|group| lower_group(&program, group)).collect();
    let mut plan = Plan { groups, nodes: program.nodes, depth: 0 };
    plan.depth = super::depth::depth(&plan).max(nesting);
    plan
}

fn lower_group(program: &Program, group: &source::Group) -> Group {
    let rule = |rule: &source::Rule| Lower::rule(program, group.kind, rule);
    let rules: Vec<Rule> = group.rules.iter().map(rule).collect();
    let reach = rules.iter().map(|rule| rule.path.len() + usize::from(rule.key.is_some())).max().unwrap_or(0);
    Group {
        path: group.path.clone(),
        kind: group.kind,
        rules,
        default: group.default.as_ref().map(rule),
        early_exit: group.early_exit,
        reach,
    }
}

struct Lower<'s> {
    program: &'s Program,
    file: &'s Arc<str>,
    /// How many slots are taken.
    slots: usize,
}

impl<'s> Lower<'s> {
    fn rule(program: &'s Program, kind: Kind, rule: &'s source::Rule) -> Rule {
        let mut lower = Lower { program, file: &rule.file, slots: rule.slots };
        let mut steps = Vec::new();
        lower.body(&rule.body, &mut steps);
        let mut patterns =
            |terms: &'s [Term]| terms.iter().map(|term| lower.pattern(term, rule.row, &mut steps)).collect();
        let (args, path): (Box<[_]>, Box<[_]>) = (patterns(&rule.args), patterns(&rule.path));
        let key = rule.key.as_ref().map(|key| lower.pattern(key, rule.row, &mut steps));
        let value = match &rule.value {
            Some(value) => lower.pattern(value, rule.row, &mut steps),
            None => Pattern::Value(Value::Bool(true)),
        };
        if matches!(kind, Kind::Set | Kind::Object) {
            super::telling::mark(&mut steps);
        }
        Rule {
            place: lower.place(rule.row),
            head: lower.place(rule.head_row),
            args,
            path,
            key,
            value,
            body: Block { steps: steps.into() },
            otherwise: rule.otherwise.iter().map(|rule| Lower::rule(program, kind, rule)).collect(),
            slots: lower.slots,
        }
    }

    fn place(&self, row: u32) -> Place {
        Place { file: self.file.clone(), row: row as usize }
    }

    fn fresh(&mut self) -> Slot {
        self.slots += 1;
        self.slots - 1
    }

    fn block(&mut self, exprs: &'s [source::Expr]) -> Block {
        let mut steps = Vec::new();
        self.body(exprs, &mut steps);
        Block { steps: steps.into() }
    }

    fn body(&mut self, exprs: &'s [source::Expr], steps: &mut Vec<Step>) {
        for expr in exprs {
            self.expr(expr, steps);
        }
    }

    fn expr(&mut self, expr: &'s source::Expr, steps: &mut Vec<Step>) {
        if expr.with.is_empty() {
            return self.without_with(expr, steps);
        }
        let mut changes = Vec::new();
        for with in &expr.with {
            let target = match &with.target {
                source::Target::Input(path) => Target::Input(path.clone()),
                source::Target::Data(path) => Target::Data(path.clone()),
                source::Target::Function(callee) => Target::Function(lower_callee(callee)),
            };
            let replacement = match &with.value {
                source::Replacement::Value(term) => Replacement::Value(self.pattern(term, with.row, steps)),
                source::Replacement::Function(callee) => Replacement::Function(lower_callee(callee)),
            };
            changes.push((target, replacement));
        }
        let mut inner = Vec::new();
        self.without_with(expr, &mut inner);
        let with = With { changes, body: Block { steps: inner.into() } };
        push(steps, Op::With(Box::new(with)), expr.row);
    }

    fn without_with(&mut self, expr: &'s source::Expr, steps: &mut Vec<Step>) {
        if !expr.negated {
            return self.kind(&expr.kind, expr.row, steps);
        }
        let mut inner = Vec::new();
        self.kind(&expr.kind, expr.row, &mut inner);
        push(steps, Op::Not(Block { steps: inner.into() }), expr.row);
    }

    fn kind(&mut self, kind: &'s ExprKind, row: u32, steps: &mut Vec<Step>) {
        let op = match kind {
            ExprKind::Term(term) => Op::Holds(self.pattern(term, row, steps)),
            ExprKind::Unify(a, b) => Op::Unify(self.pattern(a, row, steps), self.pattern(b, row, steps)),
            ExprKind::Call { callee, args, output } => {
                let args = args.iter().map(|arg| self.pattern(arg, row, steps)).collect();
                let output = output.as_ref().map(|output| self.pattern(output, row, steps));
                match lower_callee(callee) {
                    Callee::Group(group) => Op::Function { group, args, output },
                    Callee::Builtin(builtin) => Op::Builtin { builtin, args, output },
                }
            }
            ExprKind::Every { key, value, domain, body } => {
                let domain = self.pattern(domain, row, steps);
                let (key, value) = (key.map(Pattern::Slot), Pattern::Slot(*value));
                Op::Every(Box::new(Every { key, value, domain, body: self.block(body) }))
            }
            ExprKind::Not(body) => Op::Not(self.block(body)),
        };
        push(steps, op, row);
    }

    /// A term without references and comprehensions: these become steps before.
    fn pattern(&mut self, term: &'s Term, row: u32, steps: &mut Vec<Step>) -> Pattern {
        match term {
            Term::Value(value) => Pattern::Value(value.clone()),
            Term::Var(slot) => Pattern::Slot(*slot),
            Term::Array(items) => Pattern::Array(items.iter().map(|item| self.pattern(item, row, steps)).collect()),
            Term::Set(items) => Pattern::Set(items.iter().map(|item| self.pattern(item, row, steps)).collect()),
            Term::Object(entries) => {
                let entry =
                    |(key, value): &'s (Term, Term)| (self.pattern(key, row, steps), self.pattern(value, row, steps));
                Pattern::Object(entries.iter().map(entry).collect())
            }
            Term::Ref(reference) => Pattern::Slot(self.reference(reference, row, steps)),
            Term::Comprehension(comprehension) => {
                let into = self.fresh();
                let collect = self.comprehension(comprehension, into);
                push(steps, Op::Collect(Box::new(collect)), row);
                Pattern::Slot(into)
            }
        }
    }

    fn comprehension(&mut self, comprehension: &'s source::Comprehension, into: Slot) -> Collect {
        let row = comprehension.row;
        let mut steps = Vec::new();
        self.body(&comprehension.body, &mut steps);
        let mut pattern = |term: &'s Term| self.pattern(term, row, &mut steps);
        let kind = match &comprehension.kind {
            source::Collection::Array(term) => Collection::Array(pattern(term)),
            source::Collection::Set(term) => Collection::Set(pattern(term)),
            source::Collection::Object(key, value) => {
                let (key, value) = (pattern(key), pattern(value));
                Collection::Object(key, value, self.place(row))
            }
        };
        Collect { kind, body: Block { steps: steps.into() }, into }
    }

    /// Where the value of a reference is to be found.
    fn reference(&mut self, reference: &'s Reference, row: u32, steps: &mut Vec<Step>) -> Slot {
        let path = &reference.path;
        let constant = path.iter().take_while(|key| matches!(key, Term::Value(_))).count();
        let into = self.fresh();
        let (op, used) = match reference.base {
            Base::Input => (Op::Input { path: constants(&path[..constant]), into }, constant),
            Base::Var(from) if constant > 0 => {
                (Op::Fields { from, path: constants(&path[..constant]), into }, constant)
            }
            Base::Var(from) => return self.keys(from, path, row, steps),
            Base::Data if self.outside(&path[..constant]) => {
                (Op::Base { path: constants(&path[..constant]), into }, constant)
            }
            Base::Data => {
                let keys = path.iter().map(|key| self.pattern(key, row, steps)).collect();
                (Op::Tree { keys, into }, path.len())
            }
            Base::Group(group) => {
                let partial = matches!(self.program.groups[group].kind, Kind::Set | Kind::Object);
                if partial && !path.is_empty() {
                    let keys = path.iter().map(|key| self.pattern(key, row, steps)).collect();
                    (Op::Keyed { group, keys, into }, 0)
                } else {
                    (Op::Rules { group, into }, 0)
                }
            }
        };
        push(steps, op, row);
        self.keys(into, &path[used..], row, steps)
    }

    /// Follows keys.
    fn keys(&mut self, mut from: Slot, mut keys: &'s [Term], row: u32, steps: &mut Vec<Step>) -> Slot {
        while let [first, rest @ ..] = keys {
            let constant = keys.iter().take_while(|key| matches!(key, Term::Value(_))).count();
            let into = self.fresh();
            let op = if constant > 0 {
                keys = &keys[constant..];
                Op::Fields { from, path: constants_before(first, constant, rest), into }
            } else {
                keys = rest;
                let key = self.pattern(first, row, steps);
                Op::Index { from, key, into }
            };
            push(steps, op, row);
            from = into;
        }
        from
    }

    /// Do constant keys lead to where no module says anything?
    fn outside(&self, keys: &[Term]) -> bool {
        let mut node = 0;
        for key in keys {
            let Term::Value(key) = key else { return false };
            match self.program.nodes[node].children.get(key) {
                Some(child) => node = *child,
                None => return true,
            }
        }
        false
    }
}

fn constants_before(first: &Term, count: usize, rest: &[Term]) -> Box<[Value]> {
    std::iter::once(first).chain(rest).take(count).filter_map(constant).collect()
}

fn constants(keys: &[Term]) -> Box<[Value]> {
    keys.iter().filter_map(constant).collect()
}

fn constant(term: &Term) -> Option<Value> {
    match term {
        Term::Value(value) => Some(value.clone()),
        _ => None,
    }
}

fn lower_callee(callee: &source::Callee) -> Callee {
    match callee {
        source::Callee::Group(group) => Callee::Group(*group),
        source::Callee::Builtin(name) => Callee::Builtin(builtins::find(name).unwrap_or(&builtins::EXTERNAL_DATA)),
    }
}

fn push(steps: &mut Vec<Step>, op: Op, row: u32) {
    steps.push(Step { op, row: row as usize, telling: false });
}
