//! The tree of rules by their paths.
//!
//! Source: `TreeNode` and `ModuleTreeNode` in `v1/ast/compile.go`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ast::{Name, Path, Term, TermKind};
use crate::builtins::{self, Builtin};
use crate::value::Value;

use super::Options;
use super::terms::is_constant;

/// Which of the compiler's rules.
pub(super) type RuleId = usize;

/// The tree of rules, and the built-ins that may be called.
#[derive(Default)]
pub(super) struct Tree {
    /// The first is `data`.
    pub nodes: Vec<TreeNode>,
    options: Options,
    /// How many arguments the rules of each take.
    arities: BTreeMap<RuleId, usize>,
}

/// A place in the tree.
#[derive(Default)]
pub(super) struct TreeNode {
    pub children: BTreeMap<Value, usize>,
    pub rules: Vec<RuleId>,
    /// Do modules have this for their package?
    pub modules: Vec<usize>,
}

impl Tree {
    pub fn new(options: Options) -> Tree {
        Tree { nodes: vec![TreeNode::default()], options, arities: BTreeMap::new() }
    }

    /// The node at a path below `data`, which is made if it is not there.
    pub fn make(&mut self, path: impl IntoIterator<Item = Value>) -> usize {
        let mut at = 0;
        for key in path {
            let next = self.nodes.len();
            at = *self.nodes[at].children.entry(key).or_insert(next);
            if at == next {
                self.nodes.push(TreeNode::default());
            }
        }
        at
    }

    /// Puts a rule at a path below `data`.
    pub fn add(&mut self, path: impl IntoIterator<Item = Value>, rule: RuleId, arity: usize) {
        let at = self.make(path);
        self.nodes[at].rules.push(rule);
        self.arities.insert(rule, arity);
    }

    pub fn child(&self, node: usize, key: &Term) -> Option<usize> {
        self.nodes[node].children.get(&key.to_value()?).copied()
    }

    /// The node to which a reference leads, if it begins with `data` and all its keys are constant.
    pub fn find(&self, reference: &[Term]) -> Option<usize> {
        let (head, keys) = reference.split_first()?;
        if !head.is_var("data") {
            return None;
        }
        keys.iter().try_fold(0, |at, key| self.child(at, key))
    }

    /// The rules that a reference names.
    pub fn rules(&self, reference: &[Term]) -> &[RuleId] {
        self.find(reference).map_or(&[], |at| &self.nodes[at].rules)
    }

    /// Are the rules functions?
    pub fn is_function(&self, rule: RuleId) -> bool {
        self.arities.get(&rule).is_some_and(|arity| *arity > 0)
    }

    /// How many arguments what a reference names takes, if it names something.
    pub fn arity(&self, reference: &[Term]) -> Option<usize> {
        if let Some(builtin) = self.builtin(reference) {
            return Some(builtin.signature().arguments.len());
        }
        let first = self.rules(reference).first()?;
        self.arities.get(first).copied()
    }

    /// The built-in that a reference names.
    pub fn builtin(&self, reference: &[Term]) -> Option<&'static Builtin> {
        if reference.first().is_none_or(|head| head.is_var("data") || head.as_var().is_none()) {
            return None;
        }
        self.builtin_named(&name_of(reference)?)
    }

    pub fn builtin_named(&self, name: &str) -> Option<&'static Builtin> {
        if name == builtins::EXTERNAL_DATA.name {
            return self.options.external_data.then_some(&builtins::EXTERNAL_DATA);
        }
        if self.options.disabled.contains(name) { None } else { builtins::find(name) }
    }

    /// All rules that a reference may meet.
    pub fn dynamic(&self, reference: &[Term], found: &mut BTreeSet<RuleId>) {
        let Some((head, keys)) = reference.split_first() else { return };
        if head.is_var("data") {
            self.dynamic_from(0, keys, found);
        }
    }

    fn dynamic_from(&self, node: usize, keys: &[Term], found: &mut BTreeSet<RuleId>) {
        let here = &self.nodes[node];
        match keys.split_first() {
            None => self.below(node, found),
            Some((key, rest)) if is_constant(key) => {
                if let Some(child) = self.child(node, key) {
                    found.extend(&self.nodes[child].rules);
                    self.dynamic_from(child, rest, found);
                }
            }
            Some((_, rest)) => {
                for &child in here.children.values() {
                    found.extend(&self.nodes[child].rules);
                    self.dynamic_from(child, rest, found);
                }
            }
        }
    }

    /// The rules at a node and below.
    pub fn below(&self, node: usize, found: &mut BTreeSet<RuleId>) {
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            found.extend(&self.nodes[at].rules);
            open.extend(self.nodes[at].children.values());
        }
    }
}

/// The dotted name of a reference whose keys are words.
pub(super) fn name_of(reference: &[Term]) -> Option<String> {
    match reference {
        [only] => only.as_var().map(std::string::ToString::to_string),
        _ if reference.iter().skip(1).all(|key| matches!(key.kind, TermKind::String(_))) => {
            Some(Path(reference).to_string())
        }
        _ => None,
    }
}

/// Texts as keys.
pub(super) fn texts(path: &[Name]) -> impl Iterator<Item = Value> + '_ {
    path.iter().map(|part| Value::String(Arc::clone(part)))
}
