//! The functions of the language and of the libraries that the API server adds.

mod authz;
mod cidr;
mod conversions;
mod extended_lists;
pub mod extensions;
pub(crate) mod format;
mod formats;
mod go_url;
pub use go_url::{Reference, parse_url, query_escape, query_unescape};
mod ip;
mod lists;
mod netip;
mod operators;
mod optionals;
mod quantity;
pub(crate) mod regex;
mod semver;
mod sets;
mod standard;
mod strings;
mod times;
mod urls;

pub use authz::{Authorizer, Decision, Request, authorizer, request_resource};

use std::cmp::Ordering;
use std::sync::Arc;

use crate::context::Context;
use crate::error::Error;
use crate::function::Library;
use crate::value::{Traced, Value};

/// The language itself.
pub(crate) fn standard() -> Library {
    let mut library = operators::library();
    for part in [standard::library(), conversions::library(), times::library()] {
        library.functions.extend(part.functions);
        library.regex_arguments.extend(part.regex_arguments);
    }
    library
}

pub use authz::library as authorization;
pub use cidr::library as cidr;
pub use extended_lists::library as lists_extension;
pub use formats::library as formats;
pub use ip::library as ip;
pub use lists::{includes, library as kubernetes_lists};
pub use optionals::library as optionals;
pub use quantity::library as quantities;
pub use regex::library as regexes;
pub use semver::library as semvers;
pub use sets::library as sets;
pub use strings::library as strings;
pub use urls::library as urls;

/// The macros with two variables (`cel.lib.ext.comprev2`).
pub fn two_variables() -> Library {
    operators::two_variables()
}

type Outcome = Result<Value, Error>;

fn text(args: &[Traced], index: usize) -> Result<&Arc<str>, Error> {
    match args.get(index).map(|arg| &arg.value) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(Error::no_overload()),
    }
}

fn int(args: &[Traced], index: usize) -> Result<i64, Error> {
    match args.get(index).map(|arg| &arg.value) {
        Some(Value::Int(value)) => Ok(*value),
        _ => Err(Error::no_overload()),
    }
}

/// Text that a call made; it counts as memory.
fn made(context: &mut Context<'_>, text: String) -> Outcome {
    context.allocate(text.len())?;
    Ok(Value::String(text.into()))
}

/// A list that a call made.
fn made_list(context: &mut Context<'_>, elements: Vec<Traced>) -> Outcome {
    context.allocate(elements.len() * 48)?;
    Ok(Value::List(Arc::new(elements)))
}

fn order(ordering: Ordering) -> Value {
    Value::Int(match ordering {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    })
}

/// The host of a URL, without port and brackets.
pub(crate) fn url_host(text: &str) -> Result<String, String> {
    go_url::parse_reference(text).map(|url| url.hostname().to_owned())
}
