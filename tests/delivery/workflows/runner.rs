//! Runs the shell steps of a job as a runner of GitHub would.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::command::{Scratch, podline, run};

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// What is copied to where the steps run.
const FILES: [&str; 9] = [
    "packaging",
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "fixtures/example",
    "editors/vscode/package.sh",
    "pyproject.toml",
];

/// Programs that reach out of the machine or take an hour: each writes down how it was called. A build gives a script
/// that calls podline, which packs faster.
const STAND_INS: [(&str, &str); 11] = [
    ("sudo", ""),
    ("rustup", ""),
    ("gh", ""),
    ("go", ""),
    (
        "cargo",
        r#"if [ "$1" = build ]; then
             out=target/${TARGET:+$TARGET/}release; mkdir -p "$out"
             case ${TARGET:-} in *windows*) out=$out/podline.exe ;; *) out=$out/podline ;; esac
             printf '#!/bin/sh\nexec "%s" "$@"\n' "$PODLINE" >"$out"; chmod 755 "$out"
           fi"#,
    ),
    // A virtual environment with pip and maturin.
    (
        "python3",
        r#"if [ "$2" = venv ]; then
             mkdir -p "$3/bin"; cp "$STAND_INS/pip" "$STAND_INS/maturin" "$3/bin/"
           fi"#,
    ),
    ("pip", ""),
    ("npm", ""),
    // It packs what lies beside it; here, the name of the program.
    (
        "npx",
        r#"while [ $# -gt 1 ]; do
             case $1 in --target) target=$2 ;; --out) out=$2 ;; esac
             shift
           done
           ls server >"$out/podline-$target-0.1.0.vsix""#,
    ),
    ("maturin", r#"mkdir -p wheels; echo wheel >"wheels/podline-${TARGET:-source}.whl""#),
    (
        "docker",
        r#"for argument; do
             [ "${previous:-}" != --metadata-file ] || echo '{"containerimage.digest": "sha256:0123"}' >"$argument"
             previous=$argument
           done
           [ "$1" != run ] || exit 1"#,
    ),
];

/// A workflow.
pub fn workflow(file: &str) -> Value {
    let shown = run(&mut podline(&["inspect", &format!(".github/workflows/{file}")]));
    assert_eq!(shown.status, 0, "{}", shown.stdout);
    let document: Value = serde_json::from_str(&shown.stdout).expect("one document");
    document["json"].clone()
}

/// A machine with a checkout.
pub struct Runner {
    scratch: Scratch,
    stand_ins: PathBuf,
    real_path: String,
}

impl Runner {
    pub fn new() -> Self {
        let scratch = Scratch::new(&[
            ("tools/conformance/go.mod", "module conformance\n"),
            ("calls", ""),
            ("outputs", ""),
            ("environment", ""),
        ]);
        let stand_ins = scratch.path("stand-ins");
        let real_path = std::env::var("PATH").expect("a path");
        let runner = Self { scratch, stand_ins, real_path };
        for file in FILES {
            let to = runner.path(file);
            fs::create_dir_all(to.parent().expect("a directory")).expect("a directory");
            runner.output("cp", &["-R", &format!("{PROJECT}/{file}"), &to.display().to_string()]);
        }
        let log = fs::read_to_string(Path::new(PROJECT).join("CHANGELOG.md")).expect("a change log");
        let section = format!("## {}", env!("CARGO_PKG_VERSION"));
        fs::write(runner.path("CHANGELOG.md"), log.replacen("## Unreleased", &section, 1)).expect("a change log");
        for (name, does) in STAND_INS {
            runner.scratch.write(
                &format!("stand-ins/{name}"),
                &format!("#!/usr/bin/env bash\nset -eu\necho \"{name} $*\" >>\"$CALLS\"\n{does}\n"),
            );
        }
        for entry in fs::read_dir(&runner.stand_ins).expect("a directory") {
            let path = entry.expect("an entry").path();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
        }
        runner.output("git", &["init", "--quiet", "."]);
        let identity = ["-c", "user.name=podline", "-c", "user.email=podline@localhost"];
        let commit = ["commit", "--quiet", "--allow-empty", "--date", "@0 +0000", "--message", "A checkout"];
        let commit = Command::new("git")
            .args(identity)
            .args(commit)
            .env("GIT_COMMITTER_DATE", "@1700000000 +0000")
            .current_dir(runner.path("."))
            .status();
        assert!(commit.expect("git runs").success());
        runner
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.scratch.path(path)
    }

    pub fn read(&self, path: &str) -> String {
        self.scratch.read(path)
    }

    /// Whether a real program is there.
    pub fn has(&self, program: &str) -> bool {
        std::env::split_paths(&self.real_path).any(|dir| dir.join(program).is_file())
    }

    /// What a real program prints.
    pub fn output(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program).args(arguments).current_dir(self.path(".")).output().expect("it runs");
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// How the stand-ins were called.
    pub fn calls(&self) -> Vec<String> {
        self.read("calls").lines().map(str::to_owned).collect()
    }

    /// Runs the shell steps of a job with an entry of its matrix.
    pub fn job(&self, job: &Value, matrix: &Value) {
        for step in job["steps"].as_array().expect("steps") {
            let Some(script) = step["run"].as_str() else { continue };
            if script == "bash .ci/run" || !wanted(step["if"].as_str(), matrix) {
                continue;
            }
            if script.starts_with("packaging/deb") && !self.has("dpkg-deb") {
                continue;
            }
            self.step(script, [&job["env"], &step["env"]], matrix, step["working-directory"].as_str().unwrap_or("."));
        }
    }

    fn step(&self, script: &str, environments: [&Value; 2], matrix: &Value, directory: &str) {
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]);
        command.current_dir(self.path(directory)).env_clear();
        command.env("PATH", format!("{}:{}", self.stand_ins.display(), self.real_path));
        command.env("HOME", self.path(".")).env("PODLINE", env!("CARGO_BIN_EXE_podline"));
        command.env("STAND_INS", &self.stand_ins).env("CALLS", self.path("calls"));
        command.env("GITHUB_ENV", self.path("environment"));
        command.env("GITHUB_OUTPUT", self.path("outputs")).env("RUNNER_TEMP", self.path("temporary"));
        command.env("GITHUB_REF_NAME", format!("v{}", env!("CARGO_PKG_VERSION"))).env("GITHUB_ACTOR", "somebody");
        command.env("GITHUB_SERVER_URL", "https://github.com").env("GITHUB_REPOSITORY", "acme/podline");
        for (name, value) in environments.iter().filter_map(|one| one.as_object()).flatten() {
            command.env(name, evaluate(value.as_str().expect("a text"), matrix));
        }
        let output = command.output().expect("bash runs");
        assert!(
            output.status.success(),
            "{script}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Whether a step is for this entry of the matrix.
fn wanted(condition: Option<&str>, matrix: &Value) -> bool {
    match condition {
        None => true,
        Some("endsWith(matrix.target, '-musl')") => matrix["target"].as_str().is_some_and(|one| one.ends_with("-musl")),
        Some(condition) => {
            let name = condition.strip_prefix("matrix.").expect("a condition that this runner knows");
            !matrix[name].is_null()
        }
    }
}

/// A value with its expressions filled in.
fn evaluate(text: &str, matrix: &Value) -> String {
    let Some((before, rest)) = text.split_once("${{") else { return text.to_owned() };
    let (expression, after) = rest.split_once("}}").expect("an end");
    let value = match expression.trim() {
        "needs.version.outputs.version" => env!("CARGO_PKG_VERSION"),
        "github.token" => "token",
        "github.repository" => "Acme/Podline",
        other => {
            let name = other.strip_prefix("matrix.").unwrap_or_else(|| panic!("an unknown expression: {other}"));
            matrix[name].as_str().expect("a text")
        }
    };
    format!("{before}{value}{}", evaluate(after, matrix))
}
