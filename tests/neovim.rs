//! Neovim as a real client of `podline lsp`, without a screen. Skipped where it is not installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A pod that the restricted level refuses in one place only.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  securityContext:
    runAsNonRoot: true
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: app
      image: app
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
";

#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn a_finding_appears_follows_an_edit_explains_itself_and_is_repaired() {
    let is_there = Command::new("nvim").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !is_there {
        eprintln!("skipped: Neovim is not installed");
        return;
    }
    let directory = tempfile::TempDir::new().expect("a directory");
    let manifest = directory.path().join("web.yaml");
    fs::write(&manifest, POD).expect("a file");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Nothing of whoever runs the test: no configuration, no plugins, no file of its state.
    let output = Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c"])
        .arg(format!("luafile {}", root.join("tests/neovim/session.lua").display()))
        .env("HOME", directory.path())
        .env("XDG_STATE_HOME", directory.path())
        .env("XDG_DATA_HOME", directory.path())
        .env("XDG_CONFIG_HOME", directory.path())
        .env("PODLINE", env!("CARGO_BIN_EXE_podline"))
        .env("PODLINE_EDITOR", root.join("editors/neovim"))
        .env("PODLINE_MANIFEST", &manifest)
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
