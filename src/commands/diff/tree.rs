//! A side that is a tree of files, one file, or a revision.

use std::path::{Path, PathBuf};

use super::{File, Role, Side};
use crate::cli::{self, Check};
use crate::commands::Status;
use crate::commands::accepted::AcceptedFiles;
use crate::commands::check::configured_deny;
use crate::commands::problems::tell;
use crate::commands::read::{Found, find_in, find_quietly, report_of};
use crate::commands::rule_filter::RuleFilter;
use crate::commands::terminal::{complain, hint};
use crate::problem::Problem;
use crate::session::undecided::UndecidedRules;
use crate::session::{JudgedFile, Session, loosening};
use crate::source::discover::Input;
use crate::source::path::normal;

/// What is read of a tree.
pub(super) struct Tree {
    /// Files are called by their paths from here.
    root: PathBuf,
    /// What is read in it.
    paths: Vec<PathBuf>,
    /// How people call it.
    title: String,
    /// Whether it is a revision: one in which there is nothing is an answer, and no mistake.
    is_revision: bool,
    /// Directories of which nothing is read.
    without: Vec<PathBuf>,
}

impl Tree {
    /// A path of the command line.
    pub fn named(path: &Path) -> Self {
        Self {
            root: path.to_owned(),
            paths: vec![path.to_owned()],
            title: path.display().to_string(),
            is_revision: false,
            without: Vec::new(),
        }
    }

    /// Some paths of a revision, whose root is here; submodules, by their paths from there, are left out.
    pub fn revision(root: &Path, paths: Vec<PathBuf>, title: String, submodules: &[PathBuf]) -> Self {
        let without = submodules.iter().map(|path| root.join(path)).collect();
        Self { root: root.to_owned(), paths, title, is_revision: true, without }
    }

    fn is_empty(&self) -> bool {
        self.root.is_dir() && self.root.read_dir().is_ok_and(|mut entries| entries.next().is_none())
    }

    /// What there is to read.
    fn find(&self, options: &cli::Input) -> Found {
        if !self.is_revision {
            return find_in(options, &self.paths);
        }
        let mut found = find_quietly(options, &self.paths);
        if found.is_nothing {
            found.status = Status::Clean;
        }
        let is_left_out = |path: &Path| self.without.iter().any(|one| normal(path).starts_with(one));
        found.inputs.retain(|input| !input.source.path().is_some_and(is_left_out));
        found.passed_over.retain(|one| !is_left_out(Path::new(&one.display)));
        found
    }
}

/// Reads and judges the files of a tree.
pub(super) fn read(tree: &Tree, options: &Check, filter: &RuleFilter, role: Role) -> (Side, Status) {
    let Tree { root, title, is_revision, .. } = tree;
    if role == Role::Base && !is_revision && tree.is_empty() {
        // A chart that is new. An empty HEAD is a rendering that failed.
        hint(&format!("{title} is empty: everything in HEAD is new"));
        return (Side::default(), Status::Clean);
    }
    let Found { inputs, passed_over, mut status, .. } = tree.find(&options.input);
    let ask = options.into();
    status = status.max(tell(&loosening::by_ignore_files(&ask, &passed_over)));
    let session = match Session::find(&ask, inputs) {
        Ok((session, found)) => {
            status = status.max(tell(&found));
            session
        }
        Err(found) => return (Side { failed: true, ..Side::default() }, tell(&found)),
    };
    let judge = |input: &Input| {
        // What is wrong with the configuration has been said.
        let Some(JudgedFile { file, mut report }) = session.judge(input)? else { return Ok(None) };
        report.findings.retain(|finding| filter.keeps(finding));
        let judged = report.templates.iter().map(Into::into).collect();
        let (name, display) = (name_below(root, input), input.display.clone());
        Ok(Some(File { name, display, text: Some(file.into_owned()), report, judged }))
    };
    let judged: Vec<Result<Option<File>, Problem>> = session.judge_all(judge);
    let rules = session.rules().loaded().to_vec();
    let deny = configured_deny(session.bases().map(|basis| &basis.settings));
    let refused = session.refused_rules();
    let mut side = Side { judged_by: Some(session.judged_by()), rules, refused, deny, ..Side::default() };
    let (mut objects, mut skipped) = (0, passed_over.len() + session.excluded.len());
    for one in passed_over.iter().chain(&session.excluded) {
        let (name, display) = (name_of(root, Path::new(&one.display)), one.display.clone());
        side.files.push(File { name, display, text: None, report: report_of(one), judged: Vec::new() });
    }
    let mut accepted = AcceptedFiles::new(options, &session);
    let mut undecided = UndecidedRules::default();
    for (input, file) in session.inputs.iter().zip(judged) {
        match file {
            Ok(mut file) => {
                if let Some(file) = &mut file {
                    accepted.take(input, &mut file.report);
                    undecided.take(&input.display, &mut file.report);
                }
                objects += file.as_ref().map_or(0, |file| file.report.manifests + file.report.findings.len());
                skipped += file.as_ref().map_or(0, |file| file.report.skipped.len());
                side.files.extend(file);
            }
            Err(problem) => {
                complain(&problem.to_string());
                side.problems.push((input.display.clone(), problem.to_string()));
                side.unreadable.insert(name_below(root, input));
                status = Status::Failed;
            }
        }
    }
    if objects == 0 && status == Status::Clean && !is_revision {
        // A rendering that failed, or no report: nothing must look fixed by it.
        complain(&format!("{title}: neither manifests nor a report of podline"));
        status = Status::Failed;
    }
    for (file, report) in undecided.reports(&session).into_iter().chain(session.overspent()) {
        let (name, display) = (name_of(root, Path::new(file.name())), file.name().to_owned());
        side.files.push(File { name, display, text: Some((*file).clone()), report, judged: Vec::new() });
    }
    side.failed = objects == 0 && status == Status::Failed;
    if skipped > 0 {
        hint(&format!("{title}: {skipped} skipped (podline check -v lists them)"));
    }
    (side, status)
}

/// The path of a file from the root of its side; "" of a side that is one file or standard input, so that two of them
/// are one file to compare.
fn name_below(root: &Path, input: &Input) -> String {
    input.source.path().map(|path| name_of(root, path)).unwrap_or_default()
}

/// The same for a path.
fn name_of(root: &Path, path: &Path) -> String {
    let path = normal(path);
    // What a link leads to has a name of its own.
    let below = path.strip_prefix(normal(root)).unwrap_or(&path);
    below.to_string_lossy().replace('\\', "/")
}
