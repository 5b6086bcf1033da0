//! What ignore files and the names of hidden directories leave out, the same for a walk and for named files that follow
//! its rules.
//!
//! `.gitignore` files count up to the root of the checkout, as for git, and outside of a checkout up to the root of the
//! file system; as for git, they say nothing of what git tracks. What git reads besides (the user's global ignore file,
//! `.git/info/exclude`) is left aside: it is not part of the checkout, and the same files must give the same result on
//! every machine. `.podlineignore` has the same syntax, counts in all directories above, and has the last word: a nearer
//! file over one further up, any of them over every `.gitignore`, for tracked files too.
//!
//! A directory that is named is read although ignore files cover it: those then do not count in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::Gitignore;

use super::Trouble;
use super::as_walked::Standing;
use super::checkout::{CHECKOUTS, Checkout, Indexes, Tracked, is_checkout};
use super::directory::Directory;
use super::hidden::{is_of_tools, is_of_version_control};
use super::layers::{self, IgnoreDecision, Layer};
use super::passed::Why;
use super::paths;
use crate::source::confine::{Given, Outside};
use crate::source::path::{name_of, way};

const GIT_IGNORE: &str = ".gitignore";
/// The ignore file of podline alone.
pub const PODLINE_IGNORE: &str = ".podlineignore";

/// The files that say what a walk leaves out.
pub const IGNORE_FILES: [&str; 2] = [".gitignore", PODLINE_IGNORE];

/// The names by which a directory changes what is left out.
pub(super) const NAMES: [&str; 4] = [GIT_IGNORE, PODLINE_IGNORE, CHECKOUTS[0], CHECKOUTS[1]];

/// Reads ignore files.
pub(super) struct Rules {
    read_ignore_files: bool,
    /// From where ignore files are named.
    cwd: PathBuf,
    /// Where the walks begin.
    pub(super) given: Given,
    troubles: Mutex<Vec<Trouble>>,
    indexes: Indexes,
}

/// What holds for the entries of one directory.
#[derive(Default)]
pub(super) struct Dir {
    /// Why the walk does not come here.
    left: Option<Why>,
    /// Why git ignores the directory, in which it tracks something all the same: only that is read.
    ignored: Option<Why>,
    absolute: PathBuf,
    /// None if neither this directory nor one above has an ignore file, so that nothing needs to be matched.
    layers: Option<Arc<Layer>>,
    checkout: Option<Arc<Checkout>>,
}

/// What becomes of an entry.
pub(super) enum EntryDecision {
    /// It is read, or entered.
    Read,
    /// A directory that git ignores is entered for what git tracks in it.
    ForTracked(Why),
    /// It is left out.
    Leave(Why),
}

/// Why an ignore file is not read.
enum Unread {
    /// It is a link out of the root.
    Outside(Outside),
    /// The system does not let it be.
    Failed(io::Error),
}

impl Rules {
    pub(super) fn new(read_ignore_files: bool, cwd: &Path, given: Given) -> Self {
        Self { read_ignore_files, cwd: cwd.to_owned(), given, troubles: Mutex::default(), indexes: Indexes::default() }
    }

    /// The rules of a directory where a walk begins, whatever those above say of it; for what is in it they still hold,
    /// unless it was `named` and they leave out all of it. `dir` is how it is opened, `absolute` what that means.
    pub(super) fn root(&self, dir: &Path, absolute: &Path, named: bool) -> Arc<Dir> {
        let mut at = Dir::default();
        let mut is_covered = false;
        let mut above: Vec<_> = absolute.ancestors().skip(1).collect();
        while let Some(above) = above.pop() {
            is_covered |= at.layers.as_ref().is_some_and(|layers| layers.ignores(above, true));
            at = self.entered(&at, above, above.to_owned(), |_| true);
        }
        let covers = |layers: &Arc<Layer>| layers.ignores(absolute, true) || layers.ignores_all_in(absolute);
        is_covered |= at.layers.as_ref().is_some_and(covers);
        if named && is_covered {
            at.layers = None;
        }
        let mut root = self.entered(&at, dir, absolute.to_owned(), |_| true);
        // The `*` of a `.gitignore` by which an empty directory is kept. That of a checkout says what is in that.
        let ignores_all = |layers: &Arc<Layer>| layers.ignores_all_in(absolute);
        if named && !is_checkout(dir) && root.layers.as_ref().is_some_and(ignores_all) {
            root.layers = at.layers;
        }
        Arc::new(root)
    }

    /// The rules of a directory that a walk enters, whose entries are known. `ignored` is why git ignores it.
    pub(super) fn below(&self, above: &Dir, directory: &Directory, ignored: Option<Why>) -> Arc<Dir> {
        let absolute = above.absolute.join(directory.path.file_name().unwrap_or_default());
        let dir = self.entered(above, &directory.path, absolute, |name| directory.may_hold(name));
        Arc::new(Dir { ignored, ..dir })
    }

    /// The rules of a directory that a walk may enter, of which nothing is known.
    pub(super) fn perhaps_below(&self, parent: &Dir, path: &Path) -> Arc<Dir> {
        let absolute = parent.absolute.join(name_of(path).unwrap_or_default());
        let entered = || self.entered(parent, path, absolute.clone(), |_| true);
        Arc::new(match self.decide(parent, path, true) {
            EntryDecision::Read => entered(),
            EntryDecision::ForTracked(why) => Dir { ignored: Some(why), ..entered() },
            EntryDecision::Leave(why) => {
                Dir { left: Some(why), absolute, checkout: parent.checkout.clone(), ..Dir::default() }
            }
        })
    }

    /// What becomes of an entry of a directory. Hidden files are like others: `.gitlab-ci.yaml` is one.
    pub(super) fn decide(&self, dir: &Dir, path: &Path, is_dir: bool) -> EntryDecision {
        let name = name_of(path).unwrap_or_default();
        if let Some(why) = &dir.left {
            return EntryDecision::Leave(why.clone());
        }
        if is_dir && is_of_version_control(name) {
            return EntryDecision::Leave(Why::VersionControl);
        }
        if is_dir && self.read_ignore_files && is_of_tools(name) {
            return EntryDecision::Leave(Why::Hidden);
        }
        if dir.layers.is_none() && dir.ignored.is_none() {
            return EntryDecision::Read;
        }
        let absolute = dir.absolute.join(name);
        let said = dir.layers.as_ref().map_or(IgnoreDecision::Nothing, |layers| layers.says(&absolute, is_dir));
        let why = match (said, &dir.ignored) {
            (IgnoreDecision::Read, _) | (IgnoreDecision::Nothing, None) => return EntryDecision::Read,
            (IgnoreDecision::Leave(why), _) => return EntryDecision::Leave(why),
            // Nothing in an ignored directory can be taken back.
            (_, Some(why)) => why.clone(),
            (IgnoreDecision::IgnoredByGit(why), None) => why,
        };
        let tracked = dir.checkout.as_ref().map(|checkout| {
            checkout.tracks(&absolute, is_dir, &self.indexes, |path, why| {
                let message = format!("{why}, so that nothing which is ignored counts as tracked");
                self.tell([Trouble::of_rules(path, message)]);
            })
        });
        match tracked {
            Some(Tracked::Whole) => EntryDecision::Read,
            Some(Tracked::Within) => EntryDecision::ForTracked(why),
            Some(Tracked::Nothing) | None => EntryDecision::Leave(why),
        }
    }

    /// What a file of a directory is to a walk, and to git.
    pub(super) fn standing(&self, dir: &Dir, path: &Path) -> Standing {
        let absolute = dir.absolute.join(name_of(path).unwrap_or_default());
        let is_tracked = |path: &Path, is_dir| {
            let tracks = |checkout: &Arc<Checkout>| checkout.tracks(path, is_dir, &self.indexes, |_, _| {});
            dir.checkout.as_ref().map(tracks).is_some_and(|tracked| tracked != Tracked::Nothing)
        };
        if is_tracked(&absolute, false) {
            return Standing::Committed;
        }
        let said = dir.layers.as_ref().map(|layers| layers.says(&absolute, false));
        match (&dir.left, said) {
            (Some(_), _) => Standing::Unread,
            (None, Some(IgnoreDecision::IgnoredByGit(_))) if !is_tracked(&dir.absolute, true) => Standing::Local,
            (None, _) => Standing::Committed,
        }
    }

    /// What was wrong with `.podlineignore` files, and with what git keeps. A bad line in a `.gitignore` is passed over,
    /// as git does.
    pub(super) fn take_troubles(&self, cwd: &Path) -> Vec<Trouble> {
        let mut troubles = std::mem::take(&mut *self.troubles.lock().unwrap_or_else(PoisonError::into_inner));
        for trouble in &mut troubles {
            if let Ok(from_here) = trouble.path.strip_prefix(cwd) {
                trouble.path = from_here.to_path_buf();
            }
        }
        troubles
    }

    fn tell(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).extend(troubles);
    }

    /// The rules of a directory: those above, and its own if it adds something. Its files are read by `path`: the
    /// absolute one may be too long, or lead through directories that may not be entered.
    fn entered(&self, parent: &Dir, path: &Path, absolute: PathBuf, may_hold: impl Fn(&str) -> bool) -> Dir {
        let (layers, checkout) = (parent.layers.clone(), parent.checkout.clone());
        if !self.read_ignore_files || !NAMES.into_iter().any(may_hold) {
            return Dir { absolute, layers, checkout, ..Dir::default() };
        }
        // Git follows no link here, and says nothing of it.
        let (git, _) = self.ignore_file(path, GIT_IGNORE, &absolute);
        let (podline, troubles) = self.ignore_file(path, PODLINE_IGNORE, &absolute);
        self.tell(troubles);
        let is_checkout = is_checkout(path);
        let checkout = if is_checkout { Some(Arc::new(Checkout::new(path, &absolute))) } else { checkout };
        let layers = if git.is_empty() && podline.is_empty() && !(is_checkout && layers.is_some()) {
            layers
        } else {
            Some(Arc::new(Layer { git, podline, is_checkout, above: layers }))
        };
        Dir { absolute, layers, checkout, ..Dir::default() }
    }

    /// The globs of the ignore file `name` in `dir`, to match absolute paths with, and what is wrong with it.
    fn ignore_file(&self, dir: &Path, name: &str, absolute: &Path) -> (Gitignore, Vec<Trouble>) {
        let path = dir.join(name);
        let trouble = |message: String| Trouble::of_rules(&path, message);
        match self.read(dir, &path) {
            Some(Ok(text)) => {
                let shown = way(&self.cwd, &absolute.join(name));
                let (globs, troubles) = layers::read(&text, absolute, Path::new(&shown));
                (globs, troubles.iter().map(|line| trouble(line.to_string())).collect())
            }
            Some(Err(Unread::Outside(outside))) => (Gitignore::empty(), vec![trouble(outside.to_string())]),
            Some(Err(Unread::Failed(error))) => (Gitignore::empty(), vec![trouble(paths::describe(&error, &path))]),
            None => (Gitignore::empty(), Vec::new()),
        }
    }

    /// Reads an ignore file, or says why it cannot be. None where no regular file is to be seen: to open a FIFO would
    /// wait for ever, and a device may never end.
    fn read(&self, dir: &Path, path: &Path) -> Option<Result<Vec<u8>, Unread>> {
        let is_link = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => false,
            Ok(metadata) if metadata.is_symlink() && fs::metadata(path).is_ok_and(|target| target.is_file()) => true,
            _ => return None,
        };
        if is_link && let Err(outside) = self.given.root(dir).inside(path) {
            return Some(Err(Unread::Outside(outside)));
        }
        Some(fs::read(path).map_err(Unread::Failed))
    }
}
