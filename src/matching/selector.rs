//! Label selectors, as `kubectl --selector` reads them, whose values may be globs.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use globset::GlobMatcher;

use super::globs::{GlobError, glob};

/// Why a text is not a label selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectorError {
    /// This part of it is no requirement.
    Requirement(String),
    /// A value is not a glob.
    Glob(GlobError),
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requirement(part) => {
                write!(
                    f,
                    "{part:?} is not a valid requirement such as app=web, app!=web, app in (web, api), app or !app"
                )
            }
            Self::Glob(error) => error.fmt(f),
        }
    }
}

impl Error for SelectorError {}

impl From<GlobError> for SelectorError {
    fn from(error: GlobError) -> Self {
        Self::Glob(error)
    }
}

/// A label selector: all of its requirements must hold.
///
/// Source: `Parse` in `k8s.io/apimachinery/pkg/labels/selector.go`, without its numbers (`>`, `<`), which no label of a
/// workload needs. A value with `*`, `?`, `[` or `{`, which no label can have, is a glob.
#[derive(Clone, Debug, Default)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug)]
struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug)]
enum Operator {
    Exists,
    DoesNotExist,
    In(Vec<Value>),
    /// Also where the label is missing.
    NotIn(Vec<Value>),
}

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Glob(GlobMatcher),
}

impl Value {
    fn parse(text: &str) -> Result<Self, GlobError> {
        if !text.contains(['*', '?', '[', '{']) {
            return Ok(Self::Text(text.to_owned()));
        }
        glob(text).map(Self::Glob)
    }

    fn is(&self, label: &str) -> bool {
        match self {
            Self::Text(text) => text == label,
            Self::Glob(glob) => glob.is_match(label),
        }
    }
}

impl Selector {
    /// Reads `app=web,tier in (front, back),!legacy`.
    ///
    /// # Errors
    /// The part that is no requirement.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let parts = split(text);
        parts.into_iter().map(|part| requirement(part.trim())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether these labels meet it.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|Requirement { key, operator }| {
            let value = labels.get(key);
            match operator {
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
                Operator::In(values) => value.is_some_and(|label| values.iter().any(|value| value.is(label))),
                Operator::NotIn(values) => value.is_none_or(|label| !values.iter().any(|value| value.is(label))),
            }
        })
    }
}

/// The parts between commas outside of parentheses and of the braces of globs.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn requirement(part: &str) -> Result<Requirement, SelectorError> {
    let wrong = || SelectorError::Requirement(part.to_owned());
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'_' | b'-'))
    };
    let is_value = |value: &Value| match value {
        Value::Text(text) => text.is_empty() || is_name(text) && !text.contains('/'),
        Value::Glob(_) => true,
    };
    let one = |value: &str| Ok::<_, GlobError>(vec![Value::parse(value.trim())?]);
    let (key, operator) = if let Some((key, values)) = part.split_once('(') {
        let values = values.strip_suffix(')').ok_or_else(wrong)?;
        let values = split(values).into_iter().map(|value| Value::parse(value.trim())).collect::<Result<_, _>>()?;
        match key.split_whitespace().collect::<Vec<_>>().as_slice() {
            [key, "in"] => (*key, Operator::In(values)),
            [key, "notin"] => (*key, Operator::NotIn(values)),
            _ => return Err(wrong()),
        }
    } else if let Some((key, value)) = part.split_once("!=") {
        (key.trim(), Operator::NotIn(one(value)?))
    } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        (key.trim(), Operator::In(one(value)?))
    } else if let Some(key) = part.strip_prefix('!') {
        (key.trim(), Operator::DoesNotExist)
    } else {
        (part, Operator::Exists)
    };
    let values_are_good = match &operator {
        Operator::In(values) | Operator::NotIn(values) => values.iter().all(is_value),
        Operator::Exists | Operator::DoesNotExist => true,
    };
    if is_name(key) && values_are_good { Ok(Requirement { key: key.to_owned(), operator }) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        Selector::parse(selector).expect("a selector").matches(&labels)
    }

    #[test]
    fn every_requirement_must_hold() {
        assert!(matches("app=web,tier in (front, back),!legacy", &[("app", "web"), ("tier", "back")]));
        assert!(!matches("app=web,tier in (front, back)", &[("app", "web"), ("tier", "db")]));
        assert!(!matches("!legacy", &[("legacy", "")]));
    }

    #[test]
    fn a_missing_label_is_not_equal_to_anything() {
        assert!(matches("app!=web", &[]));
        assert!(matches("app notin (web)", &[]));
        assert!(!matches("app==web", &[]));
        assert!(!matches("app.kubernetes.io/name", &[]));
    }

    #[test]
    fn values_may_be_globs() {
        assert!(matches("app=web-*,tier in (f?o, {a,b}),env!=prod*", &[("app", "web-1"), ("tier", "b")]));
        assert!(!matches("app=web-*", &[("app", "api")]));
        assert!(Selector::parse("app=[a").is_err());
    }

    #[test]
    fn what_is_no_requirement_is_refused() {
        for bad in ["", "a b", "app in web", "app in (web", "app>1", "=web", "a,,b"] {
            assert!(Selector::parse(bad).is_err(), "{bad:?}");
        }
    }
}
