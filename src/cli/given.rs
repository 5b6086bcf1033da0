//! What the command line gives, and what the environment: an option that is given wins over a default of the
//! environment that does not go with it.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use super::error::Conflict;
use super::{Admission, Check, Cli, Command, Config, Diff, Files, Format, renamed, variables};
use crate::config::standard::not_known;
use crate::pod_security::{Level, Version};

/// What `podline diff` cannot do, of the options that it shares with `podline check`.
pub(super) const NOT_IN_DIFF: [&str; 11] = [
    "config_from",
    "accepted",
    "write_accepted",
    "fix",
    "unsafe_fixes",
    "diff",
    "fix_as",
    "fix_dir",
    "statistics",
    "policy_report_api",
    "source_root",
];

/// Reads the command line, the program's name first.
///
/// # Errors
/// Those of clap: usage errors, and help and version, which are none.
pub fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches_from(arguments).map_err(|error| renamed::explain(error, arguments))?;
    renamed::refuse_variables()?;
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut Cli::command()))?;
    let Some((name, given)) = matches.subcommand() else { return Ok(cli) };
    if let Some(input) = cli.command.input_mut() {
        input.given = given.ids().map(clap::Id::as_str).filter(|id| is_flag(given, id)).map(str::to_owned).collect();
        cli.remarks = [variables::unknown(), versions(given)].concat();
    }
    let settled = match &mut cli.command {
        Command::Check(options) => settle(options, given),
        Command::Diff(options) => settle_diff(options, given),
        Command::Files(options) => settle_files(options, given),
        Command::Levels(options) => settle_config(&mut options.config, given).map(drop),
        Command::Policies(options) => settle_config(&mut options.config, given).map(drop),
        Command::Waivers(options) => settle_config(&mut options.config, given)
            .and_then(|_| settle_level(&mut options.level, &mut options.admission, given))
            .map(drop),
        _ => Ok(()),
    };
    settled.map_err(|conflict| {
        let mut command = Cli::command();
        command.build();
        command.find_subcommand_mut(name).unwrap_or(&mut Cli::command()).error(ErrorKind::ArgumentConflict, conflict)
    })?;
    Ok(cli)
}

/// What is to be said of versions that are newer than podline knows, as the command line or the environment gives them.
fn versions(given: &ArgMatches) -> Vec<String> {
    let raw = |id: &str| given.try_get_raw(id).ok().flatten()?.next()?.to_str();
    let described = ["level", "require", "kubernetes_version", "from", "to"].into_iter().filter_map(|id| {
        let text = raw(id)?;
        let version = text.split_once(':').map_or(text, |(_, version)| version);
        Some(format!("--{}: {}", id.replace('_', "-"), not_known(version)?))
    });
    described.collect()
}

/// Settles whether the configuration is shown.
fn settle_files(options: &mut Files, given: &ArgMatches) -> Result<(), Conflict> {
    if options.config.is_some() && options.no_config {
        if is_flag(given, "no_config") {
            return Err(Conflict::Config);
        }
        options.no_config = false;
    }
    Ok(())
}

/// Whether an option stands on the command line itself.
fn is_flag(given: &ArgMatches, id: &str) -> bool {
    given.value_source(id) == Some(ValueSource::CommandLine)
}

fn refuse_unused(given: &ArgMatches) -> Result<(), Conflict> {
    match NOT_IN_DIFF.into_iter().find(|id| is_flag(given, id)) {
        Some(id) => Err(Conflict::NotInDiff(id)),
        None => Ok(()),
    }
}

/// Settles what a comparison takes.
fn settle_diff(options: &mut Diff, given: &ArgMatches) -> Result<(), Conflict> {
    refuse_unused(given)?;
    let options = &mut options.check;
    settle(options, given)?;
    if !options.format.is_none_or(Format::is_for_diff) && !is_flag(given, "format") {
        options.format = None;
        options.notes.push("podline diff does not write PODLINE_FORMAT, which is ignored".to_owned());
    }
    Ok(())
}

/// Settles which of two options counts that cannot both be: the one on the command line.
fn settle(options: &mut Check, given: &ArgMatches) -> Result<(), Conflict> {
    let flag = |id| is_flag(given, id);
    options.notes.extend(settle_level(&mut options.level, &mut options.admission, given)?);
    if let Some(note) = settle_config(&mut options.config, given)? {
        options.notes.push(note);
    }
    let repair = &mut options.repair;
    if repair.diff && (repair.fix || repair.fix_as.is_some()) {
        match flag("diff") {
            true if repair.fix_as.is_some() => return Err(Conflict::Diff),
            true => {}
            false => {
                repair.diff = false;
                options.notes.push("fixes are written: PODLINE_DIFF is ignored".to_owned());
            }
        }
    }
    let takes_stdout = options.reports.output.iter().any(|output| output.file.is_none());
    if takes_stdout && options.format.is_some() && !flag("format") {
        options.format = None;
        options.notes.push("--output takes standard output: PODLINE_FORMAT is ignored".to_owned());
    }
    Ok(())
}

/// Settles whether one level is for all, or the labels of namespaces decide; what was ignored for that.
fn settle_level(
    level: &mut Option<(Level, Version)>,
    admission: &mut Admission,
    given: &ArgMatches,
) -> Result<Option<String>, Conflict> {
    let flag = |id| is_flag(given, id);
    if level.is_none() || !admission.is_on() {
        return Ok(None);
    }
    match (flag("level"), flag("admission") || flag("admission_config")) {
        (true, false) => {
            (admission.admission, admission.admission_config) = (false, None);
            Ok(Some("--level is given: PODLINE_ADMISSION and its configuration are ignored".to_owned()))
        }
        (false, true) => {
            *level = None;
            Ok(Some("namespaces decide: PODLINE_LEVEL is ignored".to_owned()))
        }
        _ => Err(Conflict::Level),
    }
}

/// Settles whether a configuration is read; what was ignored for that.
fn settle_config(config: &mut Config, given: &ArgMatches) -> Result<Option<String>, Conflict> {
    if config.config.is_none() || !config.no_config {
        return Ok(None);
    }
    match (is_flag(given, "config"), is_flag(given, "no_config")) {
        (true, false) => {
            config.no_config = false;
            Ok(Some("--config is given: PODLINE_NO_CONFIG is ignored".to_owned()))
        }
        (false, true) => {
            config.config = None;
            Ok(Some("--no-config is given: PODLINE_CONFIG is ignored".to_owned()))
        }
        _ => Err(Conflict::Config),
    }
}
