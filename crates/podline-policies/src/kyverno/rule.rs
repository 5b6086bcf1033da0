//! Policies and rules as they stand in JSON, decoded once.

use std::sync::Arc;

use podline_jmespath::Value;
use serde_json::Value as Json;

use super::conditions::Order;
use super::fault::Need;
use super::matching::Match;
use crate::json::{entries, items, text};
use crate::judgement::{Actions, Step};

/// A ClusterPolicy or a Policy.
#[derive(Debug)]
pub(super) struct Policy {
    /// `name` or `namespace/name`.
    pub(super) key: Arc<str>,
    pub(super) kind: &'static str,
    /// Empty for a ClusterPolicy.
    pub(super) namespace: String,
    pub(super) document: usize,
    /// The rules as written.
    pub(super) written: Vec<Rule>,
    /// The rules for each kind of controller that has generated ones.
    pub(super) generated: Vec<(&'static str, Vec<Rule>)>,
    pub(super) apply_one: bool,
    pub(super) scored: bool,
    pub(super) action: Actions,
    pub(super) overrides: Vec<Override>,
    pub(super) match_conditions: Option<super::cel::MatchConditions>,
    /// What only the cluster can tell.
    pub(super) unknowable: Vec<super::Unknowable>,
}

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: Arc<str>,
    /// Where it stands in the document.
    pub(super) path: Vec<Step>,
    pub(super) matches: Match,
    pub(super) excludes: Match,
    pub(super) context: Vec<Entry>,
    pub(super) preconditions: Conditions,
    pub(super) properties: Option<Value>,
    pub(super) action: Option<Actions>,
    pub(super) overrides: Vec<Override>,
    pub(super) message: String,
    pub(super) check: Check,
}

/// What a rule asks for.
#[derive(Debug)]
pub(super) enum Check {
    Pattern(Value),
    AnyPattern(Value),
    Deny(Conditions),
    ForEach(Vec<ForEach>),
    PodSecurity(super::pod_security::Subrule),
    Cel(Box<super::cel::Cel>),
    /// Nothing that is judged here: mutate, generate, verifyImages, manifests.
    Other,
}

/// One of `foreach`.
#[derive(Debug)]
pub(super) struct ForEach {
    pub(super) list: String,
    pub(super) scope: Option<bool>,
    pub(super) context: Vec<Entry>,
    pub(super) preconditions: Conditions,
    pub(super) check: Check,
}

/// `failureActionOverrides`
#[derive(Debug)]
pub(super) struct Override {
    pub(super) action: Actions,
    pub(super) namespaces: Vec<String>,
    pub(super) selector: Option<Json>,
}

/// An entry of a context.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: Arc<str>,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    Variable { value: Option<Value>, path: Option<String>, default: Option<Value> },
    ConfigMap { name: String, namespace: String },
    Needs(Need),
}

/// `any` and `all`, or the old list.
#[derive(Debug)]
pub(super) enum Conditions {
    AnyAll { any: Option<Vec<Condition>>, all: Vec<Condition> },
    List(Vec<Condition>),
}

#[derive(Debug)]
pub(super) struct Condition {
    pub(super) key: Value,
    pub(super) operator: Operator,
    pub(super) value: Value,
    pub(super) message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    NotEquals,
    In,
    NotIn,
    AnyIn,
    AllIn,
    AnyNotIn,
    AllNotIn,
    Order(Order),
    Duration(Order),
}

/// The spellings that are admitted.
pub(super) const OPERATORS: [(&str, Operator); 18] = [
    ("Equal", Operator::Equals),
    ("Equals", Operator::Equals),
    ("NotEqual", Operator::NotEquals),
    ("NotEquals", Operator::NotEquals),
    ("In", Operator::In),
    ("NotIn", Operator::NotIn),
    ("AnyIn", Operator::AnyIn),
    ("AllIn", Operator::AllIn),
    ("AnyNotIn", Operator::AnyNotIn),
    ("AllNotIn", Operator::AllNotIn),
    ("GreaterThan", Operator::Order(Order::Greater)),
    ("GreaterThanOrEquals", Operator::Order(Order::GreaterEqual)),
    ("LessThan", Operator::Order(Order::Less)),
    ("LessThanOrEquals", Operator::Order(Order::LessEqual)),
    ("DurationGreaterThan", Operator::Duration(Order::Greater)),
    ("DurationGreaterThanOrEquals", Operator::Duration(Order::GreaterEqual)),
    ("DurationLessThan", Operator::Duration(Order::Less)),
    ("DurationLessThanOrEquals", Operator::Duration(Order::LessEqual)),
];

impl Conditions {
    pub(super) fn new(json: &Json) -> Conditions {
        let list = |json: &Json| items(json).map(Condition::new).collect::<Vec<_>>();
        match json {
            Json::Array(_) => Conditions::List(list(json)),
            json => Conditions::AnyAll {
                any: json.get("any").filter(|any| any.is_array()).map(list),
                all: list(&json["all"]),
            },
        }
    }
}

impl Condition {
    fn new(json: &Json) -> Condition {
        let operator = OPERATORS.iter().find(|(name, _)| *name == text(&json["operator"]));
        Condition {
            key: Value::from_json(&json["key"]),
            operator: operator.map_or(Operator::Equals, |(_, operator)| *operator),
            value: Value::from_json(&json["value"]),
            message: text(&json["message"]).to_owned(),
        }
    }
}

impl Entry {
    pub(super) fn all(json: &Json) -> Vec<Entry> {
        items(json).map(Entry::new).collect()
    }

    fn new(json: &Json) -> Entry {
        let present = |key: &str| json.get(key).is_some_and(|value| !value.is_null());
        let source = if present("configMap") {
            Source::ConfigMap {
                name: text(&json["configMap"]["name"]).to_owned(),
                namespace: text(&json["configMap"]["namespace"]).to_owned(),
            }
        } else if present("variable") {
            let variable = &json["variable"];
            let value = |key: &str| variable.get(key).filter(|value| !value.is_null()).map(Value::from_json);
            let path = text(&variable["jmesPath"]);
            Source::Variable {
                value: value("value"),
                path: (!path.is_empty()).then(|| path.to_owned()),
                default: value("default"),
            }
        } else if present("imageRegistry") {
            Source::Needs(Need::ImageRegistry)
        } else if present("globalReference") {
            Source::Needs(Need::GlobalReference)
        } else {
            Source::Needs(Need::ApiCall)
        };
        Entry { name: text(&json["name"]).into(), source }
    }
}

impl Override {
    pub(super) fn all(json: &Json) -> Vec<Override> {
        items(json)
            .map(|json| Override {
                action: action(text(&json["action"])),
                namespaces: crate::json::texts(&json["namespaces"]),
                selector: json.get("namespaceSelector").filter(|selector| !selector.is_null()).cloned(),
            })
            .collect()
    }
}

/// `Enforce` denies; whatever else stands there audits.
pub(super) fn action(text: &str) -> Actions {
    if text.eq_ignore_ascii_case("enforce") { Actions::DENY } else { Actions::AUDIT }
}

impl Rule {
    /// A rule that the cluster admits.
    pub(super) fn new(json: &Json, path: Vec<Step>) -> Rule {
        let validate = &json["validate"];
        let failure_action = text(&validate["failureAction"]);
        let properties = entries(&json["reportProperties"]).next().is_some();
        Rule {
            name: text(&json["name"]).into(),
            path,
            matches: Match::new(&json["match"]),
            excludes: Match::new(&json["exclude"]),
            context: Entry::all(&json["context"]),
            preconditions: Conditions::new(&json["preconditions"]),
            properties: properties.then(|| Value::from_json(&json["reportProperties"])),
            action: (!failure_action.is_empty()).then(|| action(failure_action)),
            overrides: Override::all(&validate["failureActionOverrides"]),
            message: text(&validate["message"]).to_owned(),
            check: if validate.is_object() { Check::new(json, validate) } else { Check::Other },
        }
    }
}

impl Check {
    fn new(rule: &Json, json: &Json) -> Check {
        let present = |key: &str| json.get(key).is_some_and(|value| !value.is_null());
        if present("manifests") {
            Check::Other
        } else if present("podSecurity") {
            Check::PodSecurity(super::pod_security::Subrule::new(&json["podSecurity"]))
        } else if present("cel") {
            Check::Cel(Box::new(super::cel::Cel::new(rule)))
        } else {
            Check::plain(json)
        }
    }

    /// What may stand in a `foreach` too.
    fn plain(json: &Json) -> Check {
        let present = |key: &str| json.get(key).is_some_and(|value| !value.is_null());
        if present("deny") {
            Check::Deny(Conditions::new(&json["deny"]["conditions"]))
        } else if present("pattern") {
            Check::Pattern(Value::from_typed_json(&json["pattern"]))
        } else if present("anyPattern") {
            Check::AnyPattern(Value::from_typed_json(&json["anyPattern"]))
        } else if present("foreach") {
            Check::ForEach(items(&json["foreach"]).map(ForEach::new).collect())
        } else {
            Check::Other
        }
    }
}

impl ForEach {
    fn new(json: &Json) -> ForEach {
        ForEach {
            list: text(&json["list"]).to_owned(),
            scope: json["elementScope"].as_bool(),
            context: Entry::all(&json["context"]),
            preconditions: Conditions::new(&json["preconditions"]),
            check: Check::plain(json),
        }
    }
}
