//! Mending what was found: in the files, as a diff, or as patches.

use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Write as _};
use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;

use super::Status;
use super::terminal::{complain, hint};
use super::write;
use crate::cli;
use crate::finding::ReportEntry;
use crate::fix::kustomize::{self, LeftOut, Patch};
use crate::fix::unified::unified;
use crate::fix::{self, Fault, Fixed, Repairs, Worse};
use crate::lint::Options;
use crate::report::escape::{escape, must_go};
use crate::report::summary::count;
use crate::source::confine::check_writable;
use crate::source::discover::{Input, Source};
use crate::source::file::{SourceFile, TooLarge};
use crate::verdict::FileReport;
use crate::yaml::edit::TextEdit;

/// Objects that the summary names; the rest is counted.
const NAMED: usize = 50;

/// Why a file is not fixed.
#[derive(Debug)]
enum Unfixed {
    /// It cannot be edited, or the proof of the new text failed.
    Fault(Fault),
    /// The new text is too large.
    TooLarge(TooLarge),
    /// The new text is worse.
    Worse(Worse),
}

impl fmt::Display for Unfixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::TooLarge(error) => error.fmt(f),
            Self::Worse(worse) => {
                write!(f, "{worse}; nothing was written. This is a bug in podline: please report it")
            }
        }
    }
}

/// What becomes of repairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Nothing.
    Off,
    /// They are written.
    Write,
    /// They are shown.
    Diff,
    /// They become patches.
    Patches,
}

/// Mends files, on any thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixer {
    mode: Mode,
    repairs: Repairs,
    /// Whether what is written is shown too.
    shows: bool,
    /// Whether a diff goes to a terminal.
    escapes: bool,
}

/// What fixing a file gave beside its report.
#[derive(Default)]
pub(super) struct FixOutcome {
    /// What belongs on standard output: the fixed text, or a diff.
    pub output: String,
    /// What to complain of.
    problem: Option<String>,
    /// For each object, by the order of the file: its name, findings that were fixed, and findings that are left.
    objects: BTreeMap<(usize, String), (usize, usize)>,
    /// Whether `runAsNonRoot` was set.
    sets_non_root: bool,
    patches: Vec<Result<Patch, LeftOut>>,
}

impl Fixer {
    pub fn new(options: &cli::Repair) -> Self {
        let mode = match options {
            cli::Repair { fix_as: Some(_), .. } => Mode::Patches,
            cli::Repair { fix: true, .. } => Mode::Write,
            cli::Repair { diff: true, .. } => Mode::Diff,
            _ => Mode::Off,
        };
        let repairs = if options.unsafe_fixes { Repairs::All } else { Repairs::Safe };
        let shows = mode == Mode::Write && options.diff;
        Self { mode, repairs, shows, escapes: std::io::stdout().is_terminal() }
    }

    /// Whether files stay as they are, and nothing is shown of repairs.
    pub fn is_off(self) -> bool {
        self.mode == Mode::Off
    }

    /// Whether something else than the report goes to standard output.
    pub fn takes_stdout(self, inputs: &[Input]) -> bool {
        self.mode == Mode::Diff
            || self.shows
            || self.mode == Mode::Write && inputs.iter().any(|input| input.source == Source::Stdin)
    }

    /// Whether the findings are told by a diff alone.
    pub fn is_diff(self) -> bool {
        self.mode == Mode::Diff
    }

    /// Mends a file: gives it back as it is from then on, with the report of what is left.
    pub fn fix(
        self,
        input: &Input,
        file: SourceFile,
        report: FileReport,
        options: &Options,
        judge: impl Fn(&SourceFile) -> FileReport,
    ) -> (SourceFile, FileReport, FixOutcome) {
        let mut outcome = FixOutcome::default();
        if self.mode == Mode::Off {
            return (file, report, outcome);
        }
        if self.mode == Mode::Patches {
            outcome.patches = kustomize::patches(&file, &report.findings, self.repairs, options);
            return (file, report, outcome);
        }
        let is_stdin = input.source == Source::Stdin;
        match self.fixed(&file, &report, &judge) {
            Err(fault) => outcome.problem = Some(format!("{}: {fault}", input.display)),
            Ok(None) if is_stdin && self.mode == Mode::Write => file.text().clone_into(&mut outcome.output),
            Ok(None) => {}
            Ok(Some((new, after, fixed))) => {
                outcome.tell(&report, &fixed.findings);
                if self.mode == Mode::Diff {
                    outcome.output = self.diff(input, file.text(), new.text(), &fixed.edits);
                    return (file, report, outcome);
                }
                let written = match &input.source {
                    Source::Stdin => {
                        new.text().clone_into(&mut outcome.output);
                        Ok(())
                    }
                    Source::File(path) => write::replace(path, file.text(), new.text()).inspect(|()| {
                        if self.shows {
                            outcome.output = self.diff(input, file.text(), new.text(), &fixed.edits);
                        }
                    }),
                };
                match written {
                    Ok(()) => return (new, after, outcome),
                    Err(error) => {
                        outcome = FixOutcome {
                            problem: Some(format!("{}: {error}", input.display)),
                            ..FixOutcome::default()
                        };
                    }
                }
            }
        }
        (file, report, outcome)
    }

    /// The file after its repair and what is left then; `None` where there is nothing to fix.
    fn fixed(
        self,
        file: &SourceFile,
        report: &FileReport,
        judge: impl Fn(&SourceFile) -> FileReport,
    ) -> Result<Option<(SourceFile, FileReport, Fixed)>, Unfixed> {
        if !report.findings.iter().any(|finding| self.repairs.include(finding)) {
            return Ok(None);
        }
        let mut fixed = fix::apply(file, &report.findings, self.repairs).map_err(Unfixed::Fault)?;
        if fixed.findings.is_empty() {
            return Ok(None);
        }
        let new =
            SourceFile::new(file.name(), std::mem::take(&mut fixed.text).into_bytes()).map_err(Unfixed::TooLarge)?;
        let after = judge(&new);
        fix::is_no_worse(report, &after).map_err(Unfixed::Worse)?;
        Ok(Some((new, after, fixed)))
    }

    fn diff(self, input: &Input, old: &str, new: &str, edits: &[TextEdit]) -> String {
        let (before, after) = (header("a/", &input.display), header("b/", &input.display));
        let text = unified(old, new, edits, (&before, &after));
        // A program reads it byte for byte; a terminal must not obey what stands in a manifest.
        if self.escapes {
            text.lines().flat_map(|line| [escape(line).into_owned(), "\n".to_owned()]).collect()
        } else {
            text
        }
    }
}

/// A name in the head of a diff, as git writes it: in quotes where it could be misread, and before a tab where it holds a
/// space, since programs take what follows a space for a date.
fn header(prefix: &str, name: &str) -> String {
    if escape(name) == name && !name.contains(['"', '\\']) {
        let end = if name.contains(' ') { "\t" } else { "" };
        return format!("{prefix}{name}{end}");
    }
    let mut text = format!("\"{prefix}");
    for (at, c) in name.char_indices() {
        match c {
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            '"' | '\\' => text.extend(['\\', c]),
            c if must_go(name, at, c) => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "\\{byte:03o}");
                }
            }
            c => text.push(c),
        }
    }
    text + "\""
}

impl FixOutcome {
    /// Notes what is fixed in which object, and what is left there.
    fn tell(&mut self, report: &FileReport, fixed: &[usize]) {
        for (at, finding) in report.findings.iter().enumerate() {
            let Some(object) = &finding.object else { continue };
            let counts = self.objects.entry((object.document, object.to_string())).or_default();
            if fixed.binary_search(&at).is_ok() {
                counts.0 += 1;
                self.sets_non_root |= finding.rule == "pss/runAsNonRoot";
            } else if finding.waived.is_none() {
                counts.1 += 1;
            }
        }
        self.objects.retain(|_, counts| counts.0 > 0);
    }
}

/// What all files gave, for the last words.
#[derive(Default)]
pub(super) struct FixCounts {
    lines: Vec<String>,
    objects: usize,
    findings: usize,
    sets_non_root: bool,
    patches: Vec<Patch>,
    left_out: Vec<LeftOut>,
}

impl FixCounts {
    /// Takes what one file gave.
    pub fn take(&mut self, input: &Input, outcome: FixOutcome) -> Status {
        for ((_, object), (fixed, left)) in outcome.objects {
            self.objects += 1;
            self.findings += fixed;
            if self.lines.len() < NAMED {
                let left = if left > 0 { format!(", {left} left") } else { String::new() };
                self.lines.push(format!("{}: {object}: {fixed} fixed{left}", input.display));
            }
        }
        self.sets_non_root |= outcome.sets_non_root;
        for patch in outcome.patches {
            match patch {
                Ok(patch) => self.patches.push(patch),
                Err(left_out) => self.left_out.push(left_out),
            }
        }
        let Some(problem) = &outcome.problem else { return Status::Clean };
        complain(problem);
        Status::Failed
    }

    /// Writes the patches, and says on standard error what was fixed.
    pub fn close(self, options: &cli::Repair, quiet: bool) -> Status {
        if let Some(directory) = &options.fix_dir {
            return self.write_patches(directory, quiet);
        }
        if quiet || !options.fix && !options.diff {
            return Status::Clean;
        }
        for line in &self.lines {
            hint(line);
        }
        let more = self.objects.saturating_sub(self.lines.len());
        let more = if more > 0 { format!(" ({more} objects are not listed)") } else { String::new() };
        let verb = if options.fix { "fixed" } else { "would fix" };
        hint(&format!("{verb} {} in {}{more}", count(self.findings, "finding"), count(self.objects, "object")));
        if self.sets_non_root {
            hint(
                "runAsNonRoot needs an image that does not start as root: where the image names its user by a name, or \
                 starts as root, set runAsUser too",
            );
        }
        Status::Clean
    }

    fn write_patches(&self, directory: &Path, quiet: bool) -> Status {
        let (names, component) = kustomize::component(&self.patches);
        let patches = names.iter().map(String::as_str).zip(self.patches.iter().map(|patch| patch.yaml.as_str()));
        let written =
            make_directory(directory).map_err(|error| format!("{}: {error}", directory.display())).and_then(|()| {
                let mut files = patches.chain([("kustomization.yaml", component.as_str())]);
                files.try_for_each(|(name, text)| {
                    let path = directory.join(name);
                    write::create(&path, text, kustomize::HEADER)
                        .map_err(|error| format!("{}: {error}", path.display()))
                })
            });
        if let Err(message) = written {
            complain(&message);
            return Status::Failed;
        }
        remove_stale(directory, &names);
        if quiet {
            return Status::Clean;
        }
        for (patch, name) in self.patches.iter().zip(&names) {
            let becomes = if patch.allowed { "allowed with it" } else { "not yet allowed with it" };
            let fixed = count(patch.findings.len(), "finding");
            hint(&format!("{}: {}: {fixed} fixed, {becomes}", directory.join(name).display(), patch.object));
        }
        for LeftOut { object, reason } in &self.left_out {
            hint(&format!("no patch for {object}: {reason}"));
        }
        let (all, allowed) = (self.patches.len(), self.patches.iter().filter(|patch| patch.allowed).count());
        let patches = if all == 1 { "patch" } else { "patches" };
        hint(&format!("wrote {all} {patches}; {allowed} of the objects are allowed with theirs"));
        Status::Clean
    }
}

fn make_directory(directory: &Path) -> io::Result<()> {
    check_writable(directory).map_err(io::Error::other)?;
    fs::create_dir_all(directory)
}

/// Takes away the patches of an earlier run that this one did not write: its component does not list them any more.
fn remove_stale(directory: &Path, names: &[String]) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let mut stale: Vec<_> =
        entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())).collect();
    stale.sort_by_key(fs::DirEntry::file_name);
    for entry in stale {
        let (path, name) = (entry.path(), entry.file_name());
        let is_current = name == "kustomization.yaml" || names.iter().any(|current| name == current.as_str());
        let is_patch = !is_current && path.extension().is_some_and(|end| end == "yaml");
        if is_patch && write::is_own(&path, kustomize::HEADER) {
            match fs::remove_file(&path) {
                Ok(()) => hint(&format!("{}: removed, as nothing needs this patch any more", path.display())),
                Err(error) => hint(&format!("{}: a patch of an earlier run: {error}", path.display())),
            }
        }
    }
}

/// Takes out what patches fix: what is left counts.
pub(super) fn leave_out(findings: &mut Vec<ReportEntry>, outcome: &FixOutcome) {
    let patched: HashSet<usize> =
        outcome.patches.iter().flatten().flat_map(|patch| patch.findings.iter().copied()).collect();
    let mut at = 0;
    findings.retain(|_| {
        at += 1;
        !patched.contains(&(at - 1))
    });
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn names_in_the_head_of_a_diff_are_as_git_writes_them() {
        assert_eq!(header("a/", "deploy/web.yaml"), "a/deploy/web.yaml");
        assert_eq!(header("b/", "a b.yaml"), "b/a b.yaml\t");
        assert_eq!(header("a/", "a\nb\t\"c\\.yaml"), "\"a/a\\nb\\t\\\"c\\\\.yaml\"");
        assert_eq!(header("a/", "\u{1b}[1m\u{202E}##[group]"), "\"a/\\033[1m\\342\\200\\256#\\043[group]\"");
    }
}
