//! Options, variables and commands of an earlier podline: an error says what they are called now.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};

use super::Cli;

/// Old names and new ones, of options.
const OPTIONS: [(&str, &str); 4] = [
    ("baseline", "accepted"),
    ("write-baseline", "write-accepted"),
    ("namespaces-from", "cluster"),
    ("deny-skipped", "deny"),
];

/// What `podline rules` is now.
const RULES: &str = "podline rules was renamed to podline explain --format markdown (or json)";

/// Says what an unknown option or command is called now, if it was one.
pub(super) fn explain(error: Error, arguments: &[OsString]) -> Error {
    let unknown = match error.kind() {
        ErrorKind::UnknownArgument => error.get(ContextKind::InvalidArg),
        ErrorKind::InvalidSubcommand => error.get(ContextKind::InvalidSubcommand),
        _ => None,
    };
    let Some(ContextValue::String(unknown)) = unknown else { return error };
    if unknown == "rules" && arguments.get(1).is_some_and(|command| command == "rules") {
        return usage(RULES);
    }
    let name = unknown.split('=').next().unwrap_or_default();
    match OPTIONS.iter().find(|(old, _)| name.strip_prefix("--") == Some(old)) {
        Some((old, new)) => usage(&format!("--{old} was renamed to --{new}")),
        None => error,
    }
}

/// Refuses variables of the environment that would be ignored without a word.
///
/// # Errors
/// What the first of them is called now.
pub(super) fn refuse_variables() -> Result<(), Error> {
    let variable = |name: &str| format!("PODLINE_{}", name.to_uppercase().replace('-', "_"));
    for (old, new) in OPTIONS {
        let old = variable(old);
        if std::env::var_os(&old).is_some_and(|value| !value.is_empty()) {
            return Err(usage(&format!("{old} was renamed to {}", variable(new))));
        }
    }
    Ok(())
}

fn usage(message: &str) -> Error {
    Cli::command().error(ErrorKind::UnknownArgument, message)
}
