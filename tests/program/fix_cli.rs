//! `--diff`, `--fix` and `--fix-as` from the command line.

use std::fs;
use std::path::Path;

use crate::support::command::Scratch;
use assert_cmd::Command;
use podline::rules::{self, Rule};

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true # why\n  containers:\n  - name: a\n";

fn podline(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("podline").expect("the program");
    command.current_dir(directory).arg("check").args(arguments);
    command
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

/// The YAML of the failing example of a rule of the Standards, and the level at which it fails.
fn failing(rule: &Rule) -> (&str, &'static str) {
    let (_, section) = rule.page.split_once("\n## Failing example\n```yaml\n").expect("an example");
    (section.split_once("```").expect("the end of the example").0, rule.level().expect("a level").as_str())
}

#[test]
fn the_diff_of_every_rule_is_as_reviewed() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut diffs = String::new();
    for rule in rules::built_in().iter().filter(|rule| rule.id.starts_with("pss/")) {
        let (example, level) = failing(rule);
        let arguments = ["--diff", "--unsafe-fixes", "--level", level, "--stdin-filename", "a.yaml", "-q", "-"];
        let output = podline(directory.path(), &arguments).write_stdin(example).output().expect("runs");
        assert_eq!(output.status.code(), Some(1), "{}", rule.id);
        assert_eq!(text(output.stderr), "", "{}", rule.id);
        diffs.extend([rule.id.as_str(), "\n", text(output.stdout).as_str(), "\n"]);
    }
    insta::assert_snapshot!(diffs);
}

#[test]
fn a_diff_writes_nothing_and_ends_as_a_check_does() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("a.yaml"), POD).expect("written");
    let output = podline(directory.path(), &["--diff", "--unsafe-fixes", "a.yaml"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(directory.path().join("a.yaml")).expect("a file"), POD);
    insta::assert_snapshot!(format!("{}\n--\n{}", text(output.stdout), text(output.stderr)));
}

#[test]
fn a_fix_writes_the_file_and_counts_what_is_left() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.yaml");
    fs::write(&path, POD).expect("written");
    let safe = podline(directory.path(), &["--fix", "a.yaml"]).output().expect("runs");
    assert_eq!(safe.status.code(), Some(1));
    assert!(text(safe.stderr).contains("fixed 0 findings in 0 objects"), "none of them is safe");
    let all = podline(directory.path(), &["--fix", "--unsafe-fixes", "a.yaml"]).output().expect("runs");
    assert_eq!(all.status.code(), Some(0));
    assert!(text(all.stderr).contains("a.yaml: Pod a: 5 fixed\n"));
    let fixed = fs::read_to_string(&path).expect("a file");
    assert!(fixed.contains("hostPID: false # why\n"), "{fixed}");
    let again = podline(directory.path(), &["--fix", "--unsafe-fixes", "a.yaml"]).output().expect("runs");
    assert!(text(again.stderr).contains("fixed 0 findings in 0 objects"));
    assert_eq!(fs::read_to_string(&path).expect("a file"), fixed);
}

#[test]
fn standard_input_is_fixed_to_standard_output_as_a_post_renderer_wants_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut command = podline(directory.path(), &["--fix", "--unsafe-fixes", "-"]);
    let output = command.write_stdin(POD).output().expect("runs");
    assert_eq!(output.status.code(), Some(0));
    let fixed = text(output.stdout);
    assert!(
        fixed.starts_with("apiVersion: v1\nkind: Pod\n") && fixed.ends_with("      type: RuntimeDefault\n"),
        "{fixed}"
    );
    assert!(text(output.stderr).contains("No findings."));
    let untouched = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let output = podline(directory.path(), &["--fix", "-"]).write_stdin(untouched).output().expect("runs");
    assert_eq!(text(output.stdout), untouched);
}

#[test]
fn a_fix_is_shown_and_written_where_both_are_asked_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.yaml");
    fs::write(&path, POD).expect("written");
    let shown = podline(directory.path(), &["--diff", "--unsafe-fixes", "a.yaml"]).output().expect("runs");
    let both = podline(directory.path(), &["--fix", "--diff", "--unsafe-fixes", "a.yaml"]).output().expect("runs");
    assert_eq!(both.status.code(), Some(0));
    assert_eq!(text(both.stdout), text(shown.stdout));
    assert!(fs::read_to_string(&path).expect("a file").contains("hostPID: false # why\n"));
    assert!(text(both.stderr).contains("a.yaml: Pod a: 5 fixed\n"));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_read_only_is_left_and_named() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.yaml");
    fs::write(&path, POD).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
    let output = podline(directory.path(), &["--fix", "--unsafe-fixes", "a.yaml"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(output.stderr).contains("a.yaml: is read-only, and was left as it is"));
    assert_eq!(fs::read_to_string(&path).expect("a file"), POD);
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_links_are_followed_only_inside() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let outside = tempfile::tempdir().expect("a directory");
    let directory = tempfile::tempdir().expect("a directory");
    let inside = directory.path().join("real.yaml");
    fs::write(&inside, POD).expect("written");
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o640)).expect("set");
    symlink("real.yaml", directory.path().join("link.yaml")).expect("a link");
    let output = podline(directory.path(), &["--fix", "--unsafe-fixes", "link.yaml"]).output().expect("runs");
    assert!(text(output.stderr).contains("5 fixed"));
    assert_eq!(fs::metadata(&inside).expect("a file").permissions().mode() & 0o777, 0o640);
    assert!(directory.path().join("link.yaml").is_symlink());
    let away = outside.path().join("away.yaml");
    fs::write(&away, POD).expect("written");
    symlink(&away, directory.path().join("out.yaml")).expect("a link");
    let output = podline(directory.path(), &["--fix", "--unsafe-fixes", "out.yaml"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(output.stderr).contains("out.yaml: leads to "));
    assert_eq!(fs::read_to_string(&away).expect("a file"), POD);
}

#[test]
fn a_file_that_cannot_be_edited_is_refused_with_a_message() {
    let directory = tempfile::tempdir().expect("a directory");
    let bytes = [POD.as_bytes(), b"# \xFF\n---\n", POD.as_bytes()].concat();
    fs::write(directory.path().join("a.yaml"), &bytes).expect("written");
    let output = podline(directory.path(), &["--fix", "--unsafe-fixes", "a.yaml"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(output.stderr).contains("a.yaml: the file is not valid UTF-8, so podline does not edit it"));
    assert_eq!(fs::read(directory.path().join("a.yaml")).expect("a file"), bytes);
}

#[test]
fn patches_for_kustomize_are_written_beside_a_component() {
    let directory = tempfile::tempdir().expect("a directory");
    let arguments = ["--fix-as", "kustomize", "--fix-dir", "patches", "--unsafe-fixes", "-"];
    let named = POD.replace("{name: a}", "{name: web, namespace: shop}");
    let nameless = "---\napiVersion: v1\nkind: Pod\nmetadata: {generateName: b-}\nspec:\n  containers: [{name: a}]\n";
    let rollout = "---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r.x}\nspec:\n  template:\n    spec:\n      \
                   containers: [{name: a}]\n";
    let mut command = podline(directory.path(), &arguments);
    let output = command.write_stdin(format!("{named}{nameless}{rollout}")).output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "the nameless pod is left");
    let mut files: Vec<_> = fs::read_dir(directory.path().join("patches")).expect("a directory").collect();
    files.sort_by_key(|file| file.as_ref().expect("a file").file_name());
    let mut shown = text(output.stderr);
    for file in files {
        let file = file.expect("a file");
        let (name, patch) = (file.file_name().display().to_string(), fs::read_to_string(file.path()).expect("text"));
        shown.extend([
            "-- ",
            name.as_str(),
            "
",
            patch.as_str(),
        ]);
    }
    insta::assert_snapshot!(shown);
    // What somebody else wrote is not overwritten.
    fs::write(directory.path().join("patches/kustomization.yaml"), "resources: []\n").expect("written");
    let output = podline(directory.path(), &arguments).write_stdin(named).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_patch_that_nothing_needs_any_more_is_removed() {
    let directory = tempfile::tempdir().expect("a directory");
    let arguments = ["--fix-as", "kustomize", "--fix-dir", "patches", "--unsafe-fixes", "-"];
    let patches = directory.path().join("patches");
    let write = |input: &str| {
        let output = podline(directory.path(), &arguments).write_stdin(input).output().expect("runs");
        let files = fs::read_dir(&patches).expect("a directory").map(|file| file.expect("a file").file_name());
        let mut names: Vec<String> = files.map(|name| name.display().to_string()).collect();
        names.sort();
        (names, text(output.stderr))
    };
    let (names, _) = write(&format!("{POD}---\n{}", POD.replacen("name: a", "name: old", 1)));
    assert_eq!(names.len(), 3, "{names:?}");
    fs::write(patches.join("mine.yaml"), "# by hand\n").expect("written");
    let (names, told) = write(POD);
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"mine.yaml".to_owned()) && !names.iter().any(|name| name.contains("old")), "{names:?}");
    assert!(told.contains("removed, as nothing needs this patch any more"), "{told}");
}

#[test]
fn unsafe_fixes_alone_are_told_what_they_lack() {
    let directory = tempfile::tempdir().expect("a directory");
    let told = |arguments: &[&str]| {
        let output = podline(directory.path(), arguments).write_stdin(POD).output().expect("runs");
        text(output.stderr).contains("--unsafe-fixes does nothing here: add --fix")
    };
    assert!(told(&["--unsafe-fixes", "-"]));
    assert!(!told(&["--unsafe-fixes", "--diff", "-"]));
    assert!(!told(&["-"]));
}

#[test]
fn json_carries_the_edits_of_each_finding() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = podline(directory.path(), &["--format", "json", "-"]).write_stdin(POD).output().expect("runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["summary"]["fixable"], 5);
    let finding =
        |rule| report["findings"].as_array().expect("a list").iter().find(|one| one["rule"] == rule).expect(rule);
    assert_eq!(
        finding("pss/hostNamespaces")["fix"],
        serde_json::json!({"safe": false, "edits": [{"line": 5, "column": 12, "endLine": 5, "endColumn": 16, "text": "false"}]})
    );
    assert_eq!(
        finding("pss/seccompProfile_restricted")["fix"],
        serde_json::json!({"safe": false, "edits": [{"line": 7, "column": 12, "endLine": 7, "endColumn": 12,
            "text": "\n  securityContext:\n    seccompProfile:\n      type: RuntimeDefault"}]})
    );
}

#[test]
fn what_an_alias_shares_is_announced_and_fixed() {
    let pod = |second: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  securityContext: {{runAsNonRoot: true, runAsUser: 1000, seccompProfile: {{type: RuntimeDefault}}}}\n  containers:\n  - name: one\n    image: x\n    securityContext: &sc\n      capabilities: {{drop: [ALL]}}\n  - name: two\n    image: x\n    securityContext: {second}\n"
        )
    };
    let scratch = Scratch::new(&[("a.yaml", &pod("*sc"))]);
    let run = scratch.podline(&["check", "a.yaml"]);
    assert!(
        run.stdout.ends_with("Found 2 errors in 1 file. Fixable: 2 with --fix --unsafe-fixes.\n"),
        "{}",
        run.stdout
    );
    let run = scratch.podline(&["check", "--fix", "--unsafe-fixes", "a.yaml"]);
    assert!(run.stderr.contains("fixed 2 findings in 1 object"), "{}", run.stderr);
    // The second container has a waiver: what it shares stays, and nothing is announced.
    let waived =
        pod("*sc").replace("  - name: two", "  # podline: ignore[allowPrivilegeEscalation] sudo\n  - name: two");
    scratch.write("a.yaml", &waived);
    let run = scratch.podline(&["check", "a.yaml"]);
    assert!(run.stdout.contains("Found 1 error in 1 file; 1 waived.\n"), "{}", run.stdout);
    let run = scratch.podline(&["check", "--fix", "--unsafe-fixes", "a.yaml"]);
    assert!(run.stderr.contains("fixed 0 findings"), "{}", run.stderr);
    assert_eq!(scratch.read("a.yaml"), waived);
}
