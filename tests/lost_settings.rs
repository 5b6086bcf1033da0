//! What of an object is lost, and what nobody knows yet: told, and everything else judged.

use podline::finding::Severity;
use podline::lint::{Options, lint};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;

fn judged(text: &str) -> FileReport {
    lint(&SourceFile::new("a.yaml", text.into()).expect("a small file"), true, &Options::default())
}

fn walked(text: &str) -> FileReport {
    lint(&SourceFile::new("a.yaml", text.into()).expect("a small file"), false, &Options::default())
}

fn rules(report: &FileReport) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.rule).collect()
}

fn reasons(report: &FileReport) -> Vec<&'static str> {
    report.skipped.iter().map(|skipped| skipped.reason.as_str()).collect()
}

/// The findings of a rule: their lines, severities and messages.
fn of_rule(report: &FileReport, rule: &str) -> Vec<(usize, Severity, String)> {
    let found = report.findings.iter().filter(|finding| finding.rule == rule);
    found.map(|finding| (finding.location.start.line, finding.severity, finding.message.clone())).collect()
}

/// A pod that restricted allows, with more fields in its spec and its container.
fn pod(spec: &str, container: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  securityContext: {{runAsNonRoot: true, seccompProfile: {{type: RuntimeDefault}}}}
{spec}  containers:
  - name: c
    image: registry.example/a:1
    securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}}}
{container}"
    )
}

#[test]
fn unknown_and_repeated_fields_of_built_in_kinds_are_errors_and_of_custom_resources_warnings() {
    let unknown = judged(&pod("  hostUser: false\n", "    volumeMount: []\n"));
    assert_eq!(of_rule(&unknown, "manifest/unknown-field").len(), 2);
    assert!(unknown.findings.iter().all(|finding| finding.severity == Severity::Error), "{unknown:?}");
    assert!(unknown.findings[0].message.contains("Helm installs it without"));
    let twice = judged(&pod("", "    volumeMounts: []\n    volumeMounts: []\n"));
    assert_eq!(of_rule(&twice, "manifest/duplicate-key")[0].1, Severity::Error);
    let config = judged("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, title: b}\ndata: {a: b, a: c}\n");
    assert!(config.findings.len() == 2 && config.findings.iter().all(|one| one.severity == Severity::Error));
    let custom = judged("{apiVersion: example.com/v1, kind: Thing, metadata: {name: a, title: b}, a: 1, a: 2}");
    assert!(custom.findings.len() == 2 && custom.findings.iter().all(|one| one.severity == Severity::Warning));
}

#[test]
fn two_objects_in_one_document_are_told_as_what_they_are() {
    for (between, why) in [
        ("", "no line --- separates"),
        ("    workingDir: /a\n      ---\n", "the --- before it is indented"),
        ("    workingDir: /a---\n", "glued to the end of a value"),
    ] {
        let text = format!("{}{between}apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: b}}\n", pod("", ""));
        let found = of_rule(&judged(&text), "manifest/duplicate-key");
        let about = found.iter().find(|(.., message)| message.starts_with("a second object begins here"));
        let (_, severity, message) = about.unwrap_or_else(|| panic!("{text}\n{found:?}"));
        assert_eq!(*severity, Severity::Error);
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn what_stands_in_a_securitycontext_of_a_workflow_and_does_not_belong_there_is_told() {
    let report = judged(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  \
         securityContext: {privileged: true}\n  templates:\n  - name: a\n    script: {image: b, source: c}\n",
    );
    let found = of_rule(&report, "manifest/unknown-field");
    assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [5], "{found:?}");
}

#[test]
fn a_placeholder_hides_nothing_but_itself() {
    for value in ["${REPLICAS}", "${REPLICAS:=2}", "$(REPLICAS)", "'{{ replicas }}'"] {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec:\n  replicas: {value}\n  template:\n    \
             spec:\n      hostPID: true\n      containers: [{{name: c, image: a}}]\n"
        );
        for report in [judged(&text), walked(&text)] {
            assert!(rules(&report).contains(&"pss/hostNamespaces"), "{value}");
            assert!(!rules(&report).contains(&"manifest/wrong-type"), "{value}");
            let missing = of_rule(&report, "pss/allowPrivilegeEscalation");
            assert_eq!(missing[0].1, Severity::Error, "what is missing is missing");
            assert_eq!((reasons(&report), report.templates[0].complete), (vec![], true));
        }
    }
}

#[test]
fn a_security_setting_that_nobody_knows_is_told_and_leaves_the_verdict_open() {
    let text = pod("  hostNetwork: ${HOST}\n", "").replace("runAsNonRoot: true", "runAsNonRoot: '${NON_ROOT}'");
    let report = judged(&text);
    assert_eq!(rules(&report), ["manifest/unjudged-settings"; 2]);
    assert_eq!((report.templates[0].complete, report.templates[0].verdicts[0].allowed), (false, None));
    let context = "    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n";
    for unknown in [
        "    securityContext: ${CONTEXT}\n",
        "    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['${DROP}']}}\n",
        "    securityContext: {privileged: '${P}', allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n",
    ] {
        let report = judged(&pod("", "").replace(context, unknown));
        assert_eq!(rules(&report), ["manifest/unjudged-settings"], "{unknown}");
    }
    let profile = pod("", "").replace("type: RuntimeDefault", "type: '${PROFILE}'");
    assert_eq!(rules(&judged(&profile)), ["manifest/unjudged-settings"]);
    let whole = pod("", "").replace("{runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}", "${CONTEXT}");
    assert_eq!(rules(&judged(&whole)), ["manifest/unjudged-settings"], "containers inherit it");
}

#[test]
fn what_sops_left_in_clear_is_judged() {
    let sops = "sops: {mac: 'ENC[AES256_GCM,data:a,type:str]', version: 3.9.0}\n";
    let value = "ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]";
    let text = format!("{}    env: [{{name: A, value: '{value}'}}]\n{sops}", pod("  hostPID: true\n", ""));
    let report = judged(&text);
    assert_eq!((rules(&report), reasons(&report)), (vec!["pss/hostNamespaces"], vec![]));
    let hidden = format!("{}{sops}", pod(&format!("  hostNetwork: '{value}'\n"), ""));
    assert_eq!(rules(&judged(&hidden)), ["manifest/unjudged-settings"]);
}

#[test]
fn a_document_is_passed_over_only_where_its_kind_its_pod_or_a_container_is_hidden() {
    let encrypted = "'ENC[AES256_GCM,data:a,type:str]'";
    for (text, reason) in [
        ("{apiVersion: apps/v1, kind: '${KIND}', metadata: {name: a}}".to_owned(), "unrendered"),
        ("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: '${SPEC}'}".to_owned(), "unrendered"),
        (format!("{{apiVersion: {encrypted}, kind: {encrypted}, sops: {{mac: a}}}}"), "encrypted"),
        (
            format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {encrypted}, sops: {{mac: a}}}}"),
            "encrypted",
        ),
        (format!("{{data: {encrypted}, sops: {{mac: a}}}}"), "encrypted"),
    ] {
        let report = judged(&text);
        assert_eq!((rules(&report), reasons(&report)), (vec![], vec![reason]), "{text}");
    }
    let container = pod("  hostPID: true\n", "  - ${SIDECAR}\n");
    let report = judged(&container);
    assert_eq!((rules(&report), reasons(&report)), (vec!["pss/hostNamespaces"], vec!["unrendered"]));
}

#[test]
fn pod_security_labels_that_mean_nothing_are_told_in_every_run() {
    let namespace =
        |metadata: &str| judged(&format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: a, {metadata}}}}}"));
    for (metadata, end) in [
        ("labels: {pod-security.kubernetes.io/enforced: restricted}", "write pod-security.kubernetes.io/enforce"),
        ("labels: {podsecurity.kubernetes.io/enforce: restricted}", "write pod-security.kubernetes.io/enforce"),
        (
            "labels: {pod-security.kubernetes.io/enforce_version: v1.30}",
            "write pod-security.kubernetes.io/enforce-version",
        ),
        (
            "annotations: {pod-security.kubernetes.io/warn: restricted}",
            "write pod-security.kubernetes.io/warn among the labels",
        ),
    ] {
        let found = of_rule(&namespace(metadata), "policy/bad-namespace-label");
        assert!(found.len() == 1 && found[0].1 == Severity::Error && found[0].2.ends_with(end), "{found:?}");
    }
    let wrong = namespace("labels: {pod-security.kubernetes.io/enforce: restrictd}");
    assert!(wrong.findings[0].message.contains("did you mean restricted?"));
    let version = namespace("labels: {pod-security.kubernetes.io/enforce-version: v1.99}");
    assert_eq!(of_rule(&version, "policy/bad-namespace-label")[0].1, Severity::Warning);
    let right = namespace("labels: {pod-security.kubernetes.io/enforce: baseline, app: a}");
    assert_eq!(rules(&right), [""; 0]);
}

#[test]
fn annotations_that_do_nothing_are_told_with_the_field_to_write() {
    let annotated = |key: &str, value: &str, container: &str| {
        let metadata = format!("metadata: {{name: p, annotations: {{{key}: {value}}}}}");
        judged(&pod("", container).replace("metadata: {name: p}", &metadata))
    };
    let seccomp = "container.seccomp.security.alpha.kubernetes.io/c";
    let report = annotated(seccomp, "localhost/a.json", "");
    let found = of_rule(&report, "manifest/dead-annotation");
    assert!(found[0].2.ends_with(
        "write spec.containers[0].securityContext.seccompProfile: {type: Localhost, localhostProfile: a.json}"
    ));
    let changes = &report.findings[0].repair.as_ref().expect("a repair").changes;
    let paths: Vec<(String, bool)> = changes.iter().map(|one| (one.path.to_string(), one.set.is_some())).collect();
    assert_eq!(
        paths,
        [
            ("spec.containers[0].securityContext.seccompProfile".to_owned(), true),
            (format!("metadata.annotations[\"{seccomp}\"]"), false)
        ]
    );
    let app_armor = "container.apparmor.security.beta.kubernetes.io/";
    assert_eq!(rules(&annotated(&format!("{app_armor}gone"), "runtime/default", "")), ["manifest/dead-annotation"]);
    assert_eq!(rules(&annotated(&format!("{app_armor}c"), "runtime/default", "")), [""; 0]);
}

#[test]
fn a_waiver_below_a_key_that_is_given_again_does_not_count() {
    let report = judged(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    \
         podline.dev/ignore: \"hostNamespaces: it needs the network\"\n  annotations: {a: b}\nspec:\n  hostNetwork: true\n  \
         containers: [{name: c, image: a}]\n",
    );
    assert!(report.findings.iter().any(|one| one.rule == "pss/hostNamespaces" && one.waived.is_none()));
    assert_eq!(of_rule(&report, "policy/bad-waiver")[0].0, 6);
    let comment = judged(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  # podline: ignore[hostNamespaces] why\n  hostPID: true\n  \
         hostPID: true\n  containers: [{name: c, image: a}]\n",
    );
    assert!(comment.findings.iter().any(|one| one.rule == "pss/hostNamespaces" && one.waived.is_none()));
}

#[test]
fn an_element_of_a_list_that_is_no_object_is_refused() {
    for list in
        ["{apiVersion: v1, kind: List, items: [foo]}", "{apiVersion: v1, kind: ConfigMapList, items: [null, 1]}"]
    {
        let report = judged(list);
        assert!(
            !report.findings.is_empty() && rules(&report).iter().all(|rule| *rule == "manifest/wrong-type"),
            "{list}"
        );
    }
}
