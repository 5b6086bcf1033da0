//! `pod-privileged` 1.0.13.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object, security};
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_field_names, reason = "the names of the settings")]
struct Settings {
    skip_init_containers: bool,
    skip_ephemeral_containers: bool,
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
        let lists = [
            ("containers", false, "Privileged container is not allowed"),
            ("initContainers", self.skip_init_containers, "Privileged init container is not allowed"),
            ("ephemeralContainers", self.skip_ephemeral_containers, "Privileged ephemeral container is not allowed"),
        ];
        for (list, _, message) in lists.into_iter().filter(|(_, skip, _)| !skip) {
            let privileged = spec.key(list).items().map(|container| security(&container, "privileged"));
            let blame: Vec<_> = privileged.filter(Field::is_true).map(|field| field.blame()).collect();
            if !blame.is_empty() {
                return Answer::refuse(message, blame);
            }
        }
        Answer::Accept
    }
}
