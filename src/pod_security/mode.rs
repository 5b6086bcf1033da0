//! What becomes of a pod that violates a level.

use std::fmt;

/// A mode of Pod Security admission, the most severe first.
///
/// Source: `k8s.io/pod-security-admission/api/constants.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// The pod is refused.
    Enforce,
    /// Whoever creates it is warned.
    Warn,
    /// The API server notes it in its audit log.
    Audit,
}

impl Mode {
    /// The name as Kubernetes writes it in labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Enforce => "enforce",
            Mode::Warn => "warn",
            Mode::Audit => "audit",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
