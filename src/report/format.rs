//! What every format is given, and what it gives back.

use std::borrow::Cow;
use std::fmt;

use super::escape::escape;
use super::summary::Summary;
use crate::config::deny::Deny;
use crate::finding::{ObjectRef, ReportEntry, Severity};
use crate::pod_security::Level;
use crate::rules::{Catalogue, Family};
use crate::source::repository::Paths;
use crate::source::span::Position;
use crate::verdict::FileReport;

/// A format that needs all files before it can be written.
pub trait Report: Send {
    /// Takes the next files, in the order of the input.
    fn add(&mut self, files: &[Checked<'_>]);

    /// Whether a file may come in parts, one document or more in each.
    fn takes_parts(&self) -> bool {
        false
    }

    /// Writes the whole of it.
    fn finish(self: Box<Self>, run: &Run<'_>) -> Finished;
}

/// A file, and what is said about it.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// The name that reports show.
    pub name: &'a str,
    /// What was found, or what kept it from being read.
    pub outcome: Result<&'a FileReport, &'a str>,
}

/// What is known at the end of a run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The counts.
    pub summary: &'a Summary,
    /// Level and version: `restricted:latest (v1.37)`.
    pub judged_by: &'a str,
    /// Whether everything could be read.
    pub successful: bool,
    /// The rules that there are.
    pub rules: &'a Catalogue,
    /// What kept podline from its job first, if that is known.
    pub failure: Option<&'a str>,
    /// The line that closes a comparison: then the findings are those that are new.
    pub compared: Option<&'a str>,
    /// What makes the exit status 1 although it is no finding that weighs enough.
    pub denied: &'a [Deny],
    /// In a comparison, the namespaces that are judged by other levels now.
    pub levels: &'a [LevelChange],
}

/// A namespace whose pods are judged otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// Its name; "" for objects that name none.
    pub namespace: String,
    /// By what they were judged: `restricted:latest (v1.37)`, for each mode where there are several.
    pub before: String,
    /// By what they are.
    pub now: String,
}

/// What a report says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something kept podline from its job.
    CouldNotCheck(String),
    /// There was nothing to judge.
    NothingJudged(String),
}

impl Run<'_> {
    /// What has to be said before all findings: that nothing was judged, and why.
    pub fn notice(&self) -> Option<Notice> {
        let why = self.summary.nothing_judged()?;
        Some(if self.successful { Notice::NothingJudged(why) } else { Notice::CouldNotCheck(self.failure()) })
    }

    /// What kept podline from its job, safe to show, though other files were judged.
    pub fn besides(&self) -> Option<Notice> {
        (!self.successful && self.summary.nothing_judged().is_none()).then(|| Notice::CouldNotCheck(self.failure()))
    }

    fn failure(&self) -> String {
        self.failure
            .map_or_else(|| "not all that was asked for could be done".to_owned(), |why| escape(why).into_owned())
    }

    /// The headline of a page about these findings. `show` says how the format writes text that is not podline's own.
    pub fn headline(&self, found: &str, show: impl Fn(&str) -> String) -> String {
        let told = |notice: Notice| match notice {
            Notice::CouldNotCheck(why) => format!("could not check: {}", show(&why)),
            notice @ Notice::NothingJudged(_) => notice.to_string(),
        };
        let found = match (self.compared, found.strip_prefix("no findings")) {
            (None, _) => found.to_owned(),
            (Some(_), Some(rest)) => format!("nothing new{rest}"),
            (Some(_), None) => format!("new: {found}"),
        };
        let has_found = self.summary.errors + self.summary.warnings + self.summary.notes;
        let has_found = has_found + self.summary.waived + self.summary.accepted > 0;
        match (self.notice().map(told), self.besides().map(told)) {
            (Some(notice), _) if has_found => format!("{notice}; {found}"),
            (Some(notice), _) => notice,
            (None, Some(besides)) => format!("{found}, but {besides}"),
            (None, None) => found,
        }
    }

    /// What was denied and happened, each with its number: what fails the run although it is no finding.
    pub fn denials(&self) -> Vec<(Deny, usize)> {
        let denied = Deny::all().into_iter().filter(|what| self.denied.contains(what));
        denied.map(|what| (what, self.summary.denied(what))).filter(|(_, number)| *number > 0).collect()
    }

    /// The same as a sentence: `denied: 1 unrendered, 2 ignored`.
    pub fn told_denials(&self) -> Option<String> {
        let told: Vec<String> =
            self.denials().iter().map(|(what, number)| format!("{number} {}", what.as_str())).collect();
        (!told.is_empty()).then(|| format!("denied: {}", told.join(", ")))
    }

    /// The line that closes a report for people.
    pub fn closing_line(&self) -> String {
        let line = match self.compared {
            Some(line) => line.to_owned(),
            None => self.summary.closing_line(self.judged_by),
        };
        match self.notice() {
            None => line,
            Some(Notice::CouldNotCheck(why)) => format!("Could not check: {why}. {line}"),
            Some(Notice::NothingJudged(why)) if self.summary.templates > 0 => {
                format!("Nothing was judged: {why}. {line}")
            }
            // The rest of the line says why.
            Some(Notice::NothingJudged(_)) => format!("Nothing was judged. {line}"),
        }
    }
}

impl Notice {
    /// A name for programs, and for the test case or the rule that stands for it.
    pub fn id(&self) -> &'static str {
        match self {
            Self::CouldNotCheck(_) => "could-not-check",
            Self::NothingJudged(_) => "nothing-judged",
        }
    }

    /// Whether it is one with which the run fails.
    pub fn is_error(&self) -> bool {
        matches!(self, Self::CouldNotCheck(_))
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CouldNotCheck(why) => write!(f, "could not check: {why}"),
            Self::NothingJudged(why) => write!(f, "nothing was judged: {why}"),
        }
    }
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// Its text, cut anywhere: a long one is not copied to make it one piece.
    pub parts: Vec<String>,
    /// What its reader will not see there, and why: for standard error.
    pub remarks: Vec<String>,
}

impl Finished {
    /// Its text in one piece.
    pub fn text(&self) -> String {
        self.parts.concat()
    }
}

impl From<String> for Finished {
    fn from(text: String) -> Self {
        Self { parts: vec![text], remarks: Vec::new() }
    }
}

/// What the formats of other programs need to know besides the findings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How paths are written.
    pub paths: Paths,
    /// The group of the PolicyReport.
    pub policy_report_api: PolicyReportApi,
    /// What tells one SARIF upload of a commit from another.
    pub sarif_category: String,
    /// Where the files can be looked at: what stands before a path, "" for relative links.
    pub link_base: String,
    /// `SOURCE_DATE_EPOCH`: seconds since 1970, the only time that is ever written.
    pub time: Option<i64>,
}

/// Which API a PolicyReport is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicyReportApi {
    /// `wgpolicyk8s.io/v1alpha2`
    #[default]
    WgPolicy,
    /// `openreports.io/v1alpha1`
    OpenReports,
}

/// Where a finding is shown: in the chart's template if that is known, else where it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path, rebased.
    pub path: String,
    /// The first character.
    pub start: Position,
    /// The character after the last one.
    pub end: Position,
}

impl Place {
    /// The place of a finding in `file`, whose rebased path is `path`.
    pub fn of(finding: &ReportEntry, path: &str, settings: &Settings) -> Self {
        match &finding.origin {
            Some(origin) => Self { path: settings.paths.rebase(&origin.file), start: origin.start, end: origin.end },
            None => Self::in_file(finding, path),
        }
    }

    /// The place in the file that was read.
    pub fn in_file(finding: &ReportEntry, path: &str) -> Self {
        Self { path: path.to_owned(), start: finding.location.start, end: finding.location.end }
    }

    /// `deploy/web.yaml:12:5`, safe to show.
    pub fn show(&self) -> String {
        format!("{}:{}:{}", escape(&self.path), self.start.line, self.start.column)
    }
}

/// The message of a finding, safe to show; for a rendered one with the place where it was rendered.
pub fn message(finding: &ReportEntry, file: &str) -> String {
    let message = escape(&finding.message);
    match &finding.origin {
        Some(_) => format!("{message} (rendered at {}:{})", escape(file), finding.location.start.line),
        None => message.into_owned(),
    }
}

/// The severity of a finding by which the formats sort it: what is accepted comes last.
pub fn rank(finding: &ReportEntry) -> usize {
    match finding.severity {
        _ if finding.waived.is_some() => WAIVED,
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

/// In which order findings are told where not all of them may be read: by severity, and of one severity what could not be
/// judged and what baseline or a policy forbids, then what only restricted asks for, then what is odd about a manifest.
pub fn urgency(finding: &ReportEntry) -> usize {
    let is_of_restricted = finding.asked_by.is_some_and(|asked| asked.level == Level::Restricted);
    let is_odd = finding.rule.is_of(Family::Manifest) && !finding.rule.is_unjudged();
    let turn = if is_odd { 2 } else { usize::from(is_of_restricted) };
    TURNS * rank(finding) + turn
}

/// How many urgencies each rank has.
pub const TURNS: usize = 3;

/// How many urgencies there are.
pub const URGENCIES: usize = TURNS * RANKS;

/// The rank of what is accepted.
pub const WAIVED: usize = 3;

/// How many ranks there are.
pub const RANKS: usize = WAIVED + 1;

/// Names in other formats are cut to this many characters; Kubernetes allows no longer ones.
const LONGEST_NAME: usize = 253;

/// A name, safe to show and of bounded length.
pub fn name(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_NAME) {
        None => escape(text),
        Some((end, _)) => Cow::Owned(format!("{}…", escape(&text[..end]))),
    }
}

/// `Deployment shop/web`, safe to show and of bounded length.
pub fn object_name(object: Option<&ObjectRef>) -> String {
    object.map_or_else(|| "(no object)".to_owned(), |object| name(&object.to_string()).into_owned())
}

/// A text of at most `limit` characters, which ends with an ellipsis where it was cut.
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.chars().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    Cow::Owned(kept + "…")
}
