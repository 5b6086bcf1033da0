//! The order of types, by which those of a union are sorted.

use std::cmp::Ordering;

use super::{Array, Function, Object, Type};

impl Ord for Array {
    fn cmp(&self, other: &Array) -> Ordering {
        self.rest.cmp(&other.rest).then_with(|| self.fixed.cmp(&other.fixed))
    }
}

impl PartialOrd for Array {
    fn partial_cmp(&self, other: &Array) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Object {
    fn cmp(&self, other: &Object) -> Ordering {
        self.rest.cmp(&other.rest).then_with(|| self.fixed.cmp(&other.fixed))
    }
}

impl PartialOrd for Object {
    fn partial_cmp(&self, other: &Object) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The names of arguments do not count.
impl Ord for Function {
    fn cmp(&self, other: &Function) -> Ordering {
        let types = |function: &Function| -> Vec<Option<Type>> {
            function.arguments.iter().map(|(_, argument)| argument.clone()).collect()
        };
        let (a, b) = (types(self), types(other));
        a.len()
            .cmp(&b.len())
            .then_with(|| a.cmp(&b))
            .then_with(|| self.result.cmp(&other.result))
            .then_with(|| self.variadic.cmp(&other.variadic))
    }
}

impl PartialOrd for Function {
    fn partial_cmp(&self, other: &Function) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Function {}
