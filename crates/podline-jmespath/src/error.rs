//! Why an expression has no value.

use std::fmt;

/// What no file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// `random` draws.
    Random,
    /// `is_external_url` asks the name service about a host name.
    NameService,
}

/// Why an expression could not be parsed or evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// An object has no such key. Most operators take it for null; at the top it is an error.
    NotFound(String),
    /// Anything else, in the words of the original where they are its own and not those of Go's libraries.
    Failed(String),
    /// Only the cluster, or chance, can tell.
    Unknown(Need),
    /// More work or memory than a policy may use.
    Budget,
}

impl Error {
    /// An error in these words.
    pub fn new(text: impl Into<String>) -> Error {
        Error::Failed(text.into())
    }

    /// An error of a function.
    pub(crate) fn of(function: &str, text: impl fmt::Display) -> Error {
        Error::Failed(format!("JMESPath function '{function}': {text}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound(key) => write!(f, "Unknown key \"{key}\" in path"),
            Error::Failed(text) => f.write_str(text),
            Error::Unknown(Need::Random) => f.write_str("depends on chance"),
            Error::Unknown(Need::NameService) => f.write_str("depends on the name service"),
            Error::Budget => f.write_str("needs more work or memory than a policy may use"),
        }
    }
}

impl std::error::Error for Error {}
