//! What the compiler makes of modules: rules by their paths, variables as numbers, every body in an order in which it
//! can be evaluated from the first expression to the last.
//!
//! What an evaluator may rely on:
//! - Every variable of a rule (its branches and comprehensions included) has a slot of its own below [`Rule::slots`].
//!   What a closure shares with what stands around it has the same slot; what it declares is not used elsewhere.
//! - Each expression of a body finds its inputs bound by those before it, or by the arguments: the expressions stand in
//!   the order in which OPA evaluates them.
//! - No call stands within a term: what was nested is an expression of its own before, as OPA takes it out (out of a
//!   `not` too: an argument that is undefined makes the body undefined, not the negation true).
//! - References and comprehensions within terms have been taken out as well, but for one: where a term stands alone
//!   ([`ExprKind::Term`]), on one side of [`ExprKind::Unify`], or as a domain or replacement. The keys of references
//!   are constants or variables, never references or comprehensions.
//! - A reference that begins with `data` and constant keys at which a rule stands begins with that rule
//!   ([`Base::Group`]); others into `data` are [`Base::Data`], and may meet rules further down.
//! - Rules do not recur.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::types::Type;
use crate::value::Value;

/// A variable of a rule.
pub type Slot = usize;

/// Which of [`Program::groups`].
pub type GroupId = usize;

/// Modules that may be evaluated.
#[derive(Debug, Default)]
pub struct Program {
    /// All rules, by their paths.
    pub groups: Vec<Group>,
    /// The tree of `data`: the first node is `data` itself.
    pub nodes: Vec<Node>,
}

/// A place below `data` that modules speak of: a package, a rule, or what is on the way to them.
#[derive(Debug, Default)]
pub struct Node {
    /// What is below.
    pub children: BTreeMap<Value, usize>,
    /// The rules that stand here.
    pub group: Option<GroupId>,
}

/// All rules of one path.
#[derive(Debug)]
pub struct Group {
    /// The constant part of the path, below `data`.
    pub path: Vec<Value>,
    /// Where it stands in [`Program::nodes`].
    pub node: usize,
    /// What the rules make together.
    pub kind: GroupKind,
    /// The rules, in the order of their modules and texts.
    pub rules: Vec<Rule>,
    /// The `default`.
    pub default: Option<Rule>,
    /// Have all rules one and the same constant value, so that the first success says all?
    pub early_exit: bool,
    /// The type of what the rules make; of a function that of the function.
    pub result: Option<Type>,
}

/// What the rules of a path make together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// `r = v`
    Complete,
    /// `r contains k`
    Set,
    /// `r[k] = v`, `r[k] contains m`: rules with keys behind the path of the group, and all rules whose paths go on from
    /// it (`r.a.b = v`). No node stands below such a group. Some rules may have no key.
    Object,
    /// `f(x) = v`
    Function,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// The name of its module.
    pub file: Arc<str>,
    /// The line on which it begins.
    pub row: u32,
    /// The line on which its head begins: of a second body of the same rule, that of the body.
    pub head_row: u32,
    /// How many slots it needs.
    pub slots: usize,
    /// What the arguments are unified with.
    pub args: Vec<Term>,
    /// The keys of the head behind the path of the group.
    pub path: Vec<Term>,
    /// The element, if it makes a set.
    pub key: Option<Term>,
    /// The value, if it makes no set.
    pub value: Option<Term>,
    /// What must hold.
    pub body: Vec<Expr>,
    /// The branches that are tried in order where the body does not hold.
    pub otherwise: Vec<Rule>,
}

/// One expression of a body.
#[derive(Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Does it stand under `not`?
    pub negated: bool,
    /// What it replaces while it is evaluated.
    pub with: Vec<With>,
    /// The line on which it begins.
    pub row: u32,
}

/// What an expression can be.
#[derive(Debug)]
pub enum ExprKind {
    /// A term that must be defined and not false.
    Term(Term),
    /// `a = b`, `a := b`
    Unify(Term, Term),
    /// A call. Without `output` its result must not be false; with it, it must unify.
    Call {
        /// What is called.
        callee: Callee,
        /// With what.
        args: Vec<Term>,
        /// What its result is unified with.
        output: Option<Term>,
    },
    /// `every k, v in domain { … }`
    Every {
        /// The variable for keys.
        key: Option<Slot>,
        /// The variable for values.
        value: Slot,
        /// What is gone through.
        domain: Term,
        /// What must hold each time.
        body: Vec<Expr>,
    },
    /// `not { … }`
    Not(Vec<Expr>),
}

/// `with target as value`
#[derive(Debug)]
pub struct With {
    /// What is replaced.
    pub target: Target,
    /// By what.
    pub value: Replacement,
    /// The line on which it begins.
    pub row: u32,
}

/// What `with` replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `input`, or what is below.
    Input(Vec<Value>),
    /// `data`, or what is below.
    Data(Vec<Value>),
    /// A function.
    Function(Callee),
}

/// What `with` puts there.
#[derive(Debug)]
pub enum Replacement {
    /// A value; for a function, what it gives whatever its arguments.
    Value(Term),
    /// Another function.
    Function(Callee),
}

/// What can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// A function of the modules.
    Group(GroupId),
    /// A built-in, by its name.
    Builtin(Arc<str>),
}

/// A term.
#[derive(Clone, Debug)]
pub enum Term {
    /// A constant.
    Value(Value),
    /// A variable.
    Var(Slot),
    /// `[a, b]`
    Array(Vec<Term>),
    /// `{a: b}`
    Object(Vec<(Term, Term)>),
    /// `{a, b}`
    Set(Vec<Term>),
    /// `a.b[c]`
    Ref(Box<Reference>),
    /// `[x | …]` and its like.
    Comprehension(Arc<Comprehension>),
}

/// A reference.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What it begins with.
    pub base: Base,
    /// The keys behind it.
    pub path: Vec<Term>,
}

/// What a reference begins with.
#[derive(Clone, Debug)]
pub enum Base {
    /// `input`
    Input,
    /// `data`, where no rule stands at the constant keys that follow.
    Data,
    /// A variable, or a composite that was taken out into one.
    Var(Slot),
    /// Rules.
    Group(GroupId),
}

/// A comprehension.
#[derive(Debug)]
pub struct Comprehension {
    /// What it makes.
    pub kind: Collection,
    /// For what.
    pub body: Vec<Expr>,
    /// The line on which it begins.
    pub row: u32,
}

/// What a comprehension makes.
#[derive(Debug)]
pub enum Collection {
    /// An array.
    Array(Term),
    /// A set.
    Set(Term),
    /// An object, of keys and values.
    Object(Term, Term),
}
