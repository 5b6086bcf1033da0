//! How deep terms and bodies of a program are nested in each other, without recursion.

use crate::compile::{Collection, Expr, ExprKind, Program, Replacement, Rule, Term};

enum Part<'p> {
    Term(&'p Term),
    Expr(&'p Expr),
}

/// The depth of the deepest rule.
pub(super) fn nesting(program: &Program) -> usize {
    let rules = program.groups.iter().flat_map(|group| group.rules.iter().chain(&group.default));
    rules.flat_map(|rule| std::iter::once(rule).chain(&rule.otherwise)).map(of_rule).max().unwrap_or(0)
}

fn of_rule(rule: &Rule) -> usize {
    let terms = rule.args.iter().chain(&rule.path).chain(&rule.key).chain(&rule.value);
    let mut waiting: Vec<(Part, usize)> = terms.map(|term| (Part::Term(term), 1)).collect();
    waiting.extend(rule.body.iter().map(|expr| (Part::Expr(expr), 1)));
    let mut deepest = 0;
    while let Some((part, depth)) = waiting.pop() {
        deepest = deepest.max(depth);
        let mut below = |part| waiting.push((part, depth + 1));
        match part {
            Part::Term(term) => parts_of_term(term, &mut below),
            Part::Expr(expr) => parts_of_expr(expr, &mut below),
        }
    }
    deepest
}

fn parts_of_term<'p>(term: &'p Term, below: &mut dyn FnMut(Part<'p>)) {
    match term {
        Term::Value(_) | Term::Var(_) => {}
        Term::Array(items) | Term::Set(items) => items.iter().for_each(|item| below(Part::Term(item))),
        Term::Object(entries) => entries.iter().for_each(|(key, value)| {
            below(Part::Term(key));
            below(Part::Term(value));
        }),
        Term::Ref(reference) => reference.path.iter().for_each(|key| below(Part::Term(key))),
        Term::Comprehension(comprehension) => {
            match &comprehension.kind {
                Collection::Array(term) | Collection::Set(term) => below(Part::Term(term)),
                Collection::Object(key, value) => {
                    below(Part::Term(key));
                    below(Part::Term(value));
                }
            }
            comprehension.body.iter().for_each(|expr| below(Part::Expr(expr)));
        }
    }
}

fn parts_of_expr<'p>(expr: &'p Expr, below: &mut dyn FnMut(Part<'p>)) {
    for with in &expr.with {
        if let Replacement::Value(term) = &with.value {
            below(Part::Term(term));
        }
    }
    match &expr.kind {
        ExprKind::Term(term) => below(Part::Term(term)),
        ExprKind::Unify(a, b) => {
            below(Part::Term(a));
            below(Part::Term(b));
        }
        ExprKind::Call { args, output, .. } => args.iter().chain(output).for_each(|term| below(Part::Term(term))),
        ExprKind::Every { domain, body, .. } => {
            below(Part::Term(domain));
            for expr in body {
                below(Part::Expr(expr));
            }
        }
        ExprKind::Not(body) => body.iter().for_each(|expr| below(Part::Expr(expr))),
    }
}
