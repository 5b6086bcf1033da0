//! What goes wrong around a run: files that vanish or change while it lasts, disks and readers that fail, an interrupt.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

const GOOD: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: good}}\n";
const BAD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: bad}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";

/// podline in a directory, one file after the other.
fn podline(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin("podline"));
    command.current_dir(directory).env_clear().env("PODLINE_FORMAT", "concise");
    command.args(["check", "--threads", "1"]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A run that has found its files and waits in the middle of reading the first, a pipe.
struct Waiting {
    directory: TempDir,
    run: Child,
    pipe: fs::File,
}

impl Waiting {
    fn on(files: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().expect("a directory");
        let pipe = directory.path().join("first.yaml");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        let mut names = vec!["first.yaml"];
        for (name, text) in files {
            fs::write(directory.path().join(name), text).expect("a file");
            names.push(name);
        }
        let run = podline(directory.path(), &names).spawn().expect("podline runs");
        // Opening waits until podline has opened the other end.
        let pipe = OpenOptions::new().write(true).open(pipe).expect("the pipe");
        Self { directory, run, pipe }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    /// Lets the run go on with what the pipe gives.
    fn go_on(mut self, first: &str) -> (Option<i32>, String, String) {
        self.pipe.write_all(first.as_bytes()).expect("podline reads");
        drop(self.pipe);
        said(&self.run.wait_with_output().expect("podline ends"))
    }
}

#[test]
fn a_file_deleted_before_its_turn_is_told_and_the_others_are_judged() {
    let waiting = Waiting::on(&[("b.yaml", BAD), ("c.yaml", BAD)]);
    fs::remove_file(waiting.path("b.yaml")).expect("a file");
    let (status, stdout, stderr) = waiting.go_on(BAD);
    assert_eq!(status, Some(2));
    let places: Vec<&str> = stdout.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(places, ["first.yaml", "c.yaml"]);
    assert!(stderr.starts_with("podline: error: b.yaml: cannot be read: No such file or directory"), "{stderr}");
}

#[test]
fn a_file_changed_before_its_turn_is_judged_as_it_is_then() {
    let waiting = Waiting::on(&[("b.yaml", GOOD)]);
    fs::write(waiting.path("b.yaml"), BAD).expect("a file");
    let (status, stdout, _) = waiting.go_on(GOOD);
    assert_eq!((status, stdout.lines().count()), (Some(1), 1), "{stdout}");
    assert!(stdout.starts_with("b.yaml:1:"), "{stdout}");
}

#[test]
fn a_file_cut_short_is_an_error_where_it_ends() {
    let waiting = Waiting::on(&[("b.yaml", BAD)]);
    OpenOptions::new().write(true).open(waiting.path("b.yaml")).and_then(|file| file.set_len(40)).expect("a file");
    let (status, stdout, _) = waiting.go_on(&GOOD[..30]);
    assert_eq!(status, Some(1));
    let rules: Vec<bool> = stdout.lines().map(|line| line.contains("error[manifest/invalid-yaml]")).collect();
    assert_eq!(rules, [true, true], "{stdout}");
}

#[test]
fn a_named_file_emptied_before_its_turn_is_told() {
    let waiting = Waiting::on(&[("b.yaml", BAD)]);
    fs::write(waiting.path("b.yaml"), "").expect("a file");
    let (status, stdout, stderr) = waiting.go_on(GOOD);
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("b.yaml: the file is empty"), "{stderr}");
}

#[test]
fn an_error_while_reading_is_told_and_the_others_are_judged() {
    let directory = TempDir::new().expect("a directory");
    fs::write(directory.path().join("b.yaml"), BAD).expect("a file");
    // Opens, and cannot be read.
    let (status, stdout, stderr) =
        said(&podline(directory.path(), &["/proc/self/mem", "b.yaml"]).output().expect("podline runs"));
    assert_eq!((status, stdout.lines().count()), (Some(2), 1), "{stdout}");
    assert!(stderr.starts_with("podline: error: /proc/self/mem: cannot be read: "), "{stderr}");
}

#[test]
fn a_file_that_may_not_be_read_is_told_and_the_others_are_judged() {
    let directory = TempDir::new().expect("a directory");
    for name in ["a.yaml", "b.yaml"] {
        fs::write(directory.path().join(name), BAD).expect("a file");
    }
    let closed = directory.path().join("a.yaml");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
    if fs::read(&closed).is_ok() {
        println!("skipped: this user (root?) can read every file");
        return;
    }
    for paths in [&["."][..], &["a.yaml", "b.yaml"]] {
        let (status, stdout, stderr) = said(&podline(directory.path(), paths).output().expect("podline runs"));
        assert_eq!((status, stdout.lines().count()), (Some(2), 1), "{stdout}");
        assert!(stderr.starts_with("podline: error: a.yaml: cannot be read: Permission denied"), "{stderr}");
    }
}

#[test]
fn an_interrupt_ends_a_run_at_once() {
    let mut waiting = Waiting::on(&[("b.yaml", BAD)]);
    let (name, number) = interrupt();
    let interrupted = Command::new("kill").args([name, &waiting.run.id().to_string()]).status();
    assert!(interrupted.expect("kill").success());
    // The pipe is still open: nothing but the interrupt can end the run. Shells make status 130 of it.
    let status = waiting.run.wait().expect("podline ends");
    assert_eq!(status.signal(), Some(number));
}

/// The signal that Ctrl-C sends. What a script runs in the background ignores it, and so does what that starts: there it
/// is the signal of `kill`.
fn interrupt() -> (&'static str, i32) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    if ignored & 1 << (2 - 1) == 0 { ("-INT", 2) } else { ("-TERM", 15) }
}

#[test]
fn a_reader_that_goes_away_changes_no_status_in_any_format() {
    let directory = TempDir::new().expect("a directory");
    // More than a pipe holds.
    fs::write(directory.path().join("a.yaml"), format!("{BAD}---\n").repeat(2000)).expect("a file");
    for format in ["human", "concise", "json"] {
        let mut run = podline(directory.path(), &["--format", format, "--max-findings", "0", "."]);
        let mut run = run.spawn().expect("podline runs");
        drop(run.stdout.take());
        let (status, _, stderr) = said(&run.wait_with_output().expect("podline ends"));
        assert_eq!(status, Some(1), "{format}: {stderr}");
        assert!(!stderr.contains("cannot write"), "{format}: {stderr}");
    }
}
