//! The options of `podline check`, most of which `podline diff` has too.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use super::{Color, Config, Input, Reports, boolean};
use crate::config::deny::{self, Deny, UnknownDeny};
use crate::config::standard::{parse_kubernetes_version, parse_level};
use crate::finding::FailOn;
use crate::local::psp::PspMode;
use crate::pod_security::{Level, Version};
use crate::waiver::date::Date;

pub(super) const EXAMPLES: &str = "\
Examples:
  podline check deploy/
  helm template ./chart | podline check -
  podline check --fix --unsafe-fixes deploy/
  podline check --level baseline:v1.31 --format json manifests/ > report.json
  podline check --admission --cluster cluster/namespaces.yaml manifests/

Options can also be given as environment variables: --level as PODLINE_LEVEL.
Exit status: 0 clean, 1 findings at or above --fail-on, 2 podline could not do its job.";

/// Options of `podline check`.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct Check {
    /// What is read.
    #[command(flatten)]
    pub input: Input,

    /// Level and version of the Pod Security Standards: privileged, baseline or restricted, and latest or v1.N, as in
    /// baseline:v1.31 [default: restricted:latest]
    #[arg(long, env = "PODLINE_LEVEL", hide_env = true, value_name = "LEVEL[:VERSION]", value_parser = parse_level)]
    pub level: Option<(Level, Version)>,

    /// The cluster's version: what `latest` and anything newer mean there; fields and kinds that it does not know yet are
    /// warned about [default: v1.37, the newest known]
    #[arg(long, env = "PODLINE_KUBERNETES_VERSION", hide_env = true, value_name = "VERSION", value_parser = parse_kubernetes_version)]
    pub kubernetes_version: Option<u32>,

    /// The namespace of objects that name none [default: default]
    #[arg(long, env = "PODLINE_NAMESPACE", hide_env = true, value_name = "NAME")]
    pub namespace: Option<String>,

    /// Judge by the policies in these files and directories too: ValidatingAdmissionPolicies with their bindings and
    /// params, Kyverno's, Gatekeeper's, Kubewarden's, PodSecurityPolicies with their roles and bindings, or files with `policies:`; `.`
    /// takes those beside the manifests
    #[arg(long, env = "PODLINE_POLICY", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub policy: Vec<PathBuf>,

    /// Let loaded policies judge what is written: without the defaults of the API server, and no pods that controllers
    /// would make
    #[arg(long, env = "PODLINE_AS_WRITTEN", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub as_written: bool,

    /// How many steps each loaded policy may use in the run [default: 1000000000, about a minute]
    #[arg(long, env = "PODLINE_POLICY_STEPS", hide_env = true, value_name = "N")]
    pub policy_steps: Option<u64>,

    /// How PodSecurityPolicies are read: as they hold today, when what they filled in must stand in the manifest, or as
    /// the cluster before v1.25 read them
    #[arg(long, env = "PODLINE_PSP_MODE", hide_env = true, value_name = "MODE", default_value = "manifest")]
    pub psp_mode: PspModeName,

    /// The configuration.
    #[command(flatten)]
    pub config: Config,

    /// Read the configuration, ignore files, accepted findings and policies as they are in this revision of git, and warn of
    /// what is changed in them since (for pull requests, which must not decide what they are judged by)
    #[arg(long, env = "PODLINE_CONFIG_FROM", hide_env = true, value_name = "REV")]
    pub config_from: Option<String>,

    /// How namespaces decide.
    #[command(flatten)]
    pub admission: Admission,

    /// Where the charts are whose `# Source:` comments stand in rendered manifests: findings are then shown in their
    /// templates
    #[arg(long, env = "PODLINE_SOURCE_ROOT", hide_env = true, value_name = "DIR")]
    pub source_root: Option<PathBuf>,

    /// How findings are shown on standard output [default: human]
    #[arg(long, env = "PODLINE_FORMAT", hide_env = true, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Other forms in which the findings are written, and how paths are written there.
    #[command(flatten)]
    pub reports: Reports,

    /// Report only these rules (and what cannot be judged at all); `pss/*` is all of the Standards
    #[arg(long, env = "PODLINE_SELECT", hide_env = true, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Do not report these rules
    #[arg(long, env = "PODLINE_IGNORE", hide_env = true, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Report only what this file of accepted findings does not hold
    #[arg(long, env = "PODLINE_ACCEPTED", hide_env = true, value_name = "FILE", value_delimiter = ',')]
    pub accepted: Vec<PathBuf>,

    /// Accept all findings of today: write them to this file. Of one that `accepted:` names, what is gone
    /// is taken out and what is new is added; one that is given as --accepted too only shrinks
    #[arg(long, value_name = "FILE")]
    pub write_accepted: Option<PathBuf>,

    /// The day on which waivers are judged, as 2027-03-31 [default: today, by UTC]
    #[arg(long, env = "PODLINE_TODAY", hide_env = true, value_name = "DATE")]
    pub today: Option<Date>,

    /// The lowest severity that makes the exit status 1 [default: `fail-on:` of the configuration, else error]
    #[arg(long, env = "PODLINE_FAIL_ON", hide_env = true, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,

    /// Make the exit status 1 for what is not a finding: what was skipped (unrendered, patch, encrypted, policy, ignored,
    /// hidden, outside, special), not judged (unjudged) or not sure (undecided, unknown-version), or `all` of these
    #[arg(long, env = "PODLINE_DENY", hide_env = true, value_name = "WHAT", value_delimiter = ',', value_parser = deny)]
    pub deny: Vec<Denied>,

    /// Show this many blocks, then counts by rule and by object; 0 shows all [human only]
    #[arg(long, env = "PODLINE_MAX_FINDINGS", hide_env = true, value_name = "N", default_value = "50")]
    pub max_findings: usize,

    /// Counts by rule and by object only [human only]
    #[arg(long, env = "PODLINE_STATISTICS", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub statistics: bool,

    /// When to use colours
    #[arg(long, env = "PODLINE_COLOR", hide_env = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Findings only, no closing line
    #[arg(short, long, env = "PODLINE_QUIET", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub quiet: bool,

    /// Also what the API server would say, and every file that was skipped
    #[arg(short, long, env = "PODLINE_VERBOSE", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub verbose: bool,

    // Last, since its heading would hold for all options after it.
    /// What is fixed.
    #[command(flatten)]
    pub repair: Repair,

    /// What was ignored of the environment, for -v.
    #[arg(skip)]
    pub notes: Vec<String>,
}

/// What is fixed.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Fixes")]
pub struct Repair {
    /// Fix what is safe, in the files themselves: what ran before runs after; what comes from standard input goes to
    /// standard output, and the findings to standard error
    #[arg(long, conflicts_with = "fix_as")]
    pub fix: bool,

    /// With --fix, --diff or --fix-as: also fix what is not safe: it changes or removes something written, or may keep an
    /// image from starting or from doing its work
    #[arg(long, env = "PODLINE_UNSAFE_FIXES", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub unsafe_fixes: bool,

    /// Show what --fix would change, as a unified diff; with --fix, what it changes
    #[arg(long, env = "PODLINE_DIFF", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub diff: bool,

    /// Write the fixes as patches, for manifests of others: one per object, and a component that lists them
    #[arg(long, value_name = "TOOL", requires = "fix_dir")]
    pub fix_as: Option<FixAs>,

    /// The directory for --fix-as
    #[arg(long, value_name = "DIR", requires = "fix_as")]
    pub fix_dir: Option<PathBuf>,
}

/// What patches are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FixAs {
    /// kustomize, and what builds on it: kubectl, Argo CD, Flux, post-renderers of Helm
    Kustomize,
}

/// How namespaces decide.
#[derive(Clone, Debug, Args)]
pub struct Admission {
    /// Judge each pod by the Pod Security labels of its namespace, as the cluster would
    #[arg(long, env = "PODLINE_ADMISSION", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub admission: bool,

    /// The API server's PodSecurityConfiguration, alone or in an AdmissionConfiguration: defaults and exemptions;
    /// implies --admission
    #[arg(long, env = "PODLINE_ADMISSION_CONFIG", hide_env = true, value_name = "FILE")]
    pub admission_config: Option<PathBuf>,

    /// Who creates the objects, for exemptions by user, policies that ask, and rights to use a PodSecurityPolicy [with
    /// --admission or --policy]
    #[arg(long, env = "PODLINE_USER", hide_env = true, value_name = "NAME")]
    pub user: Option<String>,

    /// A group of that user, besides those that every user has [with --admission or --policy]
    #[arg(long, env = "PODLINE_GROUP", hide_env = true, value_name = "NAME", value_delimiter = ',')]
    pub group: Vec<String>,

    /// Files and directories with objects of the cluster that are not checked themselves: Namespaces, for their labels
    /// and annotations, what policies refer to (params and definitions of resources), and the roles and bindings that say
    /// who may use a PodSecurityPolicy
    #[arg(long, env = "PODLINE_CLUSTER", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub cluster: Vec<PathBuf>,
}

impl Admission {
    /// Whether namespaces decide.
    pub fn is_on(&self) -> bool {
        self.admission || self.admission_config.is_some()
    }
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Each with the line it is about
    Human,
    /// One line each: file:line:column: error[rule] message
    Concise,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit, for the test tab
    Junit,
    /// Workflow commands of GitHub: annotations on a pull request
    Github,
    /// Code Quality of GitLab, for merge requests
    Gitlab,
    /// PolicyReports, for a cluster
    PolicyReport,
    /// A summary for comments and step summaries
    Markdown,
    /// A page to look at, for a browser
    Html,
}

/// How PodSecurityPolicies are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PspModeName {
    /// Fill in, then judge
    Admission,
    /// Judge what is written
    Manifest,
}

impl From<PspModeName> for PspMode {
    fn from(name: PspModeName) -> Self {
        match name {
            PspModeName::Admission => PspMode::Admission,
            PspModeName::Manifest => PspMode::Manifest,
        }
    }
}

/// What one value of `--deny` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied(pub Vec<Deny>);

fn deny(text: &str) -> Result<Denied, UnknownDeny> {
    deny::parse(text).map(Denied)
}
