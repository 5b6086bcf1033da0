//! Standard output and standard error.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use super::Status;
use crate::cli::Color;
use crate::report::escape::escape;

/// Standard output that bears being closed by its reader: `podline check | head` ends quietly, with the same exit
/// status.
pub(super) struct Output {
    to: Box<dyn Write>,
    name: &'static str,
    /// Whether writing still makes sense.
    open: bool,
    /// Whether something could not be written that somebody waits for.
    failed: bool,
}

impl Output {
    pub fn new() -> Self {
        Self { to: Box::new(io::stdout().lock()), name: "standard output", open: true, failed: false }
    }

    /// Standard error, for a report beside manifests on standard output.
    pub fn to_stderr() -> Self {
        Self { to: Box::new(io::stderr()), name: "standard error", open: true, failed: false }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        if self.open {
            let written = self.to.write_all(bytes).and_then(|()| self.to.flush());
            if let Err(error) = written {
                self.open = false;
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.failed = true;
                    complain(&format!("cannot write to {}: {error}", self.name));
                }
            }
        }
    }

    /// The status that the output itself gives.
    pub fn status(&self) -> Status {
        if self.failed { Status::Failed } else { Status::Clean }
    }
}

/// Says on standard error what keeps podline from its job.
pub(super) fn complain(message: &str) {
    say(&format!("podline: error: {}", escape(message)));
}

/// Says on standard error what is worth knowing.
pub(super) fn hint(message: &str) {
    say(&format!("podline: {}", escape(message)));
}

/// Shows a text on standard error that is escaped already.
pub(super) fn show(text: &str) {
    drop(write!(io::stderr(), "{text}"));
}

fn say(line: &str) {
    // Without standard error nobody is left to be told.
    drop(writeln!(io::stderr(), "{line}"));
}

/// The working directory; "" where it is gone, which makes paths as they were given.
pub(super) fn working_directory() -> PathBuf {
    env::current_dir().unwrap_or_default()
}

/// Whether to use colours on standard output.
pub(super) fn use_color(choice: Color) -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = |name| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
        Color::Auto => io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Whether somebody pipes something into podline.
#[cfg(unix)]
pub(super) fn is_piped_into() -> bool {
    use std::os::unix::fs::FileTypeExt;
    let stdin = std::fs::metadata("/dev/stdin");
    stdin.is_ok_and(|stdin| stdin.file_type().is_fifo() || stdin.is_file() && stdin.len() > 0)
}

/// Whether somebody pipes something into podline. Not told apart here.
#[cfg(not(unix))]
pub(super) fn is_piped_into() -> bool {
    false
}
