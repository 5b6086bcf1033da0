//! `volumes-psp` 1.1.10.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object};
use crate::kubewarden::settings::{gjson_text, go_bool, go_texts};

struct Settings {
    allowed: BTreeSet<String>,
    ignores_init: bool,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let allowed = go_texts(settings, "", "allowedTypes")?;
    let ignores_init = go_bool(settings, "", "ignoreInitContainersVolumes")?;
    if allowed.contains("*") && allowed.len() != 1 {
        return Err("Provided settings are not valid".to_owned());
    }
    Ok(Box::new(Settings { allowed, ignores_init }))
}

/// A list, or a single value that stands for one.
fn list<'a>(field: &Field<'a>) -> Vec<Field<'a>> {
    match field.json {
        Value::Null => Vec::new(),
        Value::Array(_) => field.items().collect(),
        _ => vec![field.clone()],
    }
}

/// The names of the volumes that containers mount.
fn mounted(containers: &Field<'_>) -> BTreeSet<String> {
    let mounts = list(containers).into_iter().flat_map(|container| list(&container.key("volumeMounts")));
    mounts.map(|mount| gjson_text(mount.key("name").json)).filter(|name| !name.is_empty()).collect()
}

impl Settings {
    /// The name, the type and the source of a volume that is not allowed. The type is the last key but `name`.
    fn wrong<'a>(&self, volume: &Field<'a>) -> Option<(String, &'a str, Field<'a>)> {
        let mut found = ("", volume.clone());
        for (key, field) in volume.entries().filter(|(key, _)| *key != "name") {
            found = (key, field);
        }
        let (kind, field) = found;
        (!self.allowed.contains(kind)).then(|| (gjson_text(volume.key("name").json), kind, field))
    }
}

impl Module for Settings {
    /// The object may be of any kind: what counts is the field.
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = object.root.key("spec");
        let volumes = spec.key("volumes");
        if self.allowed.is_empty() {
            return Answer::refuse("No volume type is allowed", vec![volumes.blame()]);
        }
        if self.allowed.contains("*") {
            return Answer::Accept;
        }
        let (init, later) = if self.ignores_init {
            (mounted(&spec.key("initContainers")), mounted(&spec.key("containers")))
        } else {
            Default::default()
        };
        let (mut texts, mut blame) = (Vec::new(), Vec::new());
        for volume in list(&volumes) {
            let Some((name, kind, field)) = self.wrong(&volume) else { continue };
            if init.contains(&name) && !later.contains(&name) {
                continue;
            }
            texts.push(format!("volume '{name}' of type '{kind}' is not in the AllowedTypes list"));
            blame.push(field.blame());
        }
        if texts.is_empty() { Answer::Accept } else { Answer::refuse(texts.join("; "), blame) }
    }
}
