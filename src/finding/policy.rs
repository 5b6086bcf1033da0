//! The policies that findings come from.

use std::fmt;
use std::sync::Arc;

use podline_policies::{Decision, Rule};

use super::{Location, Severity};
use crate::rules::Family;
use crate::yaml::path::FieldPath;

/// What judges by loaded policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyEngine {
    /// podline's own policies.
    Podline,
    /// PodSecurityPolicy, as the API server judged by it up to 1.24.
    PodSecurityPolicy,
    /// The API server's own policies.
    ValidatingAdmissionPolicy,
    /// Kyverno.
    Kyverno,
    /// Gatekeeper.
    Gatekeeper,
    /// Kubewarden.
    Kubewarden,
}

impl PolicyEngine {
    /// Every engine.
    pub const ALL: [Self; 6] = [
        Self::Podline,
        Self::PodSecurityPolicy,
        Self::ValidatingAdmissionPolicy,
        Self::Kyverno,
        Self::Gatekeeper,
        Self::Kubewarden,
    ];

    /// The name that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Podline => "podline",
            Self::PodSecurityPolicy => "PodSecurityPolicy",
            Self::ValidatingAdmissionPolicy => "ValidatingAdmissionPolicy",
            Self::Kyverno => "Kyverno",
            Self::Gatekeeper => "Gatekeeper",
            Self::Kubewarden => "Kubewarden",
        }
    }

    /// What its rules begin with.
    pub fn family(self) -> Family {
        match self {
            Self::Podline | Self::PodSecurityPolicy => Family::Local,
            Self::ValidatingAdmissionPolicy => Family::Vap,
            Self::Kyverno => Family::Kyverno,
            Self::Gatekeeper => Family::Gatekeeper,
            Self::Kubewarden => Family::Kubewarden,
        }
    }
}

/// A policy that somebody loaded, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyRef {
    /// What judges by it.
    pub engine: PolicyEngine,
    /// Its name.
    pub name: String,
    /// The file that it stands in, as reports name it; "" where that is not known.
    pub file: String,
    /// The line on which it begins; 0 where that is not known.
    pub line: usize,
    /// What it says of itself.
    pub notes: PolicyNotes,
}

/// What a policy says of itself to whoever reads reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyNotes {
    /// What its system calls itself in policy reports; "" where it writes none.
    pub source: &'static str,
    /// Its annotation `policies.kyverno.io/category`; "" where there is none.
    pub category: String,
    /// Its annotation `policies.kyverno.io/severity`, where that is a word that reports know.
    pub severity: Option<PolicySeverity>,
    /// Whether its annotation `policies.kyverno.io/scored` says that failures do not count.
    pub is_unscored: bool,
}

/// How severe a policy calls what it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicySeverity {
    /// `info`
    Info,
    /// `low`
    Low,
    /// `medium`
    Medium,
    /// `high`
    High,
    /// `critical`
    Critical,
}

impl PolicySeverity {
    const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// What a finding weighs where the configuration goes by it.
    pub fn weight(self) -> Severity {
        match self {
            Self::Critical | Self::High => Severity::Error,
            Self::Medium => Severity::Warning,
            Self::Low | Self::Info => Severity::Note,
        }
    }
}

impl fmt::Display for PolicyRef {
    /// `ValidatingAdmissionPolicy "no-latest" (policies/vap.yaml:3)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { engine, name, file, line, .. } = self;
        write!(f, "{} \"{name}\"", engine.as_str())?;
        if file.is_empty() { Ok(()) } else { write!(f, " ({file}:{line})") }
    }
}

/// A place in a file of policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyPlace {
    /// The file, as reports name it.
    pub file: Arc<str>,
    /// Where it is.
    pub location: Location,
    /// The path of the field in its document.
    pub path: FieldPath,
}

/// What a loaded policy has answered about an object, where that is a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyAnswer {
    /// What became of the rule.
    pub decision: Decision,
    /// The rule, as its system names it.
    pub rule: Rule,
    /// Whether something is wrong, and only written down.
    pub is_audited: bool,
    /// The part of the policy that it comes from.
    pub place: Option<PolicyPlace>,
}
