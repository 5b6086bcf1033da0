//! The recipes run as they are written, on the small repository in `fixtures/recipes`.
//!
//! `console` blocks print what stands below their commands; `bash` blocks end with 0, or with what the comment below them
//! says; of the files for CI systems the shell steps are run. Skips, saying so, where helm, kubectl or jq are not here.

#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use crate::support::command::{Scratch, podline, run};
use crate::support::fixture;
use serde_json::Value;

/// A page of the recipes.
fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recipes").join(name)).expect("a page")
}

/// The blocks of code in a language, each with the text below it.
fn blocks(page: &str, language: &str) -> Vec<(String, String)> {
    let mut pieces = page.split("```");
    pieces.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(below)) = (pieces.next(), pieces.next()) {
        if let Some(text) = block.strip_prefix(language).and_then(|rest| rest.strip_prefix('\n')) {
            blocks.push((text.to_owned(), below.trim_start().to_owned()));
        }
    }
    assert!(!blocks.is_empty(), "the page has a block of {language}");
    blocks
}

/// A copy of the small repository, with podline on the path, and stand-ins for programs that install it.
struct Repository(Scratch);

impl Repository {
    fn new() -> Self {
        let scratch = Scratch::new(&[
            (".bin/pip", "#!/bin/sh\n"),
            (".bin/pipx", "#!/bin/sh\n"),
            // A virtual environment that has podline already.
            (".bin/python3", "#!/bin/sh\nmkdir -p \"$3/bin\" && cp -P .bin/pip .bin/podline \"$3/bin/\"\n"),
        ]);
        for program in ["pip", "pipx", "python3"] {
            let path = scratch.path(&format!(".bin/{program}"));
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
        }
        symlink(env!("CARGO_BIN_EXE_podline"), scratch.path(".bin/podline")).expect("a link");
        let from = fixture("recipes").join(".");
        let copied = Command::new("cp").arg("-R").arg(from).arg(scratch.path(".")).status().expect("cp runs");
        assert!(copied.success());
        Self(scratch)
    }

    /// Runs a script as a person at the root of the repository would.
    fn bash(&self, script: &str) -> Output {
        let path = std::env::var("PATH").expect("a path");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-c", script]).current_dir(self.0.path(".")).env_clear();
        command.env("PATH", format!("{}:{path}", self.0.path(".bin").display()));
        command.env("HOME", self.0.path(".home")).env("RUNNER_TEMP", self.0.path("."));
        command.env("GITHUB_STEP_SUMMARY", self.0.path("summary.md")).env("GITHUB_BASE_REF", "main");
        command.output().expect("bash runs")
    }

    /// Runs a script that must end with this status.
    fn expect(&self, status: i32, script: &str) {
        let output = self.bash(script);
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{script}\n{text}");
    }

    /// A YAML file of a page, as podline reads it.
    fn yaml(&self, text: &str) -> Value {
        self.0.write("read.yaml", text);
        let shown = run(podline(&["inspect", "read.yaml"]).current_dir(self.0.path(".")));
        fs::remove_file(self.0.path("read.yaml")).expect("it was written");
        let document: Value = serde_json::from_str(&shown.stdout).expect("one document");
        document["json"].clone()
    }
}

/// Whether all of these programs are here; says so if not.
fn here(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |program: &&&str| std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    let missing: Vec<_> = programs.iter().filter(|program| !is_here(program)).collect();
    if !missing.is_empty() {
        println!("skipped: not on the path: {missing:?}");
    }
    missing.is_empty()
}

/// The script of a job of GitLab as its shell runs it, behind these lines.
fn script_of(job: &Value, before: &str) -> String {
    let lines = job["script"].as_array().expect("a script").iter();
    let script: Vec<&str> = lines.map(|line| line.as_str().expect("a line")).collect();
    format!("set -eo pipefail\n{before}\n{}", script.join("\n"))
}

/// Runs the blocks of a page that are for a shell.
fn shell(name: &str) {
    let page = page(name);
    for (script, below) in blocks(&page, "bash") {
        let status = below.strip_prefix("<!-- ends with ").map_or(0, |rest| i32::from(rest.as_bytes()[0] - b'0'));
        Repository::new().expect(status, &script);
    }
}

/// Runs the sessions of a page, and compares what they print.
fn console(name: &str) {
    for (block, _) in blocks(&page(name), "console") {
        let (command, expected) = block.split_once('\n').expect("a command, and what it prints");
        let output = Repository::new().bash(command.strip_prefix("$ ").expect("a command"));
        let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert_eq!(printed, expected, "{name}: {command}");
    }
}

#[test]
fn helm_charts() {
    if here(&["helm"]) {
        console("helm.md");
        shell("helm.md");
    }
}

#[test]
fn kustomize_overlays() {
    if here(&["kubectl"]) {
        console("kustomize.md");
        shell("kustomize.md");
    }
}

#[test]
fn argo_cd_repositories() {
    if here(&["helm", "kubectl", "jq"]) {
        shell("argo-cd.md");
    }
}

#[test]
fn flux_repositories() {
    if here(&["helm", "kubectl", "jq"]) {
        shell("flux.md");
    }
}

#[test]
fn policies_as_code() {
    if here(&["sha256sum"]) {
        shell("policies-as-code.md");
    }
}

/// The first script of a page.
fn script(name: &str) -> String {
    blocks(&page(name), "bash").remove(0).0
}

#[test]
fn a_chart_without_values_is_checked_too() {
    if here(&["helm"]) {
        let repository = Repository::new();
        fs::remove_file(repository.0.path("charts/shop/values.yaml")).expect("it was there");
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";
        repository.0.write("charts/shop/templates/deployment.yaml", pod);
        repository.expect(1, &script("helm.md"));
    }
}

#[test]
fn what_an_application_asks_for_is_rendered_or_refused() {
    if !here(&["helm", "kubectl", "jq"]) {
        return;
    }
    for (helm, status) in [
        ("valuesObject: {replicas: 3}", 0),
        ("values: |\n        note: say \"hi\"\n        privileged: true", 1),
        ("releaseName: other\n      valuesObject: {privileged: true}", 1),
        ("parameters: [{name: privileged, value: \"true\"}]", 2),
        ("valueFiles: [values-prod.yaml]", 2),
    ] {
        let repository = Repository::new();
        fs::remove_file(repository.0.path("argocd/blog.yaml")).expect("it was there");
        let shop = repository.0.read("argocd/shop.yaml");
        let (head, _) = shop.split_once("valuesObject:").expect("values");
        repository.0.write("argocd/shop.yaml", &format!("{head}{helm}\n"));
        repository.expect(status, &script("argo-cd.md"));
    }
    let repository = Repository::new();
    repository.expect(2, &script("argo-cd.md").replace("inspect argocd", "inspect apps"));
}

#[test]
fn what_flux_asks_for_is_built_or_refused() {
    if !here(&["helm", "kubectl", "jq"]) {
        return;
    }
    for (values, more, status) in [
        ("note: say \"hi\"", "", 0),
        ("privileged: true", "", 1),
        ("replicas: 3", "  valuesFrom: [{kind: ConfigMap, name: a}]\n", 2),
    ] {
        let repository = Repository::new();
        let shop = repository.0.read("clusters/prod/shop.yaml").replace("privileged: true", values);
        repository.0.write("clusters/prod/shop.yaml", &format!("{shop}{more}"));
        repository.expect(status, &script("flux.md"));
    }
    let repository = Repository::new();
    let blog = repository.0.read("clusters/prod/blog.yaml");
    repository.0.write("clusters/prod/blog.yaml", &format!("{blog}  patches: [{{patch: a}}]\n"));
    repository.expect(2, &script("flux.md"));
}

#[test]
fn workflows_of_github() {
    for (workflow, _) in blocks(&page("github.md"), "yaml") {
        if workflow.contains("helm") && !here(&["helm"]) {
            continue;
        }
        let repository = Repository::new();
        if workflow.contains("--git") {
            repository.0.git(&["init", "-q"]);
            repository.0.commit("base");
            repository.0.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        }
        let workflow = repository.yaml(&workflow);
        for (_, job) in workflow["jobs"].as_object().expect("jobs") {
            for step in job["steps"].as_array().expect("steps") {
                if let Some(script) = step["run"].as_str() {
                    repository.expect(0, &format!("set -eo pipefail\n{script}"));
                }
            }
        }
    }
}

#[test]
fn jobs_of_gitlab() {
    for (file, _) in blocks(&page("gitlab.md"), "yaml") {
        if file.contains("kubectl") && !here(&["kubectl"]) {
            continue;
        }
        let repository = Repository::new();
        let jobs = repository.yaml(&file);
        // As many as there are, in the order of their stages: what is built comes first.
        for (name, job) in jobs.as_object().expect("jobs") {
            // The overlay for staging uses the host's network.
            let status = i32::from(name == "podline" && jobs.get("build").is_some());
            repository.expect(status, &script_of(job, ""));
        }
        for report in jobs["podline"]["artifacts"]["reports"].as_object().expect("reports").values() {
            assert!(repository.0.path(report.as_str().expect("a path")).is_file(), "{report} is written");
        }
    }
}

#[test]
fn the_component_of_gitlab() {
    let template = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/podline.yml"));
    let template = template.expect("the template");
    let (spec, jobs) = template.split_once("\n---\n").expect("two documents");
    let repository = Repository::new();
    let inputs = repository.yaml(spec)["spec"]["inputs"].as_object().expect("inputs").clone();
    for (given, status, written) in [
        ([("paths", "apps charts"), ("level", ""), ("options", "")], 0, "[\n"),
        ([("paths", "built"), ("level", "restricted"), ("options", "")], 1, "hostNetwork"),
        ([("paths", "built"), ("level", "privileged"), ("options", "--no-config -q")], 0, "[\n"),
    ] {
        repository
            .0
            .write("built/pod.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n");
        let mut filled = jobs.to_owned();
        for (name, input) in &inputs {
            let value = given.iter().find(|(one, _)| one == name).map(|(_, value)| *value);
            let value = value.unwrap_or_else(|| input["default"].as_str().expect("a text"));
            filled = filled.replace(&format!("$[[ inputs.{name} ]]"), value);
        }
        assert!(!filled.contains("$[["), "{filled}");
        let job = &repository.yaml(&filled)["podline"];
        let variables = job["variables"].as_object().expect("variables").iter();
        let variables: Vec<String> =
            variables.map(|(name, value)| format!("export {name}='{}'", value.as_str().expect("a text"))).collect();
        repository.expect(status, &script_of(job, &variables.join("\n")));
        assert!(repository.0.read("gl-code-quality-report.json").contains(written.trim()), "{given:?}");
    }
}

#[test]
fn a_pipeline_of_jenkins() {
    for (file, _) in blocks(&page("jenkins.md"), "groovy") {
        let script = file.split("'''").nth(1).expect("a script between three quotes");
        let repository = Repository::new();
        // Jenkins' shell stops at the first error.
        repository.expect(0, &format!("set -e\n{script}"));
        for written in ["podline.xml", "podline.html"] {
            assert!(repository.0.path(written).is_file(), "{written}");
        }
    }
}

#[test]
fn hooks_of_pre_commit() {
    for (file, _) in blocks(&page("pre-commit.md"), "yaml") {
        let repository = Repository::new();
        let configuration = repository.yaml(&file);
        let entry = configuration["repos"][0]["hooks"][0]["entry"].as_str().expect("an entry");
        // What pre-commit names: all files of these types, and in another commit one that is no manifest.
        repository.expect(0, &format!("{entry} $(find . -name '*.yaml' -not -path './.*')"));
        repository.expect(0, &format!("{entry} charts/shop/values.yaml charts/shop/templates/deployment.yaml"));
        repository.0.write("bad.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n");
        repository.expect(1, &format!("{entry} bad.yaml charts/shop/values.yaml"));
    }
}

#[test]
fn the_pods_of_the_comparison_are_all_seen_and_in_its_table() {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compare.md")).expect("a page");
    let mut names = Vec::new();
    for entry in fs::read_dir(fixture("compare")).expect("pods") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let run = run(&mut podline(&["check", "--no-config", "--fail-on", "warning", &path.display().to_string()]));
        assert_eq!(run.status, i32::from(name != "as-it-should-be"), "{name}: {}", run.stdout);
        assert!(
            name == "as-it-should-be" || table.contains(&format!("\n| {name} | yes |")),
            "{name} is not in the table"
        );
        names.push(name);
    }
    assert!(table.contains(&format!("**seen, of {0}** | {0} |", names.len() - 1)));
}
