//! What every judge produces and every report reads.

use std::fmt;
use std::sync::Arc;

use crate::pod_security::{Level, Mode};
use crate::source::span::{Position, Span};
use crate::yaml::path::FieldPath;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably wrong, and read all the same.
    Warning,
    /// The cluster would refuse it, or its pods.
    Error,
}

impl Severity {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a finding stands in its file. The end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The range of bytes in the file's text.
    pub span: Span,
    /// Its first character.
    pub start: Position,
    /// The character after its last one.
    pub end: Position,
}

/// Another place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where it is, in the same file.
    pub location: Location,
    /// What is there.
    pub message: String,
}

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

/// A range of a file's text, and what belongs there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The range that is replaced; empty for an insertion.
    pub location: Location,
    /// The text that takes its place.
    pub text: String,
}

/// A field that should hold another value, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field, from the root of its object. The index behind the last element of a list adds one.
    pub path: FieldPath,
    /// What it should hold; `None` takes it away, and with it every mapping and list that becomes empty so.
    pub set: Option<serde_json::Value>,
}

/// What would mend a finding, as a meaning: [`Fix`] says it in edits of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Whether it only adds what is missing, and cannot stop an image that ran before.
    pub safe: bool,
    /// Whether the edit falls into a node that aliases or merges use elsewhere too, so that it is right only together
    /// with the repairs of all the others.
    pub shared: bool,
    /// What must change, all of it together.
    pub changes: Vec<Change>,
}

/// The edits that mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it cannot stop an image that ran before.
    pub safe: bool,
    /// The edits, in the order of the file; none overlaps another.
    pub edits: Vec<Edit>,
}

/// Why a finding is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The reason, as somebody wrote it.
    pub reason: String,
    /// The last day on which it is accepted: `2027-03-31`.
    pub until: Option<String>,
    /// The file in which that is written.
    pub file: String,
    /// The line in that file; 0 for a baseline, which is no text for people.
    pub line: usize,
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

/// The object that a finding belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRef {
    /// The document in the file, from 0.
    pub document: usize,
    /// The index in a list: `"2"`, or `"2.0"` in a list within a list.
    pub item: Option<String>,
    /// `apps/v1`
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// As written; "" where it is missing.
    pub namespace: String,
    /// As written; "" where it is missing.
    pub name: String,
    /// What the API server makes a name from where there is none; "" where it is missing.
    pub generate_name: String,
    /// What waivers of the configuration may ask for; `None` unless [`crate::Options::details`] wants it.
    pub details: Option<Box<ObjectDetails>>,
}

/// What is known of an object beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectDetails {
    /// The labels of its own metadata, in the order of the file.
    pub labels: Vec<(String, String)>,
    /// The chart's template or kustomize's resource that it was rendered from.
    pub source: Option<String>,
}

impl fmt::Display for ObjectRef {
    /// `Deployment shop/web`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.kind.is_empty() { "object" } else { &self.kind })?;
        let name = if self.name.is_empty() { &self.generate_name } else { &self.name };
        match (self.namespace.as_str(), name.as_str()) {
            ("", "") => Ok(()),
            ("", name) => write!(f, " {name}"),
            (namespace, name) => write!(f, " {namespace}/{name}"),
        }
    }
}

/// What would make the cluster refuse a manifest, or its pods: one place that must change.
///
/// Texts are raw: they may hold whatever the manifest holds. Reports escape them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id: `pss/privileged`.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is there, what is allowed, and where: one sentence without a full stop.
    pub message: String,
    /// The modes that it violates, for `pss/` rules, the most severe first.
    pub modes: Vec<Mode>,
    /// The level of the Standards that asks for it, for `pss/` rules.
    pub level: Option<Level>,
    /// The minor version of Kubernetes 1 since which the Standards ask for it, for `pss/` rules.
    pub since: Option<u32>,
    /// Where it stands.
    pub location: Location,
    /// The path of the field in its object.
    pub path: String,
    /// The part of the path that exists: all of it, or what the missing field belongs into.
    pub exists: String,
    /// Whether what the missing field belongs into is written between braces, as JSON is.
    pub in_braces: bool,
    /// The source text of the offending value, if there is one.
    pub value: Option<String>,
    /// Other places to look at.
    pub related: Vec<Related>,
    /// The chart's template that it was rendered from, where that is known.
    pub origin: Option<Box<Origin>>,
    /// The object; `None` for a document that cannot be read.
    pub object: Option<Arc<ObjectRef>>,
    /// The container; `None` for what stands at the level of the pod or object.
    pub container: Option<String>,
    /// What would mend it, where there is one right answer.
    pub repair: Option<Box<Repair>>,
    /// The edits that mend it, where somebody asked for them ([`crate::fix::offer`]).
    pub fix: Option<Fix>,
    /// Why it is accepted, if it is. It is reported all the same, and counts for nothing.
    pub waived: Option<Arc<Waived>>,
    /// What has become of it, where two runs are compared.
    pub state: Option<State>,
    /// The same for the same finding as long as file, object, container, field and value stay, wherever the lines move.
    pub fingerprint: String,
}

/// Texts of a finding are cut to this many bytes: a name of a megabyte that a thousand findings repeat would fill the
/// memory.
const LONGEST: usize = 1000;

impl Finding {
    /// Whether podline can mend it by itself.
    pub fn is_fixable(&self) -> bool {
        self.repair.as_ref().is_some_and(|repair| !repair.shared)
    }

    /// This finding with its texts cut where they are very long.
    pub(crate) fn bounded(mut self) -> Self {
        shorten(&mut self.message);
        shorten(&mut self.path);
        shorten(&mut self.exists);
        self.value.as_mut().map(shorten);
        self.container.as_mut().map(shorten);
        self
    }
}

/// Cuts a long text, and says so by an ellipsis.
fn shorten(text: &mut String) {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
        text.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_long_text_is_cut_between_characters() {
        let mut text = "é".repeat(1000);
        super::shorten(&mut text);
        assert_eq!(text, "é".repeat(500) + "…");
    }
}
