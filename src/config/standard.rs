//! Levels and versions as people write them.

use crate::pod_security::{Level, NEWEST_KNOWN, Version};

/// Reads `restricted`, `baseline:v1.31` or `restricted:latest`.
///
/// # Errors
/// What is wrong with it, and what is allowed.
pub fn parse_level(text: &str) -> Result<(Level, Version), String> {
    let (level, version) = text.split_once(':').map_or((text, None), |(level, version)| (level, Some(version)));
    let version = match version.unwrap_or("latest") {
        // As kubectl and Helm write versions elsewhere.
        version if version.starts_with("1.") => {
            return Err(format!("invalid version {version:?}: did you mean v{version}?"));
        }
        version => version.parse()?,
    };
    Ok((level.parse()?, version))
}

/// Reads `v1.33`, also `1.33` and `v1.33.4`, as `kubectl version` says it. Newer versions than the newest known count as
/// that one.
///
/// # Errors
/// What is allowed.
pub fn parse_kubernetes_version(text: &str) -> Result<u32, String> {
    let wrong = || "must be a version of Kubernetes such as v1.33".to_owned();
    let rest = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.").ok_or_else(wrong)?;
    let minor = rest.split(['.', '-', '+']).next().unwrap_or(rest);
    let minor = format!("v1.{minor}").parse().map_err(|_| wrong())?;
    Ok(Version::resolve(minor, NEWEST_KNOWN))
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
        assert_eq!(parse_kubernetes_version("v1.99"), Ok(NEWEST_KNOWN));
        assert!(parse_kubernetes_version("2.0").is_err());
    }
}
