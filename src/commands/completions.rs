//! `podline completions`: what a shell needs to complete podline's commands and options.

use clap::CommandFactory;

use super::Status;
use super::terminal::Output;
use crate::cli::{Cli, Completions};

/// Prints the completions of a shell.
pub(super) fn run(options: &Completions) -> Status {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "podline", &mut script);
    let mut output = Output::new();
    output.write(&script);
    output.status()
}
