//! Which fields of `input` an evaluation looks at at all, whatever comes of it.
//!
//! A scalar is looked at once it is read; a collection once it is compared, or given to a built-in. Who binds a
//! collection to a variable, goes through it or hands it on looks only at its shape. In doubt more is named than is looked
//! at.

use std::collections::HashSet;

use podline_cel::Step;

use crate::value::Value;

/// How many fields are remembered.
const REMEMBERED: usize = 1 << 18;

/// A place of `input`, and the steps from there.
type Field = (u32, Option<Step>);

#[derive(Debug, Default)]
pub(super) struct Touched {
    fields: HashSet<Field>,
    /// Whether something may be missing.
    is_lost: bool,
}

impl Touched {
    /// Remembers a field.
    pub fn add(&mut self, place: u32, step: Option<Step>) {
        if self.fields.len() < REMEMBERED {
            self.fields.insert((place, step));
        } else {
            self.is_lost = true;
        }
    }

    /// From now on nobody knows what is looked at.
    pub fn lose(&mut self) {
        self.is_lost = true;
    }

    /// The fields, in any order; nothing if some may be missing.
    pub fn fields(&self) -> Option<impl Iterator<Item = &Field>> {
        (!self.is_lost).then(|| self.fields.iter())
    }
}

/// Does a call look only at how many there are, or hand on what it gets?
pub(super) fn is_of_shape(builtin: &str, operand: &Value) -> bool {
    match (builtin, operand) {
        ("count", Value::Array(_) | Value::Object(_)) => true,
        // What stands in the list stays what it is, wherever it gets to; a scalar does not.
        ("array.concat" | "array.slice" | "array.reverse", Value::Array(items)) => {
            items.iter().all(|item| matches!(item, Value::Array(_) | Value::Object(_)))
        }
        _ => false,
    }
}
