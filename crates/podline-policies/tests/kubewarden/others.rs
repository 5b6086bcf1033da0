//! The modules for Services, Ingresses, claims, Namespaces and the DNS of pods.

use super::{answer, blamed, pod, refusal};

fn service(kind: &str) -> String {
    format!("{{apiVersion: v1, kind: Service, metadata: {{name: web, namespace: team}}, spec: {{type: {kind}}}}}")
}

#[test]
fn services_of_a_type_are_refused() {
    let text = "fail Service of type LoadBalancer are not allowed";
    assert_eq!(answer("disallow-service-loadbalancer", "{}", &service("LoadBalancer")), text);
    assert_eq!(answer("disallow-service-loadbalancer", "{}", &service("NodePort")), "pass");
    let text = "fail Service of type NodePort are not allowed";
    assert_eq!(answer("disallow-service-nodeport", "{}", &service("NodePort")), text);
    assert_eq!(blamed("disallow-service-nodeport", "{}", &service("NodePort")), ["spec.type"]);
}

fn ingress(spec: &str) -> String {
    format!(
        "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: web, namespace: team}}, spec: {{{spec}}}}}"
    )
}

#[test]
fn hosts_with_tls_must_be_those_of_the_rules() {
    let says = |spec: &str| answer("ingress", "{requireTLS: true}", &ingress(spec));
    let text = "fail Not all hosts have TLS enabled";
    assert_eq!(says("rules: [{host: a}, {host: b}], tls: [{hosts: [a]}]"), text);
    assert_eq!(says("rules: [{host: a}, {host: b}], tls: [{hosts: [a]}, {hosts: [b]}]"), "pass");
    assert_eq!(says("rules: [{host: a}], tls: [{hosts: [a, b]}]"), text, "nor may there be more");
    assert_eq!(says("rules: [{http: {}}]"), "pass", "a rule without host counts for none");
}

#[test]
fn ports_of_backends_are_allowed_and_denied_by_number() {
    let path = |port: u32| format!("{{backend: {{service: {{name: s, port: {{number: {port}}}}}}}}}");
    let object = ingress(&format!("rules: [{{http: {{paths: [{}, {}, {}]}}}}]", path(8080), path(80), path(443)));
    let text = "fail these ports are not on the allowed list: Set{80, 8080}";
    assert_eq!(answer("ingress", "{allowPorts: [443]}", &object), text);
    assert_eq!(answer("ingress", "{denyPorts: [80]}", &object), "fail these ports are explicitly denied: Set{80}");
    let field = "spec.rules[0].http.paths[1].backend.service.port.number";
    assert_eq!(blamed("ingress", "{denyPorts: [80]}", &object), [field]);
    let text = "No port can be allowed and denied at the same time";
    assert_eq!(refusal("ingress", "{allowPorts: [80], denyPorts: [80]}"), text);
}

#[test]
fn the_option_ndots_is_set() {
    let options = |options: &str| pod(&format!("dnsConfig: {{options: [{options}]}}"));
    assert_eq!(answer("pod-ndots", "{}", &pod("")), "fail MUTATION");
    assert_eq!(answer("pod-ndots", "{}", &options("{name: ndots, value: '1'}")), "pass");
    assert_eq!(answer("pod-ndots", "{ndots: 2}", &options("{name: ndots, value: '1'}")), "fail MUTATION");
    assert_eq!(answer("pod-ndots", "{}", &service("ClusterIP")), "pass");
}

#[test]
fn namespaces_get_labels_of_pod_security() {
    let namespace =
        |labels: &str| format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: new, labels: {{{labels}}}}}}}");
    let settings = "{modes: {enforce: baseline, enforce-version: v1.30}}";
    let whole = "pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.30";
    assert_eq!(answer("psa-label-enforcer", settings, &namespace(whole)), "pass");
    assert_eq!(answer("psa-label-enforcer", settings, &namespace("a: b")), "fail MUTATION");
    let text = "At least one of the 'enforce', 'audit' or 'warn' configuration must be defined";
    assert_eq!(refusal("psa-label-enforcer", "{}"), text);
    let text = "Version v1.01 is invalid. It must follow the v<major>.<minor> pattern or be 'latest' value";
    assert_eq!(refusal("psa-label-enforcer", "{modes: {warn: baseline, warn-version: v1.01}}"), text);
    let text = "cannot define audit version with no audit mode.";
    assert_eq!(refusal("psa-label-enforcer", "{modes: {warn: baseline, audit-version: latest}}"), text);
}

#[test]
fn storage_classes_of_claims_are_allowed_or_denied() {
    let claim = |spec: &str| {
        format!(
            "{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: c, namespace: team}}, spec: {{{spec}}}}}"
        )
    };
    let says = |settings: &str, spec: &str| answer("persistentvolumeclaim-storageclass-policy", settings, &claim(spec));
    let allowed = "allowedStorageClasses: [fast]";
    assert_eq!(says(&format!("{{{allowed}}}"), "storageClassName: fast"), "pass");
    let text = "fail storage class \"slow\" is not allowed";
    assert_eq!(says(&format!("{{{allowed}}}"), "storageClassName: slow"), text);
    assert_eq!(says(&format!("{{{allowed}, fallbackStorageClass: fast}}"), "storageClassName: slow"), "fail MUTATION");
    assert_eq!(says("{deniedStorageClasses: [slow]}", "storageClassName: slow"), text);
    assert_eq!(says("{deniedStorageClasses: [slow]}", ""), "pass");
    let why = |settings: &str| refusal("persistentvolumeclaim-storageclass-policy", settings);
    assert_eq!(why("{}"), "One of deniedStorageClasses or allowedStorageClasses must be set");
    let text = "fallbackStorageClass must be in allowedStorageClasses";
    assert_eq!(why(&format!("{{{allowed}, fallbackStorageClass: slow}}")), text);
}
