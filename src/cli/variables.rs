//! Variables of the environment that look like podline's, and are none.

use std::collections::BTreeSet;

use clap::CommandFactory;

use super::Cli;
use crate::manifest::suggest::nearest;

const PREFIX: &str = "PODLINE_";

/// Variables that others use: the GitLab component, and tests.
const OF_OTHERS: [&str; 2] = ["PODLINE_COMPONENT_", "PODLINE_TEST"];

/// What is to be said of the variables of the environment that podline does not know, in the order of their names.
pub(super) fn unknown() -> Vec<String> {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    let names: BTreeSet<String> = set.map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    let ours = names.iter().filter(|name| name.starts_with(PREFIX));
    let mut ours = ours.filter(|name| !OF_OTHERS.iter().any(|other| name.starts_with(other))).peekable();
    if ours.peek().is_none() {
        return Vec::new();
    }
    let (known, options) = known();
    ours.filter(|name| !known.contains(*name)).map(|name| describe(name, &known, &options)).collect()
}

/// The variables of all options, and all options by the names that variables of theirs would have.
fn known() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut known, mut options) = (BTreeSet::new(), BTreeSet::new());
    for command in Cli::command().get_subcommands() {
        for argument in command.get_arguments() {
            known.extend(argument.get_env().map(|name| name.to_string_lossy().into_owned()));
            options
                .extend(argument.get_long().map(|long| format!("{PREFIX}{}", long.to_uppercase().replace('-', "_"))));
        }
    }
    (known, options)
}

fn describe(name: &str, known: &BTreeSet<String>, options: &BTreeSet<String>) -> String {
    if options.contains(name) {
        return format!("{name} is ignored: this option is taken from the command line only");
    }
    // What all names begin with says nothing about which of them is near.
    let rest = |name: &'_ str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
    let known: Vec<String> = known.iter().map(|name| rest(name)).collect();
    let near = nearest(&rest(name), known.iter().map(String::as_str));
    let near = near.map(|near| format!("; did you mean {PREFIX}{near}?")).unwrap_or_default();
    format!("{name} is not a variable of podline, and is ignored{near}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_described_by_what_is_near_to_it() {
        let (known, options) = known();
        assert!(known.contains("PODLINE_LEVEL") && !known.contains("PODLINE_FIX"));
        let describe = |name| describe(name, &known, &options);
        assert!(describe("PODLINE_LEVLE").ends_with("; did you mean PODLINE_LEVEL?"));
        assert!(describe("PODLINE_FAILON").ends_with("; did you mean PODLINE_FAIL_ON?"));
        assert!(describe("PODLINE_FIX").contains("from the command line only"));
        assert!(describe("PODLINE_SOMETHING_ELSE").ends_with("is not a variable of podline, and is ignored"));
    }
}
