//! `persistentvolumeclaim-storageclass-policy` 1.1.8.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::Object;
use crate::kubewarden::settings;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names, reason = "the names of the settings")]
struct Settings {
    denied_storage_classes: Option<BTreeSet<String>>,
    fallback_storage_class: Option<String>,
    allowed_storage_classes: Option<BTreeSet<String>>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    let fallback = settings.fallback_storage_class.as_ref();
    let wrong = match (&settings.denied_storage_classes, &settings.allowed_storage_classes) {
        (None, None) => "One of deniedStorageClasses or allowedStorageClasses must be set",
        (Some(_), Some(_)) => "Only one of deniedStorageClasses or allowedStorageClasses can be set",
        (Some(denied), _) if denied.is_empty() => "deniedStorageClasses cannot be empty",
        (Some(denied), _) if fallback.is_some_and(|class| denied.contains(class)) => {
            "fallbackStorageClass cannot be in deniedStorageClasses"
        }
        (_, Some(allowed)) if allowed.is_empty() => "allowedStorageClasses cannot be empty",
        (_, Some(allowed)) if fallback.is_some_and(|class| !allowed.contains(class)) => {
            "fallbackStorageClass must be in allowedStorageClasses"
        }
        _ => return Ok(Box::new(settings)),
    };
    Err(wrong.to_owned())
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        if !object.is("v1", "PersistentVolumeClaim") {
            return Answer::Accept;
        }
        let field = object.root.at(&["spec", "storageClassName"]);
        let class = field.text().unwrap_or_default();
        let denied = self.denied_storage_classes.as_ref().is_some_and(|denied| denied.contains(class));
        let allowed = self.allowed_storage_classes.as_ref().is_none_or(|allowed| allowed.contains(class));
        match &self.fallback_storage_class {
            _ if allowed && !denied => Answer::Accept,
            Some(_) => Answer::Mutate(vec![field.blame()]),
            None => Answer::refuse(format!("storage class \"{class}\" is not allowed"), vec![field.blame()]),
        }
    }
}
