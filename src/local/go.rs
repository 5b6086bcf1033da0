//! Values and errors as Go's `field.Error` prints them.
//!
//! Source: `ErrorBody` in `k8s.io/apimachinery/pkg/util/validation/field/errors.go`.

use std::fmt::Display;

use super::range::IdRange;
use crate::pod_security::go_quote;

/// `path: Invalid value: "x": detail`. A string is given quoted.
pub(super) fn invalid(path: impl Display, value: impl Display, detail: &str) -> String {
    with_detail(format!("{path}: Invalid value: {value}"), detail)
}

/// `path: Required value: detail`
pub(super) fn required(path: impl Display, detail: &str) -> String {
    with_detail(format!("{path}: Required value"), detail)
}

/// `path: Forbidden: detail`
pub(super) fn forbidden(path: impl Display, detail: &str) -> String {
    with_detail(format!("{path}: Forbidden"), detail)
}

/// `path: Unsupported value: "x": supported values: "a", "b"`
pub(super) fn unsupported(path: impl Display, value: &str, supported: &[&str]) -> String {
    let supported: Vec<String> = supported.iter().map(|one| go_quote(one)).collect();
    format!("{path}: Unsupported value: {}: supported values: {}", go_quote(value), supported.join(", "))
}

fn with_detail(text: String, detail: &str) -> String {
    if detail.is_empty() { text } else { format!("{text}: {detail}") }
}

/// What stands for a nil pointer.
pub(super) const NULL: &str = "\"null\"";

/// A list as `%#v` prints it: `[]int64{1, 2}`, `[]int64(nil)`.
pub(super) fn list<T>(element: &str, list: Option<&[T]>, show: impl Fn(&T) -> String) -> String {
    match list {
        None => format!("[]{element}(nil)"),
        Some(list) => format!("[]{element}{{{}}}", list.iter().map(show).collect::<Vec<_>>().join(", ")),
    }
}

/// `[]int64{1, 2}`
pub(super) fn int64s(numbers: Option<&[i64]>) -> String {
    list("int64", numbers, i64::to_string)
}

/// `[]core.Capability{"KILL"}`
pub(super) fn capabilities(names: Option<&[String]>) -> String {
    list("core.Capability", names, |name| go_quote(name))
}

/// Ranges as `%v` prints them: `[{1000 1010} {0 0}]`.
pub(super) fn ranges(ranges: &[IdRange]) -> String {
    let ranges: Vec<String> = ranges.iter().map(|range| format!("{{{} {}}}", range.min, range.max)).collect();
    format!("[{}]", ranges.join(" "))
}
