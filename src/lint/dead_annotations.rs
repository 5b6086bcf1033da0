//! Annotations by which pods once chose their seccomp and AppArmor profiles, where they do nothing.
//!
//! Source: https://kubernetes.io/docs/tutorials/security/seccomp/ (the annotations mean nothing from 1.27 on), and
//! `ValidateAppArmorPodAnnotations` in `pkg/apis/core/validation/validation.go` (a container that does not exist, a
//! field beside the annotation).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::document::{Judge, Outcome};
use crate::finding::{Change, Finding, Nearest, Repair};
use crate::manifest::kinds;
use crate::manifest::object::Object;
use crate::manifest::suggest::nearest;
use crate::manifest::template::Row;
use crate::manifest::typed::Template;
use crate::rules::id;
use crate::yaml::path::FieldPath;

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_HOST: &str = "seccomp.security.alpha.kubernetes.io";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const SYSCTLS: [&str; 2] = ["security.alpha.kubernetes.io/sysctls", "security.alpha.kubernetes.io/unsafe-sysctls"];

/// The first minor version in which annotations for seccomp mean nothing.
const SECCOMP_GONE: u32 = 27;

/// A container by its name: its place in the pod, and whether it sets a profile itself.
struct Place {
    path: FieldPath,
    has_seccomp: bool,
    has_app_armor: bool,
}

impl Judge<'_, '_> {
    /// Says which annotations of a pod do nothing, and writes the field instead.
    pub fn dead_annotations(&self, object: &Object, row: Option<&Row>, template: &Template, outcome: &mut Outcome) {
        for (key, value) in &template.annotations {
            let said = if key == SECCOMP_POD {
                self.seccomp(template, None, value)
            } else if let Some(name) = key.strip_prefix(SECCOMP_CONTAINER) {
                self.seccomp(template, Some(name), value)
            } else if let Some(name) = key.strip_prefix(APP_ARMOR) {
                // What a controller adds may have the name.
                row.is_some_and(|row| row.complete).then(|| app_armor(template, name)).flatten().map(|why| (why, None))
            } else if SYSCTLS.contains(&key.as_str()) {
                Some(sysctls(template, value))
            } else {
                misspelt(key)
                    .map(|meant| (format!("it is none of Kubernetes; write {meant} into a securityContext"), None))
            };
            if let Some((why, field)) = said {
                outcome.push(self.dead(object, template, key, &why, field));
            }
        }
    }

    /// Says which annotations stand at an object that makes pods, and not at its pods.
    pub fn misplaced_annotations(&self, object: &Object, template: &Template, outcome: &mut Outcome) {
        if template.path.segments().is_empty() || !kinds::is_built_in(object) {
            return;
        }
        let annotations = FieldPath::of("metadata.annotations");
        let Some(node) = self.locator.locate(object.node, &annotations).value else { return };
        for (key, _) in self.tree.strings(node).collect::<BTreeMap<_, _>>() {
            let field = match &key {
                key if key == SECCOMP_POD || key.starts_with(SECCOMP_CONTAINER) => "seccompProfile",
                key if key.starts_with(APP_ARMOR) => "appArmorProfile",
                key if SYSCTLS.contains(&key.as_str()) => "sysctls",
                key => match misspelt(key) {
                    Some(meant) => meant,
                    None => continue,
                },
            };
            let pods = template.path.fields("metadata.annotations");
            let message = format!(
                "the annotation {key} does nothing: it stands at the {}, and those of its pods are {pods}; write {field} \
                 into a securityContext",
                object.kind
            );
            let path = annotations.field(key);
            let place = self.locator.locate(object.node, &path);
            let finding = self.finding(object, id::DEAD_ANNOTATION, place.span, message);
            outcome.push(finding.path(path).value(place.value.map(|value| self.source_of(value))));
        }
    }

    /// Why an annotation for seccomp does nothing, and the field that says the same.
    fn seccomp(&self, template: &Template, container: Option<&str>, value: &str) -> Option<(String, Option<Change>)> {
        if self.options.kubernetes_version < SECCOMP_GONE {
            return None;
        }
        let since = "Kubernetes reads no annotation for seccomp since 1.27";
        let (path, is_set) = match container {
            None => {
                let context = template.spec.security_context.as_ref();
                (FieldPath::of("spec"), context.is_some_and(|context| context.seccomp_profile.is_some()))
            }
            Some(name) => match place(template, name) {
                Some(place) => (place.path, place.has_seccomp),
                None => return Some((format!("{since}, and the pod has no container {name:?}"), None)),
            },
        };
        let field = path.fields("securityContext.seccompProfile");
        if is_set {
            return Some((format!("{since}; {field} says what holds"), None));
        }
        let Some(profile) = profile(value) else { return Some((format!("{since}; write {field}"), None)) };
        let why = format!("{since}; write {field}: {}", flow(&profile));
        Some((why, Some(Change { path: field, set: Some(profile) })))
    }

    fn dead(&self, object: &Object, template: &Template, key: &str, why: &str, field: Option<Change>) -> Finding {
        let annotation = FieldPath::of("metadata.annotations").field(key.to_owned());
        let remove = Change { path: annotation.clone(), set: None };
        let mut changes: Vec<Change> = field.into_iter().chain([remove]).collect();
        for change in &mut changes {
            change.path = template.locate(&change.path);
        }
        let path = template.locate(&annotation);
        let place = self.locator.locate(object.node, &path);
        let mut repair = Repair { safe: false, shared: false, changes };
        repair.shared = self.is_shared(object, &repair);
        let message = format!("the annotation {key} does nothing: {why}");
        let nearest = Nearest { depth: path.segments().len(), in_braces: false };
        let finding = self.finding(object, id::DEAD_ANNOTATION, place.span, message);
        let finding = finding.path(path).nearest(nearest).value(place.value.map(|value| self.source_of(value)));
        finding.repair(template.places.is_empty().then(|| Box::new(repair))).build()
    }
}

/// Why an annotation for sysctls does nothing, and the field that says the same.
fn sysctls(template: &Template, value: &str) -> (String, Option<Change>) {
    let since = "Kubernetes reads no annotation for sysctls since 1.11";
    let path = FieldPath::of("spec.securityContext.sysctls");
    let context = template.spec.security_context.as_ref();
    if context.is_some_and(|context| context.sysctls.is_some()) {
        return (format!("{since}; {path} says what holds"), None);
    }
    let one = |pair: &str| pair.split_once('=').map(|(name, value)| json!({"name": name.trim(), "value": value}));
    let set = value.split(',').map(one).collect::<Option<Vec<Value>>>().map(Value::from);
    let field = set.map(|set| Change { path: path.clone(), set: Some(set) });
    (format!("{since}; write {path}"), field)
}

/// The field that an annotation was meant for whose key is nearly that of a seccomp or AppArmor profile.
fn misspelt(key: &str) -> Option<&'static str> {
    // The name of the container may be missing.
    let host = key.split_once('/').map_or(key, |(host, _)| host);
    let is_near = |known: &str| nearest(host, [known.trim_end_matches('/')]).is_some();
    let is_of_kubernetes = ["kubernetes.io", "k8s.io"].iter().any(|end| host.ends_with(end));
    let letters =
        || -> String { host.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect() };
    let names = |word: &str| is_of_kubernetes && !host.ends_with("x-k8s.io") && letters().contains(word);
    if is_near(APP_ARMOR) || names("apparmor") {
        Some("appArmorProfile")
    } else if is_near(SECCOMP_CONTAINER) || is_near(SECCOMP_HOST) || names("seccomp") {
        Some("seccompProfile")
    } else {
        None
    }
}

/// Why an annotation for AppArmor does nothing.
fn app_armor(template: &Template, container: &str) -> Option<String> {
    let Some(place) = place(template, container) else {
        return Some(format!("the pod has no container {container:?}, and the API server refuses it"));
    };
    let path = place.path.fields("securityContext.appArmorProfile");
    place.has_app_armor.then(|| format!("{path} says what holds"))
}

/// The container of a name.
fn place(template: &Template, name: &str) -> Option<Place> {
    let spec = &template.spec;
    let lists = [
        ("spec.initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("spec.containers", spec.containers.as_slice()),
    ];
    lists.into_iter().find_map(|(list, containers)| {
        let index = containers.iter().position(|container| container.name == name)?;
        let context = containers[index].security_context.as_ref();
        Some(Place {
            path: FieldPath::of(list).index(index),
            has_seccomp: context.is_some_and(|context| context.seccomp_profile.is_some()),
            has_app_armor: context.is_some_and(|context| context.app_armor_profile.is_some()),
        })
    })
}

/// The profile that an annotation names, as the field writes it. None for `unconfined`: the pod would be worse for it.
///
/// Source: `SeccompFieldForAnnotation` in `pkg/api/pod/util.go`.
fn profile(annotation: &str) -> Option<Value> {
    match annotation {
        "runtime/default" | "docker/default" => Some(json!({"type": "RuntimeDefault"})),
        _ => {
            let file = annotation.strip_prefix("localhost/").filter(|file| !file.is_empty())?;
            Some(json!({"type": "Localhost", "localhostProfile": file}))
        }
    }
}

/// A profile as YAML writes it on a line.
fn flow(profile: &Value) -> String {
    let of = |key: &str| profile[key].as_str().map(|value| format!("{key}: {value}"));
    let fields: Vec<String> = ["type", "localhostProfile"].iter().filter_map(|key| of(key)).collect();
    format!("{{{}}}", fields.join(", "))
}
