//! `podline waivers`: every waiver, for an audit.

use std::collections::HashMap;
use std::fmt::Write as _;

use rayon::prelude::*;
use serde::Serialize;

use super::Status;
use super::content::RunContent;
use super::idle::{self, Facts};
use super::problems::tell;
use super::read::{find, tell_passed_over};
use super::terminal::{Output, complain, hint};
use crate::cli::{self, WaiversFormat};
use crate::finding::{ObjectRef, ReportEntry, WaiverSource};
use crate::matching::Match;
use crate::problem::Problem;
use crate::report::escape::escape;
use crate::report::json::to_json;
use crate::report::summary::count;
use crate::rules::{RuleId, id};
use crate::session::{JudgedFile, Session};
use crate::source::discover::Input;
use crate::source::path::normal;
use crate::waiver::configured::{ConfiguredWaiver, WaiverEntry};
use crate::waiver::date::Date;
use crate::waiver::manifest::{Covered, ManifestWaiver};
use crate::waiver::terms::{State, Terms};

/// Lists the waivers of what is read.
pub(super) fn run(options: &cli::Waivers) -> Status {
    let (inputs, mut status) = find(&options.input);
    let session = match Session::find(&options.into(), inputs) {
        Ok((session, found)) => {
            status = status.max(tell(&found));
            tell_passed_over(&session.excluded);
            idle::tell(&options.input, &Facts::of_input(&options.input).with(&session));
            session
        }
        Err(found) => return tell(&found),
    };
    let list = List { session, today: options.today.unwrap_or_else(Date::today) };
    let (rows, listed) = list.rows();
    let text = match options.format {
        WaiversFormat::Human => human(&rows),
        WaiversFormat::Json => json(&rows),
        WaiversFormat::Csv => csv(&rows),
    };
    let mut output = Output::new();
    output.write(text.as_bytes());
    status.max(listed).max(output.status())
}

/// A waiver as it is listed. Texts are raw.
#[derive(Serialize)]
struct Row {
    file: String,
    line: usize,
    /// `comment`, `annotation` or `configuration`: who may have written it.
    source: WaiverSource,
    rules: Vec<String>,
    /// A glob for the policies whose refusals are accepted.
    policy: Option<String>,
    reason: String,
    until: Option<String>,
    state: &'static str,
    /// Why it does not count, if it does not.
    ignored: Option<String>,
    /// What it is about: an object, a file, or the globs of a configuration.
    about: String,
    path: String,
    covers: Vec<Cover>,
}

/// A finding that a waiver covers.
#[derive(Clone, Serialize)]
struct Cover {
    file: String,
    line: usize,
    rule: RuleId,
    object: Option<String>,
    container: Option<String>,
    path: String,
}

impl Cover {
    fn new(file: &str, covered: &Covered) -> Self {
        Self {
            file: file.to_owned(),
            line: covered.line,
            rule: covered.rule,
            object: covered.object.as_deref().map(ObjectRef::to_string),
            container: covered.container.clone(),
            path: covered.path.to_string(),
        }
    }
}

/// What a list is made of.
struct List {
    session: Session,
    today: Date,
}

/// What one file gives: its own waivers, what those of its configuration cover in it, and waivers that cannot be read.
#[derive(Default)]
struct FileWaivers {
    own: Vec<Row>,
    /// By the numbers of the basis and of the waiver in it.
    covers: Vec<((usize, usize), Cover)>,
    bad: Vec<String>,
    /// Whether the file held an object, and whether something was found in it.
    held: (bool, bool),
}

impl List {
    /// The waivers of the configuration, then those of the files, in the order of the input.
    fn rows(&self) -> (Vec<Row>, Status) {
        let given: Vec<Result<FileWaivers, Problem>> =
            self.session.inputs.par_iter().map(|input| self.of_file(input)).collect();
        let (mut rows, mut configured) = (Vec::new(), HashMap::new());
        for basis in self.session.bases() {
            for (index, (from, terms, ignored)) in basis.options.waivers.all().enumerate() {
                configured.insert((basis.number, index), rows.len());
                rows.push(self.configured_row(from, terms, ignored));
            }
        }
        let (mut status, mut content) = (Status::Clean, RunContent::default());
        for (input, given) in self.session.inputs.iter().zip(given) {
            match given {
                Ok(FileWaivers { own, covers, bad, held: (object, found) }) => {
                    if let Err(message) = content.take(input, object, found) {
                        complain(message);
                        status = Status::Failed;
                    }
                    rows.extend(own);
                    for (waiver, cover) in covers {
                        if let Some(&row) = configured.get(&waiver) {
                            rows[row].covers.push(cover);
                        }
                    }
                    for message in bad {
                        hint(&message);
                    }
                }
                Err(problem) => {
                    complain(&problem.to_string());
                    status = Status::Failed;
                }
            }
        }
        if let Some(nothing) = content.nothing().filter(|_| status == Status::Clean) {
            complain(&format!("nothing to list: {nothing}"));
            status = Status::Failed;
        }
        (rows, status)
    }

    fn of_file(&self, input: &Input) -> Result<FileWaivers, Problem> {
        // What is wrong with the configuration has been said.
        let (Some(basis), Some(JudgedFile { file, report })) = (self.session.basis(input), self.session.judge(input)?)
        else {
            return Ok(FileWaivers::default());
        };
        let name = file.name();
        let path = input.source.path().map(normal);
        let hits = basis.options.waivers.hits(path.as_deref(), &basis.options.namespace, &report);
        let cover = |(waiver, finding): (usize, usize)| {
            ((basis.number, waiver), Cover::new(name, &Covered::new(&report.findings[finding])))
        };
        let bad = |finding: &&ReportEntry| finding.rule == id::BAD_WAIVER;
        let bad = report.findings.iter().filter(bad).map(|finding| {
            let line = finding.location.start.line;
            format!("not listed: {name}:{line}: {}", finding.message)
        });
        Ok(FileWaivers {
            own: report.waivers.iter().map(|waiver| self.row(name, waiver)).collect(),
            covers: hits.into_iter().map(cover).collect(),
            bad: bad.collect(),
            held: (report.holds_object(), !report.findings.is_empty()),
        })
    }

    fn row(&self, file: &str, waiver: &ManifestWaiver) -> Row {
        let about = waiver.object.as_deref().map_or_else(|| "document".to_owned(), ObjectRef::to_string);
        Row {
            path: waiver.path.to_string(),
            covers: waiver.covers.iter().map(|covered| Cover::new(file, covered)).collect(),
            source: waiver.source,
            ..terms_row((file, waiver.location.start.line), &waiver.terms, waiver.ignored.as_deref(), about, self.today)
        }
    }

    fn configured_row(&self, from: &ConfiguredWaiver, terms: &Terms, ignored: Option<&str>) -> Row {
        terms_row((&from.file, from.line), terms, ignored, globs(from), self.today)
    }
}

/// The state of a waiver that does not count.
const IGNORED: &str = "ignored";

fn terms_row((file, line): (&str, usize), terms: &Terms, ignored: Option<&str>, about: String, today: Date) -> Row {
    Row {
        file: file.to_owned(),
        line,
        source: WaiverSource::Configuration,
        rules: terms.rules.iter().map(|rule| rule.text().to_owned()).collect(),
        policy: terms.policy.as_ref().map(|policy| policy.text().to_owned()),
        reason: terms.reason.clone(),
        until: terms.until.map(|until| until.to_string()),
        state: ignored.map_or_else(|| terms.state(today).as_str(), |_| IGNORED),
        ignored: ignored.map(str::to_owned),
        about,
        path: String::new(),
        covers: Vec::new(),
    }
}

/// `kinds=DaemonSet namespaces=kube-*`
fn globs(from: &ConfiguredWaiver) -> String {
    let WaiverEntry { objects, source, image, container, .. } = &from.entry;
    let Match { namespaces, labels, service_accounts, users, groups, kinds, names, paths } = objects;
    let lists = [
        ("kinds", kinds),
        ("namespaces", namespaces),
        ("names", names),
        ("labels", labels),
        ("service-accounts", service_accounts),
        ("users", users),
        ("groups", groups),
        ("paths", paths),
    ];
    let lists = lists.into_iter().filter(|(_, globs)| !globs.is_empty());
    let lists = lists.map(|(field, globs)| format!("{field}={}", globs.0.join(",")));
    let fields = [("source", source), ("image", image), ("container", container)];
    let fields = fields.into_iter().filter_map(|(field, glob)| Some(format!("{field}={}", glob.as_ref()?)));
    let all: Vec<String> = lists.chain(fields).collect();
    if all.is_empty() { "everything".to_owned() } else { all.join(" ") }
}

fn human(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let until = row.until.as_ref().map(|until| format!(", until {until}")).unwrap_or_default();
        let path = if row.path.is_empty() { String::new() } else { format!(", {}", escape(&row.path)) };
        // Writing to a string cannot fail.
        let source = row.source.as_str();
        let _ = writeln!(text, "{}:{}: {}{until} ({source})", escape(&row.file), row.line, row.state);
        if let Some(why) = &row.ignored {
            let _ = writeln!(text, "  ignored: {}", escape(why));
        }
        let policy = row.policy.as_ref().map(|policy| format!(" of policy {}", escape(policy))).unwrap_or_default();
        let _ = writeln!(text, "  rules:  {}{policy}", escape(&row.rules.join(", ")));
        let _ = writeln!(text, "  reason: {}", escape(&row.reason));
        let _ = writeln!(text, "  about:  {}{path}", escape(&row.about));
        let covers = if row.covers.is_empty() { " nothing" } else { "" };
        let _ = writeln!(text, "  covers:{covers}");
        for Cover { file, line, rule, object, container, .. } in &row.covers {
            let object = object.as_ref().map(|object| format!(" of {}", escape(object))).unwrap_or_default();
            let container = container
                .as_ref()
                .map(|container| format!(", container \"{}\"", escape(container)))
                .unwrap_or_default();
            let _ = writeln!(text, "    {rule}{object}{container} ({}:{line})", escape(file));
        }
        text.push('\n');
    }
    let expired = State::EXPIRED;
    let number = |is: fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
    let (gone, ignored) = (number(|row| row.state == State::EXPIRED), number(|row| row.ignored.is_some()));
    let unused = number(|row| row.covers.is_empty() && row.ignored.is_none());
    let ignored = if ignored > 0 { format!(", {ignored} {IGNORED}") } else { String::new() };
    let _ = writeln!(text, "{}: {gone} {expired}, {unused} unused{ignored}.", count(rows.len(), "waiver"));
    text
}

fn json(rows: &[Row]) -> String {
    let rows: Vec<String> = rows.iter().map(to_json).collect();
    if rows.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", rows.join(",\n")) }
}

fn csv(rows: &[Row]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head =
        ["rules", "reason", "until", "state", "file", "line", "source", "about", "path", "covers", "policy", "ignored"];
    // Writing to memory cannot fail.
    drop(writer.write_record(head));
    for row in rows {
        let covers = row.covers.iter().map(|cover| format!("{} {}:{}", cover.rule, cover.file, cover.line));
        let cells = [
            row.rules.join(", "),
            row.reason.clone(),
            row.until.clone().unwrap_or_default(),
            row.state.to_owned(),
            row.file.clone(),
            row.line.to_string(),
            row.source.as_str().to_owned(),
            row.about.clone(),
            row.path.clone(),
            covers.collect::<Vec<_>>().join("; "),
            row.policy.clone().unwrap_or_default(),
            row.ignored.clone().unwrap_or_default(),
        ];
        drop(writer.write_record(cells.iter().map(|cell| cell_of(cell))));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A text that a spreadsheet takes for a text: what begins like a formula gets a quote before it.
fn cell_of(text: &str) -> String {
    let text = escape(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.into_owned() }
}
