//! `podline levels`: what its users see, and that it agrees with judging by every level and version.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::command::{Run, podline, run};
use crate::support::{fixture, shared};
use podline::levels::{Question, ReadFile, Workloads, answer};
use podline::lint::namespaces::{Namespaces, survey};
use podline::lint::{Options, Surveying, lint};
use podline::pod_security::{Level, NEWEST_KNOWN, Version};
use podline::source::file::SourceFile;

/// In the folder of the five namespaces.
fn levels(arguments: &[&str]) -> Run {
    run(podline(&["levels"]).args(arguments).current_dir(fixture("cluster")))
}

#[test]
fn five_namespaces_and_what_stands_in_their_way() {
    let run = levels(&["-v", "."]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
}

#[test]
fn a_named_file_without_any_object_is_status_2() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, said) in [
        ("", "a.yaml: the file is empty"),
        ("# nothing\n", "nothing to judge: a.yaml holds no object"),
        ("replicas: 1\n", "nothing to judge: a.yaml holds no object"),
    ] {
        std::fs::write(folder.path().join("a.yaml"), text).expect("written");
        let run = run(podline(&["levels", "a.yaml"]).current_dir(folder.path()));
        assert_eq!((run.status, run.stderr), (2, format!("podline: error: {said}\n")), "{text:?}");
    }
}

#[test]
fn the_configuration_of_the_api_server_gives_defaults_and_exemptions() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write(
        "admission.yaml",
        "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n\
         defaults: {enforce: baseline}\nexemptions: {namespaces: [monitoring], runtimeClasses: [kata]}\n",
    );
    write("podline.yaml", "admission: {config: admission.yaml}\n");
    let (config, admission) = (folder.path().join("podline.yaml"), folder.path().join("admission.yaml"));
    let ask = |option: &str, file: &Path| {
        let file = file.to_str().expect("a path of text");
        let run = levels(&["--format", "json", option, file, "workloads.yaml", "namespaces.yaml"]);
        serde_json::from_str::<serde_json::Value>(&run.stdout).expect("JSON")
    };
    let report = ask("--admission-config", &admission);
    let row = |name: &str| {
        let rows = report["namespaces"].as_array().expect("a list");
        rows.iter().find(|row| row["name"] == name).expect("a namespace")
    };
    assert_eq!(row("monitoring")["today"]["enforce"], "baseline:latest");
    assert_eq!([&row("monitoring")["exempt"], &row("legacy")["exempt"]], [true, false]);
    assert_eq!(row("legacy")["strictest"]["enforce"], "restricted:latest", "its runtime class is exempt");
    assert_eq!(ask("--config", &config), report);
    let admission = admission.to_str().expect("a path of text");
    let patch = levels(&["--patch", "--admission-config", admission, "."]).stdout;
    assert!(patch.contains("# monitoring: exempt by the API server's configuration"), "{patch}");
    assert_eq!(levels(&["--admission-config", "missing.yaml", "."]).status, 2);
}

#[test]
fn five_namespaces_for_programs() {
    insta::assert_snapshot!(levels(&["--format", "json", "."]).stdout);
}

#[test]
fn five_namespaces_as_markdown() {
    insta::assert_snapshot!(levels(&["--format", "markdown", "."]).stdout);
}

#[test]
fn the_charts_that_block_namespaces() {
    insta::assert_snapshot!(levels(&["--by", "chart", "."]).stdout);
}

#[test]
fn the_labels_to_set() {
    insta::assert_snapshot!(levels(&["--patch", "."]).stdout);
    insta::assert_snapshot!(levels(&["--patch=commands", "."]).stdout);
}

#[test]
fn what_is_printed_to_be_applied_is_what_passes() {
    let patch = levels(&["--patch", "."]).stdout;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("namespaces.yaml"), patch).expect("written");
    let workloads = fixture("cluster/workloads.yaml");
    let check = run(podline(&["check", "--admission", "--format", "json"]).arg(folder.path()).arg(workloads));
    let report: serde_json::Value = serde_json::from_str(&check.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    let refused = findings.iter().filter(|one| one["severity"] == "error").map(|one| &one["object"]["namespace"]);
    assert!(
        refused.clone().all(|namespace| namespace == "ci"),
        "it enforces already what refuses its pods: {report:#}"
    );
    assert_eq!(refused.count(), 1);
}

#[test]
fn a_required_level_decides_the_exit_status() {
    let run = levels(&["--require", "baseline", "."]);
    assert_eq!((run.status, run.stderr.as_str()), (1, "podline: 2 of 5 namespaces do not reach it: ci, monitoring\n"));
    assert_eq!(levels(&["--require", "privileged", "."]).status, 0);
}

#[test]
fn a_list_of_kubectl_is_read_with_what_owns_what() {
    let objects = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", "uid": "d"},
         "spec": {"template": {"spec": {"containers": [{"name": "web"}]}}}},
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web-1", "namespace": "shop", "uid": "r",
         "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": "d"}]},
         "spec": {"replicas": 0, "template": {"spec": {"hostPID": true, "containers": [{"name": "web"}]}}}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "done", "namespace": "shop"},
         "spec": {"hostPID": true, "containers": [{"name": "a"}]}, "status": {"phase": "Succeeded"}}]}"#;
    let run = run(podline(&["levels", "--format", "json", "-"]).write_stdin(objects));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let row = &report["namespaces"][0];
    assert_eq!((&row["workloads"], &row["strictest"]["enforce"]), (&1.into(), &"baseline:latest".into()));
}

#[test]
fn an_earlier_answer_shows_progress() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("levels.json");
    std::fs::write(&file, levels(&["--format", "json", "."]).stdout).expect("written");
    let file = file.to_str().expect("UTF-8");
    assert!(levels(&["--since", file, "."]).stdout.contains("  BEFORE\n"));
    std::fs::write(file, "{}").expect("written");
    assert_eq!(levels(&["--since", file, "."]).status, 2);
}

#[test]
fn the_answer_is_as_its_schema_says() {
    let schema = run(&mut podline(&["schema", "levels"])).stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let report: serde_json::Value = serde_json::from_str(&levels(&["--format", "json", "."]).stdout).expect("JSON");
    for key in report.as_object().expect("an object").keys() {
        assert!(schema["properties"][key].is_object(), "{key} is not described");
    }
}

#[test]
fn it_agrees_with_judging_the_fixtures_by_every_level_and_version() {
    assert!(compare_all(&fixture("."), 200) > 40);
}

#[test]
fn it_agrees_with_judging_a_part_of_the_corpus_by_every_level_and_version() {
    if let Some(path) = shared("corpus/rendered") {
        let compared = compare_all(&path, 60);
        assert!(compared >= 25, "only {compared} namespaces were compared");
    }
}

/// Compares up to `limit` files of a folder; returns how many namespaces were compared.
fn compare_all(folder: &Path, limit: usize) -> usize {
    let files = ignore::WalkBuilder::new(folder).sort_by_file_name(Ord::cmp).build().flatten();
    // A file is judged more than a hundred times: large ones would take too long.
    let is_small = |file: &ignore::DirEntry| file.metadata().is_ok_and(|metadata| metadata.len() < 100_000);
    let files = files.filter(|file| file.path().extension().is_some_and(|end| end == "yaml") && is_small(file));
    files.take(limit).map(|file| compare(file.path())).sum()
}

/// Judges a file as it is asked for, and by every level and version; returns how many namespaces were compared.
fn compare(path: &Path) -> usize {
    let file = SourceFile::new("file.yaml", std::fs::read(path).expect("a file")).expect("a small file");
    let mut namespaces = Namespaces::default();
    namespaces.add(survey(&file, &Options::default()));
    let swept = lint(&file, true, &Options { level_survey: Surveying::Beside, ..Options::default() });
    let (name, namespace) = ("file.yaml".to_owned(), "default".to_owned());
    let swept = Workloads::new(vec![ReadFile { name, namespace, report: swept }]);
    let rows =
        answer(&swept, &namespaces, &Question { kubernetes_version: NEWEST_KNOWN, ..Question::default() }).namespaces;
    let mut strictest: BTreeMap<String, String> = BTreeMap::new();
    // From the strictest on, so that the first that passes stays: latest, then versions from the kubernetes_version on.
    for level in [Level::Restricted, Level::Baseline, Level::Privileged] {
        let versions = (0..NEWEST_KNOWN).rev().map(|minor| Version::Minor(minor.into()));
        for version in std::iter::once(Version::Latest).chain(versions) {
            let report = lint(&file, true, &Options { level, version, ..Options::default() });
            let mut passes: BTreeMap<String, bool> = rows.iter().map(|row| (row.name.clone(), true)).collect();
            for template in report.templates {
                let refused = template.verdicts[0].allowed == Some(false);
                *passes.entry(template.effective_namespace).or_insert(true) &= !refused;
            }
            for (namespace, _) in passes.into_iter().filter(|(_, passes)| *passes) {
                strictest.entry(namespace).or_insert_with(|| format!("{level}:{version}"));
            }
        }
    }
    let found: BTreeMap<String, String> = rows.into_iter().map(|row| (row.name, row.strictest.enforce)).collect();
    assert_eq!(found, strictest, "{}", path.display());
    found.len()
}
