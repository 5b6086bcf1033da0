//! `allow-privilege-escalation-psp` 1.0.13.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object, security};
use crate::kubewarden::settings;

#[derive(Deserialize)]
#[serde(default)]
struct Settings {
    default_allow_privilege_escalation: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { default_allow_privilege_escalation: true }
    }
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(settings::read::<Settings>(settings)?))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => return Answer::unreadable(object, "Cannot parse validation request"),
        };
        let (mut texts, mut blame, mut unset) = (Vec::new(), Vec::new(), Vec::new());
        for (list, what) in [("initContainers", "init containers"), ("containers", "containers")] {
            let fields: Vec<Field<'_>> = spec
                .key(list)
                .items()
                .map(|container| security(&container, "allowPrivilegeEscalation"))
                .filter(|field| field.json != false)
                .collect();
            if fields.iter().any(Field::is_true) {
                texts.push(format!("one of the {what} has privilege escalation enabled"));
                blame.extend(fields.iter().filter(|field| field.is_true()).map(Field::blame));
            }
            unset.extend(fields.iter().map(Field::blame));
        }
        if !texts.is_empty() {
            Answer::refuse(texts.join(", "), blame)
        } else if self.default_allow_privilege_escalation {
            Answer::Accept
        } else {
            Answer::mutate(unset)
        }
    }
}
