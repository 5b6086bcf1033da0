//! Where what an expression finds stands in the data.

use std::sync::Arc;

use crate::ast::Node;
use crate::interpret::{Runtime, evaluate, index_of};
use crate::value::Value;

/// A step of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The key of an object.
    Key(Arc<str>),
    /// The index in a list.
    Index(usize),
}

/// Where something stands: the steps from the root of the data. What is missing would stand there.
pub type Place = Vec<Step>;

/// The places that an expression names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// In order.
    pub places: Vec<Place>,
    /// Is it one place for each element of the list that is found?
    pub each: bool,
}

/// A value, and where it stands.
#[derive(Clone)]
pub(crate) struct Found {
    pub value: Value,
    pub place: Place,
    /// The elements of a list that is put together of others.
    pub parts: Option<Vec<Found>>,
}

pub(crate) enum Traced {
    One(Found),
    Each(Vec<Found>),
}

impl Found {
    fn child(&self, step: Step, value: Value) -> Found {
        let mut place = self.place.clone();
        place.push(step);
        Found { value, place, parts: None }
    }

    /// What stands, or would stand, under a key.
    pub fn field(&self, name: &Arc<str>) -> Found {
        self.child(Step::Key(name.clone()), self.value.get(name).cloned().unwrap_or_default())
    }

    /// The elements of a list; nothing if it is none.
    pub fn elements(&self) -> Option<Vec<Found>> {
        if let Some(parts) = &self.parts {
            return Some(parts.clone());
        }
        let items = self.value.as_slice()?;
        Some(items.iter().enumerate().map(|(at, item)| self.child(Step::Index(at), item.clone())).collect())
    }
}

impl Traced {
    /// What a projection goes through.
    fn elements(self) -> Option<Vec<Found>> {
        match self {
            Traced::One(found) => found.elements(),
            Traced::Each(all) => Some(all),
        }
    }
}

/// The places that a node names in `data`. What is computed stands nowhere: then it is what it is computed of.
pub(crate) fn places(node: &Node, data: &Value, runtime: &Runtime<'_>) -> Places {
    let root = Found { value: data.clone(), place: Vec::new(), parts: None };
    match trace(node, &root, runtime) {
        Some(Traced::One(found)) => Places { places: vec![found.place], each: false },
        Some(Traced::Each(all)) if !all.is_empty() => {
            Places { places: all.into_iter().map(|found| found.place).collect(), each: true }
        }
        // Nothing was found in what stands there.
        Some(Traced::Each(_)) | None => {
            let mut found = Vec::new();
            if let Some(contained) = contained(node, &root, runtime) {
                return Places { places: contained, each: false };
            }
            parts(node, |part| found.extend(places(part, data, runtime).places));
            Places { places: found, each: false }
        }
    }
}

/// What `contains(list, value)` finds in the list.
fn contained(node: &Node, root: &Found, runtime: &Runtime<'_>) -> Option<Vec<Place>> {
    let Node::Call { name, arguments } = node else { return None };
    let [list, wanted] = &arguments[..] else { return None };
    let wanted = evaluate(wanted, &root.value, runtime).ok().filter(|_| name == "contains")?;
    let all = trace(list, root, runtime)?.elements()?;
    let found: Vec<Place> = all.into_iter().filter(|one| one.value == wanted).map(|one| one.place).collect();
    (!found.is_empty()).then_some(found)
}

/// What a node is computed of, as far as that is about the same data.
fn parts<'n>(node: &'n Node, mut each: impl FnMut(&'n Node)) {
    match node {
        Node::Comparison { left, right, .. } | Node::Or(left, right) | Node::And(left, right) => {
            each(left);
            each(right);
        }
        Node::Not(left)
        | Node::Flatten(left)
        | Node::Reference(left)
        | Node::Pipe(left, _)
        | Node::Sub(left, _)
        | Node::Projection { left, .. }
        | Node::FilterProjection { left, .. }
        | Node::ValueProjection { left, .. } => each(left),
        Node::Call { arguments, .. } => arguments.iter().for_each(each),
        Node::MultiSelectList(items) => items.iter().for_each(each),
        Node::MultiSelectHash(entries) => entries.iter().for_each(|(_, item)| each(item)),
        Node::Current | Node::BadCall | Node::Field(_) | Node::Index(_) | Node::Literal(_) | Node::Slice(_) => {}
    }
}

/// Nothing for what is computed, and where the budget is spent.
fn trace(node: &Node, at: &Found, runtime: &Runtime<'_>) -> Option<Traced> {
    runtime.budget.steps(1).ok()?;
    let go = |node: &Node| trace(node, at, runtime);
    Some(match node {
        Node::Current => Traced::One(at.clone()),
        Node::Field(name) => Traced::One(at.field(name)),
        Node::Index(index) => {
            let items = at.value.as_slice()?;
            let index = index_of(items.len(), *index)?;
            Traced::One(at.child(Step::Index(index), items.get(index)?.clone()))
        }
        Node::Sub(left, right) | Node::Pipe(left, right) => match go(left)? {
            Traced::One(found) => trace(right, &found, runtime)?,
            Traced::Each(all) => of_each(right, all)?,
        },
        Node::Or(left, right) => match go(left) {
            Some(Traced::One(found)) if found.value.is_false() => go(right)?,
            Some(Traced::Each(all)) if all.is_empty() => go(right)?,
            traced => traced?,
        },
        Node::Flatten(left) => Traced::Each(flattened(go(left)?.elements()?)),
        Node::Projection { left, right } => Traced::Each(projected(go(left)?.elements()?, right, runtime)?),
        Node::FilterProjection { left, right, condition } => {
            let holds = |found: &Found| evaluate(condition, &found.value, runtime).is_ok_and(|value| !value.is_false());
            let kept = go(left)?.elements()?.into_iter().filter(holds).collect();
            Traced::Each(projected(kept, right, runtime)?)
        }
        Node::ValueProjection { left, right } => {
            let Traced::One(found) = go(left)? else { return None };
            let entries = found.value.as_object()?;
            let values =
                entries.iter().map(|(key, value)| found.child(Step::Key(key.clone()), value.clone())).collect();
            Traced::Each(projected(values, right, runtime)?)
        }
        Node::Call { name, arguments } if name == "to_array" => match &arguments[..] {
            [Node::Reference(_)] => return None,
            [list] => match go(list)? {
                Traced::One(found) if found.value.as_slice().is_none() => Traced::Each(vec![found]),
                traced => traced,
            },
            _ => return None,
        },
        Node::MultiSelectList(items) => {
            let one = |item: &Node| match go(item)? {
                Traced::One(found) => Some(found),
                Traced::Each(_) => None,
            };
            Traced::Each(items.iter().map(one).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// The elements of lists, and what is none.
pub(crate) fn flattened(all: Vec<Found>) -> Vec<Found> {
    all.into_iter().flat_map(|found| found.elements().unwrap_or_else(|| vec![found])).collect()
}

/// What stands behind a list of places: one of them, or they themselves.
fn of_each(right: &Node, all: Vec<Found>) -> Option<Traced> {
    match right {
        Node::Current => Some(Traced::Each(all)),
        Node::Index(index) => {
            let at = index_of(all.len(), *index)?;
            Some(Traced::One(all.into_iter().nth(at)?))
        }
        _ => None,
    }
}

/// What is found in each element, but for nulls. What is computed of an element stands where the element does.
fn projected(all: Vec<Found>, right: &Node, runtime: &Runtime<'_>) -> Option<Vec<Found>> {
    let mut kept = Vec::new();
    for found in all {
        runtime.budget.steps(1).ok()?;
        match trace(right, &found, runtime) {
            Some(Traced::One(inner)) if inner.value.is_null() => {}
            Some(Traced::One(inner)) => kept.push(inner),
            Some(Traced::Each(inner)) => {
                let value = Value::array(inner.iter().map(|one| one.value.clone()).collect());
                let place = inner.first().map_or(found.place, |one| one.place.clone());
                kept.push(Found { value, place, parts: Some(inner) });
            }
            None => match evaluate(right, &found.value, runtime) {
                Ok(value) if !value.is_null() => kept.push(Found { value, place: found.place, parts: None }),
                _ => {}
            },
        }
    }
    Some(kept)
}
