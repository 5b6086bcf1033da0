//! Which rules need which: none may need itself, and those that are needed are checked first.
//!
//! Source: `NewGraph`, `checkRecursion` in `v1/ast/compile.go`.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::ast::{Node, TermKind};
use crate::error::Code;

use super::Compiler;
use super::calls::visit_unit;
use super::tree::RuleId;

/// For each rule those that it needs.
pub(super) type Graph = Vec<BTreeSet<RuleId>>;

impl Compiler {
    /// What each rule needs: of a rule with branches all of them.
    pub(super) fn graph(&self) -> Graph {
        let needs = |rule: RuleId| {
            let mut found = BTreeSet::new();
            visit_unit(&self.units[rule], &mut |node| {
                if let Node::Term(term) = node
                    && let TermKind::Ref(parts) = &term.kind
                {
                    self.tree.dynamic(parts, &mut found);
                }
                false
            });
            found.into_iter().flat_map(|first| self.units[first].chain(first)).collect()
        };
        (0..self.units.len()).map(needs).collect()
    }

    /// No rule needs itself. Gives the rules in an order in which each stands behind those that it needs.
    pub(super) fn check_recursion(&mut self, graph: &Graph) -> Vec<RuleId> {
        let (order, components) = components(graph);
        for component in components {
            let recursive = component.len() > 1 || component.first().is_some_and(|rule| graph[*rule].contains(rule));
            if !recursive {
                continue;
            }
            for &rule in &component {
                let path: Vec<String> =
                    way_back(graph, &component, rule).into_iter().map(|rule| self.rule_name(rule)).collect();
                let message = format!("rule {} is recursive: {}", self.rule_name(rule), path.join(" -> "));
                self.fail(Code::Recursion, self.units[rule].module, self.units[rule].rule.location, message);
            }
        }
        order
    }
}

/// A way from a rule back to itself, within those that need each other.
fn way_back(graph: &Graph, component: &[RuleId], rule: RuleId) -> Vec<RuleId> {
    let mut before = BTreeMap::new();
    let mut open = VecDeque::from([rule]);
    while let Some(at) = open.pop_front() {
        if graph[at].contains(&rule) {
            let mut path = vec![rule, at];
            let mut last = at;
            while let Some(earlier) = before.get(&last) {
                path.push(*earlier);
                last = *earlier;
            }
            path.reverse();
            path.dedup();
            return if path.len() == 1 { vec![rule, rule] } else { path };
        }
        for &next in graph[at].iter().filter(|next| component.binary_search(next).is_ok()) {
            if let Entry::Vacant(entry) = before.entry(next) {
                entry.insert(at);
                open.push_back(next);
            }
        }
    }
    vec![rule]
}

/// Tarjan's strongly connected components, without recursion; each stands behind those that it needs.
fn components(graph: &Graph) -> (Vec<RuleId>, Vec<Vec<RuleId>>) {
    let mut state = Tarjan {
        index: vec![None; graph.len()],
        low: vec![0; graph.len()],
        on_stack: vec![false; graph.len()],
        stack: Vec::new(),
        next: 0,
    };
    let mut found = Vec::new();
    for root in 0..graph.len() {
        if state.index[root].is_none() {
            state.visit(graph, root, &mut found);
        }
    }
    (found.iter().flatten().copied().collect(), found)
}

struct Tarjan {
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<RuleId>,
    next: usize,
}

impl Tarjan {
    fn open(&mut self, rule: RuleId) {
        self.index[rule] = Some(self.next);
        self.low[rule] = self.next;
        self.next += 1;
        self.stack.push(rule);
        self.on_stack[rule] = true;
    }

    fn visit(&mut self, graph: &Graph, root: RuleId, found: &mut Vec<Vec<RuleId>>) {
        self.open(root);
        let mut work = vec![(root, graph[root].iter())];
        while let Some((rule, needs)) = work.last_mut() {
            let rule = *rule;
            match needs.next() {
                Some(&next) if self.index[next].is_none() => {
                    self.open(next);
                    work.push((next, graph[next].iter()));
                }
                Some(&next) => {
                    if self.on_stack[next] {
                        self.low[rule] = self.low[rule].min(self.index[next].unwrap_or(usize::MAX));
                    }
                }
                None => {
                    work.pop();
                    if let Some((above, _)) = work.last() {
                        self.low[*above] = self.low[*above].min(self.low[rule]);
                    }
                    if Some(self.low[rule]) == self.index[rule] {
                        found.push(self.close(rule));
                    }
                }
            }
        }
    }

    fn close(&mut self, rule: RuleId) -> Vec<RuleId> {
        let mut component = Vec::new();
        while let Some(member) = self.stack.pop() {
            self.on_stack[member] = false;
            component.push(member);
            if member == rule {
                break;
            }
        }
        component.sort_unstable();
        component
    }
}
