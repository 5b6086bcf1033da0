//! Which waivers count: by where they stand, how long they hold, and what they are for.

use crate::support::command::{Run, Scratch, podline, run};

const WAIVER: &str = "# podline: ignore[hostNamespaces] it watches the node";

/// A pod that baseline refuses for one reason.
const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: true
  containers: [{name: app, image: a}]
";

fn waived() -> String {
    format!("{WAIVER}\n{POD}")
}

/// What a check says, a line each.
fn check(scratch: &Scratch, arguments: &[&str]) -> Run {
    let base = ["check", "--level", "baseline", "--format", "concise", "--today", "2026-12-01"];
    scratch.podline(&[&base[..], arguments].concat())
}

fn piped(scratch: &Scratch, arguments: &[&str], text: &str) -> Run {
    let base = ["check", "--level", "baseline", "--format", "concise"];
    let arguments = [&base[..], arguments].concat();
    run(podline(&arguments).current_dir(scratch.path("")).write_stdin(text))
}

/// Whether the finding counts, and whether it is said that the waiver does not.
fn outcome(run: &Run) -> (bool, bool) {
    (run.stdout.contains("error[pss/hostNamespaces]"), run.stdout.contains("warning[policy/ignored-waiver]"))
}

const COUNTS: (bool, bool) = (false, false);
const IGNORED: (bool, bool) = (true, true);

#[test]
fn a_waiver_in_a_file_of_the_repository_counts_and_one_from_nowhere_does_not() {
    let scratch = Scratch::repository(&[("pod.yaml", &waived())]);
    assert_eq!(outcome(&check(&scratch, &["pod.yaml"])), COUNTS);
    let run = piped(&scratch, &["-"], &waived());
    assert_eq!((run.status, outcome(&run)), (1, IGNORED));
    assert!(run.stdout.contains("it came on standard input, and nobody knows who wrote it"), "{}", run.stdout);
    assert_eq!(outcome(&piped(&scratch, &["--stdin-filename", "pod.yaml", "-"], &waived())), COUNTS, "an editor");
    assert_eq!(outcome(&piped(&scratch, &["--stdin-filename", "new.yaml", "-"], &waived())), IGNORED);
    scratch.write("podline.yaml", "waiver-policy: {in-manifests: allow}\n");
    assert_eq!(outcome(&piped(&scratch, &["-"], &waived())), COUNTS);
}

#[test]
fn an_annotation_counts_no_more_than_a_comment() {
    let text =
        POD.replace("namespace: shop}", "namespace: shop, annotations: {podline.dev/ignore.hostNamespaces: so}}");
    let scratch = Scratch::repository(&[("pod.yaml", &text)]);
    assert_eq!(outcome(&check(&scratch, &["pod.yaml"])), COUNTS);
    assert_eq!(outcome(&piped(&scratch, &["-"], &text)), IGNORED);
}

#[test]
fn a_chart_of_others_cannot_waive_what_it_does_itself() {
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    let scratch = Scratch::repository(&[
        ("shop/Chart.yaml", &chart("shop")),
        ("shop/charts/redis/Chart.yaml", &chart("redis")),
        ("shop/charts/redis/files/pod.yaml", &waived()),
        ("shop/files/pod.yaml", &waived()),
        ("charts/pod.yaml", &waived()),
    ]);
    assert_eq!(outcome(&check(&scratch, &["shop/charts/redis/files/pod.yaml"])), IGNORED);
    assert_eq!(outcome(&check(&scratch, &["shop/files/pod.yaml"])), COUNTS);
    assert_eq!(outcome(&check(&scratch, &["charts/pod.yaml"])), COUNTS, "a directory of that name in no chart");
    let rendered = |from: &str| format!("---\n# Source: {from}\n{}", waived());
    scratch.write("rendered.yaml", &rendered("redis/templates/pod.yaml"));
    assert_eq!(outcome(&check(&scratch, &["rendered.yaml"])), IGNORED, "git does not track what was rendered");
    assert_eq!(outcome(&piped(&scratch, &["-"], &rendered("redis/templates/pod.yaml"))), IGNORED);
    scratch.write("podline.yaml", "waiver-policy: {in-manifests: [rendered.yaml]}\n");
    assert_eq!(outcome(&check(&scratch, &["rendered.yaml"])), COUNTS);
    assert_eq!(outcome(&check(&scratch, &["shop/files/pod.yaml"])), IGNORED);
}

#[test]
fn what_git_tracks_may_be_rendered_but_not_from_the_charts_of_others() {
    let scratch = Scratch::new(&[]);
    let git = |arguments: &[&str]| {
        let run = std::process::Command::new("git").args(arguments).current_dir(scratch.path("")).output();
        run.is_ok_and(|run| run.status.success())
    };
    if !git(&["init", "-q"]) {
        println!("skipped: git is not here");
        return;
    }
    let rendered = |from: &str| format!("---\n# Source: {from}\n{}", waived());
    scratch.write("own.yaml", &rendered("shop/templates/pod.yaml"));
    scratch.write("other.yaml", &rendered("shop/charts/redis/templates/pod.yaml"));
    assert!(git(&["add", "."]));
    assert_eq!(outcome(&check(&scratch, &["own.yaml"])), COUNTS);
    assert_eq!(outcome(&check(&scratch, &["other.yaml"])), IGNORED);
}

#[test]
fn a_configuration_says_where_for_how_long_and_what_may_be_waived() {
    let entry = "waivers: [{rules: [hostNamespaces], reason: so, match: {names: web}, until: 2027-12-01}]\n";
    for (policy, manifest, configured) in [
        ("in-manifests: deny", IGNORED, COUNTS),
        ("in-manifests: [platform/]", IGNORED, COUNTS),
        ("in-manifests: ['*.yaml']", COUNTS, COUNTS),
        ("until-within: 90", IGNORED, IGNORED),
        ("until-within: 365", IGNORED, COUNTS),
        ("never: [hostNamespaces]", IGNORED, IGNORED),
        ("never: [pss/*]", IGNORED, IGNORED),
        ("never: [privileged]", COUNTS, COUNTS),
    ] {
        let config = format!("waiver-policy: {{{policy}}}\n");
        let scratch = Scratch::repository(&[("podline.yaml", &config), ("pod.yaml", &waived())]);
        assert_eq!(outcome(&check(&scratch, &[])), manifest, "{policy}");
        let scratch = Scratch::repository(&[("podline.yaml", &(config + entry)), ("pod.yaml", POD)]);
        assert_eq!(outcome(&check(&scratch, &[])), configured, "{policy}");
    }
}

#[test]
fn a_glob_does_not_cover_what_nothing_may_waive() {
    let config = "waiver-policy: {never: [hostNamespaces]}\n";
    let text =
        format!("# podline: ignore[pss/*] all of it\n{}", POD.replace("image: a", "image: a, ports: [{hostPort: 1}]"));
    let scratch = Scratch::repository(&[("podline.yaml", config), ("pod.yaml", &text)]);
    let run = check(&scratch, &[]);
    assert_eq!(outcome(&run), (true, false));
    assert!(!run.stdout.contains("hostPorts"), "{}", run.stdout);
}

#[test]
fn mistakes_in_who_may_waive_have_their_place() {
    for (policy, said) in [
        ("in-manifests: [allow, deploy/]", "allow stands alone"),
        ("in-manifests: []", "in-manifests is empty"),
        ("in-manifests: ['[']", "is not a valid glob"),
        ("until-within: 0", "takes a number of days"),
        ("until-within: soon", "until-within"),
        ("never: [privilegd]", "did you mean privileged?"),
        ("nevr: [privileged]", "did you mean never?"),
    ] {
        let scratch =
            Scratch::repository(&[("podline.yaml", &format!("waiver-policy: {{{policy}}}\n")), ("pod.yaml", POD)]);
        let run = check(&scratch, &[]);
        assert!(run.status == 2 && run.stderr.contains(said), "{policy}: {}", run.stderr);
    }
}

#[test]
fn a_waiver_of_every_rule_should_name_objects() {
    let told = |entry: &str| {
        let config = format!("waivers: [{{rules: ['*'], reason: so{entry}}}]\n");
        let scratch = Scratch::repository(&[("podline.yaml", &config), ("pod.yaml", POD)]);
        check(&scratch, &[]).stdout.contains("warning[policy/bad-waiver] the waiver of * covers whatever comes")
    };
    assert!(told("") && told(", match: {namespaces: '*'}") && told(", match: {paths: pod.yaml}"));
    assert!(!told(", match: {names: web}"));
}

#[test]
fn a_waiver_that_has_ended_counts_as_such_only_where_no_other_covers() {
    let ended = format!("{WAIVER} (until=2026-01-01)");
    let entry = "waivers: [{rules: [hostNamespaces], reason: so, match: {names: web}}]\n";
    let alone = Scratch::repository(&[("pod.yaml", &format!("{ended}\n{POD}"))]);
    assert!(check(&alone, &[]).stdout.contains("error[policy/expired-waiver]"));
    let by_comment = POD.replace("  hostPID", &format!("  {ended}\n  hostPID"));
    for (config, text) in [
        (entry, format!("{ended}\n{POD}")),
        ("level: baseline\n", format!("{WAIVER}\n{by_comment}")),
        (
            "waivers:\n- {rules: [hostNamespaces], reason: so, match: {names: web}, until: 2026-01-01}\n\
             - {rules: [hostNamespaces], reason: so, match: {names: w*}}\n",
            POD.to_owned(),
        ),
    ] {
        let scratch = Scratch::repository(&[("podline.yaml", config), ("pod.yaml", &text)]);
        let run = check(&scratch, &[]);
        assert_eq!(run.status, 0, "{}", run.stdout);
        let said =
            "warning[policy/expired-waiver] the waiver of hostNamespaces ran out on 2026-01-01, and others cover";
        assert!(run.stdout.contains(said), "{}", run.stdout);
    }
    alone.podline(&["check", "--level", "baseline", "--write-accepted", "accepted", "pod.yaml"]);
    let run = check(&alone, &["--accepted", "accepted"]);
    assert_eq!(run.status, 0, "what is accepted does not count either: {}", run.stdout);
}

#[test]
fn a_waiver_that_ends_soon_is_told_by_a_rule_of_its_own() {
    let scratch = Scratch::repository(&[("pod.yaml", &format!("{WAIVER} (until=2026-12-11)\n{POD}"))]);
    let run = check(&scratch, &[]);
    assert!(
        run.stdout.contains("note[policy/waiver-ends-soon] the waiver of hostNamespaces ends in 10 days"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_list_of_waivers_says_who_may_have_written_each_and_which_do_not_count() {
    let annotated =
        POD.replace("namespace: shop}", "namespace: shop, annotations: {podline.dev/ignore.hostNamespaces: so}}");
    let scratch = Scratch::repository(&[
        ("podline.yaml", "waiver-policy: {in-manifests: [a.yaml]}\nwaivers: [{rules: [hostPorts], reason: so}]\n"),
        ("a.yaml", &waived()),
        ("b.yaml", &annotated),
    ]);
    let list: serde_json::Value =
        serde_json::from_str(&scratch.podline(&["waivers", "--format", "json"]).stdout).expect("JSON");
    let rows: Vec<(&str, &str, bool)> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().expect("a text");
            (text("source"), text("state"), row["ignored"].is_string())
        })
        .collect();
    assert_eq!(
        rows,
        [("configuration", "active", false), ("comment", "active", false), ("annotation", "ignored", true)]
    );
    let human = scratch.podline(&["waivers"]).stdout;
    assert!(human.contains("ignored (annotation)\n  ignored: waivers in this file do not count"), "{human}");
}

#[test]
fn a_waiver_in_a_patch_that_does_not_count_is_told() {
    let patch = "apiVersion: apps/v1
kind: Deployment
metadata: {name: blog}
spec:
  template:
    spec:
      hostNetwork: true # podline: ignore[hostNamespaces] for debugging
";
    let scratch = Scratch::repository(&[
        ("podline.yaml", "level: baseline\nwaiver-policy: {until-within: 90}\n"),
        ("kustomization.yaml", "resources: [base.yaml]\npatches: [{path: patch.yaml}]\n"),
        ("base.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"),
        ("patch.yaml", patch),
    ]);
    let run = scratch.podline(&["check", "--format", "concise"]);
    assert!(run.stdout.contains("patch.yaml:7:20: error[pss/hostNamespaces]"), "{}", run.stdout);
    assert!(
        run.stdout.contains("warning[policy/ignored-waiver] the waiver of hostNamespaces does not"),
        "{}",
        run.stdout
    );
}
