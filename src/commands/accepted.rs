//! Files of accepted findings: those that are read, and the one that is written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Status;
use super::atomic;
use super::terminal::{complain, hint};
use super::write;
use crate::cli::Check;
use crate::finding::{ReportEntry, Severity, Waived};
use crate::problem::{About, Problem};
use crate::report::json::to_json;
use crate::report::summary::count;
use crate::rules::{Catalogue, RuleId};
use crate::session::{AcceptedFile, Configurations, Session};
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::source::path::{normal, way};
use crate::verdict::FileReport;
use crate::waiver::accepted;
use crate::waiver::compare::{Key, Matcher};
use crate::waiver::date::Date;
use crate::waiver::manifest::settle_expired;

/// The files of accepted findings, and what they need to know of the run.
pub(super) struct AcceptedFiles {
    read: Vec<Read>,
    write: Option<Recording>,
    today: Date,
}

/// A file that is read.
struct Read {
    file: Arc<AcceptedFile>,
    /// What is left of it.
    matcher: Matcher,
    /// The files of the run, by the names that they have in it.
    inputs: HashSet<String>,
    /// Those of them that were judged as a whole: of others nobody knows what is still there.
    judged: HashSet<String>,
    /// Whether the command line names it, and not a configuration alone.
    is_asked: bool,
}

/// A file that is written.
struct Recording {
    /// As it was given.
    path: PathBuf,
    directory: PathBuf,
    keys: Vec<Key>,
    waived: Arc<Waived>,
    /// What cannot be accepted.
    left: Left,
}

/// The findings that count and cannot be accepted.
#[derive(Default)]
struct Left {
    number: usize,
    /// The first of them.
    shown: Vec<String>,
    /// Whether some of them are what could not be judged, and whether some are about waivers.
    unjudged: bool,
    waivers: bool,
}

/// So many of them are listed.
const SHOWN: usize = 10;

impl Left {
    fn add(&mut self, name: &str, report: &FileReport) {
        for finding in accepted::left(report).filter(|finding| finding.severity > Severity::Note) {
            self.number += 1;
            self.unjudged |= finding.rule.is_unjudged();
            self.waivers |= !finding.rule.is_unjudged();
            if self.shown.len() < SHOWN {
                let (line, rule) = (finding.location.start.line, finding.rule);
                self.shown.push(format!("not accepted {name}:{line}: {rule}: {}", finding.message));
            }
        }
    }

    /// Says what was not accepted, and the way out.
    fn tell(&self) {
        self.shown.iter().for_each(|one| hint(one));
        let more = self.number - self.shown.len();
        if more > 0 {
            hint(&format!("and {more} more"));
        }
        if self.unjudged {
            hint(
                "nobody knows what is behind what could not be judged: mend it, or waive its rule for its file in podline.yaml, with an end: \
                 waivers: [{rules: [manifest/invalid-yaml], match: {paths: /FILE}, reason: WHY, until: DATE}]",
            );
        }
        if self.waivers {
            hint("what is wrong with a waiver is mended where the waiver stands");
        }
    }
}

/// Takes the file that is to be written out of the files that a walk met: it is no manifest.
///
/// # Errors
/// It would take the place of something else.
pub(super) fn leave_out_written(
    options: &Check,
    configurations: &Configurations,
    inputs: &mut Vec<Input>,
) -> Result<(), Problem> {
    let Some(write) = &options.write_accepted else { return Ok(()) };
    let path = normal(write);
    let is_configuration =
        configurations.all().any(|one| one.loaded.files.iter().any(|file| normal(Path::new(file)) == path));
    // What is there may only be such a file.
    if is_configuration || write::is_other(&path, accepted::HEAD) {
        let name = write.display();
        let message = format!("--write-accepted would overwrite {name}, which is not a file of accepted findings");
        return Err(Problem::new(About::Input, message));
    }
    inputs.retain(|input| input.named || input.source.path().is_none_or(|other| normal(other) != path));
    Ok(())
}

impl AcceptedFiles {
    /// Takes the files of accepted findings of a session, and the one to write.
    pub fn new(options: &Check, session: &Session) -> Self {
        let asked: HashSet<PathBuf> = options.accepted.iter().map(|path| normal(path)).collect();
        let read = session.accepted().map(|file| Read::new(file, &session.inputs, &asked));
        let write = options.write_accepted.as_deref().map(Recording::new);
        Self { read: read.collect(), write, today: options.today.unwrap_or_else(Date::today) }
    }

    /// Whether there is none.
    pub fn are_idle(&self) -> bool {
        self.read.is_empty() && self.write.is_none()
    }

    /// Waives what is recorded of a file, and records the rest if it is to be. Files come in the order of the input.
    pub fn take(&mut self, input: &Input, report: &mut FileReport) {
        let is_whole = !report.findings.iter().any(|finding| finding.rule.is_unjudged());
        for read in &mut self.read {
            let name = name_in(&read.file.directory, input);
            read.file.findings.apply(&mut read.matcher, &name, report);
            if is_whole {
                read.judged.insert(name);
            }
        }
        // What is accepted does not count again where a waiver of it ends.
        settle_expired(report, self.today);
        let rewritten = self.rewritten();
        let shrinks = rewritten.is_some_and(|read| read.is_asked);
        // What the other files of the configuration hold stays in them.
        let own = rewritten.map(|read| read.file.findings.file().name().to_owned());
        if let Some(write) = self.write.as_mut().filter(|_| !shrinks) {
            let name = name_in(&write.directory, input);
            let is_held_elsewhere = |held_by: &str| own.as_deref().is_some_and(|own| own != held_by);
            write.keys.extend(accepted::keys(&name, report, is_held_elsewhere));
            accepted::accept(report, &write.waived);
            write.left.add(&input.display, report);
        }
    }

    /// The file that is both read and written. One that is named as `--accepted` only shrinks; one that a configuration
    /// names takes in what is new, too.
    fn rewritten(&self) -> Option<&Read> {
        let written = normal(&self.write.as_ref()?.path);
        self.read.iter().find(|read| read.file.path == written)
    }

    /// Notes for the entries that are gone, by file. `was_judged` says whether the run judged by a rule.
    pub fn gone(&self, was_judged: impl Fn(RuleId) -> bool) -> Vec<(&SourceFile, Vec<ReportEntry>)> {
        // Those of one that is written anew are gone from it too.
        let rewritten = self.rewritten().map(|read| &read.file.path);
        let read = self.read.iter().filter(|read| Some(&read.file.path) != rewritten);
        let gone = |read: &'_ Read| read.file.findings.gone(&read.matcher, |key| read.was_judged(key, &was_judged));
        read.map(|read| (read.file.findings.file(), gone(read))).collect()
    }

    /// Writes the file, unless the run failed: what could not be read would be missing in it.
    pub fn write(&mut self, status: Status, was_judged: impl Fn(RuleId) -> bool) -> Status {
        let kept = self.rewritten().map(|read| {
            let was_judged = |key: &Key| read.was_judged(key, &was_judged);
            let Read { file, matcher, is_asked, .. } = read;
            // What was found again is among what is recorded, unless nothing is.
            if *is_asked { file.findings.kept(matcher, was_judged) } else { file.findings.unseen(matcher, was_judged) }
        });
        let Some(write) = &mut self.write else { return Status::Clean };
        let name = write.path.display().to_string();
        if status == Status::Failed {
            complain(&format!("{name}: not written, since not everything could be checked"));
            return Status::Failed;
        }
        let mut keys = std::mem::take(&mut write.keys);
        keys.extend(kept.into_iter().flatten());
        let number = keys.len();
        match atomic::write(&write.path, &[accepted::write(keys, to_json)]) {
            Ok(()) => {
                let left = match write.left.number {
                    0 => String::new(),
                    left => format!(", {left} cannot be"),
                };
                hint(&format!("{name}: {} accepted{left}", count(number, "finding")));
                write.left.tell();
                Status::Clean
            }
            Err(error) => {
                complain(&format!("{name}: cannot be written: {error}"));
                Status::Failed
            }
        }
    }
}

impl Read {
    fn new(file: &Arc<AcceptedFile>, inputs: &[Input], asked: &HashSet<PathBuf>) -> Self {
        let directory = &file.directory;
        let inputs: HashSet<String> = inputs.iter().map(|input| name_in(directory, input)).collect();
        let matcher = file.findings.matcher(|file| is_gone(&inputs, directory, file));
        Self { file: Arc::clone(file), matcher, inputs, judged: HashSet::new(), is_asked: asked.contains(&file.path) }
    }

    /// Whether an entry would have been found again if it were still there.
    fn was_judged(&self, key: &Key, by: impl Fn(RuleId) -> bool) -> bool {
        Catalogue::of_podline().id(&key.rule).is_some_and(by)
            && (self.judged.contains(&key.file) || is_gone(&self.inputs, &self.file.directory, &key.file))
    }
}

/// Whether there is no file of this name any more.
fn is_gone(inputs: &HashSet<String>, directory: &Path, file: &str) -> bool {
    // Standard input is nowhere.
    let is_path = !file.starts_with('<');
    is_path && !inputs.contains(file) && !directory.join(file).exists()
}

impl Recording {
    fn new(path: &Path) -> Self {
        let waived = Arc::new(accepted::held_by(&path.display().to_string()));
        let directory = directory_of(&normal(path));
        Self { path: path.to_owned(), directory, keys: Vec::new(), waived, left: Left::default() }
    }
}

fn directory_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

/// What a file is called in a file of accepted findings in some directory: its path from there, whatever podline's own directory.
fn name_in(directory: &Path, input: &Input) -> String {
    match &input.source {
        Source::Stdin if input.display.starts_with('<') => input.display.clone(),
        Source::Stdin => way(directory, &normal(Path::new(&input.display))),
        Source::File(path) => way(directory, &normal(path)),
    }
}
