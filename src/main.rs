//! The process: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    podline::commands::run(std::env::args_os())
}
