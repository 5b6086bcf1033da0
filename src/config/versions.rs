//! Versions in a configuration that podline does not know yet.

use super::Config;
use super::standard::{not_known, parse_level};
use crate::pod_security::Version;
use crate::yaml::path::FieldPath;

/// Where a configuration names a version that is newer than podline knows, and what becomes of it.
pub(super) fn unknown(config: &Config) -> Vec<(FieldPath, String)> {
    let mut found = Vec::new();
    let mut note = |path: FieldPath, version: &str| found.extend(not_known(version).map(|message| (path, message)));
    let of_level = |text: &str| match parse_level(text) {
        Ok((_, version @ Version::Minor(_))) => Some(version.to_string()),
        _ => None,
    };
    if let Some(version) = &config.kubernetes_version {
        note(FieldPath::of("kubernetes-version"), &version.0);
    }
    if let Some(version) = config.level.as_ref().and_then(|level| of_level(&level.0)) {
        note(FieldPath::of("level"), &version);
    }
    for (index, entry) in config.namespaces.iter().enumerate() {
        let at = FieldPath::of("namespaces").index(index);
        if let Some(version) = entry.level.as_ref().and_then(|level| of_level(&level.0)) {
            note(at.field("level"), &version);
        }
        if let Some(version) = &entry.version {
            note(at.field("version"), &version.0);
        }
    }
    found
}
