//! A finding with what the stages after the judges know of it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::{Finding, Fix, Severity};
use crate::source::span::Position;

/// The place in a chart's template that a finding was rendered from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The template's path, relative to the working directory or as `--source-root` gives it.
    pub file: Arc<str>,
    /// The first character of the place.
    pub start: Position,
    /// The character after its last one.
    pub end: Position,
    /// Whether the offending value stands just there; otherwise it is the template's first line.
    pub exact: bool,
}

/// What says that a finding does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaiverSource {
    /// A comment in the manifest: whoever wrote the manifest.
    Comment,
    /// An annotation of the object: whoever wrote the manifest.
    Annotation,
    /// An entry of `waivers:`: whoever may change the configuration.
    Configuration,
    /// A file of accepted findings.
    Accepted,
}

impl WaiverSource {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Comment, Self::Annotation, Self::Configuration, Self::Accepted];

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Annotation => "annotation",
            Self::Configuration => "configuration",
            Self::Accepted => "accepted",
        }
    }

    /// What a finding is that does not count because of it: what a file of accepted findings holds was never argued for.
    pub fn past(self) -> &'static str {
        if self == Self::Accepted { "accepted" } else { "waived" }
    }
}

impl serde::Serialize for WaiverSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// What says so.
    pub source: WaiverSource,
    /// The reason, as somebody wrote it.
    pub reason: String,
    /// The last day on which it is accepted: `2027-03-31`.
    pub until: Option<String>,
    /// The file in which that is written.
    pub file: String,
    /// The line in that file; 0 for a file of accepted findings, which is not for people.
    pub line: usize,
}

impl Waived {
    /// Whether a file of accepted findings holds it.
    pub fn is_accepted(&self) -> bool {
        self.source == WaiverSource::Accepted
    }
}

/// What has become of a finding between two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It was not there before, or was accepted then.
    New,
    /// It is gone; its place is that in the earlier run.
    Fixed,
    /// It is still there.
    Unchanged,
    /// It was not found again, and may be there: what it is about was passed over, or could not be judged.
    Unjudged,
}

impl State {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            State::New => "new",
            State::Fixed => "fixed",
            State::Unchanged => "unchanged",
            State::Unjudged => "unjudged",
        }
    }
}

/// A finding, and what later stages have made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportEntry {
    /// What was found.
    pub finding: Finding,
    /// The chart's template that it was rendered from, where that is known.
    pub origin: Option<Box<Origin>>,
    /// The edits that fix it, where somebody asked for them ([`crate::fix::offer`]).
    pub fix: Option<Fix>,
    /// Whether it is fixed only together with others, since what would change is shared by an alias
    /// ([`crate::fix::announce`]).
    pub fixed_with_others: bool,
    /// Why it does not count, if it does not. It is reported all the same.
    pub waived: Option<Arc<Waived>>,
    /// What has become of it, where two runs are compared.
    pub state: Option<State>,
    /// The same for the same finding as long as file, object, container, field and value stay, wherever the lines move.
    pub fingerprint: String,
}

impl From<Finding> for ReportEntry {
    fn from(finding: Finding) -> Self {
        let fixed_with_others = false;
        Self {
            finding,
            origin: None,
            fix: None,
            fixed_with_others,
            waived: None,
            state: None,
            fingerprint: String::new(),
        }
    }
}

impl ReportEntry {
    /// Says something else of the same place, for the same reason: what comes later has changed what it means.
    pub fn tell_anew(&mut self, severity: Severity, message: String) {
        self.finding.tell_anew(severity, message);
    }

    /// Whether a file of accepted findings holds it.
    pub fn is_accepted(&self) -> bool {
        self.waived.as_ref().is_some_and(|waived| waived.is_accepted())
    }
}

impl Deref for ReportEntry {
    type Target = Finding;

    fn deref(&self) -> &Finding {
        &self.finding
    }
}

impl DerefMut for ReportEntry {
    fn deref_mut(&mut self) -> &mut Finding {
        &mut self.finding
    }
}
