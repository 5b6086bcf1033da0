//! Variables and versions that podline does not know.

use super::*;

fn with(variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let scratch = Scratch::new(&[("pod.yaml", POD)]);
    run(podline(arguments).current_dir(scratch.path("")).envs(variables.iter().copied()))
}

#[test]
fn an_unknown_variable_is_said_once_with_the_nearest_name() {
    let variables = [("PODLINE_LEVLE", "baseline"), ("PODLINE_FIX", "1"), ("PODLINE_ZZZZ", "\u{1b}[2J")];
    for command in ["check", "levels", "waivers", "files", "inspect"] {
        let told = with(&variables, &[command]).stderr;
        let expected = "podline: PODLINE_FIX is ignored: this option is taken from the command line only\n\
                        podline: PODLINE_LEVLE is not a variable of podline, and is ignored; did you mean PODLINE_LEVEL?\n\
                        podline: PODLINE_ZZZZ is not a variable of podline, and is ignored\n";
        assert!(told.starts_with(expected) && told.matches("is ignored").count() == 3, "{command}: {told}");
    }
}

#[test]
fn known_variables_empty_ones_and_those_of_others_are_not_said() {
    let variables = [
        ("PODLINE_LEVEL", "baseline"),
        ("PODLINE_REQUIRE", "baseline"),
        ("PODLINE_LEVLE", ""),
        ("PODLINE_TESTS", "1"),
        ("PODLINE_COMPONENT_LEVEL", "x"),
        ("MY_PODLINE_X", "1"),
    ];
    assert_eq!(with(&variables, &["check", "pod.yaml"]).stderr, "");
}

#[test]
fn a_version_that_podline_does_not_know_is_said_once() {
    let said = |arguments: &[&str]| {
        let told = with(&[], arguments).stderr;
        let lines: Vec<&str> = told.lines().filter(|line| line.contains("is newer than podline knows")).collect();
        lines.join("\n")
    };
    let takes = "is newer than podline knows, which takes v1.37 for it";
    let version = ["check", "--kubernetes-version", "1.99.3"];
    assert_eq!(said(&version), format!("podline: --kubernetes-version: v1.99 {takes}"));
    assert_eq!(said(&["check", "--level", "baseline:v1.40"]), format!("podline: --level: v1.40 {takes}"));
    assert_eq!(said(&["levels", "--from", "v1.30", "--to", "v1.38"]), format!("podline: --to: v1.38 {takes}"));
    assert_eq!(said(&["levels", "--require", "baseline:v1.50"]), format!("podline: --require: v1.50 {takes}"));
    assert_eq!(said(&["check", "--kubernetes-version", "v1.37", "--level", "baseline:v1.0"]), "");
    let variable = with(&[("PODLINE_KUBERNETES_VERSION", "v1.70")], &["check"]).stderr;
    assert!(variable.contains(&format!("--kubernetes-version: v1.70 {takes}")), "{variable}");
}

#[test]
fn a_version_in_a_configuration_that_podline_does_not_know_is_said_once_at_its_place() {
    let config = "kubernetes-version: 1.99\nnamespaces:\n- {match: {namespaces: a}, level: baseline:v1.98}\n\
                  - {match: {namespaces: b}, level: baseline, version: v1.97}\n";
    let scratch = Scratch::repository(&[
        ("podline.yaml", config),
        ("a/pod.yaml", POD),
        ("b/podline.yaml", "extends: ../podline.yaml\n"),
        ("b/pod.yaml", POD),
    ]);
    let told = scratch.podline(&["check", "-q", "--format", "concise"]);
    assert_eq!(told.status, 1, "{}", told.stderr);
    for (version, place) in [("v1.99", "podline.yaml:1:21"), ("v1.98", "podline.yaml:3:"), ("v1.97", "podline.yaml:4:")]
    {
        assert_eq!(
            told.stderr.matches(&format!("{version} is newer than podline knows")).count(),
            1,
            "{}",
            told.stderr
        );
        assert!(told.stderr.contains(place), "{place}: {}", told.stderr);
    }
}
