//! `rego.parse_module`: a module as the JSON of OPA's tree. Of comments and template strings that tree holds what ours
//! does not, so that modules with `#` or `$` are undecided.
//!
//! Source: `v1/topdown/parse.go`; the fields and their names are those of `v1/ast/policy.go` and `v1/ast/term.go`.

use crate::ast::{self, Every, Expr, ExprKind, Head, Import, Module, Rule, TemplatePart, Term, TermKind, Version};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

use super::operands::{found, text};

pub(super) fn parse_module(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (file, source) = (text(operands, 0)?, text(operands, 1)?);
    // The tree is far larger than the text.
    context.budget.steps(source.len())?;
    context.budget.bytes(source.len().saturating_mul(256))?;
    let module = crate::parse(file, source, Version::V1)
        .map_err(|errors| Failure::error(errors.first().map_or_else(|| "no module".to_owned(), ToString::to_string)))?;
    if source.contains(['#', '$']) {
        return Err(Failure::undecided("rego.parse_module with comments or template strings"));
    }
    found(tree_of_module(&module))
}

fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let there = fields.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
    Value::object(there)
}

fn list<T>(items: &[T], of: fn(&T) -> Value) -> Value {
    items.iter().map(of).collect::<Vec<_>>().into()
}

/// Only where there are some.
fn some<T>(items: &[T], of: fn(&T) -> Value) -> Option<Value> {
    (!items.is_empty()).then(|| list(items, of))
}

fn truth(truth: bool) -> Option<Value> {
    truth.then(|| true.into())
}

fn typed(name: &str, value: Value) -> Value {
    object([("type", Some(name.into())), ("value", Some(value))])
}

fn tree_of_module(module: &Module) -> Value {
    let mut path = vec![typed("var", "data".into())];
    path.extend(module.package.path.iter().map(|name| typed("string", (**name).into())));
    object([
        ("package", Some(object([("path", Some(path.into()))]))),
        ("imports", some(&module.imports, tree_of_import)),
        ("rules", some(&module.rules, tree_of_rule)),
    ])
}

fn tree_of_import(import: &Import) -> Value {
    object([
        ("path", Some(typed("ref", list(&import.path, tree_of_term)))),
        ("alias", import.alias.as_ref().map(|alias| (**alias).into())),
    ])
}

fn tree_of_rule(rule: &Rule) -> Value {
    // Each branch is the `else` of the one before.
    let branch = |rule: &Rule, otherwise: Option<Value>| {
        object([
            ("default", truth(rule.default)),
            ("head", Some(tree_of_head(&rule.head))),
            ("body", Some(tree_of_body(&rule.body))),
            ("else", otherwise),
        ])
    };
    let otherwise = rule.otherwise.iter().rev().fold(None, |last, rule| Some(branch(rule, last)));
    branch(rule, otherwise)
}

fn tree_of_head(head: &Head) -> Value {
    object([
        ("name", (!head.name.is_empty()).then(|| (*head.name).into())),
        ("ref", Some(list(&head.reference, tree_of_term))),
        ("args", some(&head.args, tree_of_term)),
        ("key", head.key.as_ref().map(tree_of_term)),
        ("value", head.value.as_ref().map(tree_of_term)),
        ("assign", truth(head.assign)),
    ])
}

fn tree_of_body(body: &[Expr]) -> Value {
    body.iter().enumerate().map(|(at, expr)| tree_of_expr(at, expr)).collect::<Vec<_>>().into()
}

fn tree_of_expr(at: usize, expr: &Expr) -> Value {
    let terms = match &expr.kind {
        ExprKind::Term(term) => tree_of_term(term),
        ExprKind::Call(terms) => list(terms, tree_of_term),
        ExprKind::Some(symbols) => object([("symbols", Some(list(symbols, tree_of_term)))]),
        ExprKind::Every(every) => tree_of_every(every),
        ExprKind::Not(negation) => object([("body", Some(tree_of_body(&negation.body)))]),
    };
    let with = |with: &ast::With| {
        object([("target", Some(tree_of_term(&with.target))), ("value", Some(tree_of_term(&with.value)))])
    };
    object([
        ("index", Some(at.into())),
        ("negated", truth(expr.negated)),
        ("terms", Some(terms)),
        ("with", some(&expr.with, with)),
    ])
}

fn tree_of_every(every: &Every) -> Value {
    object([
        ("key", Some(every.key.as_ref().map_or(Value::Null, tree_of_term))),
        ("value", Some(tree_of_term(&every.value))),
        ("domain", Some(tree_of_term(&every.domain))),
        ("body", Some(tree_of_body(&every.body))),
    ])
}

fn tree_of_term(term: &Term) -> Value {
    match &term.kind {
        TermKind::Null => object([("type", Some("null".into())), ("value", Some(Value::object([])))]),
        TermKind::Bool(truth) => typed("boolean", (*truth).into()),
        TermKind::Number(number) => typed("number", number.clone().into()),
        TermKind::String(text) => typed("string", (**text).into()),
        TermKind::Var(name) => typed("var", (**name).into()),
        TermKind::Ref(parts) => typed("ref", list(parts, tree_of_term)),
        TermKind::Array(items) => typed("array", list(items, tree_of_term)),
        TermKind::Set(items) => {
            let mut items: Vec<&Term> = items.iter().collect();
            items.sort_by(|a, b| ast::compare(a, b));
            items.dedup_by(|a, b| ast::compare(a, b).is_eq());
            typed("set", list(&items, |item| tree_of_term(item)))
        }
        TermKind::Object(entries) => {
            let mut entries: Vec<&(Term, Term)> = entries.iter().collect();
            entries.sort_by(|(a, _), (b, _)| ast::compare(a, b));
            let pair = |(key, value): &&(Term, Term)| vec![tree_of_term(key), tree_of_term(value)].into();
            typed("object", list(&entries, pair))
        }
        TermKind::ArrayComprehension(inner) => typed("arraycomprehension", tree_of_comprehension(inner)),
        TermKind::SetComprehension(inner) => typed("setcomprehension", tree_of_comprehension(inner)),
        TermKind::ObjectComprehension(inner) => {
            let fields = object([
                ("key", Some(tree_of_term(&inner.key))),
                ("value", Some(tree_of_term(&inner.value))),
                ("body", Some(tree_of_body(&inner.body))),
            ]);
            typed("objectcomprehension", fields)
        }
        TermKind::Call(terms) => typed("call", list(terms, tree_of_term)),
        TermKind::Template(parts) => {
            let part = |part: &TemplatePart| match part {
                TemplatePart::Term(term) => tree_of_term(term),
                TemplatePart::Expr(expr) => tree_of_expr(0, expr),
            };
            typed("templatestring", object([("parts", Some(list(parts, part)))]))
        }
    }
}

fn tree_of_comprehension(inner: &ast::Comprehension) -> Value {
    object([("term", Some(tree_of_term(&inner.term))), ("body", Some(tree_of_body(&inner.body)))])
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn modules_are_trees_as_opa_has_them() {
        let tree = |module: &str| call("rego.parse_module", &format!(r#"["a.rego", "{module}"]"#));
        assert_eq!(
            tree("package a"),
            r#"{"package": {"path": [{"type": "var", "value": "data"}, {"type": "string", "value": "a"}]}}"#
        );
        assert_eq!(tree(""), "undefined");
        let rule = tree("package a\\np[x] := 1 if not x in {2, 1}");
        for part in [
            r#""head": {"assign": true, "key": {"type": "var", "value": "x"}, "name": "p""#,
            r#""negated": true, "terms": [{"type": "ref", "value": [{"type": "var", "value": "internal"}, {"type": "string", "value": "member_2"}]}"#,
            r#"{"type": "set", "value": [{"type": "number", "value": 1}, {"type": "number", "value": 2}]}"#,
        ] {
            assert!(rule.contains(part), "{part} in {rule}");
        }
    }

    #[test]
    fn what_the_tree_lacks_is_not_guessed() {
        let answer = call("rego.parse_module", r#"["a.rego", "package a # c"]"#);
        assert_eq!(answer, "rego.parse_module with comments or template strings asks what no file says");
    }
}
