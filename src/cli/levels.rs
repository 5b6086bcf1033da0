//! Options of `podline levels`.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use super::{Config, Input, boolean, parse_kubernetes_version, parse_level, some_path};
use crate::pod_security::{Level, Version};

pub(super) const EXAMPLES: &str = "\
Examples:
  podline levels rendered/
  kubectl get ns,deploy,sts,ds,cronjob,job,rs,pod -A -o json | podline levels -
  podline levels --by chart rendered/
  podline levels --format json rendered/ > levels.json, and later: podline levels --since levels.json rendered/
  podline levels --patch rendered/ | kubectl apply --dry-run=server -f -

Exit status: 0, or 1 with --require where a namespace does not reach it; 2 podline could not do its job.";

/// Options of `podline levels`.
#[derive(Debug, Args)]
pub struct Levels {
    /// What is read.
    #[command(flatten)]
    pub input: Input,

    /// The configuration.
    #[command(flatten)]
    pub config: Config,

    /// The cluster's version: what `latest` and anything newer mean there [default: v1.37, the newest known]
    #[arg(long, env = "PODLINE_KUBERNETES_VERSION", hide_env = true, value_name = "VERSION", value_parser = parse_kubernetes_version, conflicts_with = "to")]
    pub kubernetes_version: Option<u32>,

    /// The namespace of objects that name none [default: default]
    #[arg(long, env = "PODLINE_NAMESPACE", hide_env = true, value_name = "NAME")]
    pub namespace: Option<String>,

    /// The API server's PodSecurityConfiguration, alone or in an AdmissionConfiguration: what holds where a namespace has
    /// no label, and who is exempt
    #[arg(long, env = "PODLINE_ADMISSION_CONFIG", hide_env = true, value_name = "FILE")]
    pub admission_config: Option<PathBuf>,

    /// Files and directories with objects of the cluster that are not judged themselves: Namespaces, for their labels
    #[arg(long, env = "PODLINE_CLUSTER", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub cluster: Vec<PathBuf>,

    /// How the answer is shown
    #[arg(long, env = "PODLINE_FORMAT", hide_env = true, value_name = "FORMAT", default_value = "human")]
    pub format: LevelsFormat,

    /// Make the exit status 1 where a namespace does not reach this level, or not all is known of its pods
    #[arg(long, env = "PODLINE_REQUIRE", hide_env = true, value_name = "LEVEL[:VERSION]", value_parser = parse_level)]
    pub require: Option<(Level, Version)>,

    /// Count what blocks how many namespaces
    #[arg(long, value_name = "WHAT")]
    pub by: Option<By>,

    /// Show progress since an earlier answer, written with --format json
    #[arg(long, value_name = "FILE", value_parser = some_path)]
    pub since: Option<PathBuf>,

    /// Print the labels to apply, with pinned versions: Namespace manifests, or kubectl commands
    #[arg(long, value_name = "AS", num_args = 0..=1, require_equals = true, default_missing_value = "manifests", conflicts_with_all = ["by", "since", "from", "format"])]
    pub patch: Option<PatchAs>,

    /// With --patch and --require: take as reached what is not proven: in namespaces without workloads, and where pods are
    /// not known
    #[arg(long)]
    pub unproven: bool,

    /// Show what an upgrade of the cluster from this version alone would change
    #[arg(long, value_name = "VERSION", value_parser = parse_kubernetes_version)]
    pub from: Option<u32>,

    /// The version that the cluster is upgraded to [default: v1.37, the newest known]
    #[arg(long, value_name = "VERSION", value_parser = parse_kubernetes_version, requires = "from")]
    pub to: Option<u32>,

    /// Also what stands in the way, by rule, with the workloads
    #[arg(short, long, env = "PODLINE_VERBOSE", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub verbose: bool,
}

/// How the answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LevelsFormat {
    /// A table
    Human,
    /// For programs
    Json,
    /// A Markdown table
    Markdown,
}

/// What blocks namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Rules
    Rule,
    /// The charts that workloads were rendered from
    Chart,
    /// Images of containers
    Image,
}

/// How labels are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PatchAs {
    /// Namespace objects
    Manifests,
    /// `kubectl label` commands
    Commands,
}
