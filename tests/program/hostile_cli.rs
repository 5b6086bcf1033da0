//! Odd users and odd surroundings: what the binary itself must bear.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const BAD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: bad}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";
const FORMATS: [&str; 3] = ["human", "concise", "json"];

/// podline in a directory, with nothing of the environment that could change its output.
fn podline(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    command.current_dir(directory).env_clear().args(arguments);
    command
}

/// What a run ends with: status, standard output, standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().expect("podline runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("podline ends by itself"), text(output.stdout), text(output.stderr))
}

/// A directory with these files.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().expect("a directory");
    for (name, text) in files {
        fs::write(directory.path().join(name), text).expect("a file");
    }
    directory
}

fn assert_harmless(text: &str) {
    let bad = text.chars().find(|&c| c != '\n' && podline::report::escape::is_unsafe(c));
    assert_eq!(bad, None, "{text:?}");
}

#[test]
#[cfg(unix)]
fn names_of_files_never_come_out_unescaped() {
    let evil = "a\u{1b}[31m\r\n::error::forged\u{202E}.yaml";
    let broken = "b\u{1b}]0;x\u{7}.yaml";
    let directory = directory(&[(evil, BAD), (broken, "kind: [\n")]);
    for format in FORMATS {
        for paths in [&["."][..], &[evil, broken], &["missing\u{1b}[2J\n::error::forged"]] {
            let mut command = podline(directory.path(), &["check", "-v", "--format", format]);
            let (status, stdout, stderr) = run(command.args(paths));
            assert!(status > 0);
            assert_harmless(&stdout);
            assert_harmless(&stderr);
            assert!(!stdout.lines().chain(stderr.lines()).any(|line| line.starts_with("::")), "{stdout}{stderr}");
            if format == "json" {
                let report: Value = serde_json::from_str(&stdout).expect("valid JSON");
                assert_eq!(report["findings"].as_array().map(Vec::is_empty), Some(status == 2));
            }
        }
    }
    let (_, stdout, _) = run(&mut podline(directory.path(), &["inspect", "."]));
    assert_harmless(&stdout);
}

/// Whether a line of the log of a build would be obeyed: by GitHub where it begins so, by others wherever it stands.
fn is_obeyed(line: &str) -> bool {
    let anywhere = ["##[", "##vso[", "##teamcity["];
    line.trim_start().starts_with("::") || anywhere.iter().any(|command| line.contains(command))
}

const FORGED: &str = "\
# podline: ignore[hostNamespaces] ##[error]reason
apiVersion: v1
kind: Pod
metadata:
  name: '::error::name'
  namespace: '::warning::namespace'
  labels: {app: '::notice::label', x: '##vso[task.complete]'}
spec:
  hostPID: true
  '##[error]field': 1
  containers:
  - {name: '##[group]container', image: '##teamcity[message]', securityContext: {capabilities: {add: ['##vso[x]']}}}
";

#[test]
fn a_usage_error_escapes_what_a_variable_holds() {
    for name in ["PODLINE_LEVEL", "PODLINE_TODAY", "PODLINE_THREADS", "PODLINE_QUIET"] {
        let base = directory(&[]);
        let mut command = podline(base.path(), &["check", "."]);
        let (status, _, stderr) = run(command.env(name, "x\n::error::y"));
        assert_eq!(status, 2);
        assert!(stderr.contains("x\\n::error::y") && !stderr.contains("\n::error"), "{stderr}");
        // As on a terminal, for which the message is styled.
        let mut command = podline(base.path(), &["check", "."]);
        let (_, _, stderr) = run(command.env("CLICOLOR_FORCE", "1").env(name, "x\x1b[31m\x1b]0;t\x07\n::error::y"));
        assert!(stderr.lines().all(|line| !line.contains(char::is_control) && !line.starts_with("::")), "{stderr:?}");
    }
}

#[test]
#[cfg(unix)]
fn no_command_makes_the_log_of_a_build_obey_a_file_or_its_name() {
    let forged_too = FORGED.replace("hostPID", "hostIPC");
    let names = ["::error::x.yaml", "##[group]x.yaml", "##vso[task]x.yaml", ":", " ::stop-commands::x"];
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (*name, FORGED)).collect();
    files.push(("::debug::broken.yaml", "kind: Pod\napiVersion: [\n"));
    let (base, head) = (directory(&files), directory(&[(names[0], &forged_too), (names[1], "::error::")]));
    let (names, other) = (&["--", names[0], names[1], names[2], names[3], names[4], "."][..], head.path());
    let other = other.to_str().expect("a path of text");
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["files"],
        vec!["files", "--config"],
        vec!["inspect"],
        vec!["levels", "-v"],
        vec!["levels", "--format=markdown"],
        vec!["levels", "--format=json"],
        vec!["levels", "--by=image"],
        vec!["levels", "--patch=commands"],
        vec!["waivers"],
        vec!["waivers", "--format=csv"],
        vec!["waivers", "--format=json"],
        vec!["check", "--statistics"],
        vec!["check", "--admission", "-v"],
        vec!["check", "--color=always"],
        vec!["check", "--\n::error::no such option"],
        vec!["diff", other, "."],
        vec!["diff", "-v", "--format=concise", ".", other],
        vec!["diff", "--format=json", ".", other],
        vec!["explain", "::error::no such rule"],
    ];
    for format in ["human", "concise", "json", "sarif", "junit", "gitlab", "policy-report", "markdown", "html"] {
        commands.push(vec!["check", "-v", "--format", format]);
    }
    for command in commands {
        let takes_files = !matches!(command[0], "diff" | "explain");
        let paths = if takes_files { names } else { &[] };
        let (_, stdout, stderr) = run(podline(base.path(), &command).args(paths));
        assert!(stdout.len() + stderr.len() > 100 || !takes_files, "{command:?}: {stdout}{stderr}");
        let obeyed = stdout.lines().chain(stderr.lines()).find(|line| is_obeyed(line));
        assert_eq!(obeyed, None, "{command:?}");
    }
}

#[test]
fn the_name_of_standard_input_never_comes_out_unescaped() {
    let name = "a\u{1b}[31m\n\u{2028}::error::forged\u{202E}";
    for format in FORMATS {
        for input in [BAD, "", "[", "# nothing\n"] {
            let mut command =
                podline(Path::new("."), &["check", "-v", "--format", format, "--stdin-filename", name, "-"]);
            let (status, stdout, stderr) = run(command.write_stdin(input));
            // Nothing at all is no manifest of anybody's.
            assert_eq!(status, if input == BAD { 1 } else { 2 }, "{format} {input:?}: {stdout}{stderr}");
            assert_harmless(&stdout);
            assert_harmless(&stderr);
        }
    }
}

#[test]
fn odd_names_of_rules() {
    let directory = directory(&[("a.yaml", BAD)]);
    for name in ["nope", "pss/", "/", "[", "{a,b", "pss/\u{1b}[31m", "PRIVILEGED", "**/x", "é"] {
        for option in ["--select", "--ignore"] {
            let (status, stdout, stderr) = run(&mut podline(directory.path(), &["check", option, name, "."]));
            assert_eq!((status, stdout.as_str()), (2, ""), "{option} {name}: {stderr}");
            assert!(stderr.starts_with("podline: error: ") && stderr.contains(option), "{stderr}");
            assert_harmless(&stderr);
        }
    }
    for (option, name, expected) in
        [("--select", "*", 1), ("--ignore", "*", 0), ("--select", "pss/[hp]*", 1), ("--ignore", " , ,", 1)]
    {
        let (status, _, stderr) = run(&mut podline(directory.path(), &["check", option, name, "."]));
        assert_eq!(status, expected, "{option} {name}: {stderr}");
    }
}

#[test]
fn odd_values_in_the_environment_are_usage_errors() {
    let directory = directory(&[("a.yaml", BAD)]);
    for (name, value) in [
        ("PODLINE_LEVEL", "strict"),
        ("PODLINE_LEVEL", "baseline:"),
        ("PODLINE_LEVEL", "baseline:v1.99999999999999999999"),
        ("PODLINE_QUIET", "maybe"),
        ("PODLINE_VERBOSE", "2"),
        ("PODLINE_FORMAT", "xml"),
        ("PODLINE_THREADS", "0"),
        ("PODLINE_THREADS", "-1"),
        ("PODLINE_KUBERNETES_VERSION", "v2.0"),
        ("PODLINE_SELECT", "nope"),
        ("PODLINE_FAIL_ON", "fatal"),
        ("PODLINE_COLOR", "mauve"),
    ] {
        let (status, stdout, stderr) = run(podline(directory.path(), &["check", "."]).env(name, value));
        assert_eq!((status, stdout.as_str()), (2, ""), "{name}={value}");
        assert!(!stderr.is_empty(), "{name}={value}");
    }
    for (name, value) in
        [("PODLINE_SELECT", ""), ("PODLINE_SELECT", " ,"), ("PODLINE_IGNORE", ""), ("PODLINE_EXCLUDE", "")]
    {
        let (status, stdout, _) = run(podline(directory.path(), &["check", "."]).env(name, value));
        assert_eq!(
            (status, stdout.contains("Found 1 error")),
            (1, true),
            "{name}={value}: nothing is chosen, and nothing hidden"
        );
    }
    for value in ["", "0", "no", "FALSE"] {
        let (status, stdout, _) = run(podline(directory.path(), &["check", "."]).env("PODLINE_QUIET", value));
        assert_eq!((status, stdout.contains("Checked 1 file")), (1, true), "PODLINE_QUIET={value}");
    }
}

#[test]
fn json_is_valid_whatever_was_read() {
    let control: String = (0..=255).map(char::from).collect();
    let files = [
        ("broken.yaml", "kind: [\n"),
        ("control.yaml", control.as_str()),
        ("bad.yaml", BAD),
        ("empty.yaml", ""),
        ("none.json", "[1, 2"),
        ("stray.yaml", "a: 1\n---\n- b\n"),
        ("deep.yaml", &"[".repeat(1000)),
    ];
    let directory = directory(&files);
    let mut paths: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    paths.push("missing.yaml");
    for paths in [&["."][..], &paths] {
        let (status, stdout, _) = run(podline(directory.path(), &["check", "--format", "json"]).args(paths));
        assert_eq!(status, if paths.len() > 1 { 2 } else { 1 });
        let report: Value = serde_json::from_str(&stdout).expect("valid JSON");
        let findings = report["findings"].as_array().expect("a list");
        let errors = findings.iter().filter(|finding| finding["severity"] == "error").count();
        assert_eq!(report["summary"]["errors"], errors);
        assert!(findings.iter().any(|finding| finding["rule"] == "pss/hostNamespaces"));
    }
    let (_, stdout, _) = run(podline(directory.path(), &["inspect", "."]).args(&paths));
    for line in stdout.lines() {
        serde_json::from_str::<Value>(line).expect("each line is valid JSON");
    }
}

#[test]
fn a_thousand_paths() {
    let directory = TempDir::new().expect("a directory");
    let names: Vec<String> = (0..1000).map(|index| format!("{index:04}.yaml")).collect();
    for name in &names {
        fs::write(directory.path().join(name), BAD).expect("a file");
    }
    let mut outputs = Vec::new();
    for threads in ["1", "8"] {
        let mut command = podline(directory.path(), &["check", "--format", "concise", "--threads", threads]);
        let (status, stdout, _) = run(command.args(&names).args(&names).arg("."));
        assert_eq!((status, stdout.lines().count()), (1, 1000), "each file is read once");
        outputs.push(stdout);
    }
    assert_eq!(outputs[0], outputs[1]);
    assert!(outputs[0].lines().zip(&names).all(|(line, name)| line.starts_with(name.as_str())));
}

#[test]
fn a_million_threads() {
    let directory = directory(&[("a.yaml", BAD)]);
    let (status, _, stderr) = run(&mut podline(directory.path(), &["check", "--threads", "1000000", "."]));
    assert_eq!((status, stderr.as_str()), (1, ""));
}

#[test]
#[cfg(target_os = "linux")]
fn standard_output_that_is_full_is_status_2() {
    let directory = directory(&[("a.yaml", BAD)]);
    for format in FORMATS {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let binary = Command::cargo_bin("podline").expect("the binary is built").get_program().to_owned();
        let output = std::process::Command::new(binary)
            .current_dir(directory.path())
            .args(["check", "--format", format, "."])
            .stdout(full)
            .stderr(std::process::Stdio::piped())
            .output()
            .expect("podline runs");
        assert_eq!(output.status.code(), Some(2), "{format}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("cannot write to standard output"), "{format}: {stderr}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn devices_and_pipes_can_be_named() {
    for path in ["/dev/stdin", "/proc/self/fd/0"] {
        let (status, stdout, stderr) =
            run(podline(Path::new("/"), &["check", "--format", "concise", path]).write_stdin(BAD));
        assert_eq!(status, 1, "{path}: {stderr}");
        assert!(stdout.contains(": error[pss/hostNamespaces]"), "{path}: {stdout}");
    }
}

#[test]
#[cfg(unix)]
fn directories_that_lead_to_themselves() {
    let directory = directory(&[("a.yaml", BAD)]);
    let inner = directory.path().join("inner");
    fs::create_dir(&inner).expect("a directory");
    std::os::unix::fs::symlink("..", inner.join("loop")).expect("a link");
    std::os::unix::fs::symlink("self.yaml", directory.path().join("self.yaml")).expect("a link");
    for path in [".", "inner/loop", "inner/loop/inner/loop"] {
        let (status, stdout, stderr) = run(&mut podline(directory.path(), &["check", "--format", "concise", path]));
        assert!(status > 0, "{stderr}");
        assert_eq!(stdout.lines().count(), 1, "{path}: {stdout}");
    }
}
