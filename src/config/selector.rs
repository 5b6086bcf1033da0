//! Label selectors, as `kubectl --selector` reads them.

use std::collections::BTreeMap;

/// A label selector: all of its requirements must hold.
///
/// Source: `Parse` in `k8s.io/apimachinery/pkg/labels/selector.go`, without its numbers (`>`, `<`), which no label of a
/// workload needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    Exists,
    DoesNotExist,
    In(Vec<String>),
    /// Also where the label is missing.
    NotIn(Vec<String>),
}

impl Selector {
    /// Reads `app=web,tier in (front, back),!legacy`.
    ///
    /// # Errors
    /// The part that is no requirement.
    pub fn parse(text: &str) -> Result<Self, String> {
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
                Operator::In(values) => value.is_some_and(|value| values.contains(value)),
                Operator::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            }
        })
    }
}

/// The parts between commas that stand in no parentheses.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
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

fn requirement(part: &str) -> Result<Requirement, String> {
    let wrong = || format!("{part:?} is no requirement such as app=web, app!=web, app in (web, api), app or !app");
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'_' | b'-'))
    };
    let is_value = |text: &str| text.is_empty() || is_name(text) && !text.contains('/');
    let (key, operator) = if let Some((key, values)) = part.split_once('(') {
        let values = values.strip_suffix(')').ok_or_else(wrong)?;
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        match key.split_whitespace().collect::<Vec<_>>().as_slice() {
            [key, "in"] => (*key, Operator::In(values)),
            [key, "notin"] => (*key, Operator::NotIn(values)),
            _ => return Err(wrong()),
        }
    } else if let Some((key, value)) = part.split_once("!=") {
        (key.trim(), Operator::NotIn(vec![value.trim().to_owned()]))
    } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        (key.trim(), Operator::In(vec![value.trim().to_owned()]))
    } else if let Some(key) = part.strip_prefix('!') {
        (key.trim(), Operator::DoesNotExist)
    } else {
        (part, Operator::Exists)
    };
    let values_are_good = match &operator {
        Operator::In(values) | Operator::NotIn(values) => values.iter().all(|value| is_value(value)),
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
    fn what_is_no_requirement_is_refused() {
        for bad in ["", "a b", "app in web", "app in (web", "app>1", "=web", "a,,b"] {
            assert!(Selector::parse(bad).is_err(), "{bad:?}");
        }
    }
}
