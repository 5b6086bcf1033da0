//! Files of policies that hold none, are no files, or are read only in part.

use std::process::Stdio;
use std::time::Duration;

use crate::loaded_policies::{DEPLOYMENT, FEW, check, policy, rows};
use crate::support::command::{Scratch, podline, run};

const PARAM: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits}\ndata: {most: '2'}\n";

#[test]
fn a_file_or_a_directory_beside_others_in_which_no_policy_is_is_said() {
    let policies = policy("few", "deployments", FEW);
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
    let scratch = Scratch::repository(&[
        ("web.yaml", DEPLOYMENT),
        ("p.yaml", &policies),
        ("params/map.yaml", PARAM),
        ("namespaces/a.yaml", namespace),
    ]);
    for named in ["params", "params/map.yaml", "namespaces", "namespaces/a.yaml"] {
        let said = format!("podline: {named}: no policy is there, only what policies may refer to\n");
        let (_, run) = check(&scratch, &["--policy", "p.yaml", "--policy", named, "web.yaml"]);
        assert!(run.stderr.contains(&said) && run.status < 2, "{named}: {}", run.stderr);
        scratch.write("podline.yaml", &format!("policies: [{{file: p.yaml}}, {{file: {named}}}]\n"));
        let (report, run) = check(&scratch, &["web.yaml"]);
        assert!(run.stderr.contains(&said), "{named}: {}", run.stderr);
        assert_eq!(rows(&report), ["web null few 0 fail"]);
        let (_, run) = check(&scratch, &["--policy", named, "web.yaml"]);
        assert!(run.stderr.contains(&said) && run.status < 2, "{named} beside entries: {}", run.stderr);
        scratch.write("podline.yaml", "");
    }
}

#[test]
fn where_all_that_is_named_holds_no_policy_nothing_was_judged_by_it_and_that_is_exit_2() {
    let manifests = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: a}}\n---\n{PARAM}---\n{DEPLOYMENT}");
    let scratch = Scratch::repository(&[
        ("web.yaml", DEPLOYMENT),
        ("all/web.yaml", &manifests),
        ("params/map.yaml", PARAM),
        ("other/podline.yaml", "policies: [{file: p.yaml}]\n"),
        ("other/p.yaml", &policy("few", "deployments", FEW)),
        ("other/web.yaml", DEPLOYMENT),
    ]);
    let why = "no policy is there, only what policies may refer to";
    for named in ["all", "all/web.yaml", "params", "params,all"] {
        let (_, run) = check(&scratch, &["--policy", named, "web.yaml"]);
        let first = named.split(',').next().unwrap_or_default();
        let said = format!("podline: error: {first}: {why}\n");
        assert!(run.stderr.contains(&said) && run.status == 2, "{named}: {}", run.stderr);
        // The policies of a configuration are some, whichever files it is for.
        let (_, run) = check(&scratch, &["--policy", named, "web.yaml", "other"]);
        assert!(run.stderr.contains(&format!("podline: {first}: {why}\n")), "{named}: {}", run.stderr);
        assert!(run.status < 2, "{named}: {}", run.stderr);
    }
    scratch.write("podline.yaml", "policies: [{file: params}]\n");
    let (_, run) = check(&scratch, &["web.yaml"]);
    assert!(run.stderr.contains(why) && run.status == 2, "{}", run.stderr);
    let run = scratch.podline(&["explain", "--policy", "params", "privileged"]);
    assert!(run.stderr.contains(why) && run.status == 2, "{}", run.stderr);
}

#[test]
fn a_file_of_params_that_a_policy_names_is_not_said() {
    let spec = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  validations:\n  - expression: object.spec.replicas <= int(params.data.most)\n";
    let bound = crate::loaded_policies::binding("few", "[Deny]")
        + "  paramRef: {name: limits, namespace: default, parameterNotFoundAction: Deny}\n";
    let policies = [crate::loaded_policies::policy_alone("few", "deployments", spec), bound].join("---\n");
    let param = PARAM.replace("name: limits", "name: limits, namespace: default");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies), ("params/map.yaml", &param)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml,params", "web.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail"], "{}", run.stderr);
    assert!(!run.stderr.contains("no policy is there"), "{}", run.stderr);
}

#[test]
fn what_kubectl_never_reads_of_a_file_of_policies_is_an_error_at_its_place() {
    let stream = [policy("few", "deployments", FEW), policy("more", "deployments", FEW)];
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xFF, 0xFE].into_iter().chain(units).collect::<Vec<u8>>()
    };
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("ended.yaml", &stream.join("...\n"))]);
    std::fs::write(scratch.path("utf16.yaml"), utf16(&stream.join("---\n"))).expect("a file");
    std::fs::create_dir(scratch.path("all")).expect("a directory");
    std::fs::copy(scratch.path("utf16.yaml"), scratch.path("all/p.yaml")).expect("a file");
    for (file, why) in [
        ("utf16.yaml", "kubectl never reads this: of a file in UTF-16 it reads only the first document"),
        ("ended.yaml", "kubectl never reads this: the document has ended before it"),
    ] {
        let (_, run) = check(&scratch, &["--policy", file, "web.yaml"]);
        assert!(run.status == 2 && run.stderr.contains(why), "{file}: {}", run.stderr);
    }
    let (report, _) = check(&scratch, &["--policy", "all", "web.yaml"]);
    let refused = report["findings"].as_array().expect("findings").iter().any(|one| one["rule"] == "policy/refused");
    assert!(refused, "{report}");
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_as_a_file_of_policies_is_an_error_at_once() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT)]);
    let pipe = scratch.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    for file in ["pipe", "/dev/zero", "/dev/null"] {
        let mut command = podline(&["check", "--policy", file, "web.yaml"]);
        let run = run(command.current_dir(scratch.path("")).timeout(Duration::from_mins(1)));
        let said =
            format!("podline: error: {file}: cannot be read: it is neither a regular file nor a pipe such as <(...)");
        assert!(run.status == 2 && run.stderr.contains(&said), "{file}: {}", run.stderr);
    }
    let dash = run(podline(&["check", "--policy", "-", "web.yaml"]).current_dir(scratch.path("")));
    assert!(dash.status == 2 && dash.stderr.contains("write /dev/stdin"), "{}", dash.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn policies_come_from_standard_input_and_from_a_process_substitution() {
    let policies = policy("few", "deployments", FEW);
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies)]);
    let arguments = ["check", "--format=concise", "--policy", "/dev/stdin", "web.yaml"];
    let piped = run(podline(&arguments).current_dir(scratch.path("")).write_stdin(policies.clone()));
    assert!(piped.stdout.contains("[vap/few]"), "{}{}", piped.stdout, piped.stderr);
    let binary = podline(&[]).get_program().to_owned();
    let mut bash = std::process::Command::new("bash");
    let script = "\"$0\" check --format=concise --policy <(cat p.yaml) web.yaml";
    let bash = bash.arg("-c").arg(script).arg(binary).current_dir(scratch.path("")).stdin(Stdio::null());
    let output = bash.output().expect("bash");
    assert!(String::from_utf8_lossy(&output.stdout).contains("[vap/few]"), "{output:?}");
}

#[test]
fn to_select_the_rule_of_a_policy_that_is_refused_is_no_mistake() {
    let broken = policy("broken", "deployments", "  validations:\n  - expression: object.spec.paused\n");
    let scratch = Scratch::new(&[
        ("web.yaml", DEPLOYMENT),
        ("policies/broken.yaml", &broken),
        ("policies/few.yaml", &policy("few", "deployments", FEW)),
    ]);
    for selected in ["vap/broken", "vap/brok*", "vap/broken#0"] {
        let (report, run) = check(&scratch, &["--policy", "policies", "--select", selected, "web.yaml"]);
        assert!(run.status == 1 && !run.stderr.contains("no rule is called"), "{selected}: {}", run.stderr);
        assert_eq!(rows(&report), ["web null few 0 fail"]);
    }
    let (_, named) = check(&scratch, &["--policy", "policies/broken.yaml", "--select", "vap/broken", "web.yaml"]);
    assert!(named.status == 2 && named.stderr.contains("\"broken\" is invalid"), "{}", named.stderr);
    assert!(!named.stderr.contains("no rule is called"), "{}", named.stderr);
    let other = scratch.podline(&["check", "--policy", "policies", "--select", "vap/brocken", "web.yaml"]);
    assert!(other.status == 2 && other.stderr.contains("no rule is called"), "{}", other.stderr);
}
