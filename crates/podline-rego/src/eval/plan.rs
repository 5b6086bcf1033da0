//! What is evaluated: bodies as lists of steps.
//!
//! A step has at most one outcome, except for three that leave a choice: which element of a collection comes next, which
//! solution of what stands under `with`, which place `walk` is at. So a body is evaluated without recursion: a step that
//! fails goes back to the last choice. Patterns hold no references, comprehensions or calls: these are steps of their
//! own, which put their value into a slot.

use std::sync::Arc;

use crate::builtins::Builtin;
pub(crate) use crate::compile::{GroupId, GroupKind as Kind, Node, Slot};
use crate::value::Value;

/// A compiled set of modules.
#[derive(Debug)]
pub(crate) struct Plan {
    pub groups: Vec<Group>,
    /// The tree of packages and rules; the first is `data`.
    pub nodes: Vec<Node>,
    /// How many evaluations can be nested in each other at most, if no function is replaced.
    pub depth: usize,
}

/// All rules of one path.
#[derive(Debug)]
pub(crate) struct Group {
    /// The path below `data`.
    pub path: Vec<Value>,
    pub kind: Kind,
    pub rules: Vec<Rule>,
    pub default: Option<Rule>,
    /// Does one success say all? So if all rules have the same constant value.
    pub early_exit: bool,
    /// How many keys behind the path the rules know at most.
    pub reach: usize,
}

#[derive(Debug)]
pub(crate) struct Rule {
    /// What an error names.
    pub place: Place,
    /// The line of the head, which an error about keys names.
    pub head: Place,
    pub slots: usize,
    pub args: Box<[Pattern]>,
    /// The keys of the head behind the path of the group.
    pub path: Box<[Pattern]>,
    /// The member, if the rule makes a set.
    pub key: Option<Pattern>,
    pub value: Pattern,
    pub body: Block,
    /// The branches that are tried in order where the body does not hold.
    pub otherwise: Vec<Rule>,
}

/// A line of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: Arc<str>,
    pub row: usize,
}

/// Expressions that must all hold, in the order in which they are evaluated.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub steps: Box<[Step]>,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub op: Op,
    pub row: usize,
    /// Does it serve only what the rule says, and not whether it holds? Blame does not look at such a step.
    pub telling: bool,
}

#[derive(Debug)]
pub(crate) enum Op {
    /// `input.a.b`
    Input {
        path: Box<[Value]>,
        into: Slot,
    },
    /// `data.a.b` where no rule stands.
    Base {
        path: Box<[Value]>,
        into: Slot,
    },
    /// `x.a.b`
    Fields {
        from: Slot,
        path: Box<[Value]>,
        into: Slot,
    },
    /// `x[key]`; without a value the key stands for each in turn.
    Index {
        from: Slot,
        key: Pattern,
        into: Slot,
    },
    /// The whole of what the rules of a path say.
    Rules {
        group: GroupId,
        into: Slot,
    },
    /// What the rules of a path say, as far as `keys` ask for it. The keys are looked up by later steps.
    Keyed {
        group: GroupId,
        keys: Box<[Pattern]>,
        into: Slot,
    },
    /// Any other reference into `data`: rules and base documents mixed.
    Tree {
        keys: Box<[Pattern]>,
        into: Slot,
    },
    Unify(Pattern, Pattern),
    /// Defined and not false.
    Holds(Pattern),
    Builtin {
        builtin: &'static Builtin,
        args: Box<[Pattern]>,
        output: Option<Pattern>,
    },
    Function {
        group: GroupId,
        args: Box<[Pattern]>,
        output: Option<Pattern>,
    },
    Not(Block),
    Every(Box<Every>),
    Collect(Box<Collect>),
    With(Box<With>),
}

#[derive(Debug)]
pub(crate) struct Every {
    pub key: Option<Pattern>,
    pub value: Pattern,
    pub domain: Pattern,
    pub body: Block,
}

/// A comprehension.
#[derive(Debug)]
pub(crate) struct Collect {
    pub kind: Collection,
    pub body: Block,
    pub into: Slot,
}

#[derive(Debug)]
pub(crate) enum Collection {
    Array(Pattern),
    Set(Pattern),
    /// With the line of the key, which an error names.
    Object(Pattern, Pattern, Place),
}

#[derive(Debug)]
pub(crate) struct With {
    pub changes: Vec<(Target, Replacement)>,
    pub body: Block,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `input`, and the keys behind it.
    Input(Vec<Value>),
    /// `data`, and the keys behind it.
    Data(Vec<Value>),
    Function(Callee),
}

#[derive(Debug)]
pub(crate) enum Replacement {
    Value(Pattern),
    Function(Callee),
}

/// What can be called.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Callee {
    Group(GroupId),
    Builtin(&'static Builtin),
}

impl PartialEq for Callee {
    fn eq(&self, other: &Callee) -> bool {
        match (self, other) {
            (Callee::Group(a), Callee::Group(b)) => a == b,
            (Callee::Builtin(a), Callee::Builtin(b)) => a.name == b.name,
            _ => false,
        }
    }
}

impl Eq for Callee {}

/// A term whose variables may or may not have a value yet.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Value(Value),
    Slot(Slot),
    Array(Box<[Pattern]>),
    Object(Box<[(Pattern, Pattern)]>),
    Set(Box<[Pattern]>),
}
