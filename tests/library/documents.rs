//! What becomes of the documents of a file, and how one depends on the others.

use podline::finding::Severity;
use podline::lint::{Options, lint};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;

fn walked(text: &str) -> FileReport {
    lint(&SourceFile::new("a.yaml", text.into()).expect("a small file"), false, &Options::default())
}

fn named(text: &str) -> FileReport {
    lint(&SourceFile::new("a.yaml", text.into()).expect("a small file"), true, &Options::default())
}

fn rules(report: &FileReport) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

fn reasons(report: &FileReport) -> Vec<&'static str> {
    report.skipped.iter().map(|skipped| skipped.reason.as_str()).collect()
}

const OBJECT: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";

#[test]
fn a_file_without_manifests_is_none_of_ours() {
    for text in ["image: {tag: 1}\n", "- a\n- b\n", "just text\n", "a: [\n"] {
        let report = walked(text);
        assert_eq!((rules(&report), reasons(&report)), (vec![], vec!["not-manifest"]), "{text:?}");
    }
}

#[test]
fn a_document_without_kind_among_manifests_is_an_error() {
    for stray in ["metadata: {name: a}\n", "- a\n", "text\n", "{apiVersion: v1}\n", "{kind: Pod}\n"] {
        assert_eq!(rules(&walked(&format!("{OBJECT}---\n{stray}"))), ["manifest/missing-kind"], "{stray:?}");
    }
}

#[test]
fn a_broken_document_is_an_error_where_it_or_its_neighbour_is_a_manifest() {
    assert_eq!(rules(&walked(&format!("{OBJECT}---\na: [\n"))), ["manifest/invalid-yaml"]);
    assert_eq!(rules(&walked("kind: Pod\na: [\n")), ["manifest/invalid-yaml"]);
    assert_eq!(rules(&named("a: [\n")), ["manifest/invalid-yaml"]);
}

#[test]
fn an_unrendered_template_is_skipped_unless_it_was_named() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n";
    assert_eq!(reasons(&walked(template)), ["unrendered"]);
    assert_eq!(rules(&named(template)), ["manifest/invalid-yaml"]);
}

#[test]
fn braces_in_a_string_do_not_make_a_template_of_a_broken_document() {
    let rule = "apiVersion: v1\nkind: ConfigMap\ndata:\n  alert: \"{{ $labels.pod }} is down\"\n";
    assert_eq!(rules(&walked(&format!("{rule}---\n{OBJECT}---\nkind: Pod\na: [\n"))), ["manifest/invalid-yaml"]);
    assert_eq!(rules(&walked(&format!("{rule}a: [\n"))), ["manifest/invalid-yaml"]);
}

#[test]
fn parameters_of_an_openshift_template_are_filled_in_before_decoding() {
    let text = "
apiVersion: template.openshift.io/v1
kind: Template
objects:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: a}
  spec:
    replicas: ${{REPLICAS}}
    template: {spec: {hostPID: true, containers: []}}
";
    let report = named(text);
    assert_eq!(rules(&report), ["pss/hostNamespaces", "manifest/no-containers"]);
    assert_eq!(report.templates[0].object.item.as_deref(), Some("0"));
}

#[test]
fn a_pattern_in_a_policy_is_skipped_as_a_policy() {
    let policy = "
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: a}
spec: {rules: [{validate: {pattern: {spec: {containers: [{name: \"*\", image: \"*:*\"}]}}}}]}
";
    assert_eq!((rules(&walked(policy)), reasons(&walked(policy))), (vec![], vec!["policy"]));
}

#[test]
fn lists_are_taken_apart_and_their_items_know_where_they_stand() {
    let inner = "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, spec: {hostIPC: true}}]}";
    let report = named(&format!("{{apiVersion: v1, kind: PodList, items: [{{spec: {{hostPID: true}}}}, {inner}]}}"));
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.rule.starts_with("pss/"))
        .map(|f| (f.path.to_string(), f.object.as_ref().and_then(|o| o.item.as_deref())))
        .collect();
    let expected = [("spec.hostPID", Some("0")), ("spec.hostIPC", Some("1.0"))];
    assert_eq!(found, expected.map(|(path, item)| (path.to_owned(), item)));
}

#[test]
fn items_behind_an_alias_are_judged_where_the_anchor_stands() {
    let text = "
x: &x
- {apiVersion: v1, kind: Pod, metadata: {name: a}, metadata: {name: b}, spec: {hostPID: true}}
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: List, items: *x}
";
    let report = named(text);
    assert_eq!(rules(&report), ["manifest/duplicate-key", "manifest/no-containers", "pss/hostNamespaces"]);
    assert_eq!(report.findings[2].path, "spec.hostPID");
    assert_eq!(report.findings[2].location.start.line, 3);
}

#[test]
fn a_repeated_key_of_the_list_itself_is_told() {
    let report =
        named("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {hostPID: true}}]\nitems: []\n");
    assert_eq!(rules(&report), ["manifest/duplicate-key"]);
}

#[test]
fn a_repeated_key_of_a_custom_resource_is_an_error_where_it_hides_a_security_context() {
    let thing = |first: &str| format!("{{apiVersion: example.com/v1, kind: Thing, spec: {{{first}, pods: []}}}}");
    let severity = |text: &str| named(text).findings[0].severity.as_str();
    assert_eq!(severity(&thing("pods: [{name: a, securityContext: {runAsNonRoot: true}}]")), "error");
    assert_eq!(severity(&thing("pods: [{name: a}]")), "warning");
}

#[test]
fn what_kubectl_drops_is_told() {
    for dropped in ["a: 1\n...\nb: 2\n", "a: 1\r---\rb: 2\r"] {
        let text = format!("{{apiVersion: v1, kind: ConfigMap}}{}", &dropped[4..]);
        assert_eq!(rules(&named(&text)), ["manifest/ignored-content"], "{dropped:?}");
    }
}

#[test]
fn an_object_that_kubectl_drops_is_an_error_and_other_text_a_warning() {
    let dropped =
        |text: &str| named(&format!("{{apiVersion: v1, kind: ConfigMap}}\n...\n{text}\n")).findings[0].severity;
    assert_eq!(dropped("apiVersion: v1\nkind: Pod"), Severity::Error);
    assert_eq!(dropped("{apiVersion: v1, kind: Pod}"), Severity::Error);
    assert_eq!(dropped("the end"), Severity::Warning);
}

#[test]
fn a_line_that_separates_nothing_is_told_with_the_right_one() {
    for line in ["--", "--—", "———", "- - -", " ---", "===", "***"] {
        let text =
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{line}\napiVersion: v1\nkind: Pod\n");
        let report = named(&text);
        assert_eq!(rules(&report), ["manifest/invalid-yaml"], "{line}");
        let message = &report.findings[0].message;
        assert!(message.ends_with("; documents are separated by a line ---, without anything before it"), "{message}");
    }
    let more = named("apiVersion: v1\nkind: ConfigMap\n----\na: b\n");
    assert!(more.findings.iter().any(|finding| finding.message.ends_with("may follow \"---\" on its line")));
}

#[test]
fn misspelt_workloads_are_errors_and_custom_resources_are_left_alone() {
    let kind = |version: &str, kind: &str| named(&format!("{{apiVersion: {version}, kind: {kind}, spec: {{}}}}"));
    for (version, name, meant) in [
        ("v1", "pod", "Pod"),
        ("apps/v1", "Deploymnet", "Deployment"),
        ("app/v1", "Deployment", "apps/v1"),
        ("v1", "Job", "batch/v1"),
    ] {
        let report = kind(version, name);
        assert_eq!(rules(&report), ["manifest/unknown-kind"], "{version} {name}");
        assert!(
            report.findings[0].message.ends_with(&format!("did you mean {meant}?")),
            "{}",
            report.findings[0].message
        );
    }
    for (version, name) in
        [("example.com/v1", "Pod"), ("v1", "Node"), ("apps/v1", "Scale"), ("policy/v1beta1", "PodSecurityPolicy")]
    {
        assert_eq!(rules(&kind(version, name)), [""; 0], "{version} {name}");
    }
}

#[test]
fn a_partial_verdict_takes_what_is_missing_for_a_note_and_what_is_forbidden_for_an_error() {
    let service = |context: &str| {
        named(&format!(
            "{{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {{name: a}}, \
             spec: {{template: {{spec: {{containers: [{{name: c, image: i{context}}}]}}}}}}}}"
        ))
    };
    let missing = service("");
    assert!(missing.findings.iter().all(|finding| finding.severity.as_str() == "note"));
    assert_eq!((missing.templates[0].complete, missing.templates[0].verdicts[0].allowed), (false, None));
    let forbidden = service(", securityContext: {privileged: true}");
    assert!(forbidden.findings.iter().any(|f| (f.rule.as_str(), f.severity.as_str()) == ("pss/privileged", "error")));
    assert_eq!(forbidden.templates[0].verdicts[0].allowed, Some(false));
}

#[test]
fn steps_of_a_workflow_are_judged_with_the_settings_written_beside_them() {
    let report = named(
        "
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  hostNetwork: true
  securityContext: {runAsUser: 0}
  volumes: [{name: host, hostPath: {path: /}}]
  templates:
  - {name: order, steps: [[{name: a, template: build}]]}
  - name: build
    securityContext: {runAsUser: 1000}
    container: {image: b, securityContext: {privileged: true}}
    sidecars: [{name: db, image: c}]
  - name: as-root
    script: {image: d, source: x}
",
    );
    let paths: Vec<_> = report.templates.iter().map(|one| format!("{} {}", one.path, one.complete)).collect();
    assert_eq!(paths, ["spec.templates[1] false", "spec.templates[2] false"]);
    let errors: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.severity.as_str() == "error")
        .map(|f| (f.path.to_string(), f.rule.as_str()))
        .collect();
    assert_eq!(
        errors,
        [
            ("spec.hostNetwork".to_owned(), "pss/hostNamespaces"),
            ("spec.securityContext.runAsUser".to_owned(), "pss/runAsUser"),
            ("spec.volumes[0].hostPath".to_owned(), "pss/restrictedVolumes"),
            ("spec.templates[1].container.securityContext.privileged".to_owned(), "pss/privileged"),
        ]
    );
}

#[test]
fn what_a_placeholder_leaves_open_is_neither_allowed_nor_denied() {
    let text = "
apiVersion: template.openshift.io/v1
kind: Template
objects:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
  spec: {hostNetwork: \"${{HOST}}\", containers: [{name: c, securityContext: {runAsUser: \"${UID}\"}}]}
";
    let file = SourceFile::new("a.yaml", text.into()).expect("a small file");
    let baseline = Options { level: podline::Level::Baseline, ..Options::default() };
    let report = lint(&file, true, &baseline);
    assert_eq!(rules(&report), ["manifest/unjudged-settings"]);
    assert_eq!((report.templates[0].complete, report.templates[0].verdicts[0].allowed), (false, None));
    assert_eq!(reasons(&report), [""; 0]);
}

#[test]
fn a_string_around_a_variable_is_no_placeholder() {
    let text = "{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, args: --host=$(POD_IP)}]}}";
    assert_eq!(rules(&walked(text)), ["manifest/wrong-type"]);
}

#[test]
fn braces_in_a_block_scalar_do_not_make_a_template_of_a_broken_document() {
    let text = "kind: Pod\nmetadata:\n  annotations:\n    note: >-\n      {{ pod }} is\n spec: {}\n";
    assert_eq!(rules(&walked(text)), ["manifest/invalid-yaml"]);
}

#[test]
fn a_mapping_where_steps_are_a_list_is_a_wrong_type() {
    let text =
        "{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: {a: {image: b, securityContext: {privileged: true}}}}}";
    assert_eq!(rules(&named(text)), ["manifest/wrong-type"]);
}

#[test]
fn every_place_where_workflows_keep_containers_is_looked_into() {
    let workflow = "
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  templateDefaults: {container: {image: a, securityContext: {privileged: true}}}
  templates:
  - name: steps
    steps: [[{name: a, inline: {container: {image: b, securityContext: {privileged: true}}}}]]
  - name: dag
    dag: {tasks: [{name: b, inline: {container: {image: c, securityContext: {privileged: true}}}}]}
";
    let pipeline = "
apiVersion: tekton.dev/v1
kind: Pipeline
spec:
  finally: [{name: a, taskSpec: {steps: [{image: b, securityContext: {privileged: true}}]}}]
";
    let run =
        "{apiVersion: tekton.dev/v1, kind: TaskRun, spec: {taskRef: {name: a}, podTemplate: {hostNetwork: true}}}";
    let errors =
        |text: &str| named(text).findings.iter().filter(|finding| finding.severity.as_str() == "error").count();
    assert_eq!([errors(workflow), errors(pipeline), errors(run)], [3, 1, 1]);
}

#[test]
fn a_container_anywhere_in_a_list_makes_a_pod_of_it() {
    for list in ["containers: [null, {name: a, image: b}]", "initContainers: [{name: a, image: b}]"] {
        let text = format!("{{apiVersion: example.com/v1, kind: Thing, spec: {{{list}}}}}");
        assert_eq!(rules(&named(&text)), ["manifest/unjudged-template"], "{list}");
    }
}

#[test]
fn a_graph_of_kro_is_a_list_of_its_templates() {
    let text = "
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: {name: app}
spec:
  schema: {apiVersion: v1alpha1, kind: App}
  resources:
  - {id: old, externalRef: {apiVersion: v1, kind: ConfigMap}}
  - id: web
    template:
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: \"${schema.spec.name}\"}
      spec: {replicas: \"${schema.spec.replicas}\", template: {spec: {hostPID: true, containers: []}}}
";
    let report = named(text);
    assert_eq!(rules(&report), ["pss/hostNamespaces", "manifest/no-containers"]);
    assert_eq!(report.templates[0].object.item.as_deref(), Some("1"));
}

#[test]
fn settings_for_the_pods_of_an_operator_are_judged_without_its_containers() {
    let kafka = "{apiVersion: kafka.strimzi.io/v1beta2, kind: KafkaBridge, spec: {template: {pod: {securityContext: {runAsUser: 0}}}}}";
    assert_eq!(rules(&named(kafka)), ["pss/runAsUser"]);
}

#[test]
fn the_server_of_an_inference_service_is_a_container() {
    let service = "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, spec: {predictor: {hostIPC: true, model: {modelFormat: {name: a}, securityContext: {privileged: true}}}}}";
    let report = named(service);
    let errors = report.findings.iter().filter(|finding| finding.severity.as_str() == "error");
    let paths: Vec<String> = errors.map(|finding| finding.path.to_string()).collect();
    assert_eq!(paths, ["spec.predictor.hostIPC", "spec.predictor.model.securityContext.privileged"]);
}

#[test]
fn two_tags_before_commas_in_an_unfinished_collection_are_refused_without_a_crash() {
    assert_eq!(rules(&named("containers:\n{!a,!a,")), ["manifest/invalid-yaml"]);
    assert_eq!(reasons(&walked("containers:\n{!a,!a,")), ["not-manifest"]);
}
