//! `pod-runtime` 1.0.12.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{NO_WORKLOAD, Object};
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Settings {
    reserved_runtimes: BTreeSet<String>,
    fallback_runtime: Option<String>,
    default_runtime_reserved: Option<bool>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    if let Some(fallback) = settings.fallback_runtime.as_ref().filter(|name| settings.reserved_runtimes.contains(*name))
    {
        return Err(format!("fallback runtime {fallback} cannot be part of the reserved runtimes"));
    }
    Ok(Box::new(settings))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => return Answer::Error(NO_WORKLOAD.to_owned()),
        };
        let field = spec.key("runtimeClassName");
        if let Some(fallback) = &self.fallback_runtime {
            // It is set whatever the pod has.
            let changes = field.text() != Some(fallback.as_str());
            return Answer::mutate(if changes { vec![field.blame()] } else { Vec::new() });
        }
        match field.text() {
            Some(name) if self.reserved_runtimes.contains(name) => {
                Answer::refuse(format!("runtime '{name}' is reserved"), vec![field.blame()])
            }
            // Also if the pod names another runtime.
            _ if self.default_runtime_reserved == Some(true) => {
                Answer::refuse("Usage of the default runtime is reserved", vec![field.blame()])
            }
            _ => Answer::Accept,
        }
    }
}
