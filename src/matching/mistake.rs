//! What can be wrong with a `match:`.

use std::error::Error;
use std::fmt;

use super::globs::GlobError;
use super::selector::SelectorError;

/// What is wrong with a [`super::Match`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchMistake {
    /// The key that is wrong.
    pub key: &'static str,
    /// Which of its values, from 0.
    pub index: usize,
    /// What is wrong.
    pub fault: MatchFault,
}

/// What is wrong with a value of a `match:`, or with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatchFault {
    /// It is not a glob.
    Glob(GlobError),
    /// It is not a selector for labels.
    Selector(SelectorError),
    /// The key, which asks who creates an object, stands where nothing depends on that.
    CreatorsOutsidePolicies(&'static str),
    /// Policies do not know files.
    PathsInPolicies,
    /// Waivers do not know the accounts that pods run as.
    ServiceAccountsInWaivers,
    /// No kind is called so, and a built-in workload almost is.
    UnknownKind {
        /// The kind as written.
        kind: String,
        /// The one that was probably meant.
        near: &'static str,
    },
}

impl fmt::Display for MatchFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Glob(error) => error.fmt(f),
            Self::Selector(error) => error.fmt(f),
            Self::CreatorsOutsidePolicies(key) => {
                write!(f, "{key} is supported in policies alone: nothing here depends on who creates an object")
            }
            Self::PathsInPolicies => f.write_str("paths is not supported in policies: they judge by the object"),
            Self::ServiceAccountsInWaivers => {
                f.write_str("service-accounts is not supported in waivers: name the objects by kinds and names")
            }
            Self::UnknownKind { kind, near } => {
                write!(
                    f,
                    "no kind is called {kind:?}; did you mean {near}? (write a kind of your own as a glob: {kind}*)"
                )
            }
        }
    }
}

impl Error for MatchFault {}
