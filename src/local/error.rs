//! What can be wrong with an entry of `policies:`.

use std::error::Error;
use std::fmt;

use super::named::EXCEPTIONS;
use crate::matching::MatchMistake;
use crate::matching::globs::GlobError;
use crate::rules::RuleId;

/// What is wrong with an entry of `policies:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalPolicyError {
    /// What the value of a key should not be.
    Key(String, Fault),
    /// What it is for.
    Match(Vec<MatchMistake>),
    /// It names a file and has controls of its own.
    FileAndControls,
    /// It has neither controls nor a file.
    AsksNothing,
}

/// What is wrong with the value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not a glob.
    Glob(GlobError),
    /// It names no registry.
    NotARegistry(String),
    /// What follows the registry is not a path of a repository.
    NotARepository(String),
    /// It is not a host, perhaps with placeholders.
    NotAHost(String),
    /// The rule cannot be excepted.
    NotExcepted(String),
    /// No path is excepted.
    NoExceptedPaths,
    /// It is not a rule for ids.
    NotARule(String),
    /// The rule for ids has no ranges.
    NoRanges,
    /// It is not a range: its first id, and its last.
    NotARange(i64, i64),
    /// This text, of this namespace, is not a range.
    NotARangeOf(String, String),
}

impl Fault {
    /// The error of the policy in which it stands at a key.
    pub fn at(self, key: impl Into<String>) -> LocalPolicyError {
        LocalPolicyError::Key(key.into(), self)
    }
}

impl fmt::Display for LocalPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key, fault) => write!(f, "{key}: {fault}"),
            Self::Match(mistakes) => {
                let told = mistakes.iter().map(|mistake| format!("match.{}: {}", mistake.key, mistake.fault));
                f.write_str(&told.collect::<Vec<_>>().join("; "))
            }
            Self::AsksNothing => {
                f.write_str("a policy without a control asks nothing: add one, such as hostPID: false")
            }
            Self::FileAndControls => f.write_str(
                "an entry with a file takes no other keys than name and match: write the controls into another entry",
            ),
        }
    }
}

impl Error for LocalPolicyError {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Glob(error) => error.fmt(f),
            Self::NotARegistry(text) => {
                write!(f, "{text:?} names no registry: write docker.io/library, or registry.example:5000/team")
            }
            Self::NotARepository(text) => write!(f, "{text:?} has no path of a repository after its registry"),
            Self::NotAHost(text) => {
                write!(f, "{text:?} is not a host: placeholders are {{namespace}}, {{namespace#prefix}} and {{name}}")
            }
            Self::NotExcepted(rule) => {
                write!(f, "{rule:?} cannot be excepted: only {} can", EXCEPTIONS.map(RuleId::as_str).join(" and "))
            }
            Self::NoExceptedPaths => f.write_str("say in allowedHostPaths which paths are excepted"),
            Self::NotARule(rule) => write!(f, "{rule:?} is not a rule"),
            Self::NoRanges => f.write_str("needs ranges, rangesByNamespace or rangesFromAnnotation"),
            Self::NotARange(min, max) => write!(f, "{min}-{max} is not a range"),
            Self::NotARangeOf(text, namespace) => {
                write!(f, "{text:?}, of {namespace}, is not a range such as 5000-5999")
            }
        }
    }
}
