//! What can be wrong with an argument, or with arguments that do not go together.

use std::error::Error;
use std::fmt;

/// What is wrong with the value of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentError {
    /// A path that is empty.
    NoFile,
    /// Not a boolean, as the environment has them.
    NotBoolean,
    /// An output without a format, or without a file.
    NotAnOutput,
    /// An output whose format does not exist: it, and those that do.
    UnknownFormat(String, Vec<String>),
    /// An output to a file without a name.
    OutputWithoutFile,
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFile => f.write_str("must name a file"),
            Self::NotBoolean => f.write_str("must be 1, true, yes, 0, false, no or empty"),
            Self::NotAnOutput => f.write_str("must be FORMAT=FILE, as in sarif=podline.sarif"),
            Self::UnknownFormat(format, known) => {
                write!(f, "unknown format {format:?}: must be one of {}", known.join(", "))
            }
            Self::OutputWithoutFile => f.write_str("names no file"),
        }
    }
}

impl Error for ArgumentError {}

/// Arguments that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A configuration, and none.
    Config,
    /// One level, and the levels of the namespaces.
    Level,
    /// Fixes that are shown, and fixes that become patches.
    Diff,
    /// An option, by its id, that `podline diff` does not have.
    NotInDiff(&'static str),
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config => f.write_str("--config and --no-config exclude each other"),
            Self::Level => f.write_str(
                "--level and --admission exclude each other: one level for all, or the level of each namespace",
            ),
            Self::Diff => {
                f.write_str("--diff shows changes of the files, and --fix-as writes patches: give one of them")
            }
            Self::NotInDiff(id) => {
                write!(f, "podline diff does not take --{}, which is for podline check", id.replace('_', "-"))
            }
        }
    }
}

impl Error for Conflict {}
