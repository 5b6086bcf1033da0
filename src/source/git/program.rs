//! The git on the PATH, and how it is run.
//!
//! Only commands that read objects are run: `rev-parse`, `merge-base`, `ls-tree`, `cat-file`, and
//! `config` for a look at a setting. None of them has a filter,
//! a textconv, a hook, a pager or an editor. What is left is taken away: objects that a partial clone lacks are not
//! fetched (a remote's address may name a program), the watcher of a file system is not asked, and nothing of the
//! environment of another git is passed on. The repository is named, not looked for: so git does not refuse one of
//! another user, as containers of CI systems have it, and reads no configuration but the repository's own.

use std::env;
use std::ffi::OsString;
use std::io::{Error, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::GitError;

/// Longer answers are not read: that of the largest repositories has a twentieth.
const MOST_BYTES: u64 = 1 << 30;

/// What git says of an error is cut to so many bytes.
const MOST_SAID: usize = 400;

const NAME: &str = if cfg!(windows) { "git.exe" } else { "git" };

/// What is left of the environment of another git: a hook of a server sees new objects only by these.
const KEPT: [&str; 3] = ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"];

/// What every run of git is told.
const ENVIRONMENT: [(&str, &str); 9] = [
    ("GIT_NO_LAZY_FETCH", "1"),
    // For a git that does not know the one above: no transport is of this name.
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_GRAFT_FILE", "/dev/null"),
    ("LC_ALL", "C"),
];

/// What stands above the repository's own configuration.
const SETTINGS: [&str; 4] = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false"];

/// A program, and the directory that it reads.
#[derive(Clone, Debug)]
pub(super) struct Program {
    path: PathBuf,
    kept: PathBuf,
}

impl Program {
    /// The first git on the PATH that the repository did not bring, for the directory that git keeps.
    pub fn find(repository: &Path, kept: &Path) -> Option<Self> {
        let is_foreign = |path: &PathBuf| path.canonicalize().is_ok_and(|real| !real.starts_with(repository));
        let directories = env::var_os("PATH")?;
        let mut programs = env::split_paths(&directories).filter(|dir| dir.is_absolute()).map(|dir| dir.join(NAME));
        let path = programs.find(|path| is_program(path) && is_foreign(path))?;
        Some(Self { path, kept: kept.to_owned() })
    }

    /// What git is run with.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        let is_of_git = |name: &OsString| name.to_string_lossy().to_ascii_uppercase().starts_with("GIT_");
        for (name, _) in env::vars_os().filter(|(name, _)| is_of_git(name)) {
            if !KEPT.iter().any(|kept| name == *kept) {
                command.env_remove(name);
            }
        }
        let mut git_dir = OsString::from("--git-dir=");
        git_dir.push(&self.kept);
        command.envs(ENVIRONMENT).arg("--no-pager").arg(git_dir);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // No path is relative to where podline runs.
        if let Some(above) = self.kept.parent() {
            command.current_dir(above);
        }
        command
    }

    /// What git answers; the inner error is what it says where it fails.
    ///
    /// # Errors
    /// It cannot be run, or answers more than any repository has.
    pub fn ask(&self, arguments: &[&str]) -> Result<Result<Vec<u8>, String>, GitError> {
        let mut child = self.command(arguments).spawn().map_err(GitError::Io)?;
        let mut answer = Vec::new();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (read, said) = std::thread::scope(|scope| {
            let said = scope.spawn(|| said(stderr));
            let read = stdout.map_or(Ok(0), |out| out.take(MOST_BYTES + 1).read_to_end(&mut answer));
            (read, said.join().unwrap_or_default())
        });
        let status = child.wait().map_err(GitError::Io)?;
        read.map_err(GitError::Io)?;
        if answer.len() as u64 > MOST_BYTES {
            return Err(GitError::Io(Error::other("git answers more than any repository has")));
        }
        Ok(if status.success() { Ok(answer) } else { Err(said) })
    }
}

impl Program {
    /// Whether the clone left out what its remote would have to be asked for.
    pub fn is_partial(&self) -> Result<bool, GitError> {
        let keys = r"^(extensions\.partialclone|remote\..*\.promisor)$";
        self.ask(&["config", "--get-regexp", keys]).map(|said| said.is_ok())
    }
}

/// What git says of an error, on one line.
pub(super) fn said(stderr: Option<impl std::io::Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut stderr) = stderr {
        // What cannot be read is not said.
        drop(stderr.by_ref().take(MOST_SAID as u64).read_to_end(&mut bytes));
        drop(std::io::copy(&mut stderr, &mut std::io::sink()));
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let first = lines.clone().next().unwrap_or_default();
    let line = lines.find(|line| line.starts_with("fatal: ")).unwrap_or(first);
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
