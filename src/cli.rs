//! The command line, and nothing else.

mod check;
mod diff;
mod error;
mod given;
pub mod levels;
pub mod policies;
mod renamed;
mod reports;
mod variables;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use check::{Admission, Check, Denied, FixAs, Format, PspModeName, Repair};
pub use diff::{Diff, Git};
pub use error::{ArgumentError, Conflict};
pub use given::parse;
pub use policies::{Policies, PoliciesFormat};
pub use reports::{Output, PolicyReportApi, Reports, parse_output};

use crate::config::standard::{parse_kubernetes_version, parse_level};
use crate::pod_security::{Level, Version};
use crate::waiver::date::Date;

/// Lints rendered Kubernetes manifests by the Pod Security Standards, exactly as the API server would, and points at
/// the line.
#[derive(Debug, Parser)]
#[command(name = "podline", version, max_term_width = 120)]
#[command(after_help = "Exit status: 0 clean, 1 findings, 2 podline could not do its job.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// What is to be said before it is done.
    #[arg(skip)]
    pub remarks: Vec<String>,
}

/// What podline can do.
#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "a run has one of them")]
pub enum Command {
    /// Lint files and directories
    #[command(after_help = check::EXAMPLES)]
    Check(Box<Check>),
    /// Compare two trees of manifests, reports (check --format json) or revisions of git: findings new, fixed and
    /// unchanged
    #[command(override_usage = diff::USAGE, after_help = diff::HELP)]
    #[command(mut_arg("paths", diff::two_sides), mut_args(diff::without_unused))]
    Diff(Box<Diff>),
    /// Show how far each namespace can go, and what stands in its way
    #[command(after_help = levels::EXAMPLES)]
    Levels(levels::Levels),
    /// List every waiver: rule, reason, last day, place, and what it covers
    Waivers(Waivers),
    /// List the policies that were loaded, and how many objects each judges
    #[command(after_help = policies::EXAMPLES)]
    Policies(policies::Policies),
    /// Show each document as JSON, as Kubernetes reads it
    Inspect(Inspect),
    /// Show which files a check would read or skip, and why
    Files(Files),
    /// Show the page of a rule; without one, list all rules
    Explain(Explain),
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

impl Command {
    /// What it reads, if that is manifests.
    fn input_mut(&mut self) -> Option<&mut Input> {
        match self {
            Self::Check(options) => Some(&mut options.input),
            Self::Diff(options) => Some(&mut options.check.input),
            Self::Levels(options) => Some(&mut options.input),
            Self::Waivers(options) => Some(&mut options.input),
            Self::Policies(options) => Some(&mut options.input),
            Self::Inspect(options) => Some(&mut options.input),
            Self::Files(options) => Some(&mut options.input),
            Self::Init(options) => Some(&mut options.input),
            _ => None,
        }
    }
}

/// Where the configuration comes from.
#[derive(Clone, Debug, Default, Args)]
pub struct Config {
    /// The configuration for all files [default: the nearest podline.yaml, podline.yml, .podline.yaml or .podline.yml
    /// above each file, up to the root of its repository; in none, up to the working directory or the path given]
    #[arg(long, env = "PODLINE_CONFIG", hide_env = true, value_name = "FILE", value_parser = some_path)]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, env = "PODLINE_NO_CONFIG", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub no_config: bool,
}

/// What is read.
#[derive(Clone, Debug, Args)]
pub struct Input {
    /// Files and directories; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Skip what this glob matches in a walk: as in .gitignore, or an absolute path, or one that begins with ..
    #[arg(long, env = "PODLINE_EXCLUDE", hide_env = true, value_name = "GLOB", value_delimiter = ',')]
    pub exclude: Vec<String>,

    /// Apply --exclude to named files too
    #[arg(long, env = "PODLINE_FORCE_EXCLUDE", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub force_exclude: bool,

    /// Read named files only where a walk would read them (for hooks); implies --force-exclude
    #[arg(long, env = "PODLINE_AS_WALKED", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub as_walked: bool,

    /// Read what .gitignore, .podlineignore and `exclude:` leave out, and hidden directories of tools
    #[arg(long, env = "PODLINE_NO_IGNORE", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub no_ignore: bool,

    /// The name of standard input in reports
    #[arg(long, env = "PODLINE_STDIN_FILENAME", hide_env = true, value_name = "PATH")]
    pub stdin_filename: Option<String>,

    /// How many threads to use [default: one per processor]
    #[arg(long, env = "PODLINE_THREADS", hide_env = true, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,

    /// The ids of the options that stand on the command line.
    #[arg(skip)]
    pub given: Vec<String>,
}

impl Input {
    /// Whether an option stands on the command line, and not only in the environment.
    pub fn gives(&self, option: &str) -> bool {
        self.given.iter().any(|given| given == option)
    }
}

/// Options of `podline inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// What is read.
    #[command(flatten)]
    pub input: Input,

    /// Show each object as the API server stores it when admission policies see it, and the pod that its controller
    /// would create
    #[arg(long)]
    pub defaulted: bool,
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

    /// Judge by the policies in these files and directories too: ValidatingAdmissionPolicies with their bindings and
    /// params, Kyverno's, Gatekeeper's, Kubewarden's, PodSecurityPolicies, or files with `policies:`
    #[arg(long, env = "PODLINE_POLICY", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub policy: Vec<PathBuf>,

    /// How PodSecurityPolicies are read: as they hold today, or as the cluster before v1.25 read them
    #[arg(long, env = "PODLINE_PSP_MODE", hide_env = true, value_name = "MODE", default_value = "manifest")]
    pub psp_mode: PspModeName,

    /// How namespaces decide.
    #[command(flatten)]
    pub admission: Admission,

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
    /// The rule, as reports name it: pss/privileged, or privileged; vap/NAME is that of a loaded policy
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,

    /// Files and directories of policies whose rules are to be known too
    #[arg(long, env = "PODLINE_POLICY", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub policy: Vec<PathBuf>,

    /// Write all rules, or this one, for other tools
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ListFormat>,

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

    /// Accept what is found today, in podline.accepted, so that podline check fails for what is new only; what cannot be
    /// read gets a waiver for 90 days
    #[arg(long)]
    pub accept: bool,

    /// Replace a podline.yaml, and with --accept a podline.accepted, that is there
    #[arg(long)]
    pub force: bool,

    /// The cluster's version, for the configuration [default: left open]
    #[arg(long, env = "PODLINE_KUBERNETES_VERSION", hide_env = true, value_name = "VERSION", value_parser = parse_kubernetes_version)]
    pub kubernetes_version: Option<u32>,

    /// The day on which it is accepted, as 2027-03-31 [default: today, by UTC]
    #[arg(long, env = "PODLINE_TODAY", hide_env = true, value_name = "DATE")]
    pub today: Option<Date>,
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
    /// A table; of one rule, its page
    Markdown,
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

/// A path that is not empty.
fn some_path(text: &str) -> Result<PathBuf, ArgumentError> {
    if text.is_empty() { Err(ArgumentError::NoFile) } else { Ok(PathBuf::from(text)) }
}

/// A boolean of the environment.
fn boolean(text: &str) -> Result<bool, ArgumentError> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" | "" => Ok(false),
        _ => Err(ArgumentError::NotBoolean),
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
