//! `hostpaths-psp` 1.1.10.

use serde_json::Value;

use crate::json::{items, text};
use crate::judgement::Violation;
use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, NO_WORKLOAD, Object, containers, name};
use crate::kubewarden::settings::{gjson_each, gjson_text, go_error, go_field};

struct HostPath {
    prefix: String,
    read_only: bool,
}

struct Settings {
    /// Or what the decoder says. Upstream decodes twice, and only the second time it is strict.
    allowed: Result<Vec<HostPath>, String>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    check(settings)?;
    Ok(Box::new(Settings { allowed: decode(settings) }))
}

/// The first reading: every entry must have both keys.
fn check(settings: &Value) -> Result<(), String> {
    let list = &settings["allowedHostPaths"];
    if gjson_text(list).is_empty() {
        return Ok(());
    }
    let wrong: Vec<String> = gjson_each(list)
        .into_iter()
        .filter_map(|entry| match (entry.get("pathPrefix"), entry.get("readOnly")) {
            (None, _) => Some("pathPrefix key is missing".to_owned()),
            (Some(prefix), None) => Some(format!("readOnly key for pathPrefix '{}' is missing", gjson_text(prefix))),
            _ => None,
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

/// The second reading, for each request.
fn decode(settings: &Value) -> Result<Vec<HostPath>, String> {
    let list = go_field(settings, "allowedHostPaths");
    if !list.is_array() && !list.is_null() {
        return Err(go_error(list, "Settings", "allowedHostPaths", "[]main.HostPath"));
    }
    items(list).map(decode_entry).collect()
}

fn decode_entry(entry: &Value) -> Result<HostPath, String> {
    if !entry.is_object() && !entry.is_null() {
        return Err(go_error(entry, "Settings", "allowedHostPaths", "main.HostPath"));
    }
    let (prefix, read_only) = (go_field(entry, "pathPrefix"), go_field(entry, "readOnly"));
    let wrong =
        |value: &Value, key: &str, of: &str| Err(go_error(value, "HostPath", &format!("allowedHostPaths.{key}"), of));
    if !prefix.is_string() && !prefix.is_null() {
        return wrong(prefix, "pathPrefix", "string");
    }
    if !read_only.is_boolean() && !read_only.is_null() {
        return wrong(read_only, "readOnly", "bool");
    }
    Ok(HostPath { prefix: text(prefix).to_owned(), read_only: read_only == true })
}

/// `/foo` is a prefix of `/foo/bar`, not of `/food`.
fn has_prefix(path: &str, prefix: &str) -> bool {
    let ended = |path: &str| if path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
    ended(path).starts_with(&ended(prefix))
}

/// What is wrong with one mount: the texts, and whether `readOnly` is to blame rather than the path.
fn wrong(allowed: &[HostPath], path: &str, mount: &Field<'_>) -> (Vec<String>, bool) {
    let read_only = mount.key("readOnly").is_true();
    let (mut texts, mut found, mut longest) = (Vec::new(), false, "");
    // The most specific prefix so far decides, so the order of the settings matters.
    for entry in allowed.iter().filter(|entry| has_prefix(path, &entry.prefix)) {
        if !has_prefix(&entry.prefix, longest) {
            continue;
        }
        (found, longest) = (true, entry.prefix.as_str());
        if read_only == entry.read_only {
            texts.clear();
        } else {
            let (wanted, mount) = (entry.read_only, name(mount));
            texts.push(format!("hostPath '{path}' mounted as '{mount}' should be readOnly '{wanted}'"));
        }
    }
    if !found {
        texts.push(format!("hostPath '{path}' mounted as '{}' is not in the AllowedHostPaths list", name(mount)));
    }
    (texts, found)
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let allowed = match &self.allowed {
            Ok(allowed) if allowed.is_empty() => return Answer::Accept,
            Ok(allowed) => allowed,
            Err(error) => return Answer::refuse(error.clone(), Vec::new()),
        };
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Error("invalid memory address or nil pointer dereference".to_owned()),
            Err(()) => return Answer::unreadable(object, &NO_WORKLOAD.replacen('O', "o", 1)),
        };
        let mounts: Vec<Field<'_>> = containers(&spec, &["initContainers", "containers"])
            .iter()
            .flat_map(|container| container.key("volumeMounts").items())
            .collect();
        let (mut texts, mut blame): (Vec<String>, Vec<Violation>) = (Vec::new(), Vec::new());
        for volume in spec.key("volumes").items().filter(|volume| volume.key("hostPath").exists()) {
            let path = volume.at(&["hostPath", "path"]);
            for mount in mounts.iter().filter(|mount| name(mount) == name(&volume)) {
                let (found, by_mount) = wrong(allowed, path.text().unwrap_or_default(), mount);
                if !found.is_empty() {
                    texts.extend(found);
                    blame.push(if by_mount { mount.key("readOnly").blame() } else { path.blame() });
                }
            }
        }
        if texts.is_empty() { Answer::Accept } else { Answer::refuse(texts.join("\n"), blame) }
    }
}
