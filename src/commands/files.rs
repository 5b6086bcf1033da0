//! `podline files`: what a check would do with each file, and why.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::Status;
use super::problems::tell;
use super::read::{Found, find_in, paths, report_of, walk_options};
use super::terminal::{Output, complain};
use crate::cli::Files;
use crate::config::find::NAME;
use crate::config::settings::Settings;
use crate::lint::Options;
use crate::problem::Problem;
use crate::report::escape::escape;
use crate::report::summary::count;
use crate::session::Session;
use crate::session::read::read;
use crate::source::discover::{Input, WalkOptions, discover};
use crate::verdict::Skipped;

/// Lists the files that a check would read, and those that it would pass over.
pub(super) fn run(options: &Files) -> Status {
    let Found { inputs, passed_over, mut status, .. } = find_in(&options.input, &paths(&options.input));
    let walked = names(&inputs);
    let session = match Session::find(&options.into(), inputs) {
        Ok((session, found)) => {
            status = status.max(tell(&found));
            session
        }
        Err(found) => return tell(&found),
    };
    let read_by_check = names(&session.inputs);
    let mut output = Output::new();
    let without_ignore = WalkOptions { no_ignore: true, ..walk_options(&options.input) };
    let without_exclude = WalkOptions { exclude: Vec::new(), ..without_ignore.clone() };
    let not_ignored = names(&all(options, &without_ignore));
    for input in all(options, &without_exclude) {
        let name = &input.display;
        let skip = |reason, by| format!("skip  {}  {reason} (by {by})\n", escape(name));
        let line = if read_by_check.contains(name) {
            line(&session, &input).unwrap_or_else(|problem| {
                complain(&problem.to_string());
                status = Status::Failed;
                String::new()
            })
        } else if walked.contains(name) {
            skip("excluded", NAME)
        } else if not_ignored.contains(name) {
            skip("ignored", ".gitignore or .podlineignore")
        } else {
            skip("excluded", "--exclude")
        };
        output.write(line.as_bytes());
    }
    for one in &passed_over {
        for Skipped { reason, detail, .. } in report_of(one).skipped {
            let (name, reason) = (escape(&one.display), reason.as_str());
            output.write(format!("skip  {name}  {reason} ({})\n", escape(&detail)).as_bytes());
        }
    }
    if options.config.is_some() {
        let bases = session.bases().filter(|basis| !basis.settings.loaded.files.is_empty());
        bases.for_each(|basis| output.write(merged(&basis.settings).as_bytes()));
    }
    status.max(output.status())
}

/// Every file that a walk meets. The paths were found before: nothing new can be wrong with them.
fn all(options: &Files, walk: &WalkOptions) -> Vec<Input> {
    discover(&paths(&options.input), walk).map(|discovered| discovered.inputs).unwrap_or_default()
}

fn names(inputs: &[Input]) -> HashSet<String> {
    inputs.iter().map(|input| input.display.clone()).collect()
}

/// A configuration with all that it extends, as it applies.
fn merged(settings: &Settings) -> String {
    let files: Vec<_> = settings.loaded.files.iter().map(|file| escape(file)).collect();
    let mut config = settings.loaded.config.clone();
    config.extends.0.clear();
    config.namespaces = settings.loaded.namespaces.iter().map(|(_, entry)| entry.clone()).collect();
    config.waivers = settings.loaded.waivers.iter().map(|waiver| waiver.entry.clone()).collect();
    config.policies = settings.loaded.policies.iter().map(|policy| policy.entry.clone()).collect();
    let accepted = settings.loaded.accepted.iter();
    config.accepted.0 = accepted.map(|(path, _)| path.to_string_lossy().into_owned()).collect();
    // A configuration is plain data, and writing it to memory cannot fail.
    let mut value = serde_json::to_value(&config).unwrap_or_default();
    drop_nulls(&mut value);
    let json = serde_json::to_string_pretty(&value).unwrap_or_default();
    let lines: Vec<_> = json.lines().map(escape).collect();
    format!("\n{}\n{}\n", files.join(", which extends "), lines.join("\n"))
}

/// Takes out what is not said.
fn drop_nulls(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        serde_json::Value::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// The line for a file that a check reads.
fn line(session: &Session, input: &Input) -> Result<String, Problem> {
    let name = escape(&input.display);
    if session.is_patch(input) {
        return Ok(format!("skip  {name}  patch (listed by a kustomization)\n"));
    }
    let basis = session.basis(input);
    let defaults = Options::default();
    let report = session.report(input, &read(input)?, basis.map_or(&defaults, |basis| &basis.options));
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
    if let Some(file) = basis.and_then(|basis| basis.settings.loaded.files.first()) {
        let _ = write!(line, "  by {}", escape(file));
    }
    Ok(line + "\n")
}
