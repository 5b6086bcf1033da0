//! The options of `podline diff`: two paths, or revisions of a repository, and what is shown of what `podline check`
//! would find.

use std::ffi::OsStr;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::{Args, ValueEnum};

use super::{Check, Format, given};

pub(super) const USAGE: &str = "\
podline diff [OPTIONS] <BASE> <HEAD>
       podline diff [OPTIONS] --git <BASE> [PATH]...";

pub(super) const HELP: &str = "\
Examples:
  podline diff /tmp/main-rendered /tmp/branch-rendered
  podline diff main.json branch.json
  podline diff --git origin/main deploy/
  podline diff --git v1.2 --head v1.3 --format markdown

BASE and HEAD are directories, files, or reports that podline check --format json wrote; with --git they are revisions
of the repository around the working directory, and PATHs say what of them is read. Configurations, ignore files and
what they name decide for both as BASE has them: what the head changes there is policy/changed. Reports show what is new.
What HEAD skips or cannot judge is not counted as fixed; --deny, or deny: in podline.yaml, is about HEAD.
Exit status: 0 nothing new, 1 new findings at or above --fail-on, 2 podline could not do its job.";

/// Options of `podline diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// How both sides are judged, and what is shown.
    #[command(flatten)]
    pub check: Check,

    /// What is compared of a repository.
    #[command(flatten)]
    pub git: Git,
}

/// What is compared of a repository.
#[derive(Debug, Args)]
#[command(next_help_heading = "Git")]
pub struct Git {
    // No environment variables: two paths must not turn into paths of a revision.
    /// Compare with this revision, as in origin/main: with the last commit that it shares with the head, as a pull
    /// request does
    #[arg(long, value_name = "BASE")]
    pub git: Option<String>,

    /// The revision to compare, instead of what is checked out with all its changes
    #[arg(long, value_name = "REV", requires = "git")]
    pub head: Option<String>,

    /// Compare with BASE itself
    #[arg(long, requires = "git")]
    pub no_merge_base: bool,
}

/// The two sides, in place of any number of paths to check.
pub(super) fn two_sides(paths: clap::Arg) -> clap::Arg {
    let help =
        "The tree or report to compare with, and the one to compare; with --git what to read of both [default: .]";
    paths.value_name("PATH").num_args(1..).required_unless_present("git").help(help)
}

/// Takes from the help, and from the environment, what a comparison has no use for.
pub(super) fn without_unused(arg: clap::Arg) -> clap::Arg {
    match arg.get_id().as_str() {
        id if given::NOT_IN_DIFF.contains(&id) => arg.hide(true).env(None),
        "format" => arg.value_parser(Formats),
        _ => arg,
    }
}

/// Reads every format, and offers those that a comparison is written in.
#[derive(Clone)]
struct Formats;

impl TypedValueParser for Formats {
    type Value = Format;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        EnumValueParser::<Format>::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::of_diff()))
    }
}

impl Format {
    /// Whether `podline diff` writes it: the others show a state, not a change.
    pub fn is_for_diff(self) -> bool {
        !matches!(self, Format::Html | Format::PolicyReport)
    }

    /// What `podline diff` writes.
    pub fn of_diff() -> impl Iterator<Item = PossibleValue> {
        Format::value_variants().iter().filter(|format| format.is_for_diff()).filter_map(ValueEnum::to_possible_value)
    }
}
