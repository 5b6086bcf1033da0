//! What calls cost that no library speaks for: cel-go's runtime tracker.

use crate::value::{Traced, Value};

/// Text and bytes are read at ten units a step.
pub(crate) const TRAVERSAL: f64 = 0.1;
/// A pattern is taken for four characters a part.
const PATTERN: f64 = 0.25;

/// The size that costs are computed with: 1 for what has none.
pub(crate) fn size(value: &Value) -> u64 {
    match value {
        Value::Optional(Some(inner)) => size(&inner.value),
        _ => value.size().unwrap_or(1),
    }
}

/// A share of a size, rounded up.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as cel-go does
pub(crate) fn share(size: u64, factor: f64) -> u64 {
    (size as f64 * factor).ceil() as u64
}

/// What matching a text against a pattern costs, by their sizes.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as cel-go does
pub(crate) fn matching(text: u64, pattern: u64) -> u64 {
    let text = ((1.0 + text as f64) * TRAVERSAL).ceil() as u64;
    text.saturating_mul(share(pattern, PATTERN))
}

/// The cost of a call of `overload`.
pub(crate) fn standard(overload: &str, args: &[Traced]) -> u64 {
    let size = |index: usize| args.get(index).map_or(1, |arg| size(&arg.value));
    match overload {
        "starts_with_string" | "ends_with_string" => share(size(1), TRAVERSAL),
        "string_to_bytes" | "bytes_to_string" | "strings_quote" | "string_format" => share(size(0), TRAVERSAL),
        "in_list" => size(1),
        "less_string"
        | "greater_string"
        | "less_equals_string"
        | "greater_equals_string"
        | "less_bytes"
        | "greater_bytes"
        | "less_equals_bytes"
        | "greater_equals_bytes"
        | "equals"
        | "not_equals" => share(size(0).min(size(1)), TRAVERSAL),
        "add_string" | "add_bytes" => share(size(0).saturating_add(size(1)), TRAVERSAL),
        "matches" | "matches_string" => matching(size(0), size(1)),
        "contains_string" => share(size(0), TRAVERSAL).saturating_mul(share(size(1), TRAVERSAL)),
        _ => 1,
    }
}
