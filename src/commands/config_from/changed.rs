//! What a change does to the files that decide: told at its line, since it does not hold before it is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::tree::Deciding;
use crate::commands::check::Said;
use crate::finding::{self, Finding, ReportEntry, Severity};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::source::path::way;
use crate::verdict::FileReport;

/// What to say of each file that decides and that is not as the revision has it: `here` are those below `root`. `below`
/// is the working directory, from there.
pub(in crate::commands) fn changed(
    deciding: &Deciding<'_>,
    here: &BTreeSet<PathBuf>,
    (root, below): (&Path, &Path),
    revision: &str,
) -> Vec<Said> {
    let all: BTreeSet<PathBuf> = deciding.among(deciding.there).union(here).cloned().collect();
    let shown = |path: &Path| way(&Path::new("/").join(below), &Path::new("/").join(path));
    all.iter().filter_map(|path| said(&deciding.there.join(path), &root.join(path), &shown(path), revision)).collect()
}

/// What to say of a file, which is shown by this name.
fn said(there: &Path, here: &Path, name: &str, revision: &str) -> Option<Said> {
    // What a link leads to is told where it stands.
    let text = |path: &Path| match fs::read_link(path) {
        Ok(target) => Some(target.to_string_lossy().into_owned().into_bytes()),
        Err(_) => fs::read(path).ok(),
    };
    let (before, after) = (text(there), text(here));
    if before == after {
        return None;
    }
    let what = match (&before, &after) {
        (None, _) => "is new",
        (_, None) => "is gone",
        _ => "is changed",
    };
    let message = format!("{what} since {revision}, by which this run judges: the change does not count here");
    let line = first_difference(&before.unwrap_or_default(), after.as_deref().unwrap_or_default());
    let file = SourceFile::new(name, after.unwrap_or_default()).ok()?;
    let span = file.line_span(line.max(1));
    let finding = Finding::within(&file, id::CHANGED, span, format!("this file {message}")).severity(Severity::Warning);
    let mut findings: Vec<ReportEntry> = vec![finding.build().into()];
    finding::identify(&mut findings, file.name());
    Some((file, FileReport { findings, ..FileReport::default() }))
}

/// The first line, from 1, in which two texts differ, and in which something stands if one does; the last one of a text
/// that only lost lines.
fn first_difference(before: &[u8], after: &[u8]) -> usize {
    let lines = |text: &'_ [u8]| text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let same = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let is_blank = |line: &Vec<u8>| line.trim_ascii().is_empty();
    let written = after.iter().skip(same).position(|line| !is_blank(line)).unwrap_or_default();
    (same + written + 1).min(after.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_at_its_first_line() {
        for (before, after, line) in [
            ("a\nb\n", "a\nc\n", 2),
            ("a\n", "a\nb\n", 2),
            ("a\nb\n", "a\n", 2),
            ("", "a\n", 1),
            ("a\n", "", 1),
            ("a\n", "a\n\n\nb\n", 4),
        ] {
            assert_eq!(first_difference(before.as_bytes(), after.as_bytes()), line, "{before:?} {after:?}");
        }
    }
}
