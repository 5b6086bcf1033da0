//! The tree of a module, as the parser makes it and the compiler rewrites it.
//!
//! It is OPA's own tree with the same distinctions, since much of what the compiler says depends on them: a variable
//! alone is a [`TermKind::Var`], one with a path a [`TermKind::Ref`]; a call that stands for itself is an
//! [`ExprKind::Call`], one within a term a [`TermKind::Call`].
//!
//! Source: `v1/ast/term.go` and `v1/ast/policy.go`.

mod order;
mod text;
pub mod walk;

use std::sync::Arc;

use crate::number::Number;
use crate::value::Value;

pub(crate) use order::compare;
pub(crate) use text::Path;
pub use walk::{
    Node, NodeMut, Visit, each_in_expr, each_in_term, walk_body, walk_expr, walk_head, walk_rule, walk_term,
};

/// A name.
pub type Name = Arc<str>;

/// A place in the text of a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The line, from one.
    pub row: u32,
    /// The character in the line, from one.
    pub column: u32,
    /// The byte in the text at which it begins.
    pub start: u32,
}

/// The version of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Before OPA 1.0: `if`, `contains`, `in` and `every` are words only where they are imported.
    V0,
    /// Version 0 with `import rego.v1`.
    V0CompatV1,
    /// Since OPA 1.0.
    V1,
}

/// A module.
#[derive(Clone, Debug)]
pub struct Module {
    /// The name by which errors call it.
    pub file: Arc<str>,
    /// The version of the language in which it is written.
    pub version: Version,
    /// Its package.
    pub package: Package,
    /// Its imports, in their order.
    pub imports: Vec<Import>,
    /// Its rules, in their order.
    pub rules: Vec<Rule>,
    /// How deep its terms are nested at most.
    pub depth: usize,
    /// Does a comment `# METADATA` say something about it or its rules?
    pub annotated: bool,
}

/// `package a.b`
#[derive(Clone, Debug)]
pub struct Package {
    /// Where it stands.
    pub location: Location,
    /// The parts of its path, without `data`.
    pub path: Vec<Name>,
}

/// `import data.lib.x as y`
#[derive(Clone, Debug)]
pub struct Import {
    /// Where it stands.
    pub location: Location,
    /// What is imported: a name, and texts behind it.
    pub path: Ref,
    /// Its other name.
    pub alias: Option<Name>,
}

/// A rule: a definition with one head and one body.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where it begins.
    pub location: Location,
    /// Is it a `default`?
    pub default: bool,
    /// What it defines.
    pub head: Head,
    /// What must hold.
    pub body: Vec<Expr>,
    /// The branches that are tried in order where the body does not hold; they have no branches of their own.
    pub otherwise: Vec<Rule>,
    /// Was no body written?
    pub generated_body: bool,
}

/// The head of a rule.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four facts about the text, each of its own")]
pub struct Head {
    /// Where it begins.
    pub location: Location,
    /// The path: for `p.q[x]` of three terms. Of a set with one key (`p contains x`, in version 0 `p[x]`) it has no key.
    pub reference: Ref,
    /// The one name of rules whose heads OPA took before heads had references: `p`, `p[x]`, `p(x)`. Empty for others.
    pub name: Name,
    /// The arguments of a function.
    pub args: Vec<Term>,
    /// The element, or in `p[x] = y` the key.
    pub key: Option<Term>,
    /// The value.
    pub value: Option<Term>,
    /// Was the value given by `:=`?
    pub assign: bool,
    /// Is the value `true` because none was written?
    pub generated_value: bool,
    /// Does it say `if`?
    pub says_if: bool,
    /// Does it say `contains`?
    pub says_contains: bool,
}

/// One expression of a body.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Where it begins.
    pub location: Location,
    /// What it is.
    pub kind: ExprKind,
    /// Does it stand under `not`?
    pub negated: bool,
    /// What it replaces while it is evaluated.
    pub with: Vec<With>,
    /// Was it made by the compiler?
    pub generated: bool,
}

/// What an expression can be.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A term that must be defined and not false.
    Term(Box<Term>),
    /// A call: the function, its arguments and, once the compiler has taken calls apart, the term for its result.
    Call(Vec<Term>),
    /// `some x, y`, or the call of `some x in xs`.
    Some(Vec<Term>),
    /// `every x in xs { … }`
    Every(Box<Every>),
    /// `not …`, where the word is imported: calls within it are evaluated within it.
    Not(Box<Negation>),
}

/// `every k, v in domain { … }`
#[derive(Clone, Debug)]
pub struct Every {
    /// The variable for keys.
    pub key: Option<Term>,
    /// The variable for values.
    pub value: Term,
    /// What is gone through.
    pub domain: Term,
    /// What must hold each time.
    pub body: Vec<Expr>,
}

/// What must not hold.
#[derive(Clone, Debug)]
pub struct Negation {
    /// One expression, or those in braces.
    pub body: Vec<Expr>,
    /// Is it in braces? Then it may declare variables.
    pub explicit: bool,
}

/// `with target as value`
#[derive(Clone, Debug)]
pub struct With {
    /// Where it begins.
    pub location: Location,
    /// What is replaced.
    pub target: Term,
    /// By what.
    pub value: Term,
}

/// A reference: what it begins with, and the keys behind it.
pub type Ref = Vec<Term>;

/// A term.
#[derive(Clone, Debug)]
pub struct Term {
    /// Where it begins.
    pub location: Location,
    /// What it is.
    pub kind: TermKind,
}

/// What a term can be.
#[derive(Clone, Debug)]
pub enum TermKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, with its spelling.
    Number(Number),
    /// A text.
    String(Name),
    /// A variable. A `_` is `$0`, `$1` …, those of the compiler are `__local0__` ….
    Var(Name),
    /// `a.b[c]`
    Ref(Ref),
    /// `[a, b]`
    Array(Vec<Term>),
    /// `{a: b}`
    Object(Vec<(Term, Term)>),
    /// `{a, b}`
    Set(Vec<Term>),
    /// `[x | …]`
    ArrayComprehension(Box<Comprehension>),
    /// `{x | …}`
    SetComprehension(Box<Comprehension>),
    /// `{k: v | …}`
    ObjectComprehension(Box<ObjectComprehension>),
    /// The function and its arguments.
    Call(Vec<Term>),
    /// `$"a{b}c"`
    Template(Vec<TemplatePart>),
}

/// The comprehension of an array or of a set.
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// What is collected.
    pub term: Term,
    /// For what.
    pub body: Vec<Expr>,
}

/// The comprehension of an object.
#[derive(Clone, Debug)]
pub struct ObjectComprehension {
    /// The keys that are collected.
    pub key: Term,
    /// The values that are collected.
    pub value: Term,
    /// For what.
    pub body: Vec<Expr>,
}

/// A part of a template string.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// What is there as it stands.
    Term(Term),
    /// What is evaluated, and may be undefined.
    Expr(Expr),
}

/// What a rule makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// One value, or one value for each key.
    Single,
    /// A set.
    Multi,
}

impl Head {
    /// One value, or a set.
    pub fn kind(&self) -> RuleKind {
        if self.key.is_some() && self.value.is_none() { RuleKind::Multi } else { RuleKind::Single }
    }
}

impl Rule {
    /// Does it define a function?
    pub fn is_function(&self) -> bool {
        !self.head.args.is_empty()
    }
}

impl Expr {
    /// An expression that stands at a place.
    pub fn new(location: Location, kind: ExprKind) -> Expr {
        Expr { location, kind, negated: false, with: Vec::new(), generated: false }
    }
}

impl Term {
    /// A term that stands at a place.
    pub fn new(location: Location, kind: TermKind) -> Term {
        Term { location, kind }
    }

    /// A variable.
    pub fn var(location: Location, name: impl Into<Name>) -> Term {
        Term::new(location, TermKind::Var(name.into()))
    }

    /// A text.
    pub fn text(location: Location, text: impl Into<Name>) -> Term {
        Term::new(location, TermKind::String(text.into()))
    }

    /// The name, if it is a variable.
    pub fn as_var(&self) -> Option<&Name> {
        match &self.kind {
            TermKind::Var(name) => Some(name),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&Name> {
        match &self.kind {
            TermKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The parts, if it is a reference.
    pub fn as_ref(&self) -> Option<&Ref> {
        match &self.kind {
            TermKind::Ref(parts) => Some(parts),
            _ => None,
        }
    }

    /// The value, if nothing in it has to be evaluated.
    pub fn to_value(&self) -> Option<Value> {
        Some(match &self.kind {
            TermKind::Null => Value::Null,
            TermKind::Bool(truth) => Value::Bool(*truth),
            TermKind::Number(number) => Value::Number(number.clone()),
            TermKind::String(text) => Value::String(text.clone()),
            TermKind::Array(items) => Value::array(items.iter().map(Term::to_value).collect::<Option<_>>()?),
            TermKind::Set(items) => Value::set(items.iter().map(Term::to_value).collect::<Option<Vec<_>>>()?),
            TermKind::Object(entries) => {
                let entry = |(key, value): &(Term, Term)| Some((key.to_value()?, value.to_value()?));
                Value::object(entries.iter().map(entry).collect::<Option<Vec<_>>>()?)
            }
            _ => return None,
        })
    }
}
