//! What is checked of an expression whose types fit: literals of which all is known already.

use super::{Checked, Reference};
use crate::ast::{Expr, ExprKind, Id};
use crate::functions::format;
use crate::issues::Collector;
use crate::parser::Parsed;
use crate::regex;
use crate::source::Source;
use crate::time::{EARLIEST, LATEST, Timestamp, parse_duration};
use crate::types::Type;
use crate::value::Value;

pub(super) fn validate(parsed: &Parsed, source: &Source, checked: &Checked, issues: &mut Collector) {
    let mut validator = Validator { parsed, source, checked, issues };
    validator.visit(&parsed.expr, false);
}

struct Validator<'a> {
    parsed: &'a Parsed,
    source: &'a Source,
    checked: &'a Checked,
    issues: &'a mut Collector,
}

impl Validator<'_> {
    /// `exempt`: within the arguments of `format`, whose lists may hold anything.
    fn visit(&mut self, expr: &Expr, exempt: bool) {
        let mut inside = exempt;
        match &expr.kind {
            ExprKind::Call { function, target, args } => {
                inside |= &**function == "format";
                self.constant(function, args);
                if let (Some(target), [args]) = (target, &args[..]) {
                    self.format(expr.id, function, target, args);
                }
            }
            ExprKind::List { elements, optional } if !exempt => self.list(elements, optional),
            ExprKind::Map(entries) if !exempt => {
                let keys: Vec<(&Expr, bool)> = entries.iter().map(|entry| (&entry.key, false)).collect();
                let values: Vec<(&Expr, bool)> = entries.iter().map(|entry| (&entry.value, entry.optional)).collect();
                self.homogeneous(&keys, false);
                self.homogeneous(&values, false);
            }
            _ => {}
        }
        for child in expr.children() {
            self.visit(child, inside);
        }
    }

    fn report(&mut self, id: Id, message: impl Into<String>) {
        let at = self.parsed.places.location(self.source, id);
        self.issues.report(at, message);
    }

    /// `duration('…')`, `timestamp('…')` and the first argument of `matches`.
    fn constant(&mut self, function: &str, args: &[Expr]) {
        let Some(ExprKind::Literal(value)) = args.first().map(|arg| &arg.kind) else { return };
        let valid = match (function, value) {
            ("duration", Value::String(text)) => parse_duration(text).is_some(),
            ("timestamp", Value::String(text)) => {
                Timestamp::parse(text).is_some_and(|at| (EARLIEST..=LATEST).contains(&at.seconds))
            }
            ("timestamp", Value::Int(seconds)) => (EARLIEST..=LATEST).contains(seconds),
            ("matches", Value::String(pattern)) => regex::check(pattern).is_ok(),
            _ => true,
        };
        if !valid {
            self.report(args[0].id, format!("invalid {function} argument"));
        }
    }

    fn list(&mut self, elements: &[Expr], optional: &[bool]) {
        let elements: Vec<(&Expr, bool)> = elements.iter().zip(optional.iter().copied()).collect();
        self.homogeneous(&elements, true);
    }

    fn homogeneous(&mut self, elements: &[(&Expr, bool)], only_first: bool) {
        let mut expected: Option<Type> = None;
        for (element, optional) in elements {
            let mut ty = self.checked.type_of(element.id).clone();
            if *optional {
                ty = ty.optional_of().cloned().unwrap_or(ty);
            }
            match &expected {
                None => expected = Some(ty),
                Some(expected) if !expected.equivalent(&ty) => {
                    let message = format!("expected type '{}' but found '{}'", expected.in_errors(), ty.in_errors());
                    self.report(element.id, message);
                    if only_first {
                        return;
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// `'…'.format([…])`: do verbs and arguments fit?
    fn format(&mut self, id: Id, function: &str, target: &Expr, args: &Expr) {
        let known = matches!(self.checked.references.get(&id), Some(Reference::Function { receiver: true, .. }));
        let (ExprKind::Literal(Value::String(text)), ExprKind::List { elements, .. }) = (&target.kind, &args.kind)
        else {
            return;
        };
        if function != "format" || !known {
            return;
        }
        let mut used = 0;
        let checked = format::parse(text, elements.len(), |index, clause| {
            used += 1;
            self.clause(&elements[index], clause)
        });
        match checked {
            Err(Failure { at, message }) => self.report(at.unwrap_or(id), message),
            Ok(_) if elements.len() > used => {
                let count = elements.len();
                self.report(id, format!("too many arguments supplied to string.format (expected {used}, got {count})"));
            }
            Ok(_) => {}
        }
    }

    fn clause(&self, arg: &Expr, clause: format::Clause) -> Result<String, Failure> {
        let bad = if clause == format::Clause::String {
            self.not_text(arg)
        } else {
            let ty = self.checked.type_of(arg.id);
            (!ty.is_dyn() && !clause.accepts(ty)).then_some(arg.id)
        };
        match bad {
            None => Ok(String::new()),
            Some(at) => {
                let message = format!("error during formatting: {}", clause.error(self.checked.type_of(at).name()));
                Err(Failure { at: Some(at), message })
            }
        }
    }

    /// The part of an argument that `%s` cannot write.
    fn not_text(&self, arg: &Expr) -> Option<Id> {
        let ty = self.checked.type_of(arg.id);
        if !ty.is_dyn() && !format::Clause::String.accepts(ty) {
            return Some(arg.id);
        }
        match &arg.kind {
            ExprKind::List { elements, .. } => elements.iter().find_map(|element| self.not_text(element)),
            ExprKind::Map(entries) => {
                entries.iter().find_map(|entry| self.not_text(&entry.key).or_else(|| self.not_text(&entry.value)))
            }
            _ => None,
        }
    }
}

/// What is wrong with a format, and in which argument.
pub(super) struct Failure {
    at: Option<Id>,
    message: String,
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Failure { at: None, message }
    }
}
