//! Versions of the Pod Security Standards.

use std::fmt;
use std::str::FromStr;

/// The newest minor version whose policy podline knows: v1.37.
pub const NEWEST_KNOWN: u32 = 37;

/// A policy version: `latest` or `v1.N`.
///
/// Source: `k8s.io/pod-security-admission/api/helpers.go` (`ParseVersion`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// The policy of this minor version of Kubernetes 1. It may be newer than any that podline knows: upstream takes
    /// whatever fits Go's `int`.
    Minor(u64),
    /// The newest policy of the cluster.
    Latest,
}

impl Version {
    /// The minor version whose policy judges: newer ones and `latest` mean `newest`.
    pub fn resolve(self, newest: u32) -> u32 {
        match self {
            Version::Latest => newest,
            Version::Minor(minor) => u32::try_from(minor).map_or(newest, |minor| minor.min(newest)),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version::Latest => f.write_str("latest"),
            Version::Minor(minor) => write!(f, "v1.{minor}"),
        }
    }
}

/// A text that is not a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVersion(pub String);

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid version {:?}: must be \"latest\" or \"v1.x\"", self.0)
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "latest" {
            return Ok(Version::Latest);
        }
        // ^v1\.([0-9]|[1-9][0-9]*)$ as upstream has it: no leading zero, no sign, nothing else.
        text.strip_prefix("v1.")
            .filter(|minor| minor.bytes().all(|b| b.is_ascii_digit()))
            .filter(|minor| minor.len() == 1 || !minor.starts_with('0'))
            .and_then(|minor| minor.parse::<i64>().ok())
            .and_then(|minor| u64::try_from(minor).ok())
            .map(Version::Minor)
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_upstream_reads_them() {
        assert_eq!("latest".parse(), Ok(Version::Latest));
        assert_eq!("v1.0".parse(), Ok(Version::Minor(0)));
        assert_eq!("v1.37".parse(), Ok(Version::Minor(37)));
        for bad in ["", "1.25", "v1", "v1.", "v1.01", "v1.+1", "v2.0", "v1.25.3", "Latest", "v1.9223372036854775808"] {
            assert!(bad.parse::<Version>().is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn latest_and_unknown_versions_mean_the_newest() {
        assert_eq!(Version::Latest.resolve(37), 37);
        assert_eq!(Version::Minor(99).resolve(37), 37);
        assert_eq!(Version::Minor(99_999_999_999).resolve(37), 37);
        assert_eq!(Version::Minor(8).resolve(37), 8);
    }
}
