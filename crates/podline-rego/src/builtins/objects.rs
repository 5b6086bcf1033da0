//! Objects, and walks through values.
//!
//! Source: `v1/topdown/object.go`, `subset.go`, `walk.go`, `reachable.go`.

use std::collections::{BTreeMap, BTreeSet};

use super::operands::{array, at, elements, found, object, wrong, wrong_element};
use crate::context::{Context, Failure, Outcome};
use crate::value::{Object, Set, Value};

/// The value under a key, or at a path of keys, or else the default.
pub(super) fn get(operands: &[Value], _: &Context<'_>) -> Outcome {
    object(operands, 0)?;
    let (whole, default) = (at(operands, 0)?, at(operands, 2)?);
    let key = at(operands, 1)?;
    let under = match key.as_array() {
        None => whole.get(key),
        Some(path) => path.iter().try_fold(whole, |value, key| value.get(key)),
    };
    found(under.unwrap_or(default).clone())
}

pub(super) fn keys(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(Value::set(object(operands, 0)?.keys().cloned()))
}

/// The keys that an array, a set or an object lists.
fn listed(operands: &[Value]) -> Result<Set, Failure> {
    match at(operands, 1)? {
        Value::Array(items) => Ok(items.iter().cloned().collect()),
        Value::Set(items) => Ok((**items).clone()),
        Value::Object(entries) => Ok(entries.keys().cloned().collect()),
        _ => Err(wrong(operands, 1, "one of {object, set, array}")),
    }
}

pub(super) fn remove(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (entries, keys) = (object(operands, 0)?, listed(operands)?);
    found(select(entries, |key| !keys.contains(key)))
}

pub(super) fn filter(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (entries, keys) = (object(operands, 0)?, listed(operands)?);
    found(select(entries, |key| keys.contains(key)))
}

fn select(entries: &Object, wanted: impl Fn(&Value) -> bool) -> Value {
    Value::object(entries.iter().filter(|(key, _)| wanted(key)).map(|(key, value)| (key.clone(), value.clone())))
}

/// The second over the first, objects in objects merged.
pub(super) fn union(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (first, second) = (object(operands, 0)?, object(operands, 1)?);
    found(merge(first, second, context)?)
}

fn merge(first: &Object, second: &Object, context: &Context<'_>) -> Result<Value, Failure> {
    context.budget.bytes((first.len() + second.len()) * 32)?;
    let mut entries: BTreeMap<Value, Value> = first.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    for (key, value) in second.iter() {
        let merged = match (entries.get(key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new, context)?,
            _ => value.clone(),
        };
        entries.insert(key.clone(), merged);
    }
    Ok(Value::object(entries))
}

/// Each over those before it.
pub(super) fn union_n(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut all = Value::object([]);
    for item in array(operands, 0)? {
        let (Value::Object(first), Value::Object(second)) = (&all, item) else {
            return Err(wrong_element(0, "object", item));
        };
        all = merge(first, second, context)?;
    }
    found(all)
}

/// Is the second, or what is in it, also in the first?
pub(super) fn subset(operands: &[Value], context: &Context<'_>) -> Outcome {
    found(match (at(operands, 0)?, at(operands, 1)?) {
        (Value::Object(of), Value::Object(sub)) => object_holds(of, sub, context)?,
        (Value::Set(of), Value::Set(sub)) => sub.iter().all(|item| of.contains(item)),
        (Value::Array(of), Value::Array(sub)) => array_holds(of, sub, context)?,
        (Value::Array(of), Value::Set(sub)) => each_found(of, sub),
        _ => return Err(Failure::error("both arguments object.subset must be of the same type or array and set")),
    })
}

fn object_holds(of: &Object, sub: &Object, context: &Context<'_>) -> Result<bool, Failure> {
    for (key, value) in sub.iter() {
        context.budget.steps(1)?;
        let holds = match (of.get(key), value) {
            (Some(of), sub) if of == sub => true,
            (Some(Value::Object(of)), Value::Object(sub)) => object_holds(of, sub, context)?,
            (Some(Value::Set(of)), Value::Set(sub)) => sub.iter().all(|item| of.contains(item)),
            (Some(Value::Array(of)), Value::Array(sub)) => array_holds(of, sub, context)?,
            _ => false,
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One after the other, somewhere.
fn array_holds(of: &[Value], sub: &[Value], context: &Context<'_>) -> Result<bool, Failure> {
    if sub.is_empty() {
        return Ok(true);
    }
    context.budget.steps(of.len().saturating_mul(sub.len()))?;
    Ok(of.windows(sub.len()).any(|window| window == sub))
}

/// Each member counts as often as it is met; for nothing, the array must have an element.
fn each_found(of: &[Value], sub: &Set) -> bool {
    let mut left = sub.len();
    of.iter().any(|item| {
        left = left.saturating_sub(usize::from(sub.contains(item)));
        left == 0
    })
}

/// Every value in a value, with the path to it.
pub(super) fn walk(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut all = Vec::new();
    visit(at(operands, 0)?, &mut Vec::new(), &mut all, context)?;
    found(all)
}

fn visit(value: &Value, path: &mut Vec<Value>, all: &mut Vec<Value>, context: &Context<'_>) -> Result<(), Failure> {
    context.budget.steps(1)?;
    context.budget.bytes(64 + path.len() * 16)?;
    all.push(vec![path.clone().into(), value.clone()].into());
    let mut step = |key: Value, value: &Value| {
        path.push(key);
        let visited = visit(value, path, all, context);
        path.pop();
        visited
    };
    match value {
        Value::Array(items) => items.iter().enumerate().try_for_each(|(at, item)| step(at.into(), item)),
        Value::Object(entries) => entries.iter().try_for_each(|(key, item)| step(key.clone(), item)),
        Value::Set(items) => items.iter().try_for_each(|item| step(item.clone(), item)),
        _ => Ok(()),
    }
}

/// The nodes of a graph that can be reached from some.
pub(super) fn reachable(operands: &[Value], context: &Context<'_>) -> Outcome {
    let graph = object(operands, 0)?;
    let mut queue: Vec<&Value> = elements(operands, 1)?.iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(node) = queue.pop() {
        context.budget.steps(1)?;
        if let Some(edges) = graph.get(node)
            && reached.insert(node)
        {
            queue.extend(edges.elements().unwrap_or_default());
        }
    }
    found(Value::set(reached.into_iter().cloned()))
}

/// The paths through a graph from some nodes, each up to its end or to where it would close a circle.
pub(super) fn reachable_paths(operands: &[Value], context: &Context<'_>) -> Outcome {
    let graph = object(operands, 0)?;
    let mut paths = Paths { graph, context, found: Vec::new() };
    for node in elements(operands, 1)? {
        let Some(edges) = graph.get(node) else { continue };
        let edges = edges.elements().unwrap_or_default();
        if edges.is_empty() {
            paths.found.push(vec![node.clone()].into());
        }
        for neighbour in edges {
            paths.follow(neighbour, &mut vec![node.clone()], 0)?;
        }
    }
    found(Value::set(paths.found))
}

struct Paths<'g> {
    graph: &'g Object,
    context: &'g Context<'g>,
    found: Vec<Value>,
}

impl Paths<'_> {
    fn commit(&mut self, path: &[Value]) -> Result<(), Failure> {
        self.context.budget.steps(1)?;
        self.context.budget.bytes(64 + path.len() * 16)?;
        self.found.push(path.to_vec().into());
        Ok(())
    }

    fn follow(&mut self, node: &Value, path: &mut Vec<Value>, depth: usize) -> Result<(), Failure> {
        // Paths are walked by recursion.
        if depth > 1_000 {
            return Err(Failure::Halt(crate::context::Halt::Budget));
        }
        let Some(edges) = self.graph.get(node) else { return self.commit(path) };
        path.push(node.clone());
        let edges = edges.elements().unwrap_or_default();
        if edges.is_empty() {
            self.commit(path)?;
        }
        for neighbour in edges {
            self.context.budget.steps(path.len())?;
            if path.contains(neighbour) {
                self.commit(path)?;
            } else {
                self.follow(neighbour, path, depth + 1)?;
            }
        }
        path.pop();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn objects_are_looked_into_as_opa_does() {
        for (name, operands, result) in [
            ("object.get", r#"[{"a": {"b": [1, 2]}}, ["a", "b", 1], 0]"#, "2"),
            ("object.get", r#"[{"a": 1}, ["a", "b"], 0]"#, "0"),
            ("object.get", r#"[{"a": 1}, [], 0]"#, r#"{"a": 1}"#),
            ("object.union", r#"[{"a": {"b": 1}}, {"a": {"c": 2}}]"#, r#"{"a": {"b": 1, "c": 2}}"#),
            ("object.union_n", r#"[[{"a": {"b": 2}}, {"a": 4}, {"a": {"c": 3}}]]"#, r#"{"a": {"c": 3}}"#),
            ("object.subset", r#"[{"a": [1, 2, 3]}, {"a": [2, 3]}]"#, "true"),
            ("object.subset", "[[1, 2], [2, 1]]", "false"),
            ("object.subset", r#"[["a"], []]"#, "true"),
            ("object.subset", r#"[{"a": 1}, ["a"]]"#, "undefined"),
            ("object.remove", r#"[{"a": 1, "b": 2}, {"a": 9}]"#, r#"{"b": 2}"#),
            ("object.filter", r#"[{"a": 1, "b": 2}, ["a", "z"]]"#, r#"{"a": 1}"#),
            ("graph.reachable", r#"[{"a": ["b"], "b": ["a", "c"]}, ["a"]]"#, r#"{"a", "b"}"#),
            (
                "graph.reachable_paths",
                r#"[{"a": ["b", "c"], "b": ["a"], "c": []}, ["a"]]"#,
                r#"{["a", "b"], ["a", "c"]}"#,
            ),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }
}
