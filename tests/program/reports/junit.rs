//! JUnit: one case an object, which fails exactly by what makes the exit status 1.

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};

use crate::support::command::Scratch;

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: true
  containers: [{name: app, image: a, unknown: 1}]
";

/// The cases of a run, each with what became of it, and the exit status.
fn cases(scratch: &Scratch, arguments: &[&str]) -> (i32, Vec<(String, String, &'static str)>) {
    let run = scratch.podline(&[&["check", "--format=junit", "--level=baseline"], arguments].concat());
    let report = Report::deserialize_from_str(&run.stdout).expect("JUnit");
    let case = |case: &quick_junit::TestCase| {
        let became = match &case.status {
            TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, .. } => "fails",
            TestCaseStatus::NonSuccess { .. } => "error",
            _ if case.system_out.is_some() => "passes, and says something",
            _ => "passes",
        };
        (case.classname.as_ref().expect("a class").as_str().to_owned(), case.name.as_str().to_owned(), became)
    };
    (run.status, report.test_suites.iter().flat_map(|suite| &suite.test_cases).map(case).collect())
}

fn one(class: &str, name: &str, became: &'static str) -> (String, String, &'static str) {
    (class.to_owned(), name.to_owned(), became)
}

#[test]
fn an_object_is_one_case_of_the_same_name_whatever_is_found_in_it() {
    let scratch = Scratch::repository(&[("web.yaml", POD)]);
    let fails = vec![one("web.yaml", "Pod shop/web", "fails")];
    assert_eq!(cases(&scratch, &["."]), (1, fails.clone()));
    scratch.write("web.yaml", &POD.replace("  hostPID: true\n", ""));
    assert_eq!(cases(&scratch, &["."]), (1, fails), "by another rule");
    scratch.write("web.yaml", &POD.replace("  hostPID: true\n", "").replace(", unknown: 1", ""));
    assert_eq!(cases(&scratch, &["."]), (0, vec![one("web.yaml", "Pod shop/web", "passes")]));
}

#[test]
fn what_does_not_make_the_exit_status_1_passes_and_is_told() {
    let scratch = Scratch::repository(&[("web.yaml", POD)]);
    let told = vec![one("web.yaml", "Pod shop/web", "passes, and says something")];
    assert_eq!(cases(&scratch, &["--fail-on=never", "."]), (0, told.clone()));
    scratch.write("podline.yaml", "rules: {\"*\": warning, unknown-field: warning}\n");
    assert_eq!(cases(&scratch, &["."]), (0, told.clone()));
    assert_eq!(cases(&scratch, &["--fail-on=warning", "."]).0, 1);
    let waived = POD.replace("hostPID: true", "hostPID: true # podline: ignore[hostNamespaces] it must");
    scratch.write("web.yaml", &waived.replace(", unknown: 1", ""));
    assert_eq!(cases(&scratch, &["."]), (0, told));
}

#[test]
fn what_is_about_no_object_is_a_case_that_is_called_like_the_file() {
    let scratch = Scratch::repository(&[("web.yaml", POD), ("broken.yaml", "kind: [Pod\n")]);
    let (status, found) = cases(&scratch, &["."]);
    assert_eq!(status, 1);
    assert_eq!(found[0], one("broken.yaml", "broken.yaml", "fails"));
    let (status, found) = cases(&scratch, &["web.yaml", "gone.yaml"]);
    assert_eq!(status, 2);
    assert!(found.contains(&one("gone.yaml", "gone.yaml", "error")), "{found:?}");
}

#[test]
fn what_is_denied_fails_and_else_is_not_told() {
    let secret = "data: ENC[AES256_GCM,data:a,type:str]\nsops: {mac: x, version: '3'}\n";
    let pod = POD.replace("  hostPID: true\n", "").replace(", unknown: 1", "");
    let scratch = Scratch::repository(&[("web.yaml", &pod), ("secret.yaml", secret)]);
    let passes = one("web.yaml", "Pod shop/web", "passes");
    assert_eq!(cases(&scratch, &["."]), (0, vec![passes.clone()]));
    let fails = one("secret.yaml", "secret.yaml", "fails");
    assert_eq!(cases(&scratch, &["--deny=encrypted", "."]), (1, vec![fails.clone(), passes.clone()]));
    scratch.write("podline.yaml", "deny: encrypted\n");
    assert_eq!(cases(&scratch, &["."]), (1, vec![fails, passes]));
    let (status, found) = cases(&scratch, &["--deny=unknown-version", "--kubernetes-version=v1.99", "."]);
    assert_eq!((status, &found[0]), (1, &one("podline", "deny unknown-version", "fails")));
}

#[test]
fn objects_of_one_name_are_told_apart_by_their_documents() {
    let pod = POD.replace("  hostPID: true\n", "").replace(", unknown: 1", "");
    let scratch = Scratch::repository(&[("web.yaml", &format!("{pod}---\n{}", pod.replace("v1", "v1 ")))]);
    let names: Vec<String> = cases(&scratch, &["--ignore=*", "."]).1.into_iter().map(|(_, name, _)| name).collect();
    assert!(names.contains(&"Pod shop/web".to_owned()), "{names:?}");
    assert!(names.contains(&"Pod shop/web (document 1)".to_owned()), "{names:?}");
}

#[test]
fn what_was_skipped_is_counted_in_properties() {
    let pod = POD.replace("  hostPID: true\n", "").replace(", unknown: 1", "");
    let secret = "data: ENC[AES256_GCM,data:a,type:str]\nsops: {mac: x, version: '3'}\n";
    let two = format!("{pod}---\n{secret}");
    let scratch = Scratch::repository(&[("web.yaml", &two), ("secret.yaml", secret), ("values.yaml", "a: b\n")]);
    let junit = scratch.podline(&["check", "--format=junit", "--level=baseline", "."]).stdout;
    let report = Report::deserialize_from_str(&junit).expect("JUnit");
    let properties = report.test_suites.iter().flat_map(|suite| &suite.properties);
    let told: Vec<(&str, &str)> = properties.map(|one| (one.name.as_str(), one.value.as_str())).collect();
    assert_eq!(told, [("skipped.not-manifest", "1"), ("skipped.encrypted", "1"), ("skippedDocuments.encrypted", "1")]);
}
