//! From the parse tree to the expression: literals are read, macros expanded, parts numbered.

use std::sync::Arc;

use super::literal::unescape;
use super::tree::{FieldEntry, MapEntry, Tree};
use super::{Parsed, Places};
use crate::ast::{Entry, Expr, ExprKind, Field, Id};
use crate::issues::Collector;
use crate::lexer::{Kind, Token};
use crate::macros::{Macros, Scope};
use crate::source::{NOWHERE, Source};
use crate::value::Value;

const DEEPEST: u32 = 250;

/// Words that are no names of variables or functions.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "package",
    "namespace",
    "null",
    "return",
    "true",
    "var",
    "void",
    "while",
];

pub(super) fn build(tree: &Tree, source: &Source, macros: &Macros, issues: &mut Collector) -> Option<Parsed> {
    let mut builder = Builder { source, macros, issues, places: Places::default(), depth: 0, aborted: false };
    builder.places.add(None);
    let expr = builder.visit(tree);
    (!builder.aborted).then_some(Parsed { expr, places: builder.places })
}

struct Builder<'a> {
    source: &'a Source,
    macros: &'a Macros,
    issues: &'a mut Collector,
    places: Places,
    depth: u32,
    aborted: bool,
}

impl Builder<'_> {
    fn visit(&mut self, tree: &Tree) -> Expr {
        let counted = matches!(
            tree,
            Tree::Ternary { .. }
                | Tree::Binary { .. }
                | Tree::Select { .. }
                | Tree::MemberCall { .. }
                | Tree::Index { .. }
        );
        if self.aborted {
            return unspecified(0);
        }
        self.depth += u32::from(counted);
        if self.depth > DEEPEST {
            self.issues.report(NOWHERE, "max recursion depth exceeded");
            self.aborted = true;
            return unspecified(0);
        }
        let expr = self.visit_inner(tree);
        self.depth -= u32::from(counted);
        expr
    }

    fn visit_inner(&mut self, tree: &Tree) -> Expr {
        match tree {
            Tree::Error => unspecified(self.places.add(None)),
            Tree::Ternary { condition, op, yes, no } => {
                let condition = self.visit(condition);
                let id = self.id(*op);
                let (yes, no) = (self.visit(yes), self.visit(no));
                self.call(id, "_?_:_", None, vec![condition, yes, no])
            }
            Tree::Logic { and, terms, ops } => self.logic(*and, terms, ops),
            Tree::Binary { op, left, right } => {
                let left = self.visit(left);
                let id = self.id(*op);
                let right = self.visit(right);
                self.call(id, operator(op.kind), None, vec![left, right])
            }
            Tree::Unary { count, operand, .. } if count % 2 == 0 => self.visit(operand),
            Tree::Unary { op, operand, .. } => {
                let id = self.id(*op);
                let operand = self.visit(operand);
                let function = if op.kind == Kind::Minus { "-_" } else { "!_" };
                self.call(id, function, None, vec![operand])
            }
            Tree::Select { dot, optional, name, operand } => self.select(*dot, *optional, *name, operand),
            Tree::MemberCall { name, open, target, args } => {
                let target = self.visit(target);
                let id = self.id(*open);
                let args = args.iter().map(|arg| self.visit(arg)).collect();
                self.call(id, &self.text(*name), Some(target), args)
            }
            Tree::Index { open, optional, target, index } => {
                let target = self.visit(target);
                let id = self.id(*open);
                let index = self.visit(index);
                self.call(id, if *optional { "_[?_]" } else { "_[_]" }, None, vec![target, index])
            }
            Tree::Ident { dot, name } => match self.unreserved(*dot, *name) {
                Err(error) => error,
                Ok(text) => Expr { id: self.id(*name), kind: ExprKind::Ident(text.into()) },
            },
            Tree::Call { dot, name, open, args } => match self.unreserved(*dot, *name) {
                Err(error) => error,
                Ok(text) => {
                    let id = self.id(*open);
                    let args = args.iter().map(|arg| self.visit(arg)).collect();
                    self.call(id, &text, None, args)
                }
            },
            Tree::List { open, elements } => {
                let id = self.id(*open);
                let optional = elements.iter().map(|(optional, _)| *optional).collect();
                let elements = elements.iter().map(|(_, element)| self.visit(element)).collect();
                Expr { id, kind: ExprKind::List { elements, optional } }
            }
            Tree::Map { open, entries } => self.map(*open, entries),
            Tree::Struct { dot, names, open, fields } => self.structure(*dot, names, *open, fields),
            Tree::Literal { sign, token } => self.literal(*sign, *token),
        }
    }

    fn text(&self, token: Token) -> String {
        self.source.text(token.start, token.end)
    }

    fn id(&mut self, token: Token) -> Id {
        self.places.add(Some(token.start))
    }

    fn report(&mut self, id: Id, message: &str) -> Expr {
        let at = self.places.location(self.source, id);
        self.issues.report(at, message);
        unspecified(id)
    }

    fn unreserved(&mut self, dot: Option<Token>, name: Token) -> Result<String, Expr> {
        let text = self.text(name);
        if RESERVED.contains(&text.as_str()) {
            let id = self.id(dot.unwrap_or(name));
            return Err(self.report(id, &format!("reserved identifier: {text}")));
        }
        Ok(if dot.is_some() { format!(".{text}") } else { text })
    }

    fn select(&mut self, dot: Token, optional: bool, name: Result<Token, Option<Token>>, operand: &Tree) -> Expr {
        let operand = self.visit(operand);
        let name = match name {
            Ok(name) => name,
            Err(None) => return unspecified(self.id(dot)),
            Err(Some(start)) => {
                let id = self.id(start);
                self.report(id, "unsupported ident kind");
                start
            }
        };
        let text = self.text(name);
        let field: Arc<str> = text.trim_matches('`').into();
        if optional {
            let literal = Expr { id: self.id(name), kind: ExprKind::Literal(Value::String(field)) };
            let id = self.id(dot);
            return Expr {
                id,
                kind: ExprKind::Call { function: "_?._".into(), target: None, args: vec![operand, literal] },
            };
        }
        Expr { id: self.id(dot), kind: ExprKind::Select { operand: Box::new(operand), field, test: false } }
    }

    /// A chain of the same operator becomes a balanced tree.
    fn logic(&mut self, and: bool, terms: &[Box<Tree>], ops: &[Token]) -> Expr {
        let mut visited = vec![Some(self.visit(&terms[0]))];
        let mut ids = Vec::new();
        for (index, op) in ops.iter().enumerate() {
            let term = terms.get(index + 1).map(|term| self.visit(term));
            visited.push(Some(term.unwrap_or_else(|| unspecified(0))));
            ids.push(self.id(*op));
        }
        balance(if and { "_&&_" } else { "_||_" }, &mut visited, &ids, 0, ids.len() - 1)
    }

    fn map(&mut self, open: Token, entries: &[MapEntry]) -> Expr {
        let id = self.id(open);
        let entries = entries
            .iter()
            .map(|entry| {
                let id = self.id(entry.colon);
                let key = self.visit(&entry.key);
                Entry { id, key, value: self.visit(&entry.value), optional: entry.optional }
            })
            .collect();
        Expr { id, kind: ExprKind::Map(entries) }
    }

    fn structure(&mut self, dot: Option<Token>, names: &[Token], open: Token, fields: &[FieldEntry]) -> Expr {
        let names: Vec<String> = names.iter().map(|name| self.text(*name)).collect();
        let name = format!("{}{}", if dot.is_some() { "." } else { "" }, names.join("."));
        let id = self.id(open);
        let fields = fields
            .iter()
            .map(|field| {
                self.id(field.colon);
                Field { value: self.visit(&field.value) }
            })
            .collect();
        Expr { id, kind: ExprKind::Struct { name: name.into(), fields } }
    }

    fn literal(&mut self, sign: Option<Token>, token: Token) -> Expr {
        let id = self.id(sign.unwrap_or(token));
        let text = self.text(token);
        let value = match token.kind {
            Kind::True => Ok(Value::Bool(true)),
            Kind::False => Ok(Value::Bool(false)),
            Kind::Null => Ok(Value::Null),
            Kind::Int => int(&text, sign.is_some()).map(Value::Int).ok_or("invalid int literal"),
            Kind::Uint => uint(&text[..text.len() - 1]).map(Value::Uint).ok_or("invalid uint literal"),
            Kind::Float => double(&text, sign.is_some()).map(Value::Double).ok_or("invalid double literal"),
            Kind::Bytes => unescape(&text[1..], true).map(|bytes| Value::Bytes(bytes.into())),
            _ => unescape(&text, false).map(|text| Value::String(String::from_utf8_lossy(&text).into())),
        };
        match value {
            Ok(value) => Expr { id, kind: ExprKind::Literal(value) },
            Err(message) => self.report(id, message),
        }
    }

    fn call(&mut self, id: Id, function: &str, target: Option<Expr>, args: Vec<Expr>) -> Expr {
        let Some(expander) = self.macros.find(function, args.len(), target.is_some()) else {
            return Expr { id, kind: ExprKind::Call { function: function.into(), target: target.map(Box::new), args } };
        };
        let mut scope = Scope::new(&mut self.places, id);
        match expander(&mut scope, target, args) {
            Ok(expr) => expr,
            Err((at, message)) => self.report(at, &message),
        }
    }
}

fn unspecified(id: Id) -> Expr {
    Expr { id, kind: ExprKind::Unspecified }
}

fn balance(function: &str, terms: &mut [Option<Expr>], ids: &[Id], low: usize, high: usize) -> Expr {
    let middle = (low + high).div_ceil(2);
    let mut term = |index: usize| terms[index].take().unwrap_or_else(|| unspecified(0));
    let left = if middle == low { term(middle) } else { balance(function, terms, ids, low, middle - 1) };
    let mut term = |index: usize| terms[index].take().unwrap_or_else(|| unspecified(0));
    let right = if middle == high { term(middle + 1) } else { balance(function, terms, ids, middle + 1, high) };
    Expr { id: ids[middle], kind: ExprKind::Call { function: function.into(), target: None, args: vec![left, right] } }
}

fn operator(kind: Kind) -> &'static str {
    match kind {
        Kind::Equals => "_==_",
        Kind::NotEquals => "_!=_",
        Kind::In => "@in",
        Kind::Less => "_<_",
        Kind::LessEquals => "_<=_",
        Kind::GreaterEquals => "_>=_",
        Kind::Greater => "_>_",
        Kind::Plus => "_+_",
        Kind::Minus => "_-_",
        Kind::Star => "_*_",
        Kind::Slash => "_/_",
        _ => "_%_",
    }
}

fn int(text: &str, negative: bool) -> Option<i64> {
    let sign = if negative { "-" } else { "" };
    match text.strip_prefix("0x") {
        Some(hexadecimal) => i64::from_str_radix(&format!("{sign}{hexadecimal}"), 16).ok(),
        None => format!("{sign}{text}").parse().ok(),
    }
}

fn uint(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok(),
        None => text.parse().ok(),
    }
}

fn double(text: &str, negative: bool) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    (value.is_finite()).then_some(if negative { -value } else { value })
}
