//! A side that is a tree of files, or one file.

use std::path::Path;

use rayon::prelude::*;

use super::{File, Role, Side};
use crate::cli::Check;
use crate::commands::Status;
use crate::commands::baseline::Baselines;
use crate::commands::problems::tell;
use crate::commands::read::{Found, find_in, report_of};
use crate::commands::rule_filter::RuleFilter;
use crate::commands::terminal::{complain, hint};
use crate::problem::Problem;
use crate::session::{JudgedFile, Session};
use crate::source::discover::Input;
use crate::source::path::normal;

/// Reads and judges the files of a tree.
pub(super) fn read(root: &Path, options: &Check, filter: &RuleFilter, role: Role) -> (Side, Status) {
    let is_empty = root.is_dir() && root.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if role == Role::Base && is_empty {
        // A chart that is new. An empty HEAD is a rendering that failed.
        hint(&format!("{} is empty: everything in HEAD is new", root.display()));
        return (Side::default(), Status::Clean);
    }
    let Found { inputs, passed_over, mut status, .. } = find_in(&options.input, &[root.to_owned()]);
    let session = match Session::find(&options.into(), inputs) {
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
    let judged: Vec<Result<Option<File>, Problem>> = session.inputs.par_iter().map(judge).collect();
    let mut side = Side { judged_by: Some(session.judged_by()), ..Side::default() };
    let (mut objects, mut skipped) = (0, passed_over.len());
    for one in &passed_over {
        let (name, display) = (name_of(root, Path::new(&one.display)), one.display.clone());
        side.files.push(File { name, display, text: None, report: report_of(one), judged: Vec::new() });
    }
    let mut accepted = Baselines::new(options, &session);
    for (input, file) in session.inputs.iter().zip(judged) {
        match file {
            Ok(mut file) => {
                if let Some(file) = &mut file {
                    accepted.take(input, &mut file.report);
                }
                objects += file.as_ref().map_or(0, |file| file.report.manifests + file.report.findings.len());
                skipped += file.as_ref().map_or(0, |file| file.report.skipped.len());
                side.files.extend(file);
            }
            Err(problem) => {
                complain(&problem.to_string());
                side.unreadable.insert(name_below(root, input));
                status = Status::Failed;
            }
        }
    }
    if objects == 0 && status == Status::Clean {
        // A rendering that failed, or no report: nothing must look fixed by it.
        complain(&format!("{}: neither manifests nor a report of podline", root.display()));
        status = Status::Failed;
    }
    side.failed = objects == 0 && status == Status::Failed;
    if skipped > 0 {
        hint(&format!("{}: {skipped} skipped (podline check -v lists them)", root.display()));
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
