//! Reading JSON that need not have the shape it should have.

use serde_json::Value;

/// The text that stands here; empty if none does.
pub(crate) fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_default()
}

/// The elements of the list that stands here.
pub(crate) fn items(json: &Value) -> impl ExactSizeIterator<Item = &Value> {
    json.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// The entries of the map that stands here.
pub(crate) fn entries(json: &Value) -> impl Iterator<Item = (&str, &Value)> {
    json.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The texts of the list that stands here.
pub(crate) fn texts(json: &Value) -> Vec<String> {
    items(json).map(|item| text(item).to_owned()).collect()
}
