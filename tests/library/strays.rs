//! Nothing passes in silence, and nothing is said of what is no manifest.

use std::fs;
use std::path::Path;

use podline::lint::{Options, Standing, lint};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;

fn judged(text: &str, named: bool) -> FileReport {
    lint(&SourceFile::new("a.yaml", text.into()).expect("a small file"), named, &Options::default())
}

fn walked(text: &str) -> FileReport {
    judged(text, false)
}

/// A file of a directory with others, as a walk meets it.
fn walked_at(directory: &Path, name: &str, text: &str) -> FileReport {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().expect("a directory")).expect("created");
    fs::write(&path, text).expect("written");
    let file = SourceFile::new(name, text.into()).expect("a small file");
    lint(&file, Standing::new(false, Some(&path)), &Options::default())
}

fn rules(report: &FileReport) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

fn reasons(report: &FileReport) -> Vec<&'static str> {
    report.skipped.iter().map(|skipped| skipped.reason.as_str()).collect()
}

/// What is said of a document that is to blame alone, whether it was named or walked.
fn only_message(text: &str, rule: &str) -> String {
    for named in [false, true] {
        assert_eq!(rules(&judged(text, named)), [rule], "named {named}: {text}");
    }
    walked(text).findings[0].message.clone()
}

const MISSING: &str = "manifest/missing-kind";
const SPEC: &str = "spec: {template: {spec: {containers: [{name: c, image: a}]}}}";

#[test]
fn an_object_that_lost_its_type_is_an_error_with_what_kubectl_says() {
    let no_kind = only_message(&format!("{{apiVersion: apps/v1, metadata: {{name: d}}, {SPEC}}}"), MISSING);
    assert_eq!(no_kind, "the document has no kind: kubectl refuses it (Object 'Kind' is missing)");
    let no_version = only_message("{kind: CronJob, metadata: {name: d}}", MISSING);
    assert_eq!(
        no_version,
        "the document has no apiVersion: kubectl refuses it (apiVersion not set); write apiVersion: batch/v1"
    );
    for text in [
        format!("{{metadata: {{name: d}}, {SPEC}}}"),
        "{kind: Pod, spec: {containers: [{name: a}]}}".to_owned(),
        "{apiVersion: v1, metadata: {name: a}, data: {b: c}}".to_owned(),
        "{apiVersion: batch/v1, spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: a}]}}}}}}"
            .to_owned(),
    ] {
        only_message(&text, MISSING);
    }
}

#[test]
fn a_misspelt_key_is_named_with_the_right_one() {
    for (text, end) in [
        ("{Kind: Pod, apiVersion: v1, metadata: {name: p}}", "write kind, not Kind"),
        ("{kind: Pod, apiversion: v1, metadata: {name: p}}", "write apiVersion, not apiversion"),
        ("{kind: Pod, api_version: v1, spec: {}}", "write apiVersion, not api_version"),
        ("{knd: Pod, apiVersoin: v1, metadata: {name: p}}", "write kind, not knd, and apiVersion, not apiVersoin"),
    ] {
        let message = only_message(text, MISSING);
        assert!(message.ends_with(end), "{message}");
    }
}

#[test]
fn a_list_of_objects_is_an_error_and_a_json_patch_is_a_patch() {
    for list in [
        "[{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}]",
        "- {apiVersion: apps/v1, metadata: {name: d}, spec: {template: {spec: {containers: [{name: a}]}}}}\n",
    ] {
        let message = only_message(list, MISSING);
        assert!(message.contains("kind: List"), "{message}");
    }
    assert_eq!(reasons(&walked("- {op: add, path: /spec/hostPID, value: true}\n")), ["patch"]);
    assert_eq!(reasons(&walked("- {name: a, image: b}\n")), ["not-manifest"]);
}

#[test]
fn a_list_that_lost_its_type_is_an_error() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}}";
    for (text, end) in [
        (format!("{{apiVersion: v1, items: [{pod}]}}"), "(Object 'Kind' is missing)"),
        (format!("{{kind: List, items: [{pod}]}}"), "write apiVersion: v1"),
        (format!("{{apiVersion: v1, Kind: List, items: [{pod}]}}"), "write kind, not Kind"),
    ] {
        let message = only_message(&text, MISSING);
        assert!(message.ends_with(end), "{message}");
    }
    let report = "{apiVersion: v1, items: [{apiVersion: a.b/v1, kind: Report, metadata: {name: a}}]}";
    for text in ["{items: [{name: a, image: b}]}", "{apiVersion: v1, items: [a, b]}", report] {
        assert_eq!((rules(&walked(text)), reasons(&walked(text))), (vec![], vec!["not-manifest"]), "{text}");
    }
}

#[test]
fn a_key_with_blanks_that_nobody_sees_is_misspelt() {
    for blank in ["\u{a0}", "\u{200b}", "\u{feff}"] {
        let message =
            only_message(&format!("{{apiVersion: v1, \"{blank}kind\": Pod, metadata: {{name: p}}}}"), MISSING);
        assert!(message.contains("; write kind, not "), "{message}");
    }
    only_message("{apiVersion: v1, kind: \"\u{a0}Pod\", metadata: {name: p}}", "manifest/unknown-kind");
}

#[test]
fn what_no_cluster_can_serve_is_an_error() {
    let of =
        |version: &str, kind: &str| format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: d}}, {SPEC}}}");
    let kind = only_message(&of("apps/v1", "Rollout"), "manifest/unknown-kind");
    assert_eq!(kind, "no apps/v1 Rollout is known to Kubernetes, and the group of a custom resource has a dot");
    only_message(&of("argoproj/v1alpha1", "Rollout"), "manifest/unknown-kind");
    only_message("{apiVersion: batch/v1, kind: Backup, metadata: {name: d}}", "manifest/unknown-kind");
    let version = only_message(&of("k8s.io/apps/v1", "Deployment"), "manifest/unknown-kind");
    assert_eq!(version, "kubectl refuses the apiVersion k8s.io/apps/v1 (unexpected GroupVersion string)");
    let pod = "{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: b}]}}";
    let list = only_message(&format!("{{apiVersion: v1, kind: List, Items: [{pod}]}}"), "manifest/unknown-field");
    assert_eq!(list, "a List has its objects in items, not in Items: kubectl refuses it");
    for other in [
        "{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: d}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: d}, data: {a: b}}",
        "{apiVersion: v1, kind: Policy, spec: {}}",
        "{apiVersion: abac/v1, kind: Policy, spec: {}}",
        "{apiVersion: apps/v1, kind: DeploymentList, items: []}",
    ] {
        assert_eq!(rules(&walked(other)), [""; 0], "{other}");
    }
}

#[test]
fn an_object_in_json_with_comments_is_an_error_and_settings_of_an_editor_are_none_of_ours() {
    for text in [
        "// ours\n{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a//b\"}}\n",
        "{\"apiVersion\": \"v1\", /* the first\n version */ \"kind\": \"Pod\"}\n",
        "// several\n[{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}]\n",
    ] {
        let message = only_message(text, "manifest/invalid-yaml");
        assert!(message.starts_with("JSON has no comments"), "{message}");
    }
    let settings = "// Settings\n{\"editor.tabSize\": 2, \"url\": \"http://a\"}\n";
    assert_eq!((rules(&walked(settings)), reasons(&walked(settings))), (vec![], vec!["not-manifest"]));
}

#[test]
fn what_is_no_manifest_is_left_alone() {
    for text in [
        "kind: CronJob\nimage: a\n",
        "{apiVersion: eksctl.io/v1alpha5, kind: ClusterConfig, metadata: {name: a, region: b}}",
        "{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster}",
        "{apiVersion: skaffold/v4beta6, kind: Config, metadata: {name: a}}",
        "{apiVersion: kubeadm.k8s.io/v1beta4, kind: ClusterConfiguration}",
        "{apiVersion: kubelet.config.k8s.io/v1beta1, kind: KubeletConfiguration}",
        "{apiVersion: v1, kind: Config, clusters: []}",
        "{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: a, title: A, tags: [b], links: []}}",
        "{apiVersion: score.dev/v1b1, metadata: {name: a}, containers: {web: {image: a}}}",
        "{apiVersion: chainsaw.kyverno.io/v1alpha1, kind: Test, metadata: {name: a}, spec: {steps: []}}",
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {(length(containers)): 2}}",
        "{kind: role, version: v7, metadata: {name: a}, spec: {allow: {}}}",
    ] {
        assert_eq!((rules(&walked(text)), reasons(&walked(text))), (vec![], vec!["not-manifest"]), "{text}");
    }
}

#[test]
fn a_directive_where_people_name_their_own_keys_makes_no_patch() {
    let pod = "spec: {hostPID: true, containers: [{name: a, image: b, env: [{name: $patch, value: delete}]}]}";
    for metadata in ["annotations: {$patch: delete}", "labels: {$retainKeys: x}", "name: a"] {
        let text = format!("{{apiVersion: v1, kind: Pod, metadata: {{{metadata}}}, {pod}}}");
        assert!(rules(&walked(&text)).contains(&"pss/hostNamespaces"), "{text}");
    }
    let map = walked("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {$patch: replace}}");
    assert_eq!(reasons(&map), Vec::<&str>::new());
    // No directive has such a value: it is a field that nobody knows.
    let odd = walked(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {$patch: maybe, hostPID: true, containers: []}}",
    );
    assert!(rules(&odd).contains(&"manifest/unknown-field"), "{:?}", rules(&odd));
}

#[test]
fn a_whole_workload_with_a_directive_is_passed_over_with_a_word() {
    let text =
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {$patch: replace, containers: [{name: a, image: b}]}}";
    let report = walked(text);
    assert_eq!((rules(&report), reasons(&report)), (vec!["manifest/unjudged-template"], vec!["patch"]));
    assert_eq!(
        report.findings[0].message,
        "this is a whole workload, and with $patch a patch, which is not judged: no kustomization that was read lists it, \
         and kubectl refuses it (unknown field \"$patch\")"
    );
}

#[test]
fn a_document_with_directives_of_a_patch_is_a_patch_unless_it_was_named() {
    for text in [
        "{$patch: delete, apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}",
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {containers: [{name: a, $patch: delete}]}}}}",
        "spec: {template: {spec: {containers: [{name: a, image: b}]}}}",
    ] {
        assert_eq!((rules(&walked(text)), reasons(&walked(text))), (vec![], vec!["patch"]), "{text}");
    }
    let named =
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {$patch: merge, hostPID: true, containers: []}}";
    assert!(rules(&judged(named, true)).contains(&"pss/hostNamespaces"));
}

#[test]
fn a_kuttl_assertion_is_known_by_its_name() {
    let scratch = tempfile::tempdir().expect("a directory");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Running}}";
    for name in ["00-assert.yaml", "01-errors.yaml", "02-assert-ready.yaml"] {
        assert_eq!(reasons(&walked_at(scratch.path(), name, pod)), ["not-manifest"], "{name}");
    }
    assert_eq!(reasons(&walked_at(scratch.path(), "assert.yaml", pod)), [""; 0]);
}

#[test]
fn a_chart_holds_manifests_only_where_they_are_rendered_or_definitions() {
    let scratch = tempfile::tempdir().expect("a directory");
    let at = |name: &str, text: &str| walked_at(scratch.path(), name, text);
    at("Chart.yaml", "{apiVersion: v2, name: a, version: 1.0.0}");
    for (name, text, reason) in [
        ("values.yaml", "kind: DaemonSet\nspec: {a: b}\n", "not-manifest"),
        ("ci/values.yaml", "{apiVersion: apps/v1, kind: Deployment, image: a}", "not-manifest"),
        ("templates/a.yaml", "{{- /*\nA comment.\n*/}}\nkind: {{ .Values.kind }}\n", "unrendered"),
        ("templates/b.yaml", "{{ if .Values.a }}\n a: [\nkind: Pod\n", "unrendered"),
        ("templates/c.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: '{{ .Release.Name }}'}}", "unrendered"),
        ("templates/d.yaml", "metadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n", "not-manifest"),
    ] {
        let report = at(name, text);
        assert_eq!((rules(&report), reasons(&report)), (vec![], vec![reason]), "{name}");
    }
    let lost = format!("{{apiVersion: apps/v1, metadata: {{name: a}}, {SPEC}}}");
    assert_eq!(rules(&at("crds/a.yaml", &lost)), [MISSING]);
    let rendered = "# Source: a/templates/a.yaml\napiVersion: v1\nkind: Pod\nspec: {hostPID: true, containers: []}\n";
    assert!(rules(&at("rendered/a.yaml", rendered)).contains(&"pss/hostNamespaces"));
}

#[test]
fn a_built_in_kind_in_a_wrong_group_is_unknown() {
    for (text, meant) in [
        ("{apiVersion: apps/v1, kind: Service, metadata: {name: a}}", "v1"),
        ("{apiVersion: apps/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}}", "autoscaling/v2"),
        ("{apiVersion: v1, kind: Ingress, metadata: {name: a}}", "networking.k8s.io/v1"),
    ] {
        let message = only_message(text, "manifest/unknown-kind");
        assert!(message.ends_with(&format!("did you mean {meant}?")), "{message}");
    }
    for text in [
        "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: a}}",
        "{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: a}}",
        "{apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: a}}",
        "{apiVersion: autoscaling/v2beta2, kind: HorizontalPodAutoscaler, metadata: {name: a}}",
    ] {
        assert_eq!(rules(&walked(text)), [""; 0], "{text}");
    }
}

#[test]
fn what_podline_has_accepted_is_no_manifest_in_a_walk_that_does_not_use_it() {
    let accepted = "{\"podline\":\"accepted\",\"schema\":1}\n{\"file\":\"p.yaml\",\"apiVersion\":\"v1\",\"kind\":\"Pod\",\
                    \"name\":\"p\",\"path\":\"spec.hostPID\",\"rule\":\"pss/hostNamespaces\"}\n";
    let report = walked(accepted);
    assert_eq!((rules(&report), reasons(&report)), (vec![], vec!["not-manifest"]));
}

#[test]
fn a_pod_that_lost_its_type_is_known_in_any_shape() {
    let whole = "containers: [{name: c, image: a}]";
    for text in [
        format!("{{spec: {{{whole}}}}}"),
        format!("{{spec: {{selector: {{matchLabels: {{a: b}}}}, template: {{spec: {{{whole}}}}}}}}}"),
        format!("{{spec: {{template: {{metadata: {{labels: {{a: b}}}}, spec: {{{whole}}}}}}}}}"),
        format!("{{spec: {{template: {{spec: {{restartPolicy: Never, {whole}}}}}}}}}"),
        format!("{{spec: {{schedule: '@daily', jobTemplate: {{spec: {{template: {{spec: {{{whole}}}}}}}}}}}}}"),
        format!("{{hostPID: true, {whole}}}"),
        "{containers: [{name: c, image: a, securityContext: {privileged: true}}]}".to_owned(),
        "{metadata: {name: a}, spec: {initContainers: [{name: c, image: a}]}}".to_owned(),
        "{metadata: {name: a}, spec: {hostPID: true}}".to_owned(),
        "{apiVersion: v1, spec: {hostNetwork: true}}".to_owned(),
        "{metadata: {name: a}, spec: {containers: [{securityContext: {privileged: true}}]}}".to_owned(),
        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"hostIPC\":true}}".to_owned(),
    ] {
        only_message(&text, MISSING);
    }
    for text in ["{containers: [{name: c, image: a}]}", "{containers: [{name: c, image: a}], registry: b}"] {
        assert_eq!((rules(&walked(text)), reasons(&walked(text))), (vec![], vec!["not-manifest"]), "{text}");
    }
    let part = walked("{spec: {template: {spec: {containers: [{name: c, image: a}]}}}}");
    assert_eq!((rules(&part), reasons(&part)), (vec![], vec!["patch"]), "as patches have it");
}

#[test]
fn a_kind_that_is_nearly_a_known_one_of_its_group_is_named() {
    for (version, kind, meant) in [
        ("argoproj.io/v1alpha1", "Rolout", "Rollout"),
        ("argoproj.io/v1alpha1", "CronWorkflows", "CronWorkflow"),
        ("serving.knative.dev/v1", "Sevice", "Service"),
        ("batch/v1", "Cronjob", "CronJob"),
        ("apps/v1", "DaemonSets", "DaemonSet"),
        ("rbac.authorization.k8s.io/v1", "Rolebinding", "RoleBinding"),
        ("kind.x-k8s.io/v1alpha4", "Pod", "v1"),
    ] {
        let message = only_message(
            &format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}, spec: {{hostPID: true}}}}"),
            "manifest/unknown-kind",
        );
        assert_eq!(message, format!("no {version} {kind} is known to Kubernetes; did you mean {meant}?"));
    }
    for (version, kind) in [
        ("argoproj.io/v1alpha1", "Application"),
        ("argoproj.io/v1alpha1", "AnalysisRun"),
        ("kafka.strimzi.io/v1beta2", "KafkaConnector"),
        ("operator.victoriametrics.com/v1", "VTAgent"),
        ("kind.x-k8s.io/v1alpha4", "Cluster"),
    ] {
        let report = walked(&format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}}}"));
        assert_eq!(rules(&report), Vec::<&str>::new(), "{version} {kind}");
    }
}

#[test]
fn a_list_without_items_is_refused() {
    for (version, kind) in [("v1", "List"), ("v1", "PodList"), ("apps/v1", "DeploymentList")] {
        let message = only_message(&format!("{{apiVersion: {version}, kind: {kind}}}"), "manifest/unknown-kind");
        assert!(message.contains("has its objects in items, and this one has none"), "{message}");
    }
    assert_eq!(rules(&walked("{apiVersion: v1, kind: List, items: []}")), Vec::<&str>::new());
}

#[test]
fn a_kind_that_a_group_of_kubernetes_never_had_is_unknown() {
    for (version, kind, end) in [
        ("v1", "Foo", "and the group of a custom resource has a dot"),
        ("v1", "Namspace", "did you mean Namespace?"),
        ("v1", "Configmap", "did you mean ConfigMap?"),
        ("v1", "Secrets", "did you mean Secret?"),
        ("v1", "Servce", "did you mean Service?"),
        ("networking.k8s.io/v1", "Foo", "and its group has no custom resources"),
        ("networking.k8s.io/v2", "Ingress", "did you mean networking.k8s.io/v1?"),
        ("apps/v1alpha1", "Deployment", "did you mean apps/v1?"),
        ("rbac.k8s.io/v1", "Role", "did you mean rbac.authorization.k8s.io/v1?"),
        ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolcy", "did you mean ValidatingAdmissionPolicy?"),
    ] {
        let text = format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}, spec: {{hostPID: true}}}}");
        let message = only_message(&text, "manifest/unknown-kind");
        assert!(message.ends_with(end), "{message}");
    }
    for (version, kind) in [
        ("v1", "Route"),
        ("v1", "${KIND}"),
        ("apps/v1alpha1", "PetSet"),
        ("scheduling.k8s.io/v1alpha2", "Workload"),
        ("snapshot.storage.k8s.io/v1", "VolumeSnapshot"),
        ("app.k8s.io/v1beta1", "Application"),
    ] {
        let report = walked(&format!("{{apiVersion: {version}, kind: '{kind}', metadata: {{name: a}}}}"));
        assert!(!rules(&report).contains(&"manifest/unknown-kind"), "{version} {kind}");
    }
}

#[test]
fn a_level_that_is_filled_in_later_is_no_wrong_one() {
    let of = |level: &str| {
        walked(&format!(
            "{{apiVersion: v1, kind: Namespace, metadata: {{name: a, labels: {{pod-security.kubernetes.io/enforce: '{level}'}}}}}}"
        ))
    };
    assert_eq!(rules(&of("${LVL}")), [""; 0]);
    assert_eq!(rules(&of("LVL")), ["policy/bad-namespace-label"]);
}

#[test]
fn a_whole_workload_in_a_file_that_is_called_like_an_assertion_of_kuttl_is_passed_over_with_a_word() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let pod = |containers: &str| {
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{containers: [{containers}]}}}}")
    };
    let judge = |text: &str| walked_at(directory.path(), "01-error-pages.yaml", text);
    let whole = judge(&pod("{name: a, image: b}"));
    assert_eq!((rules(&whole), reasons(&whole)), (vec!["manifest/unjudged-template"], vec!["not-manifest"]));
    let part = judge(&pod("{name: a}"));
    assert_eq!((rules(&part), reasons(&part)), (vec![], vec!["not-manifest"]));
}
