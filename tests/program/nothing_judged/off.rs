//! Runs in which pods are read and no rule is left that judges them: that is said first, and can be denied.

use super::POD;
use crate::support::command::{Run, Scratch};

const OFF: &str = "--select, --ignore or the configuration leave no rule that judges the only pod template";
const PRIVILEGED: &str = "the only pod template is at the level privileged, which forbids nothing";

/// A run on a pod, with this configuration beside it.
fn check(configuration: &str, arguments: &[&str]) -> Run {
    let scratch = Scratch::repository(&[("podline.yaml", configuration), ("pod.yaml", POD)]);
    scratch.podline(&[&["check"], arguments, &["pod.yaml"]].concat())
}

/// A configuration, arguments, and why nothing is judged by them.
const OFFS: &[(&str, &[&str], &str)] = &[
    ("", &["--ignore", "pss/*"], OFF),
    ("", &["--select", "manifest/wrong-type"], OFF),
    ("", &["--select", "local/*"], OFF),
    // A rule that baseline does not have.
    ("level: baseline\n", &["--select", "runAsNonRoot"], OFF),
    ("rules: {'pss/*': off}\n", &[], OFF),
    ("namespaces: [{match: {namespaces: ['*']}, rules: {'pss/*': off}}]\n", &[], OFF),
    ("level: privileged\n", &[], PRIVILEGED),
    ("namespaces: [{match: {namespaces: [default]}, level: privileged}]\n", &[], PRIVILEGED),
    // It asks nothing of pods.
    ("rules: {'pss/*': off}\npolicies: [{name: a, allowedIngressClasses: [a]}]\n", &[], OFF),
    ("rules: {'pss/*': off}\npolicies: [{name: a, match: {namespaces: [b]}, hostPID: true}]\n", &[], OFF),
    ("policies: [{name: a, hostPID: true}]\n", &["--ignore", "pss/*,local/*"], OFF),
];

#[test]
fn a_run_in_which_no_rule_judges_a_pod_says_so_in_every_way_of_turning_them_off() {
    for (configuration, arguments, why) in OFFS {
        let run = check(configuration, arguments);
        let warning = format!("podline: warning: nothing was judged: {why}\n");
        assert_eq!(run.status, 0, "{configuration} {arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(&warning), "{configuration} {arguments:?}: {}", run.stderr);
        assert!(run.stdout.starts_with(&format!("Nothing was judged: {why}. ")), "{configuration}: {}", run.stdout);
    }
}

#[test]
fn a_run_in_which_no_rule_judges_a_pod_can_be_denied() {
    for (configuration, arguments, _) in OFFS {
        let run = check(configuration, &[*arguments, &["--deny", "unjudged"]].concat());
        let said = "podline: error: 1 unjudged: denied by --deny";
        assert!(run.status == 1 && run.stderr.contains(said), "{configuration} {arguments:?}: {}", run.stderr);
    }
    let by_configuration = check("rules: {'pss/*': off}\ndeny: [unjudged]\n", &[]);
    assert!(by_configuration.stderr.contains("1 unjudged: denied by the configuration"), "{}", by_configuration.stderr);
}

#[test]
fn a_pod_that_some_rule_judges_is_judged() {
    for (configuration, arguments) in [
        ("", &["--select", "runAsNonRoot"][..]),
        ("rules: {'pss/*': off, 'pss/privileged': error}\n", &[]),
        ("rules: {'pss/*': note}\n", &[]),
        ("rules: {'pss/*': off}\npolicies: [{name: a, hostPID: true}]\n", &[]),
        (
            "level: privileged\npolicies: [{name: a, requiredLabels: [{name: a, kinds: [Deployment]}, {name: b}]}]\n",
            &[],
        ),
        ("level: privileged\n", &["--level", "baseline"]),
        // It was asked for.
        ("", &["--level", "privileged"]),
    ] {
        let run = check(configuration, &[arguments, &["--deny", "unjudged"]].concat());
        assert!(!run.stderr.contains("judged"), "{configuration} {arguments:?}: {}", run.stderr);
    }
}

#[test]
fn one_pod_that_is_judged_among_others_is_enough() {
    let configuration = "namespaces: [{match: {namespaces: [b]}, level: privileged}]\n";
    let other = POD.replace("{name: p}", "{name: p, namespace: b}");
    let scratch = Scratch::repository(&[("podline.yaml", configuration), ("pod.yaml", POD), ("other.yaml", &other)]);
    let run = scratch.podline(&["check", "--deny=unjudged", "pod.yaml", "other.yaml"]);
    assert_eq!((run.status, run.stderr), (0, String::new()));
}

#[test]
fn pods_that_are_not_judged_for_several_reasons_are_counted_by_reason() {
    let configuration = "namespaces:\n- {match: {namespaces: [b]}, level: privileged}\n- {match: {namespaces: ['*']}, rules: \
                         {'pss/*': off}}\n";
    let other = POD.replace("{name: p}", "{name: p, namespace: b}");
    let scratch = Scratch::repository(&[("podline.yaml", configuration), ("pods.yaml", &format!("{POD}---\n{other}"))]);
    let run = scratch.podline(&["check", "pods.yaml"]);
    let said = "nothing was judged: of 2 pod templates 1 at the level privileged, 1 under no rule that is left";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn what_the_cluster_itself_exempts_is_said_and_not_denied() {
    let exempt = "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\nexemptions: \
                  {namespaces: [default]}\n";
    let scratch = Scratch::repository(&[("c.conf", exempt), ("pod.yaml", POD)]);
    let run = scratch.podline(&["check", "--admission-config=c.conf", "--deny=unjudged", "pod.yaml"]);
    assert!(run.stderr.contains("nothing was judged: the only pod template is exempt"), "{}", run.stderr);
    assert_eq!(run.status, 0, "{}", run.stderr);
}

#[test]
fn every_format_says_first_that_the_standards_are_off() {
    let scratch = Scratch::repository(&[("podline.yaml", "rules: {'pss/*': off}\n"), ("pod.yaml", POD)]);
    for format in
        ["human", "concise", "json", "sarif", "junit", "github", "gitlab", "policy-report", "markdown", "html"]
    {
        let run = scratch.podline(&["check", "--format", format, "pod.yaml"]);
        let text = if format == "concise" { &run.stderr } else { &run.stdout };
        assert!(text.to_lowercase().contains("nothing was judged"), "{format}: {text}");
        assert!(text.contains("leave no rule that judges"), "{format}: {text}");
    }
}
