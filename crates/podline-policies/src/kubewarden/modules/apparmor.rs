//! `apparmor-psp` 1.0.14. It looks at annotations alone, not at `appArmorProfile`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::Object;
use crate::kubewarden::settings;

#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    allowed_profiles: BTreeSet<String>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(settings::read::<Settings>(settings)?))
}

const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        if let Err(error) = object.pod() {
            return Answer::Error(error);
        }
        let annotations = object.root.at(&["metadata", "annotations"]);
        let (mut profiles, mut blame) = (BTreeSet::new(), Vec::new());
        for (_, field) in annotations.entries().filter(|(key, _)| key.starts_with(ANNOTATION)) {
            let profile = field.text().unwrap_or_default();
            if !self.allowed_profiles.contains(profile) {
                profiles.insert(profile);
                blame.push(field.blame());
            }
        }
        if profiles.is_empty() {
            return Answer::Accept;
        }
        let profiles: Vec<&str> = profiles.into_iter().collect();
        Answer::refuse(format!("These AppArmor profiles are not allowed: {profiles:?}"), blame)
    }
}
