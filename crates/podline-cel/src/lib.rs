//! CEL exactly as the Kubernetes API server 1.37 evaluates it (cel-go 0.29.2 with the libraries of
//! `k8s.io/apiserver`): the same refusals with the same texts, the same values and errors, the same costs.
//!
//! It knows the language and Kubernetes' libraries, but no policy, no file and no output.
//!
//! ```
//! use podline_cel::{Document, Flavor, Limits, Type, Version, environment};
//!
//! let env = environment(Version::V1_36).variable("object", Type::Dyn).build();
//! let program = env.compile("object.spec.replicas <= 5").unwrap();
//! assert_eq!(program.output_type(), &Type::Bool);
//!
//! let json = serde_json::json!({ "spec": { "replicas": 7 } });
//! let object = Document::new("object", &json, Flavor::Typed).root();
//! let outcome = program.explain(&|name: &str| (name == "object").then(|| object.clone()), &Limits::default());
//! assert_eq!(podline_cel::format(&outcome.result.unwrap()), "false");
//! assert_eq!(outcome.reads[0].path.to_string(), "object.spec.replicas");
//! ```
//!
//! # The way of an expression
//! text → tokens (`lexer`) → tree (`parser`, `macros`) → types and overloads (`checker`) → plan (`plan`) → value
//! (`eval`). [`Env::compile`] does all but the last. Syntax errors are those of ANTLR's parser, recovery
//! included, since the server shows them to the author of a policy.
//!
//! # Where values come from
//! A [`Document`] gives each of its values a path. [`Program::explain`] tells which paths an expression read, in
//! order, and on which of them its result depends: of `a || b` that is false both sides, of `all` the element that
//! failed, of `filter(…).size() == 0` the elements that stayed. [`Program::evaluate`] does the same without the
//! bookkeeping, and costs nothing more.
//!
//! # Limits
//! Nothing is unbounded, whatever a policy says: parsing has cel-go's limits of size, depth and recovery, checking
//! a number of steps, evaluation the server's cost and, which the server lacks, memory and work ([`Limits`]). No limit looks
//! at the clock.
//!
//! # More functions
//! A [`Library`] declares functions with their overloads, types of its own ([`Opaque`]) and costs; an [`Env`] takes
//! as many as it is given.
//!
//! # Why not the crate `cel`
//! It has no type checker and no costs, which are half of what the server says about a policy; its values know no
//! origin; and in some forty corners (equality by representation, indexes, `has`, the first of several errors) its
//! answers differ. What would have been left of it is smaller than what it would have cost to bend it.
//!
//! # What differs from the server
//! - Maps are walked in the order of the document; the server's order is random.
//! - Messages of protocol buffers (`google.protobuf.Struct{}`) are unknown.
//! - The texts of errors that come out of Go's own libraries (`net/netip`, `strconv`) are similar, not equal.
//! - Regular expressions: see the module `regex`.
#![forbid(unsafe_code)]

mod ast;
mod checker;
mod context;
mod cost;
mod document;
mod env;
mod equal;
mod error;
mod eval;
mod function;
mod functions;
pub mod go;
mod issues;
mod json;
mod kubernetes;
mod lexer;
mod macros;
mod parser;
mod plan;
mod program;
mod regex;
mod source;
pub mod stack;
mod text;
mod time;
mod types;
mod value;
mod variables;
mod zone;

pub use context::{Context, Limits, Read};
pub use document::{Document, Flavor, NodeRef, Path, Step};
pub use env::{Env, EnvBuilder};
pub use equal::{compare, equal};
pub use error::Error;
pub use function::{CostFunction, Implementation, Library};
pub use functions::extensions;
pub use functions::{Authorizer, Decision, Request, authorizer, request_resource};
pub use issues::{CompileError, Issue, Issues};
pub use json::to_json;
pub use kubernetes::{Version, environment};
pub use program::{Activation, Outcome, Program};
pub use text::{format, quote};
pub use time::Timestamp;
pub use types::Type;
pub use value::{Fields, MapValue, Opaque, Traced, Value};
pub use variables::Variables;
