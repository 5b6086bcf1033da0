//! `seccomp-psp` 1.0.15.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::judgement::Violation;
use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{ALL, Field, Object, security};
use crate::kubewarden::settings;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    allowed_profiles: BTreeSet<String>,
    profile_types: BTreeSet<String>,
    localhost_profiles: BTreeSet<String>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    for profile in &settings.profile_types {
        if !["Localhost", "RuntimeDefault", "Unconfined"].contains(&profile.as_str()) {
            return Err(format!("Invalid Seccomp profile type: {profile}"));
        }
        if profile == "Localhost" && settings.localhost_profiles.is_empty() {
            return Err("Seccomp type 'Localhost' requires some 'localhost_profiles' value ".to_owned());
        }
    }
    Ok(Box::new(settings))
}

/// What is wrong, and where.
#[derive(Default)]
struct Wrong {
    texts: Vec<String>,
    blame: Vec<Violation>,
}

/// A `seccompProfile`.
struct Profile<'a> {
    field: Field<'a>,
    kind: &'a str,
    localhost: Option<&'a str>,
}

impl<'a> Profile<'a> {
    fn of(context: &Field<'a>) -> Option<Profile<'a>> {
        let field = security(context, "seccompProfile");
        field.exists().then(|| Profile {
            kind: field.key("type").text().unwrap_or_default(),
            localhost: field.key("localhostProfile").text(),
            field,
        })
    }
}

impl Settings {
    fn allows_type(&self, profile: &Profile<'_>) -> bool {
        let allowed = |known: &String| match profile.kind {
            "RuntimeDefault" => known == "runtime/default" || known == "docker/default",
            "Localhost" => known.starts_with("localhost/"),
            "Unconfined" => known == "unconfined",
            _ => false,
        };
        self.profile_types.contains(profile.kind) || self.allowed_profiles.iter().any(allowed)
    }

    /// A profile in a file: an entry need only end with its name.
    fn allows_localhost(&self, name: &str) -> bool {
        let allowed = |known: &String| known.starts_with("localhost/") && known.ends_with(name);
        self.localhost_profiles.contains(name) || self.allowed_profiles.iter().any(allowed)
    }

    fn annotations(&self, object: &Object<'_>, wrong: &mut Wrong) {
        let annotations = object.root.at(&["metadata", "annotations"]);
        let about = |key: &str| {
            key.starts_with("container.seccomp.security.alpha.kubernetes.io")
                || key == "seccomp.security.alpha.kubernetes.io/pod"
        };
        let mut profiles = Vec::new();
        for (_, field) in annotations.entries().filter(|(key, _)| about(key)) {
            let profile = field.text().unwrap_or_default();
            if !self.allowed_profiles.contains(profile) {
                profiles.push(profile);
                wrong.blame.push(field.blame());
            }
        }
        if !profiles.is_empty() {
            wrong.texts.push(format!("Seccomp profiles '{}' are not allowed.", profiles.join(",")));
        }
    }

    fn pod(&self, spec: &Field<'_>, wrong: &mut Wrong) {
        let Some(profile) = Profile::of(spec) else { return };
        let file = profile.field.key("localhostProfile");
        if !self.allows_type(&profile) {
            wrong.texts.push(format!("Invalid podspec seccomp profile types: {}", profile.kind));
            wrong.blame.push(profile.field.key("type").blame());
        } else if profile.kind == "Localhost" {
            match profile.localhost {
                Some(name) if self.allows_localhost(name) => return,
                Some(name) => wrong.texts.push(format!("Invalid podspec seccomp profile: {name}")),
                None => wrong.texts.push("The podspec localhost seccomp profile must be set.".to_owned()),
            }
            wrong.blame.push(file.blame());
        }
    }

    fn containers(&self, containers: &Field<'_>, wrong: &mut Wrong) {
        let (mut kinds, mut names) = (Vec::new(), Vec::new());
        for profile in containers.items().filter_map(|container| Profile::of(&container)) {
            if !self.allows_type(&profile) {
                kinds.push(profile.kind);
                wrong.blame.push(profile.field.key("type").blame());
            }
            if profile.kind != "Localhost" {
                continue;
            }
            let file = profile.field.key("localhostProfile");
            match profile.localhost {
                Some(name) if self.allows_localhost(name) => {}
                Some(name) => {
                    names.push(name);
                    wrong.blame.push(file.blame());
                }
                None => {
                    // What was found before is not told any more.
                    wrong.texts.push("The container localhost seccomp profile must be set.".to_owned());
                    wrong.blame.push(file.blame());
                    return;
                }
            }
        }
        let told = [("Invalid container seccomp profile types", kinds), ("Invalid container seccomp profile", names)];
        let told: Vec<String> = told
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(text, list)| format!("{text}: {}", list.join(",")))
            .collect();
        if !told.is_empty() {
            wrong.texts.push(told.join("; "));
        }
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod() {
            Ok(spec) => spec,
            Err(error) => {
                let error = format!("Error({error:?}, line: 0, column: 0)");
                return Answer::Error(format!("Error deserializing Pod specification: {error}"));
            }
        };
        let mut wrong = Wrong::default();
        self.annotations(object, &mut wrong);
        if let Some(spec) = spec {
            self.pod(&spec, &mut wrong);
            for list in ALL {
                self.containers(&spec.key(list), &mut wrong);
            }
        }
        if wrong.texts.is_empty() {
            return Answer::Accept;
        }
        Answer::refuse(format!("Resource violations: {}", wrong.texts.join(". ")), wrong.blame)
    }
}
