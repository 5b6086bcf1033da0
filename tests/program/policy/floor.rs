//! A floor: nearer configurations tighten what stands above and never loosen it.

use crate::support::command::{Run, Scratch};

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: true
  containers: [{name: app, image: a}]
";

/// A check of a team's directory below a floor.
fn below(floor: &str, nearer: &str) -> Run {
    let scratch = Scratch::repository(&[
        ("podline.yaml", &format!("floor: true\n{floor}")),
        ("team/podline.yaml", nearer),
        ("team/deploy/pod.yaml", POD),
    ]);
    scratch.podline(&["check", "--format", "concise", "--today", "2026-12-01"])
}

#[test]
fn what_loosens_the_floor_is_an_error_that_names_both_lines() {
    for (floor, nearer, said) in [
        (
            "level: restricted\n",
            "level: baseline\n",
            "level is lower than the floor allows: the floor is podline.yaml:2 @ team/podline.yaml:1:8",
        ),
        ("level: baseline\n", "\nlevel: privileged\n", "level is lower @ team/podline.yaml:2:8"),
        ("level: baseline\n", "level: baseline:v1.20\n", "level is lower"),
        ("", "level: baseline\n", "the floor is podline.yaml:1"),
        (
            "kubernetes-version: v1.33\n",
            "kubernetes-version: v1.30\n",
            "kubernetes-version is older than the floor allows: the floor is podline.yaml:2",
        ),
        ("", "exclude: [deploy/]\n", "exclude leaves out what the floor judges @ team/podline.yaml:1:11"),
        ("", "rules: {'*': off}\n", "rules.* weighs less"),
        (
            "rules: {privileged: error}\n",
            "rules: {pss/privileged: warning}\n",
            "rules.pss/privileged weighs less than the floor allows",
        ),
        ("", "waivers: [{rules: [hostNamespaces], reason: so}]\n", "waivers waives what the floor does not"),
        ("", "accepted: some.jsonl\n", "accepted accepts what the floor does not"),
        (
            "",
            "namespaces: [{match: {namespaces: '*'}, level: privileged}]\n",
            "namespaces may judge by less than the floor",
        ),
        (
            "level: baseline\nnamespaces: [{match: {namespaces: pay}, level: restricted}]\n",
            "namespaces: [{match: {namespaces: '*'}, level: baseline}]\n",
            "namespaces may judge by less than the floor: the floor is podline.yaml:3",
        ),
        ("", "namespaces: [{match: {namespaces: shop}, rules: {hostNamespaces: off}}]\n", "lets rules weigh less"),
        ("admission: true\n", "level: restricted\n", "level loosens what judges by the labels"),
        ("", "admission: true\n", "admission judges by other labels"),
        (
            "waiver-policy: {in-manifests: deny}\n",
            "waiver-policy: {in-manifests: allow}\n",
            "waiver-policy.in-manifests lets more waivers count than the floor: the floor is podline.yaml:2",
        ),
        ("", "fail-on: never\n", "fail-on lets more pass than the floor allows: the floor is podline.yaml:1"),
        (
            "fail-on: note\n",
            "fail-on: warning\n",
            "fail-on lets more pass than the floor allows: the floor is podline.yaml:2",
        ),
        ("", "floor: false\n", "floor is false, which does not take the floor above away: the floor is podline.yaml:1"),
        ("deny: [unrendered]\n", "deny: []\n", "deny is empty, which does not allow what the floor denies"),
        ("waiver-policy: {until-within: 30}\n", "waiver-policy: {until-within: 90}\n", "lets waivers hold for longer"),
    ] {
        let run = below(floor, nearer);
        let all = said.split(" @ ").all(|said| run.stderr.contains(said));
        assert!(run.status == 2 && all, "{floor}{nearer}: {}", run.stderr);
    }
}

#[test]
fn what_tightens_the_floor_holds_and_the_rest_is_the_floors() {
    for (floor, nearer, status, found) in [
        ("level: privileged\n", "namespace: shop\n", 0, ""),
        ("level: privileged\n", "level: baseline\n", 1, "pss/hostNamespaces"),
        ("level: baseline\nrules: {hostNamespaces: off}\n", "level: baseline\n", 0, ""),
        (
            "level: baseline\nrules: {hostNamespaces: warning}\n",
            "rules: {hostNamespaces: error}\n",
            1,
            "error[pss/hostNamespaces]",
        ),
        (
            "level: baseline\nrules: {hostNamespaces: note}\n",
            "rules: {hostNamespaces: warning}\n",
            0,
            "warning[pss/hostNamespaces]",
        ),
        ("level: baseline\n", "namespaces: [{match: {namespaces: shop}, level: restricted}]\n", 1, "pss/runAsNonRoot"),
        (
            "level: baseline\nwaiver-policy: {until-within: 90}\n",
            "waiver-policy: {until-within: 30, in-manifests: deny}\n",
            1,
            "pss/hostNamespaces",
        ),
    ] {
        let run = below(floor, nearer);
        assert_eq!(run.status, status, "{floor}{nearer}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(found), "{floor}{nearer}: {}", run.stdout);
    }
}

#[test]
fn the_globs_of_a_floor_are_relative_to_it() {
    let waiver = "waivers: [{rules: [hostNamespaces], reason: so, match: {paths: team/deploy/}}]\n";
    let run = below(&format!("level: baseline\n{waiver}"), "level: baseline\n");
    assert_eq!((run.status, run.stdout.as_str()), (0, ""), "it is used: {}", run.stderr);
    let run = below("level: baseline\nexclude: [/team/deploy/]\n", "level: baseline\n");
    assert!(run.stderr.contains("excludes all of them"), "{}{}", run.stdout, run.stderr);
    let entry = "namespaces: [{match: {paths: team/}, level: privileged}]\n";
    assert_eq!(below(&format!("level: baseline\n{entry}"), "deny: [unrendered]\n").status, 0);
}

#[test]
fn a_configuration_between_is_no_way_around_a_floor_above_it() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "floor: true\nlevel: baseline\n"),
        ("team/podline.yaml", "level: restricted\n"),
        ("team/app/podline.yaml", "level: privileged\n"),
        ("team/app/pod.yaml", POD),
    ]);
    let run = scratch.podline(&["check"]);
    assert!(run.status == 2 && run.stderr.contains("the floor is podline.yaml:2"), "{}", run.stderr);
    scratch.write("podline.yaml", "level: baseline\n");
    assert_eq!(scratch.podline(&["check"]).status, 0, "without the floor the nearest one holds alone");
}

#[test]
fn files_says_which_line_of_which_file_decided() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "floor: true\nlevel: baseline\nrules:\n  hostPorts: warning\n"),
        ("team/podline.yaml", "extends: more.yaml\n"),
        ("team/more.yaml", "level: restricted\ndeny: [unrendered, unjudged]\n"),
        ("team/pod.yaml", POD),
    ]);
    let told = scratch.podline(&["files", "--config"]).stdout;
    let (_, told) = told.split_once("\nteam/podline.yaml, which extends team/more.yaml").expect("that of the team");
    for line in [
        "  team/more.yaml:1: level: restricted\n",
        "  team/more.yaml:2: deny: unrendered\n",
        "  team/more.yaml:2: deny: unjudged\n",
        "  podline.yaml:4: rules.hostPorts: warning\n",
        "  podline.yaml:1: floor: true\n",
    ] {
        assert!(told.contains(line), "{line}{told}");
    }
    assert!(!told.contains("podline.yaml:2: level"), "{told}");
}

#[test]
fn a_file_that_extends_a_floor_may_be_none() {
    let scratch = Scratch::repository(&[
        ("org.yaml", "floor: true\nlevel: restricted\n"),
        ("podline.yaml", "extends: org.yaml\nfloor: false\n"),
        ("team/podline.yaml", "level: privileged\n"),
        ("team/pod.yaml", POD),
    ]);
    assert_eq!(scratch.podline(&["check"]).status, 0);
    scratch.write("podline.yaml", "extends: org.yaml\n");
    assert_eq!(scratch.podline(&["check"]).status, 2);
}

#[test]
fn an_ignore_file_below_the_floor_that_leaves_something_out_is_an_error_that_names_both_lines() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "floor: true\nlevel: baseline\n"),
        ("team/.podlineignore", "# not now\ndeploy/\nold*.yaml\n"),
        ("team/deploy/pod.yaml", POD),
        ("team/old.yaml", POD),
        ("other/pod.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"),
    ]);
    let said = "\"deploy/\" leaves out what the floor judges, team/deploy and 1 more: \
                the floor is podline.yaml:1";
    for command in ["check", "levels"] {
        let run = scratch.podline(&[command]);
        let text = format!("{}{}", run.stdout, run.stderr);
        assert!(run.status == 2 && text.contains("the floor is podline.yaml:1"), "{command}: {text}");
    }
    let run = scratch.podline(&["check", "--format", "concise"]);
    assert!(run.stderr.contains(said) && run.stderr.contains("team/.podlineignore:2:1"), "{}", run.stderr);
    // What the owner of the floor leaves out is left out.
    scratch.write(".podlineignore", "team/\n");
    assert_eq!(scratch.podline(&["check"]).status, 0);
    // And who chooses another configuration chooses another floor.
    scratch.write(".podlineignore", "");
    assert_eq!(scratch.podline(&["check", "--no-config", "--level", "baseline"]).status, 0);
}
