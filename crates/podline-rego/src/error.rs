//! What is wrong with a module, as OPA words it.

use std::fmt;
use std::sync::Arc;

use crate::ast::Location;

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The text is no module.
    Parse,
    /// The modules contradict each other or the language.
    Compile,
    /// A call or reference does not fit the types.
    Type,
    /// A variable may have no value.
    UnsafeVar,
    /// A rule needs itself.
    Recursion,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind it is.
    pub code: Code,
    /// The name of the module.
    pub file: Arc<str>,
    /// Where it is.
    pub location: Location,
    /// What it is.
    pub message: String,
}

impl Error {
    /// There is no room to read something that is nested deeply.
    pub(crate) fn no_room(file: &str) -> Error {
        let message = "too deeply nested".to_owned();
        Error { code: Code::Compile, file: file.into(), location: Location::default(), message }
    }
}

impl Code {
    /// OPA's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Parse => "rego_parse_error",
            Code::Compile => "rego_compile_error",
            Code::Type => "rego_type_error",
            Code::UnsafeVar => "rego_unsafe_var_error",
            Code::Recursion => "rego_recursion_error",
        }
    }
}

/// As OPA: `template:6: rego_type_error: undefined function f`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.location.row > 0 {
            if self.file.is_empty() {
                write!(f, "{}:{}: ", self.location.row, self.location.column)?;
            } else {
                write!(f, "{}:{}: ", self.file, self.location.row)?;
            }
        }
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Error {}
