//! One file a subcommand.

mod accepted;
mod ask;
mod atomic;
mod charts;
mod check;
mod completions;
mod config_from;
mod content;
mod diff;
mod explain;
mod files;
mod fix;
mod idle;
mod init;
mod inspect;
mod levels;
mod lsp;
mod man;
mod outputs;
mod policies;
mod problems;
mod progress;
mod read;
mod revision;
mod rule_filter;
mod schema;
mod terminal;
mod waivers;
mod write;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use crate::cli::{self, Command};
use crate::report::escape::escape;

/// What a run ends with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing to complain of.
    #[default]
    Clean,
    /// Findings.
    Findings,
    /// podline could not do its job.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(status as u8)
    }
}

/// Runs podline with these arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match cli::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // The names of files are arguments too, and a usage error repeats what it does not understand.
            let escaped = arguments.iter().map(|argument| escape(&argument.to_string_lossy()).into_owned().into());
            let error = cli::parse(&escaped.collect::<Vec<OsString>>()).err().unwrap_or(error);
            // Where help or a usage error cannot be written nobody is left to be told.
            drop(match without_hostile_values(&error.to_string()) {
                Some(text) => std::io::stderr().write_all(text.as_bytes()),
                None => error.print(),
            });
            let status = if error.use_stderr() { Status::Failed } else { Status::Clean };
            return status.into();
        }
    };
    cli.remarks.iter().for_each(|remark| terminal::hint(remark));
    quiet_caught_panics();
    let status = match &cli.command {
        Command::Check(options) => match options.config_from.as_deref() {
            Some(revision) => config_from::run(options, revision),
            None => check::run(options),
        },
        Command::Diff(options) => diff::run(options),
        Command::Waivers(options) => waivers::run(options),
        Command::Policies(options) => policies::run(options),
        Command::Levels(options) => levels::run(options),
        Command::Inspect(options) => inspect::run(options),
        Command::Files(options) => files::run(options),
        Command::Explain(options) => explain::run(options),
        Command::Init(options) => init::run(options),
        Command::Schema(options) => schema::run(options),
        Command::Lsp(_) => lsp::run(),
        Command::Completions(options) => completions::run(options),
        Command::Man(options) => man::run(options),
    };
    status.into()
}

/// A usage error in which the values of podline's environment variables cannot trouble a terminal or a log; `None` if
/// none of them could.
fn without_hostile_values(error: &str) -> Option<String> {
    let variables = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PODLINE_"));
    let values = variables.map(|(_, value)| value.to_string_lossy().into_owned());
    let hostile: Vec<String> = values.filter(|value| escape(value) != *value).collect();
    let shown = |text: String, value: &String| text.replace(value.as_str(), &escape(value));
    // What a style already took from a value makes it another one, so the lines are looked at too.
    let safe = |error: String| error.lines().flat_map(|line| [escape(line).into_owned(), "\n".to_owned()]).collect();
    (!hostile.is_empty()).then(|| safe(hostile.iter().fold(error.to_owned(), shown)))
}

/// Keeps the messages of panics that are caught, and reported as errors of a document, from standard error.
fn quiet_caught_panics() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !crate::yaml::guard::is_reading() {
            hook(panic);
        }
    }));
}
