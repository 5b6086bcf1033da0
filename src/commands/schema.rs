//! `podline schema`: JSON Schemas.

use super::Status;
use super::terminal::Output;
use crate::cli::{Schema, SchemaOf};
use crate::config;
use crate::levels;
use crate::report;

/// Prints a JSON Schema.
pub(super) fn run(options: &Schema) -> Status {
    let schema = match options.of {
        SchemaOf::Config => config::schema(),
        SchemaOf::Report => report::json::schema(),
        SchemaOf::Levels => levels::schema(),
    };
    let mut output = Output::new();
    output.write(pretty(&schema).as_bytes());
    output.status()
}

/// A schema as JSON for people, with a line end.
pub(super) fn pretty(schema: &schemars::Schema) -> String {
    // A schema is plain data, and writing it to memory cannot fail.
    serde_json::to_string_pretty(schema).unwrap_or_default() + "\n"
}
