//! Label selectors.

use serde_json::Value;

use crate::doubts::{Doubts, Truth};
use crate::json::{entries, items, text};

/// `matchLabels` and `matchExpressions`: all of them must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// One that is refused where selectors are checked. It holds for nothing.
    Unknown,
}

impl LabelSelector {
    /// A selector as it stands in JSON. Null selects everything, as `{}` does.
    pub fn new(json: &Value) -> LabelSelector {
        let labels = entries(&json["matchLabels"]).map(|(key, value)| Requirement {
            key: key.to_owned(),
            operator: Operator::In,
            values: vec![text(value).to_owned()],
        });
        let expressions = items(&json["matchExpressions"]).map(|expression| Requirement {
            key: text(&expression["key"]).to_owned(),
            operator: match text(&expression["operator"]) {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                _ => Operator::Unknown,
            },
            values: items(&expression["values"]).map(|value| text(value).to_owned()).collect(),
        });
        LabelSelector { requirements: labels.chain(expressions).collect() }
    }

    /// Does it select everything?
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// A label, key and value, that all have which it selects, if it names one.
    pub(crate) fn wanted_label(&self) -> Option<(&str, &str)> {
        self.requirements.iter().find_map(|requirement| match (requirement.operator, &requirement.values[..]) {
            (Operator::In, [value]) => Some((requirement.key.as_str(), value.as_str())),
            _ => None,
        })
    }

    /// Does it select what has these labels?
    pub fn matches<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.selects(label, |_| false) == Truth::Yes
    }

    /// Does it select what has these labels, of some of which nobody knows the value?
    pub(crate) fn selects<'l>(
        &self,
        label: impl Fn(&str) -> Option<&'l str>,
        is_unknown: impl Fn(&str) -> bool,
    ) -> Truth {
        Truth::all(self.requirements.iter().map(|requirement| {
            let value = label(&requirement.key);
            let listed = || value.is_some_and(|value| requirement.values.iter().any(|known| known == value));
            let is_there = matches!(requirement.operator, Operator::Exists | Operator::DoesNotExist) && value.is_some();
            if requirement.operator != Operator::Unknown && !is_there && is_unknown(&requirement.key) {
                return Truth::Unknown;
            }
            Truth::from(match requirement.operator {
                Operator::In => listed(),
                Operator::NotIn => !listed(),
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
                Operator::Unknown => false,
            })
        }))
    }

    /// Does it select an object with these `metadata.labels`?
    pub(crate) fn selects_labels(&self, labels: &Value, doubts: &Doubts<'_>) -> Truth {
        let value = |key: &str| labels.get(key).map(|value| value.as_str().unwrap_or_default());
        self.selects(value, |key| doubts.is(&["metadata", "labels", key]))
    }

    /// Does it select an object with these `metadata.labels`?
    pub fn matches_labels(&self, labels: &Value) -> bool {
        self.matches(|key| labels.get(key).map(|value| value.as_str().unwrap_or_default()))
    }
}
