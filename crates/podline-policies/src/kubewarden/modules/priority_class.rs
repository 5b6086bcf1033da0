//! `priority-class-policy` 1.1.8.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{NO_WORKLOAD, Object};
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    allowed_priority_classes: BTreeSet<String>,
    denied_priority_classes: BTreeSet<String>,
    default_priority_class: Option<String>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    settings.check()?;
    Ok(Box::new(settings))
}

impl Settings {
    fn check(&self) -> Result<(), String> {
        let (allowed, denied) = (&self.allowed_priority_classes, &self.denied_priority_classes);
        let wrong = match (allowed.is_empty(), denied.is_empty(), self.default_priority_class.as_deref()) {
            (false, false, _) => {
                "Both allowed and denied priority class lists cannot be set at the same time".to_owned()
            }
            (true, true, _) => "The priority class lists cannot be empty".to_owned(),
            (_, _, Some("")) => "The default priority class cannot be an empty string".to_owned(),
            (false, _, Some(class)) if !allowed.contains(class) => {
                format!("The default priority class '{class}' is not in the allowed priority classes list")
            }
            (_, false, Some(class)) if denied.contains(class) => {
                format!("The default priority class '{class}' cannot be defined in the denied priority classes list")
            }
            _ => return Ok(()),
        };
        Err(wrong)
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => {
                let text = format!("Priority class policy failed to extract PodSpec from the request : {NO_WORKLOAD}");
                return Answer::unreadable(object, &text);
            }
        };
        let field = spec.key("priorityClassName");
        match (field.text(), &self.default_priority_class) {
            (None, Some(_)) => Answer::Mutate(vec![field.blame()]),
            (Some(class), _) if self.denied_priority_classes.contains(class) => {
                Answer::refuse(format!("Priority class \"{class}\" is denied"), vec![field.blame()])
            }
            (Some(class), _)
                if !self.allowed_priority_classes.is_empty() && !self.allowed_priority_classes.contains(class) =>
            {
                Answer::refuse(format!("Priority class \"{class}\" is not allowed"), vec![field.blame()])
            }
            _ => Answer::Accept,
        }
    }
}
