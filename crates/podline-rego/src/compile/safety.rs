//! Every variable must have a value before it is needed: bodies are put into an order in which that is so.
//!
//! Source: `reorderBodyForSafety` in `v1/ast/compile.go`.

use std::collections::BTreeMap;

use crate::ast::{Comprehension, Expr, ExprKind, Location, Name, Node, NodeMut, Term, TermKind};
use crate::ast::{each_in_expr, each_in_term, walk_expr};

use super::outputs;
use super::tree::Tree;
use super::vars::{self, Skip, VarSet};

/// How many looks at expressions the ordering of all bodies may take.
const MAX_LOOKS: usize = 4_000_000;

/// Variables that have no value, by the expressions that need them.
pub(super) type Unsafe = Vec<(Location, VarSet)>;

/// Puts bodies into order.
pub(super) struct Order<'t> {
    tree: &'t Tree,
    looks: usize,
}

/// The bodies would take too long.
pub(super) struct TooComplex;

impl<'t> Order<'t> {
    pub fn new(tree: &'t Tree) -> Order<'t> {
        Order { tree, looks: MAX_LOOKS }
    }

    fn look(&mut self, count: usize) -> Result<(), TooComplex> {
        self.looks = self.looks.checked_sub(count).ok_or(TooComplex)?;
        Ok(())
    }

    /// Puts a body into order. What cannot be ordered is told, and stays as it was.
    pub fn body(&mut self, body: &mut Vec<Expr>, globals: &VarSet) -> Result<Unsafe, TooComplex> {
        let mut unsafe_vars: BTreeMap<usize, VarSet> = BTreeMap::new();
        let order = self.order(body, globals, &mut unsafe_vars)?;
        let mut found: Unsafe = unsafe_vars.into_iter().map(|(at, vars)| (body[at].location, vars)).collect();
        let complete = order.len() == body.len();
        let mut closed = globals.clone();
        for (position, &at) in order.iter().enumerate() {
            if position > 0 {
                vars::add_expr(&body[order[position - 1]], Skip::safety(self.tree), &mut closed);
            }
            self.look(1)?;
            self.closures_in_expr(&mut body[at], &mut closed, &mut found)?;
        }
        if complete && found.is_empty() {
            let mut taken: Vec<Option<Expr>> = std::mem::take(body).into_iter().map(Some).collect();
            *body = order.iter().filter_map(|&at| taken[at].take()).collect();
        }
        Ok(found)
    }

    /// The order of the expressions that can be evaluated; of others what they lack.
    fn order(
        &mut self,
        body: &[Expr],
        globals: &VarSet,
        unsafe_vars: &mut BTreeMap<usize, VarSet>,
    ) -> Result<Vec<usize>, TooComplex> {
        let skip = Skip::safety(self.tree);
        let body_vars = vars::of_body(body, skip);
        let mut safe: VarSet = body_vars.intersection(globals).cloned().collect();
        unsafe_vars.extend(lacking(body, skip, &safe));
        let closed: Vec<VarSet> = body.iter().map(|expr| closed_over(expr, &body_vars, globals)).collect();
        let mut order: Vec<usize> = Vec::new();
        let mut rest: Vec<usize> = (0..body.len()).collect();
        // What was not ready is not, until one more of its variables has a value.
        let users = users(body);
        let mut changed = vec![true; body.len()];
        loop {
            let before = order.len();
            let mut left = Vec::new();
            for at in rest {
                if !std::mem::take(&mut changed[at]) && closed[at].is_empty() {
                    left.push(at);
                    continue;
                }
                self.look(1)?;
                let expr = &body[at];
                let found = outputs::of_expr(expr, self.tree, &safe);
                if !closed[at].is_empty() {
                    self.look(order.len())?;
                    let given = given(&order, body, self.tree, &safe);
                    let lacking = &closed[at] - &given;
                    if !lacking.is_empty() {
                        if lacking == found {
                            left.push(at);
                            continue;
                        }
                        unsafe_vars.insert(at, lacking);
                    }
                }
                if let Some(needed) = unsafe_vars.get_mut(&at) {
                    needed.retain(|name| !found.contains(name) && !safe.contains(name));
                }
                if unsafe_vars.get(&at).is_none_or(VarSet::is_empty) {
                    unsafe_vars.remove(&at);
                    order.push(at);
                    for user in
                        found.iter().filter(|name| !safe.contains(*name)).filter_map(|name| users.get(name)).flatten()
                    {
                        changed[*user] = true;
                    }
                    safe.extend(found);
                } else {
                    left.push(at);
                }
            }
            rest = left;
            if order.len() == before {
                return Ok(order);
            }
        }
    }

    fn closures_in_expr(
        &mut self,
        expr: &mut Expr,
        globals: &mut VarSet,
        found: &mut Unsafe,
    ) -> Result<(), TooComplex> {
        let location = expr.location;
        match &mut expr.kind {
            ExprKind::Every(every) => {
                vars::add_terms(&every.key, Skip::default(), globals);
                vars::add_term(&every.value, Skip::default(), globals);
                return self.closure(location, &VarSet::new(), &mut every.body, globals, found);
            }
            ExprKind::Not(negation) => {
                return self.closure(location, &VarSet::new(), &mut negation.body, globals, found);
            }
            _ => {}
        }
        let mut result = Ok(());
        each_in_expr(expr, &mut |node| {
            if result.is_ok() {
                result = self.closures(location, node, globals, found);
            }
        });
        result
    }

    fn closures(
        &mut self,
        location: Location,
        node: NodeMut<'_>,
        globals: &mut VarSet,
        found: &mut Unsafe,
    ) -> Result<(), TooComplex> {
        match node {
            NodeMut::Term(term) => self.closures_in_term(location, term, globals, found),
            NodeMut::With(with) => {
                self.closures_in_term(location, &mut with.target, globals, found)?;
                self.closures_in_term(location, &mut with.value, globals, found)
            }
            // The bodies of closures are handled where these are.
            NodeMut::Body(_) | NodeMut::Expr(_) => Ok(()),
        }
    }

    fn closures_in_term(
        &mut self,
        location: Location,
        term: &mut Term,
        globals: &mut VarSet,
        found: &mut Unsafe,
    ) -> Result<(), TooComplex> {
        match &mut term.kind {
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                let Comprehension { term, body } = &mut **inner;
                let needed = vars::of_term(term, Skip::default());
                self.closure(location, &needed, body, globals, found)
            }
            TermKind::ObjectComprehension(inner) => {
                let mut needed = vars::of_term(&inner.key, Skip::default());
                vars::add_term(&inner.value, Skip::default(), &mut needed);
                self.closure(location, &needed, &mut inner.body, globals, found)
            }
            _ => {
                let mut result = Ok(());
                each_in_term(term, &mut |node| {
                    if result.is_ok() {
                        result = self.closures(location, node, globals, found);
                    }
                });
                result
            }
        }
    }

    /// Puts the body of a closure into order, which needs some variables for what it collects.
    fn closure(
        &mut self,
        location: Location,
        needed: &VarSet,
        body: &mut Vec<Expr>,
        globals: &VarSet,
        found: &mut Unsafe,
    ) -> Result<(), TooComplex> {
        let given = vars::of_body(body, Skip::safety(self.tree));
        let lacking: VarSet =
            needed.iter().filter(|name| !given.contains(*name) && !globals.contains(*name)).cloned().collect();
        if !lacking.is_empty() {
            found.push((location, lacking));
        }
        found.extend(self.body(body, globals)?);
        Ok(())
    }
}

/// What each expression needs that has no value yet.
fn lacking(body: &[Expr], skip: Skip<'_>, safe: &VarSet) -> Vec<(usize, VarSet)> {
    let needed = |(at, expr)| (at, &vars::of_expr(expr, skip) - safe);
    body.iter().enumerate().map(needed).filter(|(_, needed)| !needed.is_empty()).collect()
}

/// Which expressions hold a variable.
fn users(body: &[Expr]) -> BTreeMap<Name, Vec<usize>> {
    let mut users: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
    for (at, expr) in body.iter().enumerate() {
        for name in vars::of_expr(expr, Skip::default()) {
            users.entry(name).or_default().push(at);
        }
    }
    users
}

/// The variables of the body that closures in an expression use.
fn closed_over(expr: &Expr, body_vars: &VarSet, globals: &VarSet) -> VarSet {
    let mut found = VarSet::new();
    let skip = Skip::default();
    walk_expr(expr, &mut |node| match node {
        Node::Term(term) => {
            let closure = is_comprehension(term);
            if closure {
                vars::add_term(term, skip, &mut found);
            }
            closure
        }
        Node::Expr(inner) => match &inner.kind {
            ExprKind::Every(every) => {
                vars::add_body(&every.body, skip, &mut found);
                true
            }
            ExprKind::Not(negation) => {
                vars::add_body(&negation.body, skip, &mut found);
                true
            }
            _ => false,
        },
        Node::With(_) => false,
    });
    found.retain(|name| body_vars.contains(name) && !globals.contains(name));
    found
}

/// What ordered expressions give a value to beyond what has one already.
fn given(order: &[usize], body: &[Expr], tree: &Tree, safe: &VarSet) -> VarSet {
    let mut known = safe.clone();
    for &at in order {
        let found = outputs::of_expr(&body[at], tree, &known);
        known.extend(found);
    }
    &known - safe
}

fn is_comprehension(term: &Term) -> bool {
    matches!(
        term.kind,
        TermKind::ArrayComprehension(_) | TermKind::SetComprehension(_) | TermKind::ObjectComprehension(_)
    )
}

/// The variables without a value, each once, at the first expression that needs it.
pub(super) fn first_uses(found: &Unsafe) -> BTreeMap<Name, Location> {
    let mut first: BTreeMap<Name, Location> = BTreeMap::new();
    for (location, vars) in found {
        for name in vars {
            let known = first.entry(name.clone()).or_insert(*location);
            *known = (*known).min(*location);
        }
    }
    first
}
