//! Where a comparison is written, and how.

use std::path::PathBuf;

use super::compare::{Diff, only_new};
use crate::cli::{Check, Color, Format};
use crate::commands::Status;
use crate::commands::atomic;
use crate::commands::outputs::{targets, whole};
use crate::commands::terminal::{Output, complain, hint, use_color};
use crate::config::deny::Deny;
use crate::report::format::{Checked, Finished, Run, Settings};
use crate::rules::Catalogue;

/// The reports that were asked for.
pub(super) struct Outputs<'a> {
    options: &'a Check,
    settings: &'a Settings,
    targets: Vec<(Format, Option<PathBuf>)>,
}

impl<'a> Outputs<'a> {
    /// # Errors
    /// Two of them want the same place, or one is not for what is new alone.
    pub fn new(options: &'a Check, settings: &'a Settings) -> Result<Self, String> {
        let targets = targets(options).map_err(|problem| problem.to_string())?;
        if targets.iter().any(|(format, _)| !format.is_for_diff()) {
            let names: Vec<String> = Format::of_diff().map(|format| format.get_name().to_owned()).collect();
            return Err(format!("diff writes {}", names.join(", ")));
        }
        Ok(Self { options, settings, targets })
    }

    /// The formats of all reports.
    pub fn formats(&self) -> Vec<Format> {
        self.targets.iter().map(|(format, _)| *format).collect()
    }

    /// Writes all of them. `line` closes those for people; what is `denied` fails though it is not new.
    pub fn write(&self, diff: &Diff, (line, denied): (&str, &[Deny]), status: Status, rules: &Catalogue) -> Status {
        let failure = diff.problems.first().map(|(_, message)| message.as_str());
        let run = Run {
            summary: &diff.new,
            judged_by: "",
            successful: status != Status::Failed,
            failure,
            rules,
            compared: Some(line),
            denied,
            levels: &diff.levels,
        };
        let mut written = Status::Clean;
        for (format, file) in &self.targets {
            let finished = self.render(*format, file.is_none(), diff, &run);
            finished.remarks.iter().for_each(|remark| hint(remark));
            let Some(file) = file else {
                let mut output = Output::new();
                finished.parts.iter().for_each(|part| output.write(part.as_bytes()));
                written = written.max(output.status());
                continue;
            };
            if let Err(error) = atomic::write(file, &finished.parts) {
                complain(&format!("{}: cannot be written: {error}", file.display()));
                written = Status::Failed;
            }
        }
        let is_said = self.targets.iter().any(|(format, file)| *format == Format::Human && file.is_none());
        if !self.options.quiet && !is_said {
            hint(line);
        }
        written
    }

    fn render(&self, format: Format, to_stdout: bool, diff: &Diff, run: &Run<'_>) -> Finished {
        match (format, whole(format, self.options, self.settings)) {
            (Format::Json, _) => diff.json().into(),
            (Format::Concise, _) => diff.concise(self.options.verbose).into(),
            (_, Some(mut report)) => {
                for file in &diff.head {
                    report.add(&[Checked { name: &file.display, outcome: Ok(&only_new(file)) }]);
                }
                for (name, message) in &diff.problems {
                    report.add(&[Checked { name, outcome: Err(message) }]);
                }
                report.finish(run)
            }
            (_, None) => {
                let color = self.options.color;
                let color = if to_stdout { use_color(color) } else { color == Color::Always };
                let line = if self.options.quiet { String::new() } else { run.closing_line() + "\n" };
                (diff.human(self.options, color) + &line).into()
            }
        }
    }
}
