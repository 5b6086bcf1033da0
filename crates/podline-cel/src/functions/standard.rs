//! `size` and what text is searched with.

use super::text;
use crate::context::Context;
use crate::error::Error;
use crate::function::{Library, Trait};
use crate::value::{Traced, Value};

const SIZE: [(&str, &str); 8] = [
    ("size_bytes", "(bytes) -> int"),
    ("bytes_size", "bytes.() -> int"),
    ("size_list", "(list(A)) -> int"),
    ("list_size", "list(A).() -> int"),
    ("size_map", "(map(A, B)) -> int"),
    ("map_size", "map(A, B).() -> int"),
    ("size_string", "(string) -> int"),
    ("string_size", "string.() -> int"),
];

pub(super) fn library() -> Library {
    const TEXT: &str = "string.(string) -> bool";
    Library::new()
        .traced_singleton("size", &SIZE, Trait::Sizer, size)
        .function("contains", "contains_string", TEXT, |_, args| {
            Ok(Value::Bool(text(args, 0)?.contains(&**text(args, 1)?)))
        })
        .unguarded("contains")
        .function("endsWith", "ends_with_string", TEXT, |_, args| {
            Ok(Value::Bool(text(args, 0)?.ends_with(&**text(args, 1)?)))
        })
        .unguarded("endsWith")
        .function("startsWith", "starts_with_string", TEXT, |_, args| {
            Ok(Value::Bool(text(args, 0)?.starts_with(&**text(args, 1)?)))
        })
        .unguarded("startsWith")
        .singleton(
            "matches",
            &[("matches", "(string, string) -> bool"), ("matches_string", TEXT)],
            Trait::Matcher,
            |context, args| {
                let regex = context.regex(text(args, 1)?)?;
                Ok(Value::Bool(regex.is_match(text(args, 0)?)))
            },
        )
        .regex_argument("matches")
}

/// The size of a list depends on what decided how many elements it has, and not on what these are.
fn size(context: &mut Context<'_>, args: &[Traced]) -> Result<Traced, Error> {
    let all = context.reasons(args);
    let [Traced { value, .. }] = args else { return Err(Error::no_overload().because(all)) };
    let size = value.size().ok_or_else(|| Error::no_overload().because(all))?;
    let why = if value.is_list() { context.number(all) } else { all };
    Ok(Traced { value: Value::Int(i64::try_from(size).unwrap_or(i64::MAX)), why })
}
