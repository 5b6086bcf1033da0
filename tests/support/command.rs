//! Runs podline as its users do.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// podline, run at the root of the project with nothing of the environment that could change its output.
pub fn podline(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().args(arguments);
    command
}

pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

pub fn run(command: &mut Command) -> Run {
    let output = command.output().expect("podline runs");
    Run {
        status: output.status.code().expect("podline ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A directory with files of its own, in which podline runs.
pub struct Scratch(TempDir);

impl Scratch {
    /// A directory with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let scratch = Self(TempDir::new().expect("a directory"));
        for (path, text) in files {
            scratch.write(path, text);
        }
        scratch
    }

    /// The same, as the root of a repository.
    pub fn repository(files: &[(&str, &str)]) -> Self {
        let scratch = Self::new(files);
        fs::create_dir(scratch.path(".git")).expect("a directory");
        scratch
    }

    pub fn path(&self, path: &str) -> std::path::PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file, and the directories above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file")
    }

    /// A repository of git with these files, committed; none where there is no git.
    pub fn committed(files: &[(&str, &str)]) -> Option<Self> {
        let scratch = Self::new(files);
        if !scratch.try_git(&["init", "-q", "-b", "main"]) {
            println!("skipped: there is no git");
            return None;
        }
        scratch.commit("first");
        Some(scratch)
    }

    /// Commits all that there is.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// git in this directory, which must succeed.
    pub fn git(&self, arguments: &[&str]) {
        assert!(self.try_git(arguments), "git {arguments:?}");
    }

    fn try_git(&self, arguments: &[&str]) -> bool {
        let mut command = std::process::Command::new("git");
        command.current_dir(self.0.path()).args(["-c", "protocol.file.allow=always"]).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for name in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{name}_NAME"), "a").env(format!("GIT_{name}_EMAIL"), "a@example.com");
        }
        command.output().is_ok_and(|output| output.status.success())
    }

    /// podline in this directory, with the PATH of the test, on which it finds git.
    pub fn podline_with_git(&self, arguments: &[&str]) -> Run {
        let path = std::env::var_os("PATH").unwrap_or_default();
        run(podline(arguments).current_dir(self.0.path()).env("PATH", path))
    }

    /// podline in this directory.
    pub fn podline(&self, arguments: &[&str]) -> Run {
        run(podline(arguments).current_dir(self.0.path()))
    }
}
