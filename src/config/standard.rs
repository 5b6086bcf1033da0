//! Levels and versions as people write them.

use std::error::Error;
use std::fmt;

use crate::pod_security::{Level, UnknownLevel, UnknownVersion, Version};

/// Why a text is not a level with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StandardError {
    /// There is no such level.
    Level(UnknownLevel),
    /// It is not a version.
    Version(UnknownVersion),
    /// The version has no `v`, as kubectl and Helm write versions elsewhere.
    WithoutV(String),
}

impl fmt::Display for StandardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(error) => error.fmt(f),
            Self::Version(error) => error.fmt(f),
            Self::WithoutV(version) => write!(f, "invalid version {version:?}: did you mean v{version}?"),
        }
    }
}

impl Error for StandardError {}

/// A text that is not a version of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAVersion;

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a version of Kubernetes such as v1.33")
    }
}

impl Error for NotAVersion {}

/// Reads `restricted`, `baseline:v1.31` or `restricted:latest`.
///
/// # Errors
/// What is wrong with it, and what is allowed.
pub fn parse_level(text: &str) -> Result<(Level, Version), StandardError> {
    let (level, version) = text.split_once(':').map_or((text, None), |(level, version)| (level, Some(version)));
    let version = match version.unwrap_or("latest") {
        version if version.starts_with("1.") => return Err(StandardError::WithoutV(version.to_owned())),
        version => version.parse().map_err(StandardError::Version)?,
    };
    Ok((level.parse().map_err(StandardError::Level)?, version))
}

/// What becomes of a version, written in any of these ways, that is newer than podline knows; nothing of others.
#[cfg(feature = "cli")]
pub fn not_known(text: &str) -> Option<String> {
    use crate::pod_security::NEWEST_KNOWN;

    let version = minor_of(text)?;
    let message = || format!("{version} is newer than podline knows, which takes v1.{NEWEST_KNOWN} for it");
    matches!(version, Version::Minor(minor) if minor > u64::from(NEWEST_KNOWN)).then(message)
}

/// `v1.33` of `v1.33`, `1.33`, `v1.33.4` and `v1.33-gke`.
fn minor_of(text: &str) -> Option<Version> {
    let rest = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.")?;
    let minor = rest.split(['.', '-', '+']).next().unwrap_or(rest);
    format!("v1.{minor}").parse().ok()
}

/// Reads `v1.33`, also `1.33` and `v1.33.4`, as `kubectl version` says it. It may be newer than podline knows.
///
/// # Errors
/// What is allowed.
pub fn parse_kubernetes_version(text: &str) -> Result<u32, NotAVersion> {
    let minor = minor_of(text).ok_or(NotAVersion)?;
    Ok(minor.resolve(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_may_name_its_version() {
        assert_eq!(parse_level("restricted"), Ok((Level::Restricted, Version::Latest)));
        assert_eq!(parse_level("baseline:v1.31"), Ok((Level::Baseline, Version::Minor(31))));
        assert!(parse_level("baseline:").is_err());
        assert!(parse_level("strict").is_err());
    }

    #[test]
    fn a_cluster_version_may_be_written_as_kubectl_says_it() {
        for text in ["v1.33", "1.33", "v1.33.4", "v1.33.4+k3s1", "v1.33-gke"] {
            assert_eq!(parse_kubernetes_version(text), Ok(33), "{text}");
        }
        assert_eq!(parse_kubernetes_version("v1.99"), Ok(99));
        assert!(parse_kubernetes_version("2.0").is_err());
    }
}
