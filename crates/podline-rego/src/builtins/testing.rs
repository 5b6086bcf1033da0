//! Calls in tests: operands and results as text.

use super::find;
use crate::context::{Budget, Context, Failure, Host, Patterns};
use crate::json;
use crate::value::Value;

/// Calls a built-in with operands that JSON can hold; what comes out is written as OPA writes terms.
pub(super) fn call(name: &str, operands: &str) -> String {
    let operands = json::read(operands).expect("operands as JSON");
    call_with(name, operands.as_array().expect("a list of operands"))
}

/// Calls a built-in.
pub(super) fn call_with(name: &str, operands: &[Value]) -> String {
    let (budget, host) = (Budget::new(2_000_000, 16 << 20), Host::default());
    match find(name).expect(name).call(operands, &Context::new(&budget, &host, &Patterns::default())) {
        Ok(Some(value)) => value.to_string(),
        Ok(None) | Err(Failure::Error(_)) => "undefined".to_owned(),
        Err(Failure::Halt(halt)) => halt.to_string(),
    }
}
