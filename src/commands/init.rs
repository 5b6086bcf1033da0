//! `podline init`: a commented configuration from what is found.

mod accept;
mod survey;
mod text;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::Status;
use super::atomic;
use super::idle::{self, Facts};
use super::problems::tell;
use super::read::find;
use super::schema::pretty;
use super::terminal::{complain, hint};
use crate::cli::Init;
use crate::config;
use crate::config::find::{NAME, NAMES, SCHEMA};
use crate::problem::{About, Problem};
use crate::session::Session;
use crate::waiver::date::Date;
use survey::survey;
use text::{Asked, configuration, let_pass};

/// Writes `podline.yaml` and its schema into the working directory, and with `--accept` the findings of today.
pub(super) fn run(options: &Init) -> Status {
    if let Err(message) = is_free(options) {
        complain(&message);
        return Status::Failed;
    }
    idle::tell(&options.input, &Facts::of_input(&options.input));
    let (inputs, status) = find(&options.input);
    if status != Status::Clean && !options.accept {
        return status;
    }
    let session = match Session::find(&options.into(), inputs) {
        Ok((session, found)) if tell(&found) == Status::Clean || options.accept => session,
        Ok(_) => return Status::Failed,
        Err(found) => return tell(&found),
    };
    let survey = survey(&session);
    let asked = Asked {
        accept: options.accept.then(|| options.today.unwrap_or_else(Date::today)),
        kubernetes_version: options.kubernetes_version,
    };
    let text = configuration(&survey, &asked);
    let written = write(NAME, &text, options.force).and_then(|()| write(SCHEMA, &pretty(&config::schema()), true));
    if let Err(problem) = written {
        complain(&problem.to_string());
        return Status::Failed;
    }
    hint(&format!("wrote {NAME}, and {SCHEMA} for editors"));
    if options.accept {
        return accept::run(options, &survey);
    }
    if let Some(passing) = let_pass(&survey) {
        hint(&passing);
    }
    Status::Clean
}

/// Whether nothing stands where the files are to be written.
///
/// # Errors
/// Something does.
fn is_free(options: &Init) -> Result<(), String> {
    let is_there = |name: &str| Path::new(name).symlink_metadata().is_ok();
    if let Some(name) = NAMES.into_iter().filter(|name| *name != NAME).find(|name| is_there(name)) {
        return Err(format!("{name} is a configuration too: take it away, or rename it to {NAME}"));
    }
    if !options.force && Path::new(NAME).exists() {
        let how = if options.accept {
            "; to accept the findings of today beside it, run podline check --write-accepted, and name the file under accepted:"
        } else {
            ""
        };
        return Err(format!("{NAME} exists; --force replaces it{how}"));
    }
    if options.accept { accept::is_free(options.force) } else { Ok(()) }
}

fn write(name: &str, text: &str, replace: bool) -> Result<(), Problem> {
    let written = if replace {
        atomic::write(Path::new(name), &[text])
    } else {
        // Somebody else may have written it since it was looked for.
        let new = OpenOptions::new().write(true).create_new(true).open(name);
        new.and_then(|mut file| file.write_all(text.as_bytes()))
    };
    written.map_err(|error| Problem::in_file(About::Configuration, name, format!("cannot be written: {error}")))
}
