//! Which objects a policy and its bindings concern.

mod support;

use support::{Case, binding, indented, policy};

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: team, labels: {app: web}}, spec: {}}";
const DEPLOYMENT: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: team}, spec: {}}";
const NAMESPACE: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: team, labels: {env: prod}}}";
const ROLE: &str = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: null}";

/// Is an object judged by a policy with these lines of `matchConstraints`?
fn matches(constraints: &str, object: &str) -> bool {
    let spec = format!("matchConstraints:\n{}validations: [{{expression: 'false'}}]", indented(constraints));
    !Case::of(&spec).with(NAMESPACE).judge(object).is_empty()
}

/// The same for one resource rule.
fn rule_matches(rule: &str, object: &str) -> bool {
    matches(&format!("resourceRules: [{rule}]"), object)
}

const ALL: &str = "{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}";

#[test]
fn a_policy_without_binding_does_nothing() {
    assert!(Case::new(&policy("validations: [{expression: 'false'}]")).judge(POD).is_empty());
    assert!(Case::new(&binding("")).judge(POD).is_empty());
}

#[test]
fn a_rule_names_group_version_operation_and_resource() {
    let rule = |group: &str, version: &str, operation: &str, resource: &str| {
        format!(
            "{{apiGroups: ['{group}'], apiVersions: ['{version}'], operations: ['{operation}'], resources: ['{resource}']}}"
        )
    };
    assert!(rule_matches(&rule("apps", "v1", "CREATE", "deployments"), DEPLOYMENT));
    assert!(!rule_matches(&rule("apps", "v1", "CREATE", "deployments"), POD));
    assert!(!rule_matches(&rule("", "v1", "CREATE", "deployments"), DEPLOYMENT));
    assert!(!rule_matches(&rule("apps", "v1beta1", "CREATE", "deployments"), DEPLOYMENT));
    assert!(!rule_matches(&rule("apps", "v1", "DELETE", "deployments"), DEPLOYMENT));
    assert!(rule_matches(&rule("*", "*", "*", "*"), DEPLOYMENT));
}

#[test]
fn subresources_are_not_created() {
    let resource =
        |name: &str| format!("{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['{name}']}}");
    assert!(rule_matches(&resource("pods/*"), POD));
    assert!(rule_matches(&resource("*/*"), POD));
    assert!(!rule_matches(&resource("pods/status"), POD));
    assert!(!rule_matches(&resource("*/status"), POD));
}

#[test]
fn a_namespace_is_cluster_scoped() {
    let scope = |scope: &str| {
        format!("{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'], scope: '{scope}'}}")
    };
    for object in [NAMESPACE, ROLE] {
        assert!(rule_matches(&scope("Cluster"), object) && !rule_matches(&scope("Namespaced"), object));
    }
    assert!(rule_matches(&scope("Namespaced"), POD) && !rule_matches(&scope("Cluster"), POD));
    assert!(rule_matches(&scope("*"), POD));
}

#[test]
fn a_name_in_an_exclude_rule_excludes_that_object_only() {
    let excluded = |name: &str| {
        format!("resourceRules: [{ALL}]\nexcludeResourceRules: [{}, resourceNames: [{name}]}}]", &ALL[..ALL.len() - 1])
    };
    assert!(!matches(&excluded("web"), POD));
    assert!(matches(&excluded("api"), POD));
}

#[test]
fn resource_names_are_exact() {
    let named = |name: &str| format!("{}, resourceNames: ['{name}']}}", &ALL[..ALL.len() - 1]);
    assert!(rule_matches(&named("web"), POD));
    assert!(!rule_matches(&named("we"), POD));
}

#[test]
fn the_namespace_selector_looks_at_the_namespace_of_the_object() {
    let selector = |selector: &str| format!("resourceRules: [{ALL}]\nnamespaceSelector: {selector}");
    assert!(matches(&selector("{matchLabels: {env: prod}}"), POD));
    assert!(!matches(&selector("{matchLabels: {env: dev}}"), POD));
    // Of a namespace that is not in view no more than the name is known.
    let elsewhere = POD.replace("namespace: team", "namespace: other");
    assert!(!matches(&selector("{matchLabels: {env: prod}}"), &elsewhere));
    assert!(matches(&selector("{matchLabels: {kubernetes.io/metadata.name: other}}"), &elsewhere));
}

#[test]
fn a_namespace_is_selected_by_its_own_labels() {
    let selector = |selector: &str| format!("resourceRules: [{ALL}]\nnamespaceSelector: {selector}");
    let fresh = "{apiVersion: v1, kind: Namespace, metadata: {name: fresh, labels: {env: dev}}}";
    assert!(matches(&selector("{matchLabels: {env: dev}}"), fresh));
    assert!(matches(&selector("{matchLabels: {kubernetes.io/metadata.name: fresh}}"), fresh));
    assert!(!matches(&selector("{matchLabels: {env: prod}}"), fresh));
}

#[test]
fn every_namespace_selector_takes_what_is_cluster_scoped() {
    assert!(matches(&format!("resourceRules: [{ALL}]\nnamespaceSelector: {{matchLabels: {{env: none}}}}"), ROLE));
}

#[test]
fn the_object_selector_looks_at_the_labels_of_the_object() {
    let selector =
        |expression: &str| format!("resourceRules: [{ALL}]\nobjectSelector: {{matchExpressions: [{expression}]}}");
    assert!(matches(&selector("{key: app, operator: In, values: [web, api]}"), POD));
    assert!(!matches(&selector("{key: app, operator: NotIn, values: [web]}"), POD));
    assert!(matches(&selector("{key: tier, operator: NotIn, values: [web]}"), POD));
    assert!(matches(&selector("{key: app, operator: Exists}"), POD));
    assert!(matches(&selector("{key: tier, operator: DoesNotExist}"), POD));
}

#[test]
fn the_matches_of_the_binding_must_hold_too() {
    let rows = |lines: &str| {
        Case::new(&format!("{}\n---\n{}", policy("validations: [{expression: 'false'}]"), binding(lines))).judge(POD)
    };
    assert_eq!(rows("matchResources: {objectSelector: {matchLabels: {app: web}}}").len(), 1);
    assert_eq!(rows("matchResources: {objectSelector: {matchLabels: {app: api}}}").len(), 0);
    let services = "matchResources: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [services]}]}";
    assert_eq!(rows(services).len(), 0);
}

const SCALER: &str =
    "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: team}, spec: {}}";

fn scaler_rows(policy: &str) -> Vec<String> {
    let rule =
        "{apiGroups: [autoscaling], apiVersions: [v1], operations: ['*'], resources: [horizontalpodautoscalers]}";
    let spec = format!(
        "matchConstraints: {{matchPolicy: {policy}, resourceRules: [{rule}]}}\nvalidations:\n- expression: 'false'\n  \
         messageExpression: \"request.kind.version + ' for ' + request.requestKind.version + ' ' + string(has(object.spec.converted)) + ' ' + object.apiVersion\""
    );
    Case::of(&spec).rows(SCALER)
}

#[test]
fn an_equivalent_version_is_converted() {
    assert_eq!(scaler_rows("Equivalent"), ["b 0 fail [Deny] v1 for v2 true autoscaling/v1"]);
}

#[test]
fn what_was_converted_says_so() {
    let rule =
        "{apiGroups: [autoscaling], apiVersions: [v1], operations: ['*'], resources: [horizontalpodautoscalers]}";
    let spec = format!("matchConstraints: {{resourceRules: [{rule}]}}\nvalidations: [{{expression: 'false'}}]");
    assert_eq!(Case::of(&spec).judge(SCALER)[0].converted.as_deref(), Some("autoscaling/v1"));
    let of_pods = Case::of("validations: [{expression: 'false'}]").judge(POD);
    assert_eq!(of_pods[0].converted, None);
}

#[test]
fn exact_looks_at_the_written_version_only() {
    assert!(scaler_rows("Exact").is_empty());
}

#[test]
fn custom_resources_are_equivalent_as_their_definition_says() {
    let definition = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.example.com}, spec: {group: example.com, scope: Cluster, names: {kind: Widget, plural: widgets}, versions: [{name: v1, served: true}, {name: v2, served: true}]}}";
    let spec = "matchConstraints: {resourceRules: [{apiGroups: [example.com], apiVersions: [v1], operations: ['*'], resources: [widgets]}]}\nvalidations:\n- expression: \"object.apiVersion != 'example.com/v1'\"";
    let widget = "{apiVersion: example.com/v2, kind: Widget, metadata: {name: w}}";
    assert!(Case::of(spec).judge(widget).is_empty());
    let message = "b 0 fail [Deny] failed expression: object.apiVersion != 'example.com/v1'";
    assert_eq!(Case::of(spec).with(definition).rows(widget), [message]);
    let webhook = definition.replace("versions:", "conversion: {strategy: Webhook}, versions:");
    let rows = Case::of(spec).with(&webhook).rows(widget);
    assert_eq!(rows, ["b - undecided [] only the cluster can convert the object to example.com/v1"]);
}

#[test]
fn policies_do_not_judge_policies_unless_they_are_static() {
    let object =
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: other}}";
    let stream = format!("{}\n---\n{}", policy("validations: [{expression: 'false'}]"), binding(""));
    assert!(Case::new(&stream).judge(object).is_empty());
    let of_files =
        stream.replace("name: p}", "name: p.static.k8s.io}").replace("policyName: p", "policyName: p.static.k8s.io");
    assert_eq!(Case::new(&of_files).judge(object).len(), 1);
}

#[test]
fn reviews_of_access_are_never_judged() {
    let review = "{apiVersion: authentication.k8s.io/v1, kind: TokenReview, metadata: {name: t}}";
    assert!(Case::of("validations: [{expression: 'false'}]").judge(review).is_empty());
}

#[test]
fn irregular_plurals_are_known() {
    let plurals = ["Ingress", "NetworkPolicy", "Endpoints", "StorageClass", "ValidatingAdmissionPolicy", "Widget"];
    let expected =
        ["ingresses", "networkpolicies", "endpoints", "storageclasses", "validatingadmissionpolicies", "widgets"];
    assert_eq!(plurals.map(podline_policies::plural), expected);
}
