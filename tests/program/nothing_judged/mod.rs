//! A run in which nothing was judged says so first, in every format, and fails where somebody named what holds nothing.

mod more_ways;
mod off;
mod ways;

use crate::support::command::{Run, Scratch, podline, run};
use serde_json::Value;

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {securityContext: {runAsNonRoot: true, \
                   seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: \
                   {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";
const CONFIG_MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
const VALUES: &str = "image: a\nreplicas: 2\n";

/// A directory with a pod that is accepted, and with files that hold none.
fn scratch() -> Scratch {
    Scratch::repository(&[
        ("pod.yaml", POD),
        ("map.yaml", CONFIG_MAP),
        ("empty.yaml", ""),
        ("blank.yaml", "\u{feff} \n\t\r\n"),
        ("comments.yaml", "# nothing\n---\n# yet\n"),
        ("values.yaml", VALUES),
        ("broken.yaml", "a: [\n"),
        ("walked/values.yaml", VALUES),
        ("walked/empty.yaml", ""),
        ("maps/map.yaml", CONFIG_MAP),
    ])
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

#[test]
fn a_named_input_without_a_byte_but_blanks_is_status_2_also_beside_others() {
    let scratch = scratch();
    for name in ["empty.yaml", "blank.yaml"] {
        for paths in [&[name][..], &["pod.yaml", name]] {
            let run = scratch.podline(&[&["check"], paths].concat());
            assert_eq!(run.status, 2, "{paths:?}");
            assert_eq!(run.stderr.lines().next(), Some(&*format!("podline: error: {name}: the file is empty")));
        }
    }
    let piped = run(podline(&["check", "-"]).write_stdin(" \n"));
    assert_eq!(piped.status, 2, "{}", piped.stderr);
}

#[test]
fn named_files_without_any_object_are_status_2_and_one_object_among_them_is_enough() {
    let scratch = scratch();
    for (paths, status) in [
        (&["values.yaml"][..], 2),
        (&["comments.yaml"], 2),
        (&["values.yaml", "comments.yaml", "walked"], 2),
        (&["values.yaml", "map.yaml"], 0),
        (&["values.yaml", "maps"], 0),
        (&["values.yaml", "broken.yaml"], 1),
        (&["--as-walked", "values.yaml", "empty.yaml", "comments.yaml"], 0),
        (&["walked"], 0),
    ] {
        let run = scratch.podline(&[&["check"], paths].concat());
        assert_eq!(run.status, status, "{paths:?}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.stderr.contains("holds no object"), status == 2, "{paths:?}: {}", run.stderr);
    }
}

#[test]
fn waivers_and_inspect_end_with_status_2_where_no_named_file_holds_anything() {
    let scratch = scratch();
    for (arguments, status, said) in [
        (&["waivers", "empty.yaml"][..], 2, "empty.yaml: the file is empty"),
        (&["waivers", "comments.yaml", "values.yaml"], 2, "comments.yaml holds no object, and 1 file more"),
        (&["waivers", "values.yaml", "map.yaml"], 0, ""),
        (&["waivers", "walked"], 0, ""),
        (&["waivers", "--as-walked", "values.yaml"], 0, ""),
        (&["inspect", "empty.yaml"], 2, "empty.yaml: the file is empty"),
        (&["inspect", "blank.yaml", "map.yaml"], 2, "blank.yaml: the file is empty"),
        (&["inspect", "comments.yaml"], 2, "nothing to show: comments.yaml holds no object"),
        (&["inspect", "comments.yaml", "map.yaml"], 0, ""),
        // It is shown: nobody takes it for an object.
        (&["inspect", "values.yaml"], 0, ""),
        (&["inspect", "--defaulted", "comments.yaml"], 2, "nothing to show: comments.yaml holds no object"),
    ] {
        let run = scratch.podline(arguments);
        assert_eq!(run.status, status, "{arguments:?}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    for command in ["waivers", "inspect"] {
        for input in ["", "# nothing\n"] {
            let piped = run(podline(&[command, "-"]).write_stdin(input));
            assert_eq!(piped.status, 2, "{command} {input:?}: {}", piped.stderr);
            assert!(piped.stderr.contains("standard input holds no object"), "{}", piped.stderr);
        }
    }
}

#[test]
fn a_blank_file_of_a_walk_is_empty_also_with_tabs_in_it() {
    let run = scratch().podline(&["check", "-v", "."]);
    assert!(run.stderr.contains("skipped blank.yaml: not-manifest (empty)"), "{}", run.stderr);
}

#[test]
fn a_run_in_which_every_rule_is_hidden_says_so_in_every_way_of_hiding_them() {
    let scratch = scratch();
    let said = "warning: nothing was judged: --select, --ignore or the configuration leave no rule";
    for arguments in [&["--ignore", "*"][..], &["--select", "pss/*", "--ignore", "pss/*"], &["-q", "--ignore=*"]] {
        let run = scratch.podline(&[&["check"], arguments, &["pod.yaml"]].concat());
        assert_eq!(run.status, 0, "{arguments:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    let environment = run(podline(&["check", "pod.yaml"]).current_dir(scratch.path("")).env("PODLINE_IGNORE", "*"));
    assert!(environment.stderr.contains(said), "{}", environment.stderr);
    scratch.write("podline.yaml", "rules: {'*': off}\n");
    assert!(scratch.podline(&["check", "pod.yaml"]).stderr.contains(said));
    scratch.write("podline.yaml", "rules: {'*': off}\nnamespaces: [{match: {names: [p]}, rules: {'pss/*': error}}]\n");
    assert!(!scratch.podline(&["check", "pod.yaml"]).stderr.contains(said));
    let some = scratch.podline(&["check", "--no-config", "--select", "privileged", "pod.yaml"]);
    assert!(!some.stderr.contains("nothing was judged"), "{}", some.stderr);
    let diff = scratch.podline(&["diff", "--ignore=*", "pod.yaml", "pod.yaml"]);
    assert!(diff.stderr.contains("warning: nothing was judged in HEAD: --select, --ignore"), "{}", diff.stderr);
}

#[test]
fn a_run_in_which_every_pod_is_judged_at_privileged_says_so_unless_that_was_asked_for() {
    let scratch = scratch();
    let said = "warning: nothing was judged: the only pod template is at the level privileged, which forbids nothing";
    scratch.write("maps/pod.yaml", POD);
    for (level, is_said) in [("privileged", true), ("baseline", false)] {
        let labels = format!("{{pod-security.kubernetes.io/enforce: {level}}}");
        let namespace = format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: default, labels: {labels}}}}}\n");
        scratch.write("maps/namespace.yaml", &namespace);
        let run = scratch.podline(&["check", "--admission", "maps"]);
        assert_eq!((run.status, run.stderr.contains(said)), (0, is_said), "{}", run.stderr);
    }
    assert!(!scratch.podline(&["check", "--level=privileged", "pod.yaml"]).stderr.contains(said));
    scratch.write("podline.yaml", "namespaces: [{match: {namespaces: ['*']}, level: privileged}]\n");
    assert!(scratch.podline(&["check", "pod.yaml"]).stderr.contains(said));
    assert!(scratch.podline(&["check", "-q", "pod.yaml"]).stderr.contains(said));
    let two = scratch.podline(&["check", "pod.yaml", "maps/pod.yaml"]);
    let said = "warning: nothing was judged: all 2 pod templates are at the level privileged";
    assert!(two.stderr.contains(said), "{}", two.stderr);
}

#[test]
fn a_diff_with_a_head_in_which_nothing_is_judged_says_so() {
    let scratch = scratch();
    let said = "warning: nothing was judged in HEAD: no pod template in 1 file with 1 object";
    let run = scratch.podline(&["diff", "pod.yaml", "maps"]);
    assert_eq!((run.status, run.stderr.contains(said)), (0, true), "{}", run.stderr);
    assert!(!scratch.podline(&["diff", "maps", "pod.yaml"]).stderr.contains("nothing was judged"));
}

#[test]
fn an_exclude_that_covers_what_is_named_is_said_to_hold_or_not() {
    let scratch = scratch();
    let named = scratch.podline(&["check", "--exclude", "maps", "maps"]);
    let said = "podline: --exclude does not hold for maps, which is named; --force-exclude has it hold";
    assert!(named.status == 0 && named.stderr.contains(said), "{}", named.stderr);
    let forced = scratch.podline(&["check", "--exclude", "maps", "--force-exclude", "maps"]);
    let said = "warning: nothing was judged: all that was found was skipped (1 ignored)";
    assert!(forced.status == 0 && forced.stderr.contains(said), "{}", forced.stderr);
    let all = scratch.podline(&["check", "--exclude", "*", "maps"]);
    let said = "error: no file to read: all that the paths given hold is left out (1 ignored)";
    assert!(all.status == 2 && all.stderr.contains(said), "{}", all.stderr);
}

#[test]
fn a_directory_without_anything_to_judge_is_a_warning_in_quiet_runs_too() {
    let scratch = scratch();
    for (arguments, why) in [
        (&["check", "walked"][..], "all that was found was skipped (2 not-manifest)"),
        (&["check", "-q", "maps"], "no pod template in 1 file with 1 object"),
    ] {
        let run = scratch.podline(arguments);
        let warning = format!("podline: warning: nothing was judged: {why}\n");
        assert_eq!((run.status, run.stderr), (0, warning), "{arguments:?}");
    }
}

#[test]
fn what_is_passed_over_is_not_counted_as_checked_and_has_a_reason() {
    let run = scratch().podline(&["check", "--format=json", "."]);
    let report = json(&run);
    let summary = &report["summary"];
    assert_eq!((&summary["files"], &summary["skipped"]["not-manifest"]), (&3.into(), &7.into()), "{summary}");
    let details: Vec<&str> = report["skipped"].as_array().expect("a list").iter().map(detail).collect();
    for detail in ["empty", "no document, only comments", "no document with apiVersion and kind"] {
        assert!(details.contains(&detail), "{details:?}");
    }
}

fn detail(skipped: &Value) -> &str {
    skipped["detail"].as_str().expect("a text")
}

/// What each format says first of a run on these paths.
fn first(paths: &[&str]) -> Vec<(&'static str, String)> {
    let scratch = scratch();
    let told = |format: &str| {
        let run = scratch.podline(&[&["check", "--format", format], paths].concat());
        run.stdout
    };
    let value = |format: &str| serde_json::from_str::<Value>(&told(format)).expect("JSON");
    let line = |text: String, start: &str| {
        text.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_default().to_owned()
    };
    vec![
        ("human", line(told("human"), "")),
        ("markdown", line(told("markdown"), "## ")),
        ("html", told("html").split("<h1>").nth(1).unwrap_or_default().to_owned()),
        ("github", line(told("github"), "::")),
        ("junit", line(told("junit"), "<testcase")),
        ("json", value("json")["notice"].to_string()),
        ("gitlab", value("gitlab")[0].to_string()),
        ("sarif", value("sarif")["runs"][0]["invocations"][0]["toolExecutionNotifications"][0].to_string()),
        ("policy-report", value("policy-report")["items"][0]["results"][0].to_string()),
    ]
}

#[test]
fn every_format_says_first_that_nothing_was_judged() {
    for (format, text) in first(&["maps"]) {
        assert!(text.to_lowercase().contains("nothing was judged"), "{format}: {text}");
        match format {
            "github" => assert!(text.starts_with("::warning "), "{text}"),
            "junit" => assert!(text.ends_with("\">"), "it has passed: {text}"),
            "sarif" => assert!(text.contains(r#""level":"warning""#), "{text}"),
            "gitlab" => assert!(text.contains(r#""severity":"info""#), "{text}"),
            _ => {}
        }
    }
}

#[test]
fn every_format_says_first_that_podline_could_not_check_and_why() {
    for (format, text) in first(&["missing.yaml"]) {
        // An address in a page may not be made of it.
        let text = text.to_lowercase().replace("&#46;", ".");
        assert!(text.contains("could not check"), "{format}: {text}");
        match format {
            "github" => assert!(text.starts_with("::error "), "{text}"),
            "sarif" => assert!(text.contains(r#""level":"error""#), "{text}"),
            "junit" => {}
            _ => assert!(text.contains("missing.yaml"), "{format}: {text}"),
        }
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_told_by_the_report_too() {
    let scratch = scratch();
    scratch.write("podline.yaml", "levle: baseline\n");
    let run = scratch.podline(&["check", "--format=markdown", "pod.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stdout.starts_with("## podline: could not check: <code>podline.yaml"), "{}", run.stdout);
    let cluster = scratch.podline(&["check", "--no-config", "--admission-config=missing", "--format=github", "."]);
    assert!(cluster.stdout.starts_with("::error title=podline::could not check: "), "{}", cluster.stdout);
}

#[test]
fn what_could_not_be_checked_besides_stands_in_the_headline() {
    let run = scratch().podline(&["check", "--format=markdown", "pod.yaml", "missing.yaml"]);
    assert_eq!(run.status, 2);
    let headline = run.stdout.lines().next().unwrap_or_default();
    assert!(headline.starts_with("## podline: no findings, but could not check: <code>missing.yaml"), "{headline}");
}

#[test]
fn a_clean_run_leaves_one_line_that_says_what_was_checked_in_any_format() {
    let scratch = scratch();
    let line = "Checked 1 file at restricted:latest (v1.37): 1 document, 1 pod template. No findings.";
    for format in ["concise", "json", "sarif", "junit", "github", "gitlab", "policy-report", "markdown", "html"] {
        let run = scratch.podline(&["check", "--format", format, "pod.yaml"]);
        assert_eq!((run.status, run.stderr), (0, format!("podline: {line}\n")), "{format}");
        let quiet = scratch.podline(&["check", "-q", "--format", format, "pod.yaml"]);
        assert_eq!(quiet.stderr, "", "{format}");
    }
    assert_eq!(scratch.podline(&["check", "pod.yaml"]).stdout, format!("{line}\n"));
}

#[test]
fn a_policy_about_objects_without_pods_judges_them() {
    let scratch = scratch();
    scratch.write("podline.yaml", "policies: [{name: p, requiredLabels: [{name: app, kinds: [ConfigMap]}]}]\n");
    let run = scratch.podline(&["check", "maps"]);
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(!run.stderr.contains("nothing was judged"), "{}", run.stderr);
}
