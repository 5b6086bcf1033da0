//! What is asked for, by the command line or by the settings of an editor. It stands above every configuration.

use std::path::PathBuf;
use std::sync::Arc;

use crate::finding::FailOn;
use crate::local::psp::PspMode;
use crate::pod_security::{Level, Version};
use crate::source::confine;
use crate::source::discover::WalkOptions;
use crate::waiver::date::Date;
use crate::waiver::policy::Tracks;

/// What is asked for.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct Ask {
    /// Which configuration is for a file.
    pub choice: Choice,
    /// The level and version for all.
    pub level: Option<(Level, Version)>,
    /// The minor version of the cluster, which may be newer than podline knows.
    pub kubernetes_version: Option<u32>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// The day on which waivers are judged.
    pub today: Option<Date>,
    /// How namespaces decide.
    pub admission: AskedAdmission,
    /// Files of policies that are for everything.
    pub policies: Vec<PathBuf>,
    /// Policies of engines judge what is written, not what the API server stores.
    pub as_written: bool,
    /// How PodSecurityPolicies are read.
    pub psp_mode: PspMode,
    /// From which severity on findings make the run fail.
    pub fail_on: Option<FailOn>,
    /// Files of accepted findings.
    pub accepted: Vec<PathBuf>,
    /// The file of accepted findings that is to be written: it need not be there yet.
    pub written: Option<PathBuf>,
    /// Judge by every level and version too.
    pub level_survey: bool,
    /// No report shows fingerprints: they are not made.
    pub without_fingerprints: bool,
    /// How directories are walked in which only context is looked for.
    pub walk: WalkOptions,
    /// The directories that are given: in no repository they are what nothing reaches out of.
    pub around: Arc<confine::Given>,
    /// What git tracks: a waiver in a rendered file counts only there.
    pub tracks: Tracks,
    /// Whether what a configuration excludes is left out even where it was named.
    pub force_exclude: bool,
}

/// Which configuration is for a file.
#[derive(Clone, Debug, Default)]
pub enum Choice {
    /// The nearest one.
    #[default]
    Nearest,
    /// None.
    None,
    /// The same for all.
    File(PathBuf),
}

/// How namespaces decide, as far as it is asked for.
#[derive(Clone, Debug, Default)]
pub struct AskedAdmission {
    /// When.
    pub decides: Decides,
    /// The file with the API server's configuration.
    pub config: Option<PathBuf>,
    /// Who creates the objects.
    pub user: Option<String>,
    /// Files and directories with what the cluster holds besides the objects that are judged.
    pub cluster: Vec<PathBuf>,
    /// The groups of that user, besides those that every user has.
    pub groups: Vec<String>,
}

/// When namespaces decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decides {
    /// Where a configuration says so, and no level is asked for.
    #[default]
    AsConfigured,
    /// Always.
    Always,
    /// Never, but what is exempt is not judged, and what namespaces say today is known: for a question about all levels.
    OnlyExempts,
}
