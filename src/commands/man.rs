//! `podline man`: manual pages.

use clap::CommandFactory;
use clap_mangen::Man as Page;

use super::Status;
use super::terminal::{Output, complain};
use crate::cli::{Cli, Man};

/// Prints podline(1), or writes it and the pages of all commands into a directory.
pub(super) fn run(options: &Man) -> Status {
    let command = Cli::command();
    if let Some(dir) = &options.dir {
        return match clap_mangen::generate_to(command, dir) {
            Ok(()) => Status::Clean,
            Err(error) => {
                complain(&format!("cannot write manual pages to {}: {error}", dir.display()));
                Status::Failed
            }
        };
    }
    let mut page = Vec::new();
    if let Err(error) = Page::new(command).render(&mut page) {
        complain(&format!("cannot render the manual page: {error}"));
        return Status::Failed;
    }
    let mut output = Output::new();
    output.write(&page);
    output.status()
}
