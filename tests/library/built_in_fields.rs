//! Kinds of Kubernetes' own without a pod template: their fields and types are known all the same.

use podline::finding::Severity;
use podline::lint::{Options, lint};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;

fn judged(text: &str) -> FileReport {
    lint(&SourceFile::new("a.yaml", text.into()).expect("a small file"), true, &Options::default())
}

/// `rule path`, and the message, of each finding.
fn found(text: &str) -> Vec<(String, String)> {
    let of = |finding: &podline::finding::ReportEntry| {
        (format!("{} {}", finding.rule.as_str(), finding.path), finding.message.clone())
    };
    judged(text).findings.iter().map(of).collect()
}

/// An object of a kind with a field in it.
fn object(version: &str, kind: &str, fields: &str) -> String {
    format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}, {fields}}}")
}

#[test]
fn a_misspelt_field_of_any_built_in_kind_is_an_error_with_the_right_name() {
    for (version, kind, fields, path, meant) in [
        ("v1", "Service", "spec: {selectors: {a: b}}", "spec.selectors", "selector"),
        ("v1", "Service", "spec: {ports: [{port: 80, targetport: 80}]}", "spec.ports[0].targetport", "targetPort"),
        ("v1", "ConfigMap", "Data: {a: b}", "Data", "data"),
        ("v1", "Secret", "stringdata: {a: b}", "stringdata", "stringData"),
        (
            "v1",
            "ServiceAccount",
            "automountServiceAccounToken: false",
            "automountServiceAccounToken",
            "automountServiceAccountToken",
        ),
        ("v1", "PersistentVolumeClaim", "spec: {accessMode: [ReadWriteOnce]}", "spec.accessMode", "accessModes"),
        ("v1", "Namespace", "spec: {finalizer: []}", "spec.finalizer", "finalizers"),
        ("networking.k8s.io/v1", "Ingress", "spec: {rule: []}", "spec.rule", "rules"),
        ("networking.k8s.io/v1", "NetworkPolicy", "spec: {podSelectors: {}}", "spec.podSelectors", "podSelector"),
        ("rbac.authorization.k8s.io/v1", "Role", "rules: [{apiGroup: [a]}]", "rules[0].apiGroup", "apiGroups"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "subject: []", "subject", "subjects"),
        ("autoscaling/v2", "HorizontalPodAutoscaler", "spec: {maxReplica: 2}", "spec.maxReplica", "maxReplicas"),
        ("policy/v1", "PodDisruptionBudget", "spec: {minAvailble: 1}", "spec.minAvailble", "minAvailable"),
        ("storage.k8s.io/v1", "StorageClass", "provisionner: x", "provisionner", "provisioner"),
        ("coordination.k8s.io/v1", "Lease", "spec: {holderIdentiy: a}", "spec.holderIdentiy", "holderIdentity"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "spec: {groups: a}", "spec.groups", "group"),
        (
            "admissionregistration.k8s.io/v1",
            "ValidatingWebhookConfiguration",
            "webhooks: [{rule: []}]",
            "webhooks[0].rule",
            "rules",
        ),
        ("resource.k8s.io/v1", "ResourceClaim", "spec: {device: {}}", "spec.device", "devices"),
    ] {
        let text = object(version, kind, fields);
        let [(at, message)] = found(&text).try_into().unwrap_or_else(|found| panic!("{text}: {found:?}"));
        assert_eq!(at, format!("manifest/unknown-field {path}"), "{text}");
        let expected = format!(
            "unknown field \"{path}\": kubectl and server-side apply refuse it, and Helm installs it without; did you \
             mean {meant}?"
        );
        assert_eq!(message, expected);
        assert_eq!(judged(&text).findings[0].severity, Severity::Error);
    }
}

#[test]
fn a_value_of_a_wrong_type_in_any_built_in_kind_is_refused() {
    for (version, kind, fields, path) in [
        ("v1", "ConfigMap", "data: {a: 1}", "data.a"),
        ("v1", "ConfigMap", "data: {a: {b: c}}", "data.a"),
        ("v1", "Secret", "stringData: {a: true}", "stringData.a"),
        ("v1", "Service", "spec: {ports: {port: 80}}", "spec.ports"),
        ("v1", "Service", "spec: {ports: [{port: '80'}]}", "spec.ports[0].port"),
        ("v1", "Service", "spec: {ports: [{port: 80, targetPort: [a]}]}", "spec.ports[0].targetPort"),
        (
            "v1",
            "PersistentVolumeClaim",
            "spec: {resources: {requests: {storage: 1Gib}}}",
            "spec.resources.requests.storage",
        ),
        ("coordination.k8s.io/v1", "Lease", "spec: {renewTime: today}", "spec.renewTime"),
    ] {
        let text = object(version, kind, fields);
        let found = found(&text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, format!("manifest/wrong-type {path}"), "{text}");
        assert_eq!(judged(&text).refused, 1, "{text}");
    }
}

#[test]
fn what_the_types_have_is_no_unknown_field() {
    for (version, kind, fields) in [
        ("v1", "Service", "spec: {ports: [{port: 80, targetPort: http}, {port: 81, targetPort: 8080}]}, status: {}"),
        ("v1", "ConfigMap", "data: {Any.key: a}, binaryData: {b: YQ==}, immutable: true"),
        ("v1", "Secret", "type: Opaque, data: {a: YQ==}, stringData: null"),
        ("v1", "PersistentVolumeClaim", "spec: {resources: {requests: {storage: 1}}}"),
        ("apps/v1", "ControllerRevision", "revision: 1, data: {any: {thing: [1]}}"),
        ("coordination.k8s.io/v1", "Lease", "spec: {renewTime: '2026-01-31T12:00:00.000000Z'}"),
        (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "spec: {group: a.b, versions: [{name: v1, schema: {openAPIV3Schema: {any: thing}}}]}",
        ),
    ] {
        let text = object(version, kind, fields);
        assert_eq!(found(&text), [], "{text}");
    }
    let managed = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, managedFields: [{fieldsV1: {'f:data': {}}, \
                   time: '2026-01-31T12:00:00Z'}]}}";
    assert_eq!(found(managed), [], "what `kubectl get` writes");
}

#[test]
fn a_placeholder_and_an_encrypted_value_fit_everywhere() {
    for fields in ["spec: {ports: [{port: '${PORT}'}]}", "spec: {ports: '{{ ports }}'}", "spec: '${SPEC}'"] {
        assert_eq!(found(&object("v1", "Service", fields)), [], "{fields}");
    }
    let sops = "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: 'ENC[AES256_GCM,data:a,type:str]', sops: \
                {mac: a}}";
    assert_eq!(found(sops), []);
}

#[test]
fn other_versions_and_other_groups_are_not_measured_by_the_newest_types() {
    for (version, kind, fields) in [
        ("networking.k8s.io/v1beta1", "Ingress", "spec: {backend: {serviceName: a, servicePort: 80}}"),
        ("serving.knative.dev/v1", "Service", "spec: {traffics: []}"),
        ("example.com/v1", "ConfigMap", "Data: 1"),
    ] {
        let text = object(version, kind, fields);
        assert_eq!(found(&text), [], "{text}");
    }
}
