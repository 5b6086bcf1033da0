//! `allowed-proc-mount-types-psp` 1.0.15.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{ALL, Field, Object, containers, security};
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    allow_unmasked_proc_mount_type: bool,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(settings::read::<Settings>(settings)?))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(spec) = object.pod() else { return Answer::Accept };
        let Some(spec) = spec else { return Answer::Error("invalid pod spec".to_owned()) };
        if self.allow_unmasked_proc_mount_type {
            return Answer::Accept;
        }
        let mounts = containers(&spec, &ALL);
        let unmasked: Vec<Field<'_>> = mounts
            .iter()
            .map(|container| security(container, "procMount"))
            .filter(|field| field.text() == Some("Unmasked"))
            .collect();
        if unmasked.is_empty() {
            return Answer::Accept;
        }
        let message = "Pod has at least one container with Unmasked procMount";
        Answer::refuse(message, unmasked.iter().map(Field::blame).collect())
    }
}
