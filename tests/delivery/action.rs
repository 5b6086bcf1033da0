//! The GitHub Action: each of its scripts, run with the environment that the runner would give it.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use podline::source::file::SourceFile;
use podline::yaml::{parse::parse, split::split, write::to_json};
use serde_json::Value;

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";

/// `action.yml`, as YAML means it.
fn action() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    let file = SourceFile::new("action.yml", fs::read(path).expect("an action")).expect("small");
    let tree = parse(&file, &split(&file)[0]).expect("YAML");
    let quote = |text: &str| serde_json::to_string(text).expect("a string");
    serde_json::from_str(&to_json(&tree, quote)).expect("JSON")
}

fn steps() -> Vec<Value> {
    action()["runs"]["steps"].as_array().expect("steps").clone()
}

fn step(name: &str) -> Value {
    steps().into_iter().find(|step| step["name"] == name).expect("a step")
}

/// A runner: its directories, and the contexts that expressions read.
struct Runner {
    scratch: tempfile::TempDir,
    /// `inputs.level` and the like.
    contexts: BTreeMap<String, String>,
    /// What the runner itself puts into the environment.
    variables: BTreeMap<String, String>,
}

impl Runner {
    fn new() -> Self {
        let scratch = tempfile::tempdir().expect("a directory");
        for directory in ["temp", "work", "bin", "action"] {
            fs::create_dir(scratch.path().join(directory)).expect("a directory");
        }
        let inputs = action()["inputs"].clone();
        let inputs = inputs.as_object().expect("inputs").iter();
        let default = |input: &Value| input["default"].as_str().expect("a default").to_owned();
        let contexts = inputs.map(|(name, input)| (format!("inputs.{name}"), default(input))).collect();
        let runner = Self { scratch, contexts, variables: BTreeMap::new() };
        let action_path = runner.path("action");
        runner
            .with("github.action_path", action_path.to_str().expect("UTF-8"))
            .with("github.action_ref", "main")
            .with("github.action_repository", "example/podline")
            .with("github.event.pull_request.base.sha", "")
            .with("github.event.merge_group.base_sha", "")
            .with("steps.base.outputs.base", "")
            .with("steps.install.outputs.program", assert_cmd::cargo::cargo_bin("podline").to_str().expect("UTF-8"))
            .variable("RUNNER_OS", "Linux")
            .variable("RUNNER_ARCH", "X64")
            .variable("GITHUB_SERVER_URL", "https://forge.example")
    }

    fn with(mut self, context: &str, value: &str) -> Self {
        self.contexts.insert(context.to_owned(), value.to_owned());
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn path(&self, path: &str) -> PathBuf {
        self.scratch.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
        fs::write(path, text).expect("written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// Puts a program in front of all others of its name.
    fn program(&self, name: &str, script: &str) {
        let path = format!("bin/{name}");
        self.write(&path, &format!("#!/bin/bash\n{script}\n"));
        fs::set_permissions(self.path(&path), fs::Permissions::from_mode(0o755)).expect("executable");
    }

    /// Runs the script of a step as the runner does.
    fn run(&self, name: &str) -> Output {
        let step = step(name);
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().expect("a script");
        let path = self.path("script.sh");
        fs::write(&path, script).expect("written");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&path);
        command.current_dir(self.path("work")).env_clear();
        let tools = std::env::var("PATH").expect("a path");
        command.env("PATH", format!("{}:{tools}", self.path("bin").display()));
        command.env("RUNNER_TEMP", self.path("temp")).envs(&self.variables);
        for file in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
            command.env(file, self.path(file));
        }
        for (name, value) in step["env"].as_object().expect("an environment") {
            let expression = value.as_str().expect("a string");
            let context =
                expression.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")).expect("one context");
            command.env(name, self.contexts.get(context).unwrap_or_else(|| panic!("{context}")));
        }
        command.output().expect("bash runs")
    }

    /// An output of the steps that ran.
    fn output(&self, name: &str) -> Option<String> {
        let written = self.read("GITHUB_OUTPUT");
        written.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const CHECK: &str = "Check the manifests";
const INSTALL: &str = "Get podline";

#[test]
fn no_script_holds_an_expression_and_every_input_is_used() {
    let text = steps().iter().map(Value::to_string).collect::<String>();
    for step in steps() {
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step}");
    }
    for name in action()["inputs"].as_object().expect("inputs").keys() {
        assert!(text.contains(&format!("inputs.{name} ")), "{name}");
    }
}

#[test]
fn the_upload_comes_before_the_step_that_fails() {
    let steps = steps();
    let at = |name: &str| steps.iter().position(|step| step["name"] == name).expect("a step");
    assert!(at("Upload to code scanning") < at("Fail on findings"));
    assert_eq!(at("Fail on findings"), steps.len() - 1);
}

#[test]
fn findings_are_annotated_reported_and_summarized_and_the_step_goes_on() {
    let runner = Runner::new().with("inputs.output-files", "junit=out/j.xml\r\njson=out/r.json\n");
    runner.write("work/deploy/pod.yaml", POD);
    let output = runner.run(CHECK);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("::error file=deploy/pod.yaml,"));
    assert_eq!(runner.output("status").as_deref(), Some("1"));
    let sarif = runner.output("sarif-file").expect("a report");
    assert!(fs::read_to_string(sarif).is_ok_and(|text| text.contains("hostNamespaces")));
    assert!(runner.read("GITHUB_STEP_SUMMARY").starts_with("## podline: 1 error\n"));
    assert!(runner.read("work/out/j.xml").contains("hostNamespaces") && !runner.read("work/out/r.json").is_empty());
}

#[test]
fn inputs_choose_what_is_judged() {
    let runner = Runner::new()
        .with("inputs.paths", "a.yaml\nb.yaml")
        .with("inputs.level", "privileged")
        .with("inputs.fail-on", "never")
        .with("inputs.format", "concise")
        .with("inputs.step-summary", "false")
        .with("inputs.category", "shop")
        .with("inputs.args", "--select\npss/*");
    runner.write("work/a.yaml", POD);
    runner.write("work/b.yaml", POD);
    assert_eq!(String::from_utf8_lossy(&runner.run(CHECK).stdout), "");
    assert_eq!(runner.output("status").as_deref(), Some("0"));
    assert_eq!(runner.read("GITHUB_STEP_SUMMARY"), "");
    assert!(runner.read("temp/podline/podline.sarif").contains(r#""id":"shop/""#));
}

#[test]
fn a_configuration_is_read_where_the_input_says() {
    let runner = Runner::new().with("inputs.config", "policy dir/podline.yaml");
    runner.write("work/pod.yaml", POD);
    runner.write("work/policy dir/podline.yaml", "level: privileged\n");
    let output = runner.run(CHECK);
    assert_eq!(runner.output("status").as_deref(), Some("0"), "{}", stderr(&output));
}

#[test]
fn admission_is_passed_on() {
    let runner = Runner::new().with("inputs.admission", "true");
    let runner = runner.with("steps.install.outputs.program", "/bin/echo");
    let output = runner.run(CHECK);
    let arguments = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(arguments.contains(" --admission ") && arguments.ends_with(" -- .\n"), "{arguments}");
}

#[test]
fn odd_paths_are_taken_as_they_are() {
    let names = [
        "a b.yaml",
        "$(touch owned).yaml",
        "`touch owned`.yaml",
        "--fix.yaml",
        "*.yaml",
        "'\";touch owned;.yaml",
        "ü.yaml",
    ];
    let runner = Runner::new().with("inputs.paths", &names.join("\n"));
    for name in names {
        runner.write(&format!("work/{name}"), POD);
    }
    runner.write("work/other.yaml", "not: named\n");
    let output = runner.run(CHECK);
    let annotated = String::from_utf8_lossy(&output.stdout).matches("::error ").count();
    assert_eq!((annotated, runner.output("status").as_deref()), (names.len(), Some("1")), "{}", stderr(&output));
    assert!(!runner.path("work/owned").exists());
}

#[test]
fn inputs_that_try_to_inject_are_values_and_nothing_else() {
    let attempts = [
        "$(touch owned)",
        "`touch owned`",
        "x; touch owned",
        "\"; touch owned; \"",
        "${IFS}x",
        "a' || touch owned #",
        "*",
    ];
    let inputs = action()["inputs"].as_object().expect("inputs").keys().cloned().collect::<Vec<_>>();
    for attempt in attempts {
        for input in inputs.iter().filter(|input| *input != "version" && *input != "sarif") {
            let runner = Runner::new().with(&format!("inputs.{input}"), attempt);
            runner.write("work/pod.yaml", POD);
            let output = runner.run(CHECK);
            assert!(!runner.path("work/owned").exists(), "{input}: {attempt}");
            assert!(output.status.success(), "{input}: {attempt}: {}", stderr(&output));
            let status = runner.output("status").expect("a status");
            assert!(status == "1" || status == "2", "{input}: {attempt}: {status}");
        }
    }
}

/// A pull request against `main` that makes one of two pods worse, and what the runner checks out of it: the merge of
/// the two, as actions/checkout has it without further inputs.
fn pull_request(event: &str) -> Runner {
    let runner = Runner::new().with("inputs.only-new", "true").variable("GITHUB_EVENT_NAME", event);
    runner.write("origin/old.yaml", POD);
    runner.write("origin/web.yaml", &POD.replace("hostPID: true, ", ""));
    let git = |directory: &str, arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "uploadpack.allowAnySHA1InWant=true",
        ]);
        let output = command.args(arguments).current_dir(runner.path(directory)).output().expect("git is here");
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    };
    git("origin", &["init", "-q", "-b", "main"]);
    git("origin", &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    git("origin", &["add", "-A"]);
    git("origin", &["commit", "-q", "-m", "base"]);
    let base = git("origin", &["rev-parse", "HEAD"]);
    git("origin", &["checkout", "-q", "-b", "change"]);
    runner.write("origin/web.yaml", POD);
    git("origin", &["commit", "-q", "-a", "-m", "change"]);
    git("origin", &["checkout", "-q", "main"]);
    runner.write("origin/other.yaml", POD);
    git("origin", &["add", "-A"]);
    git("origin", &["commit", "-q", "-m", "meanwhile"]);
    git("origin", &["checkout", "-q", "-b", "merge"]);
    git("origin", &["merge", "-q", "--no-ff", "-m", "merge", "change"]);
    let merge = git("origin", &["rev-parse", "HEAD"]);
    let url = format!("file://{}", runner.path("origin").display());
    git("work", &["init", "-q"]);
    git("work", &["remote", "add", "origin", &url]);
    git("work", &["fetch", "-q", "--no-tags", "--depth=1", "origin", &merge]);
    git("work", &["checkout", "-q", "FETCH_HEAD"]);
    let runner = runner.with("github.event.pull_request.base.sha", &base).variable("GITHUB_SHA", &merge);
    runner.with("github.event.merge_group.base_sha", &base)
}

const BASE: &str = "Find what to compare with";

/// Runs both steps; how many errors are annotated.
fn errors_that_are_new(runner: Runner) -> usize {
    let output = runner.run(BASE);
    assert!(output.status.success(), "{}", stderr(&output));
    let base = runner.output("base").expect("a base");
    let runner = runner.with("steps.base.outputs.base", &base);
    let output = runner.run(CHECK);
    assert_eq!(runner.output("status").as_deref(), Some("1"), "{}", stderr(&output));
    String::from_utf8_lossy(&output.stdout).matches("::error file=").count()
}

#[test]
fn only_what_a_pull_request_makes_worse_is_reported() {
    assert_eq!(errors_that_are_new(pull_request("pull_request")), 1);
    // Not the merge, but what was pushed: all of its history is fetched.
    let of_push = pull_request("pull_request").variable("GITHUB_SHA", &"0".repeat(40));
    assert_eq!(errors_that_are_new(of_push), 2, "since the branch began");
    assert_eq!(errors_that_are_new(pull_request("merge_group")), 2);
}

#[test]
fn what_cannot_be_fetched_says_how_and_other_events_report_all() {
    let runner = pull_request("merge_group");
    fs::remove_dir_all(runner.path("origin")).expect("it was there");
    let output = runner.run(BASE);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("set fetch-depth: 0 for actions/checkout"));
    let runner = pull_request("push");
    assert!(runner.run(BASE).status.success());
    assert_eq!(runner.output("base"), None);
    let runner = Runner::new().variable("GITHUB_EVENT_NAME", "pull_request");
    let output = runner.run(BASE);
    assert_eq!(output.status.code(), Some(2), "nothing is checked out");
}

#[test]
fn wrong_options_are_status_2_and_leave_nothing_to_upload() {
    let runner = Runner::new().with("inputs.level", "strict");
    runner.write("temp/podline/podline.sarif", "of another run");
    assert!(runner.run(CHECK).status.success());
    assert_eq!((runner.output("status").as_deref(), runner.output("sarif-file")), (Some("2"), None));
}

#[test]
fn the_last_step_ends_as_podline_did() {
    for status in ["0", "1", "2"] {
        let runner = Runner::new().with("steps.check.outputs.status", status);
        assert_eq!(runner.run("Fail on findings").status.code().map(|code| code.to_string()).as_deref(), Some(status));
    }
}

/// A release of `v1.2.3` on the disk, which a curl of the test's own fetches.
fn release(runner: &Runner, checksum: Option<&str>) {
    let archive = "podline-v1.2.3-x86_64-unknown-linux-musl.tar.gz";
    runner.write("release/podline", "#!/bin/bash\necho podline 1.2.3 \"$@\"\n");
    fs::set_permissions(runner.path("release/podline"), fs::Permissions::from_mode(0o755)).expect("executable");
    let packed = Command::new("tar").args(["-czf", archive, "podline"]).current_dir(runner.path("release")).status();
    assert!(packed.expect("tar").success());
    let sums = Command::new("sha256sum").arg(archive).current_dir(runner.path("release")).output().expect("sha256sum");
    let sums = String::from_utf8(sums.stdout).expect("UTF-8");
    let sums = checksum.map_or(sums, |checksum| format!("{checksum}  {archive}\n"));
    runner.write("release/SHA256SUMS", &sums);
    let base = "https://forge.example/example/podline/releases/download/v1.2.3/";
    let from = runner.path("release");
    let script = format!(
        "into=${{@: -2:1}} url=${{@: -1}}; [[ $url == {base}* ]] || exit 22\ncp \"{}/${{url##*/}}\" \"$into\"",
        from.display()
    );
    runner.program("curl", &script);
    runner.program("cargo", "echo built >&2; exit 1");
}

#[test]
fn the_release_of_its_own_tag_is_used_after_its_checksum_is_verified() {
    let runner = Runner::new().with("github.action_ref", "v1.2.3");
    release(&runner, None);
    let output = runner.run(INSTALL);
    assert!(output.status.success(), "{}", stderr(&output));
    let program = runner.output("program").expect("a program");
    assert_eq!(program, runner.path("temp/podline/podline").to_str().expect("UTF-8"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("podline 1.2.3 --version"));
}

#[test]
fn a_wrong_checksum_ends_it_and_nothing_is_unpacked_or_built() {
    for checksum in ["0".repeat(64), String::new()] {
        let runner = Runner::new().with("github.action_ref", "v1.2.3");
        release(&runner, Some(&checksum));
        let output = runner.run(INSTALL);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("checksum") && !stderr(&output).contains("built"), "{}", stderr(&output));
        assert!(!runner.path("temp/podline/podline").exists());
        assert_eq!(runner.output("program"), None);
    }
}

#[test]
fn without_a_release_podline_is_built_from_the_actions_own_source() {
    for (reference, architecture) in
        [("main", "X64"), ("v1.2.3", "X64"), ("v1.2.3", "RISCV"), ("v1", "X64"), ("", "ARM64")]
    {
        let runner = Runner::new().with("github.action_ref", reference).variable("RUNNER_ARCH", architecture);
        runner.program("curl", "exit 22");
        let build = "while [ \"$1\" != --target-dir ]; do [ \"$1\" != --manifest-path ] || echo \"$2\" >&2; shift; done\n\
                     mkdir -p \"$2/release\"; printf '#!/bin/bash\\necho own\\n' >\"$2/release/podline\"; chmod +x \"$2/release/podline\"";
        runner.program("cargo", build);
        let output = runner.run(INSTALL);
        assert!(output.status.success(), "{reference}: {}", stderr(&output));
        assert!(stderr(&output).contains(&format!("{}/Cargo.toml", runner.path("action").display())));
        assert!(String::from_utf8_lossy(&output.stdout).ends_with("own\n"));
        assert!(runner.output("program").is_some());
    }
}

#[test]
fn a_version_that_was_asked_for_is_that_one_or_an_error() {
    let runner = Runner::new().with("inputs.version", "v1.2.3");
    release(&runner, None);
    assert!(runner.run(INSTALL).status.success());
    for (version, why) in [
        ("v9.9.9", "cannot be downloaded"),
        ("../../x", "must be a release"),
        ("v1.2.3/$(touch owned)", "must be a release"),
    ] {
        let runner = Runner::new().with("inputs.version", version);
        release(&runner, None);
        let output = runner.run(INSTALL);
        assert_eq!(output.status.code(), Some(2), "{version}");
        assert!(stderr(&output).contains(why), "{version}: {}", stderr(&output));
        assert!(!runner.path("work/owned").exists());
    }
}
