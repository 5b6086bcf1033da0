//! `volumemounts` 1.0.11.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{ALL, Field, Object, containers, name};
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Operator {
    #[default]
    AnyIn,
    AnyNotIn,
    AllAreUsed,
    NotAllAreUsed,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Settings {
    operator: Operator,
    volume_mounts_names: BTreeSet<String>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    if settings.volume_mounts_names.is_empty() {
        return Err("volumeMountsNames is empty".to_owned());
    }
    Ok(Box::new(settings))
}

impl Settings {
    /// The words and the names that are wrong with a container that mounts volumes of these names.
    fn wrong<'n>(&'n self, mounted: &BTreeSet<&'n str>) -> Option<(&'static str, Vec<&'n str>)> {
        let names: BTreeSet<&str> = self.volume_mounts_names.iter().map(String::as_str).collect();
        let (text, wrong): (_, Vec<&str>) = match self.operator {
            Operator::AnyIn => ("volumeMount names not allowed", names.intersection(mounted).copied().collect()),
            Operator::AnyNotIn => ("volumeMount names not allowed", mounted.difference(&names).copied().collect()),
            Operator::AllAreUsed if names.is_subset(mounted) => {
                ("volumeMount names not allowed together", names.into_iter().collect())
            }
            Operator::AllAreUsed => return None,
            Operator::NotAllAreUsed => ("volumeMount names are missing", names.difference(mounted).copied().collect()),
        };
        (!wrong.is_empty()).then_some((text, wrong))
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => return Answer::unreadable(object, "Cannot parse validation request"),
        };
        let (mut message, mut blame) = (String::new(), Vec::new());
        for container in containers(&spec, &ALL) {
            let mounts = container.key("volumeMounts");
            // A container without the field is fine, whatever must be mounted.
            if !mounts.exists() {
                continue;
            }
            let fields: Vec<Field<'_>> = mounts.items().map(|mount| mount.key("name")).collect();
            let mounted = fields.iter().filter_map(Field::text).collect();
            if let Some((text, wrong)) = self.wrong(&mounted) {
                let _ = writeln!(message, "container {} is invalid: {text}: {wrong:?}", name(&container));
                let named = fields.iter().filter(|field| field.text().is_some_and(|text| wrong.contains(&text)));
                let before = blame.len();
                blame.extend(named.map(Field::blame));
                // What is missing stands nowhere.
                if blame.len() == before {
                    blame.push(mounts.blame());
                }
            }
        }
        if message.is_empty() { Answer::Accept } else { Answer::refuse(message, blame) }
    }
}
