//! The files that decide, as a revision has them, and the tree that they make with all others of the work tree.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::find::is_name;
use crate::session::{Ask, AskedFiles, Basis, Configurations};
use crate::source::confine::Given;
use crate::source::discover::{AsWalked, IGNORE_FILES, Input, Source, Standing, git_directory, is_walked};
use crate::source::path::normal;

/// Larger files are only taken over where a walk would read them.
const LARGE: u64 = 256 << 10;

/// What decides.
pub(in crate::commands) struct Deciding<'r> {
    /// The revision's files.
    pub there: &'r Path,
    /// From the root: configurations and ignore files of the revision, and what they name: files and directories.
    pub paths: BTreeSet<PathBuf>,
    /// From the root: ignore files of the work tree that git ignores and does not track, as `*` in the `.gitignore` of a
    /// virtual environment has it. No change holds them, so they count as ever.
    local: BTreeSet<PathBuf>,
    /// Whether a configuration asks for reports.
    pub writes_reports: bool,
}

impl<'r> Deciding<'r> {
    /// Finds out which files of a revision decide. `named` is what the command line says, from the root.
    pub fn of(there: &'r Path, named: &[PathBuf]) -> Self {
        let mut paths: BTreeSet<PathBuf> = named.iter().cloned().collect();
        let mut configurations = Vec::new();
        for file in files(there) {
            let below = file.strip_prefix(there).unwrap_or(&file).to_owned();
            if decides_by_name(&below) {
                paths.insert(below);
            }
            if file.file_name().is_some_and(is_name) {
                configurations.push(file);
            }
        }
        let mut deciding = Self { there, paths, local: BTreeSet::new(), writes_reports: false };
        deciding.follow(&configurations);
        deciding
    }

    /// Adds what configurations name. What is wrong with them is told when they are used.
    fn follow(&mut self, configurations: &[PathBuf]) {
        if configurations.is_empty() {
            return;
        }
        // A file beside the configuration stands for those that it is for.
        let input = |file: &PathBuf| {
            let file = file.with_file_name("-.yaml");
            Input { display: file.display().to_string(), source: Source::File(file), named: true, directory: None }
        };
        let mut inputs = configurations.iter().map(input).collect();
        let ask = Ask { around: Arc::new(Given::new([self.there.to_owned()])), ..Ask::default() };
        let (mut found, _) = Configurations::find(&ask, &mut inputs);
        for settings in found.take_all() {
            let (basis, _) = Basis::new(&ask, settings, &AskedFiles::default());
            let loaded = &basis.settings.loaded;
            let config = &loaded.config;
            self.writes_reports |= !loaded.outputs.is_empty();
            let admission = config.admission.iter().filter_map(|admission| admission.0.config.clone());
            let named = loaded.files.iter().cloned().chain(config.cluster.0.iter().cloned()).chain(admission);
            let named = named.map(|name| normal(Path::new(&name)));
            let accepted = loaded.accepted.iter().map(|(path, _)| normal(path));
            let policies = loaded.policies.iter().filter_map(|policy| {
                let directory = policy.spot.path().parent().map(Path::to_owned).unwrap_or_default();
                Some(normal(&directory.join(policy.entry.path()?)))
            });
            let all = named.chain(accepted).chain(policies).chain(basis.files.iter().cloned());
            let inside = all.filter_map(|path| Some(path.strip_prefix(self.there).ok()?.to_owned()));
            self.paths.extend(inside.filter(|path| !path.as_os_str().is_empty()));
        }
    }

    /// Whether a file, from the root, is one that decides.
    pub fn holds(&self, path: &Path) -> bool {
        (decides_by_name(path) && !self.local.contains(path))
            || path.ancestors().any(|above| self.paths.contains(above))
    }

    /// The files below a directory that decide, from there.
    pub fn among(&self, top: &Path) -> BTreeSet<PathBuf> {
        let all = files(top).into_iter().filter_map(|file| Some(file.strip_prefix(top).ok()?.to_owned()));
        all.filter(|path| self.holds(path)).collect()
    }

    /// The same of a work tree. What no change of its can be, since git does not track it and a walk does not come to it
    /// or git ignores it, is not among them.
    pub fn among_work_tree(&mut self, root: &Path) -> BTreeSet<PathBuf> {
        let walk = AsWalked::new(root, true);
        let mut all = self.among(root);
        all.retain(|path| {
            if self.paths.contains(path) {
                return true;
            }
            let standing = walk.standing(&root.join(path));
            if standing == Standing::Local && is_ignore_file(path) {
                self.local.insert(path.clone());
                return false;
            }
            standing != Standing::Unread
        });
        all
    }

    /// Lays a tree: what decides from the revision, all else from the work tree.
    pub fn lay(&self, root: &Path, tree: &Path) -> io::Result<()> {
        for (from, decides) in [(self.there, true), (root, false)] {
            for file in files(from) {
                let below = file.strip_prefix(from).unwrap_or(&file);
                // What decides counts whatever its size: files of accepted findings are large.
                if self.holds(below) == decides && (decides || is_wanted(&file)?) {
                    lay(&file, &tree.join(below))?;
                }
            }
        }
        let kept = tree.join(".git");
        fs::create_dir_all(&kept)?;
        // What the work tree tracks is judged, whatever the ignore files say.
        let git_directory = git_directory(&root.join(".git")).ok().flatten();
        if let Some(directory) = git_directory.filter(|directory| directory.is_dir()) {
            for entry in fs::read_dir(directory)?.filter_map(Result::ok) {
                let name = entry.file_name();
                if name == "index" || name.to_string_lossy().starts_with("sharedindex.") {
                    fs::copy(entry.path(), kept.join(name))?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a file decides by its very name.
fn decides_by_name(path: &Path) -> bool {
    path.file_name().is_some_and(is_name) || is_ignore_file(path)
}

fn is_ignore_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| IGNORE_FILES.iter().any(|one| name == OsStr::new(one)))
}

/// All files and links below a directory, but for what git keeps.
fn files(directory: &Path) -> Vec<PathBuf> {
    let walk = ignore::WalkBuilder::new(directory)
        .standard_filters(false)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    let is_file = |entry: &ignore::DirEntry| entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink());
    walk.filter_map(Result::ok).filter(is_file).map(ignore::DirEntry::into_path).collect()
}

/// Whether podline may look at a file of the work tree.
fn is_wanted(file: &Path) -> io::Result<bool> {
    Ok(is_walked(file) || file.symlink_metadata()?.len() <= LARGE)
}

/// Takes over a file or a link.
fn lay(from: &Path, to: &Path) -> io::Result<()> {
    let found = from.symlink_metadata()?;
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    if found.is_symlink() { link(&fs::read_link(from)?, to) } else { fs::copy(from, to).map(drop) }
}

#[cfg(unix)]
fn link(target: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, to)
}

/// Where links are not for everyone, what they lead to is not judged.
#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
