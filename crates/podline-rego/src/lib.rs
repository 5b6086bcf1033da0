//! Rego, as OPA 1.17 reads and evaluates it.
//!
//! It knows the language and its built-ins, but no policy, no file and no output.
//!
//! ```
//! use podline_rego::ast::Version;
//! use podline_rego::compile::{Options, compile};
//! use podline_rego::{Answer, Host, Limits, Policy, Query, Value, parse};
//!
//! let text = "package shop\n\ndenied contains name if {\n\tsome name, box in input.boxes\n\tnot box.limit\n}\n";
//! let module = parse("shop.rego", text, Version::V1).unwrap();
//! let policy = Policy::new(compile(vec![module], &Options::default()).unwrap()).unwrap();
//!
//! let input = Value::from_json(&serde_json::json!({ "boxes": { "a": { "limit": 1 }, "b": {} } }));
//! let (data, host) = (Value::object([]), Host::default());
//! let query = Query { path: &["shop", "denied"], input: Some(&input), data: &data, host: &host };
//! let Answer::Defined(value) = policy.evaluate(&query, &Limits::default()) else { panic!("undefined") };
//! assert_eq!(value.to_string(), r#"{"b"}"#);
//! ```
//!
//! # The way of a module
//! text → tokens and tree (`parse`) → tree, rewritten stage by stage as OPA's compiler does (`compile`) → [a
//! program](compile::Program): rules by their paths, variables as numbers, bodies in the order in which they are
//! evaluated → steps and values (`eval`, [`builtins`]). Between `parse` and `compile` a module may be changed: its tree
//! is public, with [walks](ast::walk) over it.
//!
//! # Limits
//! Nothing is unbounded, whatever a module says: parsing and compiling have limits of depth and of work, evaluation of
//! steps and memory ([`Limits`]). No limit looks at the clock.
//!
//! # What differs from OPA
//! - Terms and bodies may be nested some three hundred levels deep; OPA takes thousands.
//! - Of several errors in a text the first may be another; hints (`import future.keywords.in`) are fewer.
//! - Annotations (`# METADATA`) are not read: `rego.metadata.chain()` and `rego.metadata.rule()` know paths, and are
//!   undecided in modules that have some. Schemas do not take part in the checking of types.
//! - Built-ins that only a running cluster can answer are undecided.
#![forbid(unsafe_code)]

pub mod ast;
pub mod builtins;
pub mod compile;
mod context;
mod decimal;
mod error;
mod eval;
mod float;
pub mod json;
pub mod number;
mod parse;
mod stack;
mod text;
pub mod types;
pub mod value;

pub use context::{Budget, Context, Failure, Halt, Host, Outcome, Patterns, ReadYaml};
pub use error::{Code, Error};
pub use eval::{Answer, Explanation, Limits, Policy, Query, Read, Undecided};
pub use number::Number;
pub use parse::parse;
pub use podline_cel::Step;
pub use value::{Object, Set, Value};
