//! Rules of one path fit together.
//!
//! Source: `checkRuleConflicts` in `v1/ast/compile.go`.

use std::collections::BTreeSet;

use crate::ast::{Location, Path, RuleKind, Term};
use crate::error::Code;

use super::Compiler;
use super::tree::RuleId;

impl Compiler {
    /// Checks the rules of each path, and rules against packages.
    pub(super) fn check_conflicts(&mut self) {
        let mut found = Vec::new();
        for node in 0..self.tree.nodes.len() {
            if let Some(failure) = self.conflict_at(node) {
                found.push(failure);
            }
        }
        for (id, unit) in self.units.iter().enumerate() {
            if unit.is_first()
                && let Some(failure) = self.package_at(id)
            {
                found.push(failure);
            }
        }
        self.fail_all(Code::Type, found);
    }

    fn conflict_at(&self, node: usize) -> Option<(usize, Location, String)> {
        let rules = &self.tree.nodes[node].rules;
        let first = &self.units[*rules.first()?];
        let heads = || rules.iter().map(|rule| &self.units[*rule].rule.head);
        let ground = |reference: &[Term]| reference.iter().skip(1).all(Term::is_ground);
        let (kinds, arities): (BTreeSet<bool>, BTreeSet<usize>) =
            heads().map(|head| (head.kind() == RuleKind::Multi, head.args.len())).unzip();
        let complete = |head: &crate::ast::Head| head.kind() == RuleKind::Single && ground(&head.reference);
        let (whole, partial) = (heads().any(complete), !heads().all(complete));
        let below = if heads().any(|head| ground(&head.reference)) {
            self.names_below(node, false)
        } else {
            self.names_below(node, true)
        };
        let name = self.rule_name(*rules.last()?);
        let place = |message: String| Some((first.module, first.rule.location, message));
        if !below.is_empty() {
            return place(format!("rule {name} conflicts with [{}]", below.join(" ")));
        }
        if kinds.len() > 1 || arities.len() > 1 || (whole && partial) {
            return place(format!("conflicting rules {name} found"));
        }
        let defaults: Vec<&RuleId> = rules.iter().filter(|rule| self.units[**rule].rule.default).collect();
        if defaults.len() > 1 {
            let places: Vec<String> = defaults
                .iter()
                .map(|rule| {
                    let unit = &self.units[**rule];
                    format!("{}:{}", self.modules[unit.module].file, unit.rule.location.row)
                })
                .collect();
            let module = self.units[*defaults[0]].module;
            let message = format!("multiple default rules {name} found at {}", places.join(", "));
            return Some((module, self.modules[module].package.location, message));
        }
        None
    }

    /// The rules below a node, or only the functions.
    fn names_below(&self, node: usize, functions: bool) -> Vec<String> {
        let mut below = BTreeSet::new();
        for child in self.tree.nodes[node].children.values() {
            self.tree.below(*child, &mut below);
        }
        below.retain(|rule| !functions || self.tree.is_function(*rule));
        let names: BTreeSet<String> = below.into_iter().map(|rule| self.rule_name(rule)).collect();
        names.into_iter().collect()
    }

    /// The whole path of a rule.
    pub(super) fn rule_name(&self, rule: RuleId) -> String {
        Path(&self.rule_path(rule)).to_string()
    }

    /// The whole path of a rule, from `data` on.
    pub(super) fn rule_path(&self, rule: RuleId) -> Vec<Term> {
        let unit = &self.units[rule];
        let place = unit.rule.head.location;
        let mut path = vec![Term::var(place, "data")];
        path.extend(self.modules[unit.module].package.path.iter().map(|part| Term::text(place, part.clone())));
        for (at, part) in unit.rule.head.reference.iter().enumerate() {
            path.push(match part.as_var() {
                Some(name) if at == 0 => Term::text(place, name.clone()),
                Some(name) => Term::var(place, self.written(name)),
                None => part.clone(),
            });
        }
        path
    }

    /// No package has the path of a rule.
    fn package_at(&self, rule: RuleId) -> Option<(usize, Location, String)> {
        let unit = &self.units[rule];
        if !unit.rule.head.reference.iter().skip(1).all(Term::is_ground) {
            return None;
        }
        let path = self.rule_path(rule);
        let node = self.tree.find(&path)?;
        let other = *self.tree.nodes[node].modules.first()?;
        let package: Vec<&str> = self.modules[other].package.path.iter().map(|part| &**part).collect();
        let head = Path(&unit.rule.head.reference).to_string();
        let place = format!("{}:{}", self.modules[unit.module].file, unit.rule.location.row);
        let message = format!("package {} conflicts with rule {head} defined at {place}", package.join("."));
        Some((unit.module, self.modules[unit.module].package.location, message))
    }
}
