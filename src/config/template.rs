//! Custom resources that the configuration names, as rows of the table of kinds.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use super::CustomTemplate;
use crate::manifest::template::{self, Row, name_of_step};

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

/// What is wrong with what the configuration says of a custom resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateMistake {
    /// The apiVersion is none.
    ApiVersion,
    /// The kind is none.
    Kind,
    /// The kind is built in: its apiVersion and its name.
    BuiltIn(String, String),
    /// The path is none.
    Path,
}

impl TemplateMistake {
    /// The key that is wrong.
    pub fn key(&self) -> &'static str {
        match self {
            Self::ApiVersion => "apiVersion",
            Self::Kind | Self::BuiltIn(..) => "kind",
            Self::Path => "path",
        }
    }
}

impl fmt::Display for TemplateMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiVersion => f.write_str("apiVersion takes group and version, as in example.com/v1"),
            Self::Kind => f.write_str("kind takes the name of a kind, as in WebService"),
            Self::BuiltIn(api_version, kind) => {
                write!(f, "podline knows where {api_version} {kind} keeps its pod template")
            }
            Self::Path => f.write_str(
                "path takes the names of fields, joined by dots, with [*] for every element and * for every \
                 field, as in spec.pools[*].template",
            ),
        }
    }
}

impl Error for TemplateMistake {}

/// Checks what the configuration says of a custom resource.
///
/// # Errors
/// What is wrong with it.
pub fn check(custom: &CustomTemplate) -> Result<(), TemplateMistake> {
    let CustomTemplate { api_version, kind, path, .. } = custom;
    let (group, version) = split(api_version);
    if api_version.is_empty() || version.is_empty() || group.contains('/') {
        return Err(TemplateMistake::ApiVersion);
    }
    if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(TemplateMistake::Kind);
    }
    let is_built_in = |row: &Row| row.is_built_in() && row.group == group && row.kind == kind;
    if template::rows().any(is_built_in) {
        return Err(TemplateMistake::BuiltIn(api_version.clone(), kind.clone()));
    }
    let is_step = |step: &str| {
        let name = name_of_step(step);
        name == "*" || !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    if path.split('.').all(is_step) { Ok(()) } else { Err(TemplateMistake::Path) }
}
