//! Annotations by which pods once chose their seccomp and AppArmor profiles, where they do nothing.
//!
//! Source: https://kubernetes.io/docs/tutorials/security/seccomp/ (the annotations mean nothing from 1.27 on), and
//! `ValidateAppArmorPodAnnotations` in `pkg/apis/core/validation/validation.go` (a container that does not exist, a
//! field beside the annotation).

use serde_json::{Value, json};

use super::document::{Judge, Outcome};
use crate::finding::{Change, Finding, Repair, Severity};
use crate::manifest::object::Object;
use crate::manifest::template::Row;
use crate::manifest::typed::Template;
use crate::rules::id;
use crate::yaml::path::FieldPath;

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

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
            } else {
                None
            };
            if let Some((why, field)) = said {
                outcome.findings.push(self.dead(object, template, key, &why, field));
            }
        }
    }

    /// Why an annotation for seccomp does nothing, and the field that says the same.
    fn seccomp(&self, template: &Template, container: Option<&str>, value: &str) -> Option<(String, Option<Change>)> {
        if self.options.newest < SECCOMP_GONE {
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
        let finding = self.finding(object, id::DEAD_ANNOTATION, Severity::Warning, place.span, message);
        let value = place.value.map(|value| self.tree.text()[self.tree.span(value).range()].trim_end().to_owned());
        let repair = template.places.is_empty().then(|| Box::new(repair));
        Finding { path: path.to_string(), exists: path.to_string(), value, repair, ..finding }.bounded()
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
