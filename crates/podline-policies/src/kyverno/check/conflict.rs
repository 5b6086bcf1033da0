//! Whether `exclude` leaves anything of `match`.

use podline_jmespath::wildcard;
use serde_json::Value as Json;

use super::is_empty;
use crate::json::{entries, items, text, texts};

/// Does `exclude` leave nothing of what `match` takes, as far as Kyverno sees it?
pub(super) fn excludes_all(rule: &Json) -> bool {
    let (matches, exclude) = (&rule["match"], &rule["exclude"]);
    let listed = |block: &Json, list: &str| items(&block[list]).next().is_some();
    if exclude.is_null() || listed(exclude, "all") || listed(matches, "all") {
        return false;
    }
    if listed(matches, "any") && listed(exclude, "any") {
        return items(&matches["any"]).any(|filter| items(&exclude["any"]).any(|other| filter == other));
    }
    // What `exclude` lists does not count where `match` lists nothing: its own fields are empty, and so cover all.
    if entries(exclude).all(|(_, value)| is_empty(value)) {
        return false;
    }
    covers(matches, exclude)
}

/// Is what is matched a part of what is excluded, field by field?
fn covers(matches: &Json, exclude: &Json) -> bool {
    let all_of = |wanted: &Json, have: &Json| {
        let have: Vec<&Json> = items(have).collect();
        items(wanted).next().is_none()
            || (!have.is_empty() && have.iter().all(|one| items(wanted).any(|other| other == *one)))
    };
    for key in ["roles", "clusterRoles", "subjects"] {
        if !all_of(&exclude[key], &matches[key]) {
            return false;
        }
    }
    let (own, other) = (&matches["resources"], &exclude["resources"]);
    let name = text(&other["name"]);
    if !name.is_empty() && !wildcard::matches(name, text(&own["name"])) {
        return false;
    }
    let names = texts(&other["names"]);
    if !names.is_empty() {
        return texts(&own["names"]).iter().any(|name| names.iter().any(|pattern| wildcard::matches(pattern, name)));
    }
    for key in ["namespaces", "kinds"] {
        if !all_of(&other[key], &own[key]) {
            return false;
        }
    }
    for key in ["selector", "namespaceSelector"] {
        let (a, b) = (&own[key], &other[key]);
        if a.is_null() != b.is_null() || !all_of(&b["matchExpressions"], &a["matchExpressions"]) {
            return false;
        }
        let labels: Vec<(&str, &Json)> = entries(&a["matchLabels"]).collect();
        let wanted = &b["matchLabels"];
        if entries(wanted).next().is_some()
            && (labels.is_empty() || labels.iter().any(|(key, value)| wanted.get(*key) != Some(value)))
        {
            return false;
        }
    }
    own["annotations"] == other["annotations"]
}
