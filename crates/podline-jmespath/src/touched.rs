//! What an evaluation looks at in the data, so that another value there might change what it finds.
//!
//! Going through maps and lists looks at nothing but their shape. Conditions, comparisons and arguments of functions look
//! at all of what they get; what is found is looked at by whoever asked. In doubt more is named than is looked at.

use crate::ast::Node;
use crate::interpret::{Runtime, evaluate, index_of};
use crate::places::{Found, Place, Traced, flattened};
use crate::value::Value;

/// Functions that look at how long a list is, or which keys a map has, and no further.
const OF_SHAPE: [&str; 3] = ["length", "keys", "type"];

/// The places that a node looks at in `data`, those of what it finds last; nothing where the budget is spent.
/// `finding` says whether what is found is looked at too, or only how many elements there are.
pub(crate) fn touched(node: &Node, data: &Value, finding: bool, runtime: &Runtime<'_>) -> Option<Vec<Place>> {
    let root = Found { value: data.clone(), place: Vec::new(), parts: None };
    let mut toucher = Toucher { runtime, places: Vec::new() };
    let found = toucher.touch(node, &root).ok()?;
    match found {
        Some(Traced::Each(_)) if !finding => {}
        Some(Traced::One(one)) if !finding && one.elements().is_some() => {}
        found => toucher.whole(found),
    }
    Some(toucher.places)
}

/// The budget is spent.
struct Spent;

struct Toucher<'t, 'r> {
    runtime: &'t Runtime<'r>,
    places: Vec<Place>,
}

impl Toucher<'_, '_> {
    /// Looks at all of what was found.
    fn whole(&mut self, found: Option<Traced>) {
        match found {
            Some(Traced::One(one)) => self.whole_of(&one),
            Some(Traced::Each(all)) => all.iter().for_each(|one| self.whole_of(one)),
            None => {}
        }
    }

    fn whole_of(&mut self, found: &Found) {
        match &found.parts {
            Some(parts) => parts.iter().for_each(|part| self.whole_of(part)),
            None => self.places.push(found.place.clone()),
        }
    }

    /// What a node finds, where that stands in the data; nothing where it is computed of what was looked at.
    fn touch(&mut self, node: &Node, at: &Found) -> Result<Option<Traced>, Spent> {
        self.runtime.budget.steps(1).map_err(|_| Spent)?;
        Ok(match node {
            Node::Current => Some(Traced::One(at.clone())),
            Node::Field(name) => Some(Traced::One(at.field(name))),
            Node::Index(index) => self.index(at, *index),
            Node::Sub(left, right) | Node::Pipe(left, right) => match self.touch(left, at)? {
                Some(found) => self.touch(right, &one(found))?,
                None => None,
            },
            Node::Or(left, right) => self.either(left, right, at)?,
            Node::Flatten(left) => self.elements(left, at)?.map(|all| Traced::Each(flattened(all))),
            Node::Projection { left, right } => self.projection(left, None, right, at)?,
            Node::FilterProjection { left, right, condition } => self.projection(left, Some(condition), right, at)?,
            Node::ValueProjection { left, right } => self.values(left, right, at)?,
            Node::MultiSelectList(items) => {
                let items = items.iter().map(|item| self.item(item, at));
                Some(Traced::Each(items.collect::<Result<_, _>>()?))
            }
            Node::MultiSelectHash(entries) => {
                entries.iter().try_for_each(|(_, item)| self.look(item, at))?;
                None
            }
            Node::Comparison { left, right, .. } | Node::And(left, right) => {
                self.look(left, at)?;
                self.look(right, at)?;
                None
            }
            Node::Not(inner) => {
                self.look(inner, at)?;
                None
            }
            Node::Call { name, arguments } => {
                arguments.iter().try_for_each(|argument| self.argument(name, argument, at))?;
                None
            }
            Node::Slice(_) => {
                self.whole_of(at);
                None
            }
            Node::Literal(_) | Node::BadCall | Node::Reference(_) => None,
        })
    }

    /// Evaluates a node for whoever looks at all of what it finds.
    fn look(&mut self, node: &Node, at: &Found) -> Result<(), Spent> {
        let found = self.touch(node, at)?;
        self.whole(found);
        Ok(())
    }

    fn argument(&mut self, name: &str, argument: &Node, at: &Found) -> Result<(), Spent> {
        let found = self.touch(argument, at)?;
        let is_list = |one: &Found| one.elements().is_some() || one.value.as_object().is_some();
        match &found {
            Some(Traced::Each(_)) if OF_SHAPE.contains(&name) => {}
            Some(Traced::One(one)) if OF_SHAPE.contains(&name) && is_list(one) => {}
            _ => self.whole(found),
        }
        Ok(())
    }

    fn index(&mut self, at: &Found, index: i64) -> Option<Traced> {
        let Some(elements) = at.elements() else {
            self.whole_of(at);
            return None;
        };
        let index = index_of(elements.len(), index)?;
        elements.into_iter().nth(index).map(Traced::One)
    }

    fn either(&mut self, left: &Node, right: &Node, at: &Found) -> Result<Option<Traced>, Spent> {
        let found = self.touch(left, at)?;
        let is_false = match &found {
            Some(Traced::One(one)) => one.value.is_false(),
            Some(Traced::Each(all)) => all.is_empty(),
            None => evaluate(left, &at.value, self.runtime).map_or(true, |value| value.is_false()),
        };
        if !is_false {
            return Ok(found);
        }
        self.whole(found);
        self.touch(right, at)
    }

    /// What a projection goes through; nothing where that is computed, or no list.
    fn elements(&mut self, left: &Node, at: &Found) -> Result<Option<Vec<Found>>, Spent> {
        let found = self.touch(left, at)?;
        Ok(match found {
            Some(Traced::Each(all)) => Some(all),
            Some(Traced::One(one)) => {
                let elements = one.elements();
                if elements.is_none() {
                    self.whole_of(&one);
                }
                elements
            }
            None => None,
        })
    }

    fn projection(
        &mut self,
        left: &Node,
        condition: Option<&Node>,
        right: &Node,
        at: &Found,
    ) -> Result<Option<Traced>, Spent> {
        let Some(mut elements) = self.elements(left, at)? else { return Ok(None) };
        if let Some(condition) = condition {
            elements.iter().try_for_each(|one| self.look(condition, one))?;
            let holds =
                |one: &Found| evaluate(condition, &one.value, self.runtime).is_ok_and(|found| !found.is_false());
            elements.retain(holds);
        }
        self.each(elements, right).map(Some)
    }

    fn values(&mut self, left: &Node, right: &Node, at: &Found) -> Result<Option<Traced>, Spent> {
        let Some(found) = self.touch(left, at)?.map(one) else { return Ok(None) };
        let Some(entries) = found.value.as_object() else {
            self.whole_of(&found);
            return Ok(None);
        };
        let values = entries.keys().map(|key| found.field(key)).collect();
        self.each(values, right).map(Some)
    }

    /// What is found in each element, but for nulls.
    fn each(&mut self, elements: Vec<Found>, right: &Node) -> Result<Traced, Spent> {
        let mut kept = Vec::new();
        for element in elements {
            let found = self.item(right, &element)?;
            if found.value.is_null() {
                self.whole_of(&found);
            } else {
                kept.push(found);
            }
        }
        Ok(Traced::Each(kept))
    }

    /// What a node finds, as one value.
    fn item(&mut self, node: &Node, at: &Found) -> Result<Found, Spent> {
        if let Some(found) = self.touch(node, at)? {
            return Ok(one(found));
        }
        let value = evaluate(node, &at.value, self.runtime).unwrap_or_default();
        Ok(Found { value, place: Vec::new(), parts: Some(Vec::new()) })
    }
}

/// A list of places as one value.
fn one(found: Traced) -> Found {
    match found {
        Traced::One(one) => one,
        Traced::Each(parts) => {
            let value = Value::array(parts.iter().map(|part| part.value.clone()).collect());
            Found { value, place: Vec::new(), parts: Some(parts) }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Budget, Expression, Runtime, Step, Value};

    fn touched(text: &str, finding: bool) -> Vec<String> {
        let data = Value::from_json(&serde_json::json!({
            "spec": {"replicas": 2, "containers": [
                {"name": "a", "image": "x:1", "args": ["${A}"], "env": [{"name": "E", "value": "1"}]},
                {"name": "b", "image": "y", "secure": true},
            ]},
        }));
        let budget = Budget::default();
        let runtime = Runtime { now: (0, 0), yaml: &|_| Err(String::new()), budget: &budget };
        let places = Expression::parse(text).expect("an expression").touched(&data, finding, &runtime).expect("room");
        let step = |step: &Step| match step {
            Step::Key(key) => key.to_string(),
            Step::Index(index) => index.to_string(),
        };
        places.iter().map(|place| place.iter().map(step).collect::<Vec<_>>().join(".")).collect()
    }

    #[test]
    fn what_is_found_is_looked_at_and_nothing_beside_it() {
        assert_eq!(touched("spec.containers[].image", true), ["spec.containers.0.image", "spec.containers.1.image"]);
        assert_eq!(touched("spec.containers[0]", true), ["spec.containers.0"]);
        assert_eq!(touched("spec.replicas || `1`", true), ["spec.replicas"]);
        assert_eq!(touched("spec.paused || spec.replicas", true), ["spec.paused", "spec.replicas"]);
        assert_eq!(touched("[spec.replicas, spec.containers[*].name][]", true).len(), 3);
    }

    #[test]
    fn conditions_look_at_what_they_compare_in_every_element() {
        let names = ["spec.containers.0.name", "spec.containers.1.name"];
        assert_eq!(touched("spec.containers[?name == 'b'] | length(@)", true), names);
        assert_eq!(touched("length(spec.containers[?name == 'b'])", true), names);
        let found = touched("spec.containers[?name == 'b'].image", true);
        assert_eq!(found, [&names[..], &["spec.containers.1.image"]].concat());
        assert_eq!(touched("spec.containers[?!secure].name", true).len(), 3);
    }

    #[test]
    fn functions_look_at_all_that_they_get_but_for_the_shape_alone() {
        assert_eq!(touched("contains(spec.containers[0].args, 'x')", true), ["spec.containers.0.args"]);
        assert_eq!(touched("length(spec.containers)", true), [""; 0]);
        assert_eq!(touched("length(spec.containers[0].name)", true), ["spec.containers.0.name"]);
        assert_eq!(touched("keys(spec.containers[0])", true), [""; 0]);
        assert_eq!(touched("sort_by(spec.containers, &name)[0].image", true), ["spec.containers"]);
    }

    #[test]
    fn who_goes_through_a_list_looks_at_no_element() {
        assert_eq!(touched("spec.containers", false), [""; 0]);
        assert_eq!(touched("spec.containers[]", false), [""; 0]);
        assert_eq!(touched("spec.containers[?name == 'b']", false).len(), 2);
        assert_eq!(touched("spec.replicas", false), ["spec.replicas"]);
        assert_eq!(touched("spec.containers[*].env[]", false), ["spec.containers.1.env"]);
    }
}
