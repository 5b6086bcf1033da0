//! What a repository may reach: nothing outside itself, whatever a change brings.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::symlink;

use support::command::{Run, Scratch, podline, run};

/// A text that must never be seen.
const SECRET: &str = "hunter2";

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: []}\n";

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
fn a_configuration_names_no_file_outside() {
    let repository = with_ways(&[]);
    for way in WAYS {
        for entry in [
            format!("extends: {way}\n"),
            format!("extends: [{way}]\n"),
            format!("accepted: {way}\n"),
            format!("policies:\n- file: {way}\n"),
            format!("admission: {{config: {way}}}\n"),
            format!("cluster: [{way}]\n"),
        ] {
            repository.0.write("repo/podline.yaml", &format!("rules: {{}}\n{entry}"));
            let line = entry.matches('\n').count() + 1;
            for command in ["check", "levels", "waivers", "files"] {
                let run = repository.podline(&[command]);
                assert_eq!(run.status, 2, "{command} {entry}: {}", run.stderr);
                assert!(run.stderr.contains(" leads to /"), "{command} {entry}: {}", run.stderr);
                assert!(run.stderr.contains(&format!("podline.yaml:{line}:")), "{command} {entry}: {}", run.stderr);
            }
        }
    }
}

#[test]
fn dots_after_a_link_lead_nowhere_else_when_the_file_is_read() {
    let repository = Repository::new(&[("deep/down/x", ""), ("secret/key", "")]);
    repository.link("deep/down", "link");
    for entry in ["admission: {config: link/../../secret/key}", "accepted: link/../../secret/key"] {
        repository.0.write("repo/podline.yaml", entry);
        let run = repository.podline(&["check"]);
        assert!(run.status == 2 && run.stderr.contains(" leads to /"), "{entry}: {}", run.stderr);
    }
}

#[test]
fn nothing_that_a_configuration_builds_on_names_a_file_outside() {
    let repository = Repository::new(&[
        ("podline.yaml", "extends: org/base.yaml\n"),
        ("org/base.yaml", "level: baseline\nextends: ../../secret/credentials\n"),
    ]);
    let run = repository.podline(&["check"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("org/base.yaml:2:10"), "{}", run.stderr);
}

#[test]
fn what_lies_inside_is_reached_by_any_way() {
    let repository = Repository::new(&[("org/base.yaml", "level: privileged\n")]);
    repository.link("org", "link");
    repository.link("link/base.yaml", "chain.yaml");
    let absolute = repository.0.path("repo/org/base.yaml").canonicalize().expect("a file").display().to_string();
    for way in
        ["org/base.yaml", "deep/../org/base.yaml", "../repo/org/base.yaml", "link/base.yaml", "chain.yaml", &absolute]
    {
        repository.0.write("repo/podline.yaml", &format!("extends: {way}\n"));
        let run = repository.podline(&["check"]);
        assert_eq!(run.status, 0, "{way}: {}", run.stderr);
    }
}

#[test]
fn a_configuration_that_is_a_link_out_is_not_read() {
    let repository = Repository::new(&[]);
    repository.link("../secret/credentials", "podline.yaml");
    for arguments in [&["check"][..], &["levels"], &["waivers"], &["files", "--config"], &["diff", "deep", "deep"]] {
        let run = repository.podline(arguments);
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.stderr.contains("podline.yaml: cannot be read: leads to /"), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn the_text_of_what_is_no_configuration_is_not_shown() {
    let files = [
        ("key", "hunter2\n"),
        ("list", "- hunter2\n"),
        ("settings.json", "{\"type\": \"account\", \"private_key\": \"hunter2\"}\n"),
        (".env", "TOKEN=hunter2\nOTHER: [hunter2\n"),
        ("two", "a: hunter2\n---\nb: hunter2\n"),
    ];
    let repository = Repository::new(&files);
    for (file, _) in files {
        repository.0.write("repo/podline.yaml", &format!("extends: {file}\n"));
        let run = repository.podline(&["check"]);
        assert_eq!(run.status, 2, "{file}");
        assert!(run.stderr.contains("podline.yaml:1:10"), "{file}: {}", run.stderr);
        assert!(run.stderr.contains(": is no "), "{file}: {}", run.stderr);
        fs::remove_file(repository.0.path("repo/podline.yaml")).expect("a file");
        repository.link(file, "podline.yaml");
        let run = repository.podline(&["check"]);
        assert_eq!(run.status, 2, "{file}");
        assert!(run.stderr.contains("podline.yaml: is no "), "{file}: {}", run.stderr);
        fs::remove_file(repository.0.path("repo/podline.yaml")).expect("a link");
    }
    repository.0.write("repo/podline.yaml", "hunter2\n");
    assert!(repository.podline(&["check"]).stderr.contains("podline.yaml: is no YAML mapping"));
}

#[test]
fn a_mistake_in_a_configuration_is_shown_with_its_line() {
    let repository =
        Repository::new(&[("podline.yaml", "extends: base.yaml\n"), ("base.yaml", "level: [restricted\n")]);
    let run = repository.podline(&["check"]);
    assert!(run.stderr.contains("base.yaml:") && run.stderr.contains("level: [restricted"), "{}", run.stderr);
    repository.0.write("repo/podline.yaml", "levle: restricted\n");
    let run = repository.podline(&["check"]);
    assert!(run.stderr.contains("did you mean level?") && run.stderr.contains("1 │ levle"), "{}", run.stderr);
}

#[test]
fn what_the_command_line_names_is_read_wherever_it_lies() {
    let repository = Repository::new(&[]);
    repository.0.write("org/strict.yaml", "extends: base.yaml\n");
    repository.0.write("org/base.yaml", "level: privileged\npolicies: [{file: psp.yaml}]\n");
    repository.0.write("org/psp.yaml", PSP);
    let strict =
        repository.podline(&["check", "--config", "../org/strict.yaml", "-q", "pod.yaml", "--format", "concise"]);
    assert_eq!(strict.status, 1, "{}", strict.stderr);
    assert!(strict.stdout.contains("local/hostNamespaces"), "{}", strict.stdout);
    let policy =
        ["check", "--level", "privileged", "--policy", "../org/psp.yaml", "-q", "--format", "concise", "pod.yaml"];
    assert!(repository.podline(&policy).stdout.contains("local/hostNamespaces"));
    repository.0.write("org/podline.baseline", "{\"podline\":\"accepted\",\"schema\":1}\n");
    let baseline = repository.podline(&["check", "--accepted", "../org/podline.baseline", "pod.yaml"]);
    assert_eq!(baseline.status, 1, "{}", baseline.stderr);
    let files = run(podline(&["check", "../secret/pod.yaml"]).current_dir(repository.0.path("repo")));
    assert!(files.stdout.contains(SECRET), "it was named: {}", files.stdout);
}

#[test]
fn a_policy_file_names_no_file_outside_either() {
    let repository = Repository::new(&[("policies.yaml", "policies:\n- file: ../secret/credentials\n")]);
    let run = repository.podline(&["check", "--policy", "policies.yaml", "pod.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("policies.yaml:2:3: ../secret/credentials leads to /"), "{}", run.stderr);
}

#[test]
fn a_configuration_of_the_api_server_names_no_file_outside() {
    let text = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- name: PodSecurity\n  path: \
                ../secret/credentials\n";
    let repository = Repository::new(&[("admission.yaml", text)]);
    let run = repository.podline(&["check", "--admission-config", "admission.yaml", "--admission", "pod.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("admission.yaml:5:9: ../secret/credentials leads to /"), "{}", run.stderr);
}

#[test]
fn without_a_repository_the_named_directory_is_the_root() {
    let scratch = Scratch::new(&[
        ("tree/podline.yaml", "extends: ../secret/base.yaml\n"),
        ("tree/pod.yaml", POD),
        ("secret/base.yaml", "level: privileged\n"),
    ]);
    let arguments = ["check", "--config", "tree/podline.yaml"];
    let run = scratch.podline(&[&arguments[..], &["tree"]].concat());
    assert_eq!(run.status, 2, "{}", run.stdout);
    assert!(run.stderr.contains("../secret/base.yaml leads to /"), "{}", run.stderr);
    assert_eq!(scratch.podline(&[&arguments[..], &["."]].concat()).status, 0, "from above it lies inside");
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
    assert!(files.ends_with("skip  pipe.yaml  special (a named pipe)\n"), "{files}");
    for command in ["levels", "waivers", "inspect"] {
        let told = repository.podline(&[command]).stderr;
        assert!(told.contains("skipped 2 outside") && told.contains("skipped 1 special"), "{command}: {told}");
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
fn nothing_is_fixed_through_a_link_that_leads_out() {
    let repository = Repository::new(&[("real/pod.yaml", POD)]);
    let secret = repository.0.read("secret/pod.yaml");
    repository.link("../secret", "dir");
    repository.link("../secret/pod.yaml", "out.yaml");
    repository.link("out.yaml", "chain.yaml");
    repository.link("real", "in");
    let fix = ["check", "--fix", "--unsafe-fixes", "-q", "--format", "concise", "--select", "hostNamespaces"];
    repository.podline(&fix);
    assert_eq!(repository.0.read("secret/pod.yaml"), secret, "by a walk");
    for path in ["out.yaml", "dir/pod.yaml", "chain.yaml", "in/../dir/pod.yaml"] {
        let named = run(podline(&fix).arg(path).current_dir(repository.0.path("repo")));
        assert_eq!(named.status, 2, "{path}: {}", named.stderr);
        assert!(named.stderr.contains(&format!("{path}: leads to /")), "{path}: {}", named.stderr);
        assert_eq!(repository.0.read("secret/pod.yaml"), secret, "{path}");
    }
    assert!(!repository.read("real/pod.yaml").contains("hostPID: true"));
    repository.0.write("repo/real/pod.yaml", POD);
    assert_eq!(repository.podline(&[&fix[..], &["in/pod.yaml"]].concat()).status, 0, "a link inside is followed");
    assert!(!repository.read("real/pod.yaml").contains("hostPID: true"));
}

#[test]
fn no_report_baseline_or_patch_is_written_through_a_link_that_leads_out() {
    let repository = Repository::new(&[]);
    repository.link("../secret/key", "report.json");
    repository.link("../secret", "dir");
    let out = |path: &str| repository.0.path("secret").join(path);
    for arguments in [
        &["--output", "json=report.json"][..],
        &["--output", "json=dir/new.json"],
        &["--output", "json=dir/new/new.json"],
        &["--write-accepted", "dir/new.json"],
        &["--fix-as", "kustomize", "--fix-dir", "dir"],
        &["--fix-as", "kustomize", "--fix-dir", "dir/new"],
    ] {
        let run = repository.podline(&[&["check", "-q", "pod.yaml"], arguments].concat());
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("leads to /"), "{arguments:?}: {}", run.stderr);
    }
    repository.0.write("repo/podline.yaml", "outputs: [json=dir/new.json, sarif=.git/hooks/new.json]\n");
    assert_eq!(repository.podline(&["check", "-q", "pod.yaml"]).status, 2);
    assert_eq!(repository.0.read("secret/key"), "hunter2\n");
    for path in ["new.json", "new", "kustomization.yaml", "../repo/.git/hooks"] {
        assert!(!out(path).exists(), "{path}");
    }
}

#[test]
fn init_writes_through_no_link_that_leads_out() {
    let repository = Repository::new(&[]);
    repository.link("../secret/key", "podline.schema.json");
    let run = repository.podline(&["init"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("podline.schema.json: cannot be written: leads to /"), "{}", run.stderr);
    fs::remove_file(repository.0.path("repo/podline.yaml")).expect("a file");
    repository.link("../secret/new", "podline.yaml");
    for arguments in [&["init"][..], &["init", "--force"]] {
        assert_eq!(repository.podline(arguments).status, 2, "{arguments:?}");
    }
    assert_eq!(repository.0.read("secret/key"), "hunter2\n");
    assert!(!repository.0.path("secret/new").exists());
}

#[test]
fn a_kustomization_that_is_a_link_out_lists_nothing() {
    let repository = Repository::new(&[("kustomization/k.yaml", "patches: [{path: pod.yaml}]\n")]);
    repository.0.write("secret/kustomization.yaml", "patches: [{path: pod.yaml}]\n");
    let skipped = |link: &str| {
        repository.link(link, "kustomization.yaml");
        let report = repository.podline(&["check", "--format", "json"]).stdout;
        fs::remove_file(repository.0.path("repo/kustomization.yaml")).expect("a link");
        serde_json::from_str::<serde_json::Value>(&report).expect("JSON")["summary"]["skipped"].clone()
    };
    assert_eq!(skipped("../secret/kustomization.yaml")["patch"], serde_json::Value::Null);
    assert_eq!(skipped("kustomization/k.yaml")["patch"], 1, "one inside counts");
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
