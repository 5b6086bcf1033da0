//! Errors of evaluation.

use std::borrow::Cow;
use std::fmt;

use crate::context::Why;

/// Why an evaluation has no result.
#[derive(Clone, Debug)]
pub struct Error {
    message: Cow<'static, str>,
    cancelled: bool,
    pub(crate) why: Why,
}

impl Error {
    /// An error that `||`, `&&` and the macros over lists may absorb.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Error {
        Error { message: message.into(), cancelled: false, why: Why::NOTHING }
    }

    /// An error that stops the evaluation, whatever stands around it.
    pub fn cancelled(message: impl Into<Cow<'static, str>>) -> Error {
        Error { message: message.into(), cancelled: true, why: Why::NOTHING }
    }

    pub(crate) fn no_overload() -> Error {
        Error::new("no such overload")
    }

    /// The same error, that depends on `why`.
    pub(crate) fn because(self, why: Why) -> Error {
        Error { why, ..self }
    }

    /// The text, as the API server gives it.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Was a limit met?
    pub fn is_cancelled(&self) -> bool {
        self.cancelled
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
