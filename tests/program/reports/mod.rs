//! Reports for other programs: what they say, and that all of them say the same.

mod charts;
mod junit;
mod limits;
mod outputs;
mod same;
mod schema;
mod text;
mod waived;

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// The formats that other programs read.
const FORMATS: [&str; 6] = ["sarif", "junit", "github", "gitlab", "policy-report", "markdown"];

/// podline, run somewhere with nothing of the environment that could change its output.
fn podline(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    command.current_dir(directory).env_clear().arg("check").args(arguments);
    command
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Status, standard output and standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().expect("podline runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("podline ends by itself"), text(output.stdout), text(output.stderr))
}

/// What a run at the root of the project prints.
fn printed(arguments: &[&str]) -> String {
    // The path within a repository around the project is not known here.
    run(&mut podline(root(), &[&["--path-prefix", ""], arguments].concat())).1
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn the_example_in_every_format() {
    for format in FORMATS {
        let mut text = printed(&["--format", format, "fixtures/example"]);
        if format == "sarif" {
            // The rules are the pages in `rules/`; one of them shows how they are put.
            let mut log = json(&text);
            let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules");
            rules.retain(|rule| rule["id"] == "pss/hostPorts");
            text = serde_json::to_string_pretty(&log).expect("JSON");
        }
        insta::assert_snapshot!(format.to_owned(), text);
    }
}

#[test]
fn every_rule_of_the_catalogue_has_what_code_scanning_shows() {
    let log = json(&printed(&["--format", "sarif", "fixtures/example"]));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), podline::rules::built_in().len());
    for (rule, known) in rules.iter().zip(podline::rules::built_in()) {
        assert_eq!(rule["id"], known.id.as_str());
        assert_eq!(rule["help"]["markdown"], &*known.page);
        for description in ["shortDescription", "fullDescription"] {
            let length = rule[description]["text"].as_str().map_or(0, |text| text.chars().count());
            assert!((1..=1024).contains(&length), "{}: {description} of {length} characters", known.id);
        }
        let weight = &rule["properties"]["security-severity"];
        let is_security =
            rule["properties"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|t| t == "security"));
        assert_eq!(weight.is_string(), is_security, "{}", known.id);
    }
}

#[test]
fn a_region_has_one_line_and_is_not_empty() {
    let log = json(&printed(&["--format", "sarif", "fixtures"]));
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert!(results.len() > 100);
    for result in results {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], region["endLine"], "{result}");
        assert!(region["startColumn"].as_u64() < region["endColumn"].as_u64(), "{result}");
    }
}

#[test]
fn what_could_not_be_read_and_what_was_not_judged_is_notified() {
    let log = json(&printed(&["--format", "sarif", "fixtures/kustomize", "no/such"]));
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notes = invocation["toolExecutionNotifications"].as_array().expect("notifications");
    let of = |id: &str| notes.iter().filter(|note| note["descriptor"]["id"] == id).count();
    assert_eq!(of("unreadable"), 1);
    assert!(of("skipped") > 1, "{notes:?}");
}

#[test]
fn times_are_source_date_epoch_or_nothing() {
    let with = |format| {
        let arguments = ["--format", format, "fixtures/example"];
        run(podline(root(), &arguments).env("SOURCE_DATE_EPOCH", "86400")).1
    };
    assert!(with("junit").contains("timestamp=\"1970-01-02T00:00:00.000+00:00\""), "{}", with("junit"));
    assert!(with("policy-report").contains(r#""timestamp":{"seconds":86400,"nanos":0}"#));
    for format in FORMATS {
        let text = printed(&["--format", format, "fixtures/example"]);
        assert!(!text.contains("timestamp=") && !text.contains("\"timestamp\""), "{format}");
    }
}

#[test]
fn a_policy_report_can_be_of_the_newer_api() {
    let of = |arguments: &[&str], input: &str| {
        let arguments = [&["--format", "policy-report", "-"], arguments].concat();
        let list = json(&run(podline(root(), &arguments).write_stdin(input)).1);
        let items = list["items"].as_array().expect("items").clone();
        items
            .iter()
            .map(|item| format!("{} {} {}", item["apiVersion"], item["kind"], item["metadata"]["namespace"]))
            .collect::<Vec<_>>()
    };
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {}}\n---\nkind: Pod\n";
    assert_eq!(
        of(&[], pod),
        [
            r#""wgpolicyk8s.io/v1alpha2" "ClusterPolicyReport" null"#,
            r#""wgpolicyk8s.io/v1alpha2" "PolicyReport" "shop""#
        ]
    );
    assert_eq!(
        of(&["--policy-report-api", "openreports.io/v1alpha1"], pod),
        [r#""openreports.io/v1alpha1" "ClusterReport" null"#, r#""openreports.io/v1alpha1" "Report" "shop""#]
    );
}

#[test]
fn the_bytes_are_the_same_with_any_number_of_threads() {
    for format in FORMATS {
        let with = |threads| printed(&["--format", format, "--threads", threads, "fixtures"]);
        assert!(with("1") == with("8"), "{format}");
    }
}
