//! `images`: what the containers of an object run.
//!
//! Source: kyverno `pkg/utils/api/image.go`.

use std::sync::Arc;

use podline_jmespath::{Map, Value, image};

/// Where the pod stands in the kinds that have one.
fn pod_path(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "Pod" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        "Deployment" | "ReplicaSet" | "ReplicationController" | "StatefulSet" | "DaemonSet" | "Job" => {
            &["spec", "template", "spec"]
        }
        _ => return None,
    })
}

/// Why there are no images.
pub(super) struct Unreadable {
    /// In Kyverno's words.
    pub(super) why: String,
    /// Where the image stands that cannot be read, if it is one.
    pub(super) pointer: Option<String>,
}

impl From<&str> for Unreadable {
    fn from(why: &str) -> Unreadable {
        Unreadable { why: why.to_owned(), pointer: None }
    }
}

/// The images by list and container.
///
/// # Errors
/// In Kyverno's words.
pub(super) fn images(object: &Value, kind: &str) -> Result<Map, Unreadable> {
    let mut all = Map::new();
    let Some(path) = pod_path(kind) else { return Ok(all) };
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        let mut spec = object;
        for key in path {
            match spec {
                Value::Object(entries) => spec = entries.get(*key).unwrap_or(&Value::Null),
                Value::Null => {}
                _ => return Err("invalid image config".into()),
            }
        }
        let containers = match spec {
            Value::Object(entries) => entries.get(list).unwrap_or(&Value::Null),
            Value::Null => &Value::Null,
            _ => return Err("invalid image config".into()),
        };
        let found = of_list(containers, &format!("/{}/{list}", path.join("/")))?;
        if !found.is_empty() {
            all.insert(list.into(), Value::object(found));
        }
    }
    Ok(all)
}

fn of_list(containers: &Value, path: &str) -> Result<Map, Unreadable> {
    let mut found = Map::new();
    let pairs: Vec<(String, &Value)> = match containers {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        Value::Object(entries) => entries.iter().map(|(key, item)| (key.to_string(), item)).collect(),
        _ => return Err("invalid type".into()),
    };
    for (at, container) in pairs {
        let Value::Object(container) = container else {
            if container.is_null() {
                continue;
            }
            return Err("invalid image config".into());
        };
        let name = container.get("name").and_then(Value::as_str).ok_or("invalid key")?;
        let Some(image) = container.get("image").and_then(Value::as_str).filter(|image| !image.trim().is_empty())
        else {
            continue;
        };
        let pointer = format!("{path}/{at}/image");
        let parsed = image::parse(image).map_err(|why| Unreadable {
            why: format!("invalid image '{image}' ({why})"),
            pointer: Some(pointer.clone()),
        })?;
        found.insert(name.into(), entry(&parsed, pointer));
    }
    Ok(found)
}

fn entry(image: &image::Image, pointer: String) -> Value {
    let optional = [
        ("registry", &image.registry),
        ("tag", &image.tag),
        ("digest", &image.digest),
        ("reference", &image.reference),
        ("referenceWithTag", &image.reference_with_tag),
    ];
    let optional = optional.into_iter().filter(|(_, text)| !text.is_empty());
    let always = [("name", &image.name), ("path", &image.path)];
    let mut entries: Map =
        optional.chain(always).map(|(key, text)| (Arc::from(key), Value::text(text.as_str()))).collect();
    entries.insert("jsonPointer".into(), pointer.into());
    Value::object(entries)
}
