//! JMESPath exactly as Kyverno 1.19 evaluates it: go-jmespath in Kyverno's fork, where a missing key is an error, with
//! Kyverno's own functions.
//!
//! ```
//! use podline_jmespath::{Budget, Error, Expression, Runtime, Value};
//!
//! let data = Value::from_json(&serde_json::json!({ "spec": { "containers": [{ "image": "nginx" }] } }));
//! let budget = Budget::default();
//! let runtime = Runtime { now: (0, 0), yaml: &|_| Err("no YAML here".to_owned()), budget: &budget };
//! let search = |text: &str| Expression::parse(text)?.search(&data, &runtime);
//!
//! assert_eq!(search("spec.containers[0].image | image_normalize(@)"), Ok(Value::from("docker.io/nginx:latest")));
//! assert_eq!(search("spec.replicas"), Err(Error::NotFound("replicas".to_owned())));
//! assert_eq!(search("spec.replicas || `1`"), Ok(Value::from(1.0)));
//! ```
//!
//! # Limits
//! The original knows none. Here expressions nest no deeper than 128 levels, and a [`Budget`] of steps and bytes
//! serves all expressions of a rule: [`Error::Budget`] is what meets it. No limit looks at the clock.
//!
//! # What differs from the original
//! - Maps are walked in the order of their keys; the original's order is random.
//! - Texts of errors that come out of Go's own libraries are similar, not equal.
//! - Where the original panics (`contains` of a list in lists, list functions on the result of `items`), it is an error,
//!   or nothing is found.
//! - `random`, and `is_external_url` of a host name, have no value: [`Error::Unknown`].
//!
//! # Why not the crate `jmespath`
//! A missing key is null to it, `NotFound` and its twelve ways of being swallowed would have to be written anew, and
//! Kyverno's parser takes what the specification does not.
#![forbid(unsafe_code)]

mod ast;
pub mod duration;
mod error;
mod functions;
pub mod image;
mod interpret;
mod lexer;
mod parser;
mod places;
pub mod quantity;
pub mod semver;
pub mod text;
mod touched;
mod value;
pub mod wildcard;

pub use error::{Error, Need};
pub use interpret::{Budget, ReadYaml, Runtime};
pub use places::{Place, Places, Step};
pub use value::{Map, Value};

/// The longest expression that is read, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct Expression(ast::Node);

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Expression, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::Budget);
        }
        parser::parse(text).map(Expression)
    }

    /// What it finds in `data`.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn search(&self, data: &Value, runtime: &Runtime<'_>) -> Result<Value, Error> {
        let found = interpret::evaluate(&self.0, data, runtime)?;
        if found.is_too_deep() { Err(Error::Budget) } else { Ok(found) }
    }

    /// Where what it finds in `data` stands there: for whoever wants to point at it.
    pub fn places(&self, data: &Value, runtime: &Runtime<'_>) -> Places {
        places::places(&self.0, data, runtime)
    }

    /// The places in `data` that it looks at: another value elsewhere changes nothing of what it finds. `finding` says
    /// whether all of what it finds is looked at too, or only how many elements there are. Nothing if the budget does not
    /// suffice to tell.
    pub fn touched(&self, data: &Value, finding: bool, runtime: &Runtime<'_>) -> Option<Vec<Place>> {
        touched::touched(&self.0, data, finding, runtime)
    }
}

/// Is there a function of this name?
pub fn is_function(name: &str) -> bool {
    functions::exists(name)
}

/// A text that Go's `strconv.ParseFloat` takes, as a double.
pub fn parse_float(text: &str) -> Option<f64> {
    functions::parse_float(text)
}
