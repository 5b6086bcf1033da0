//! `podline files`: what a check would do with each file, and why.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::Status;
use super::patches::Patches;
use super::read::{find, read, walk_options};
use super::terminal::{Output, complain};
use crate::cli::Files;
use crate::lint::{Options, lint};
use crate::report::escape::escape;
use crate::report::summary::count;
use crate::source::discover::{Input, WalkOptions, discover};
use crate::verdict::Skipped;

/// Lists the files that a check would read, and those that it would pass over.
pub(super) fn run(options: &Files) -> Status {
    let (inputs, mut status) = find(&options.input);
    let patches = Patches::new(&inputs);
    let read_by_check: HashSet<&str> = inputs.iter().map(|input| input.display.as_str()).collect();
    let mut output = Output::new();
    let walk = walk_options(&options.input);
    let without_ignore = WalkOptions { no_ignore: true, ..walk.clone() };
    let without_exclude = WalkOptions { exclude: Vec::new(), ..without_ignore.clone() };
    let not_ignored: HashSet<String> = displays(options, &without_ignore);
    for input in all(options, &without_exclude) {
        let line = if read_by_check.contains(input.display.as_str()) {
            judged(&input, &patches).unwrap_or_else(|message| {
                complain(&message);
                status = Status::Failed;
                String::new()
            })
        } else {
            let reason = if not_ignored.contains(&input.display) { "ignored" } else { "excluded" };
            let by = if reason == "ignored" { ".gitignore or .podlineignore" } else { "--exclude" };
            format!("skip  {}  {reason} (by {by})\n", escape(&input.display))
        };
        output.write(line.as_bytes());
    }
    status.max(output.status())
}

/// Every file that a walk meets. The paths were found before: nothing new can be wrong with them.
fn all(options: &Files, walk: &WalkOptions) -> Vec<Input> {
    discover(&super::read::paths(&options.input), walk).map(|discovered| discovered.inputs).unwrap_or_default()
}

fn displays(options: &Files, walk: &WalkOptions) -> HashSet<String> {
    all(options, walk).into_iter().map(|input| input.display).collect()
}

/// The line for a file that is read.
fn judged(input: &Input, patches: &Patches) -> Result<String, String> {
    let name = escape(&input.display);
    if patches.contains(input) {
        return Ok(format!("skip  {name}  patch (listed by a kustomization)\n"));
    }
    let report = lint(&read(input)?, input.named, &Options::default());
    let mut line = if report.manifests == 0 && report.findings.is_empty() && !report.skipped.is_empty() {
        format!("skip  {name}")
    } else {
        let (objects, templates) = (count(report.objects, "object"), count(report.templates.len(), "pod template"));
        format!("read  {name}  {objects}, {templates}")
    };
    for Skipped { document, reason, detail } in &report.skipped {
        let document = document.map(|document| format!("document {document}: ")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(line, "  {document}{} ({})", reason.as_str(), escape(detail));
    }
    Ok(line + "\n")
}
