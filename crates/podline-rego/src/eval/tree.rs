//! `data`: what rules say, and the documents beside them.

use super::machine::{Bound, Machine, Solution};
use super::memo::Outcome;
use super::plan::{GroupId, Kind, Pattern, Slot};
use super::stop::Stop;
use super::trace::{Reasons, Why};
use crate::value::{Object, Value};

/// The places that a reference leads to: the keys of each, and its value.
struct Walk<'w> {
    /// The keys that are known.
    asked: &'w [Option<Value>],
    found: Vec<(Vec<Value>, Value)>,
}

impl<'p> Machine<'p> {
    /// A base document under `with`.
    pub(super) fn read_replaced(&mut self, path: &'p [Value], into: Slot) -> Result<bool, Stop> {
        let Some(value) = self.base(path)? else { return Ok(false) };
        self.put(into, Bound { value, why: Why::NOTHING });
        Ok(true)
    }

    /// What the rules of a group say, if they are not hidden by `with`.
    pub(super) fn shadowed(&mut self, group: GroupId) -> Result<Outcome, Stop> {
        let plan = self.plan;
        let path = &plan.groups[group].path;
        if self.hidden(path) {
            return Ok(Outcome { value: self.base(path)?, reasons: Reasons::default() });
        }
        self.document(group, &[])
    }

    /// Do values stand at a path that `with` has put there?
    fn hidden(&self, path: &[Value]) -> bool {
        self.replaced.as_ref().is_some_and(|replaced| replaced.targets.iter().any(|target| path.starts_with(target)))
    }

    /// The base document at a path.
    fn base(&mut self, path: &[Value]) -> Result<Option<Value>, Stop> {
        let real = find_document(self.data, path);
        let Some(replaced) = &self.replaced else { return Ok(real.cloned()) };
        let put = super::step::find(&replaced.data, path);
        if self.hidden(path) {
            return Ok(put.cloned());
        }
        match (put, real) {
            (Some(put), Some(real)) => {
                let merged = merge(put, real);
                self.admit(&merged)?;
                Ok(Some(merged))
            }
            (put, real) => Ok(put.or(real).cloned()),
        }
    }

    /// All places that a reference leads to, the last first.
    pub(super) fn find_in_tree(&mut self, keys: &'p [Pattern]) -> Result<Vec<Solution>, Stop> {
        let mut asked = Vec::with_capacity(keys.len());
        for key in keys {
            asked.push(self.ground(key)?.map(|bound| bound.value));
        }
        let mut walk = Walk { asked: &asked, found: Vec::new() };
        self.walk_tree(Some(0), &mut Vec::new(), &mut walk)?;
        let bound = |value: Value| (0, Bound { value, why: Why::NOTHING });
        let found = walk.found.into_iter().rev();
        Ok(found
            .map(|(keys, value)| Solution {
                bound: keys.into_iter().map(bound).chain([bound(value)]).collect(),
                held: Vec::new(),
            })
            .collect())
    }

    /// Goes on from a place in the tree; there is no node where no module says anything.
    fn walk_tree(&mut self, node: Option<usize>, path: &mut Vec<Value>, walk: &mut Walk<'_>) -> Result<(), Stop> {
        self.spend(1)?;
        if path.len() == walk.asked.len() {
            if let Some(value) = self.extent(node, path)? {
                walk.found.push((path.clone(), value));
            }
            return Ok(());
        }
        if let Some(key) = &walk.asked[path.len()] {
            return self.walk_key(node, key.clone(), path, walk);
        }
        let mut keys = Vec::new();
        if let Some(base) = self.base(path)? {
            let mut at = 0;
            while let Some((key, _)) = super::body::element(&base, at) {
                keys.push(key);
                at += 1;
            }
        }
        let plan = self.plan;
        keys.extend(node.iter().flat_map(|node| plan.nodes[*node].children.keys().cloned()));
        for key in keys {
            self.walk_key(node, key, path, walk)?;
        }
        Ok(())
    }

    fn walk_key(
        &mut self,
        node: Option<usize>,
        key: Value,
        path: &mut Vec<Value>,
        walk: &mut Walk<'_>,
    ) -> Result<(), Stop> {
        let plan = self.plan;
        path.push(key);
        let next = match path.last() {
            Some(key) if !self.hidden(path) => node.and_then(|node| plan.nodes[node].children.get(key)).copied(),
            _ => None,
        };
        match next.and_then(|node| plan.nodes[node].group) {
            Some(group) => {
                if let Some(value) = self.document(group, &[])?.value {
                    self.walk_value(&value, path, walk)?;
                }
            }
            None => self.walk_tree(next, path, walk)?,
        }
        path.pop();
        Ok(())
    }

    /// Goes on in what rules say.
    fn walk_value(&mut self, value: &Value, path: &mut Vec<Value>, walk: &mut Walk<'_>) -> Result<(), Stop> {
        self.spend(1)?;
        if path.len() == walk.asked.len() {
            walk.found.push((path.clone(), value.clone()));
            return Ok(());
        }
        if let Some(key) = &walk.asked[path.len()] {
            let Some(next) = value.get(key) else { return Ok(()) };
            path.push(key.clone());
            self.walk_value(next, path, walk)?;
            path.pop();
            return Ok(());
        }
        let mut at = 0;
        while let Some((key, next)) = super::body::element(value, at) {
            at += 1;
            path.push(key);
            self.walk_value(&next, path, walk)?;
            path.pop();
        }
        Ok(())
    }

    /// All that stands at a path.
    pub(super) fn extent(&mut self, node: Option<usize>, path: &mut Vec<Value>) -> Result<Option<Value>, Stop> {
        let base = self.base(path)?;
        let Some(node) = node else { return Ok(base) };
        let said = self.leaves(node, path)?;
        let Some(base) = base else { return Ok(Some(said)) };
        let merged = merge(&base, &said);
        self.admit(&merged)?;
        Ok(Some(merged))
    }

    /// What all rules at a node and below it say.
    fn leaves(&mut self, node: usize, path: &mut Vec<Value>) -> Result<Value, Stop> {
        self.enter()?;
        let plan = self.plan;
        let mut entries = Vec::new();
        for (key, child) in &plan.nodes[node].children {
            path.push(key.clone());
            let value = match plan.nodes[*child].group {
                Some(_) if self.hidden(path) => self.base(path)?,
                Some(group) if plan.groups[group].kind == Kind::Function => None,
                Some(group) => self.document(group, &[])?.value,
                None => Some(self.leaves(*child, path)?),
            };
            path.pop();
            if let Some(value) = value {
                entries.push((key.clone(), value));
            }
        }
        self.leave();
        let value = Value::object(entries);
        self.admit(&value)?;
        Ok(value)
    }
}

/// The base document that keys lead to. OPA's store takes numbers as names of fields, and names as indices.
pub(super) fn find_document<'v>(data: &'v Value, path: &[Value]) -> Option<&'v Value> {
    path.iter().try_fold(data, |value, key| {
        value.get(key).or_else(|| match (value, key) {
            (Value::Object(entries), Value::Number(key)) => entries.get_str(&key.spelling()),
            (Value::Array(items), Value::String(key)) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        })
    })
}

/// Both objects in one; where they differ the first counts.
fn merge(first: &Value, second: &Value) -> Value {
    let (Value::Object(a), Value::Object(b)) = (first, second) else { return first.clone() };
    let mut merged: Object = (**a).clone();
    for (key, value) in b.iter() {
        match a.get(key) {
            None => merged.insert(key.clone(), value.clone()),
            Some(known @ Value::Object(_)) => merged.insert(key.clone(), merge(known, value)),
            Some(_) => {}
        }
    }
    Value::Object(std::sync::Arc::new(merged))
}
