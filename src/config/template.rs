//! Custom resources that the configuration names, as rows of the table of kinds.

use std::collections::BTreeMap;

use super::CustomTemplate;
use crate::manifest::template::{self, Row};

/// The rows of custom resources: one a kind, with all of its paths.
pub fn rows(customs: &[CustomTemplate]) -> Vec<&'static Row> {
    let mut kinds: BTreeMap<(&str, &str), Vec<&CustomTemplate>> = BTreeMap::new();
    for custom in customs {
        kinds.entry((&custom.api_version, &custom.kind)).or_default().push(custom);
    }
    let row = |((api_version, kind), customs): ((&str, &str), Vec<&CustomTemplate>)| {
        let (group, version) = split(api_version);
        let paths: Vec<&str> = customs.iter().map(|custom| custom.path.as_str()).collect();
        let complete = customs.iter().all(|custom| custom.complete.unwrap_or(true));
        template::row_for(group, version, kind, &paths, complete)
    };
    kinds.into_iter().map(row).collect()
}

/// `example.com` and `v1` of `example.com/v1`.
fn split(api_version: &str) -> (&str, &str) {
    api_version.rsplit_once('/').unwrap_or(("", api_version))
}

/// Checks what the configuration says of a custom resource.
///
/// # Errors
/// The key that is wrong, and why.
pub fn check(custom: &CustomTemplate) -> Result<(), (&'static str, String)> {
    let CustomTemplate { api_version, kind, path, .. } = custom;
    let (group, version) = split(api_version);
    if api_version.is_empty() || version.is_empty() || group.contains('/') {
        return Err(("apiVersion", "apiVersion takes group and version, as in example.com/v1".to_owned()));
    }
    if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(("kind", "kind takes the name of a kind, as in WebService".to_owned()));
    }
    let is_built_in = |row: &Row| row.is_built_in() && row.group == group && row.kind == kind;
    if template::rows().any(is_built_in) {
        return Err(("kind", format!("podline knows where {api_version} {kind} keeps its pod template")));
    }
    let is_step = |step: &str| {
        let name = step.trim_end_matches("[*]");
        name == "*" || !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    if !path.split('.').all(is_step) {
        let message = "path takes the names of fields, joined by dots, with [*] for every element and * for every \
                       field, as in spec.pools[*].template";
        return Err(("path", message.to_owned()));
    }
    Ok(())
}
