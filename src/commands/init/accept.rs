//! `podline init --accept`: what is there today is accepted, so that the next check ends with 0.

use std::path::Path;

use clap::Parser as _;

use super::survey::Survey;
use super::text::{ACCEPTED, LEFT_ALONE};
use crate::cli::{Cli, Command, Init};
use crate::commands::Status;
use crate::commands::check;
use crate::commands::terminal::{complain, hint};
use crate::commands::write;
use crate::config::find::NAME;
use crate::report::summary::count;
use crate::waiver::accepted;

/// Whether nothing stands where the accepted findings are to be written.
///
/// # Errors
/// Something does.
pub(super) fn is_free(force: bool) -> Result<(), String> {
    let path = Path::new(ACCEPTED);
    if write::is_other(path, accepted::HEAD) {
        return Err(format!("{ACCEPTED} exists, and is not a file of accepted findings: rename it"));
    }
    if path.symlink_metadata().is_ok() && !force {
        return Err(format!("{ACCEPTED} exists; --force replaces it"));
    }
    Ok(())
}

/// Records what a check finds by the configuration that was just written, as that check would.
pub(super) fn run(options: &Init, survey: &Survey) -> Status {
    // An earlier file would only shrink.
    if Path::new(ACCEPTED).exists()
        && let Err(error) = std::fs::remove_file(ACCEPTED)
    {
        complain(&format!("{ACCEPTED}: cannot be replaced: {error}"));
        return Status::Failed;
    }
    let Ok(Cli { command: Command::Check(mut check), .. }) =
        Cli::try_parse_from(["podline", "check", "--write-accepted", ACCEPTED])
    else {
        complain("--accept: the options that the environment gives to podline check cannot be used");
        return Status::Failed;
    };
    check.input = options.input.clone();
    check.today = options.today;
    let status = check::run(&check);
    if !survey.unjudged.is_empty() {
        let files = count(survey.unjudged.len(), "file");
        hint(&format!("{files} with what cannot be read got waivers that end in {LEFT_ALONE} days: see {NAME}"));
    }
    if !survey.unreadable.is_empty() {
        let files = count(survey.unreadable.len(), "file");
        hint(&format!("{files} that cannot be opened got into exclude: see {NAME}"));
    }
    hint(&match status {
        Status::Clean => "from now on podline check fails for what is new: commit these files".to_owned(),
        Status::Findings => "what is left cannot be accepted: mend it, and podline check ends with 0".to_owned(),
        Status::Failed => {
            format!("nothing was accepted: mend what is said above, and run podline check --write-accepted {ACCEPTED}")
        }
    });
    status
}
