//! Kubernetes' `find` and `findAll`.

use super::{Outcome, int, made_list, text};
use crate::context::Context;
use crate::cost::{matching, size};
use crate::error::Error;
use crate::function::Library;
use crate::regex::Regex;
use crate::value::{Traced, Value};

/// The library.
pub fn library() -> Library {
    let find_all = |context: &mut Context<'_>, args: &[Traced]| run_dynamic("findAll", context, args);
    Library::new()
        .function("find", "string_find_string", "string.(string) -> string", |context, args| {
            run_dynamic("find", context, args)
        })
        .function("findAll", "string_find_all_string", "string.(string) -> list(string)", find_all)
        .function("findAll", "string_find_all_string_int", "string.(string, int) -> list(string)", find_all)
        .regex_argument("find")
        .regex_argument("findAll")
        .costs(|function, _, args, _| match (function, args) {
            ("find" | "findAll", [text, pattern, ..]) => Some(matching(size(&text.value), size(&pattern.value))),
            _ => None,
        })
}

fn run_dynamic(function: &str, context: &mut Context<'_>, args: &[Traced]) -> Outcome {
    let regex = context
        .regex(text(args, 1)?)
        .map_err(|error| if error.is_cancelled() { error } else { Error::new(format!("Illegal regex: {error}")) })?;
    run(function, &regex, args, context)
}

/// What `function` gives for a compiled pattern.
pub(crate) fn run(function: &str, regex: &Regex, args: &[Traced], context: &mut Context<'_>) -> Outcome {
    let subject = text(args, 0)?;
    match function {
        "matches" => Ok(Value::Bool(regex.is_match(subject))),
        "find" => Ok(Value::string(regex.find_all(subject).next().unwrap_or_default())),
        _ => {
            let limit = if args.len() == 3 { int(args, 2)? } else { -1 };
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let found: Vec<Traced> =
                regex.find_all(subject).take(limit).map(|found| Value::string(found).into()).collect();
            made_list(context, found)
        }
    }
}
