//! Inputs in which there is nothing to judge, and what that means for the run.

use super::reporter::Reporter;
use crate::commands::Status;
use crate::commands::terminal::{complain, hint};
use crate::report::format::{Notice, Run};
use crate::source::discover::Input;

impl Reporter<'_> {
    /// Says what keeps podline from its job.
    pub fn fail(&mut self, message: String) -> Status {
        self.progress.pause(|| complain(&message));
        self.failure.get_or_insert(message);
        Status::Failed
    }

    /// Notes what a file held.
    pub fn hold(&mut self, input: &Input, object: bool, found: bool) -> Status {
        match self.content.take(input, object, found) {
            Ok(()) => Status::Clean,
            Err(message) => self.fail(message.to_owned()),
        }
    }

    /// Complains if files were named and nothing in all paths is an object.
    pub fn close_content(&mut self) -> Status {
        match self.content.nothing().filter(|_| self.failure.is_none()) {
            Some(nothing) => self.fail(format!("nothing to check: {nothing} (-v says why)")),
            None => Status::Clean,
        }
    }

    /// Warns of a run in which nothing was judged, and says what one checked whose report is for a program.
    pub fn tell_judged(&self, run: &Run<'_>, speaks: bool) {
        // A hook that names files which the project leaves out has nothing to do.
        let is_left_out = self.summary.is_empty() && self.options.input.as_walked;
        if let Some(notice @ Notice::NothingJudged(_)) = run.notice().filter(|_| !is_left_out) {
            hint(&format!("warning: {notice}"));
        }
        if !speaks && !self.options.quiet && !self.summary.is_empty() {
            hint(&self.summary.closing_line(run.judged_by));
        }
    }
}
