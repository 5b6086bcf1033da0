//! `capabilities-psp` 1.0.13.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, NO_WORKLOAD, Object, containers};
use crate::kubewarden::settings;

#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "the names of the settings")]
struct Settings {
    #[serde(default)]
    allowed_capabilities: BTreeSet<String>,
    #[serde(default)]
    required_drop_capabilities: BTreeSet<String>,
    #[serde(default)]
    default_add_capabilities: BTreeSet<String>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    settings.check()?;
    Ok(Box::new(settings))
}

const REFUSED: &str = "PSP capabilities policies doesn't allow these capabilities to be added";

impl Settings {
    fn check(&self) -> Result<(), String> {
        let refuse = |denied: BTreeSet<&String>, text: &str| {
            if denied.is_empty() { Ok(()) } else { Err(format!("These capabilities cannot be {text}: {denied:?}")) }
        };
        let (allowed, added) = (&self.allowed_capabilities, &self.default_add_capabilities);
        let dropped = &self.required_drop_capabilities;
        let also = "because they are also required to be dropped";
        refuse(allowed.intersection(dropped).collect(), &format!("allowed {also}"))?;
        refuse(added.intersection(dropped).collect(), &format!("added by default {also}"))?;
        if self.allows_all() {
            return Ok(());
        }
        refuse(added.difference(allowed).collect(), "added by default because they are not allowed")
    }

    fn allows_all(&self) -> bool {
        self.allowed_capabilities.contains("*")
    }

    /// Refuses the capabilities that are wrong, at each place that adds one.
    fn refuse(added: &[(&str, Field<'_>)], text: &str, wrong: impl Fn(&str) -> bool) -> Option<Answer> {
        let wrong: Vec<&(&str, Field<'_>)> = added.iter().filter(|(name, _)| wrong(name)).collect();
        let names: BTreeSet<&str> = wrong.iter().map(|(name, _)| *name).collect();
        let blame = wrong.iter().map(|(_, field)| field.blame()).collect();
        (!names.is_empty()).then(|| Answer::refuse(format!("{REFUSED}{text}: {names:?}"), blame))
    }

    /// The lists of a container that something is added to.
    fn changed<'a>(&self, container: &Field<'a>) -> impl Iterator<Item = Field<'a>> {
        let capabilities = container.at(&["securityContext", "capabilities"]);
        [("add", &self.default_add_capabilities), ("drop", &self.required_drop_capabilities)]
            .into_iter()
            .map(move |(key, wanted)| (capabilities.key(key), wanted))
            .filter(|(list, wanted)| {
                let listed: BTreeSet<&str> = list.items().filter_map(|item| item.text()).collect();
                wanted.iter().any(|name| !listed.contains(name.as_str()))
            })
            .map(|(list, _)| list)
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => {
                let text = format!("Error deserializing Pod specification: Validation({NO_WORKLOAD:?})");
                return Answer::unreadable(object, &text);
            }
        };
        let containers = containers(&spec, &["containers", "initContainers"]);
        let added: Vec<(&str, Field<'_>)> = containers
            .iter()
            .flat_map(|container| container.at(&["securityContext", "capabilities", "add"]).items())
            .filter_map(|field| Some((field.text()?, field)))
            .collect();
        let not_allowed = |name: &str| !self.allows_all() && !self.allowed_capabilities.contains(name);
        let dropped = |name: &str| self.required_drop_capabilities.contains(name);
        let because = " because they are on the `required_drop_capabilities` list";
        Settings::refuse(&added, "", not_allowed).or_else(|| Settings::refuse(&added, because, dropped)).unwrap_or_else(
            || {
                let changed = containers.iter().flat_map(|container| self.changed(container));
                Answer::mutate(changed.map(|list| list.blame()).collect())
            },
        )
    }
}
