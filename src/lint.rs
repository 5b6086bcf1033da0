//! The pipeline: one file's bytes to its findings and verdicts.

pub mod admission;
mod completeness;
mod dead_annotations;
mod document;
mod embedded;
mod engines;
mod hidden_parts;
mod hint;
mod judged_by;
mod labels;
mod level_survey;
mod lists;
mod local;
mod misspelt;
pub mod namespaces;
mod no_containers;
mod object;
mod parts;
pub mod patch;
mod places;
mod psp;
mod repeated;
pub mod resource_sets;
mod since;
mod speech;
pub mod standing;
mod stray;
mod template;
mod unfilled;
mod unknown;
mod unseen;
mod waive;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use podline_policies::User;

use crate::config::scope::{FileScopes, Scope, Scopes};
use crate::config::severities;
use crate::engine::{Engines, Loaded};
use crate::finding::{Finding, ReportEntry};
use crate::local::policies::LocalPolicies;
use crate::manifest::object::Object;
use crate::manifest::template::{Row, row_of};
use crate::pod_security::{Level, Mode, NEWEST_KNOWN, Version};
use crate::rules::Catalogue;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;
use crate::waiver::configured::Waivers;
use crate::waiver::date::Date;
use crate::waiver::policy::WaiverPolicy;
use admission::Admission;
use resource_sets::ResourceSets;
pub use standing::Standing;
pub use unfilled::is_unfilled;

pub use parts::{Judged, Parts};
#[cfg(feature = "cli")]
pub(crate) use waive::is_judged;
pub use waive::is_rule_judged;

/// Whether objects are judged by every level and version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Surveying {
    /// By what they must meet alone.
    #[default]
    No,
    /// By that, and by all levels.
    Beside,
    /// By all levels: none of its own says what is forbidden.
    Alone,
}

/// What manifests are judged by.
#[derive(Clone, Debug)]
pub struct Options {
    /// The level that pods must meet.
    pub level: Level,
    /// The version of the Standards.
    pub version: Version,
    /// The newest minor version that the cluster knows: what `latest` and anything newer mean.
    pub kubernetes_version: u32,
    /// The minor version of the cluster as it was given, also where podline does not know it.
    pub cluster: u32,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// What applies to which objects, by their namespace, labels, service account and file.
    pub scopes: Arc<Scopes>,
    /// Kinds of custom resources that are known here alone.
    pub templates: Arc<Vec<&'static Row>>,
    /// The day on which waivers are judged.
    pub today: Date,
    /// Waivers that are written in no manifest.
    pub waivers: Arc<Waivers>,
    /// Which waivers count; all of them where nobody says.
    pub waiver_policy: Option<Arc<WaiverPolicy>>,
    /// Whether objects are described by their labels and source too; waivers that ask for them want it anyway.
    pub details: bool,
    /// Whether findings get their fingerprints, which not every report shows and which cost a tenth of the time.
    pub fingerprints: bool,
    /// Judge by the levels of namespaces instead of one level for all.
    pub admission: Option<Arc<Admission>>,
    /// Judge by every level and version too: what a roll-out of levels needs to know.
    pub level_survey: Surveying,
    /// Who creates the objects, with the groups that the API server gives; "" is nobody in particular.
    pub creator: Arc<User>,
    /// What is judged besides the Standards.
    pub policies: Arc<LocalPolicies>,
    /// The documents of the policies of the cluster, whatever became of them.
    pub loaded: Arc<Loaded>,
    /// The policies of the cluster, where some were loaded.
    pub engines: Option<Arc<Engines>>,
    /// The rules that there are: what waivers in manifests may name.
    pub rules: Arc<Catalogue>,
    /// The ClusterResourceSets of the run, if it has more than one file.
    pub resource_sets: Option<Arc<ResourceSets>>,
    /// Set when nobody wants the result any more: documents that were not judged by then are passed over.
    pub abandoned: Option<Arc<AtomicBool>>,
}

impl Default for Options {
    /// `restricted:latest` of the newest known Kubernetes, in the namespace `default`, today by UTC.
    fn default() -> Self {
        Self {
            level: Level::Restricted,
            version: Version::Latest,
            kubernetes_version: NEWEST_KNOWN,
            cluster: NEWEST_KNOWN,
            namespace: "default".to_owned(),
            scopes: Arc::default(),
            templates: Arc::default(),
            today: Date::today(),
            waivers: Arc::default(),
            waiver_policy: None,
            details: false,
            fingerprints: true,
            admission: None,
            level_survey: Surveying::No,
            creator: Arc::new(User::named("")),
            policies: Arc::default(),
            loaded: Arc::default(),
            engines: None,
            rules: Arc::default(),
            resource_sets: None,
            abandoned: None,
        }
    }
}

/// What one mode demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// What becomes of a pod that violates it.
    pub mode: Mode,
    /// The level.
    pub level: Level,
    /// The version.
    pub version: Version,
}

impl Options {
    /// Whether nobody wants the result any more.
    fn is_abandoned(&self) -> bool {
        self.abandoned.as_ref().is_some_and(|abandoned| abandoned.load(Ordering::Relaxed))
    }

    /// The row of an object's kind, if it is known to hold pod templates.
    fn row_of(&self, object: &Object) -> Option<&'static Row> {
        let configured = self.templates.iter().find(|row| row.is_of(object)).copied();
        configured.or_else(|| row_of(object))
    }

    /// What a template is judged by where one level holds for a file. `scope` is the entry that is for its object.
    fn standard(&self, scope: Option<&Scope>) -> Standard {
        let level = scope.and_then(|scope| scope.level);
        let version = scope.and_then(|scope| scope.version);
        // A level without a version means its newest one, not the version that goes with another level.
        let version = version.unwrap_or(if level.is_some() { Version::Latest } else { self.version });
        Standard { mode: Mode::Enforce, level: level.unwrap_or(self.level), version }
    }
}

/// Files with more documents than this are judged by all threads.
const MANY_DOCUMENTS: usize = 32;

/// Judges one file.
///
/// `standing` says how the file came to be judged: `true` stands for one that was named, `false` for one that was not.
pub fn lint<'a>(file: &'a SourceFile, standing: impl Into<Standing<'a>>, options: &'a Options) -> FileReport {
    Parts::new(file, standing, options).whole()
}

/// Gives those findings that are meant their configured weights, and drops what is turned off.
fn weigh(findings: &mut Vec<ReportEntry>, is_meant: fn(&Finding) -> bool, scope: Option<&Scope>, scopes: &FileScopes) {
    if scopes.weighs_nothing() {
        return;
    }
    findings.retain_mut(|finding| {
        let weight = scopes.weight(scope, finding).filter(|_| is_meant(finding));
        weight.is_none_or(|weight| severities::apply(finding, weight))
    });
}

/// Whether some line, or some member of a JSON object, says `kind:` or `apiVersion:`.
fn looks_like_manifest(text: &str) -> bool {
    if text.contains('\0') {
        // UTF-16 without a byte order mark.
        return looks_like_manifest(&text.replace('\0', ""));
    }
    let is_json = text.trim_start().starts_with(['{', '[']);
    let says_it = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix('"').unwrap_or(line);
        let rest = line.strip_prefix("apiVersion").or_else(|| line.strip_prefix("kind"));
        rest.is_some_and(|rest| rest.strip_prefix('"').unwrap_or(rest).trim_start().starts_with(':'))
    };
    text.lines().any(|line| says_it(line) || is_json && line.split(['{', '[', ',']).any(says_it))
}
