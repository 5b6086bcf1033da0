//! Wildcards in the keys of labels and annotations.

use std::sync::Arc;

use podline_jmespath::{Map, Value, wildcard};

use super::anchors::{Anchor, anchor};

/// Wildcards in the keys of `metadata.labels` and `metadata.annotations` become the keys that the object has.
pub(super) fn expand_in_metadata(pattern: &Map, object: &Map) -> Map {
    let mut pattern = pattern.clone();
    let Some((key, Value::Object(metadata))) = tagged("metadata", &pattern) else { return pattern };
    let Some(Value::Object(found)) = object.get("metadata") else { return pattern };
    let mut metadata = (**metadata).clone();
    for tag in ["labels", "annotations"] {
        let (Some((written, wanted)), Some((_, have))) = (tagged(tag, &metadata), tagged(tag, found)) else { continue };
        let (Some(wanted), Some(have)) = (wanted.as_object(), have.as_object()) else { continue };
        let expanded = expanded(wanted, have);
        let written = written.clone();
        metadata.insert(written, Value::object(expanded));
    }
    let key = key.clone();
    pattern.insert(key, Value::object(metadata));
    pattern
}

/// The value of a key, plain or in an anchor.
fn tagged<'m>(tag: &str, map: &'m Map) -> Option<(&'m Arc<str>, &'m Value)> {
    map.iter()
        .find(|(key, value)| !value.is_null() && (&***key == tag || anchor(key).is_some_and(|(_, name)| name == tag)))
}

/// Only texts are kept.
fn expanded(wanted: &Map, have: &Map) -> Map {
    let mut result = Map::new();
    for (key, value) in wanted.iter().filter(|(_, value)| value.as_str().is_some()) {
        if !wildcard::contains(key) {
            result.insert(key.clone(), value.clone());
            continue;
        }
        let known = |name: &str| {
            have.iter()
                .find(|(have, value)| value.as_str().is_some() && wildcard::matches(name, have))
                .map_or_else(|| name.to_owned(), |(have, _)| have.to_string())
        };
        let key = match anchor(key) {
            Some((kind, name)) => {
                let sign = match kind {
                    Anchor::Condition => "",
                    Anchor::Global => "<",
                    Anchor::Negation => "X",
                    Anchor::AddIfNotPresent => "+",
                    Anchor::Equality => "=",
                    Anchor::Existence => "^",
                };
                format!("{sign}({})", known(name))
            }
            None => known(key),
        };
        result.insert(key.into(), value.clone());
    }
    result
}
