//! What a repository may reach: nothing outside itself, whatever a change brings.
#![cfg(unix)]

mod configuration;
mod kustomizations;
mod written;

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::command::{Run, Scratch, podline, run};

/// A text that must never be seen.
const SECRET: &str = "hunter2";

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}\n";

const PSP: &str = "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: p}\nspec:\n  runAsUser: {rule: \
                   RunAsAny}\n  seLinux: {rule: RunAsAny}\n  fsGroup: {rule: RunAsAny}\n  supplementalGroups: {rule: \
                   RunAsAny}\n";

/// A repository `repo` with a pod, beside files that are none of its business.
struct Repository(Scratch);

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(Scratch::new(&[
            ("secret/credentials", "password: hunter2\nhunter2: {\n"),
            ("secret/key", "hunter2\n"),
            ("secret/pod.yaml", &POD.replace("name: a", "name: hunter2")),
            ("repo/.git/config", "[http]\n\textraheader = hunter2\n"),
            ("repo/pod.yaml", POD),
            ("repo/deep/pod.yaml", POD),
        ]));
        for (path, text) in files {
            repository.0.write(&format!("repo/{path}"), text);
        }
        repository
    }

    fn link(&self, target: &str, link: &str) {
        symlink(target, self.0.path("repo").join(link)).expect("a link");
    }

    fn read(&self, path: &str) -> String {
        self.0.read(&format!("repo/{path}"))
    }

    /// podline in the repository. Its output never shows what lies elsewhere.
    fn podline(&self, arguments: &[&str]) -> Run {
        let run = run(podline(arguments).current_dir(self.0.path("repo")).env("TOKEN", SECRET));
        assert!(!format!("{}{}", run.stdout, run.stderr).contains(SECRET), "{}{}", run.stdout, run.stderr);
        run
    }
}

/// Ways out of the repository, with the links that some of them take.
const WAYS: [&str; 12] = [
    "../secret/credentials",
    "./../secret/key",
    "deep/../../secret/credentials",
    "deep/.././../secret/key",
    "../repo/../secret/key",
    "/proc/self/environ",
    "/dev/stdin",
    "../secret/gone",
    "file",
    "dir/credentials",
    "chain",
    ".git/config",
];

fn with_ways(files: &[(&str, &str)]) -> Repository {
    let repository = Repository::new(files);
    repository.link("../secret/credentials", "file");
    repository.link("../secret", "dir");
    repository.link("dir/key", "chain");
    repository
}

#[test]
fn links_out_and_special_files_are_counted_listed_and_can_be_denied() {
    let repository = Repository::new(&[]);
    repository.link("../secret/pod.yaml", "out.yaml");
    repository.link("../secret", "dir");
    let fifo = std::process::Command::new("mkfifo").arg(repository.0.path("repo/pipe.yaml")).status();
    assert!(fifo.expect("mkfifo runs").success());
    let run = repository.podline(&["check", "--level", "privileged"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.ends_with(" Skipped 3: 2 outside, 1 special.\n"), "{}", run.stdout);
    let report = repository.podline(&["check", "--format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["summary"]["skipped"], serde_json::json!({"outside": 2, "special": 1}));
    let listed: Vec<_> = report["skipped"].as_array().expect("a list").iter().map(|one| &one["file"]).collect();
    assert_eq!(listed, ["dir", "out.yaml", "pipe.yaml"]);
    let denied = repository.podline(&["check", "--level", "privileged", "--deny=outside"]);
    assert_eq!(denied.status, 1, "{}", denied.stderr);
    let files = repository.podline(&["files"]).stdout;
    assert!(files.contains("skip  out.yaml  outside (leads to /"), "{files}");
    assert!(files.contains("skip  pipe.yaml  special (a named pipe)\n"), "{files}");
    for command in ["levels", "waivers", "inspect"] {
        let told = repository.podline(&[command]).stderr;
        assert!(told.contains("skipped 2 outside, 1 special (podline files lists them)"), "{command}: {told}");
    }
}

#[test]
fn what_becomes_a_link_out_is_not_fixed_by_that() {
    let repository = Repository::new(&[("base/web.yaml", POD), ("head/other.yaml", POD)]);
    repository.link("../../secret/pod.yaml", "head/web.yaml");
    let run = repository.podline(&["diff", "base", "head", "--level", "baseline"]);
    assert!(run.stdout.contains("0 fixed, 1 no longer judged"), "{}", run.stdout);
}

#[test]
fn a_chart_reaches_no_template_outside() {
    let repository = Repository::new(&[("chart/Chart.yaml", "name: shop\n")]);
    repository.0.write("secret/web.yaml", "hostPID: true\n");
    repository.link("../../secret", "chart/templates");
    repository.0.write("repo/rendered.yaml", &format!("---\n# Source: shop/templates/web.yaml\n{POD}"));
    let run = repository.podline(&["check", "--source-root", "chart", "rendered.yaml"]);
    assert!(run.stderr.contains("no chart there has shop/templates/web.yaml"), "{}", run.stderr);
}
