//! Neovim as a real client of `podline lsp`: without a screen, and on one. Skipped where it is not installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::pod;

use pod::POD;

#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn is_there(program: &str, version: &str) -> bool {
    let is_there = Command::new(program).arg(version).stdout(Stdio::null()).status().is_ok();
    if !is_there {
        eprintln!("skipped: {program} is not installed");
    }
    is_there
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Neovim with a script, and nothing of whoever runs the test: no configuration, no plugins, no file of its state.
fn neovim(script: &str) -> Vec<String> {
    let script = format!("luafile {}", root().join("tests/editor/neovim").join(script).display());
    ["nvim", "-u", "NONE", "-i", "NONE", "-n", "-c", &script].map(str::to_owned).to_vec()
}

/// What the scripts read, and a home of its own.
fn environment(home: &Path, manifest: &Path) -> Vec<(&'static str, PathBuf)> {
    let homes = ["HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"].map(|name| (name, home.to_owned()));
    let ours = [
        ("PODLINE", env!("CARGO_BIN_EXE_podline").into()),
        ("PODLINE_EDITOR", root().join("editors/neovim")),
        ("PODLINE_MANIFEST", manifest.to_owned()),
    ];
    homes.into_iter().chain(ours).collect()
}

#[test]
fn a_finding_appears_follows_an_edit_explains_itself_and_is_repaired() {
    if !is_there("nvim", "--version") {
        return;
    }
    let directory = tempfile::TempDir::new().expect("a directory");
    let manifest = directory.path().join("web.yaml");
    fs::write(&manifest, POD).expect("a file");
    let arguments = neovim("session.lua");
    let output = Command::new(&arguments[0])
        .arg("--headless")
        .args(&arguments[1..])
        // A script that fails leaves Neovim waiting for keys.
        .args(["-c", "cquit"])
        .envs(environment(directory.path(), &manifest))
        .stdin(Stdio::null())
        .output()
        .expect("Neovim runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let steps: Vec<&str> = said.lines().collect();
    assert_eq!(
        steps,
        [
            "found 6:16 pod must not set hostNetwork=true",
            "followed 7:16 pod must not set hostNetwork=true",
            "hovered pss/hostNamespaces: Host namespaces",
            "applied Set spec.hostNetwork to false (unsafe: may stop an image that runs)",
            "repaired   hostNetwork: false",
            "done",
        ],
        "{errors}"
    );
    assert!(output.status.success(), "{errors}");
}

/// A terminal of tmux, which ends with the test.
struct Terminal(PathBuf);

impl Terminal {
    fn tmux(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.env("LC_ALL", "C.UTF-8").args(["-u", "-f", "/dev/null", "-S"]).arg(&self.0).args(arguments);
        let output = command.output().expect("tmux runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What it shows, once it shows this.
    fn wait_for(&self, text: &str) -> String {
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let shown = self.tmux(&["capture-pane", "-p"]);
            if shown.contains(text) {
                return shown.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
            }
            assert!(Instant::now() < end, "{text} appears in:\n{shown}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn the_readme_shows_what_neovim_shows() {
    if !is_there("nvim", "--version") || !is_there("tmux", "-V") {
        return;
    }
    let directory = tempfile::TempDir::new().expect("a directory");
    let terminal = Terminal(directory.path().join("tmux"));
    let mut arguments: Vec<String> = ["new-session", "-d", "-x", "110", "-y", "14"].map(str::to_owned).to_vec();
    for (name, value) in environment(directory.path(), Path::new("fixtures/example/shop.yaml")) {
        arguments.extend(["-e".to_owned(), format!("{name}={}", value.display())]);
    }
    arguments.extend(["-c".to_owned(), root().display().to_string(), "--".to_owned()]);
    arguments.extend(neovim("screen.lua"));
    terminal.tmux(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    terminal.wait_for("33,39");
    terminal.tmux(&["send-keys", ":lua vim.lsp.buf.code_action()", "Enter"]);
    let shown = terminal.wait_for("Type number");
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    assert!(readme.contains(&format!("```text\n{}\n```", shown.trim_end())), "it should show:\n{shown}");
}
