//! The command line as its users meet it: output, exit status, standard error.

use std::fs;
use std::path::Path;

use crate::support::command::{Run, podline, run};
use crate::support::shared;
use assert_cmd::Command;

fn check(arguments: &[&str]) -> Run {
    run(podline(&["check"]).args(arguments))
}

const CLEAN: &str = "{apiVersion: v1, kind: Pod, metadata: {name: clean}, spec: {securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";
const ROOT: &str = "{apiVersion: v1, kind: Pod, metadata: {name: bad}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";

// What people and programs see.

#[test]
fn the_example_for_people() {
    let run = check(&["fixtures/example"]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""));
}

#[test]
fn the_example_on_one_line_each() {
    let run = check(&["--format", "concise", "fixtures/example"]);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn the_example_for_programs() {
    let run = check(&["--format", "json", "fixtures/example"]);
    insta::assert_snapshot!(run.stdout);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["summary"]["errors"], report["findings"].as_array().map(Vec::len).expect("a list"));
}

#[test]
fn broken_yaml_is_shown_and_the_documents_around_it_are_judged() {
    insta::assert_snapshot!(check(&["fixtures/cases/syntax.yaml"]).stdout);
}

#[test]
fn every_wrong_type_of_an_object_is_shown() {
    insta::assert_snapshot!(check(&["fixtures/cases/wrong-type.yaml"]).stdout);
}

#[test]
fn what_fifty_containers_lack_is_told_once() {
    insta::assert_snapshot!(check(&["fixtures/cases/fifty-containers.yaml"]).stdout);
}

#[test]
fn verbose_adds_what_the_api_server_says() {
    let run = check(&["-v", "--select", "privileged", "fixtures/example"]);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn after_the_blocks_come_counts() {
    insta::assert_snapshot!(check(&["--max-findings", "1", "fixtures/example"]).stdout);
}

#[test]
fn statistics_alone() {
    insta::assert_snapshot!(check(&["--statistics", "fixtures/example"]).stdout);
}

#[test]
fn inspect_shows_what_kubernetes_reads() {
    let input = "a: yes\n--- x\nb: 0x10 # c\n---\nc: [\n";
    let run = run(podline(&["inspect", "-"]).write_stdin(input));
    insta::assert_snapshot!(run.stdout);
    assert_eq!(run.status, 1);
}

#[test]
fn a_kustomize_repository_with_patches_templates_and_secrets() {
    let run = check(&["-v", "fixtures/kustomize"]);
    insta::assert_snapshot!(format!("{}--- standard error\n{}", run.stdout, run.stderr));
}

#[test]
fn files_shows_what_a_check_would_read() {
    insta::assert_snapshot!(run(&mut podline(&["files", "--exclude", "*.enc.yaml", "fixtures/kustomize"])).stdout);
}

#[test]
fn an_argo_rollout_and_an_eck_elasticsearch() {
    let rollout = "fixtures/custom/argoproj.io_Rollout.yaml";
    let elasticsearch = "fixtures/custom/elasticsearch.k8s.elastic.co_Elasticsearch.yaml";
    insta::assert_snapshot!(check(&[rollout, elasticsearch]).stdout);
}

#[test]
fn explain_shows_the_page_of_a_rule() {
    insta::assert_snapshot!(run(&mut podline(&["explain", "hostPorts"])).stdout);
}

#[test]
fn explain_lists_the_rules() {
    insta::assert_snapshot!(run(&mut podline(&["explain"])).stdout);
}

#[test]
fn the_catalogue_is_json_for_tools() {
    let catalogue = run(&mut podline(&["explain", "--format", "json"])).stdout;
    let catalogue: serde_json::Value = serde_json::from_str(&catalogue).expect("JSON");
    assert_eq!(catalogue.as_array().map(Vec::len), Some(podline::rules::built_in().len()));
}

#[test]
fn deny_fails_on_what_was_skipped() {
    let status = |deny: &[&str]| check(&[deny, &["fixtures/kustomize/chart"]].concat()).status;
    assert_eq!(status(&[]), 0);
    assert_eq!(status(&["--deny=all"]), 1);
    assert_eq!(status(&["--deny", "encrypted,unrendered"]), 1);
    assert_eq!(status(&["--deny=policy"]), 0);
    assert_eq!(status(&["--deny=nonsense"]), 2);
}

#[test]
fn deny_fails_on_verdicts_that_are_not_sure() {
    let denied = |what: &str, level: &str, input: &str| {
        let deny = format!("--deny={what}");
        run(podline(&["check", &deny, "--fail-on=never", "--level", level, "-"]).write_stdin(input)).status
    };
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: b}]}}\n";
    assert_eq!(["unjudged", "undecided", "unknown-version"].map(|what| denied(what, "baseline", pod)), [0, 0, 0]);
    assert_eq!(denied("unknown-version", "baseline:v1.99", pod), 1);
    let cluster = ["check", "--deny=unknown-version", "--fail-on=never", "--kubernetes-version=v1.99", "-"];
    let told = run(podline(&cluster).write_stdin(pod));
    assert!(told.status == 1 && told.stderr.contains("1 unknown-version: denied by --deny"), "{}", told.stderr);
    let unknown = "{apiVersion: example.org/v1, kind: Web, metadata: {name: a}, spec: {template: {spec: {containers: \
                   [{name: a, image: b}]}}}}\n";
    assert_eq!(denied("unjudged", "baseline", unknown), 1);
    let incomplete = "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: a}, spec: \
                      {predictor: {containers: [{name: a, image: b}]}}}\n";
    assert_eq!(denied("undecided", "restricted", incomplete), 1);
}

#[test]
fn an_option_or_command_of_an_earlier_podline_is_an_error_that_names_the_new_one() {
    for (arguments, now) in [
        (&["check", "--baseline=a", "."][..], "--baseline was renamed to --accepted"),
        (&["check", "--write-baseline", "a", "."], "--write-baseline was renamed to --write-accepted"),
        (&["levels", "--namespaces-from", "a", "."], "--namespaces-from was renamed to --cluster"),
        (&["diff", "--deny-skipped", "a", "b"], "--deny-skipped was renamed to --deny"),
        (&["rules", "--format", "json"], "podline rules was renamed to podline explain --format markdown (or json)"),
    ] {
        let run = run(&mut podline(arguments));
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.stderr.contains(now), "{}", run.stderr);
    }
    let run = run(podline(&["check", "-"]).env("PODLINE_BASELINE", "a.jsonl"));
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("PODLINE_BASELINE was renamed to PODLINE_ACCEPTED"), "{}", run.stderr);
}

#[test]
fn labels_of_namespaces_are_hinted_at_unless_a_level_was_chosen() {
    let input = "{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: baseline}}}";
    let hinted = |arguments: &[&str]| run(podline(arguments).write_stdin(input)).stderr.contains("--level");
    assert!(hinted(&["check", "-"]));
    assert!(!hinted(&["check", "--level", "baseline", "-"]));
}

#[test]
fn twenty_hard_places() {
    let level = ["--select", "pss/*,manifest/*", "--max-findings", "0", "--level"];
    let run = |level_version| check(&[&level[..], &[level_version, "fixtures/cases/locations.yaml"]].concat()).stdout;
    insta::assert_snapshot!(run("baseline"));
    insta::assert_snapshot!(run("restricted"));
}

// Exit status.

#[test]
fn status_0_is_clean() {
    let run = run(podline(&["check", "-"]).write_stdin(CLEAN));
    assert_eq!(run.status, 0, "{}", run.stdout);
}

#[test]
fn status_2_wins_and_what_could_be_read_is_reported() {
    let run = check(&["fixtures/cases/syntax.yaml", "no/such/file.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stdout.contains("pss/hostNamespaces"), "{}", run.stdout);
    assert!(run.stderr.contains("no/such/file.yaml"), "{}", run.stderr);
}

#[test]
fn a_directory_without_manifests_is_status_2() {
    let empty = tempfile::tempdir().expect("a directory");
    let run = check(&[empty.path().to_str().expect("UTF-8")]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("no file to read"), "{}", run.stderr);
}

#[test]
fn a_hook_with_nothing_left_to_read_is_clean() {
    let run = check(&["--as-walked", "README.md"]);
    assert_eq!((run.status, run.stderr.contains("error")), (0, false), "{}", run.stderr);
}

#[test]
fn standard_input_without_any_object_is_status_2() {
    for input in ["", "# only a comment\n", "---\n", "a: 1\n", "Error: chart not found\n"] {
        let run = run(podline(&["check", "-"]).write_stdin(input));
        assert_eq!(run.status, 2, "{input:?}: {}", run.stderr);
    }
}

#[test]
fn usage_errors_are_status_2() {
    for arguments in
        [&["--level", "strict"][..], &["--level", "baseline:1.31"], &["--select", "nonsense"], &["--threads", "0"]]
    {
        assert_eq!(check(arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn a_misspelt_rule_is_answered_with_the_nearest() {
    let run = check(&["--ignore", "privilegd", "fixtures/example"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("did you mean privileged?"), "{}", run.stderr);
}

#[test]
fn fail_on_chooses_what_makes_the_status_1() {
    let warning =
        "{apiVersion: example.com/v1, kind: Web, spec: {template: {spec: {containers: [{name: a, image: b}]}}}}\n";
    let status = |fail_on| run(podline(&["check", "--fail-on", fail_on, "-"]).write_stdin(warning)).status;
    assert_eq!([status("error"), status("warning"), status("note"), status("never")], [0, 1, 1, 0]);
}

#[test]
fn no_pod_template_at_all_is_said_and_is_clean() {
    let run = run(podline(&["check", "-"]).write_stdin("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"));
    assert_eq!(run.status, 0);
    assert!(run.stderr.contains("no pod template"), "{}", run.stderr);
}

// Options.

#[test]
fn a_level_and_version_are_judged_as_asked() {
    let rules = |level| {
        let run = run(podline(&["check", "--format", "concise", "--level", level, "-"]).write_stdin(ROOT));
        run.stdout.lines().filter(|line| line.contains("pss/")).count()
    };
    assert_eq!([rules("privileged"), rules("baseline"), rules("restricted:v1.0")], [0, 1, 1]);
}

#[test]
fn an_option_can_come_from_the_environment() {
    let run =
        run(podline(&["check", "-"]).env("PODLINE_LEVEL", "privileged").env("PODLINE_QUIET", "yes").write_stdin(ROOT));
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
}

#[test]
fn an_option_that_is_given_wins_over_a_default_of_the_environment_that_excludes_it() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";
    let judged = |arguments: &[&str], name: &str, value: &str| {
        run(podline(&[&["check", "-v", "-"], arguments].concat()).env(name, value).write_stdin(pod))
    };
    let by_namespace = judged(&["--admission"], "PODLINE_LEVEL", "restricted");
    assert_eq!(by_namespace.status, 0, "no label refuses it: {}", by_namespace.stderr);
    assert!(by_namespace.stderr.contains("PODLINE_LEVEL is ignored"), "{}", by_namespace.stderr);
    let by_level = judged(&["--level", "baseline"], "PODLINE_ADMISSION", "1");
    assert_eq!(by_level.status, 1);
    assert!(by_level.stderr.contains("PODLINE_ADMISSION and its configuration are ignored"), "{}", by_level.stderr);
    let report = judged(&["--output=json=-"], "PODLINE_FORMAT", "github");
    assert!(report.stdout.starts_with("{\"schema\""), "{}{}", report.stdout, report.stderr);
    let fixed = judged(&["--fix", "--unsafe-fixes"], "PODLINE_DIFF", "1");
    assert!(fixed.stdout.starts_with("{apiVersion"), "{}{}", fixed.stdout, fixed.stderr);
    for (name, value) in [("PODLINE_USER", "me"), ("PODLINE_CLUSTER", "missing")] {
        assert_eq!(
            judged(&["--level", "privileged"], name, value).status,
            0,
            "{name} means something with --admission"
        );
    }
    let unconfigured = judged(&["--no-config"], "PODLINE_CONFIG", "missing.yaml");
    assert_eq!(unconfigured.status, 1, "{}", unconfigured.stderr);
    for (name, value) in [("PODLINE_ADMISSION", "0"), ("PODLINE_ADMISSION", "")] {
        assert_eq!(judged(&["--level", "privileged"], name, value).status, 0, "{name}={value}");
    }
}

#[test]
fn two_options_that_exclude_each_other_are_a_usage_error() {
    for arguments in [
        &["--level=baseline", "--admission"][..],
        &["--fix-as=kustomize", "--fix-dir=x", "--diff"],
        &["--config=a", "--no-config"],
    ] {
        let run = check(arguments);
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.stderr.contains("Usage: podline check"), "{}", run.stderr);
    }
}

#[test]
fn choosing_other_rules_does_not_hide_what_cannot_be_judged() {
    let run = check(&["--select", "pss/privileged", "--format", "concise", "fixtures/cases/syntax.yaml"]);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("manifest/invalid-yaml"), "{}", run.stdout);
}

#[test]
fn standard_input_has_the_name_that_is_given() {
    let run = run(podline(&["check", "--format", "concise", "--stdin-filename", "web.yaml", "-"]).write_stdin(ROOT));
    assert!(run.stdout.starts_with("web.yaml:1:"), "{}", run.stdout);
}

#[test]
fn quiet_leaves_only_findings() {
    let run = run(podline(&["check", "-q", "-"]).write_stdin(CLEAN));
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn colours_come_only_when_asked_for_or_on_a_terminal() {
    let colored = |command: &mut Command| run(command.write_stdin(ROOT)).stdout.contains('\u{1b}');
    assert!(!colored(&mut podline(&["check", "-"])));
    assert!(colored(&mut podline(&["check", "--color", "always", "-"])));
    assert!(colored(podline(&["check", "-"]).env("FORCE_COLOR", "1")));
    assert!(!colored(podline(&["check", "-"]).env("FORCE_COLOR", "1").env("NO_COLOR", "1")));
}

#[test]
fn something_piped_in_that_nobody_named_is_hinted_at() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("a.yaml"), CLEAN).expect("written");
    let run = run(podline(&["check"]).current_dir(directory.path()).write_stdin(ROOT));
    assert!(run.stderr.contains("podline check -"), "{}", run.stderr);
    assert_eq!(run.status, 0);
}

#[test]
fn text_from_a_manifest_never_comes_out_unescaped() {
    let name = "\\u001b[31mred\\u202e\\n::error::";
    let manifest = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"{name}\"}},\"spec\":{{\"containers\":[{{\"name\":\"{name}\"}}]}}}}"
    );
    for format in ["human", "concise", "json"] {
        let command =
            &mut podline(&["check", "-v", "--format", format, "--stdin-filename", "\u{1b}]0;x\u{7}.yaml", "-"]);
        let run = run(command.write_stdin(manifest.as_str()));
        let text = run.stdout + &run.stderr;
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{format}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("::error")), "{format}");
    }
}

// Nothing depends on threads or on the reader of the output.

#[test]
fn the_output_has_the_same_bytes_with_any_number_of_threads() {
    let corpus = shared("corpus");
    let path = corpus.as_deref().unwrap_or(Path::new("fixtures")).to_str().expect("UTF-8").to_owned();
    for format in ["human", "concise", "json"] {
        let with = |threads| check(&["--format", format, "--max-findings", "0", "--threads", threads, &path]);
        let (one, eight) = (with("1"), with("8"));
        assert!(one.stdout == eight.stdout && one.stderr == eight.stderr, "{format}");
        assert!(!one.stdout.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly_with_the_same_status() {
    let script =
        format!("{} check fixtures/example 2>&1 >/dev/full", assert_cmd::cargo::cargo_bin("podline").display());
    let full = std::process::Command::new("sh").args(["-c", &script]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let full = full.expect("a shell");
    assert_eq!(full.status.code(), Some(2), "a full disk is told");
    assert!(String::from_utf8_lossy(&full.stdout).contains("cannot write"));
    let script =
        "{ \"$0\" check --max-findings 0 fixtures/cases fixtures/custom; echo status $? >&2; } | head -n 1 >/dev/null";
    let closed = std::process::Command::new("sh")
        .args(["-c", script])
        .arg(assert_cmd::cargo::cargo_bin("podline"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("a shell");
    assert_eq!(String::from_utf8_lossy(&closed.stderr), "status 1\n");
}

#[test]
fn the_readme_shows_what_the_example_prints() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README");
    let shown = format!("```console\n$ podline check fixtures/example\n{}```", check(&["fixtures/example"]).stdout);
    assert!(readme.contains(&shown), "the README's output is not what is printed:\n{shown}");
}
