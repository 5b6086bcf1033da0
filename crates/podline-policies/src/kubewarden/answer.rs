//! What a module answers.

use super::object::Object;
use crate::judgement::Violation;

/// A module with its settings.
pub(super) trait Module: Send + Sync {
    /// What it says about an object that is created.
    fn answer(&self, object: &Object<'_>) -> Answer;

    /// Why nobody can answer for it without a registry or the cluster, whatever the object is.
    fn unknowable(&self) -> Option<&'static str> {
        None
    }
}

/// What a module says.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// It lets the object in.
    Accept,
    /// It lets the object in with other values in these fields. (What would set a field to the value that it has is
    /// no mutation: the policy server compares the objects.)
    Mutate(Vec<Violation>),
    /// It refuses the object.
    Refuse {
        /// Why, in the module's words.
        message: String,
        /// The fields that decided.
        blame: Vec<Violation>,
    },
    /// It breaks down. The policy server refuses then.
    Error(String),
    /// Only a registry or the cluster can tell.
    Undecided(String),
}

impl Answer {
    /// Gives these fields other values, if there are any.
    pub(super) fn mutate(fields: Vec<Violation>) -> Answer {
        if fields.is_empty() { Answer::Accept } else { Answer::Mutate(fields) }
    }

    /// Refuses because of these fields.
    pub(super) fn refuse(message: impl Into<String>, blame: Vec<Violation>) -> Answer {
        Answer::Refuse { message: message.into(), blame }
    }

    /// Refuses an object that it cannot read.
    pub(super) fn unreadable(object: &Object<'_>, message: &str) -> Answer {
        Answer::refuse(message, vec![object.root.key("kind").blame()])
    }
}
