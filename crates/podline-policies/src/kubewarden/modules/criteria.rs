//! `labels` 0.1.10, `annotations` 0.1.11 and `environment-variable-policy` 3.0.7: which names must and must not be there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{ALL, Field, NO_WORKLOAD, Object, containers, name};
use crate::kubewarden::settings;

#[derive(Clone, Copy)]
enum Criteria {
    ContainsAnyOf,
    DoesNotContainAnyOf,
    ContainsAllOf,
    DoesNotContainAllOf,
    ContainsOtherThan,
    DoesNotContainOtherThan,
}

/// The settings as upstream decodes them, which decides the words of errors.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "criteria")]
#[allow(clippy::enum_variant_names, reason = "the names of the settings")]
enum Written {
    ContainsAnyOf { values: BTreeSet<String> },
    DoesNotContainAnyOf { values: BTreeSet<String> },
    ContainsAllOf { values: BTreeSet<String> },
    DoesNotContainAllOf { values: BTreeSet<String> },
    ContainsOtherThan { values: BTreeSet<String> },
    DoesNotContainOtherThan { values: BTreeSet<String> },
}

struct Settings {
    of: Of,
    criteria: Criteria,
    values: BTreeSet<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Of {
    Labels,
    Annotations,
    Variables,
}

pub(super) fn load_labels(settings: &Value) -> Result<Box<dyn Module>, String> {
    load(settings, Of::Labels)
}

pub(super) fn load_annotations(settings: &Value) -> Result<Box<dyn Module>, String> {
    load(settings, Of::Annotations)
}

pub(super) fn load_variables(settings: &Value) -> Result<Box<dyn Module>, String> {
    load(settings, Of::Variables)
}

fn load(settings: &Value, of: Of) -> Result<Box<dyn Module>, String> {
    let (criteria, values) = match settings::read(settings)? {
        Written::ContainsAnyOf { values } => (Criteria::ContainsAnyOf, values),
        Written::DoesNotContainAnyOf { values } => (Criteria::DoesNotContainAnyOf, values),
        Written::ContainsAllOf { values } => (Criteria::ContainsAllOf, values),
        Written::DoesNotContainAllOf { values } => (Criteria::DoesNotContainAllOf, values),
        Written::ContainsOtherThan { values } => (Criteria::ContainsOtherThan, values),
        Written::DoesNotContainOtherThan { values } => (Criteria::DoesNotContainOtherThan, values),
    };
    if values.is_empty() {
        return Err(format!("Empty {} list is not allowed", of.word()));
    }
    let wrong: Vec<String> = values.iter().filter_map(|value| of.wrong_name(value)).collect();
    if !wrong.is_empty() {
        // The module for labels has these words too.
        let what = if of == Of::Variables { "environment variable" } else { "annotation" };
        return Err(format!("Invalid {what} names: {}", wrong.join(", ")));
    }
    Ok(Box::new(Settings { of, criteria, values }))
}

impl Of {
    fn word(self) -> &'static str {
        match self {
            Of::Labels => "label",
            Of::Annotations => "annotation",
            Of::Variables => "environment variable",
        }
    }

    /// A name that the settings must not have, as it is told.
    fn wrong_name(self, value: &str) -> Option<String> {
        let sound = match self {
            Of::Variables => is_variable(value),
            Of::Annotations => is_key(value),
            Of::Labels => match too_long(value) {
                Some(part) => return Some(format!("{value} ({part} too long)")),
                None => is_key(value),
            },
        };
        (!sound).then(|| value.to_owned())
    }
}

/// `[a-zA-Z_][a-zA-Z_\d]*`. Upstream's `\d` takes the digits of all scripts, with which no variable can match.
fn is_variable(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.chars().next().is_some_and(letter) && name.chars().all(|c| letter(c) || c.is_numeric())
}

/// A name, with a subdomain before it or not.
fn is_key(key: &str) -> bool {
    let lower = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let label = |label: &str| {
        let label = label.as_bytes();
        let ends = label.first().is_some_and(|c| lower(*c)) && label.last().is_some_and(|c| lower(*c));
        ends && label.iter().all(|c| lower(*c) || *c == b'-')
    };
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let name = name.as_bytes();
    prefix.is_none_or(|prefix| prefix.split('.').all(label))
        && name.first().is_some_and(u8::is_ascii_alphanumeric)
        && name.last().is_some_and(u8::is_ascii_alphanumeric)
        && name.iter().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-'))
}

/// The part of a label's key that is too long.
fn too_long(key: &str) -> Option<&'static str> {
    match key.rsplit_once('/') {
        Some((prefix, _)) if prefix.len() > 253 => Some("prefix"),
        Some((_, name)) if name.len() > 63 => Some("name"),
        Some(_) if key.len() > 253 => Some("key"),
        None if key.len() > 63 => Some("name"),
        _ => None,
    }
}

/// Names that are there, each with its field, and where those that are missing would be.
struct Names<'a> {
    found: BTreeMap<&'a str, Field<'a>>,
    all: Field<'a>,
}

impl Settings {
    /// The words and the fields to blame if these names are wrong.
    fn wrong<'a>(&self, names: &Names<'a>) -> Option<(String, Vec<Field<'a>>)> {
        let what = self.of.word();
        let there = |value: &&String| names.found.contains_key(value.as_str());
        let listed: Vec<&str> = self.values.iter().filter(there).map(String::as_str).collect();
        let missing: Vec<&str> = self.values.iter().filter(|value| !there(value)).map(String::as_str).collect();
        let others: Vec<&str> = names.found.keys().filter(|key| !self.values.contains(**key)).copied().collect();
        let all: Vec<&str> = self.values.iter().map(String::as_str).collect();
        let (wrong, text, told) = match self.criteria {
            Criteria::ContainsAnyOf => (
                listed.is_empty(),
                format!(
                    "Resource must have at least one of the required {what}s specified by the validation rule. None of the expected {what}s were found:"
                ),
                all,
            ),
            Criteria::DoesNotContainAnyOf => (
                !listed.is_empty(),
                format!(
                    "Resource must not have any of the {what}s specified in the validation rule. The following invalid {what}s were found:"
                ),
                listed,
            ),
            Criteria::ContainsAllOf => (
                !missing.is_empty(),
                format!(
                    "Resource is missing required {what}s as specified in the validation rules. The following {what}s are missing:"
                ),
                missing,
            ),
            Criteria::DoesNotContainAllOf => (
                missing.is_empty(),
                format!(
                    "Resource has conflicting {what}s set according to the validation rules. The following {what}s should not be set together:"
                ),
                all,
            ),
            // What it names are those that are there and not listed, which are none here.
            Criteria::ContainsOtherThan => (
                others.is_empty(),
                format!(
                    "Resource must not have any {what}s other than those specified in the validation rule. The following {what}s were found that should not be present:"
                ),
                others,
            ),
            Criteria::DoesNotContainOtherThan => (
                !others.is_empty(),
                format!(
                    "Resource must have only {what}s from the validation rule. The following {what}s were found that should not be present:"
                ),
                others,
            ),
        };
        let mut blame: Vec<Field<'a>> = told.iter().filter_map(|name| names.found.get(name).cloned()).collect();
        if blame.is_empty() {
            blame.push(names.all.clone());
        }
        wrong.then(|| (format!("{text} {}", told.join(", ")), blame))
    }

    fn of_metadata(&self, object: &Object<'_>) -> Answer {
        let all = object.root.at(&["metadata", if self.of == Of::Labels { "labels" } else { "annotations" }]);
        let names = Names { found: all.entries().collect(), all };
        match self.wrong(&names) {
            Some((message, blame)) => Answer::refuse(message, blame.iter().map(Field::blame).collect()),
            None => Answer::Accept,
        }
    }

    fn of_containers(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => return Answer::Error(NO_WORKLOAD.to_owned()),
        };
        // By name: of two containers with one name, the last counts.
        let by_name: BTreeMap<&str, Field<'_>> =
            containers(&spec, &ALL).into_iter().map(|container| (name(&container), container)).collect();
        let (mut texts, mut blame) = (Vec::new(), Vec::new());
        for (container, field) in by_name {
            let all = field.key("env");
            let found = all.items().map(|variable| (name(&variable), variable.key("name"))).collect();
            if let Some((text, fields)) = self.wrong(&Names { found, all }) {
                texts.push(format!("{container}: {text}"));
                blame.extend(fields.iter().map(Field::blame));
            }
        }
        if texts.is_empty() { Answer::Accept } else { Answer::refuse(texts.join(", "), blame) }
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        match self.of {
            Of::Labels | Of::Annotations => self.of_metadata(object),
            Of::Variables => self.of_containers(object),
        }
    }
}
