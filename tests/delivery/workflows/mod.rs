//! Every shell step of the workflows is run, on a copy of the project, with the environment that the runner would give.
//!
//! What reaches out of the machine (registries, GitHub, Docker) or takes an hour (a release build) is a stand-in that
//! writes down how it was called; everything else is real: the archives, the Debian packages, the checksums, the
//! manifests for krew and Homebrew.

#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

mod runner;

use std::fs;
use std::process::Command;

use runner::{Runner, workflow};
use serde_json::{Value, json};

fn jobs(file: &str) -> Value {
    workflow(file)["jobs"].clone()
}

fn entries(job: &Value) -> Vec<Value> {
    job["strategy"]["matrix"]["include"].as_array().expect("a matrix").clone()
}

/// Builds everything that a release holds, as the workflow does.
fn built() -> Runner {
    let runner = Runner::new();
    let jobs = jobs("release.yml");
    runner.job(&jobs["version"], &Value::Null);
    assert_eq!(runner.read("outputs"), format!("version={}\n", env!("CARGO_PKG_VERSION")));
    for entry in entries(&jobs["build"]) {
        runner.job(&jobs["build"], &entry);
    }
    runner.job(&jobs["source"], &Value::Null);
    runner
}

fn names(runner: &Runner, directory: &str) -> Vec<String> {
    let entries = fs::read_dir(runner.path(directory)).expect("a directory");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_release_holds_archives_packages_checksums_and_manifests() {
    let runner = built();
    runner.job(&jobs("release.yml")["release"], &Value::Null);
    let mut expected: Vec<String> = [
        "SHA256SUMS",
        "podline-v0.1.0-aarch64-apple-darwin.tar.gz",
        "podline-v0.1.0-aarch64-unknown-linux-gnu.tar.gz",
        "podline-v0.1.0-aarch64-unknown-linux-musl.tar.gz",
        "podline-v0.1.0-x86_64-apple-darwin.tar.gz",
        "podline-v0.1.0-x86_64-pc-windows-msvc.tar.gz",
        "podline-v0.1.0-x86_64-unknown-linux-gnu.tar.gz",
        "podline-v0.1.0-x86_64-unknown-linux-musl.tar.gz",
        "podline-alpine-arm64-0.1.0.vsix",
        "podline-alpine-x64-0.1.0.vsix",
        "podline-darwin-arm64-0.1.0.vsix",
        "podline-darwin-x64-0.1.0.vsix",
        "podline-linux-arm64-0.1.0.vsix",
        "podline-linux-x64-0.1.0.vsix",
        "podline-win32-x64-0.1.0.vsix",
        "podline.rb",
        "podline.yaml",
    ]
    .map(str::to_owned)
    .into();
    if runner.has("dpkg-deb") {
        expected.extend(["amd64", "arm64"].map(|one| format!("podline_{}_{one}.deb", env!("CARGO_PKG_VERSION"))));
    }
    expected.sort();
    assert_eq!(names(&runner, "dist"), expected);

    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(runner.path("dist"));
    assert!(sums.status().expect("sha256sum runs").success());
    for manifest in ["dist/podline.yaml", "dist/podline.rb"] {
        let text = runner.read(manifest);
        assert!(!text.contains('@'), "{manifest} has something left to fill in");
        let file =
            "https://github.com/acme/podline/releases/download/v0.1.0/podline-v0.1.0-aarch64-apple-darwin.tar.gz";
        assert!(text.contains(file), "{manifest}");
    }
    let calls = runner.calls();
    let release = calls.iter().find(|call| call.starts_with("gh ")).expect("a release");
    assert!(release.starts_with("gh release create v0.1.0 --verify-tag --title podline 0.1.0"), "{release}");
    assert!(expected.iter().all(|file| release.contains(&format!("dist/{file}"))), "{release}");
    assert!(runner.read("notes.md").contains("`podline check`"), "the notes are those of the change log");
}

#[test]
fn an_archive_holds_a_program_that_runs_its_pages_and_completions() {
    let runner = built();
    let target = "x86_64-unknown-linux-musl";
    fs::create_dir(runner.path("unpacked")).expect("a directory");
    runner.output("tar", &["-xzf", &format!("dist/podline-v0.1.0-{target}.tar.gz"), "-C", "unpacked"]);
    for file in [
        "podline",
        "man/podline.1",
        "man/podline-check.1",
        "completions/podline.bash",
        "completions/_podline",
        "completions/podline.fish",
        "completions/podline.ps1",
        "LICENSE-MIT",
    ] {
        assert!(runner.path(&format!("unpacked/{file}")).metadata().is_ok_and(|file| file.len() > 0), "{file}");
    }
    let version = Command::new(runner.path("unpacked/podline")).arg("--version").output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&version.stdout), format!("podline {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_same_program_gives_the_same_archive() {
    let (one, other) = (Runner::new(), Runner::new());
    let build = &jobs("release.yml")["build"];
    let entry = &entries(build)[0];
    for runner in [&one, &other] {
        runner.job(build, entry);
    }
    for file in names(&one, "dist") {
        let bytes = |runner: &Runner| fs::read(runner.path(&format!("dist/{file}"))).expect("a file");
        assert!(bytes(&one) == bytes(&other), "{file} differs");
    }
}

#[test]
fn a_debian_package_has_what_debian_asks_for() {
    let runner = Runner::new();
    if !runner.has("dpkg-deb") {
        println!("skipped: no dpkg-deb on the path");
        return;
    }
    let build = &jobs("release.yml")["build"];
    runner.job(build, &entries(build)[0]);
    let deb = format!("dist/podline_{}_amd64.deb", env!("CARGO_PKG_VERSION"));
    let field = |name: &str| runner.output("dpkg-deb", &["--field", &deb, name]).trim().to_owned();
    assert_eq!((field("Package"), field("Architecture")), ("podline".to_owned(), "amd64".to_owned()));
    let contents = runner.output("dpkg-deb", &["--contents", &deb]);
    for file in [
        "./usr/bin/podline",
        "./usr/share/man/man1/podline-check.1.gz",
        "./usr/share/zsh/vendor-completions/_podline",
        "./usr/share/doc/podline/copyright",
    ] {
        assert!(contents.lines().any(|line| line.ends_with(file) && line.contains("root/root")), "{file}:\n{contents}");
    }
}

#[test]
fn the_extension_for_visual_studio_code_holds_the_program_of_its_platform() {
    let runner = built();
    for (platform, program) in [("linux-x64", "podline"), ("alpine-arm64", "podline"), ("win32-x64", "podline.exe")] {
        assert_eq!(runner.read(&format!("dist/podline-{platform}-0.1.0.vsix")), format!("{program}\n"), "{platform}");
    }
}

#[test]
fn what_editors_install_has_podlines_version() {
    let version = env!("CARGO_PKG_VERSION");
    for (file, line) in [
        ("editors/vscode/package.json", format!("\"version\": \"{version}\",")),
        ("editors/zed/extension.toml", format!("version = \"{version}\"")),
        ("editors/zed/Cargo.toml", format!("version = \"{version}\"")),
    ] {
        let text = fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file");
        assert!(text.lines().any(|one| one.trim() == line), "{file} says {line}");
    }
}

#[test]
fn wheels_are_built_for_what_pip_asks_for() {
    let runner = built();
    let calls = runner.calls();
    let wheels: Vec<&String> = calls.iter().filter(|call| call.starts_with("maturin build")).collect();
    assert_eq!(wheels.len(), 5, "{calls:#?}");
    let musl = "maturin build --release --locked --target x86_64-unknown-linux-musl --compatibility manylinux2014 musllinux_1_1 --out wheels";
    assert!(wheels.iter().any(|call| *call == musl), "{wheels:#?}");
    assert!(calls.iter().any(|call| call == "maturin sdist --out wheels"));
    let environment = runner.read("environment");
    assert_eq!(environment.matches("JEMALLOC_SYS_WITH_LG_PAGE=16\n").count(), 1, "for arm64 alone: {environment}");
    assert!(environment.contains("CC_aarch64_unknown_linux_musl=musl-gcc\n"), "{environment}");
}

#[test]
fn images_are_made_from_the_programs_of_the_release() {
    let runner = built();
    runner.job(&jobs("release.yml")["images"], &Value::Null);
    assert_eq!(names(&runner, "binaries/linux/amd64"), ["podline"]);
    assert_eq!(names(&runner, "binaries/linux/arm64"), ["podline"]);
    let calls = runner.calls();
    let built: Vec<&String> = calls.iter().filter(|call| call.starts_with("docker buildx build")).collect();
    assert_eq!(built.len(), 2);
    for (call, (target, tag)) in built.iter().zip([("static", "0.1.0"), ("shell", "0.1.0-shell")]) {
        assert!(call.contains(&format!("--target {target} --platform linux/amd64,linux/arm64")), "{call}");
        assert!(call.contains("--build-context build=binaries"), "{call}");
        // Names of images are in lower case, whatever the repository is called.
        assert!(call.contains(&format!("--tag ghcr.io/acme/podline:{tag} ")), "{call}");
    }
    let outputs = runner.read("outputs");
    for line in ["name=ghcr.io/acme/podline", "static=sha256:", "shell=sha256:"] {
        assert!(outputs.contains(line), "{outputs}");
    }
}

#[test]
fn a_tag_that_is_not_the_version_makes_no_release() {
    let runner = Runner::new();
    for (tag, why) in [("v9.9.9", "but Cargo.toml says"), ("0.1.0", "but Cargo.toml says")] {
        let output = Command::new(runner.path("packaging/version")).arg(tag).output().expect("it runs");
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains(why));
    }
    let log = fs::read_to_string(runner.path("CHANGELOG.md")).expect("a change log");
    fs::write(runner.path("CHANGELOG.md"), log.replace("## 0.1.0", "## Unreleased")).expect("a change log");
    let output = Command::new(runner.path("packaging/version")).arg("v0.1.0").output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("CHANGELOG.md has no section for 0.1.0"));
}

#[test]
fn the_steps_of_ci_run() {
    let runner = Runner::new();
    let jobs = jobs("ci.yml");
    for runner_name in jobs["others"]["strategy"]["matrix"]["runner"].as_array().expect("a list") {
        runner.job(&jobs["others"], &json!({"runner": runner_name}));
    }
    runner.job(&jobs["oldest"], &Value::Null);
    runner.job(&jobs["packages"], &Value::Null);
    let calls = runner.calls();
    for call in [
        "cargo test --locked",
        concat!("cargo +", env!("CARGO_PKG_RUST_VERSION"), " check --locked"),
        "cargo package --workspace --locked",
        "docker build --target static --tag podline:static .",
    ] {
        assert!(calls.iter().any(|made| made == call), "{call} in {calls:#?}");
    }
    assert_eq!(calls.iter().filter(|call| call.starts_with("docker run")).count(), 2);
    // The step that is not run is what runs this test.
    assert_eq!(jobs["linux"]["steps"][1]["run"], "bash .ci/run");
}

#[test]
fn the_builder_of_images_gets_all_that_the_build_reads() {
    let read =
        |name: &str| fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a file");
    let (manifest, ignored) = (read("Cargo.toml"), read(".dockerignore"));
    assert!(manifest.contains("members = [\"crates/"), "the crates stand elsewhere now");
    for part in ["Cargo.toml", "Cargo.lock", "src", "crates", "rules"] {
        assert!(ignored.lines().any(|line| line == format!("!{part}")), "{part}");
    }
}

#[test]
fn the_steps_of_the_conformance_run() {
    let runner = Runner::new();
    runner.job(&jobs("conformance.yml")["newest"], &Value::Null);
    let calls = runner.calls();
    assert!(calls.iter().any(|call| call.starts_with("go run .")), "{calls:#?}");
}

#[test]
fn no_expression_reaches_a_shell_and_every_action_is_pinned() {
    for file in ["ci.yml", "release.yml", "conformance.yml"] {
        let workflow = workflow(file);
        assert_eq!(workflow["permissions"], json!({}), "{file}: rights are given job by job");
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            assert!(job["permissions"].is_object() && job["timeout-minutes"].is_number(), "{file}: {name}");
            for step in job["steps"].as_array().expect("steps") {
                let script = step["run"].as_str().unwrap_or_default();
                assert!(!script.contains("${{"), "{file}: {name}: {script}");
                if let Some(action) = step["uses"].as_str() {
                    let (_, commit) = action.split_once('@').expect("a version");
                    assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
                }
            }
        }
    }
}

/// A linter of workflows, where it is installed.
fn linter(program: &str, arguments: &[&str]) {
    let runner = Runner::new();
    if !runner.has(program) {
        println!("skipped: no {program} on the path");
        return;
    }
    let output =
        Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

#[test]
fn actionlint_finds_nothing() {
    linter(
        "actionlint",
        &[".github/workflows/ci.yml", ".github/workflows/release.yml", ".github/workflows/conformance.yml"],
    );
}

#[test]
fn zizmor_finds_nothing() {
    linter("zizmor", &["--offline", "--persona", "pedantic", ".github"]);
}
