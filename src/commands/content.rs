//! What the files of a run hold: somebody who names files without any object has named the wrong ones, or they are the
//! remains of a command that failed.

use crate::report::summary::count;
use crate::session::read::NO_INPUT;
use crate::source::discover::{Input, Source};

/// What the files of a run have held so far.
#[derive(Default)]
pub(super) struct RunContent {
    /// Whether some file held an object, or something was found.
    any: bool,
    /// How many files that were named held neither, and the first of them.
    named: usize,
    first: String,
}

impl RunContent {
    /// Notes whether a file held an object (one that was passed over was at least there), or something was found in it.
    ///
    /// # Errors
    /// It is standard input, which must hold an object.
    pub fn take(&mut self, input: &Input, object: bool, found: bool) -> Result<(), &'static str> {
        self.any |= object || found;
        if object || !input.named {
            return Ok(());
        }
        match input.source {
            Source::Stdin if found => Err("standard input holds no object that can be read"),
            Source::Stdin => Err(NO_INPUT),
            Source::File(_) if found => Ok(()),
            Source::File(_) => {
                if self.named == 0 {
                    self.first.clone_from(&input.display);
                }
                self.named += 1;
                Ok(())
            }
        }
    }

    /// The files that were named, if nothing in all paths is an object: `a.yaml holds no object, and 2 files more without
    /// any`.
    pub fn nothing(&self) -> Option<String> {
        let more = match self.named.checked_sub(1).filter(|_| !self.any)? {
            0 => String::new(),
            more => format!(", and {} more without any", count(more, "file")),
        };
        Some(format!("{} holds no object{more}", self.first))
    }
}
