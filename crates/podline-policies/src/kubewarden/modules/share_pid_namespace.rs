//! `share-pid-namespace-policy` 1.0.14.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::Object;
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(settings::read::<Settings>(settings)?))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(spec) = object.pod_spec() else {
            return Answer::unreadable(object, "cannot parse validation request");
        };
        match spec.map(|spec| spec.key("shareProcessNamespace")) {
            Some(field) if field.is_true() => {
                Answer::refuse("pod cannot share host PID namespace", vec![field.blame()])
            }
            _ => Answer::Accept,
        }
    }
}
