//! Why an object cannot be stored.

use std::fmt;

use crate::place::{Display, Step};

/// The API server refuses the whole object for one value of the wrong sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    steps: Vec<OwnedStep>,
    problem: Problem,
}

/// A step that outlives the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
enum OwnedStep {
    Key(String),
    Index(usize),
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The manifest is no map with the texts `apiVersion` and `kind`.
    NoObject,
    /// Another sort of value is needed: "a string", "a list".
    WrongType(&'static str),
    /// A number that the field cannot hold.
    OutOfRange,
    /// A text that is no quantity.
    Quantity,
    /// A text that is no timestamp of RFC 3339.
    Time,
    /// A text that is no base64.
    Base64,
    /// An annotation of a Deployment or DaemonSet that must hold a whole number.
    Number,
}

impl Error {
    pub(crate) fn new(steps: &[Step<'_>], problem: Problem) -> Self {
        let owned = |step: &Step<'_>| match *step {
            Step::Key(key) => OwnedStep::Key(key.to_owned()),
            Step::Index(index) => OwnedStep::Index(index),
        };
        Self { steps: steps.iter().map(owned).collect(), problem }
    }

    /// The way from the root of the manifest to the value.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.steps.iter().map(|step| match step {
            OwnedStep::Key(key) => Step::Key(key),
            OwnedStep::Index(index) => Step::Index(*index),
        })
    }

    /// Where the value stands in the manifest: `spec.containers[0].image`; "" is the manifest itself.
    pub fn path(&self) -> String {
        Display(&self.steps().collect::<Vec<_>>()).to_string()
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.steps.is_empty() {
            write!(f, "{}: ", self.path())?;
        }
        match &self.problem {
            Problem::NoObject => f.write_str("not an object with apiVersion and kind"),
            Problem::WrongType(wanted) => write!(f, "must be {wanted}"),
            Problem::OutOfRange => f.write_str("the number is out of range"),
            Problem::Quantity => f.write_str("not a quantity"),
            Problem::Time => f.write_str("not a timestamp of RFC 3339"),
            Problem::Base64 => f.write_str("not base64"),
            Problem::Number => f.write_str("must hold a whole number"),
        }
    }
}

impl std::error::Error for Error {}
