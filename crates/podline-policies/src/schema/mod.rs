//! The schemas of custom resources: what they make of an object, what they refuse in one, and what is refused in them.

mod definition;
mod structural;
mod values;

pub(crate) use definition::check;
pub(crate) use structural::{complete, default, unknown};
pub(crate) use values::validate;
