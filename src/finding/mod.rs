//! What every judge produces and every report reads.
//!
//! A [`Finding`] is made by its builder and then only read. What later stages learn of it (why it is accepted, the edits
//! that fix it, the chart's template that it was rendered from, its fingerprint) stands beside it, in a [`ReportEntry`].

mod builder;
mod entry;
mod fail_on;
pub(crate) mod fingerprint;
mod modes;
mod policy;
mod repair;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use podline_policies::Decision;

pub use crate::manifest::repair::{Change, Repair};
pub use builder::FindingBuilder;
pub use entry::{Origin, ReportEntry, State, Waived, WaiverSource};
pub use fail_on::FailOn;
pub use fingerprint::identify;
pub use modes::Modes;
pub use policy::{PolicyAnswer, PolicyEngine, PolicyNotes, PolicyPlace, PolicyRef, PolicySeverity};
pub use repair::{Edit, Fix};

use crate::pod_security::{Level, RequiredSetting};
use crate::rules::RuleId;
use crate::source::file::SourceFile;
use crate::source::span::{Position, Span};
use crate::yaml::path::{FieldPath, Segment};

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
    /// The severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Severity::Note, Severity::Warning, Severity::Error].into_iter().find(|severity| severity.as_str() == name)
    }

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

impl Location {
    /// A part of a file, as far as it stands on one line: a range over many points at nothing.
    pub fn on_line(file: &SourceFile, span: Span) -> Self {
        let start = file.position(span.start);
        let line_end = file.line_span(start.line).end.max(span.start);
        let span = Span { start: span.start, end: span.end.min(line_end) };
        Self { span, start, end: file.position(span.end) }
    }
}

/// Another place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file, if it is another one: that of a policy.
    pub file: Option<Arc<str>>,
    /// Where it is.
    pub location: Location,
    /// What is there.
    pub message: String,
}

impl Related {
    /// A place in the same file.
    pub fn here(location: Location, message: impl Into<String>) -> Self {
        Self { file: None, location, message: message.into() }
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

/// The level of the Standards that asks for a finding, and the modes that it violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedBy {
    /// The level.
    pub level: Level,
    /// The minor version of Kubernetes 1 since which the Standards ask for it.
    pub since: Option<u32>,
    /// The modes that it violates.
    pub modes: Modes,
    /// The setting that it asks every container for, where that is known.
    pub setting: Option<&'static RequiredSetting>,
}

/// The part of a path that is written in the manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nearest {
    /// How many steps of the path are: all of them, or those down to what the missing field belongs into.
    pub depth: usize,
    /// Whether what the missing field belongs into is written between braces, as JSON is.
    pub in_braces: bool,
}

/// What would make the cluster refuse a manifest, or its pods: one place that must change.
///
/// What it says can be read as fields, those of [`Facts`], and not be written: [`Finding::at`] begins one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding(Facts);

/// What a finding says.
///
/// Texts are raw: they may hold whatever the manifest holds. Reports escape them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The rule: `pss/privileged`.
    pub rule: RuleId,
    /// The one part of a loaded rule that it is about: the index of a validation.
    pub part: Option<u32>,
    /// How much it weighs.
    pub severity: Severity,
    /// What is there, what is allowed, and where: one sentence without a full stop.
    pub message: String,
    /// Who asks for it, for `pss/` rules.
    pub asked_by: Option<AskedBy>,
    /// The policy that refuses, where it is one that was loaded.
    pub policy: Option<Arc<PolicyRef>>,
    /// What the policy has answered, where it is one of a cluster.
    pub answer: Option<Arc<PolicyAnswer>>,
    /// Where it stands.
    pub location: Location,
    /// The path of the field in its object.
    pub path: FieldPath,
    /// The part of the path that is written.
    pub nearest: Nearest,
    /// The source text of the offending value, if there is one.
    pub value: Option<String>,
    /// Other places to look at.
    pub related: Vec<Related>,
    /// The object; `None` for a document that cannot be read.
    pub object: Option<Arc<ObjectRef>>,
    /// The container; `None` for what stands at the level of the pod or object.
    pub container: Option<String>,
    /// What would fix it, where there is one right answer.
    pub repair: Option<Box<Repair>>,
    /// What else helps to fix it, where that stands in no manifest: a sentence each.
    pub advice: Vec<String>,
}

impl Deref for Finding {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl Facts {
    /// Whether only the cluster can tell.
    pub fn is_undecided(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.decision == Decision::Undecided)
    }

    /// Whether it is a failure, and the policy does no more than to write it down.
    pub fn is_audited(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.is_audited)
    }

    /// Whether podline can fix it by itself.
    pub fn is_fixable(&self) -> bool {
        self.repair.as_ref().is_some_and(|repair| !repair.shared)
    }

    /// The modes of its namespace that it violates.
    pub fn modes(&self) -> Modes {
        self.asked_by.map(|asked| asked.modes).unwrap_or_default()
    }

    /// The level that asks for it, and since which minor version.
    pub fn level_since(&self) -> Option<(Level, u32)> {
        let asked = self.asked_by?;
        Some((asked.level, asked.since?))
    }

    /// The setting that a container lacks, if it is about one.
    pub fn missing_setting(&self) -> Option<&'static RequiredSetting> {
        self.asked_by?.setting.filter(|_| self.value.is_none() && self.container.is_some())
    }

    /// The steps of its path that are written.
    pub fn written_path(&self) -> &[Segment] {
        let path = self.path.segments();
        &path[..self.nearest.depth.min(path.len())]
    }
}

/// What the pipeline does to a finding while it puts what was found together. Nobody else can.
impl Finding {
    /// Gives it another weight.
    pub(crate) fn weigh(&mut self, severity: Severity) {
        self.0.severity = severity;
    }

    /// Says something else, with another weight.
    pub(crate) fn tell_anew(&mut self, severity: Severity, message: String) {
        (self.0.severity, self.0.message) = (severity, message);
    }

    /// Takes in what another mode finds at the same place: it names all modes, and weighs as much as the most severe.
    pub(crate) fn join(&mut self, other: &Finding) {
        self.0.severity = self.severity.max(other.severity);
        if let (Some(asked), Some(more)) = (&mut self.0.asked_by, other.asked_by) {
            asked.modes = asked.modes.and(more.modes);
        }
    }

    /// Says more, at the end of the message.
    pub(crate) fn say_more(&mut self, text: &str) {
        self.0.message.push_str(text);
        builder::shorten(&mut self.0.message);
    }

    /// Points at another place too.
    pub(crate) fn relate(&mut self, related: Related) {
        self.0.related.push(related);
    }

    /// Takes back what would fix it.
    pub(crate) fn forget_repair(&mut self) {
        self.0.repair = None;
    }

    /// Calls its container by this where it has no name.
    pub(crate) fn name_container(&mut self, name: &str) {
        if self.0.container.as_deref() == Some("") {
            self.0.message = self.0.message.replace("container \"\"", name);
            self.0.container = None;
        }
    }

    /// Moves it, with all that it points at, to where these places stand in another text. Edits are of no use there.
    pub(crate) fn relocate(&mut self, place: impl Fn(Location) -> Location) {
        self.0.location = place(self.location);
        let here = self.0.related.iter_mut().filter(|related| related.file.is_none());
        here.for_each(|related| related.location = place(related.location));
        self.0.repair = None;
    }

    /// Moves it to a place where nothing is known of the others that it points at.
    #[must_use]
    pub(crate) fn moved_to(mut self, location: Location) -> Self {
        self.0.location = location;
        self.0.related.clear();
        self
    }

    /// Makes its path one below another: what it is about stands in the text of that field.
    pub(crate) fn put_below(&mut self, outer: &FieldPath) {
        self.0.nearest.depth += outer.segments().len();
        self.0.path = builder::bounded(outer.join(&self.path));
    }
}
