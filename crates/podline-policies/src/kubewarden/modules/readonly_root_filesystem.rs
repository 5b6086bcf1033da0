//! `readonly-root-filesystem-psp` 1.0.13.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object, security};
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(settings::read::<Settings>(settings)?))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(Some(spec)) = object.pod() else { return Answer::Accept };
        let (mut texts, mut blame) = (Vec::new(), Vec::new());
        for (list, what) in [("initContainers", "init containers"), ("containers", "containers")] {
            let writable: Vec<Field<'_>> = spec
                .key(list)
                .items()
                .map(|container| security(&container, "readOnlyRootFilesystem"))
                .filter(|field| !field.is_true())
                .collect();
            if !writable.is_empty() {
                texts.push(format!("One of the {what} does not have readOnlyRootFilesystem enabled"));
                blame.extend(writable.iter().map(Field::blame));
            }
        }
        if texts.is_empty() { Answer::Accept } else { Answer::refuse(texts.join(", "), blame) }
    }
}
