//! The command line, and nothing else.

mod given;
pub mod levels;
mod reports;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use given::parse;
pub use reports::{Output, PolicyReportApi, Reports, parse_output};

use crate::finding::Severity;
use crate::local::psp::PspMode;
use crate::pod_security::{Level, Version};
use crate::policy::date::Date;
use crate::policy::standard::{parse_kubernetes_version, parse_level};
use crate::verdict::SkipReason;

/// Lints rendered Kubernetes manifests by the Pod Security Standards, exactly as the API server would, and points at
/// the line.
#[derive(Debug, Parser)]
#[command(name = "podline", version, max_term_width = 120)]
#[command(after_help = "Exit status: 0 clean, 1 findings, 2 podline could not do its job.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What podline can do.
#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "a run has one of them")]
pub enum Command {
    /// Lint files and directories
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Box<Check>),
    /// Compare two trees of manifests, or reports (check --format json): findings new, fixed and unchanged
    #[command(after_help = DIFF_HELP, mut_arg("paths", two_sides), mut_args(without_unused))]
    Diff(Box<Check>),
    /// Show how far each namespace can go, and what stands in its way
    #[command(after_help = levels::EXAMPLES)]
    Levels(levels::Levels),
    /// List every waiver: rule, reason, until, where it stands and what it covers
    Waivers(Waivers),
    /// Show each document as JSON, as Kubernetes reads it
    Inspect(Inspect),
    /// Show which files a check would read or pass over, and why
    Files(Files),
    /// Show the page of a rule; without one, list all rules
    Explain(Explain),
    /// List the rules for other tools
    Rules(Rules),
    /// Write a commented podline.yaml from what is found
    Init(Init),
    /// Print the JSON Schema of the configuration
    Schema(Schema),
    /// Serve an editor: the language server on standard input and output
    Lsp(Lsp),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print the manual page; with --dir, write the pages of all commands
    Man(Man),
}

const CHECK_EXAMPLES: &str = "\
Examples:
  podline check deploy/
  helm template ./chart | podline check -
  podline check --fix --unsafe-fixes deploy/
  podline check --level baseline:v1.31 --format json manifests/ > report.json
  podline check --admission --namespaces-from cluster/namespaces.yaml manifests/

Every option can be given as an environment variable: --level as PODLINE_LEVEL.
Exit status: 0 clean, 1 findings at or above --fail-on, 2 podline could not do its job.";

const DIFF_HELP: &str = "\
Examples:
  podline diff /tmp/main-rendered /tmp/branch-rendered
  podline diff main.json branch.json

BASE and HEAD are directories, files, or reports that podline check --format json wrote. Formats: human, concise, json.
What HEAD passes over or cannot judge is not counted as fixed; --deny-skipped is about HEAD.
Exit status: 0 nothing new, 1 new findings at or above --fail-on, 2 podline could not do its job.";

/// The two sides of `podline diff`, in place of any number of paths.
fn two_sides(paths: clap::Arg) -> clap::Arg {
    let help = "The tree or report to compare with, and the one to compare";
    paths.value_names(["BASE", "HEAD"]).num_args(2).required(true).help(help)
}

/// Takes from the help of `podline diff`, and from its environment, what it has no use for.
fn without_unused(arg: clap::Arg) -> clap::Arg {
    if given::NOT_IN_DIFF.contains(&arg.get_id().as_str()) { arg.hide(true).env(None) } else { arg }
}

/// Options of `podline check`.
#[derive(Debug, Args)]
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

    /// Judge by these policies too: PodSecurityPolicy manifests, or files with `policies:`
    #[arg(long, env = "PODLINE_POLICY", hide_env = true, value_name = "FILE", value_delimiter = ',')]
    pub policy: Vec<PathBuf>,

    /// How PodSecurityPolicies are read: as they hold today, when what they filled in must stand in the manifest, or as
    /// the cluster before v1.25 read them
    #[arg(long, env = "PODLINE_PSP_MODE", hide_env = true, value_name = "MODE", default_value = "manifest")]
    pub psp_mode: PspModeName,

    /// The configuration.
    #[command(flatten)]
    pub config: Config,

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

    /// Report only what is not recorded in this baseline
    #[arg(long, env = "PODLINE_BASELINE", hide_env = true, value_name = "FILE", value_delimiter = ',')]
    pub baseline: Vec<PathBuf>,

    /// Record all findings as a baseline; one that is given as --baseline too only shrinks
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,

    /// The day on which waivers are judged, as 2027-03-31 [default: today, by UTC]
    #[arg(long, env = "PODLINE_TODAY", hide_env = true, value_name = "DATE")]
    pub today: Option<Date>,

    /// The lowest severity that makes the exit status 1
    #[arg(long, env = "PODLINE_FAIL_ON", hide_env = true, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,

    /// Make the exit status 1 if something was passed over, for any reason or for these: not-manifest, unrendered,
    /// patch, encrypted, policy
    #[arg(long, env = "PODLINE_DENY_SKIPPED", hide_env = true, value_name = "REASON", value_delimiter = ',', num_args = 0..=1, require_equals = true, default_missing_value = "all", value_parser = skip_reasons)]
    pub deny_skipped: Vec<SkipReasons>,

    /// Show this many blocks, then counts by rule and by object; 0 shows all [human only]
    #[arg(long, env = "PODLINE_MAX_FINDINGS", hide_env = true, value_name = "N", default_value = "50")]
    pub max_findings: usize,

    /// Counts by rule and by object only [human only]
    #[arg(long, env = "PODLINE_STATISTICS", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub statistics: bool,

    /// What is mended.
    #[command(flatten)]
    pub repair: Repair,

    /// When to use colours
    #[arg(long, env = "PODLINE_COLOR", hide_env = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Findings only, no closing line
    #[arg(short, long, env = "PODLINE_QUIET", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub quiet: bool,

    /// Also what the API server would say, and every file that was skipped
    #[arg(short, long, env = "PODLINE_VERBOSE", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub verbose: bool,

    /// What was left aside of the environment, for -v.
    #[arg(skip)]
    pub notes: Vec<String>,

    /// What was given and does nothing, said always.
    #[arg(skip)]
    pub hints: Vec<String>,
}

/// Where the configuration comes from.
#[derive(Debug, Default, Args)]
pub struct Config {
    /// The configuration for all files [default: the nearest podline.yaml above each file, up to the root of its
    /// repository]
    #[arg(long, env = "PODLINE_CONFIG", hide_env = true, value_name = "FILE", value_parser = some_path)]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, env = "PODLINE_NO_CONFIG", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub no_config: bool,
}

/// What is mended.
#[derive(Debug, Args)]
#[command(next_help_heading = "Repair")]
pub struct Repair {
    /// Mend what can be mended without stopping an image that ran before, in the files themselves; what comes from
    /// standard input goes to standard output, and the findings to standard error
    #[arg(long, conflicts_with = "fix_as")]
    pub fix: bool,

    /// With --fix, --diff or --fix-as: mend also what changes or takes away something written, or may keep an image from
    /// starting
    #[arg(long, env = "PODLINE_UNSAFE_FIXES", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub unsafe_fixes: bool,

    /// Show what --fix would change, as a unified diff, and write nothing
    #[arg(long, env = "PODLINE_DIFF", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub diff: bool,

    /// Write the repairs as patches, for manifests of others: one an object, and a component that lists them
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

    /// Who creates the objects, for exemptions by user [with --admission]
    #[arg(long, env = "PODLINE_USER", hide_env = true, value_name = "NAME")]
    pub user: Option<String>,

    /// Read Namespaces from here too, for their labels only [with --admission]
    #[arg(long, env = "PODLINE_NAMESPACES_FROM", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub namespaces_from: Vec<PathBuf>,

    /// Which options that mean nothing without --admission stand on the command line itself.
    #[arg(skip)]
    pub asked: Vec<&'static str>,
}

impl Admission {
    /// Whether namespaces decide.
    pub fn is_on(&self) -> bool {
        self.admission || self.admission_config.is_some()
    }
}

/// What is read.
#[derive(Debug, Args)]
pub struct Input {
    /// Files and directories; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Pass over what this glob (as in .gitignore) matches in a walk
    #[arg(long, env = "PODLINE_EXCLUDE", hide_env = true, value_name = "GLOB", value_delimiter = ',')]
    pub exclude: Vec<String>,

    /// Let --exclude hold for named files too
    #[arg(long, env = "PODLINE_FORCE_EXCLUDE", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub force_exclude: bool,

    /// Read named files only where a walk would read them (for hooks); implies --force-exclude
    #[arg(long, env = "PODLINE_AS_WALKED", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub as_walked: bool,

    /// Do not respect .gitignore and .podlineignore
    #[arg(long, env = "PODLINE_NO_IGNORE", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub no_ignore: bool,

    /// The name of standard input in reports
    #[arg(long, env = "PODLINE_STDIN_FILENAME", hide_env = true, value_name = "PATH")]
    pub stdin_filename: Option<String>,

    /// How many threads to use [default: one a processor]
    #[arg(long, env = "PODLINE_THREADS", hide_env = true, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
}

/// Options of `podline inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// What is read.
    #[command(flatten)]
    pub input: Input,
}

/// Options of `podline files`.
#[derive(Debug, Args)]
pub struct Files {
    /// What is read.
    #[command(flatten)]
    pub input: Input,

    /// Also show the merged configuration that applies to each file; with =FILE, that of this file for all
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub config: Option<String>,

    /// Read no configuration
    #[arg(long, env = "PODLINE_NO_CONFIG", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub no_config: bool,
}

/// Options of `podline waivers`.
#[derive(Debug, Args)]
pub struct Waivers {
    /// What is read.
    #[command(flatten)]
    pub input: Input,

    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: Config,

    /// Level and version of the Standards by which it is seen what a waiver covers [default: restricted:latest]
    #[arg(long, env = "PODLINE_LEVEL", hide_env = true, value_name = "LEVEL[:VERSION]", value_parser = parse_level)]
    pub level: Option<(Level, Version)>,

    /// The cluster's version: what `latest` and anything newer mean there [default: v1.37, the newest known]
    #[arg(long, env = "PODLINE_KUBERNETES_VERSION", hide_env = true, value_name = "VERSION", value_parser = parse_kubernetes_version)]
    pub kubernetes_version: Option<u32>,

    /// The namespace of objects that name none [default: default]
    #[arg(long, env = "PODLINE_NAMESPACE", hide_env = true, value_name = "NAME")]
    pub namespace: Option<String>,

    /// The day on which waivers are judged, as 2027-03-31 [default: today, by UTC]
    #[arg(long, env = "PODLINE_TODAY", hide_env = true, value_name = "DATE")]
    pub today: Option<Date>,

    /// How the list is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: WaiversFormat,
}

/// How the list of waivers is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WaiversFormat {
    /// A paragraph each
    Human,
    /// An array of objects
    Json,
    /// For a spreadsheet
    Csv,
}

/// Options of `podline explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The rule, as reports name it: pss/privileged, or privileged
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,

    /// When to use colours
    #[arg(long, env = "PODLINE_COLOR", hide_env = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// Options of `podline init`.
#[derive(Debug, Args)]
pub struct Init {
    /// What is read.
    #[command(flatten)]
    pub input: Input,

    /// Replace a podline.yaml that is there
    #[arg(long)]
    pub force: bool,
}

/// Options of `podline schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// What the schema is of
    #[arg(value_name = "WHAT", default_value = "config")]
    pub of: SchemaOf,
}

/// Options of `podline lsp`.
#[derive(Debug, Args)]
pub struct Lsp {
    /// What editors pass to every language server; there is no other way
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// What has a JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// podline.yaml
    Config,
    /// What `podline check --format json` writes, and `podline diff`
    Report,
    /// What `podline levels --format json` writes
    Levels,
}

/// Options of `podline rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// How the list is written
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub format: ListFormat,
}

/// Options of `podline completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Options of `podline man`.
#[derive(Debug, Args)]
pub struct Man {
    /// Write podline.1 and a page for each command into this directory, which exists
    // No environment variable: nothing but the command line may write files.
    #[arg(long, value_name = "DIR", value_parser = some_path)]
    pub dir: Option<PathBuf>,
}

/// How a list for other tools is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// An array of objects
    Json,
    /// A table
    Markdown,
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

impl Format {
    /// Whether `podline diff` writes it.
    pub fn is_for_diff(self) -> bool {
        matches!(self, Format::Human | Format::Concise | Format::Json)
    }
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

/// What makes the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Note,
    /// Nothing
    Never,
}

impl FailOn {
    /// The lowest severity that counts; `None` if none does.
    pub fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set; `FORCE_COLOR` and `CLICOLOR_FORCE` mean always
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Reasons for which something was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReasons {
    /// Any reason.
    All,
    /// None: what an empty environment variable means.
    None,
    /// This one.
    One(SkipReason),
}

fn skip_reasons(text: &str) -> Result<SkipReasons, String> {
    match text {
        "all" => Ok(SkipReasons::All),
        "" => Ok(SkipReasons::None),
        name => {
            SkipReason::ALL.into_iter().find(|reason| reason.as_str() == name).map(SkipReasons::One).ok_or_else(|| {
                let names: Vec<&str> = SkipReason::ALL.iter().map(|reason| reason.as_str()).collect();
                format!("unknown reason: must be one of {}", names.join(", "))
            })
        }
    }
}

/// A path that is not empty.
fn some_path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("must name a file".to_owned()) } else { Ok(PathBuf::from(text)) }
}

/// A boolean of the environment.
fn boolean(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" | "" => Ok(false),
        _ => Err("must be 1, true, yes, 0, false, no or empty".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
