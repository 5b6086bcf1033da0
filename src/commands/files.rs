//! `podline files`: what a check would do with each file, and why.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use super::Status;
use super::idle::{self, Facts};
use super::problems::tell;
use super::read::{Found, find_in, paths, report_of};
use super::terminal::{Output, complain};
use crate::cli::Files;
use crate::config::load::Decision;
use crate::config::settings::Settings;
use crate::lint::Options;
use crate::problem::Problem;
use crate::report::escape::escape;
use crate::report::summary::count;
use crate::session::Session;
use crate::session::read::read;
use crate::source::discover::{Input, PassedOver};
use crate::verdict::Skipped;

/// Lists the files that a check would read, and what it would pass over.
pub(super) fn run(options: &Files) -> Status {
    let Found { inputs, passed_over, of_version_control, mut status, .. } =
        find_in(&options.input, &paths(&options.input));
    let session = match Session::find(&options.into(), inputs.clone()) {
        Ok((session, found)) => {
            status = status.max(tell(&found));
            session
        }
        Err(found) => return tell(&found),
    };
    idle::tell(&options.input, &Facts::of_input(&options.input).with(&session));
    let mut output = Output::new();
    let is_read: HashSet<&str> = session.inputs.iter().map(|input| input.display.as_str()).collect();
    for input in &inputs {
        let line = if is_read.contains(input.display.as_str()) {
            line(&session, input).unwrap_or_else(|problem| {
                complain(&problem.to_string());
                status = Status::Failed;
                String::new()
            })
        } else if is_below(&input.display, &session.excluded) {
            String::new()
        } else {
            format!("skip  {}  podline's own\n", escape(&input.display))
        };
        output.write(line.as_bytes());
    }
    for one in passed_over.iter().chain(&session.excluded).chain(&of_version_control) {
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

/// Whether a file is one of these, or lies in one.
fn is_below(name: &str, all: &[PassedOver]) -> bool {
    all.iter().any(|one| Path::new(name).starts_with(&one.display))
}

/// A configuration with all that it extends, as it applies.
fn merged(settings: &Settings) -> String {
    let files: Vec<_> = settings.loaded.files.iter().map(|file| escape(file)).collect();
    let mut config = settings.loaded.config.clone();
    config.extends.0.clear();
    config.namespaces = settings.loaded.namespaces.iter().map(|one| one.entry.clone()).collect();
    let of_floors = settings.loaded.excluded.iter().flat_map(|(_, patterns)| patterns);
    config.exclude.0.extend(of_floors.cloned());
    config.waivers = settings.loaded.waivers.iter().map(|waiver| waiver.entry.clone()).collect();
    config.policies = settings.loaded.policies.iter().map(|policy| policy.entry.clone()).collect();
    let accepted = settings.loaded.accepted.iter();
    config.accepted.0 = accepted.map(|(path, _)| path.to_string_lossy().into_owned()).collect();
    config.outputs.0 = settings.loaded.outputs.iter().map(|(output, _)| output.clone()).collect();
    // A configuration is plain data, and writing it to memory cannot fail.
    let mut value = serde_json::to_value(&config).unwrap_or_default();
    drop_nulls(&mut value);
    let json = serde_json::to_string_pretty(&value).unwrap_or_default();
    let lines: Vec<_> = json.lines().map(escape).collect();
    let decided: String = settings.loaded.decided.iter().map(decided).collect();
    format!("\n{}\n{}\n{decided}", files.join(", which extends "), lines.join("\n"))
}

/// The line that decided something: `  podline.yaml:2: level: baseline`.
fn decided(one: &Decision) -> String {
    format!("  {}: {}: {}\n", escape(&one.place()), escape(&one.key), escape(&one.text))
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
    let mut line = if report.passed_over().is_some() {
        format!("skip  {name}")
    } else {
        let templates = report.templates.iter().filter(|template| template.is_judged()).count();
        let (objects, templates) = (count(report.objects, "object"), count(templates, "pod template"));
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
