//! Errors of the API server about fields of a policy.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::local::go;
use crate::pod_security::go_quote;
use crate::yaml::path::FieldPath;

/// An error of the API server, and the field that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field.
    pub field: FieldPath,
    /// The API server's words, which begin with a path as it shows it.
    pub text: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for FieldError {}

impl Serialize for FieldError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A field, and how the API server shows it: some of its paths lack `spec`, and some double a name.
#[derive(Clone, Debug)]
pub(super) struct Field {
    path: FieldPath,
    shown: String,
}

impl From<FieldPath> for Field {
    fn from(path: FieldPath) -> Self {
        Self { shown: path.to_string(), path }
    }
}

impl From<&'static str> for Field {
    fn from(path: &'static str) -> Self {
        FieldPath::of(path).into()
    }
}

impl Field {
    /// A field that is shown otherwise than its path is written.
    pub fn shown_as(path: FieldPath, shown: impl Into<String>) -> Self {
        Self { path, shown: shown.into() }
    }

    /// A field below it.
    pub fn field(&self, name: &'static str) -> Self {
        Self { path: self.path.field(name), shown: format!("{}.{name}", self.shown) }
    }

    /// An element of it.
    pub fn index(&self, index: usize) -> Self {
        Self { path: self.path.index(index), shown: format!("{}[{index}]", self.shown) }
    }

    /// `path: Invalid value: "x": detail`. A string is given quoted.
    pub fn invalid(&self, value: impl fmt::Display, detail: &str) -> FieldError {
        self.error(go::invalid(&self.shown, value, detail))
    }

    /// `path: Required value: detail`
    pub fn required(&self, detail: &str) -> FieldError {
        self.error(go::required(&self.shown, detail))
    }

    /// `path: Forbidden: detail`
    pub fn forbidden(&self, detail: &str) -> FieldError {
        self.error(go::forbidden(&self.shown, detail))
    }

    /// `path: Unsupported value: "x": supported values: "a", "b"`
    pub fn unsupported(&self, value: &str, supported: &[&str]) -> FieldError {
        self.error(go::unsupported(&self.shown, value, supported))
    }

    /// `path: Too long: must have at most 63 bytes`
    pub fn too_long(&self, most: usize) -> FieldError {
        self.error(format!("{}: Too long: must have at most {most} bytes", self.shown))
    }

    /// `path: Duplicate value: "x"`
    pub fn duplicate(&self, value: &str) -> FieldError {
        self.error(format!("{}: Duplicate value: {}", self.shown, go_quote(value)))
    }

    fn error(&self, text: String) -> FieldError {
        FieldError { field: self.path.clone(), text }
    }
}
