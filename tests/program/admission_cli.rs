//! `podline check --admission` as its users meet it: five namespaces, a configuration, exemptions.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

struct Run {
    status: i32,
    stdout: String,
    stderr: String,
}

/// `podline check` in a folder, with nothing of the environment that could change its output.
fn check(folder: &Path, arguments: &[&str], stdin: &str) -> Run {
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    command.current_dir(folder).env_clear().arg("check").args(arguments).write_stdin(stdin);
    let output = command.output().expect("podline runs");
    Run {
        status: output.status.code().expect("podline ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// In the folder of the five namespaces.
fn cluster(arguments: &[&str]) -> Run {
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cluster"), arguments, "")
}

fn files(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn namespace(name: &str, enforce: &str) -> String {
    let labels = format!("{{pod-security.kubernetes.io/enforce: {enforce}}}");
    format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {labels}}}}}\n")
}

const ROOT: &str = "{apiVersion: v1, kind: Pod, metadata: {name: bad, namespace: shop}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";

#[test]
fn five_namespaces_for_people() {
    let run = cluster(&["--admission-config", "admission.yaml", "namespaces.yaml", "workloads.yaml"]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (1, "podline: 1 object is exempt, wholly or in part (-v lists them)\n")
    );
}

#[test]
fn five_namespaces_for_programs() {
    let arguments = ["--format", "json", "--admission-config", "admission.yaml", "namespaces.yaml", "workloads.yaml"];
    let run = cluster(&arguments);
    insta::assert_snapshot!(run.stdout);
    serde_json::from_str::<Value>(&run.stdout).expect("JSON");
}

#[test]
fn the_order_of_files_does_not_matter() {
    let findings = |arguments: &[&str]| {
        let mut lines: Vec<String> = cluster(arguments).stdout.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let first = findings(&["--admission", "--format", "concise", "namespaces.yaml", "workloads.yaml"]);
    assert_eq!(first.len(), 3);
    assert_eq!(findings(&["--admission", "--format", "concise", "workloads.yaml", "namespaces.yaml"]), first);
    assert_eq!(
        findings(&["--admission", "--format", "concise", "workloads.yaml", "--cluster", "namespaces.yaml"]),
        first
    );
}

#[test]
fn standard_input_is_read_once_for_both() {
    let folder = files(&[]);
    let text = format!("{ROOT}---\n{}", namespace("shop", "baseline"));
    let run = check(folder.path(), &["--admission", "--format", "concise", "-"], &text);
    assert_eq!((run.status, run.stdout.lines().count()), (1, 1), "{}", run.stdout);
    let run = check(folder.path(), &["--admission", "--format", "concise", "-", "--cluster", "-"], &text);
    assert_eq!((run.status, run.stdout.lines().count()), (1, 1), "{}", run.stdout);
}

#[test]
fn a_namespace_that_nobody_described_is_said_once() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";
    let folder = files(&[("a.yaml", pod), ("b.yaml", pod), ("c.yaml", &pod.replace("shop", "ci"))]);
    let run = check(folder.path(), &["--admission", "--format", "concise", "."], "");
    let places: Vec<&str> = run.stdout.lines().filter_map(|line| line.split(" nothing").next()).collect();
    let expected = ["a.yaml:1:60: warning[policy/unknown-namespace]", "c.yaml:1:60: warning[policy/unknown-namespace]"];
    assert_eq!((run.status, places), (0, expected.to_vec()));
}

#[test]
fn two_namespaces_of_one_name_with_different_labels_are_shown_both() {
    let folder = files(&[("a.yaml", &namespace("shop", "baseline")), ("b.yaml", &namespace("shop", "privileged"))]);
    let run = check(folder.path(), &["--admission", "--format", "concise", "."], "");
    let expected = "b.yaml:1:52: error[policy/conflicting-namespaces] Namespace \"shop\" has other Pod Security labels here \
                    (enforce=privileged) than in a.yaml:1 (enforce=baseline)\n";
    assert_eq!((run.status, run.stdout.as_str()), (1, expected));
    let run = check(folder.path(), &["--admission", "--format", "concise", "b.yaml", "--cluster", "a.yaml"], "");
    assert_eq!((run.status, run.stdout.as_str()), (1, expected));
}

#[test]
fn a_bad_label_is_found_in_what_is_read_for_its_labels_only() {
    let folder = files(&[("cluster.yaml", &namespace("shop", "strict")), ("pod.yaml", ROOT)]);
    let run =
        check(folder.path(), &["--admission", "--format", "concise", "pod.yaml", "--cluster", "cluster.yaml"], "");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("cluster.yaml:1:103: error[policy/bad-namespace-label] "), "{lines:?}");
    assert!(lines[1..].iter().all(|line| line.starts_with("pod.yaml:1:")) && lines.len() > 1, "{lines:?}");
}

#[test]
fn the_cluster_s_version_is_the_newest_that_its_levels_can_mean() {
    let probe = "{apiVersion: v1, kind: Pod, metadata: {name: probe, namespace: shop}, spec: {containers: [{name: a, \
                 livenessProbe: {tcpSocket: {host: db, port: 1}}}]}}\n";
    let folder = files(&[("a.yaml", &format!("{}---\n{probe}", namespace("shop", "baseline")))]);
    let status = |version| check(folder.path(), &["--admission", "--kubernetes-version", version, "."], "").status;
    assert_eq!((status("v1.33"), status("v1.34")), (0, 1));
}

#[test]
fn an_exempt_user_creates_what_its_controller_may_not() {
    let config = "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n\
                  defaults: {enforce: baseline}\nexemptions: {usernames: [alice]}\n";
    let job = "{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: shop}, spec: {template: {spec: {hostPID: true, \
               containers: []}}}}\n";
    let folder = files(&[("config.yaml", config), ("pod.yaml", ROOT), ("job.yaml", job)]);
    let status =
        |file, user| check(folder.path(), &["--admission-config", "config.yaml", "--user", user, file], "").status;
    assert_eq!((status("pod.yaml", "alice"), status("pod.yaml", "Alice")), (0, 1));
    assert_eq!((status("job.yaml", "alice"), status("job.yaml", "bob")), (1, 1));
}

#[test]
fn a_bad_configuration_is_shown_with_its_line() {
    let config = "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\ndefaults:\n  enforce: strict\n";
    let folder = files(&[("config.yaml", config), ("pod.yaml", ROOT)]);
    let run = check(folder.path(), &["--admission-config", "config.yaml", "pod.yaml"], "");
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    let expected = "podline: error: config.yaml:4:12: defaults.enforce: invalid value \"strict\": must be one of privileged, \
                    baseline, restricted\n";
    assert_eq!(run.stderr, expected);
}

#[test]
fn one_level_for_all_and_levels_of_namespaces_exclude_each_other() {
    assert_eq!(cluster(&["--admission", "--level", "baseline", "."]).status, 2);
    let run = cluster(&["--user", "alice", "workloads.yaml"]);
    assert!(
        run.stderr.starts_with("podline: --user does nothing here: neither do namespaces decide nor"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_path_of_the_cluster_that_holds_nothing_is_said_beside_others() {
    let folder = files(&[("ns.yaml", &namespace("default", "baseline")), ("pod.yaml", ROOT), ("empty.yaml", "")]);
    fs::create_dir(folder.path().join("none")).expect("a directory");
    for (named, said) in [
        ("none", "none: no *.yaml, *.yml or *.json is there to be read"),
        ("empty.yaml", "empty.yaml: the file is empty"),
    ] {
        let run = check(folder.path(), &["--admission", "--cluster", "ns.yaml", "--cluster", named, "pod.yaml"], "");
        assert!(run.stderr.contains(&format!("podline: {said}\n")), "{}", run.stderr);
    }
    let run = check(folder.path(), &["--admission", "--cluster", "ns.yaml", "pod.yaml"], "");
    assert!(!run.stderr.contains("ns.yaml:"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_has_opened_is_no_path_of_the_cluster() {
    let folder = files(&[("pod.yaml", ROOT)]);
    assert!(std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().expect("mkfifo").success());
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    let arguments = ["check", "--admission", "--cluster", "pipe", "pod.yaml"];
    command.current_dir(folder.path()).env_clear().args(arguments).timeout(std::time::Duration::from_mins(1));
    let output = command.output().expect("podline runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(2) && stderr.contains("pipe: cannot be read: it is neither a regular"),
        "{stderr}"
    );
}
