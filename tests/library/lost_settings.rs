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
    report.findings.iter().map(|finding| finding.rule.as_str()).collect()
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
        ("# ---\n", "the --- before it stands in a comment"),
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
fn each_object_that_overwrites_the_one_before_is_told() {
    let object = |name: &str| format!("kind: ConfigMap\napiVersion: v1\nmetadata: {{name: {name}}}\n");
    let found = of_rule(&judged(&["a", "b", "c"].map(object).concat()), "manifest/duplicate-key");
    assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [4, 7], "{found:?}");
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
fn a_placeholder_that_is_a_part_of_a_value_may_make_it_one_of_any_type() {
    let context = "allowPrivilegeEscalation: false";
    for value in ["'${A}false'", "'${A}${B}'", "'{{ a }}e'", "'$(A)lse'"] {
        let report = judged(&pod("", "").replace(context, &format!("allowPrivilegeEscalation: {value}")));
        assert_eq!(rules(&report), ["manifest/unjudged-settings"], "{value}");
    }
    for port in ["ports: [{containerPort: '80${N}'}]", "ports: [{containerPort: '${A}${B}'}]"] {
        let report = judged(&pod("", &format!("    {port}\n")));
        assert_eq!(rules(&report), [""; 0], "{port}");
    }
    // A text around a placeholder is no list, whatever it is filled with.
    let arguments = judged(&pod("", "    args: 'a ${B}'\n"));
    assert_eq!(rules(&arguments), ["manifest/wrong-type"]);
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
    for (version, kind, spec) in [
        ("apps/v1", "Deployment", "{template: '${T}'}"),
        ("v1", "ReplicationController", "{template: '${T}'}"),
        ("argoproj.io/v1alpha1", "Rollout", "'${SPEC}'"),
        ("argoproj.io/v1alpha1", "Rollout", "{template: '${T}'}"),
        ("argoproj.io/v1alpha1", "Workflow", "{templates: '${T}'}"),
        ("argoproj.io/v1alpha1", "Workflow", "{templates: [{name: a, container: '${C}'}]}"),
    ] {
        let report = judged(&format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}, spec: {spec}}}"));
        let judged = report.templates.iter().filter(|template| template.is_judged()).count();
        assert_eq!((rules(&report), reasons(&report), judged), (vec![], vec!["unrendered"], 0), "{kind} {spec}");
    }
    let container = pod("  hostPID: true\n", "  - ${SIDECAR}\n");
    let report = judged(&container);
    assert_eq!((rules(&report), reasons(&report)), (vec!["pss/hostNamespaces"], vec!["unrendered"]));
}

#[test]
fn an_object_whose_api_version_alone_is_hidden_is_judged_as_the_workload_that_its_kind_can_mean() {
    let pod = "{hostPID: true, containers: [{name: c, image: a}]}";
    for (version, rest, is_judged) in [
        ("${V}", format!("kind: Pod, metadata: {{name: a}}, spec: {pod}"), true),
        ("'{{ .v }}'", format!("kind: Deployment, metadata: {{name: a}}, spec: {{template: {{spec: {pod}}}}}"), true),
        ("apps/${V}", format!("kind: DaemonSet, metadata: {{name: a}}, spec: {{template: {{spec: {pod}}}}}"), true),
        ("${V}", format!("kind: Rollout, metadata: {{name: a}}, spec: {{template: {{spec: {pod}}}}}"), true),
        // One of Knative has a pod, one of Kubernetes has none.
        ("${V}", "kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}".to_owned(), false),
        ("${V}", "kind: ConfigMap, metadata: {name: a}".to_owned(), false),
    ] {
        let report = judged(&format!("{{apiVersion: \"{}\", {rest}}}", version.trim_matches('\'')));
        let has_error = report.findings.iter().any(|finding| finding.rule.as_str() == "pss/hostNamespaces");
        assert_eq!(has_error, is_judged, "{version} {rest}: {:?}", report.findings);
        assert_eq!(reasons(&report), if is_judged { vec![] } else { vec!["unrendered"] }, "{version} {rest}");
    }
}

#[test]
fn pod_security_labels_at_workloads_and_their_pods_are_said_to_do_nothing() {
    let label = "labels: {pod-security.kubernetes.io/enforce: restricted}";
    let containers = "containers: [{name: c, image: a}]";
    for (text, path, what) in [
        (
            format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a, {label}}}, spec: {{{containers}}}}}"),
            "metadata.labels",
            "at a Pod:",
        ),
        (
            format!(
                "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, spec: {{template: {{metadata: {{{label}}}, \
                 spec: {{{containers}}}}}}}}}"
            ),
            "spec.template.metadata.labels",
            "at pods:",
        ),
        (
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a, annotations: {pod-security.kubernetes.io/enforced: \
             baseline}}}"
                .to_owned(),
            "metadata.annotations",
            "at a ServiceAccount:",
        ),
    ] {
        let report = judged(&text);
        let found = of_rule(&report, "policy/bad-namespace-label");
        assert!(found.len() == 1 && found[0].1 == Severity::Warning && found[0].2.contains(what), "{found:?}");
        let finding = report.findings.iter().find(|one| one.rule.as_str() == "policy/bad-namespace-label");
        assert!(finding.expect("found").path.to_string().starts_with(path), "{text}");
    }
}

#[test]
fn labels_of_namespaces_that_a_controller_makes_are_checked_as_those_of_a_namespace() {
    let (wrong, right) =
        ("{pod-security.kubernetes.io/enforce: restrictd}", "{pod-security.kubernetes.io/warn: baseline}");
    let object = |version: &str, kind: &str, rest: &str, labels: &str| {
        judged(&format!(
            "{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}, {}}}",
            rest.replace('@', labels)
        ))
    };
    for (version, kind, rest) in [
        ("argoproj.io/v1alpha1", "Application", "spec: {syncPolicy: {managedNamespaceMetadata: {labels: @}}}"),
        (
            "argoproj.io/v1alpha1",
            "ApplicationSet",
            "spec: {template: {spec: {syncPolicy: {managedNamespaceMetadata: {labels: @}}}}}",
        ),
        ("capsule.clastix.io/v1beta2", "Tenant", "spec: {namespaceOptions: {additionalMetadata: {labels: @}}}"),
        (
            "capsule.clastix.io/v1beta2",
            "Tenant",
            "spec: {namespaceOptions: {additionalMetadataList: [{}, {labels: @}]}}",
        ),
        ("fleet.cattle.io/v1alpha1", "Bundle", "spec: {namespaceLabels: @}"),
        (
            "kubernetes.crossplane.io/v1alpha2",
            "Object",
            "spec: {forProvider: {manifest: {apiVersion: v1, kind: Namespace, metadata: {name: b, labels: @}}}}",
        ),
    ] {
        let found = of_rule(&object(version, kind, rest, wrong), "policy/bad-namespace-label");
        assert!(found.len() == 1 && found[0].2.contains("did you mean restricted?"), "{kind} {rest}: {found:?}");
        assert!(of_rule(&object(version, kind, rest, right), "policy/bad-namespace-label").is_empty(), "{kind} {rest}");
    }
    let project = "{apiVersion: project.openshift.io/v1, kind: Project, metadata: {name: a, annotations: \
                   {pod-security.kubernetes.io/warn: restricted}}}";
    assert_eq!(rules(&judged(project)), ["policy/bad-namespace-label"]);
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
fn labels_that_slipped_out_of_the_metadata_of_a_namespace_are_told() {
    let label = "labels: {pod-security.kubernetes.io/enforce: restricted}";
    for (rest, field) in [(label.to_owned(), "labels"), (format!("spec: {{{label}}}"), "spec.labels")] {
        let report = walked(&format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: a}}, {rest}}}"));
        let found = of_rule(&report, "manifest/unknown-field");
        let start = format!("unknown field \"{field}\": kubectl and server-side apply refuse it");
        assert!(found[0].2.starts_with(&start) && found[0].2.ends_with("did you mean metadata.labels?"), "{found:?}");
    }
    let whole = "{apiVersion: v1, kind: Namespace, metadata: {name: a}, spec: {finalizers: [kubernetes]}, status: {phase: Active}}";
    assert_eq!(rules(&walked(whole)), [""; 0]);
}

#[test]
fn a_pod_in_clear_is_no_encrypted_document_for_lack_of_a_kind() {
    let pod = "metadata: {name: a}\nspec: {hostPID: true, containers: [{name: c}]}\nsops: {mac: x}\n";
    assert_eq!(rules(&walked(pod)), ["manifest/missing-kind"]);
    assert_eq!(reasons(&walked("password: ENC[AES256_GCM,data:x]\nsops: {mac: x}\n")), ["encrypted"]);
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
    for key in [
        "container.apparmor.security.alpha.kubernetes.io/c",
        "container.app-armor.security.beta.kubernetes.io/c",
        "container.aparmor.security.beta.kubernetes.io/c",
        "apparmor.security.beta.kubernetes.io/pod",
    ] {
        let report = annotated(key, "runtime/default", "");
        let found = of_rule(&report, "manifest/dead-annotation");
        assert!(
            found.len() == 1 && found[0].2.ends_with("write appArmorProfile into a securityContext"),
            "{key}: {found:?}"
        );
    }
    for other in ["apparmor.example.com/profile", "apparmorprofiles.security-profiles-operator.x-k8s.io/a", "a.b/c"] {
        assert_eq!(rules(&annotated(other, "x", "")), [""; 0]);
    }
}

#[test]
fn annotations_for_sysctls_do_nothing_and_their_field_is_written() {
    for key in ["security.alpha.kubernetes.io/sysctls", "security.alpha.kubernetes.io/unsafe-sysctls"] {
        let metadata = format!("metadata: {{name: p, annotations: {{{key}: 'net.core.somaxconn=1,kernel.msgmax=2'}}}}");
        let report = judged(&pod("", "").replace("metadata: {name: p}", &metadata));
        assert_eq!(rules(&report), ["manifest/dead-annotation"]);
        assert!(report.findings[0].message.contains("since 1.11; write spec.securityContext.sysctls"));
        let change = &report.findings[0].repair.as_ref().expect("a repair").changes[0];
        let sysctls = serde_json::json!([
            {"name": "net.core.somaxconn", "value": "1"},
            {"name": "kernel.msgmax", "value": "2"}
        ]);
        assert_eq!((change.path.to_string().as_str(), &change.set), ("spec.securityContext.sysctls", &Some(sysctls)));
    }
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

#[test]
fn a_field_that_a_newer_cluster_may_have_is_a_warning_that_says_why() {
    let text = pod("  hostUser: false\n", "");
    let file = SourceFile::new("a.yaml", text.into()).expect("a small file");
    let report = lint(&file, true, &Options { cluster: 99, ..Options::default() });
    let found = of_rule(&report, "manifest/unknown-field");
    assert_eq!(found[0].1, Severity::Warning);
    let message = "unknown field \"spec.hostUser\": Kubernetes v1.37, the newest that podline knows, does not have it, \
                   and v1.99 may; did you mean hostUsers?";
    assert_eq!(found[0].2, message);
}

/// The one finding of a template without containers: its line, severity and message.
fn no_containers(text: &str) -> (usize, Severity, String) {
    let report = judged(text);
    assert_eq!(report.templates.len(), 1, "its entry and verdict stay: {text}");
    assert!(!report.templates[0].is_judged() && report.templates[0].verdicts[0].allowed.is_some());
    of_rule(&report, "manifest/no-containers").pop().unwrap_or_else(|| panic!("{text}: {:?}", rules(&report)))
}

#[test]
fn a_template_without_containers_is_not_counted_as_judged() {
    for (text, path) in [
        ("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}}", "spec.containers"),
        ("{apiVersion: v1, kind: Pod, metadata: {name: a}}", "spec.containers"),
        ("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {}}", "spec.template.spec.containers"),
        (
            "{apiVersion: batch/v1, kind: Job, spec: {template: {spec: {containers: []}}}}",
            "spec.template.spec.containers",
        ),
        ("{apiVersion: v1, kind: PodTemplate, template: {metadata: {labels: {a: b}}}}", "template.spec.containers"),
    ] {
        let message = format!(
            "{path} holds no container, so that there is nothing to judge; Kubernetes refuses the object ({path}: \
             Required value)"
        );
        assert_eq!(no_containers(text), (1, Severity::Warning, message), "{text}");
    }
}

#[test]
fn containers_that_stand_elsewhere_in_the_object_are_an_error_at_their_line() {
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";
    for (text, line, at) in [
        ("template:\n  spec:\n    containers: [{name: a, image: b}]\n", 6, "template.spec.containers"),
        ("spec:\n  template:\n    containers: [{name: a, image: b}]\n", 6, "spec.template.containers"),
        ("specc:\n  template: {spec: {containers: [{name: a}]}}\n", 5, "specc.template.spec.containers"),
        ("spec:\n  template:\n    spec:\n      container: [{image: b}]\n", 7, "spec.template.spec.container"),
        ("spec:\n  template:\n    spec:\n      container: {name: a, image: b}\n", 7, "spec.template.spec.container"),
    ] {
        let (found, severity, message) = no_containers(&format!("{head}{text}"));
        assert_eq!((found, severity), (line, Severity::Error), "{text}");
        assert!(
            message.starts_with(&format!("the containers at {at} are lost: nothing reads them there")),
            "{message}"
        );
    }
}

#[test]
fn what_may_have_containers_in_the_end_is_not_said_to_have_none() {
    for text in [
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: '${CONTAINERS}'}}",
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: '${SPEC}'}",
        "{apiVersion: v1, kind: ReplicationController, metadata: {name: a}, spec: {replicas: 0}}",
        "{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: {name: a}, spec: {containers: []}}",
    ] {
        assert!(of_rule(&judged(text), "manifest/no-containers").is_empty(), "{text}");
    }
}

#[test]
fn an_annotation_of_pods_at_the_object_that_makes_them_does_nothing() {
    let report = judged(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\n  annotations:\n    \
         seccomp.security.alpha.kubernetes.io/pod: runtime/default\n    \
         container.apparmor.security.beta.kubernetes.io/c: runtime/default\n    note: x\nspec:\n  template:\n    \
         spec: {containers: [{name: c, image: a}]}\n",
    );
    let found = of_rule(&report, "manifest/dead-annotation");
    assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [6, 7], "{found:?}");
    assert!(found[0].2.contains("those of its pods are spec.template.metadata.annotations"), "{}", found[0].2);
}

#[test]
fn containers_that_nobody_knows_do_not_count_as_judged_and_what_stands_beside_them_is() {
    for (containers, judged_templates) in [("'${ALL}'", 0), ("['${ONE}']", 0), ("['${ONE}', {name: c, image: a}]", 1)] {
        let report = judged(&format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{hostPID: true, containers: {containers}}}}}"
        ));
        assert!(rules(&report).contains(&"pss/hostNamespaces"), "{containers}");
        assert_eq!(reasons(&report), ["unrendered"], "{containers}");
        let known = report.templates.iter().filter(|template| template.is_judged()).count();
        assert_eq!(known, judged_templates, "{containers}");
    }
}

#[test]
fn a_placeholder_for_a_document_or_for_what_a_list_holds_is_unrendered() {
    for text in [
        "'${POD}'",
        "{apiVersion: v1, kind: List, items: ['${POD}']}",
        "{apiVersion: v1, kind: List, items: '${PODS}'}",
    ] {
        assert_eq!((rules(&judged(text)), reasons(&judged(text))), (vec![], vec!["unrendered"]), "{text}");
    }
    assert_eq!(rules(&judged("{apiVersion: v1, kind: List, items: [pod]}")), ["manifest/wrong-type"]);
}

#[test]
fn an_annotation_for_app_armor_or_seccomp_whose_domain_is_misspelt_does_nothing() {
    for (key, field) in [
        ("container.apparmor.security.beta.kubernets.io/c", "appArmorProfile"),
        ("container.apparmor.security.beta.kubernetes.io", "appArmorProfile"),
        ("container.aparmor.security.beta.kubernetes.io/c", "appArmorProfile"),
        ("seccomp.security.alpha.kubernets.io/pod", "seccompProfile"),
        ("container.seccomp.security.alpha.kubernete.io/c", "seccompProfile"),
    ] {
        let report = judged(&format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a, annotations: {{{key}: unconfined}}}}, spec: \
             {{containers: [{{name: c, image: a}}]}}}}"
        ));
        let found = of_rule(&report, "manifest/dead-annotation");
        assert!(found.len() == 1 && found[0].2.contains(&format!("write {field} into")), "{key}: {found:?}");
    }
    let other = "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: \
                 'true', apparmor.example.com/profile: x}}, spec: {containers: [{name: c, image: a}]}}";
    assert!(of_rule(&judged(other), "manifest/dead-annotation").is_empty());
}
