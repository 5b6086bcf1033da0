//! Which files are read: `podline::source::discover`.

// In helpers too, not only in the tests themselves.
#![allow(clippy::unwrap_used)]

mod as_walked;
mod exclude;
mod ignore_files;
#[cfg(unix)]
mod links;
mod named;
#[cfg(unix)]
mod odd;
#[cfg(unix)]
mod oracle;
#[cfg(unix)]
mod outside;
#[cfg(unix)]
mod tracked;
mod twice;
mod walked;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use podline::source::discover::{Discovered, Source, WalkOptions, Why, discover};
use tempfile::TempDir;

/// The working directory belongs to the whole process.
static WORKING_DIRECTORY: Mutex<()> = Mutex::new(());

/// A temporary directory that is the working directory while this lives.
struct Tree {
    dir: TempDir,
    _guard: MutexGuard<'static, ()>,
}

impl Tree {
    /// With these files, all empty.
    fn new(files: &[&str]) -> Self {
        let guard = WORKING_DIRECTORY.lock().unwrap_or_else(PoisonError::into_inner);
        let dir = TempDir::new().unwrap();
        env::set_current_dir(&dir).unwrap();
        let tree = Self { dir, _guard: guard };
        for file in files {
            tree.write(file, "");
        }
        tree
    }

    /// The same, as the root of a repository.
    #[cfg(unix)]
    fn repository(files: &[&str]) -> Self {
        let tree = Self::new(files);
        fs::create_dir(tree.root().join(".git")).unwrap();
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn enter(&self, path: &str) {
        env::set_current_dir(self.root().join(path)).unwrap();
    }

    /// As the operating system spells it, which on macOS is not as [`TempDir`] does.
    fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    #[cfg(unix)]
    fn link(&self, target: &str, link: &str) {
        let link = self.root().join(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, link).unwrap();
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // Some systems do not remove the working directory.
        let _ = env::set_current_dir(env::temp_dir());
    }
}

fn options() -> WalkOptions {
    WalkOptions::default()
}

fn excluding(globs: &[&str]) -> WalkOptions {
    WalkOptions { exclude: globs.iter().map(ToString::to_string).collect(), ..options() }
}

fn run(paths: &[&str], options: &WalkOptions) -> Discovered {
    let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
    discover(&paths, options).unwrap()
}

/// What is read, as shown, where nothing is wrong.
fn read_with(paths: &[&str], options: &WalkOptions) -> Vec<String> {
    let found = run(paths, options);
    assert_eq!(found.problems, []);
    found.inputs.into_iter().map(|input| input.display).collect()
}

fn read(paths: &[&str]) -> Vec<String> {
    read_with(paths, &options())
}

/// The problems as a user would see them.
fn problems(paths: &[&str]) -> Vec<String> {
    let problems = run(paths, &options()).problems;
    problems.into_iter().map(|problem| format!("{}: {}", problem.display, problem.message)).collect()
}

/// What is passed over, each with what is said of it.
fn passed_over_with(paths: &[&str], options: &WalkOptions) -> Vec<String> {
    let passed_over = run(paths, options).passed_over;
    passed_over.into_iter().map(|one| format!("{}: {}", one.display, one.why)).collect()
}

fn passed_over(paths: &[&str]) -> Vec<String> {
    passed_over_with(paths, &options())
}

fn source(path: impl AsRef<Path>) -> Source {
    Source::File(path.as_ref().to_path_buf())
}
