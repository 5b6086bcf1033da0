//! What ignore files and hidden directories leave out, the same for a walk and for named files that follow its rules.
//!
//! `.gitignore` files count up to the root of the checkout, as for git, and outside of a checkout up to the root of the
//! file system. What git reads besides (the user's global ignore file, `.git/info/exclude`) is left aside: it is not
//! part of the checkout, and the same files must give the same result on every machine. `.podlineignore` has the same
//! syntax, counts in all directories above, and has the last word: a nearer file over one further up, any of them over
//! every `.gitignore`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Trouble;
use super::directory::Directory;
use super::paths;
use crate::source::confine::Given;

const GIT_IGNORE: &str = ".gitignore";
const PODLINE_IGNORE: &str = ".podlineignore";
const CHECKOUTS: [&str; 2] = [".git", ".jj"];

/// The names by which a directory changes what is left out.
pub(super) const NAMES: [&str; 4] = [GIT_IGNORE, PODLINE_IGNORE, CHECKOUTS[0], CHECKOUTS[1]];

/// Reads ignore files.
pub(super) struct Rules {
    read_ignore_files: bool,
    /// Where the walks begin.
    pub(super) given: Given,
    troubles: Mutex<Vec<Trouble>>,
}

/// What holds for the entries of one directory.
#[derive(Default)]
pub(super) struct Dir {
    /// The walk does not come here.
    skipped: bool,
    absolute: PathBuf,
    /// None if neither this directory nor one above has an ignore file, so that nothing needs to be matched.
    layers: Option<Arc<Layer>>,
}

/// The ignore files of one directory, and the next ones above.
struct Layer {
    git: Gitignore,
    podline: Gitignore,
    /// `.gitignore` files above this directory belong to someone else's checkout.
    is_checkout: bool,
    above: Option<Arc<Layer>>,
}

impl Rules {
    pub(super) fn new(read_ignore_files: bool, given: Given) -> Self {
        Self { read_ignore_files, given, troubles: Mutex::default() }
    }

    /// The rules of a directory where a walk begins, whatever those above say of it; for what is in it they still hold.
    /// `dir` is how it is opened, `absolute` what that means.
    pub(super) fn root(&self, dir: &Path, absolute: &Path) -> Arc<Dir> {
        let mut layers = None;
        let mut above: Vec<_> = absolute.ancestors().skip(1).collect();
        while let Some(above) = above.pop() {
            layers = self.layers(above, above, layers, |_| true);
        }
        layers = self.layers(dir, absolute, layers, |_| true);
        Arc::new(Dir { skipped: false, absolute: absolute.to_path_buf(), layers })
    }

    /// The rules of a directory that a walk enters, whose entries are known.
    pub(super) fn below(&self, above: &Dir, directory: &Directory) -> Arc<Dir> {
        self.entered(above, &directory.path, |name| directory.may_hold(name))
    }

    /// The rules of a directory that a walk may enter, of which nothing is known.
    pub(super) fn perhaps_below(&self, parent: &Dir, path: &Path) -> Arc<Dir> {
        if parent.skips(path, true) {
            let absolute = parent.absolute.join(path.file_name().unwrap_or_default());
            return Arc::new(Dir { skipped: true, absolute, layers: None });
        }
        self.entered(parent, path, |_| true)
    }

    /// What was wrong with `.podlineignore` files. A bad line in a `.gitignore` is passed over, as git does.
    pub(super) fn take_troubles(&self, cwd: &Path) -> Vec<Trouble> {
        let mut troubles = std::mem::take(&mut *self.troubles.lock().unwrap_or_else(PoisonError::into_inner));
        for trouble in &mut troubles {
            if let Ok(from_here) = trouble.path.strip_prefix(cwd) {
                trouble.path = from_here.to_path_buf();
            }
        }
        troubles
    }

    fn entered(&self, parent: &Dir, path: &Path, may_hold: impl Fn(&str) -> bool) -> Arc<Dir> {
        let absolute = parent.absolute.join(path.file_name().unwrap_or_default());
        let layers = self.layers(path, &absolute, parent.layers.clone(), may_hold);
        Arc::new(Dir { skipped: false, absolute, layers })
    }

    /// The layers at a directory: those above, and its own if it adds something. Its files are read by `path`: the
    /// absolute one may be too long, or lead through directories that may not be entered.
    fn layers(
        &self,
        path: &Path,
        absolute: &Path,
        above: Option<Arc<Layer>>,
        may_hold: impl Fn(&str) -> bool,
    ) -> Option<Arc<Layer>> {
        if !self.read_ignore_files || !NAMES.into_iter().any(may_hold) {
            return above;
        }
        // Git follows no link here, and says nothing of it.
        let (git, _) = self.ignore_file(path, GIT_IGNORE, absolute);
        let (podline, troubles) = self.ignore_file(path, PODLINE_IGNORE, absolute);
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).extend(troubles);
        let is_checkout = above.is_some() && is_checkout(path);
        if git.is_empty() && podline.is_empty() && !is_checkout {
            return above;
        }
        Some(Arc::new(Layer { git, podline, is_checkout, above }))
    }

    /// The globs of the ignore file `name` in `dir`, to match absolute paths with, and what is wrong with it.
    fn ignore_file(&self, dir: &Path, name: &str, absolute: &Path) -> (Gitignore, Vec<Trouble>) {
        let path = dir.join(name);
        let mut troubles = Vec::new();
        let mut trouble = |message| troubles.push(Trouble::new(0, &path, message));
        let mut builder = GitignoreBuilder::new(absolute);
        match self.read(dir, &path) {
            Some(Ok(text)) => {
                let text = String::from_utf8_lossy(&text);
                for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
                    if let Err(error) = builder.add_line(None, line) {
                        trouble(format!("line {number}: {error}"));
                    }
                }
            }
            Some(Err(message)) => trouble(message),
            None => {}
        }
        let globs = builder.build().unwrap_or_else(|error| {
            trouble(error.to_string());
            Gitignore::empty()
        });
        (globs, troubles)
    }

    /// Reads an ignore file, or says why it cannot be. None where no regular file is to be seen: to open a FIFO would
    /// wait for ever, and a device may never end.
    fn read(&self, dir: &Path, path: &Path) -> Option<Result<Vec<u8>, String>> {
        let is_link = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => false,
            Ok(metadata) if metadata.is_symlink() && fs::metadata(path).is_ok_and(|target| target.is_file()) => true,
            _ => return None,
        };
        if is_link && let Err(outside) = self.given.root(dir).inside(path) {
            return Some(Err(outside.to_string()));
        }
        Some(fs::read(path).map_err(|error| paths::describe(&error, path)))
    }
}

impl Dir {
    /// Whether the entry `path` of this directory is left out. Hidden files are not: `.gitlab-ci.yaml` is a file like
    /// others.
    pub(super) fn skips(&self, path: &Path, is_dir: bool) -> bool {
        let name = path.file_name().unwrap_or_default();
        let hidden = is_dir && name.as_encoded_bytes().starts_with(b".");
        self.skipped || hidden || self.layers.as_ref().is_some_and(|top| top.ignores(&self.absolute.join(name), is_dir))
    }
}

impl Layer {
    fn ignores(&self, path: &Path, is_dir: bool) -> bool {
        let mut by_git = None;
        let mut in_checkout = true;
        let mut next = Some(self);
        while let Some(layer) = next {
            if let Some(by_podline) = decision(&layer.podline.matched(path, is_dir)) {
                return by_podline;
            }
            if in_checkout && by_git.is_none() {
                by_git = decision(&layer.git.matched(path, is_dir));
            }
            in_checkout &= !layer.is_checkout;
            next = layer.above.as_deref();
        }
        by_git.unwrap_or(false)
    }
}

fn decision<T>(matched: &Match<T>) -> Option<bool> {
    match matched {
        Match::None => None,
        Match::Ignore(_) => Some(true),
        Match::Whitelist(_) => Some(false),
    }
}

/// The checkout that a directory lies in: the nearest directory upwards with `.git` (a file in worktrees and
/// submodules) or `.jj`.
pub(super) fn checkout_of(dir: &Path) -> Option<&Path> {
    dir.ancestors().find(|dir| is_checkout(dir))
}

fn is_checkout(dir: &Path) -> bool {
    CHECKOUTS.iter().any(|name| dir.join(name).exists())
}
