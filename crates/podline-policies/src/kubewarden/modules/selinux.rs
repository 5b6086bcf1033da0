//! `selinux-psp` 1.1.2.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{ALL, Field, Object, containers, security};
use crate::kubewarden::settings;

#[derive(Deserialize)]
struct Options {
    user: Option<String>,
    role: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    level: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "rule", deny_unknown_fields)]
enum Settings {
    MustRunAs(Options),
    RunAsAny,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    if let Settings::MustRunAs(Options { user: None, role: None, kind: None, level: None }) = settings {
        return Err("you have to provide at least a user, group, type or level settings".to_owned());
    }
    Ok(Box::new(settings))
}

/// `s0:c1,c2`: a sensitivity and a set of categories. What has another shape is equal to itself alone, but two of
/// another shape are equal to each other: upstream compares what it could not take apart as empty.
fn same_level(left: &str, right: &str) -> bool {
    fn parts(level: &str) -> (&str, BTreeSet<&str>) {
        match level.split(':').collect::<Vec<_>>()[..] {
            [sensitivity, categories] => (sensitivity, categories.split(',').collect()),
            _ => ("", BTreeSet::new()),
        }
    }
    left == right || parts(left) == parts(right)
}

impl Options {
    /// The options of a `seLinuxOptions` that are not as they must be.
    fn wrong<'a>(&self, options: &Field<'a>) -> Vec<Field<'a>> {
        let mut wrong: Vec<Field<'a>> = [("user", &self.user), ("role", &self.role), ("type", &self.kind)]
            .into_iter()
            .map(|(key, expected)| (options.key(key), expected))
            .filter(|(field, expected)| field.text() != expected.as_deref())
            .map(|(field, _)| field)
            .collect();
        let level = options.key("level");
        if let (Some(expected), Some(found)) = (&self.level, level.text())
            && !same_level(found, expected)
        {
            wrong.push(level);
        }
        wrong
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(spec) = object.pod() else { return Answer::Accept };
        let Settings::MustRunAs(options) = self else { return Answer::Accept };
        let Some(spec) = spec else { return Answer::Error("invalid pod spec".to_owned()) };
        let mut unset = Vec::new();
        for context in std::iter::once(spec.clone()).chain(containers(&spec, &ALL)) {
            let field = security(&context, "seLinuxOptions");
            if !field.exists() {
                unset.push(field.blame());
                continue;
            }
            let wrong = options.wrong(&field);
            if !wrong.is_empty() {
                return Answer::refuse("SELinux validation failed", wrong.iter().map(Field::blame).collect());
            }
        }
        Answer::mutate(unset)
    }
}
